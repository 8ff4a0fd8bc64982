"""python-telegram-bot's Application, with errors left to `delivery`: it alone knows whether to try an update again."""

from typing import Any

from telegram.ext import AIORateLimiter, Application, ApplicationBuilder

MAX_RETRIES = 3
"""How often a call is repeated after "retry after": Telegram has not carried it out then, so that is safe."""
_CONNECTIONS = 64


class RaisingApplication(Application[Any, Any, Any, Any, Any, Any]):
    """Raises what a handler raised out of `process_update`, instead of logging it and going on."""

    async def process_error(self, update: object | None, error: Exception, *_: Any, **__: Any) -> bool:
        """Raise `error`."""
        raise error


def build_application(token: str, api_url: str) -> Application[Any, Any, Any, Any, Any, Any]:
    """An application without an updater: `delivery` fetches the updates.

    `api_url` is the Bot API's, without a slash at the end.
    """
    return (
        ApplicationBuilder()
        .application_class(RaisingApplication)
        .token(token)
        .base_url(f"{api_url}/bot")
        .base_file_url(f"{api_url}/file/bot")
        .rate_limiter(AIORateLimiter(max_retries=MAX_RETRIES))
        .connection_pool_size(_CONNECTIONS)
        .pool_timeout(30.0)
        .read_timeout(15.0)
        .updater(None)
        .build()
    )
