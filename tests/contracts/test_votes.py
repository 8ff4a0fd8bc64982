"""Polls: one vote a person, the last one counts, twice is once, and it goes with the person."""

import pytest

from storage.personal import PersonalData
from storage.votes import VOTES_TTL_S, Votes


@pytest.fixture
def votes(any_redis, keys):
    return Votes(any_redis, keys)


async def test_each_has_one_vote_and_may_change_it(votes):
    assert await votes.cast("-5:7", 1, "a") == {1: "a"}
    assert await votes.cast("-5:7", 2, "b") == {1: "a", 2: "b"}
    assert await votes.cast("-5:7", 1, "b") == {1: "b", 2: "b"}
    assert await votes.cast("-5:7", 1, "b") == {1: "b", 2: "b"}
    assert await votes.cast("-5:8", 1, "c") == {1: "c"}


async def test_a_poll_is_forgotten_a_week_after_the_last_vote(votes, any_redis, keys):
    await votes.cast("-5:7", 1, "a")
    await any_redis.redis.expire(keys.votes("-5:7"), 10)
    await votes.cast("-5:7", 2, "a")
    assert VOTES_TTL_S - 60 < await any_redis.redis.ttl(keys.votes("-5:7")) <= VOTES_TTL_S


async def test_what_was_said_is_kept_as_it_is(votes):
    said = '[2, "Zoë 👗\\n\u202e"]'
    assert await votes.cast("-5:7", 2**52, said) == {2**52: said}


async def test_votes_go_with_the_person_and_nobody_elses(votes, any_redis, keys):
    for poll, user in (("-5:7", 1), ("-5:8", 1), ("-5:8", 11), ("-6:1", 2)):
        await votes.cast(poll, user, "a")
    assert await PersonalData(any_redis, keys).delete(1) == 2
    assert await votes.cast("-5:8", 3, "b") == {11: "a", 3: "b"}
    assert await votes.cast("-6:1", 3, "b") == {2: "a", 3: "b"}
    assert await any_redis.redis.exists(keys.votes("-5:7")) == 0
