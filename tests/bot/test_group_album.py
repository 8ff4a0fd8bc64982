"""An album in a group: buttons for all, whose it is, who wants which; it fits whatever people are called."""

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from bot.album import render
from bot.callback_data import Forked, Voted, pack
from bot.events import HitChosen
from bot.group_album import MAX_CAPTION, ballot, for_group, plain_name, with_tally
from bot.ledger import Entry
from bot.turns import Turn
from retrieval.item_table import Item
from retrieval.query import TextQuery

TURN = Turn(7, (Entry(TextQuery("a hat"), "a hat"),))
names = st.text(max_size=80)


def items(count):
    return tuple(Item(str(n), "/x", str(n), {}) for n in range(count))


@given(st.integers(1, 10), names)
def test_every_picture_has_a_vote_under_its_number_and_anybody_may_go_on(count, name):
    plain = render(TURN, items(count), 0)
    album = for_group(plain, TURN, name)
    presses = [[button.press for button in row] for row in album.keyboard]
    numbers = [row for row in presses if isinstance(row[0], HitChosen)]
    votes = [row for row in presses if isinstance(row[0], Voted)]
    if count == 1:
        assert votes == []
    else:
        assert [len(row) for row in votes] == [len(row) for row in numbers]
        assert [press.number for row in votes for press in row] == list(range(1, count + 1))
        assert presses.index(votes[0]) == len(numbers)
    assert sum(isinstance(press, Forked) for row in presses for press in row) == 1
    assert all(len(row) <= 8 for row in presses)
    assert all(pack(2**52, press) for row in presses for press in row if press is not None)
    assert plain.control in album.control
    assert len(unescape(album.control)) <= len(unescape(plain.control)) + 30


@given(st.dictionaries(st.integers(1, 2**52), st.tuples(st.integers(1, 10), names), max_size=40), st.integers(0, 1024))
def test_the_tally_fits_replaces_itself_and_counts_everybody(votes, length):
    ballots = {user: ballot(*vote) for user, vote in votes.items()}
    caption = "<b>a</b>" + "x" * max(0, length - 1)
    tallied = with_tally(caption, ballots)
    assert len(unescape(tallied).replace("<b>", "").replace("</b>", "")) <= MAX_CAPTION
    assert with_tally(tallied, ballots) == tallied
    assert with_tally(tallied, {}) == caption
    if votes and length < 300:
        line = tallied.split("\n")[-1]
        assert line.startswith("♥ ")
        assert line.count("<") == 0
        wanted = {number for number, _ in votes.values()}
        assert all(f"{number}: " in line for number in wanted)


def test_many_voters_are_counted_rather_than_listed():
    ballots = {n: ballot(2, f"Person {n}") for n in range(9)}
    assert with_tally("x", ballots).endswith("\u2068Person 4\u2069 +4")
    assert with_tally("x" * 1000, ballots).endswith("\n♥ 2: 9")
    assert with_tally("x" * 1024, ballots) == "x" * 1024


@given(names)
def test_names_are_short_and_on_one_line(name):
    plain = plain_name(name)
    assert len(plain) <= 24
    assert plain == plain.strip()
    assert all(character.isprintable() for character in plain)
