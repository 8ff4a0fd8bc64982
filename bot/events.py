"""What a person can do, as values. Past tense: it has happened; `dialog.step` decides what follows."""

from dataclasses import dataclass

from bot.judgements import DialTurned, DuplicatesAsked, KindChosen, KindsAsked, Marked, MarkedSearched
from bot.turns import Turn
from retrieval.query import PhotoReference


@dataclass(frozen=True, slots=True)
class TextSent:
    """Words, perhaps as a reply to an earlier message.

    Attributes:
        reply_to: id of the message replied to, when that message is a picture of the bot's.
        reply_to_turn: number of the turn whose buttons the message replied to carries.
    """

    text: str
    reply_to: int | None = None
    reply_to_turn: int | None = None


@dataclass(frozen=True, slots=True)
class PhotoSent:
    """A picture from outside the collection, already encoded; an empty caption means "like this one".

    Attributes:
        exact: id of the item whose very picture it is, where that was verified.
    """

    photo: PhotoReference
    caption: str = ""
    exact: str | None = None


@dataclass(frozen=True, slots=True)
class HitChosen:
    """A picture of a turn was tapped; `position` counts all pictures that turn has shown, from 0."""

    turn: int
    position: int


@dataclass(frozen=True, slots=True)
class SimilarAsked:
    """More pictures like one that a turn has shown."""

    turn: int
    position: int


@dataclass(frozen=True, slots=True)
class OriginalAsked:
    """The file itself of a picture that a turn has shown."""

    turn: int
    position: int


@dataclass(frozen=True, slots=True)
class WhyAsked:
    """Why a picture of a turn was found is to be shown."""

    turn: int
    position: int


@dataclass(frozen=True, slots=True)
class SharedOpened:
    """A link to somebody's search was followed.

    Attributes:
        search: that search's turn, without pages.
    """

    search: Turn


@dataclass(frozen=True, slots=True)
class WordsOpened:
    """A link to a search for words was followed; they are never a command, whoever made the link."""

    text: str


@dataclass(frozen=True, slots=True)
class Adopted:
    """Somebody goes on from another's turn, which in a group all see.

    Attributes:
        turn: that turn, with the pages that were shown of it.
        position: of the picture that was replied to, where it was one alone.
        said: what was said in reply; nothing when the turn is to be shown again, as the person's own.
    """

    turn: Turn
    position: int | None = None
    said: TextSent | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """The person has found it: "this is it".

    Attributes:
        message: id of the card whose button was pressed; buttons do not carry it, Telegram says it.
    """

    turn: int
    position: int
    message: int | None = None


@dataclass(frozen=True, slots=True)
class CardClosed:
    """Back from a picture's card to the album; `message` as in `Accepted`."""

    turn: int
    message: int | None = None


@dataclass(frozen=True, slots=True)
class MoreAsked:
    """The next page; without `turn`, of the current one.

    Attributes:
        page: which page the button stood under, from 0: a second tap on the same button is recognised by it.
    """

    turn: int | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class WeakAsked:
    """The hits that are not close are to be shown all the same.

    Attributes:
        pages: how many pages the turn had shown when the button was made: a second tap is recognised by it.
    """

    turn: int
    pages: int


@dataclass(frozen=True, slots=True)
class FilterRemoved:
    """A condition of a turn's filter was tapped away; `number` counts them from 0."""

    turn: int
    number: int


@dataclass(frozen=True, slots=True)
class EntryRemoved:
    """A wish of a turn's ledger was tapped away; `entry` counts them from 0."""

    turn: int
    entry: int


@dataclass(frozen=True, slots=True)
class RemovalsAsked:
    """What of a turn can be taken away is to be listed: there is too much of it for the album's own buttons."""

    turn: int


@dataclass(frozen=True, slots=True)
class StartAsked:
    """Some pictures of the collection are wanted to begin with."""


@dataclass(frozen=True, slots=True)
class OfferTaken:
    """Words that a button offered are said.

    Attributes:
        offer: which of the words offered there, from 0.
        position: of the picture that they change; None for words that are a search of their own.
    """

    turn: int
    offer: int
    position: int | None = None


@dataclass(frozen=True, slots=True)
class HistoryAsked:
    """The turns so far are to be listed.

    Attributes:
        page: of the list, 0 for the latest turns.
        message: the list that is leafed through, to be changed in place; Telegram says it.
    """

    page: int = 0
    message: int | None = None


@dataclass(frozen=True, slots=True)
class TurnChosen:
    """A turn was tapped in the list: it is to be shown again, and the dialog goes on from it."""

    turn: int


@dataclass(frozen=True, slots=True)
class Undone:
    """Back to the turn before; a button also says which turn it wants undone."""

    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Restarted:
    """Start over: the next words are a new search."""


@dataclass(frozen=True, slots=True)
class ModeSwitched:
    """The words of a turn were meant the other way: a refinement as a new search, or back."""

    turn: int


@dataclass(frozen=True, slots=True)
class ItemChosen:
    """A picture was chosen on a page, whether it was shown in the chat or not.

    Attributes:
        turn: number of the turn whose web it stood in; None for the one on screen, if there is one.
    """

    item_id: str
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class InsideAsked:
    """Pictures were encircled on the map: the search is to go on among these."""

    item_ids: tuple[str, ...]


Event = (
    TextSent
    | PhotoSent
    | HitChosen
    | SimilarAsked
    | OriginalAsked
    | WhyAsked
    | SharedOpened
    | WordsOpened
    | Adopted
    | Accepted
    | CardClosed
    | MoreAsked
    | WeakAsked
    | Marked
    | MarkedSearched
    | DialTurned
    | DuplicatesAsked
    | KindsAsked
    | KindChosen
    | FilterRemoved
    | EntryRemoved
    | RemovalsAsked
    | StartAsked
    | OfferTaken
    | HistoryAsked
    | TurnChosen
    | Undone
    | Restarted
    | ModeSwitched
    | ItemChosen
    | InsideAsked
)
