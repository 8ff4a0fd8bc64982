"""The list of turns fits on a phone, says where one is, and leafs through all of them."""

from hypothesis import given
from hypothesis import strategies as st

from bot import texts
from bot.events import HistoryAsked, TurnChosen
from bot.history import MAX_LABEL, PER_PAGE, render_history
from bot.ledger import Entry
from bot.turns import MAX_TURNS, Dialog, Turn
from retrieval.filter import Filter, InCategory, PriceTo
from retrieval.query import ComposedQuery, ItemReference, TextQuery

anything = st.text(max_size=300)
entries = st.builds(lambda text: Entry(TextQuery(text), text), anything)
ledgers = st.lists(entries, min_size=1, max_size=8).map(tuple)


@given(st.lists(ledgers, min_size=1, max_size=MAX_TURNS), st.integers(0, MAX_TURNS - 1), st.integers(0, 9))
def test_pages_fit_and_hold_every_turn(said, current, page):
    turns = tuple(Turn(number, ledger) for number, ledger in enumerate(said, start=1))
    dialog = Dialog(turns[::-1], len(turns), min(current, len(turns) - 1) + 1)
    offer = render_history(dialog, page)
    assert len(offer.keyboard) <= PER_PAGE + 1
    assert all(1 <= len(button.label) <= 64 for row in offer.keyboard for button in row)
    listed, at = [], 0
    while True:
        presses = [button.press for row in render_history(dialog, at).keyboard for button in row]
        listed = [press.turn for press in presses if isinstance(press, TurnChosen)] + listed
        earlier = [press.page for press in presses if isinstance(press, HistoryAsked) and press.page > at]
        if not earlier:
            break
        at = earlier[0]
    assert listed == [turn.number for turn in turns]


def test_rows_say_the_words_that_count_and_where_one_is():
    red = Entry(TextQuery("a red dress"), "a red dress")
    long = Entry(ComposedQuery(ItemReference("x"), "with long sleeves"), "with long sleeves")
    very = Entry(ComposedQuery(ItemReference("x"), "with much longer sleeves"), "with much longer sleeves")
    turns = (
        Turn(3, (Entry(TextQuery("anything"), ""),), drawn=1),
        Turn(5, (red,), within=Filter((PriceTo(50),))),
        Turn(6, (red, long), within=Filter((InCategory("dress", implied=True),))),
        Turn(7, (red, long, very)),
    )
    rows = [row[0].label for row in render_history(Dialog(turns, 7, 6), 0).keyboard]
    assert rows == [
        f"1. {texts.DRAWN_LABEL}",
        "2. a red dress · up to 50",
        "▸ 3. a red dress › with long sleeves",
        "4. … › with much longer sleeves",
    ]
    assert all(len(row) <= MAX_LABEL + 6 for row in rows)
