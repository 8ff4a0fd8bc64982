"""Exit status 0 while the bot's container is of use: its Redis answers. Docker asks every 30 seconds.

The bot itself ends when it cannot go on, and the engine starts it again; Redis is the one part that it waits for.
"""

import asyncio
import sys

from bot.settings import Settings
from storage.errors import StorageUnavailable
from storage.redis_client import connect


def main() -> int:
    """0 when Redis answers (or is embedded, and so lives and dies with the bot), 1 with one sentence when not."""
    settings = Settings()
    if settings.redis_url is None:
        return 0
    try:
        asyncio.run(_ask(settings.redis_url.get_secret_value(), settings))
    except StorageUnavailable as error:
        print(error, file=sys.stderr)
        return 1
    return 0


async def _ask(url: str, settings: Settings) -> None:
    async with await connect(url, settings.data_dir):
        pass


if __name__ == "__main__":
    sys.exit(main())
