"""Every refusal has its words, every failure its sentence, and no log line a token."""

import logging

import pytest

from bot import texts
from bot.handlers.errors import sentence_for
from bot.logs import RedactingFormatter
from bot.notices import Notice
from retrieval import errors as retrieval_errors
from storage import errors as storage_errors


@pytest.mark.parametrize("notice", list(Notice))
def test_every_notice_is_one_short_sentence(notice):
    sentence = texts.NOTICES[notice]
    assert sentence.endswith(".")
    assert len(sentence) <= 200  # an alert holds no more


def test_every_foreign_error_has_a_sentence():
    trees = [retrieval_errors.RetrievalError, storage_errors.StorageError]
    kinds = [kind for tree in trees for kind in tree.__subclasses__()]
    assert len(kinds) > 10
    for kind in kinds:
        error = kind("one sentence.", "owner") if kind is storage_errors.LockHeld else kind("One sentence.")
        assert sentence_for(error).endswith(".")


def test_the_token_is_taken_out_of_messages_and_tracebacks():
    token = "1234567890:" + "Ab-_5" * 7
    record = logging.LogRecord("x", logging.ERROR, "f", 1, "POST https://host/bot%s/getMe", (token,), None)
    formatted = RedactingFormatter("%(message)s").format(record)
    assert token not in formatted
    assert "<bot token>" in formatted
    record.exc_info = (ValueError, ValueError(token), None)
    assert token not in RedactingFormatter("%(message)s").format(record)
