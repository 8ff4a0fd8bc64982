import asyncio
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from storage.dialogs import DIALOG_TTL_S, DialogStore, Stored
from storage.errors import StoredDataInvalid, WriteConflict


@dataclass
class Talk:
    said: list[str] = field(default_factory=list)


@pytest.fixture
def dialogs(any_redis, keys):
    return DialogStore(any_redis, keys, TypeAdapter(Talk))


async def test_an_unknown_chat_has_no_dialog(dialogs):
    assert await dialogs.load(1) is None


async def test_what_is_saved_is_what_is_loaded(dialogs):
    assert await dialogs.save(1, Talk(["a red dress"]), 0) == 1
    assert await dialogs.load(1) == Stored(Talk(["a red dress"]), 1)
    assert await dialogs.save(1, Talk(["a red dress", "darker"]), 1) == 2
    assert await dialogs.load(1) == Stored(Talk(["a red dress", "darker"]), 2)
    assert await dialogs.load(2) is None


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(st.text(st.characters())), name=st.binary())
async def test_any_text_comes_back_even_a_file_name_that_is_not_utf_8(dialogs, said, name):
    talk = Talk([*said, name.decode(errors="surrogateescape")])
    await dialogs.delete(1)
    await dialogs.save(1, talk, 0)
    assert await dialogs.load(1) == Stored(talk, 1)


@pytest.mark.parametrize("expected_version", [0, 2, 99])
async def test_a_save_that_did_not_read_the_latest_version_loses(dialogs, expected_version):
    await dialogs.save(1, Talk(["first"]), 0)
    with pytest.raises(WriteConflict):
        await dialogs.save(1, Talk(["second"]), expected_version)
    assert await dialogs.load(1) == Stored(Talk(["first"]), 1)


async def test_of_many_writers_at_once_exactly_one_wins(dialogs):
    await dialogs.save(1, Talk(), 0)
    outcomes = await asyncio.gather(
        *(dialogs.save(1, Talk(["the same words"]), 1) for _ in range(20)), return_exceptions=True
    )
    assert [outcome for outcome in outcomes if outcome == 2] == [2]
    assert sum(isinstance(outcome, WriteConflict) for outcome in outcomes) == 19


async def test_a_deleted_dialog_is_gone_and_a_late_save_of_it_loses(dialogs):
    await dialogs.save(1, Talk(["old"]), 0)
    await dialogs.delete(1)
    await dialogs.delete(1)
    with pytest.raises(WriteConflict):
        await dialogs.save(1, Talk(["late"]), 1)
    assert await dialogs.load(1) is None
    assert await dialogs.save(1, Talk(["new"]), 0) == 1


async def test_a_dialog_lives_a_week_from_its_last_save(any_redis, dialogs, keys):
    await dialogs.save(1, Talk(), 0)
    await any_redis.redis.pexpire(keys.dialog(1), 5_000)
    await dialogs.save(1, Talk(), 1)
    left_ms = await any_redis.redis.pttl(keys.dialog(1))
    assert DIALOG_TTL_S * 1000 - 10_000 < left_ms <= DIALOG_TTL_S * 1000


async def test_an_expired_dialog_is_no_dialog(any_redis, keys):
    dialogs = DialogStore(any_redis, keys, TypeAdapter(Talk), ttl_s=0.02)
    await dialogs.save(1, Talk(), 0)
    await asyncio.sleep(0.05)
    assert await dialogs.load(1) is None


@pytest.mark.parametrize("document", [b"", b"{", b'{"said": 3}', b"[]", b"\xff\xfe"])
async def test_a_dialog_of_another_shape_is_refused_and_can_be_deleted(any_redis, dialogs, keys, document):
    await any_redis.redis.hset(keys.dialog(1), mapping={"version": 3, "value": document, "writer": "x"})
    with pytest.raises(StoredDataInvalid, match="chat 1"):
        await dialogs.load(1)
    await dialogs.delete(1)
    assert await dialogs.save(1, Talk(), 0) == 1


async def test_the_dialogs_of_a_chat_move_with_it_but_replace_nobodys(dialogs):
    await dialogs.save("-5:1", Talk(["hers"]), 0)
    await dialogs.save("-5:2", Talk(["his, from before"]), 0)
    await dialogs.save("-1005:2", Talk(["his, from afterwards"]), 0)
    await dialogs.save("-55:1", Talk(["another chat's"]), 0)
    assert await dialogs.move("-5:", "-1005:") == 1
    assert await dialogs.move("-5:", "-1005:") == 0
    assert await dialogs.load("-1005:1") == Stored(Talk(["hers"]), 1)
    assert await dialogs.load("-1005:2") == Stored(Talk(["his, from afterwards"]), 1)
    assert await dialogs.load("-55:1") == Stored(Talk(["another chat's"]), 1)
    assert await dialogs.load("-5:1") is None


async def test_what_cannot_be_read_is_not_quoted(any_redis, dialogs, keys):
    for document in ('{"said": "a dress for my wedding"}', '["a dress for my wedding"', '{"said": [["wedding"]]}'):
        await any_redis.redis.hset(keys.dialog(1), mapping={"version": 1, "value": document, "writer": "x"})
        with pytest.raises(StoredDataInvalid) as refusal:
            await dialogs.load(1)
        assert "wedding" not in str(refusal.value)
        assert refusal.value.__cause__ is None or "wedding" not in str(refusal.value.__cause__)
