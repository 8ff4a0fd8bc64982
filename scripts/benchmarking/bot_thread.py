"""The bot on a thread of this process, so that what its turns cost the processor can be told apart."""

import asyncio
import threading
import time
from types import TracebackType
from typing import Self

from bot.app import run
from bot.settings import Settings

_START_S = 120.0
_MODEL_AND_INDEX = "retrieval"
"""Name of the worker's thread."""


class BotThread:
    """Runs `bot.app.run`; an asynchronous context manager."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listening = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="bot")

    async def __aenter__(self) -> Self:
        """Return when the bot listens.

        Raises:
            Exception: why it could not start.
        """
        self._thread.start()
        await asyncio.to_thread(self._listening.wait, _START_S)
        if self._failure is not None:
            raise self._failure
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Stop it as SIGTERM would."""
        if self._loop is not None and self._stopping is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stopping.set)
        await asyncio.to_thread(self._thread.join)

    def overhead_s(self) -> float:
        """Processor seconds so far of all threads but this process's main one and the one of model and index."""
        apart = {threading.main_thread(), threading.current_thread()}
        return sum(
            time.clock_gettime(time.pthread_getcpuclockid(thread.ident))
            for thread in threading.enumerate()
            if thread not in apart and thread.name != _MODEL_AND_INDEX and thread.ident is not None
        )

    def _work(self) -> None:
        try:
            asyncio.run(self._run())
        except BaseException as error:  # told to whoever waits for the start
            self._failure = error
        finally:
            self._listening.set()

    async def _run(self) -> None:
        self._loop, self._stopping = asyncio.get_running_loop(), asyncio.Event()
        listening = asyncio.Event()
        telling = asyncio.create_task(self._tell(listening))
        try:
            await run(self._settings, self._stopping, listening)
        finally:
            telling.cancel()

    async def _tell(self, listening: asyncio.Event) -> None:
        await listening.wait()
        self._listening.set()
