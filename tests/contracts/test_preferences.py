import pytest

from storage.personal import PersonalData
from storage.preferences import LANGUAGE, Preferences


@pytest.fixture
def preferences(any_redis, keys):
    return Preferences(any_redis, keys)


async def test_what_is_set_is_kept_for_each_user_and_name(preferences):
    assert await preferences.get(1, LANGUAGE) is None
    await preferences.put(1, LANGUAGE, "de")
    await preferences.put(1, "other", "中文")
    await preferences.put(11, LANGUAGE, "ru")
    assert [await preferences.get(user, LANGUAGE) for user in (1, 11, 2)] == ["de", "ru", None]
    assert await preferences.get(1, "other") == "中文"


async def test_what_is_taken_back_is_gone(preferences):
    await preferences.put(1, LANGUAGE, "de")
    await preferences.put(1, LANGUAGE, None)
    await preferences.put(1, LANGUAGE, None)
    assert await preferences.get(1, LANGUAGE) is None


async def test_forgetting_a_user_deletes_their_settings_and_nobody_elses(preferences, any_redis, keys):
    for user in (1, 11):
        await preferences.put(user, LANGUAGE, "de")
    assert await PersonalData(any_redis, keys).delete(1) == 1
    assert [await preferences.get(user, LANGUAGE) for user in (1, 11)] == [None, "de"]
