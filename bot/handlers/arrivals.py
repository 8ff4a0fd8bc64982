"""What comes for whom, so that a search is given up when its person has asked for something else."""

from telegram import Message, Update

from bot.handlers.addressing import for_the_bot
from bot.handlers.people import person_of
from bot.latest import Latest

_ASKING = frozenset({"/find", "/new"})


class Arrivals:
    """Tells `latest` of updates, as `delivery` takes them and is done with them."""

    def __init__(self, latest: Latest) -> None:
        self._latest = latest

    def arrived(self, update: Update) -> None:
        """An update waits in its chat. Words, photos and "start over" overtake a search; taps and others' talk wait."""
        if update.effective_chat is not None:
            self._latest.arrived(person_of(update), asks=_asks(update.message))

    def settled(self, update: Update) -> None:
        """An update is done with."""
        if update.effective_chat is not None:
            self._latest.settled(person_of(update))


def _asks(message: Message | None) -> bool:
    if message is None or not for_the_bot(message):
        return False
    if message.text:
        command = (message.text.split(maxsplit=1) or [""])[0].partition("@")[0]
        return not command.startswith("/") or command in _ASKING
    return bool(message.photo or message.document)
