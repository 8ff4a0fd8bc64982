"""Links round-trip, and what was not made here is not taken for a wish."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.deep_links import MAX_PAYLOAD, ItemLinked, WordsLinked, is_payload, payload_of, read_payload

linked = st.one_of(st.builds(WordsLinked, st.text(max_size=60)), st.builds(ItemLinked, st.text(max_size=60)))


@given(linked)
def test_round_trip_within_telegrams_limit(wish):
    payload = payload_of(wish)
    if payload is None:
        text = wish.text if isinstance(wish, WordsLinked) else wish.item_id
        assert len(text.encode("utf-8", "surrogatepass")) > 46 or not text
        return
    assert is_payload(payload)
    assert len(payload) <= MAX_PAYLOAD
    assert read_payload(payload) == wish


@given(st.one_of(st.text(max_size=80), st.from_regex(r"[qi]_[A-Za-z0-9_-]{0,62}", fullmatch=True)))
def test_anything_else_is_a_value(payload):
    wish = read_payload(payload)
    assert wish is None or payload_of(wish) == payload


@pytest.mark.parametrize("payload", ["", "q_", "q_YQ=", "q_YR", "x_YQ", "q_YQ\n", "q_" + "A" * 63, "Q_YQ", "q_٣"])
def test_other_forms_are_not_ours(payload):
    assert read_payload(payload) is None
