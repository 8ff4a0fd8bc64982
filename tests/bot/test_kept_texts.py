"""Features of texts kept in a real Redis: never those of another model, never damaged ones, never a long wait."""

import asyncio

import numpy as np
import pytest

from bot.kept_texts import KeptTexts
from storage.cached_bytes import CachedBytes
from storage.redis_client import connect

MODEL = "tiny@abc+float16"
FEATURES = np.arange(1, 5, dtype=np.float32)[None]


@pytest.fixture
async def redis(redis_url, tmp_path):
    async with await connect(redis_url, tmp_path) as connection:
        yield connection


@pytest.fixture
def cache(redis, keys):
    return CachedBytes(redis, keys)


@pytest.fixture
async def memory(cache):
    return KeptTexts(cache, asyncio.get_running_loop(), patience_s=5)


async def put(memory, text="a red dress", features=FEATURES):
    await asyncio.to_thread(memory.put, MODEL, {text: features})
    await asyncio.sleep(0.1)  # nobody is told when it is kept


async def get(memory, *texts, model=MODEL, dimension=4):
    return dict(await asyncio.to_thread(memory.get, model, texts, dimension))


async def test_a_text_that_was_kept_is_found_by_another_process(memory, cache):
    await put(memory)
    found = await get(KeptTexts(cache, asyncio.get_running_loop(), patience_s=5), "a red dress", "a blue dress")
    assert list(found) == ["a red dress"]
    np.testing.assert_array_equal(found["a red dress"], FEATURES)


async def test_texts_that_no_file_can_hold_are_kept_too(memory):
    await put(memory, "half a pair \ud83d")
    assert list(await get(memory, "half a pair \ud83d")) == ["half a pair \ud83d"]


async def test_another_model_or_width_finds_nothing(memory):
    await put(memory)
    assert await get(memory, "a red dress", model="tiny@abd+float16") == {}
    assert await get(memory, "a red dress", model="tiny@abc+float32") == {}
    assert await get(memory, "a red dress", dimension=5) == {}


@pytest.mark.parametrize("damage", ["another model's", "one bit", "cut", "empty", "text"])
async def test_a_damaged_entry_is_never_used_and_is_replaced(damage, memory, redis, keys):
    await put(memory)
    [key] = [key async for key in redis.redis.scan_iter(keys.cached("*").replace("{", r"\{"))]
    entry = await redis.redis.get(key)
    if damage == "another model's":
        await asyncio.to_thread(memory.put, "another@model", {"a red dress": 2 * FEATURES})
        await asyncio.sleep(0.1)
        [other] = [k async for k in redis.redis.scan_iter(keys.cached("*").replace("{", r"\{")) if k != key]
        entry = await redis.redis.get(other)
    changed = {"one bit": entry[:-1] + bytes([entry[-1] ^ 1]), "cut": entry[:-4], "empty": b"", "text": b"x" * 32}
    await redis.redis.set(key, changed.get(damage, entry))

    assert await get(memory, "a red dress") == {}
    await put(memory)
    assert list(await get(memory, "a red dress")) == ["a red dress"]


async def test_a_redis_that_is_slow_is_left_alone_for_a_while(memory, cache, caplog):
    await put(memory)
    hurried = KeptTexts(cache, asyncio.get_running_loop(), patience_s=0.0)
    with caplog.at_level("INFO", "bot.kept_texts"):
        assert await get(hurried, "a red dress") == {}
        assert await get(hurried, "a red dress") == {}
        await put(hurried, "a blue dress")
    assert len(caplog.records) == 1
    assert await get(memory, "a blue dress") == {}


async def test_a_redis_that_is_away_hurts_no_search(tmp_path, keys, caplog):
    async with await connect(None, tmp_path) as connection:
        memory = KeptTexts(CachedBytes(connection, keys), asyncio.get_running_loop(), patience_s=10)
        await connection.redis.shutdown(nosave=True)
        with caplog.at_level("INFO", "bot.kept_texts"):
            assert await get(memory, "a red dress") == {}
    assert "without Redis" in caplog.text
