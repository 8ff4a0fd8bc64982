"""What people share by a link: found by its token alone, for a while, and gone with the person."""

import re

import pytest
from pydantic import TypeAdapter

from storage.errors import StoredDataInvalid
from storage.personal import PersonalData
from storage.shared import SHARED_TTL_S, SharedValues


@pytest.fixture
def shared(any_redis, keys):
    return SharedValues(any_redis, keys, TypeAdapter(dict[str, int]))


async def test_a_value_is_found_by_its_token(shared, any_redis, keys):
    tokens = [await shared.put(1, {"n": n}) for n in range(3)]
    assert [await shared.get(token) for token in tokens] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert len(set(tokens)) == 3
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{30}", token) for token in tokens)
    assert await shared.get(tokens[0][:-1]) is None
    assert 0 < await any_redis.redis.ttl(keys.shared(tokens[0])) <= SHARED_TTL_S


async def test_it_expires(any_redis, keys):
    shared = SharedValues(any_redis, keys, TypeAdapter(int), ttl_s=1)
    token = await shared.put(1, 5)
    await any_redis.redis.pexpire(keys.shared(token), 0)
    assert await shared.get(token) is None


async def test_what_does_not_parse_is_said_to_be_invalid(shared, any_redis, keys):
    token = await shared.put(1, {"n": 1})
    for stored in ("{", '{"n": "many"}', "[]"):
        await any_redis.redis.set(keys.shared(token), stored)
        with pytest.raises(StoredDataInvalid) as refusal:
            await shared.get(token)
        assert "many" not in str(refusal.value)


async def test_all_that_somebody_shared_goes_when_they_are_forgotten(shared, any_redis, keys):
    hers, his = [await shared.put(1, {}), await shared.put(1, {})], await shared.put(11, {})
    assert await PersonalData(any_redis, keys).delete(1) == 2
    assert [await shared.get(token) for token in (*hers, his)] == [None, None, {}]


def test_a_pseudonym_is_the_same_for_one_person_and_says_no_id(keys):
    assert keys.pseudonym(123456789) == keys.pseudonym(123456789)
    assert keys.pseudonym(123456789) != keys.pseudonym(123456788)
    assert re.fullmatch(r"[A-Za-z0-9_-]{8}", keys.pseudonym(123456789))
