"""Going on from somebody else's turn: in a group everybody sees every search, and its owner alone steers it."""

from dataclasses import replace

from bot.protocols import Dialogs, Person
from bot.sharing import shareable
from bot.turns import Turn


async def turn_to_adopt(dialogs: Dialogs, person: Person, owner: int, number: int, message: int) -> Turn | None:
    """The turn of `owner`, in the same chat and topic, that `message` shows; None where it is not known any more.

    What was shown after the page in `message` is left out, and so are photos, which stay with whoever sent them.

    Raises:
        StorageUnavailable: Redis does not answer.
    """
    dialog, _ = await dialogs.load(replace(person, user=owner))
    turn = dialog.turn(number)
    if turn is None or not turn.shown:
        return None
    page = turn.page_of(message)
    pages = turn.pages if page is None else turn.pages[: page + 1]
    return replace(shareable(turn, turn.shown[0]).turn, pages=pages)
