"""What was sent for an update does not go out again when the update is handled a second time."""

import asyncio

import pytest

from bot.outbox import Outbox
from storage.errors import StorageUnavailable
from storage.outbox import OutboxStore
from storage.redis_client import connect
from tests.redis_server import kill


class Chat:
    """Takes albums, and numbers its messages."""

    def __init__(self):
        self.albums = []

    def send(self, *items):
        async def album():
            self.albums.append(items)
            number = sum(map(len, self.albums))
            return tuple(range(number - len(items), number))

        return album


@pytest.fixture
def chat():
    return Chat()


@pytest.fixture
def outbox(redis, keys):
    return Outbox(OutboxStore(redis, keys))


async def test_the_second_time_gives_the_messages_of_the_first(outbox, chat):
    for _ in range(2):
        with await outbox.answering(7):
            assert await outbox.once(("a", "b"), chat.send("a", "b")) == (0, 1)
            assert await outbox.once(("c",), chat.send("c")) == (2,)
    assert chat.albums == [("a", "b"), ("c",)]


async def test_other_pictures_and_other_updates_are_sent(outbox, chat):
    with await outbox.answering(7):
        await outbox.once(("a",), chat.send("a"))
    with await outbox.answering(7):
        await outbox.once(("b",), chat.send("b"))
    with await outbox.answering(8):
        await outbox.once(("b",), chat.send("b"))
    assert chat.albums == [("a",), ("b",), ("b",)]


async def test_what_may_or_may_not_have_arrived_is_not_sent_again(outbox):
    async def uncertain():
        return ()

    async def never():
        raise AssertionError("sent again")

    with await outbox.answering(7):
        assert await outbox.once(("a",), uncertain) == ()
    with await outbox.answering(7):
        assert await outbox.once(("a",), never) == ()


async def test_what_was_refused_is_tried_again(outbox, chat):
    async def refused():
        raise ConnectionRefusedError

    with await outbox.answering(7), pytest.raises(ConnectionRefusedError):
        await outbox.once(("a",), refused)
    with await outbox.answering(7):
        assert await outbox.once(("a",), chat.send("a")) == (0,)


async def test_answers_side_by_side_keep_their_numbers_apart(outbox, chat):
    async def answer(update_id):
        with await outbox.answering(update_id):
            for number in range(3):
                await outbox.once((f"{update_id}-{number}",), chat.send(f"{update_id}-{number}"))

    for _ in range(2):
        await asyncio.gather(*(answer(update_id) for update_id in range(5)))
    assert len(chat.albums) == 15


async def test_nothing_goes_out_while_it_cannot_be_known_whether_it_did(keys, chat, own_redis_server, tmp_path):
    async with await connect(f"unix://{own_redis_server.socket_path}", tmp_path) as redis:
        outbox = Outbox(OutboxStore(redis, keys))
        kill(own_redis_server)
        with pytest.raises(StorageUnavailable):
            await outbox.answering(7)
        assert await outbox.once(("a",), chat.send("a")) == (0,)  # of the bot's own accord
