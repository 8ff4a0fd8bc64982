"""Log lines without secrets: the bot token appears in every Bot API address, so it is taken out of every record."""

import datetime
import json
import logging
import re
import traceback
from typing import Literal

# Digits, a colon, 35 or so characters: the shape of every bot token, also inside an address.
_TOKEN = re.compile(r"\b(?:bot)?\d{5,}:[A-Za-z0-9_-]{30,}")


def without_token(text: str) -> str:
    """A text in which no bot token is left."""
    return _TOKEN.sub("<bot token>", text)


class RedactingFormatter(logging.Formatter):
    """Formats a record, traceback included, and takes bot tokens out of the result."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one text without tokens."""
        return without_token(super().format(record))


class JsonFormatter(logging.Formatter):
    """One JSON object a line: `time` (UTC), `level`, `logger`, `message`, and of an exception its type and places.

    What an exception says is left out, and so are the source lines of its traceback: either may quote a person.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line without tokens."""
        entry: dict[str, object] = {
            "time": datetime.datetime.fromtimestamp(record.created, datetime.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info and record.exc_info[1] is not None:
            error = record.exc_info[1]
            entry["exception"] = f"{type(error).__module__}.{type(error).__qualname__}"
            frames = traceback.walk_tb(error.__traceback__)
            entry["traceback"] = [f"{frame.f_code.co_filename}:{line}" for frame, line in frames]
        return without_token(json.dumps(entry, ensure_ascii=False))


def set_up(level: str, form: Literal["text", "json"] = "text") -> None:
    """Log to standard error at `level`; the HTTP client, which logs addresses with the token, only from WARNING on."""
    handler = logging.StreamHandler()
    text = RedactingFormatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    handler.setFormatter(JsonFormatter() if form == "json" else text)
    # open_clip reports each step of loading a model to the root logger itself.
    handler.addFilter(lambda record: record.name != "root" or record.levelno >= logging.WARNING)
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "PIL"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # DEBUG of these prints whole updates, texts included.
    for name in ("telegram", "aiohttp.access"):
        logging.getLogger(name).setLevel(max(logging.INFO, logging.getLevelNamesMapping()[level]))
