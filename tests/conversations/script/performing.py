"""Has a conversation with a bot, step by step, and looks after each step whether it may go on like that."""

import asyncio
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.callback_data import unpack
from bot.local_telegram import LocalTelegram
from tests.chat import Chat, photos, words
from tests.conversations.script.steps import (
    Bytes,
    Conversation,
    Edit,
    Follow,
    Inline,
    Photo,
    React,
    Say,
    Send,
    Step,
    Tap,
    Wait,
)
from tests.conversations.script.texts_said import dead_end, says

TOPIC = 5
_WAIT_S = 60.0


@dataclass
class Stage:
    """A bot that listens, the Telegram it is in, and pictures to send to it; `people` had conversations with it."""

    telegram: LocalTelegram
    http: aiohttp.ClientSession
    pictures: list[Path]
    admins: list[int]
    people: int = 0


@dataclass
class Performance:
    """A conversation that is being had; nobody in it has ever talked to the bot before."""

    conversation: Conversation
    stage: Stage
    chats: dict[str, Chat] = field(default_factory=dict)
    calls_before: int = 0
    sent: int = 0

    async def run(self) -> None:
        """Have it.

        Raises:
            AssertionError: an answer is missing, not the expected one, or a dead end; or Telegram refused or repaired
                a call of the bot.
        """
        await self._invite()
        self.calls_before = max((call.n for call in self.stage.telegram.world.calls.since(0)), default=0)
        for number, step in enumerate(self.conversation.steps, 1):
            try:
                await self._do(step)
            except AssertionError as error:
                raise AssertionError(f"step {number}, {step}: {error}") from error
            problems = [
                (call.method, call.answer, call.lint)
                for call in self.stage.telegram.world.calls.since(self.calls_before)
                if call.lint or call.status >= 400
            ]
            assert not problems, f"step {number}, {step}: {problems}"

    async def _invite(self) -> None:
        stage, place = self.stage, self.conversation.place
        stage.people += 1
        own = stage.admins.pop() if self.conversation.admin else 10_000 + stage.people
        users = {"ann": own, "ben": 20_000 + stage.people}
        chat = None if place == "private" else -1_000_000 - stage.people
        for name, user in users.items():
            there = Chat(stage.http, stage.telegram.url, user, user if chat is None else chat)
            there.thread = TOPIC if place == "topic" else None
            await there.post("user", id=user, first_name=name.capitalize(), language_code=self.conversation.language)
            self.chats[name] = there
        if chat is not None:
            kind = "channel" if place == "channel" else "supergroup"
            topics = {"topics": [TOPIC]} if place == "topic" else {}
            members = json.dumps(list(users.values()))
            await self.chats["ann"].post("chat", id=chat, type=kind, title="Friends", members=members, **topics)

    async def _do(self, step: Step) -> None:
        chat = self.chats[step.by]
        await chat.answer()
        toast = await self._act(chat, step)
        answer = await chat.answer()
        if isinstance(step, Wait):
            return
        said = "\n".join(filter(None, (toast, words(answer))))
        if isinstance(step, Say | Photo | Bytes | Send | Edit):
            assert bool(answer) != step.silent, f"answered: {said!r}"
        for text in step.says:
            assert says(text, said, self.conversation.language), f"{text!r} is not in {said!r}"
        if step.pictures is not None:
            assert len(photos(answer)) == step.pictures, f"{len(photos(answer))} pictures: {said!r}"
        if not step.silent:
            await self._look_for_a_way_on(chat)

    async def _look_for_a_way_on(self, chat: Chat) -> None:
        """A file that was asked for is no end: it follows the message that it was asked for from."""
        ours = [message for message in await chat.transcript() if message["from"] == "bot" and not message["via_bot"]]
        while ours and ours[-1]["document"]:
            ours.pop()
        if ours:
            last = ours[-1]
            assert not dead_end(last, self.conversation.language), f"a dead end: {last['text'] or last['caption']!r}"

    async def _act(self, chat: Chat, step: Step) -> str | None:
        match step:
            case Say(text):
                reply = await self._replied(chat, step.reply)
                sent = await chat.post("message", text=text, reply_to=reply, thread_id=chat.thread)
                self.sent = sent["message_id"]
            case Tap():
                return await self._tap(chat, step)
            case Photo(caption):
                await self._send_pictures(chat, step, caption)
            case Bytes(data, name, kind):
                raw = {"raw": "1"} if kind == "photo" else {}
                await chat.upload(kind, data, name=name, **raw)
            case Send(kind, text):
                await chat.post("message", kind=kind, text=text, thread_id=chat.thread, content=step.content)
            case Edit(text):
                await chat.post("edit", message_id=self.sent, text=text)
            case Follow(label):
                await self._follow(chat, label)
            case Inline(query):
                await self._type_inline(chat, step, query)
            case React(emoji):
                message = next(m for m in reversed(await chat.transcript()) if m["from"] == "bot")
                await chat.post("reaction", message_id=message["message_id"], emoji=emoji)
            case Wait(text):
                give_up = time.monotonic() + _WAIT_S
                while not says(text, words(await chat.transcript()), self.conversation.language):
                    assert time.monotonic() < give_up, f"{text!r} was not said"
                    await asyncio.sleep(0.05)
        await chat.settle()
        return None

    async def _replied(self, chat: Chat, what: str | None) -> int | None:
        if what is None:
            return None
        theirs = "user" if what == "photo" else "bot"
        found = [
            message["message_id"]
            for message in await chat.transcript()
            if message["from"] == theirs and message["buttons" if "buttons" in what else "photo"]
        ]
        assert found, f"there is nothing to reply to: {what}"
        return int(found[0 if what.startswith("first") else -1])

    async def _tap(self, chat: Chat, step: Tap) -> str:
        """Press the button; what its answer says."""
        messages = sorted(self._messages(chat).values(), key=lambda message: message.message_id)
        for message in messages if step.first else reversed(messages):
            for row in message.keyboard or []:
                for button in row:
                    meant = unpack(button.get("callback_data", ""))
                    if meant is None or not isinstance(meant.press, step.press):
                        continue
                    if all(getattr(meant.press, name) == value for name, value in step.where.items()):
                        return await self._press(chat, message.message_id, button["text"], step)
        raise AssertionError(f"there is no such button, only {[m.keyboard for m in messages if m.keyboard][-1:]}")

    async def _press(self, chat: Chat, message_id: int, label: str, step: Tap) -> str:
        answered = (await chat.post("tap", message_id=message_id, button=label))["answer"]
        assert answered is not None, "the callback query was not answered"
        assert bool(answered["alert"]) == step.alert, answered
        await chat.settle()
        return str(answered["text"] or "")

    async def _send_pictures(self, chat: Chat, step: Photo, caption: str) -> None:
        particulars: dict[str, str] = {"caption": caption}
        if chat.thread is not None:
            particulars["thread_id"] = str(chat.thread)
        if step.reply is not None:
            particulars["reply_to"] = str(await self._replied(chat, step.reply))
        if step.content is not None:
            particulars["content"] = json.dumps(step.content)
        picture = self.stage.pictures[0].read_bytes()
        if step.kind != "album":
            await chat.upload(step.kind, picture, **particulars)
            return
        form = aiohttp.FormData()
        for name, value in {"user": chat.user, "chat": chat.chat, **particulars}.items():
            form.add_field(name, str(value))
        for path in self.stage.pictures[:2]:
            form.add_field("file", path.read_bytes(), filename=path.name)
        async with chat.http.post(f"{chat.url}/sim/album", data=form) as it:
            assert it.status == 200, await it.text()

    async def _follow(self, chat: Chat, label: str) -> None:
        language = self.conversation.language
        seen = [message for there in self.chats.values() for message in reversed(await there.transcript())]
        for message in seen:  # whoever follows a link may have got it from the other one
            for button in (button for row in message["keyboard"] for button in row):
                if says(label, button["label"], language) and "url" in button:
                    await self._open(chat, button["url"])
                    return
                if says(label, button["label"], language) and "query" in button:
                    await self._type_inline(chat, Inline(button["query"]), button["query"])
                    return
        raise AssertionError(f"there is no link {label!r}")

    async def _open(self, chat: Chat, url: str) -> None:
        if "start%3D" in url:  # Telegram's own page to forward it with
            url = url.replace("%3D", "=")
        if "start=" in url:
            payload = url.partition("start=")[2].partition("&")[0]
            await chat.post("message", text=f"/start {payload}", thread_id=chat.thread)
        elif "127.0.0.1" in url:
            async with chat.http.get(url) as page:
                assert page.status == 200, await page.text()
        else:
            assert url.startswith("https://"), url

    async def _type_inline(self, chat: Chat, step: Inline, query: str) -> None:
        asked = await chat.post("inline", query=query, offset=step.offset)
        answer = asked["answer"]
        assert answer is not None, "the inline query was not answered"
        assert answer["results"] or answer.get("button"), "nothing is shown, and no way into the chat"
        match step.then:
            case "choose":
                await chat.post("choose", query_id=asked["query_id"], result_id=answer["results"][0]["id"])
            case "page":
                await self._type_inline(chat, Inline(query, answer["next_offset"]), query)
            case "open":
                await self._open(chat, f"?start={answer['button']['start_parameter']}")

    def _messages(self, chat: Chat) -> dict[int, Any]:
        return self.stage.telegram.world.primary().chats[chat.chat].messages
