"""What `dialog.step` asks to be done. Imperative: `conversation` does it."""

from dataclasses import dataclass

from bot.marks import NO_MARKS, Marks
from bot.notices import Notice
from bot.turns import Turn


@dataclass(frozen=True, slots=True)
class Search:
    """Search for a new turn and show its first page."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class NextPage:
    """Search on for a turn that has shown pages already."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class ShowItems:
    """Show these items as one more page of a turn, without a search."""

    turn: Turn
    item_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShowTurn:
    """Show a turn's last page without a search: again, or one that somebody put together by pointing.

    Attributes:
        jumped: it was chosen from the history, not gone back to.
    """

    turn: Turn
    jumped: bool = False


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Show one picture by itself; `card` is the open card to be changed in place, if there is one.

    Attributes:
        marks: what the person has marked so far, and the next search will take up.
        marked: a mark was tapped, not a number.
        again: the open card shows just that; it goes, and a new one comes where the person is.
    """

    turn: Turn
    position: int
    item_id: str
    card: int | None
    marks: Marks = NO_MARKS
    marked: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class CloseCard:
    """Take a card away."""

    card: int


@dataclass(frozen=True, slots=True)
class ExplainItem:
    """Show why a turn has shown an item."""

    turn: Turn
    item_id: str


@dataclass(frozen=True, slots=True)
class SendOriginal:
    """Send a picture's file as it is."""

    item_id: str


@dataclass(frozen=True, slots=True)
class AcceptItem:
    """The person has found it.

    Attributes:
        card: the message that becomes the last word; None for a new one.
        turn: the search that led to it, to be shared.
    """

    item_id: str
    card: int | None
    turn: Turn | None


@dataclass(frozen=True, slots=True)
class ShowHistory:
    """List the turns; `message` is the list to be changed in place, if there is one."""

    page: int
    message: int | None


@dataclass(frozen=True, slots=True)
class ShowRemovals:
    """List what of a turn can be taken away."""

    turn: Turn


@dataclass(frozen=True, slots=True)
class StartOver:
    """Say that the next words are a new search."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Nothing to do but to say why."""

    notice: Notice


Request = (
    Search
    | NextPage
    | ShowItems
    | ShowTurn
    | ShowCard
    | ShowHistory
    | ShowRemovals
    | CloseCard
    | SendOriginal
    | ExplainItem
    | AcceptItem
    | StartOver
    | Refuse
)
