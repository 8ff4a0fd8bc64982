"""The groups that the hits of a search fall into, offered as "which kind?" and chosen. Pure.

Never in the way of the album: groups with a name are buttons under it; groups without one are a button that sends one
picture of each.
"""

from collections.abc import Sequence
from dataclasses import replace

from bot import texts
from bot.judgements import KindChosen, KindsAsked
from bot.languages import say
from bot.marks import Marks
from bot.notices import Notice
from bot.requests import Refuse, Request, Search, ShowItems
from bot.screens import Album, Button, Keyboard
from bot.turns import Dialog, Turn
from bot.vocabulary import Vocabulary
from retrieval.filter import Filter, InCategory
from retrieval.kinds import Kind
from retrieval.query import TextQuery

MAX_NAME = 20
"""Characters of a group's name on its button."""


def offered(turn: Turn, found: tuple[Kind, ...], vocabulary: Vocabulary) -> tuple[Kind, ...]:
    """The groups worth asking about: of words without a picture that do not say which kind they mean."""
    conditions = turn.within.conditions
    if len(turn.ledger) > 1 or turn.marks or any(isinstance(condition, InCategory) for condition in conditions):
        return ()
    if not isinstance(turn.request.query, TextQuery):
        return ()
    named = all(kind.name for kind in found)
    return () if named and vocabulary.names_another(turn.request.text, "") else found


def kinds_row(turn: Turn) -> Keyboard:
    """The question under an album."""
    if not turn.kinds:
        return ()
    if not all(kind.name for kind in turn.kinds):
        return ((Button(say(texts.BUTTON_KINDS), KindsAsked(turn.number)),),)
    return (tuple(Button(_short(kind.name), KindChosen(turn.number, n)) for n, kind in enumerate(turn.kinds)),)


def kinds_line(turn: Turn) -> list[str]:
    """The question, where the groups have names; elsewhere it is on a button."""
    return [say(texts.WHICH_OF_THESE)] if turn.kinds and all(kind.name for kind in turn.kinds) else []


def _short(name: str) -> str:
    return name if len(name) <= MAX_NAME else f"{name[: MAX_NAME - 1]}…"


def show_kinds(dialog: Dialog, number: int) -> tuple[Dialog, Request]:
    """One picture of each group, as one more page of the turn."""
    turn = dialog.turn(number)
    if turn is None or not turn.kinds:
        return dialog, Refuse(Notice.EXPIRED)
    if any(stand_for_kinds(turn, page.items) for page in turn.pages):
        return dialog, Refuse(Notice.ALREADY_DONE)
    return dialog.with_card(None), ShowItems(turn, tuple(kind.items[0] for kind in turn.kinds))


def stand_for_kinds(turn: Turn, items: Sequence[str]) -> bool:
    """Whether a page's pictures are there to choose a group by: each is the first of one."""
    return len(items) > 1 and set(items) <= {kind.items[0] for kind in turn.kinds if not kind.name}


def choose_kind(dialog: Dialog, number: int, group: int) -> tuple[Dialog, Request]:
    """The same words within one group: a category, or what looks like its pictures, those first."""
    turn, current = dialog.turn(number), dialog.turn(dialog.current)
    if turn is None or group >= len(turn.kinds):
        return dialog, Refuse(Notice.EXPIRED)
    kind = turn.kinds[group]
    narrowed = replace(turn, number=dialog.last_number + 1, pages=(), kinds=(), base=turn.number)
    if kind.name:
        narrowed = replace(narrowed, within=turn.within.narrowed(Filter((InCategory(kind.name),))))
    else:
        narrowed = replace(narrowed, marks=Marks(kind.items), weak_wanted=True)
    if current is not None and replace(current, number=narrowed.number, pages=()) == narrowed:
        return dialog, Refuse(Notice.ALREADY_DONE)
    dialog = replace(dialog, chosen=None)
    return dialog, Search(narrowed) if kind.name else ShowItems(narrowed, kind.items)


def asking(turn: Turn, album: Album) -> Album:
    """The album as it is, but where its pictures stand for groups their numbers choose these."""
    if not stand_for_kinds(turn, [item.id for item in album.items]):
        return album
    group_of = {kind.items[0]: group for group, kind in enumerate(turn.kinds)}
    numbers = tuple(
        Button(str(number), KindChosen(turn.number, group_of[item.id])) for number, item in enumerate(album.items, 1)
    )
    return replace(album, control=say(texts.WHICH_KIND), keyboard=(numbers, *album.keyboard[1:2]))
