"""A page is rendered within Telegram's limits, whatever titles, ids and words hold."""

from dataclasses import replace
from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bot.album import render, render_accepted, render_card, render_none_fit, render_offer
from bot.callback_data import MAX_BYTES, pack, unpack
from bot.dialog import MAX_TEXT
from bot.events import EntryRemoved, FilterRemoved, HitChosen, MoreAsked, RemovalsAsked
from bot.history import render_removals
from bot.ledger import MAX_ENTRIES, Entry
from bot.marks import Marks
from bot.turns import Page, Turn
from retrieval.filter import MAX_CONDITIONS, NO_FILTER, Filter, HasValue, InCategory, Mentions
from retrieval.item_table import Item
from retrieval.kinds import Kind
from retrieval.query import ComposedQuery, ImageQuery, ItemReference, PhotoReference, TextQuery

anything = st.text(max_size=MAX_TEXT)
items = st.builds(
    Item,
    id=st.text(min_size=1, max_size=40),
    path=st.just("/pictures/x.jpg"),
    content_hash=st.just("0"),
    metadata=st.dictionaries(
        st.sampled_from(["title", "category", "colour", "link", "note", "price"]),
        st.one_of(anything, st.floats(allow_nan=False), st.integers(), st.booleans()),
    ),
)
queries = st.one_of(
    st.builds(TextQuery, anything),
    st.builds(ComposedQuery, st.just(ItemReference("a")), anything),
    st.just(ImageQuery(PhotoReference(b"", "x"))),
)
conditions = st.one_of(
    st.builds(InCategory, anything), st.builds(Mentions, anything), st.builds(HasValue, anything, anything)
)
turns = st.builds(
    Turn,
    number=st.integers(1, 10**9 - 1),
    ledger=st.lists(st.builds(Entry, queries, anything), min_size=1, max_size=MAX_ENTRIES).map(tuple),
    pages=st.lists(st.just(Page(tuple("abcdef"))), max_size=3).map(tuple),
    reference=st.none() | st.just(ItemReference("a")),
    marks=st.builds(Marks, st.lists(st.text(max_size=9), max_size=10).map(tuple)),
    dial=st.integers(-2, 2),
    kinds=st.lists(st.builds(Kind, anything, st.just(("a",))), max_size=4).map(tuple),
    within=st.lists(conditions, max_size=MAX_CONDITIONS).map(lambda found: Filter(tuple(found))),
)


@given(turns, st.lists(items, min_size=1, max_size=10).map(tuple), st.booleans())
def test_a_page_fits_into_telegrams_limits(turn, shown, repeated):
    page = len(turn.pages)
    album = render(turn, shown, page, repeated, similar={item.id: ("x",) * 400 for item in shown})
    assert len(album.caption) <= 1024
    assert len(unescape(album.control)) <= 1024
    for text in (album.caption, album.control):
        assert text.strip()
        assert not any(ord(character) < 32 and character != "\n" for character in text)
    positions = []
    for button in (button for row in album.keyboard for button in row):
        assert 1 <= len(button.label) <= 64
        if button.press is None:
            assert button.url
            continue
        data = pack(2**40, button.press)
        assert len(data.encode()) <= MAX_BYTES
        assert unpack(data).press == button.press
        if isinstance(button.press, HitChosen):
            positions.append(button.press.position)
        if isinstance(button.press, MoreAsked):
            assert button.press.page == page
    assert positions == ([] if len(shown) == 1 else list(range(6 * page, 6 * page + len(shown))))


@given(turns)
def test_offers_fit_and_take_away_everything(turn):
    for offer in (render_offer(turn), render_removals(turn), *([render_none_fit(turn)] if turn.within else [])):
        assert len(unescape(offer.text)) <= 1024
        assert len(offer.keyboard) <= 16
        buttons = [button for row in offer.keyboard for button in row]
        assert all(1 <= len(button.label) <= 64 for button in buttons)
        if any(isinstance(button.press, RemovalsAsked) for button in buttons):
            continue  # they are listed behind that button
        taken_off = [button.press.number for button in buttons if isinstance(button.press, FilterRemoved)]
        assert taken_off == list(range(len(turn.within.conditions)))
    unsaid = [b.press.entry for row in render_removals(turn).keyboard for b in row if isinstance(b.press, EntryRemoved)]
    assert unsaid == (list(range(len(turn.ledger))) if len(turn.ledger) > 1 else [])


@given(turns, st.lists(items, min_size=2, max_size=10).map(tuple), st.booleans())
def test_what_stands_below_an_album_is_no_more_than_six_rows(turn, shown, drawn):
    if drawn:
        turn = replace(turn, drawn=1, ledger=turn.ledger[-1:], reference=None, within=NO_FILTER)
        turn = turn.offering(("red dress", "a striped winter shirt", "a long black winter coat"))
    assert len(render(turn, shown, len(turn.pages)).keyboard) <= 6


@given(items)
def test_the_last_word_fits(item):
    card = render_accepted(item, "https://t.me/pictalk_bot?start=" + "A" * 30)
    assert len(unescape(card.caption)) <= 1024
    assert card.keyboard[-1][0].url.startswith("https://t.me/share/url?url=https%3A%2F%2Ft.me%2F")


@given(turns, items)
def test_a_card_fits_and_links_only_to_web_pages(turn, item):
    card = render_card(turn, 0, item)
    assert len(unescape(card.caption)) <= 1024
    links = [button.url for row in card.keyboard for button in row if button.url]
    assert all(link.startswith(("http://", "https://")) for link in links)


def test_a_name_that_is_no_text_is_shown_as_well_as_it_can_be():
    item = Item("a\nb\udcff<i>", "/x", "0", {})
    assert "a b?&lt;i&gt;" in render_card(Turn(1, (Entry(TextQuery("x"), "x"),)), 0, item).caption
