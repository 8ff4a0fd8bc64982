"""The connection to Redis: a server of the person's own, or the embedded one.

Every command of this package goes through `RedisConnection.run`, so that no error of the redis package leaves it and
nobody waits long for a server that is gone: two seconds to connect, two for an answer, one more try on a fresh
connection (a server that was restarted leaves dead ones in the pool), four seconds in all.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from pathlib import Path
from typing import Any, Self, TypeVar, cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError

from storage.embedded_redis import EmbeddedRedis
from storage.errors import StorageUnavailable

_CONNECT_TIMEOUT_S = 2.0
_ANSWER_TIMEOUT_S = 2.0
_RETRY_PAUSE_S = 0.05
_DEADLINE_S = 4.0  # redis tries both the command and the connection again, and would wait four times over
_HEALTH_CHECK_S = 30  # a connection idle for longer is tried with a PING before it is used

R = TypeVar("R")


class _Batch:
    """Commands that wait to travel together."""

    def __init__(self) -> None:
        self._commands: list[tuple[Any, dict[str, Any], asyncio.Future[Any]]] | None = []

    def __len__(self) -> int:
        """Number of commands."""
        return len(self._commands or ())

    def add(self, command: Any, options: dict[str, Any]) -> asyncio.Future[Any] | None:
        """The reply to come; None where the others have left already."""
        if self._commands is None:
            return None
        future = asyncio.get_running_loop().create_future()
        self._commands.append((command, options, future))
        return future

    async def send(self, redis: Redis) -> None:
        """Send them in one trip and hand out the replies, errors among them."""
        commands, self._commands = self._commands or [], None
        pipeline = redis.pipeline(transaction=False)
        for command, options, _ in commands:
            pipeline.execute_command(*command, **options)
        try:
            async with asyncio.timeout(_DEADLINE_S):
                replies = await pipeline.execute(raise_on_error=False)
        except (RedisError, OSError) as error:
            replies = [error] * len(commands)
        for (_, _, future), reply in zip(commands, replies, strict=True):
            if future.done():
                continue
            if isinstance(reply, Exception):
                future.set_exception(reply)
            else:
                future.set_result(reply)


_batch: ContextVar[_Batch | None] = ContextVar("batch", default=None)


class _Client(Redis):
    """Commands that are asked for inside `RedisConnection.together` wait for each other."""

    async def execute_command(self, *command: Any, **options: Any) -> Any:
        """The reply to a command."""
        batch = _batch.get()
        reply = batch.add(command, options) if batch is not None else None
        if reply is not None:
            return await reply
        return await super().execute_command(*command, **options)  # type: ignore[no-untyped-call]


class RedisConnection:
    """One process's way to Redis; close it, or use it as an async context manager.

    Attributes:
        redis: the client; its replies are bytes.
    """

    def __init__(self, redis: Redis, embedded: EmbeddedRedis | None = None) -> None:
        self.redis = redis
        self._embedded = embedded

    async def run(self, command: Awaitable[R]) -> R:
        """The reply to a command or a script.

        Raises:
            StorageUnavailable: no answer, or an answer that says no.
        """
        try:
            async with asyncio.timeout(_DEADLINE_S):
                return await command
        except (RedisError, OSError) as error:
            reason = str(error) or f"nothing within {_DEADLINE_S:g} s"
            raise StorageUnavailable(f"Redis does not answer as it should: {reason}") from error

    async def script(self, source: str, key: str, *arguments: bytes | str | int) -> object:
        """The reply to a Lua script about one key; it runs whole or not at all, and nothing runs beside it.

        It may run twice if the first answer is lost on the way, so a script must recognise its own earlier run.

        Raises:
            StorageUnavailable: no answer, or an answer that says no.
        """
        return await self.run(cast(Awaitable[object], self.redis.eval(source, 1, key, *arguments)))

    async def together(self, ask: Callable[[], Awaitable[R]]) -> R:
        """What `ask` gives, an `asyncio.gather` of questions to stores: their first commands go in one trip.

        A trip costs the processor 0.35 ms, one of five commands 0.5 ms. They are no transaction.

        Raises:
            StorageUnavailable: no answer to one of them, or an answer that says no.
        """
        batch = _Batch()
        token = _batch.set(batch)
        try:
            answers = asyncio.ensure_future(ask())
        finally:
            _batch.reset(token)
        try:
            before = -1
            while before != len(batch):  # until nobody comes any more
                before = len(batch)
                await asyncio.sleep(0)
            await batch.send(self.redis)
            return await answers
        finally:
            answers.cancel()

    async def ping(self) -> None:
        """Return if Redis answers.

        Raises:
            StorageUnavailable: it does not.
        """
        await self.run(self.redis.ping())

    async def close(self) -> None:
        """Close every connection; stops the embedded server if nobody else uses it."""
        try:
            await self.redis.aclose()
        finally:
            if self._embedded is not None:
                await asyncio.to_thread(self._embedded.leave)

    async def __aenter__(self) -> Self:
        """Itself, open already."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close."""
        await self.close()


async def connect(url: str | None, directory: Path) -> RedisConnection:
    """Connect to the server at `url`, or, when that is None, to the embedded one whose files lie in `directory`.

    Processes that name the same directory share one embedded server. The first starts it and the last stops it.

    Raises:
        StorageUnavailable: the address is no Redis address, the server there does not answer, or the embedded one does
            not start. The sentence never holds a password.
    """
    embedded = None
    if url is None:
        embedded = EmbeddedRedis(directory)
        await _join(embedded)
    try:
        connection = RedisConnection(_client(url, embedded), embedded)
    except ValueError as error:  # redis says what is wrong with the scheme; the address itself may hold a password
        raise StorageUnavailable(
            "REDIS_URL is no Redis address; it looks like redis://user:password@host:6379/0, rediss://… or unix://…"
        ) from error
    try:
        await connection.ping()
    except BaseException:
        await connection.close()
        raise
    return connection


async def _join(embedded: EmbeddedRedis) -> None:
    """Join in a thread; Ctrl-C meanwhile waits for it and leaves again, so that no server is left behind."""
    joining = asyncio.ensure_future(asyncio.to_thread(embedded.join))
    try:
        await asyncio.shield(joining)
    except asyncio.CancelledError:
        with contextlib.suppress(StorageUnavailable):
            await joining
        await asyncio.to_thread(embedded.leave)
        raise


def _client(url: str | None, embedded: EmbeddedRedis | None) -> Redis:
    options: dict[str, Any] = {
        "socket_connect_timeout": _CONNECT_TIMEOUT_S,
        "socket_timeout": _ANSWER_TIMEOUT_S,
        "health_check_interval": _HEALTH_CHECK_S,
        "retry": Retry(ConstantBackoff(_RETRY_PAUSE_S), retries=1),
    }
    if embedded is not None:
        return _Client(unix_socket_path=str(embedded.socket_path), **options)
    return _Client.from_url(url or "", **options)
