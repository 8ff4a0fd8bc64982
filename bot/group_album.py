"""What an album has in a group beside what one person gets: whose it is, votes for all, a way to go on. Pure."""

import json
from collections.abc import Mapping
from dataclasses import replace
from html import escape, unescape

from bot import texts
from bot.callback_data import Forked, Voted
from bot.direction import isolate
from bot.events import HitChosen, Restarted
from bot.languages import say
from bot.screens import Album, Button, Keyboard
from bot.turns import Turn

MAX_CAPTION = 1024
"""Characters (Bot API, sendPhoto)."""
TALLY_SIGN = "♥"
_MAX_NAME = 24
_MAX_NAMES = 5


def for_group(album: Album, turn: Turn, owner: str) -> Album:
    """The album of a turn that others see, too: they may vote, and go on from it on their own."""
    rows: list[tuple[Button, ...]] = []
    votes: list[tuple[Button, ...]] = []
    number = 0
    for row in album.keyboard:
        if isinstance(row[0].press, HitChosen):
            numbers = range(number + 1, number + len(row) + 1)
            number += len(row)
            votes.append(tuple(Button(say(texts.BUTTON_VOTE, number=n), Voted(turn.number, n)) for n in numbers))
        elif any(isinstance(button.press, Restarted) for button in row):
            row = (*row, Button(say(texts.BUTTON_FORK), Forked(turn.number)))
        rows.append(row)
    name = plain_name(owner)
    whose = f"{isolate(escape(name))}: " if name else ""
    return replace(album, control=f"{whose}{album.control}", keyboard=_after_numbers(rows, votes))


def _after_numbers(rows: list[tuple[Button, ...]], votes: list[tuple[Button, ...]]) -> Keyboard:
    return (*rows[: len(votes)], *votes, *rows[len(votes) :])


def ballot(number: int, voter: str) -> str:
    """A vote as it is kept."""
    return json.dumps([number, plain_name(voter)])


def with_tally(caption: str, ballots: Mapping[int, str]) -> str:
    """The caption, HTML, with who wants which picture as its last line; the tally that it had before is replaced.

    Names give way to numbers where there are many of them, or too little room.
    """
    lines = [line for line in caption.split("\n") if not line.startswith(TALLY_SIGN)]
    wanted: dict[int, list[str]] = {}
    for vote in ballots.values():
        number, name = json.loads(vote)
        wanted.setdefault(number, []).append(name)
    room = MAX_CAPTION - len(unescape("\n".join(lines))) - 1
    for most in (_MAX_NAMES, 0):
        tally = f"{TALLY_SIGN} " + " · ".join(
            f"{number}: {_voters(names, most)}" for number, names in sorted(wanted.items())
        )
        if len(tally) <= room:
            return "\n".join([*lines, escape(tally)]) if wanted else "\n".join(lines)
    return "\n".join(lines)


def _voters(names: list[str], most: int) -> str:
    if not most:
        return str(len(names))
    rest = len(names) - most
    listed = ", ".join(isolate(name) for name in names[:most])
    return f"{listed} +{rest}" if rest > 0 else listed


def plain_name(name: str) -> str:
    """A name as others may have it shown: on one line, short, without characters that cannot be seen."""
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())[:_MAX_NAME].rstrip()
