import pytest

from storage.access import AccessList


@pytest.fixture
def users(any_redis, keys):
    return AccessList(any_redis, keys)


async def test_nothing_is_decided_at_first(users):
    assert await users.standing(5) is None
    assert await users.decided() == {}


async def test_the_last_decision_counts(users):
    await users.decide(5, "allowed")
    await users.decide(6, "denied")
    await users.decide(5, "denied")
    await users.decide(7, "allowed")
    assert await users.decided() == {5: "denied", 6: "denied", 7: "allowed"}
    assert await users.standing(5) == "denied"
    assert await users.standing(8) is None


async def test_a_decision_can_be_taken_back(users):
    await users.decide(5, "denied")
    await users.decide(5, None)
    await users.decide(9, None)
    assert await users.standing(5) is None
    assert await users.decided() == {}
