"""Sentences that are commands, not descriptions: "back", "the third one", "start over". They are never embedded.

In English here, in the other languages in `bot.phrases_abroad`.
"""

import re
from dataclasses import dataclass

from bot import phrases_abroad

_UNDO = re.compile(
    r"undo(?: that| it)?|(?:go )?back|(?:go )?back (?:one|a) step|(?:go )?one step back|"
    r"(?:the )?previous(?: one| ones| search)?|(?:the )?one before|take (?:that|it) back"
)
_MORE = re.compile(
    r"(?:(?:some|one|a few|show me|show|give me|see) )?more(?: pictures| of them| of these| please)?|"
    r"next(?: page| ones)?|(?:another one|others|other ones)"
)
_NEW = re.compile(r"new(?: search)?|start (?:over|again|anew|a new search)|reset|restart|from the (?:start|beginning)")
_TAKE = re.compile(
    r"(?:this|that)(?: is|'s) (?:it|the one)|(?:this|that) one|perfect|found it|"
    r"i(?:'ll| will)? take (?:it|this|that|this one|that one)"
)
_SIMILAR = re.compile(
    r"(?:(?:show me )?(?:more|some|others|something) )?(?:like|similar to) (?:this|that|it)(?: one)?|"
    r"(?:show me )?similar(?: ones)?"
)
_SURPRISE = re.compile(
    r"surprise me|(?:show me )?(?:something|anything)|(?:show me )?(?:some )?random(?: pictures| ones)?|"
    r"what (?:do you have|have you got|is there)"
)
_PAST = re.compile(r"(?:show )?(?:me )?(?:(?:the |my )?(?:search )?history|my (?:last |earlier )?searches)")
_GREETING = re.compile(r"hi|hello|hey|hi there|hello there|good (?:morning|day|evening)")
_THANKS = re.compile(r"thanks|thank you(?: very much)?|thx|great|nice|cool|ok|okay")

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_ORDINAL = rf"(?P<ordinal>{'|'.join(_ORDINALS)}|last|\d{{1,2}}(?:st|nd|rd|th))"
_NUMBER = r"(?P<number>\d{1,2})"
_LEAD = r"(?:(?:i (?:like|want|prefer|choose|take)|like|rather|similar to) )?"
_BUT = r"(?:,? ?\b(?:but|just|only|and)\b|,) ?(?P<rest>\S.*)"
_BUT_OR_WITH = rf"(?:{_BUT}|,? (?P<change>(?:in|with|without|as) .+))?"
_CHOICES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"{_LEAD}(?:the )?{_ORDINAL} (?:one|picture|photo|image|pic){_BUT_OR_WITH}",
        rf"{_LEAD}the {_ORDINAL}(?:{_BUT})?",
        rf"{_LEAD}(?:number|no\.?|picture|photo|image|pic|#) ?{_NUMBER}{_BUT_OR_WITH}",
        rf"{_NUMBER}(?:{_BUT})?",
    )
)
LAST = phrases_abroad.LAST


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
class Similar:
    """More pictures like the chosen one."""


@dataclass(frozen=True, slots=True)
class Surprise:
    """Show some pictures of the collection."""


@dataclass(frozen=True, slots=True)
class Past:
    """List the turns so far."""


@dataclass(frozen=True, slots=True)
class Greet:
    """Said to be polite."""


@dataclass(frozen=True, slots=True)
class Thank:
    """Said to be polite, at the end."""


@dataclass(frozen=True, slots=True)
class Pick:
    """Choose a picture of the current page by its number, from 1 (or LAST); `rest` says what should be different."""

    number: int
    rest: str


Command = Undo | More | New | Take | Similar | Surprise | Past | Greet | Thank | Pick
_ABROAD: dict[str, Command] = {
    phrases_abroad.UNDO: Undo(),
    phrases_abroad.MORE: More(),
    phrases_abroad.NEW: New(),
    phrases_abroad.TAKE: Take(),
    phrases_abroad.SIMILAR: Similar(),
    phrases_abroad.SURPRISE: Surprise(),
    phrases_abroad.PAST: Past(),
    phrases_abroad.GREET: Greet(),
    phrases_abroad.THANK: Thank(),
}


def command(text: str) -> Command | None:
    """The command that a whole text is, or None when the text describes something."""
    plain = " ".join(text.lower().replace("’", "'").split()).strip(" .!?")
    plain = re.sub(r"^(?:please,? |(?:ok|okay|no|yes), )", "", plain)
    plain = re.sub(r",? please$", "", plain)
    for pattern, what in (
        (_UNDO, Undo()),
        (_MORE, More()),
        (_NEW, New()),
        (_TAKE, Take()),
        (_SIMILAR, Similar()),
        (_SURPRISE, Surprise()),
        (_PAST, Past()),
        (_GREETING, Greet()),
        (_THANKS, Thank()),
    ):
        if pattern.fullmatch(plain):
            return what
    return _in_another_language(text) or _pick(plain)


def _in_another_language(text: str) -> Command | None:
    if (meaning := phrases_abroad.meaning(text)) is not None:
        return _ABROAD[meaning]
    picked = phrases_abroad.pick(text)
    return None if picked is None else Pick(*picked)


def goes_on(said: Command) -> bool:
    """Whether a command goes on from an album, so that it matters which one it replies to."""
    return isinstance(said, More | Take | Similar | Pick)


def _pick(plain: str) -> Pick | None:
    for pattern in _CHOICES:
        if (form := pattern.fullmatch(plain)) is None:
            continue
        said = form.groupdict()
        which = said.get("number") or said["ordinal"]
        return Pick(_number(which), said.get("rest") or said.get("change") or "")
    return None


def _number(which: str) -> int:
    if which == "last":
        return LAST
    return _ORDINALS.index(which) + 1 if which in _ORDINALS else int(which.rstrip("stndrh"))
