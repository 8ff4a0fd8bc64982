"""Filters in everyday words: "only dresses under 50, not in red". Pure.

A filter is read only where the words leave no doubt that one is meant, and only of what the live catalogue has;
anything else stays in the text and counts towards the ranking, where a mistake costs little.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.dates_said import dates
from bot.notices import Notice
from bot.prices_said import prices
from bot.said import Cut, Nonsense
from bot.vocabulary import Vocabulary, plain
from retrieval.facets import CATEGORY, key
from retrieval.filter import NO_FILTER, Condition, Filter, HasValue, InCategory, Mentions, Tagged
from retrieval.wishes import read as read_wishes

_TAG = re.compile(r"#([^\W_](?:[\w-]*\w)?)|\b(?:tagged|with (?:the )?tag|tag:)\s*[“\"']?([\w-]+)[”\"']?", re.IGNORECASE)
_TITLED = re.compile(
    r"(?:\bwith |\bhaving )?[“\"]([^”\"]+)[”\"] in (?:the |its )?(?:title|caption|name|description)\b"
    r"|\bwith ([\w'-]+) in (?:the |its )?(?:title|caption|name|description)\b"
    r"|\b(?:titled|title:|caption:)\s*(?:[“\"]([^”\"]+)[”\"]|([\w'-]+))",
    re.IGNORECASE,
)
_COLUMN = re.compile(r"\b([^\W\d][\w-]*)\s?[:=]\s?[“\"]?([\w'-]+(?: [\w'-]+){0,2})[”\"]?", re.IGNORECASE)
_ONLY = re.compile(r"\b(?:only|nothing but|exclusively)\s+(?=\w)", re.IGNORECASE)
_ONLY_AFTER = re.compile(r"\b([\w'-]+(?: [\w'-]+)?) only(?=\s*(?:$|[.,;!?]))", re.IGNORECASE)
_NOT = re.compile(
    r"\b(?:not|no|nothing|without)\s+(?:in |any |the |a |an )?([\w'-]+(?: [\w'-]+)?)"
    r"(?=(?:\s+(?:ones?|things?|please))?\s*(?:$|[.,;!?]|\bbut\b|\bplease\b))(?:\s+(?:ones?|things?))?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w'-]+")
_NO_NAMES = frozenset({"the", "a", "an", "in", "some", "from", "ones", "one"})
_ENDS_RUN = re.compile(
    r"and|but|or|with|without|not|no|for|as|that|which|under|over|below|above|between|only", re.IGNORECASE
)
_RUN = 5
"""Words after "only" that are looked at."""
_LOOSE_ENDS = re.compile(r"^(?:[\s,;:.!-]|(?:and|but|or)\b)+|(?:[\s,;:-]|\b(?:and|but|or|for))+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says once its filters are taken out of it.

    Attributes:
        request: what is left to search for; empty where the text was nothing but filters.
        named: the same with the names of categories, tags and values left in, for a search that has nothing else.
        wanted: the filters.
        nonsense: why they cannot be meant, if they cannot.
    """

    request: str
    named: str
    wanted: Filter = NO_FILTER
    nonsense: Notice | None = None

    @property
    def rejected(self) -> tuple[str, ...]:
        """Values that are not wanted any more."""
        return tuple(c.value for c in self.wanted.conditions if isinstance(c, HasValue) and c.excluded)


def read(text: str, vocabulary: Vocabulary) -> Said:
    """What the text asks for, and the filters in it."""
    cuts: list[Cut] = []
    readers: tuple[Callable[[str, Vocabulary], Iterator[Cut]], ...] = (
        _titled, _columns, _tags, dates, prices, _excluded, _only, _only_after
    )  # fmt: skip
    try:
        for reader in readers:
            for cut in reader(text, vocabulary):
                if not any(cut.start < other.end and other.start < cut.end for other in cuts):
                    cuts.append(cut)
    except Nonsense as nonsense:
        return Said(text, text, nonsense=nonsense.notice)
    if not any(cut.conditions for cut in cuts):
        return Said(text, text)
    cuts.sort(key=lambda cut: cut.start)
    wanted = NO_FILTER
    for cut in cuts:
        wanted = wanted.narrowed(Filter(cut.conditions))
    return Said(_describing(_without(text, cuts, named=False)), _describing(_without(text, cuts, named=True)), wanted)


