import pytest
from pydantic import TypeAdapter

from storage.dialogs import DialogStore
from storage.pace import Pace
from storage.personal import PersonalData


@pytest.fixture
def dialogs(any_redis, keys):
    return DialogStore(any_redis, keys, TypeAdapter(str))


async def test_all_of_one_person_goes_and_nothing_of_anybody_else(any_redis, keys, dialogs):
    personal, pace = PersonalData(any_redis, keys), Pace(any_redis, keys)
    names = ("1:1", "-5:1", "-5:3:1", "1:11", "1:2", "-5:21", "-5:1:2")
    for name in names:
        await dialogs.save(name, "said", 0)
    for user in (1, 11):
        await pace.count(user)
    assert await personal.delete(1) == 4
    assert await personal.delete(1) == 0
    assert [await dialogs.load(name) is None for name in names] == [True, True, True, False, False, False, False]
    assert [await pace.count(user) for user in (1, 11)] == [1, 2]
