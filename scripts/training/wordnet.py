"""Reads WordNet (Fellbaum 1998): the senses of English nouns and adjectives, and what they are a kind of.

The database files are described at https://wordnet.princeton.edu/documentation/wndb5wn. Only two of the four parts of
speech and three kinds of pointers matter here, so this is a reader of sixty lines and no dependency.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

PartOfSpeech = Literal["noun", "adj"]
Key = tuple[PartOfSpeech, str]
_PARTS: dict[str, PartOfSpeech] = {"n": "noun", "a": "adj", "s": "adj"}
_NAMES: tuple[PartOfSpeech, ...] = ("noun", "adj")
_KIND_OF = frozenset({"@", "@i"})
_SIMILAR = "&"
ARTIFACT, ATTRIBUTE = 6, 7
"""Numbers of lexicographer files (lexnames(5WN)): things that people make, and attributes of things."""


@dataclass(frozen=True, slots=True)
class Sense:
    """One meaning.

    Attributes:
        part: noun or adjective.
        file: number of the lexicographer file.
        words: lower case, the most frequent first; spaces between the words of one.
        gloss: its definition, without the examples.
        kind_of: keys of what it is a kind of.
        similar: keys of alike adjectives.
    """

    part: PartOfSpeech
    file: int
    words: tuple[str, ...]
    gloss: str
    kind_of: tuple[Key, ...] = field(default=())
    similar: tuple[Key, ...] = field(default=())


class WordNet:
    """The nouns and adjectives of a `dict` folder. Raises OSError where a file is missing."""

    def __init__(self, directory: Path) -> None:
        self._senses: dict[Key, Sense] = {}
        self._words: dict[str, list[Key]] = {}
        self._below: dict[Key, list[Sense]] = {}
        for part in _NAMES:
            for line in _lines(directory / f"data.{part}"):
                key, sense = _sense(line)
                self._senses[key] = sense
                for above in sense.kind_of:
                    self._below.setdefault(above, []).append(sense)
        for part in _NAMES:
            for line in _lines(directory / f"index.{part}"):
                word, _, count, *rest = line.split()
                keys: list[Key] = [(part, offset) for offset in rest[-int(count) :]]
                self._words.setdefault(word.replace("_", " "), []).extend(keys)

    def words(self) -> Iterator[str]:
        """Every word and collocation, lower case, with spaces."""
        yield from self._words

    def senses(self, word: str) -> list[Sense]:
        """Of a word, nouns first, the most frequent first; empty where it is unknown."""
        return [self._senses[key] for key in self._words.get(word, ())]

    def above(self, sense: Sense) -> list[Sense]:
        """What it is a kind of, nearest first."""
        found, front = [], [sense]
        while front:
            front = [self._senses[key] for one in front for key in one.kind_of]
            found += front
        return found

    def below(self, sense: Sense) -> list[Sense]:
        """What is directly a kind of it."""
        return self._below.get(self._key(sense), [])

    def similar(self, sense: Sense) -> list[Sense]:
        """The adjectives it is grouped with."""
        return [self._senses[key] for key in sense.similar]

    def _key(self, sense: Sense) -> Key:
        return next(key for key in self._words[sense.words[0]] if self._senses[key] is sense)


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="latin-1") as file:
        yield from (line for line in file if not line.startswith("  "))  # the licence


def _sense(line: str) -> tuple[Key, Sense]:
    body, gloss = line.split("|", 1)
    offset, file, part, count, *rest = body.split()
    words = tuple(word.split("(")[0].replace("_", " ").lower() for word in rest[: 2 * int(count, 16) : 2])
    pointers = rest[2 * int(count, 16) + 1 :]
    targets: dict[bool, list[Key]] = {True: [], False: []}
    for symbol, target, kind in zip(pointers[::4], pointers[1::4], pointers[2::4], strict=False):
        if kind in _PARTS and (symbol in _KIND_OF or symbol == _SIMILAR):
            targets[symbol == _SIMILAR].append((_PARTS[kind], target))
    definition = gloss.split('"')[0].strip().rstrip(";")
    part_of_speech = _PARTS[part]
    return (part_of_speech, offset), Sense(
        part_of_speech, int(file), words, definition, tuple(targets[False]), tuple(targets[True])
    )
