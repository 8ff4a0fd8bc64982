"""``python -m bot.local_telegram``: run the server until Ctrl-C."""

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from bot.local_telegram.server import LocalTelegram
from bot.local_telegram.world import Options


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.local_telegram", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on, 0 for a free one")
    parser.add_argument("--state", type=Path, metavar="DIR", help="folder in which files survive a restart")
    parser.add_argument("--limits", action="store_true", help="apply Telegram's flood limits")
    parser.add_argument("--name", default="Pictalk", help="name of the bot")
    parser.add_argument("--username", default="pictalk_bot", help="username of the bot")
    return parser.parse_args()


async def _run(arguments: argparse.Namespace) -> None:
    options = Options(arguments.name, arguments.username, limits=arguments.limits)
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stopped.set)
    async with LocalTelegram(arguments.port, host=arguments.host, state=arguments.state, options=options) as telegram:
        print(f"Chat page: {telegram.url}   Bot API: {telegram.base_url}<token>/<method>", flush=True)
        await stopped.wait()


def main() -> int:
    """Run; return the exit status."""
    arguments = _arguments()
    try:
        asyncio.run(_run(arguments))
    except OSError as error:
        print(f"Cannot listen on {arguments.host}:{arguments.port}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
