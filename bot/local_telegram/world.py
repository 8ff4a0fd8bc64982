"""The simulated Telegram: people, bots, files, time, and the news of it all."""

import asyncio
import re
from dataclasses import dataclass, field
from pathlib import Path

from bot.local_telegram.account import Account, CallbackQuery, InlineQuery, random_id
from bot.local_telegram.calls import Call, CallLog
from bot.local_telegram.clock import Clock
from bot.local_telegram.errors import ApiError, Json
from bot.local_telegram.events import EventHub
from bot.local_telegram.faults import Faults
from bot.local_telegram.file_store import FileStore
from bot.local_telegram.limits import Limiter
from bot.local_telegram.messages import Message
from bot.local_telegram.people import Chat, User, default_people
from bot.local_telegram.transcript import shown
from bot.local_telegram.webhook import Webhook

DEMO_TOKEN = "1000000001:AAPictalkDemoTokenForLocalTelegram0"
_TOKEN = re.compile(r"([0-9]{1,16}):[A-Za-z0-9_-]{35}")


@dataclass(frozen=True, slots=True)
class Options:
    """How the server behaves; times in seconds."""

    bot_name: str = "Pictalk"
    bot_username: str = "pictalk_bot"
    limits: bool = False
    callback_age_s: float = 15.0
    tap_timeout_s: float = 30.0
    webhook_retry_s: float = 1.0


