"""The two ways to a Redis: an address, and the embedded server."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.redis_client import RedisConnection, connect


@pytest.fixture(params=["address", "embedded"])
async def any_redis(
    request: pytest.FixtureRequest, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[RedisConnection]:
    """A connection of either kind; the contract is the same."""
    directory: Path = tmp_path_factory.getbasetemp() / "embedded"
    async with await connect(redis_url if request.param == "address" else None, directory) as connection:
        yield connection