def _describing(text: str) -> str:
    """The text, or nothing where its words describe nothing: "show me the same"."""
    wishes = read_wishes(text)
    return text if wishes.wished or wishes.rejected else ""


def _without(text: str, cuts: list[Cut], *, named: bool) -> str:
    parts, at = [], 0
    for cut in cuts:
        parts += [text[at : cut.start], cut.name if named else ""]
        at = cut.end
    joined = " ".join(" ".join([*parts, text[at:]]).split())
    # "A cap, not black?" leaves "a cap ,?".
    return _LOOSE_ENDS.sub("", re.sub(r"\s+([,;.!?])", r"\1", re.sub(r"\s*[,;]\s*(?=[,;.!?])", "", joined)))


def _titled(text: str, _: Vocabulary) -> Iterator[Cut]:
    for found in _TITLED.finditer(text):
        words = next(filter(None, found.groups()))
        if any(character.isalnum() for character in words):
            yield Cut(found.start(), found.end(), (Mentions(words.strip()),), words)


def _columns(text: str, vocabulary: Vocabulary) -> Iterator[Cut]:
    """`colour: dark green`."""
    for found in _COLUMN.finditer(text):
        name, words = key(found[1]), found[2].split()
        values = vocabulary.columns.get(name, frozenset())
        for length in range(len(words), 0, -1):
            value = " ".join(words[:length])
            end = found.start(2) + len(value)
            if name == CATEGORY and (category := vocabulary.categories.get(plain(value))):
                yield Cut(found.start(), end, (InCategory(category),), value)
                break
            if key(value) in values:
                yield Cut(found.start(), end, (HasValue(name, key(value)),), value)
                break


def _tags(text: str, vocabulary: Vocabulary) -> Iterator[Cut]:
    for found in _TAG.finditer(text):
        name = found[1] or found[2]
        tag = vocabulary.tags.get(plain(name))
        if tag is not None:
            yield Cut(found.start(), found.end(), (Tagged(tag),), name)


def _excluded(text: str, vocabulary: Vocabulary) -> Iterator[Cut]:
    """`not in red`, `no hats`."""
    for found in _NOT.finditer(text):
        named = vocabulary.condition_of(plain(found[1]))
        if named is not None:
            yield Cut(found.start(), found.end(), (HasValue(*named, excluded=True),))


def _only(text: str, vocabulary: Vocabulary) -> Iterator[Cut]:
    """`only red dresses`: what of the next words names something; the rest of them stays in the text."""
    for only in _ONLY.finditer(text):
        words: list[re.Match[str]] = []
        for word in _WORD.finditer(text, only.end()):
            between = text[words[-1].end() if words else only.end() : word.start()]
            if len(words) == _RUN or between.strip() or _ENDS_RUN.fullmatch(word[0]):
                break
            words.append(word)
        names = list(_names(words, vocabulary))
        if names:
            yield Cut(only.start(), only.end())
            yield from names


def _names(words: list[re.Match[str]], vocabulary: Vocabulary) -> Iterator[Cut]:
    at = 0
    while at < len(words):
        for length in range(min(3, len(words) - at), 0, -1):
            run = words[at : at + length]
            name = " ".join(word[0] for word in run)
            if (condition := _condition(plain(name), vocabulary)) is not None:
                yield Cut(run[0].start(), run[-1].end(), (condition,), name)
                at += length
                break
        else:
            at += 1


def _only_after(text: str, vocabulary: Vocabulary) -> Iterator[Cut]:
    """`dresses only`."""
    for found in _ONLY_AFTER.finditer(text):
        words = found[1].split()
        for name in (found[1], words[-1]):
            if (condition := _condition(plain(name), vocabulary)) is not None:
                yield Cut(found.end(1) - len(name), found.end(), (condition,), name)
                break


def _condition(name: str, vocabulary: Vocabulary) -> Condition | None:
    named = None if name in _NO_NAMES else vocabulary.condition_of(name)
    if named is None:
        return None
    return InCategory(named[1]) if named[0] == CATEGORY else HasValue(*named)