@dataclass(slots=True)
class World:
    """Everything the server knows. The first token that calls is the bot of the control interface and the page."""

    options: Options
    directory: Path
    clock: Clock = field(default_factory=Clock)
    hub: EventHub = field(default_factory=EventHub)
    faults: Faults = field(default_factory=Faults)
    people: dict[int, User] = field(default_factory=default_people)
    accounts: dict[str, Account] = field(default_factory=dict)
    calls: CallLog = field(init=False)
    files: FileStore = field(init=False)
    limiter: Limiter = field(init=False)
    _unclaimed: Account | None = None

    def __post_init__(self) -> None:
        """Make the parts that need the others."""
        self.calls = CallLog(self._call_finished)
        self.files = FileStore(self.directory)
        self.limiter = Limiter(self.clock, enabled=self.options.limits)

    def account(self, token: str) -> Account:
        """Return the bot with this token; a new token is a new bot. Raises ApiError (401) for a malformed one."""
        if token in self.accounts:
            return self.accounts[token]
        match = _TOKEN.fullmatch(token)
        if match is None:
            raise ApiError(401, "Unauthorized: invalid token specified")
        account, self._unclaimed = self._unclaimed or self._new_account(token), None
        # What people wrote before the bot's first call waits for whichever bot comes first.
        account.token = token
        account.user.id = int(match.group(1))
        self.accounts[token] = account
        return account

    def primary(self, bot: int | None = None) -> Account:
        """Return the bot that the control interface means: the one with this id, else the first that called."""
        for account in self.accounts.values():
            if bot is None or account.user.id == bot:
                return account
        if self._unclaimed is None:
            self._unclaimed = self._new_account(DEMO_TOKEN)
        return self._unclaimed

    def _new_account(self, token: str) -> Account:
        first = not self.accounts
        suffix = "" if first else f"_{len(self.accounts) + 1}"
        user = User(
            int(token.partition(":")[0]),
            self.options.bot_name,
            username=self.options.bot_username + suffix,
            is_bot=True,
        )
        return Account.open(token, user, self.people, self.clock, Webhook(self.clock, self.options.webhook_retry_s))

    def everyone(self) -> list[Account]:
        """Return all bots, the one that nobody has claimed yet as well."""
        return [*self.accounts.values(), *([self._unclaimed] if self._unclaimed else [])]

    # What happens, told to the pages

    def announce(self, account: Account, chat: Chat, kind: str, **details: object) -> None:
        """Tell the pages of the chat's members."""
        if account is self.primary():
            self.hub.emit({"type": kind, "chat": chat.id, **details}, set(chat.members))

    def added(self, account: Account, chat: Chat, message: Message) -> None:
        """Put a message into its chat and tell the pages."""
        chat.messages[message.message_id] = message
        self.announce(account, chat, "message", message=shown(account, message))

    def edited(self, account: Account, chat: Chat, message: Message) -> None:
        """Put the new version of a message into its chat and tell the pages."""
        chat.messages[message.message_id] = message
        self.announce(account, chat, "edited", message=shown(account, message))

    def deleted(self, account: Account, chat: Chat, message_id: int) -> None:
        """Take a message out of its chat and tell the pages."""
        del chat.messages[message_id]
        self.announce(account, chat, "deleted", message_id=message_id, message_ids=[message_id])

    def _call_finished(self, call: Call) -> None:
        if call.method == "getUpdates" and call.status == 200:
            return  # a page is not told of every poll
        self.hub.emit({"type": "call", "chat": None, "call": call.wire()})

    # Taps

    def ask(self, account: Account, user_id: int, chat: Chat, message: Message, data: str) -> CallbackQuery:
        """Send a callback query to the bot; a missing answer becomes a lint entry."""
        loop = asyncio.get_running_loop()
        query = CallbackQuery(random_id(), user_id, chat.id, message.message_id, self.clock.now(), loop.create_future())
        account.callback_queries[query.id] = query
        query.overdue = loop.call_later(self.options.callback_age_s, self._unanswered, account, query)
        payload: Json = {
            "id": query.id,
            "from": self.people[user_id].wire(),
            "message": account.message_wire(message),
            "chat_instance": str(abs(chat.id) * 7919 + 1),
            "data": data,
        }
        if message.inline_message_id is not None:
            payload["inline_message_id"] = message.inline_message_id
            del payload["message"]
        account.updates.push("callback_query", payload, f"user:{user_id}")
        return query

    def _unanswered(self, account: Account, query: CallbackQuery) -> None:
        if not query.answer.done():
            self.calls.note(
                "answerCallbackQuery",
                {"callback_query_id": query.id, "chat_id": query.chat_id, "message_id": query.message_id},
                self.clock.seconds(),
                f"callback-unanswered: no answer within {self.options.callback_age_s:g} s of the tap",
            )

    def ask_inline(self, account: Account, query: InlineQuery, offset: str, chat_type: str) -> None:
        """Send an inline query to the bot; a missing answer becomes a lint entry, as the person's client spins on."""
        account.inline_queries[query.id] = query
        late = self.options.callback_age_s
        query.overdue = asyncio.get_running_loop().call_later(late, self._unanswered_inline, query)
        payload: Json = {
            "id": query.id,
            "from": self.people[query.user_id].wire(),
            "query": query.query,
            "offset": offset,
            "chat_type": chat_type,
        }
        account.updates.push("inline_query", payload, f"user:{query.user_id}")

    def _unanswered_inline(self, query: InlineQuery) -> None:
        if not query.answer.done():
            self.calls.note(
                "answerInlineQuery",
                {"inline_query_id": query.id},
                self.clock.seconds(),
                f"inline-unanswered: no answer within {self.options.callback_age_s:g} s",
            )

    async def clear(self) -> None:
        """Start anew: no messages, no waiting updates, no faults, no calls. Bots, their commands and files stay."""
        self.faults.clear()
        self.calls.clear()
        self.people.clear()
        self.people.update(default_people())
        for account in self.everyone():
            self._forget(account)
        self.hub.emit({"type": "reset", "chat": None})

    def _forget(self, account: Account) -> None:
        for query in account.callback_queries.values():
            if query.overdue is not None:
                query.overdue.cancel()
            query.answer.cancel()
        for inline in account.inline_queries.values():
            if inline.overdue is not None:
                inline.overdue.cancel()
            inline.answer.cancel()
        account.callback_queries.clear()
        account.inline_queries.clear()
        account.inline_messages.clear()
        account.updates.drop()
        fresh = Account.open(account.token, account.user, self.people, self.clock, account.webhook)
        # Message ids go on: a bot that remembers messages must not meet their numbers again.
        numbers = {chat.id: chat.last_message_id for chat in account.chats.values()}
        account.chats = fresh.chats
        for chat in account.chats.values():
            chat.last_message_id = numbers.get(chat.id, 0)

    async def close(self) -> None:
        """End pages, taps and deliveries."""
        self.hub.close()
        for account in self.everyone():
            self._forget(account)
            account.updates.wake()
            await account.webhook.delete()
