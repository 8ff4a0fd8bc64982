"""What a relative caption says of the attributes of clothes: "darker, with long sleeves", "anything but navy".

The lexicon's words are looked up, the longest phrase first; what is wished for and what is rejected, `retrieval.wishes`
tells apart. Comparatives and "another colour" name no value, so that a model of words and pictures has nothing to
match: they are read here, and become values where the reference is seen (`retrieval.attribute_ranking`). Words that
the lexicon does not have are handed on.
"""

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from retrieval import lexicon
from retrieval.wishes import EMPTY, Sense, sensed

_COMPARATIVES = (
    ("sleeve", True, r"longer (?:sleeves?|arms)"),
    ("sleeve", False, r"shorter (?:sleeves?|arms)"),
    ("length", True, r"longer"),
    ("length", False, r"shorter"),
    ("colour", True, r"darker|deeper|less (?:bright|light)"),
    ("colour", False, r"lighter|brighter|paler|less dark"),
    ("detail", True, r"more (?:formal|elegant)|less (?:casual|relaxed|sporty)|dressier|smarter|fancier|classier"),
    ("detail", False, r"more (?:casual|relaxed|sporty)|less (?:formal|elegant)|sportier"),
)
"""Attribute, whether more of it is wanted (darker, longer, more formal), and how people say so."""
_BARE = {
    "colour": ("colour", "color", "colours", "colors", "shade", "shades"),
    "pattern": ("pattern", "patterns", "print", "prints"),
    "sleeve": ("sleeve", "sleeves"),
    "length": ("length", "lengths"),
    "neckline": ("neckline", "necklines"),
}
"""The attributes themselves, which name no value."""
_ABSENT = {"sleeve": "sleeveless", "pattern": "plain"}
"""What has none of it: "no sleeves", "without the stripes"."""
_ENDINGS = frozenset({"coloured", "colored", "sleeved", "necked"})
_OPENING = frozenset({"with", "a", "that", "has", "is", "in"})
"""Words that a phrase of the lexicon may begin with and that say nothing."""
_SLEEVES = frozenset(lexicon.SLEEVES)
_SHORTEST = 3
"""Letters of a word that is worth being understood."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Some words about one attribute.

    Attributes:
        values: any of them is meant.
        rejected: it is to be none of them.
        guessed: the lexicon does not have the words, so that a model had to say what they mean.
    """

    attribute: str
    values: frozenset[str]
    rejected: bool = False
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """A word that the lexicon does not have."""

    text: str
    rejected: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What a relative caption says.

    Attributes:
        compared: attribute -> whether more of it is wanted than the reference has, or less.
        different: attributes that are to be anything but what the reference has.
    """

    mentions: tuple[Mention, ...] = ()
    compared: Mapping[str, bool] = field(default_factory=dict)
    different: frozenset[str] = frozenset()
    unknown: tuple[Unknown, ...] = ()


def read_caption(text: str) -> Reading:
    """A relative caption in English; of other languages all words are unknown."""
    text = text.lower().replace("-less", "less")
    compared: dict[str, bool] = {}
    for attribute, more, pattern in _COMPARATIVES:
        text, count = re.subn(rf"\b(?:{pattern})\b", " ", text)
        if count:
            compared[attribute] = more
    different = set()
    for attribute, names in _BARE.items():
        text, count = re.subn(rf"\b(?:another|other|different) (?:{'|'.join(names)})\b", " ", text)
        if count:
            different.add(attribute)
    mentions: list[Mention] = []
    unknown: list[Unknown] = []
    for sense, run in itertools.groupby(sensed(text), key=lambda word: word[1]):
        if sense is not Sense.GRAMMAR:
            for found in _spans([word for word, _ in run], sense is Sense.REJECTED):
                if isinstance(found, Mention):
                    mentions.append(found)
                else:
                    unknown.append(found)
    if any(mention.attribute == "sleeve" and not mention.values for mention in mentions):
        # "The sleeves should be long", or longer: it is not the dress that is meant.
        mentions = [
            replace(m, attribute="sleeve") if m.attribute == "length" and m.values <= _SLEEVES else m for m in mentions
        ]
        compared = {"sleeve" if attribute == "length" else attribute: more for attribute, more in compared.items()}
    return Reading(tuple(mentions), compared, frozenset(different), tuple(unknown))


def _spans(words: Sequence[str], rejected: bool) -> Iterator[Mention | Unknown]:
    while words:
        phrase = _longest(words)
        if phrase is not None:
            yield _rejection(phrase) if rejected else _PHRASES[phrase]
        elif words[0].isalpha() and len(words[0]) >= _SHORTEST and words[0] not in EMPTY | _ENDINGS:
            yield Unknown(words[0], rejected)
        words = words[len(phrase) if phrase else 1 :]


def _longest(words: Sequence[str]) -> tuple[str, ...] | None:
    """The longest phrase of the lexicon that they begin with."""
    for length in range(min(len(words), _LONGEST), 0, -1):
        if (phrase := tuple(words[:length])) in _PHRASES:
            return phrase
    return None


def _rejection(phrase: tuple[str, ...]) -> Mention:
    """What it means not to want this: of a part, to have none of it; of a property, to have another."""
    mention = _PHRASES[phrase]
    if phrase in _PARTS and mention.attribute in _ABSENT:
        return Mention(mention.attribute, frozenset({_ABSENT[mention.attribute]}))
    return Mention(mention.attribute, mention.values, rejected=True)


def _spoken(phrase: str) -> tuple[str, ...]:
    words = [word for word, _ in sensed(phrase)]
    while words and words[0] in _OPENING:
        words.pop(0)
    return tuple(words)


def _phrases() -> dict[tuple[str, ...], Mention]:
    """Phrase -> what it means."""
    values: dict[tuple[str, ...], dict[str, set[str]]] = {}
    for attribute, words in lexicon.ATTRIBUTES.items():
        for value, phrases in words.items():
            for phrase in phrases:
                # "Without sleeves" is understood from "sleeves".
                if (spoken := _spoken(phrase)) and not phrase.startswith(("without", "with no", "no ")):
                    values.setdefault(spoken, {}).setdefault(attribute, set()).add(value)
    firsts = {spoken: next(iter(meanings.items())) for spoken, meanings in values.items()}
    named = {(name,): Mention(attribute, frozenset()) for attribute, names in _BARE.items() for name in names}
    return named | {spoken: Mention(attribute, frozenset(meant)) for spoken, (attribute, meant) in firsts.items()}


_NOUNS = {
    _spoken(noun): Mention("pattern", frozenset({value}))
    for value, nouns in lexicon.PATTERN_NOUNS.items()
    for noun in nouns
}
_PHRASES = _phrases() | _NOUNS
_PARTS = frozenset(_NOUNS) | {(name,) for attribute in _ABSENT for name in _BARE[attribute]}
"""Phrases that name a part ("stripes") and not a property ("striped")."""
_LONGEST = max(map(len, _PHRASES))
