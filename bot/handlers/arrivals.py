"""What comes for whom, so that a search is given up when its person has asked for something else."""

from telegram import Message, Update

from bot.handlers.people import person_of
from bot.latest import Latest


class Arrivals:
    """Tells `latest` of updates, as `delivery` takes them and is done with them."""

    def __init__(self, latest: Latest) -> None:
        self._latest = latest

    def arrived(self, update: Update) -> None:
        """An update waits in its chat. Words, photos and "start over" overtake a search; taps wait for it."""
        if update.effective_chat is not None:
            self._latest.arrived(person_of(update), asks=_asks(update.message))

    def settled(self, update: Update) -> None:
        """An update is done with."""
        if update.effective_chat is not None:
            self._latest.settled(person_of(update))


def _asks(message: Message | None) -> bool:
    if message is None:
        return False
    if message.text:
        return not message.text.startswith("/") or message.text.startswith("/new")
    return bool(message.photo or message.document)
