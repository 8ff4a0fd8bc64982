"""A dialog that was read ahead is loaded once; after that the store is asked."""

import pytest

from bot.protocols import Person
from bot.stored_dialogs import ADAPTER, StoredDialogs
from bot.turns import Dialog
from storage.dialogs import DialogStore

ANN, BEN = Person(1, 1), Person(2, 2)


@pytest.fixture
def dialogs(redis, keys):
    return StoredDialogs(DialogStore(redis, keys, ADAPTER))


async def test_what_was_read_ahead_is_loaded_once(dialogs):
    await dialogs.save(ANN, Dialog(last_number=1), 0)
    await dialogs.save(BEN, Dialog(last_number=7), 0)
    with await dialogs.answering(ANN):
        await dialogs.save(ANN, Dialog(last_number=2), 1)
        assert (await dialogs.load(BEN)) == (Dialog(last_number=7), 1)
        assert (await dialogs.load(ANN)) == (Dialog(last_number=1), 1)
        assert (await dialogs.load(ANN)) == (Dialog(last_number=2), 2)
    assert (await dialogs.load(ANN)) == (Dialog(last_number=2), 2)


async def test_outside_nothing_of_it_is_left(dialogs):
    await dialogs.save(ANN, Dialog(last_number=1), 0)
    with await dialogs.answering(ANN):
        pass
    await dialogs.save(ANN, Dialog(last_number=2), 1)
    assert (await dialogs.load(ANN)) == (Dialog(last_number=2), 2)
