"""`make demo`: the whole of Pictalk on this machine, with a chat page in the browser.

Renders the demo catalogue (or takes your own pictures), indexes it, starts the embedded Redis, the local Telegram and
the bot, prints the address of the chat page and runs until Ctrl-C.
"""

import argparse
import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from pydantic import SecretStr

from bot import logs
from bot.app import run
from bot.local_telegram import LocalTelegram
from bot.settings import Settings
from retrieval.errors import RetrievalError
from scripts.indexing import Catalogue, index
from scripts.rendering.catalogue import write_catalogue
from storage.errors import StorageError

ADMIN = 1
"""Ann, the first person on the chat page."""


def main() -> int:
    """Prepare, serve, and stop on Ctrl-C; 2 with one sentence when it cannot start."""
    arguments = _arguments()
    logs.set_up(os.environ.get("LOG_LEVEL", "WARNING"))
    try:
        return asyncio.run(_demo(arguments))
    except (RetrievalError, StorageError) as error:
        print(f"demo: {error}", file=sys.stderr)
    except OSError as error:
        print(f"demo: {error.strerror or error}", file=sys.stderr)
    return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.demo", description=__doc__)
    parser.add_argument("--port", type=int, default=8080, help="of the chat page on 127.0.0.1 (default 8080)")
    own = parser.add_mutually_exclusive_group()
    own.add_argument("--images", type=Path, help="a folder of pictures to search instead of the demo products")
    own.add_argument("--catalog", type=Path, help="a CSV, JSONL or Parquet catalogue instead of the demo products")
    parser.add_argument("--data-dir", type=Path, help="default var/demo, or var/own for your own pictures")
    return parser.parse_args()


async def _demo(arguments: argparse.Namespace) -> int:
    started = time.monotonic()
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    own = arguments.images is not None or arguments.catalog is not None
    data_dir: Path = arguments.data_dir or Path("var/own" if own else "var/demo")
    catalogue = Catalogue(images=arguments.images, catalog=arguments.catalog)
    if not own:
        catalogue = Catalogue(catalog=await asyncio.to_thread(write_catalogue, data_dir / "catalogue"))
    async with LocalTelegram(port=arguments.port) as telegram:
        settings = Settings(
            _env_file=None,
            telegram_bot_token=SecretStr(telegram.token),
            telegram_api_url=telegram.url,
            admin_ids=frozenset({ADMIN}),
            data_dir=data_dir,
            images=catalogue.images,
            catalog=catalogue.catalog,
            redis_url=None,
            # The local Telegram begins with empty chats at each start, so the bot must not remember older ones.
            redis_prefix=f"demo-{time.time_ns()}",
        )
        if not await index(settings, catalogue, stopping):
            return 130
        listening = asyncio.Event()
        bot = asyncio.create_task(run(settings, stopping, listening))
        waiting = asyncio.create_task(listening.wait())
        await asyncio.wait({bot, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if listening.is_set():
            print(f"\nPictalk is ready after {time.monotonic() - started:.0f} s: open {telegram.url}")
            print("Write “a red summer dress”, tap a number, write “the same with long sleeves”.", flush=True)
        await bot
    return 0


if __name__ == "__main__":
    sys.exit(main())
