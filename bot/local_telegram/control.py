"""The control interface ``/sim``: what people do, and what can be seen of it. For tests, tools and the chat page."""

import asyncio

from aiohttp import web

from bot.local_telegram import arrivals
from bot.local_telegram.arrivals import ControlError
from bot.local_telegram.contents import FILES, content_of
from bot.local_telegram.control_reading import actor, decimal, fields, number, optional_number, read, upload
from bot.local_telegram.errors import Json
from bot.local_telegram.file_ids import read_file_id
from bot.local_telegram.keyboards import find_button
from bot.local_telegram.messages import Message
from bot.local_telegram.people import User
from bot.local_telegram.transcript import shown, summary
from bot.local_telegram.wire import Parameters
from bot.local_telegram.world import World


class Control:
    """The handlers of messages, taps, transcript, files and the page's state."""

    def __init__(self, world: World) -> None:
        """Act in ``world``."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """Return the routes."""
        return [
            web.post("/sim/message", self.message),
            web.post("/sim/photo", self.photo),
            web.post("/sim/album", self.album),
            web.post("/sim/document", self.document),
            web.post("/sim/voice", self.voice),
            web.post("/sim/sticker", self.sticker),
            web.post("/sim/location", self.location),
            web.post("/sim/edit", self.edit),
            web.post("/sim/tap", self.tap),
            web.get("/sim/transcript", self.transcript),
            web.get("/sim/state", self.state),
            web.get("/sim/events", self.events),
            web.get("/sim/file/{file_id}", self.file),
        ]

    async def message(self, request: web.Request) -> web.Response:
        """Send a text, or with ``kind`` anything else that is made up; ``content`` gives fields of the message."""
        parameters = await read(request)
        kind = parameters.text("kind") or "text"
        if kind in FILES:
            return await self._send_file(parameters, kind)
        if kind == "location":
            return self._send_location(parameters)
        where = actor(self._world, parameters)
        extra = fields(parameters, "content") or content_of(kind)
        if extra is not None:
            text = parameters.text("text") or ""
            replied, topic = optional_number(parameters, "reply_to"), optional_number(parameters, "thread_id")
            return _sent(arrivals.arrive(self._world, where, text, reply_to=replied, thread_id=topic, extra=extra))
        if kind != "text":
            raise ControlError(f"There is no kind of message {kind!r}.")
        return _sent(
            arrivals.send_text(
                self._world,
                where,
                parameters.text("text") or "",
                optional_number(parameters, "reply_to"),
                optional_number(parameters, "thread_id"),
            )
        )

    async def photo(self, request: web.Request) -> web.Response:
        """Send a photo; ``raw=1`` sends the bytes untouched, ``content`` gives further fields of the message."""
        parameters = await read(request)
        where = actor(self._world, parameters)
        sent = await arrivals.send_photo(
            self._world,
            where,
            upload(parameters),
            parameters.text("caption") or "",
            optional_number(parameters, "reply_to"),
            raw=parameters.boolean("raw"),
            thread_id=optional_number(parameters, "thread_id"),
            extra=fields(parameters, "content"),
        )
        return _sent(sent)

    async def album(self, request: web.Request) -> web.Response:
        """Send 2 to 10 photos as an album: parts ``file`` (repeated) or any other names."""
        parameters = await read(request)
        where = actor(self._world, parameters)
        uploads = list(parameters.files.values())
        if not 1 <= len(uploads) <= 10:
            raise ControlError("An album has 1 to 10 pictures.")
        caption = parameters.text("caption") or ""
        reply_to = optional_number(parameters, "reply_to")
        sent = await arrivals.send_album(self._world, where, uploads, caption, reply_to)
        ids = [message.message_id for message in sent]
        return web.json_response({"message_id": ids[0], "message_ids": ids})

    async def document(self, request: web.Request) -> web.Response:
        """Send a file as it is."""
        return await self._send_file(await read(request), "document")

    async def voice(self, request: web.Request) -> web.Response:
        """Send a voice message; without a file, a made-up one."""
        return await self._send_file(await read(request), "voice")

    async def sticker(self, request: web.Request) -> web.Response:
        """Send a sticker; without a file, a made-up one."""
        return await self._send_file(await read(request), "sticker")

    async def location(self, request: web.Request) -> web.Response:
        """Send a location."""
        return self._send_location(await read(request))

    async def _send_file(self, parameters: Parameters, kind: str) -> web.Response:
        if kind != "document" and not parameters.files:
            extension, mime_type = FILES[kind]
            parameters.add_file("file", f"{kind}.{extension}", mime_type, kind.encode())
        sent = await arrivals.send_file(
            self._world,
            actor(self._world, parameters),
            kind,
            upload(parameters),
            parameters.text("caption") or "",
            optional_number(parameters, "reply_to"),
        )
        return _sent(sent)

    def _send_location(self, parameters: Parameters) -> web.Response:
        place = {
            "latitude": decimal(parameters, "latitude", 52.52),
            "longitude": decimal(parameters, "longitude", 13.405),
        }
        where = actor(self._world, parameters)
        return _sent(arrivals.arrive(self._world, where, "", extra={"location": place}))

    async def edit(self, request: web.Request) -> web.Response:
        """Change the text or caption of an own message."""
        parameters = await read(request)
        where = actor(self._world, parameters)
        message = self._find(where.chat.messages, number(parameters, "message_id"))
        if message.sender_id != where.user.id:
            raise ControlError("Only own messages can be edited.")
        arrivals.edit_text(self._world, where, message, parameters.text("text") or "")
        return _sent(message)

    async def tap(self, request: web.Request) -> web.Response:
        """Tap a button and wait until the bot has answered, at most 30 s."""
        parameters = await read(request)
        where = actor(self._world, parameters)
        message = self._find(where.chat.messages, number(parameters, "message_id"))
        label = parameters.text("button") or ""
        button = find_button(message.keyboard, label)
        if button is None:
            raise ControlError(f"Message {message.message_id} has no button {label!r}.", 404)
        if "callback_data" not in button:
            return web.json_response({"answer": {"text": None, "alert": False}, "button": button})
        query = self._world.ask(where.account, where.user.id, where.chat, message, button["callback_data"])
        done, _ = await asyncio.wait({query.answer}, timeout=self._world.options.tap_timeout_s)
        answered = bool(done) and not query.answer.cancelled()
        return web.json_response({"answer": query.answer.result() if answered else None})

    async def transcript(self, request: web.Request) -> web.Response:
        """Return the messages of a chat."""
        parameters = await read(request)
        account = self._world.primary(optional_number(parameters, "bot"))
        chat = account.chats.get(number(parameters, "chat"))
        if chat is None:
            raise ControlError("There is no such chat.", 404)
        ordered = sorted(chat.messages.values(), key=lambda message: message.message_id)
        return web.json_response({"messages": [shown(account, message) for message in ordered]})

    async def state(self, request: web.Request) -> web.Response:
        """Return what a person sees: people, chats, commands."""
        parameters = await read(request)
        people = self._world.people
        user = people.get(optional_number(parameters, "user") or 0) or next(iter(people.values()))
        account = self._world.primary(optional_number(parameters, "bot"))
        chats: list[Json] = []
        for chat in account.chats.values():
            if user.id not in chat.members or chat.migrated_to is not None:
                continue
            last = max(chat.messages.values(), key=lambda message: message.message_id, default=None)
            chats.append(
                {
                    "id": chat.id,
                    "type": chat.type,
                    "title": account.user.name if chat.is_private else chat.title,
                    "last": summary(last),
                    "last_message": shown(account, last) if last else None,
                    "date": last.date if last else None,
                    "unread": 0,
                    "members": len(chat.members) + 1,
                    "bot_status": chat.bot_status,
                    "topics": sorted(chat.topics) if chat.topics is not None else None,
                    "commands": account.resolved_commands(user.id, chat),
                }
            )
        private = account.chats[user.id]
        return web.json_response(
            {
                "me": _person(user),
                "users": [_person(person) for person in people.values()],
                "bot": _person(account.user),
                "chats": chats,
                "commands": account.resolved_commands(user.id, private),
            }
        )

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream the news of a person's chats."""
        parameters = await read(request)
        return await self._world.hub.stream(request, number(parameters, "user"))

    async def file(self, request: web.Request) -> web.Response:
        """Return a file by its ``file_id``; ``?thumb=1`` a small JPEG of it."""
        reference, _ = read_file_id(request.match_info["file_id"])
        stored = self._world.files.find(reference)
        if stored is None:
            raise ControlError("There is no such file.", 404)
        headers = {"Cache-Control": "private, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
        if request.query.get("thumb"):
            body, mime_type = await self._world.files.thumbnail(reference), "image/jpeg"
        else:
            body = await self._world.files.read(reference)
            mime_type = stored.mime_type if stored.mime_type.startswith("image/") else "application/octet-stream"
        if mime_type == "image/svg+xml":
            mime_type = "application/octet-stream"  # it could carry a script into the page's origin
        return web.Response(body=body, content_type=mime_type, headers=headers)

    def _find(self, messages: dict[int, Message], message_id: int) -> Message:
        if message_id not in messages:
            raise ControlError(f"There is no message {message_id}.", 404)
        return messages[message_id]


def _sent(message: Message) -> web.Response:
    return web.json_response({"message_id": message.message_id})


def _person(user: User) -> Json:
    return {**user.wire(), "name": user.name, "is_admin": user.is_admin}
