"""`make demo`: the whole of Pictalk on this machine, with a chat page in the browser.

Renders the demo catalogue (or takes your own pictures), indexes it, starts the embedded Redis, the local Telegram and
the bot, prints the address of the chat page and runs until Ctrl-C.
"""

import argparse
import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

from pydantic import SecretStr

from bot import logs
from bot.app import run
from bot.heap_memory import keep_few_heaps
from bot.local_telegram import LocalTelegram
from bot.publishing import Catalogue
from bot.settings import Settings
from retrieval.errors import RetrievalError
from scripts.indexing import index
from scripts.rendering.catalogue import write_catalogue
from storage.errors import StorageError

ADMIN = 1
"""Ann, the first person on the chat page."""
_STOPPED = 130


def main() -> int:
    """Prepare, serve, and stop on Ctrl-C; 2 with one sentence when it cannot start."""
    arguments = _arguments()
    keep_few_heaps()
    logs.set_up(os.environ.get("LOG_LEVEL", "WARNING"))
    started = time.monotonic()
    own = arguments.images is not None or arguments.catalog is not None
    data_dir: Path = arguments.data_dir or Path("var/own" if own else "var/demo")
    try:
        _check_port(arguments.port)  # said now, not after a minute of drawing
        catalogue = Catalogue(arguments.images, arguments.catalog)
        if not own:
            catalogue = Catalogue(catalog=write_catalogue(data_dir / "catalogue"))
        return asyncio.run(_serve(arguments.port, data_dir, catalogue, started))
    except KeyboardInterrupt:
        return _STOPPED
    except (RetrievalError, StorageError) as error:
        print(f"demo: {error}", file=sys.stderr)
    except OSError as error:
        print(f"demo: {error.strerror or error}", file=sys.stderr)
    return 2


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m scripts.demo", description=__doc__)
    parser.add_argument("--port", type=_port, default=8080, help="of the chat page on 127.0.0.1 (default 8080)")
    own = parser.add_mutually_exclusive_group()
    own.add_argument("--images", type=Path, help="a folder of pictures to search instead of the demo products")
    own.add_argument("--catalog", type=Path, help="a CSV, JSONL or Parquet catalogue instead of the demo products")
    parser.add_argument("--data-dir", type=Path, help="default var/demo, or var/own for your own pictures")
    return parser.parse_args()


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError(f"{port} is no port: choose one from 1 to 65535")
    return port


def _check_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise OSError(error.errno, f"Port {port} is taken ({error.strerror}): make demo PORT=another") from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _serve(port: int, data_dir: Path, catalogue: Catalogue, started: float) -> int:
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)

    pages_port = _free_port()
    async with LocalTelegram(port=port) as telegram:
        settings = Settings(
            _env_file=None,
            telegram_bot_token=SecretStr(telegram.token),
            telegram_api_url=telegram.url,
            admin_ids=frozenset({ADMIN}),
            data_dir=data_dir,
            images=catalogue.images,
            catalog=catalogue.catalog,
            redis_url=None,
            send_limits=False,
            pages_url=f"http://127.0.0.1:{pages_port}",
            pages_port=pages_port,
            # The local Telegram begins with empty chats at each start, so the bot must not remember older ones.
            redis_prefix=f"demo-{time.time_ns()}",
        )
        if not await index(settings, catalogue, stopping):
            return _STOPPED
        listening = asyncio.Event()
        bot = asyncio.create_task(run(settings, stopping, listening))
        waiting = asyncio.create_task(listening.wait())
        await asyncio.wait({bot, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if listening.is_set():
            print(f"\nPictalk is ready after {time.monotonic() - started:.0f} s: open {telegram.url}")
            print("Write “a red summer dress”, tap a number, write “the same with long sleeves”; then /web and /map.")
            sys.stdout.flush()
        await bot
    return 0


if __name__ == "__main__":
    sys.exit(main())
