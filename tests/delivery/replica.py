"""One process of a bot that repeats what it is told: the real way of updates in and messages out, without a model.

python -m tests.delivery.replica, with the settings of a bot in its environment; prints its webhook's port.
"""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator
from functools import partial

from telegram import Update

from bot import logs
from bot.application import build_application
from bot.delivery import Answer
from bot.handlers.arrivals import Arrivals
from bot.latest import Latest
from bot.metrics import Metrics
from bot.rate_limiter import RateLimiter
from bot.receiving import Receiver, open_receiver
from bot.settings import Settings
from storage.keys import Keys
from storage.redis_client import connect

CHAT_LOCK_S = 1.0


@contextlib.asynccontextmanager
async def echoing(settings: Settings, pause_s: float = 0.0, metrics: Metrics | None = None) -> AsyncIterator[Receiver]:
    """A receiver at work, whose bot answers each text with itself, after a pause."""
    metrics = metrics or Metrics()
    assert settings.redis_url
    token = settings.telegram_bot_token.get_secret_value()
    limiter = RateLimiter(metrics, settings.messages_per_second, limited=settings.send_limits)
    application = build_application(token, settings.telegram_api_url, limiter)

    async def echo(update: Update) -> None:
        if update.message is not None:
            await asyncio.sleep(pause_s)
            await application.bot.send_message(update.message.chat_id, update.message.text or "?")

    async def prepare(update: Update) -> Answer:
        return partial(echo, update)

    async def tell_outage(update: Update) -> None:
        await application.bot.send_message(update.effective_chat.id, "later")

    async with await connect(settings.redis_url.get_secret_value(), settings.data_dir) as redis, application:
        keys = Keys(settings.redis_prefix, application.bot.id)
        receiver = await open_receiver(
            settings,
            application.bot,
            redis,
            keys,
            prepare,
            tell_outage,
            metrics,
            Arrivals(Latest()),
            chat_lock_s=CHAT_LOCK_S,
        )
        running = asyncio.create_task(receiver.run())
        try:
            yield receiver
        finally:
            receiver.stop()
            await running


async def main() -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    settings = Settings(_env_file=None)
    logs.set_up("WARNING", settings.log_format)
    async with echoing(settings, float(os.environ["PAUSE_S"])) as receiver:
        print(receiver.port, flush=True)
        await stopping.wait()


if __name__ == "__main__":
    asyncio.run(main())
