"""What some words wish for and what they reject, and the wishes of a whole dialog as one caption.

Models that match pictures with words do badly with "not" (CLIP4Cir meets 4 % of negations where it meets 67 % of
additions: "A Sanity Check on CIR", arXiv 2604.12904), and a raw dialog is worse for them than one caption of the same
content (PlugIR, ACL 2024). So what is rejected is taken out, or turned into what is wished for instead ("no sleeves" is
"sleeveless"), and of each slot only what was said last is kept. Words of no slot, and words of other languages, are
kept as they are.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from functools import lru_cache

from retrieval.slots import tag


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TOKEN = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?|\d+|[,.;:!?]")
_NEGATIONS = _vocabulary("not no without never don't doesn't isn't aren't dont doesnt isnt minus less nor than nothing")
_NEGATION_PAIRS = frozenset(
    {
        ("no", "longer"),
        ("no", "more"),
        ("instead", "of"),
        ("place", "of"),
        ("rather", "than"),
        ("other", "than"),
        ("anything", "but"),
        ("everything", "but"),
    }
)
_EXCHANGES = {
    "swap": _vocabulary("for with"),
    "exchange": _vocabulary("for"),
    "replace": _vocabulary("with by"),
    "change": _vocabulary("to into for"),
    "from": _vocabulary("to"),
}
"""The word before what goes -> the words before what comes instead: "swap red for blue"."""
_ENDS = _vocabulary("but and with in as make i it's rather just only , . ; : ! ?")
"""Where a negation no longer reaches."""
EMPTY = _vocabulary(
    """a an the i i'm i'd i'll im am is are was be been being do does did you your have has had it it's its this that
    these those they them there here me my mine we us our he she his her can could will would should may might must
    shall please hi hello hey thanks thank ok okay hm hmm well sorry wait so also too just only really very maybe
    perhaps show find get give got any some see let want wants need needs like liked love prefer prefers look looking
    looks search searching for of on at by to from and or but then as if one ones thing something anything everything
    else same similar exactly make turn keep rather better best more bit little what how about which who why where when
    now still yes after all mind changed second thought meant picture photo image with in into"""
)
"""Words that describe nothing by themselves."""


class Sense(Enum):
    """What a word is in a text for."""

    WISHED = auto()
    REJECTED = auto()
    GRAMMAR = auto()


@dataclass(frozen=True, slots=True)
class Word:
    """A describing word.

    Attributes:
        slot: the property it speaks of (`retrieval.slots`), None where nobody knows.
    """

    text: str
    slot: str | None


@dataclass(frozen=True, slots=True)
class Wishes:
    """What one text wishes for and what it wants away, as describing words in their order."""

    wished: tuple[Word, ...]
    rejected: tuple[Word, ...]

    def after(self, later: "Wishes") -> "Wishes":
        """What is left of these wishes once `later` has been said: it replaces slots, and takes back words."""
        slots = {word.slot for word in (*later.wished, *later.rejected)} - {None}
        gone = {word.text for word in later.rejected}
        return replace(self, wished=tuple(w for w in self.wished if w.slot not in slots and w.text not in gone))

    def __str__(self) -> str:
        return " ".join(word.text for word in self.wished)


@lru_cache(maxsize=1024)
def read(text: str) -> Wishes:
    """The wishes in a text."""
    words = [(token, sense) for token, sense in sensed(text) if token[0].isalnum()]
    found: dict[Sense, list[Word]] = {sense: [] for sense in Sense}
    for (token, sense), slot in zip(words, tag([token for token, _ in words]), strict=True):
        if token not in EMPTY:
            found[sense].append(Word(token, slot))
    wished, rejected = found[Sense.WISHED], found[Sense.REJECTED]
    return Wishes((*wished, *_instead(wished, rejected)), tuple(rejected))


def sensed(text: str) -> list[tuple[str, Sense]]:
    """The text's words and punctuation, in lower case, and what each is there for."""
    tokens = [token.lower() for token in _TOKEN.findall(text.replace("’", "'"))]
    return list(zip(tokens, _senses(tokens), strict=True))


def caption(texts: Sequence[str]) -> str:
    """All wishes of a dialog in one text, oldest first; empty where nothing is wished for."""
    wishes: list[Wishes] = []
    for text in texts:
        said = read(text)
        wishes = [*(earlier.after(said) for earlier in wishes), said]
    return ", ".join(str(each) for each in wishes if each.wished)


def _instead(wished: Sequence[Word], rejected: Sequence[Word]) -> list[Word]:
    """What the rejections amount to as wishes, where there is a word for it."""
    named = {word.slot for word in wished}
    words = []
    if "sleeve" not in named and any(word.text in ("sleeve", "sleeves") for word in rejected[-1:]):
        words.append(Word("sleeveless", "sleeve"))
    if "pattern" not in named and any(word.slot == "pattern" for word in rejected):
        words.append(Word("plain", "pattern"))
    return words


def _senses(tokens: Sequence[str]) -> list[Sense]:
    """For each token whether it is wished for, rejected, or there to say so."""
    senses: list[Sense] = []
    until: frozenset[str] | None = None
    for place, token in enumerate(tokens):
        following = tokens[place + 1] if place + 1 < len(tokens) else ""
        before = tokens[place - 1] if place else ""
        if (before, token) in _NEGATION_PAIRS:
            senses.append(Sense.GRAMMAR)
            until = _ENDS
            continue
        if until is not None and token in until:
            until = None
        if token in _NEGATIONS and following not in (",", ".", "!"):  # "no, blue" says no to what was shown
            until = _ENDS
            senses.append(Sense.GRAMMAR)
        elif token in _EXCHANGES and any(other in _EXCHANGES[token] for other in tokens[place + 1 :]):
            until = _EXCHANGES[token]
            senses.append(Sense.GRAMMAR)
        elif token in _NEGATIONS or (token, following) in _NEGATION_PAIRS:
            senses.append(Sense.GRAMMAR)
        else:
            senses.append(Sense.REJECTED if until is not None else Sense.WISHED)
    return senses
