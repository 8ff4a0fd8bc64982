"""What a page asks for waits behind what was said in the chat, and before what is said later."""

import asyncio
from contextlib import asynccontextmanager
from functools import partial

import pytest
from telegram import Chat, Message, Update, User

from bot.delivery import Delivery
from bot.metrics import Metrics
from storage.errors import LockHeld


class Remembered:
    def __init__(self):
        self.ids = set()

    async def handled(self, update_id):
        return update_id in self.ids

    async def remember(self, update_id):
        self.ids.add(update_id)


def message(update_id: int, chat: int = 1) -> Update:
    sent = Message(update_id, None, Chat(chat, "private"), from_user=User(chat, "Ann", False))
    return Update(update_id, message=sent)


class Lane:
    """A delivery whose updates take until `gate` is set, and the order in which things were done."""

    def __init__(self, exclusively=None):
        self.done = []
        self.gate = asyncio.Event()
        options = {} if exclusively is None else {"exclusively": exclusively}
        self.delivery = Delivery(Remembered(), self.prepare, self.handle, Metrics(), **options)

    async def prepare(self, update):
        return partial(self.handle, update)

    async def handle(self, update):
        await self.gate.wait()
        self.done.append(update.update_id)

    def errand(self, name):
        async def act():
            self.done.append(name)

        return act


async def test_an_errand_keeps_its_place_in_its_chat_and_others_do_not_wait_for_it():
    lane = Lane()
    first = lane.delivery.take(message(1))
    errand = asyncio.create_task(lane.delivery.run(1, lane.errand("click")))
    await asyncio.sleep(0)
    second = lane.delivery.take(message(2))
    await lane.delivery.run(2, lane.errand("elsewhere"))
    assert lane.done == ["elsewhere"]
    lane.gate.set()
    await asyncio.gather(first, errand, second)
    assert lane.done == ["elsewhere", 1, "click", 2]
    await lane.delivery.drain()


async def test_a_failed_errand_fails_for_whoever_asked_and_the_chat_goes_on():
    lane = Lane()
    lane.gate.set()

    async def act():
        raise ValueError("no good")

    failing = asyncio.create_task(lane.delivery.run(1, act))
    await asyncio.sleep(0)
    later = lane.delivery.take(message(1))
    with pytest.raises(ValueError, match="no good"):
        await failing
    assert await later
    assert lane.done == [1]
    await lane.delivery.drain()


async def test_it_waits_for_another_process_that_answers_in_the_chat_and_gives_up_when_this_one_ends():
    held = True

    @asynccontextmanager
    async def exclusively(_):
        if held:
            raise LockHeld("taken", "another")
        yield

    lane = Lane(exclusively)
    waiting = asyncio.create_task(lane.delivery.run(1, lane.errand("click")))
    await asyncio.sleep(0.12)
    assert lane.done == []
    held = False
    await waiting
    assert lane.done == ["click"]
    held = True
    given_up = asyncio.create_task(lane.delivery.run(1, lane.errand("never")))
    behind = asyncio.create_task(lane.delivery.run(1, lane.errand("nor this")))
    await asyncio.sleep(0)
    lane.delivery.stop()
    for each in (given_up, behind):
        with pytest.raises(LockHeld):
            await each
    assert lane.done == ["click"]
    await lane.delivery.drain()
