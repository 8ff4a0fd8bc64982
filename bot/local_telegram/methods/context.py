"""What a method gets: the bot that calls, its parameters, the world, and where to put lint."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from bot.local_telegram.account import Account
from bot.local_telegram.calls import Call
from bot.local_telegram.errors import bad_request
from bot.local_telegram.messages import Message
from bot.local_telegram.people import Chat
from bot.local_telegram.wire import Parameters
from bot.local_telegram.world import World


@dataclass(slots=True)
class Context:
    """One call of a method."""

    world: World
    account: Account
    parameters: Parameters
    call: Call

    def lint(self, entry: str) -> None:
        """Note what Telegram would silently repair; an entry begins with the name of its rule and a colon."""
        self.call.lint.append(entry)

    def text(self, name: str) -> str | None:
        """Return a parameter, or None where it is missing."""
        return self.parameters.text(name)

    def chat(self) -> Chat:
        """Return the chat of ``chat_id``. Raises ApiError as the server does."""
        return self.account.chat(self.text("chat_id"))

    def writable_chat(self) -> Chat:
        """Return the chat of ``chat_id`` where the bot may write to it. Raises ApiError as the server does."""
        return self.account.writable_chat(self.text("chat_id"))

    def message(self, chat: Chat, missing: str) -> Message:
        """Return the message of ``message_id``. Raises ApiError with ``missing`` where the chat has none such."""
        if not self.text("message_id"):
            raise bad_request("message identifier is not specified")
        message = chat.messages.get(self.parameters.integer("message_id"))
        if message is None:
            raise bad_request(missing)
        return message


Handler = Callable[[Context], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its name, what carries it out, and the parameters that Telegram knows for it."""

    name: str
    handler: Handler
    parameters: frozenset[str]


def method(name: str, handler: Handler, parameters: str = "") -> Method:
    """Return a Method whose parameters are given as one string."""
    return Method(name, handler, frozenset(parameters.split()))
