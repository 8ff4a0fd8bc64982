"""How updates reach the bot: by polling, or by webhook where the settings give an address."""

import os
import socket
from functools import partial

from telegram import Bot

from bot.delivery import Delivery, Prepare, Tell
from bot.handlers.arrivals import Arrivals
from bot.metrics import Metrics
from bot.polling import Polling
from bot.settings import Settings
from bot.webhook import Webhook
from storage.keys import Keys
from storage.locks import Lock
from storage.redis_client import RedisConnection
from storage.updates import UpdateLog

CHAT_LOCK_S = 15.0
"""How long a chat waits when the process that was answering in it has died; Telegram waits longer for an answer."""

Receiver = Polling | Webhook


def process_name() -> str:
    """This process, as others are told of it."""
    return f"on {socket.gethostname()}, process {os.getpid()}"


async def open_receiver(
    settings: Settings,
    bot: Bot,
    redis: RedisConnection,
    keys: Keys,
    prepare: Prepare,
    on_outage: Tell,
    metrics: Metrics,
    arrivals: Arrivals,
    *,
    chat_lock_s: float = CHAT_LOCK_S,
) -> Receiver:
    """What has updates answered by what `prepare` gives, once it runs; Telegram has been told already.

    Telegram takes one poller only, so polling needs no locks. Webhook processes may be many.

    Raises:
        bot.http_server.PortTaken: the webhook's port is not free.
        telegram.error.TelegramError: Telegram cannot be reached, or refuses the set-up.
    """
    updates = UpdateLog(redis, keys)
    deliver = partial(
        Delivery,
        updates,
        prepare,
        on_outage,
        metrics,
        arrived=arrivals.arrived,
        settled=arrivals.settled,
        together=redis.together,
    )
    if settings.webhook_url is None:
        polling = Polling(bot, deliver())
        await polling.open()
        return polling
    lock = partial(_lock_of, redis, keys, chat_lock_s)
    secret = settings.webhook_secret.get_secret_value() if settings.webhook_secret else ""
    webhook = Webhook(bot, deliver(exclusively=lock), metrics, settings.webhook_url, secret)
    await webhook.open(settings.webhook_host, settings.webhook_port)
    return webhook


def _lock_of(redis: RedisConnection, keys: Keys, ttl_s: float, chat: int) -> Lock:
    """What one process at a time holds while it answers in a chat."""
    return Lock(redis, keys, f"chat:{chat}", process_name(), ttl_s=ttl_s, heartbeat_s=ttl_s / 3)
