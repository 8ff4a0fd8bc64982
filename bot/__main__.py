"""`python -m bot`: the real bot, configured by the environment and `.env`."""

import argparse
import asyncio
import logging
import signal
import sys

from pydantic import ValidationError
from telegram.error import BadRequest, InvalidToken, NetworkError

from bot import logs
from bot.heap_memory import keep_few_heaps
from bot.settings import Settings

logger = logging.getLogger("bot")


def main() -> int:
    """Run until SIGINT or SIGTERM; 2 when it cannot start, with one sentence on standard error."""
    argparse.ArgumentParser(prog="python -m bot", description=__doc__).parse_args()
    keep_few_heaps()
    try:
        settings = Settings()
    except ValidationError as error:
        return _refuse("; ".join(_said(e["loc"], e["msg"]) for e in error.errors()))
    logs.set_up(settings.log_level, settings.log_format)
    if not settings.telegram_bot_token.get_secret_value():
        return _refuse("TELEGRAM_BOT_TOKEN is not set: put the token from @BotFather into .env.")
    return asyncio.run(_run(settings))


async def _run(settings: Settings) -> int:
    # Imported late: loading torch takes seconds, and a missing token should be said at once.
    from bot.app import run
    from bot.http_server import PortTaken
    from retrieval.errors import RetrievalError
    from storage.errors import StorageError

    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    try:
        await run(settings, stopping)
    except (RetrievalError, StorageError, PortTaken) as error:
        return _refuse(str(error))
    except InvalidToken:
        return _refuse("Telegram does not know this TELEGRAM_BOT_TOKEN: copy it from @BotFather again.")
    except BadRequest as error:
        return _refuse(f"Telegram refuses what the bot sets up: {error.message}.")
    except NetworkError as error:
        return _refuse(f"{settings.telegram_api_url} cannot be reached: {error.message}.")
    return 0


def _said(where: tuple[int | str, ...], message: str) -> str:
    """Which setting is wrong, and why; what concerns several settings names them itself."""
    return f"{'.'.join(map(str, where)).upper()}: {message}" if where else message.removeprefix("Value error, ")


def _refuse(sentence: str) -> int:
    print(f"pictalk: {sentence}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
