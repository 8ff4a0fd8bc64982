from storage.outbox import OutboxStore


async def test_what_is_put_is_what_is_loaded(any_redis, keys):
    sends = OutboxStore(any_redis, keys)
    assert await sends.load(7) == {}
    await sends.put(7, 0, '{"messages": [1, 2], "said": "é"}')
    await sends.put(7, 1, "[]")
    assert await sends.load(7) == {0: '{"messages": [1, 2], "said": "é"}', 1: "[]"}
    assert await sends.load(8) == {}


async def test_it_is_kept_as_long_as_the_update_may_come_again(any_redis, keys):
    await OutboxStore(any_redis, keys).put(7, 0, "{}")
    assert 24 * 3600 < await any_redis.redis.ttl(keys.sent(7)) <= 25 * 3600
