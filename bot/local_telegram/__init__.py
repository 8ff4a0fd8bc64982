"""A Bot API server on 127.0.0.1 with a chat page in the browser: Telegram for demo and tests, without Telegram.

It knows nothing of the rest of the bot, which talks to it over HTTP as it would to api.telegram.org.
"""

from bot.local_telegram.server import LocalTelegram
from bot.local_telegram.world import DEMO_TOKEN, Options

__all__ = ["DEMO_TOKEN", "LocalTelegram", "Options"]
