"""What a person can say of what was shown: likes, dislikes, which kind, how far from it. Events, as in `bot.events`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marked:
    """A picture of a turn was liked or disliked by a tap; the same tap again takes that back.

    Attributes:
        message: as in `Accepted`.
    """

    turn: int
    position: int
    liked: bool
    message: int | None = None


@dataclass(frozen=True, slots=True)
class MarkedSearched:
    """More pictures like what is marked are asked for."""

    turn: int


@dataclass(frozen=True, slots=True)
class DialTurned:
    """A refinement is to be more like its picture or more like its words; `position` as in `bot.turns.Turn.dial`."""

    turn: int
    position: int


@dataclass(frozen=True, slots=True)
class DuplicatesAsked:
    """The near-duplicates of a picture that a turn has shown are to be shown as well."""

    turn: int
    position: int


@dataclass(frozen=True, slots=True)
class KindsAsked:
    """One picture of each group of hits is asked for."""

    turn: int


@dataclass(frozen=True, slots=True)
class KindChosen:
    """A turn is to go on with one of its groups of hits; `group` counts them from 0."""

    turn: int
    group: int
