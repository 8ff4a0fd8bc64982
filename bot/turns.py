"""The dialog as a value: turns, their pages, and what is chosen.

A dialog is a list of turns. A turn keeps its *ledger* (what of earlier turns still counts, with its own request last),
the pages of pictures it has shown and the messages they were shown in, so that a reply to an old picture, a tap on an
old button and "undo" find what the person sees. Numbers of turns never come back: a button of a forgotten turn is
recognised.
"""

import itertools
from dataclasses import dataclass, replace

from bot.ledger import Entry
from bot.marks import NO_MARKS, Marks
from retrieval.filter import NO_FILTER, Filter
from retrieval.kinds import Kind
from retrieval.query import Hit, ItemReference, Reference

FORMAT = 1
MAX_TURNS = 20
MAX_SEEN = 600
MAX_PATH = 50


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a picture was shown, as `retrieval.query.Hit` says it."""

    strength: float | None = None
    picture_share: float | None = None

    @classmethod
    def of(cls, hit: Hit) -> "Reason":
        """In three digits, which is what is kept of each picture shown."""
        return cls(_rounded(hit.strength), _rounded(hit.picture_share))


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)


@dataclass(frozen=True, slots=True)
class Page:
    """One album as it was sent.

    Attributes:
        items: item ids, as numbered on the buttons.
        messages: message ids of the pictures, in the same order; empty when a send may or may not have arrived.
        control: message id of the message with the buttons.
        earlier: message ids of the same pictures when the page was sent before ("undo" shows it again).
        reasons: for each item; empty where nobody knows.
        similar: for each item its near-duplicates, which count as shown; empty where there are none.
        earlier_controls: ids of the messages with the buttons when the page was sent before.
    """

    items: tuple[str, ...]
    messages: tuple[int, ...] = ()
    control: int | None = None
    earlier: tuple[tuple[int, ...], ...] = ()
    reasons: tuple[Reason, ...] = ()
    similar: tuple[tuple[str, ...], ...] = ()
    earlier_controls: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """Words that stand on buttons, since they are known to find something.

    Attributes:
        position: of the picture that they would change; None for words that are a search of their own.
    """

    texts: tuple[str, ...]
    position: int | None = None


@dataclass(frozen=True, slots=True)
class Turn:
    """One request and what was shown for it.

    Attributes:
        ledger: live entries, oldest first; the last is this turn's own request.
        seen: item ids shown earlier in this search, not to be shown again.
        pages: the albums shown, oldest first.
        reference: what the words refine, or would refine if they were not taken as a new search.
        base: number of the turn that this one goes on from.
        weak_wanted: the person has asked for what is not close, too.
        within: what may be found at all.
        any_category: the person does not want results kept to the category of the picture refined.
        exact: the item whose very picture the person has sent.
        drawn: which draw from the collection its pictures are, from 1; 0 for all that was asked for.
        offered: what stands on buttons below its album and on the cards of its pictures.
        marks: what the person likes and dislikes of what was shown before.
        kinds: the groups that its first hits fall into.
        dial: from -2, more like the picture, to 2, more like the words (`bot.dial`).
    """

    number: int
    ledger: tuple[Entry, ...]
    seen: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    reference: Reference | None = None
    base: int | None = None
    weak_wanted: bool = False
    within: Filter = NO_FILTER
    any_category: bool = False
    exact: str | None = None
    drawn: int = 0
    offered: tuple[Offered, ...] = ()
    marks: Marks = NO_MARKS
    dial: int = 0
    kinds: tuple[Kind, ...] = ()

    @property
    def request(self) -> Entry:
        """This turn's own entry of the ledger."""
        return self.ledger[-1]

    @property
    def shown(self) -> tuple[str, ...]:
        """All pictures of this turn, in the order of their positions."""
        return tuple(item for page in self.pages for item in page.items)

    def offers(self, position: int | None) -> tuple[str, ...]:
        """The words offered for the picture of that position, or (None) for the turn as a whole."""
        return next((offered.texts for offered in self.offered if offered.position == position), ())

    def offering(self, texts: tuple[str, ...], position: int | None = None) -> "Turn":
        """The turn with these words offered for that position."""
        others = tuple(offered for offered in self.offered if offered.position != position)
        return replace(self, offered=(*others, Offered(texts, position)) if texts else others)

    @property
    def covered(self) -> tuple[str, ...]:
        """What is not to be shown again: the pictures of this turn and their near-duplicates."""
        twins = (twin for page in self.pages for several in page.similar for twin in several)
        return tuple(dict.fromkeys((*self.shown, *twins)))

    def similar(self, position: int) -> tuple[str, ...]:
        """The near-duplicates of the picture of that position that have not been shown by themselves."""
        twins = [several for page in self.pages for several in page.similar or ((),) * len(page.items)]
        shown = frozenset(self.shown)
        return tuple(twin for twin in (twins[position] if position < len(twins) else ()) if twin not in shown)

    def page_of(self, message: int) -> int | None:
        """The number, from 0, of the page whose buttons that message carries."""
        for number, page in enumerate(self.pages):
            if message == page.control or message in page.earlier_controls:
                return number
        return None

    def reason(self, position: int) -> Reason:
        """Why the picture of that position was shown, as far as anybody knows."""
        reasons = [reason for page in self.pages for reason in page.reasons or (Reason(),) * len(page.items)]
        return reasons[position] if position < len(reasons) else Reason()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The picture that the next words refine.

    Attributes:
        base: number of the turn it was chosen from.
        by_hand: chosen by the person just now, not carried over from the refinement before.
        card: message id of its open card.
    """

    reference: Reference
    base: int | None = None
    by_hand: bool = True
    card: int | None = None


@dataclass(frozen=True, slots=True)
class Dialog:
    """Everything Pictalk remembers of one person in one chat.

    Attributes:
        last_number: the highest turn number ever given out.
        current: number of the turn on screen; None after "new".
        path: numbers of the turns as they came onto the screen, the latest last: "undo" goes back along it. Empty in
            dialogs of earlier versions, whose turns are in that order themselves.
        marks: likes and dislikes given by taps, which the next search takes up.
    """

    turns: tuple[Turn, ...] = ()
    last_number: int = 0
    current: int | None = None
    chosen: Chosen | None = None
    marks: Marks = NO_MARKS
    format: int = FORMAT
    path: tuple[int, ...] = ()

    def been(self) -> tuple[int, ...]:
        """The path, as far as its turns are remembered, without staying where one is."""
        remembered = {turn.number for turn in self.turns}
        path = [number for number in self.path or [turn.number for turn in self.turns] if number in remembered]
        return tuple(number for number, _ in itertools.groupby(path))

    def turn(self, number: int | None) -> Turn | None:
        """The turn of that number, if it is still remembered."""
        return next((turn for turn in self.turns if turn.number == number), None)

    def shown(self, number: int, position: int) -> tuple[Turn, str] | None:
        """The turn of that number and the id of its picture of that position, if both are still remembered."""
        turn = self.turn(number)
        return None if turn is None or position >= len(turn.shown) else (turn, turn.shown[position])

    def with_page(self, turn: Turn, page: Page) -> "Dialog":
        """The dialog after `page` of `turn` was sent: the turn is current, older ones beyond the limit are dropped."""
        turn = replace(turn, pages=(*turn.pages, page))
        chosen = self.chosen
        if len(page.items) == 1:  # there is nothing to choose between: what is said next refines it
            only = ItemReference(page.items[0])
            pointed_at = chosen is not None and chosen.by_hand and chosen.reference == only
            chosen = Chosen(only, turn.number, by_hand=pointed_at)
        return replace(self, chosen=chosen).with_turn(turn)

    def with_turn(self, turn: Turn) -> "Dialog":
        """The dialog with `turn` as the current one, which may have shown nothing yet.

        Those that were not looked at for longest are dropped.
        """
        others = tuple(other for other in self.turns if other.number != turn.number)
        been = self.been()
        return replace(
            self,
            turns=(*others, turn)[-MAX_TURNS:],
            last_number=max(self.last_number, turn.number),
            current=turn.number,
            path=(*been, *([turn.number] if been[-1:] != (turn.number,) else []))[-MAX_PATH:],
            marks=self.marks if turn.number <= self.last_number else NO_MARKS,
        )

    def with_offers(self, number: int, texts: tuple[str, ...], position: int) -> "Dialog":
        """The dialog with words offered for a picture of a turn; what is on screen stays the same."""
        turns = tuple(t.offering(texts, position) if t.number == number else t for t in self.turns)
        return replace(self, turns=turns)

    def with_page_again(self, turn: Turn, page: Page) -> "Dialog":
        """The dialog after the last page of `turn` was sent once more as `page`."""
        *before, last = turn.pages
        controls = () if last.control is None else (last.control,)
        page = replace(
            page,
            earlier=(last.messages, *last.earlier)[:3],
            earlier_controls=(*controls, *last.earlier_controls)[:3],
            reasons=last.reasons,
            similar=last.similar,
        )
        return self.with_page(replace(turn, pages=tuple(before)), page)

    def with_card(self, message: int | None) -> "Dialog":
        """The dialog after the chosen picture's card was sent (or closed)."""
        return replace(self, chosen=replace(self.chosen, card=message)) if self.chosen else self

    def turn_in(self, message: int) -> Turn | None:
        """The turn whose buttons a message of ours carries."""
        return next((turn for turn in reversed(self.turns) if turn.page_of(message) is not None), None)

    def picture_of(self, message: int) -> tuple[Turn, str] | None:
        """The turn and item that a message of ours shows: a picture of an album, the only hit, or the open card."""
        for turn in reversed(self.turns):
            for page in turn.pages:
                for messages in (page.messages, *page.earlier):
                    if message in messages:
                        return turn, page.items[messages.index(message)]
        chosen = self.chosen
        turn_of_card = self.turn(chosen.base) if chosen and chosen.card == message else None
        if chosen and turn_of_card and isinstance(chosen.reference, ItemReference):
            return turn_of_card, chosen.reference.item_id
        return None
