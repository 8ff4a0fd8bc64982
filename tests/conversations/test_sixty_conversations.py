"""Sixty conversations, in every language and kind of chat: every button, every command, every kind of message.

After each step Telegram has refused and repaired nothing, every tap and inline query has been answered, nothing was
logged as an error, and the bot's last message leaves a way on.
"""

import ast
import inspect
import logging
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from telegram.constants import MessageType

import bot
from bot import admin_texts, callback_data, handlers, texts
from bot.languages import NAMES
from storage.embedded_redis import EmbeddedRedis
from tests.conversations.script import everything_sent, keeping, searching, together
from tests.conversations.script.performing import Performance
from tests.conversations.script.stages import Stages
from tests.conversations.script.steps import Bytes, Conversation, Follow, Photo, Say, Send, Tap

# As for `retry_after` in pyproject.toml: python-telegram-bot asks for an environment variable.
pytestmark = pytest.mark.filterwarnings("ignore:.*timedelta.*:telegram.warnings.PTBDeprecationWarning")

CONVERSATIONS: tuple[Conversation, ...] = (
    *searching.CONVERSATIONS,
    *everything_sent.CONVERSATIONS,
    *together.CONVERSATIONS,
    *keeping.CONVERSATIONS,
)
STEPS = [step for conversation in CONVERSATIONS for step in conversation.steps]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stages(
    collection: Path, tmp_path_factory: pytest.TempPathFactory, redis_server: EmbeddedRedis
) -> AsyncIterator[Stages]:
    """The bots, each started once."""
    data_dir = tmp_path_factory.mktemp("stages")
    found = Stages(collection, data_dir, f"unix://{redis_server.socket_path}", "sixty")
    yield found
    await found.close()


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda each: each.title)
async def test_it_goes_well(stages: Stages, conversation: Conversation, caplog: pytest.LogCaptureFixture):
    await Performance(conversation, await stages.get(conversation.bot)).run()
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_there_are_sixty_in_every_language_and_kind_of_chat():
    assert len({conversation.title for conversation in CONVERSATIONS}) == len(CONVERSATIONS) >= 60
    for language in NAMES:
        places = [conversation.place for conversation in CONVERSATIONS if conversation.language == language]
        assert len(places) >= 9
        assert {"private", "group"} <= set(places) | {"topic"}
    assert {conversation.place for conversation in CONVERSATIONS} == {"private", "group", "topic", "channel"}


def test_every_button_is_pressed():
    """Those that are sent back are what `pack` can pack; those that lead elsewhere have an address in the code."""
    packable = {
        node.cls.id
        for node in ast.walk(ast.parse(inspect.getsource(callback_data.pack)))
        if isinstance(node, ast.MatchClass) and isinstance(node.cls, ast.Name) and node.cls.id[0].isupper()
    }
    assert len(packable) > 25
    pressed = {step.press.__name__ for step in STEPS if isinstance(step, Tap) and not step.alert}
    assert packable - pressed == set()
    sources = [path.read_text(encoding="utf-8") for path in Path(bot.__file__).parent.rglob("*.py")]
    leading = {
        name
        for source in sources
        for name in re.findall(r"Button\((?:say\()?texts\.(BUTTON_\w+)\)?, (?:url|switch)", source)
    } | {"BUTTON_WEB_PAGE", "BUTTON_MAP_PAGE"}
    followed = {step.label for step in STEPS if isinstance(step, Follow)}
    assert len(leading) >= 6
    assert {getattr(texts, name) for name in leading} - followed == set()


def test_every_command_is_given():
    registered = set(re.findall(r'^        \("([a-z]+)", ', inspect.getsource(handlers), re.MULTILINE))
    assert registered == {*texts.COMMANDS, *admin_texts.COMMANDS}
    given = {
        match[1]
        for step in STEPS
        if isinstance(step, Say) and not step.silent and (match := re.match(r"/([a-z]+)", step.text))
    }
    assert registered - given == set()


def test_every_kind_of_message_is_sent():
    """All that python-telegram-bot knows."""
    sent = {step.kind for step in STEPS if isinstance(step, Send | Photo | Bytes)}
    sent |= {name for step in STEPS if isinstance(step, Photo) for name in step.content or ()}
    sent |= {"text"} if any(isinstance(step, Say) for step in STEPS) else set()
    assert {kind.value for kind in MessageType} - sent == set()
