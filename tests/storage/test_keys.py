import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.keys import Keys

KINDS = ("dialog", "update", "file_id", "sent", "lock")


def test_the_keys_are_those_drawn_in_the_docstring():
    keys = Keys("pictalk", 42)
    assert keys.dialog(-100) == "pictalk:{42}:dialog:-100"
    assert keys.update(7) == "pictalk:{42}:update:7"
    assert keys.file_id("ab12") == "pictalk:{42}:file_id:ab12"
    assert keys.sent(7) == "pictalk:{42}:sent:7"
    assert keys.lock("reindex") == "pictalk:{42}:lock:reindex"


@given(
    st.tuples(st.sampled_from(KINDS), st.integers(1, 3), st.integers()),
    st.tuples(st.sampled_from(KINDS), st.integers(1, 3), st.integers()),
)
def test_different_things_have_different_keys(one, other):
    def key(kind, bot_id, name):
        return getattr(Keys("p", bot_id), kind)(name)

    assert (key(*one) == key(*other)) == (one == other)


@pytest.mark.parametrize("prefix", ["", "a b", "a{b}", "é", "a\nb"])
def test_a_prefix_that_would_break_keys_is_refused(prefix):
    with pytest.raises(ValueError, match="prefix"):
        Keys(prefix, 1)
