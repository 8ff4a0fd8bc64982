"""Buttons round-trip through callback data, and what we never made is a value, not an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callback_data import (
    MAX_BYTES,
    Forked,
    LanguageChosen,
    ReindexCancelled,
    ReindexConfirmed,
    Voted,
    pack,
    unpack,
)
from bot.events import (
    Accepted,
    CardClosed,
    EntryRemoved,
    FilterRemoved,
    HistoryAsked,
    HitChosen,
    ModeSwitched,
    MoreAsked,
    OfferTaken,
    OriginalAsked,
    RemovalsAsked,
    Restarted,
    SimilarAsked,
    StartAsked,
    TextSent,
    TurnChosen,
    Undone,
    WhyAsked,
)
from bot.judgements import DialTurned, DuplicatesAsked, KindChosen, KindsAsked, Marked, MarkedSearched
from bot.languages import NAMES

turns = st.integers(0, 999_999_999)
positions = st.integers(0, 999_999)
presses = st.one_of(
    st.builds(HitChosen, turns, positions),
    st.builds(SimilarAsked, turns, positions),
    st.builds(Accepted, turns, positions),
    st.builds(CardClosed, turns),
    st.builds(OriginalAsked, turns, positions),
    st.builds(FilterRemoved, turns, positions),
    st.builds(MoreAsked, turns, positions),
    st.builds(EntryRemoved, turns, positions),
    st.builds(WhyAsked, turns, positions),
    st.builds(RemovalsAsked, turns),
    st.builds(OfferTaken, turns, positions, st.none() | positions),
    st.builds(HistoryAsked, turns),
    st.builds(TurnChosen, turns),
    st.builds(Marked, turns, positions, st.booleans()),
    st.builds(MarkedSearched, turns),
    st.builds(DialTurned, turns, st.integers(-2, 2)),
    st.builds(DuplicatesAsked, turns, positions),
    st.builds(KindsAsked, turns),
    st.builds(KindChosen, turns, positions),
    st.builds(Undone, turns),
    st.builds(ModeSwitched, turns),
    st.builds(Forked, turns),
    st.builds(Voted, turns, positions),
    st.builds(LanguageChosen, st.none() | st.sampled_from([*NAMES])),
    st.sampled_from([Restarted(), StartAsked(), ReindexConfirmed(), ReindexCancelled()]),
)
owners = st.integers(0, 2**52)


@given(owners, presses)
def test_round_trip_within_telegrams_limit(owner, press):
    data = pack(owner, press)
    assert 1 <= len(data.encode()) <= MAX_BYTES
    button = unpack(data)
    assert button is not None
    assert (button.owner, button.press) == (owner, press)


@given(st.text(max_size=80))
def test_foreign_data_is_a_value(data):
    button = unpack(data)
    assert button is None or unpack(pack(button.owner, button.press)) == button


@pytest.mark.parametrize(
    "data",
    [
        "",
        "1",
        "2:1:new",
        "1:1:pick",
        "1:1:pick:1",
        "1:1:new:1",
        "1:1:pick:1:2:3",
        "1:1:say:1:2:3:4",
        "1:1:say:1",
        "1:1:more:1",
        "1:1:dial:1:5",
        "1:1:good:1",
        "1:1:kinds:1:2",
        "1:1:vote:1",
        "1:1:fork:1:1",
        "1:-1:new",
        "1:1:pick:٣:١",
        "1:1:speakxx",
        "1:1:speakde:1",
    ],
)
def test_other_versions_and_forms_are_not_ours(data):
    assert unpack(data) is None


def test_what_cannot_be_pressed_cannot_be_packed():
    with pytest.raises(ValueError, match="button"):
        pack(1, TextSent("a red dress"))
    with pytest.raises(ValueError, match="button"):
        pack(1, MoreAsked())
