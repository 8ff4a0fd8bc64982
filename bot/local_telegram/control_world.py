"""The control interface ``/sim``, second part: people and chats, inline mode, time, faults, calls, reset."""

import asyncio

from aiohttp import web

from bot.local_telegram import memberships
from bot.local_telegram.account import InlineQuery, random_id
from bot.local_telegram.arrivals import ControlError
from bot.local_telegram.control_reading import actor, decimal, number, numbers, optional_number, read
from bot.local_telegram.errors import Json
from bot.local_telegram.faults import KINDS, Fault
from bot.local_telegram.inline import chosen_message
from bot.local_telegram.people import Chat, User
from bot.local_telegram.reactions import react
from bot.local_telegram.world import World

_BOT_STATUSES = {
    "block": "kicked", "unblock": "member", "kick": "kicked", "leave": "left", "add": "member",
    "promote": "administrator", "demote": "member",
}  # fmt: skip


class WorldControl:
    """The handlers that change the world around the conversation, and those that look behind it."""

    def __init__(self, world: World) -> None:
        """Act in ``world``."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/sim/user", self.user),
            web.post("/sim/chat", self.chat),
            web.post("/sim/member", self.member),
            web.post("/sim/inline", self.inline),
            web.post("/sim/choose", self.choose),
            web.post("/sim/reaction", self.reaction),
            web.post("/sim/clock", self.clock),
            web.post("/sim/faults", self.faults),
            web.get("/sim/faults", self.waiting_faults),
            web.post("/sim/reset", self.reset),
            web.get("/sim/calls", self.calls),
            web.get("/sim/queue", self.queue),
        ]

    async def user(self, request: web.Request) -> web.Response:
        """Add or change a person: id, first_name, last_name, username, language_code, is_admin, deactivated."""
        parameters = await read(request)
        user_id = number(parameters, "id")
        if user_id <= 0:
            raise ControlError("The id of a person is greater than 0.")
        person = self._world.people.get(user_id) or User(user_id, f"User {user_id}")
        for name in ("first_name", "last_name", "username", "language_code"):
            if name in parameters.values:
                setattr(person, name, parameters.text(name))
        if "deactivated" in parameters.values:
            person.deactivated = parameters.boolean("deactivated")
        if "is_admin" in parameters.values:
            person.is_admin = parameters.boolean("is_admin")
        self._world.people[user_id] = person
        for account in {id(account): account for account in [*self._world.everyone(), self._world.primary()]}.values():
            account.chats.setdefault(user_id, Chat(user_id, "private", members={user_id}))
        self._world.hub.emit({"type": "commands", "chat": None})
        return web.json_response({"user": person.wire()})

    async def chat(self, request: web.Request) -> web.Response:
        """Add or change a group: id, type, title, username, members, topics; ``migrate_to`` upgrades it."""
        parameters = await read(request)
        account = self._world.primary(optional_number(parameters, "bot"))
        chat_id = number(parameters, "id")
        if chat_id >= 0:
            raise ControlError("The id of a group is less than 0.")
        kind = parameters.text("type") or ("supergroup" if chat_id <= -1000 else "group")
        chat = account.chats.setdefault(chat_id, Chat(chat_id, kind, "Group", started=True))
        chat.title = parameters.text("title") or chat.title
        chat.username = parameters.text("username") or chat.username
        if "members" in parameters.values:
            chat.members = numbers(parameters, "members") & self._world.people.keys()
            chat.admins &= chat.members
        if "topics" in parameters.values:
            chat.topics = numbers(parameters, "topics")
        if "privacy" in parameters.values:
            account.privacy = parameters.boolean("privacy")
        target = optional_number(parameters, "migrate_to")
        if target is not None:
            chat.migrated_to = target
            account.chats.setdefault(target, Chat(target, "supergroup", chat.title, members=chat.members, started=True))
        self._world.hub.emit({"type": "commands", "chat": None})
        return web.json_response({"chat": chat.wire(account.everybody())})

    async def member(self, request: web.Request) -> web.Response:
        """Block or unblock the bot, kick, add, promote or demote it in a group, or move a person with ``who``."""
        parameters = await read(request)
        where = actor(self._world, parameters)
        action = parameters.text("action") or ""
        who = optional_number(parameters, "who")
        if action not in _BOT_STATUSES:
            raise ControlError(f"The action is one of {', '.join(_BOT_STATUSES)}.")
        if who is None:
            status = _BOT_STATUSES[action]
            memberships.change_status(where.account, where.chat, where.user, status, self._world.clock.seconds())
        elif action in {"add", "kick", "leave"} and who in self._world.people:
            memberships.move_person(self._world, where, self._world.people[who], joins=action == "add")
        else:
            raise ControlError(f"User {who} cannot {action} here.")
        self._world.hub.emit({"type": "commands", "chat": None})
        return web.json_response({"status": where.chat.bot_status})

    async def inline(self, request: web.Request) -> web.Response:
        """Type an inline query and wait for its results, at most 30 s."""
        parameters = await read(request)
        account = self._world.primary(optional_number(parameters, "bot"))
        user = self._world.people.get(number(parameters, "user"))
        if user is None:
            raise ControlError("There is no such user.", 404)
        text = (parameters.text("query") or "")[:256]
        answer: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        query = InlineQuery(random_id(), user.id, self._world.clock.now(), text, answer)
        offset, chat_type = parameters.text("offset") or "", parameters.text("chat_type") or "sender"
        self._world.ask_inline(account, query, offset, chat_type)
        done, _ = await asyncio.wait({answer}, timeout=self._world.options.tap_timeout_s)
        if not done or answer.cancelled():
            return web.json_response({"query_id": query.id, "answer": None})
        return web.json_response({"query_id": query.id, "answer": answer.result()})

    async def choose(self, request: web.Request) -> web.Response:
        """Choose a result of an inline query: it is posted into the chat via the bot."""
        parameters = await read(request)
        where = actor(self._world, parameters)
        query = where.account.inline_queries.get(parameters.text("query_id") or "")
        if query is None or not query.answer.done() or query.answer.cancelled():
            raise ControlError("There is no such answered inline query.", 404)
        message = chosen_message(self._world, where, query, parameters.text("result_id") or "")
        return web.json_response({"message_id": message.message_id, "inline_message_id": message.inline_message_id})

    async def reaction(self, request: web.Request) -> web.Response:
        """React to a message with an emoji, or take the reaction back with an empty one."""
        parameters = await read(request)
        where = actor(self._world, parameters)
        react(self._world, where, number(parameters, "message_id"), parameters.text("emoji") or "")
        return web.json_response({"ok": True})

    async def clock(self, request: web.Request) -> web.Response:
        """Move the time forward by ``seconds``."""
        parameters = await read(request)
        self._world.clock.advance(decimal(parameters, "seconds", 0.0))
        return web.json_response({"now": self._world.clock.now()})

    async def faults(self, request: web.Request) -> web.Response:
        """Let the next calls fail."""
        parameters = await read(request)
        kind = parameters.text("kind") or ""
        if kind not in KINDS:
            raise ControlError(f"The kind is one of {', '.join(sorted(KINDS))}.")
        count = optional_number(parameters, "count") or 1
        if kind == "duplicate":
            self._world.primary(optional_number(parameters, "bot")).updates.repeat_next(count)
        else:
            fault = Fault(
                kind,
                parameters.text("method") or "*",
                optional_number(parameters, "chat"),
                count,
                optional_number(parameters, "retry_after") or max(1, round(decimal(parameters, "seconds", 1.0))),
                decimal(parameters, "seconds", 1.0),
            )
            self._world.faults.add(fault)
        return web.json_response({"faults": self._world.faults.wire()})

    async def waiting_faults(self, request: web.Request) -> web.Response:
        """Return the faults that no call has met yet."""
        return web.json_response({"faults": self._world.faults.wire()})

    async def reset(self, request: web.Request) -> web.Response:
        """Forget messages, updates, faults and calls."""
        await self._world.clear()
        return web.json_response({"ok": True})

    async def calls(self, request: web.Request) -> web.Response:
        """Return the calls after number ``since``."""
        parameters = await read(request)
        since = optional_number(parameters, "since") or 0
        return web.json_response({"calls": [call.wire() for call in self._world.calls.since(since)]})

    async def queue(self, request: web.Request) -> web.Response:
        """Return the updates that the bot has not confirmed."""
        parameters = await read(request)
        account = self._world.primary(optional_number(parameters, "bot"))
        return web.json_response({"updates": [update.wire() for update in account.updates.pending()]})
