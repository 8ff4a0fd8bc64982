"""Sentences that are commands, not descriptions: "back", "the third one", "start over". They are never embedded."""

import re
from dataclasses import dataclass

_UNDO = re.compile(
    r"(undo( that| it)?|(go )?back|(go )?back (one|a) step|one step back|(the )?previous( one| ones| search)?|"
    r"(the )?one before|take (that|it) back)",
)
_MORE = re.compile(r"(more|(show|give) (me )?more( pictures| of them| of these)?|next( page| ones)?|others|other ones)")
_NEW = re.compile(
    r"(new|new search|start (over|again|anew)|start a new search|reset|restart|from the (start|beginning))"
)
_TAKE = re.compile(
    r"(this is it|that is it|that's it|this one|that one|perfect|i(?:'ll| will)? take it|i take this( one)?)"
)
_NUMBER_WORDS = {
    "one": 1,
    "first": 1,
    "two": 2,
    "second": 2,
    "three": 3,
    "third": 3,
    "four": 4,
    "fourth": 4,
    "five": 5,
    "fifth": 5,
    "six": 6,
    "sixth": 6,
}
_ORDINAL = re.compile(
    r"(?:the |number |no\.? ?|picture |#)?(?P<which>\d{1,2}|"
    + "|".join(_NUMBER_WORDS)
    + r")(?:st|nd|rd|th)?(?: (?:one|picture|photo))?(?:(?:, ?| )(?:but|just|only|and)?,? ?(?P<rest>\S.*))?"
)
_BARE_NUMBER_WORDS = frozenset({"one", "two", "three", "four", "five", "six"})


@dataclass(frozen=True, slots=True)
class Undo:
    """Take the last turn back."""


@dataclass(frozen=True, slots=True)
class More:
    """Show the next page."""


@dataclass(frozen=True, slots=True)
class New:
    """Start over."""


@dataclass(frozen=True, slots=True)
class Take:
    """The chosen picture is the one."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Choose a picture of the current page by its number, from 1; `rest` says what should be different about it."""

    number: int
    rest: str


Command = Undo | More | New | Take | Pick


def command(text: str) -> Command | None:
    """The command that a whole text is, or None when the text describes something."""
    plain = " ".join(text.lower().split()).strip(" .!?")
    plain = re.sub(r"^(please|ok|okay|no),? ", "", plain)
    plain = re.sub(r",? please$", "", plain)
    for pattern, what in ((_UNDO, Undo()), (_MORE, More()), (_NEW, New()), (_TAKE, Take())):
        if pattern.fullmatch(plain):
            return what
    return _pick(plain)


def _pick(plain: str) -> Pick | None:
    form = _ORDINAL.fullmatch(plain)
    if form is None:
        return None
    which, rest = form["which"], form["rest"] or ""
    said_as_choice = re.match(r"(the|number|no|picture|#)\b|#", plain) is not None
    if rest and not (said_as_choice and re.search(r"\b(but|just|only|and)\b|,", plain[: len(plain) - len(rest)])):
        return None  # "two red shoes", "second hand bag": descriptions
    if which in _BARE_NUMBER_WORDS and not said_as_choice:
        return None
    return Pick(_NUMBER_WORDS.get(which) or int(which), rest)
