import pytest

from storage.hidden import HiddenItems


@pytest.fixture
def hidden(any_redis, keys):
    return HiddenItems(any_redis, keys)


async def test_nothing_is_hidden_at_first(hidden):
    assert await hidden.all() == frozenset()
    assert not await hidden.remove("a")


async def test_what_is_hidden_stays_so_until_it_is_shown_again(hidden):
    odd = b"name \xff.jpg".decode("utf-8", "surrogateescape")
    for item_id in ("a", "a", "b", "ключ", odd):
        await hidden.add(item_id)
    assert await hidden.all() == {"a", "b", "ключ", odd}
    assert await hidden.remove("a")
    assert not await hidden.remove("a")
    assert await hidden.all() == {"b", "ключ", odd}
