"""Log lines hold neither tokens nor what people wrote."""

import io
import json
import logging

import pytest

from bot.logs import JsonFormatter, RedactingFormatter
from bot.recent_errors import KEPT, keeping_errors

TOKEN = "1234567890:AAPictalkDemoTokenForLocalTelegram0"


@pytest.fixture
def log():
    """A logger of its own, and what it has written."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(JsonFormatter())
    logger = logging.getLogger("tests.logs")
    logger.addHandler(handler)
    logger.propagate = False
    yield logger, lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logger.removeHandler(handler)
    logger.propagate = True


def test_a_line_is_an_object(log):
    logger, lines = log
    logger.warning("Update %d waits\nfor “Redis”", 7)
    (entry,) = lines()
    assert entry.pop("time").endswith("+00:00")
    assert entry == {"level": "WARNING", "logger": "tests.logs", "message": "Update 7 waits\nfor “Redis”"}


def test_tokens_are_taken_out_everywhere(log):
    logger, lines = log
    logger.error("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    assert TOKEN not in json.dumps(lines())
    assert "<bot token>" in lines()[0]["message"]


def test_of_an_exception_its_type_and_its_places_but_not_what_it_says(log):
    logger, lines = log
    try:
        int("a dress for my wedding on Friday")
    except ValueError:
        logger.exception("Update 7 failed")
    (entry,) = lines()
    assert entry["exception"] == "builtins.ValueError"
    assert "test_logs.py:" in entry["traceback"][0]
    assert "wedding" not in json.dumps(entry)


def test_lines_for_people_lose_tokens_too():
    record = logging.LogRecord("bot", logging.INFO, "", 0, "GET /bot%s/getMe", (TOKEN,), None)
    assert RedactingFormatter().format(record) == "GET /<bot token>/getMe"


def test_the_last_errors_are_kept_without_tokens_and_without_warnings():
    logger = logging.getLogger("tests.errors")
    with keeping_errors() as errors:
        for number in range(KEPT + 2):
            logger.error("Update %d failed\nat %s", number, TOKEN)
        logger.warning("not this")
        first, *_ = lines = errors.lines()
    logger.error("nor this")
    assert len(lines) == KEPT == len(errors.lines())
    assert first.endswith(f"Update {KEPT + 1} failed at <bot token>")
