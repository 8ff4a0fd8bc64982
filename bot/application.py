"""python-telegram-bot's Application, with errors left to `delivery`: it alone knows whether to try an update again."""

import logging
from collections.abc import Sequence
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, ApplicationBuilder

from bot.rate_limiter import RateLimiter
from bot.telegram_request import AiohttpRequest

logger = logging.getLogger(__name__)

_CONNECTIONS = 64


class RaisingApplication(Application[Any, Any, Any, Any, Any, Any]):
    """Raises what a handler raised out of `process_update`, instead of logging it and going on."""

    def __init__(self, *, requests: Sequence[AiohttpRequest], **builder: Any) -> None:
        """`requests` are those of its bot; `builder` is what python-telegram-bot's own builder gives."""
        super().__init__(**builder)
        self._requests = requests

    async def initialize(self) -> None:
        """Open what it needs; what is open already is closed again where that fails."""
        try:
            await super().initialize()
        except BaseException:
            for request in self._requests:
                await request.shutdown()
            raise

    async def process_error(self, update: object | None, error: Exception, *_: Any, **__: Any) -> bool:
        """Raise `error`."""
        raise error


def build_application(token: str, api_url: str, rate_limiter: RateLimiter) -> Application[Any, Any, Any, Any, Any, Any]:
    """An application without an updater: `polling` or `webhook` brings the updates.

    `api_url` is the Bot API's, without a slash at the end.
    """
    updates, calls = AiohttpRequest(1), AiohttpRequest(_CONNECTIONS, read_timeout_s=15.0, pool_timeout_s=30.0)
    return (
        ApplicationBuilder()
        .application_class(RaisingApplication, {"requests": (updates, calls)})
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .rate_limiter(rate_limiter)
        .get_updates_request(updates)
        .request(calls)
        .updater(None)
        .build()
    )


def read_update(payload: dict[str, Any], bot: Bot) -> Update:
    """The update, with its `update_id` alone where python-telegram-bot cannot make sense of the rest.

    One that was raised for would come again for ever; an empty one is confirmed like any other.
    """
    try:
        return Update.de_json(payload, bot)
    except Exception:
        logger.exception("Update %s cannot be parsed and is passed over", payload["update_id"])
        return Update(payload["update_id"])
