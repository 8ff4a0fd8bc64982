"""Log lines without secrets: the bot token appears in every Bot API address, so it is taken out of every record."""

import logging
import re

# Digits, a colon, 35 or so characters: the shape of every bot token, also inside an address.
_TOKEN = re.compile(r"\b(?:bot)?\d{5,}:[A-Za-z0-9_-]{30,}")


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes bot tokens out of the result."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text without tokens."""
        return _TOKEN.sub("<bot token>", super().format(record))


def set_up(level: str) -> None:
    """Log to standard error at `level`; the HTTP client, which logs addresses with the token, only from WARNING on."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    # open_clip reports each step of loading a model to the root logger itself.
    handler.addFilter(lambda record: record.name != "root" or record.levelno >= logging.WARNING)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # DEBUG of these prints whole updates, texts included.
    for name in ("telegram", "aiohttp.access"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
