"""Finds the words that a dictionary and a survey of colour names have for the attribute values of the lexicon.

Nobody chooses the words: a word belongs to a value because WordNet says that it is a kind of it, means the same, or is
explained by it; and a colour name that WordNet lacks, because of the colour that people mean by it.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import cv2
import numpy as np

from retrieval import lexicon
from scripts.rendering.attributes import DETAILS
from scripts.rendering.colours import LAB_CENTRES
from scripts.training.photo_colours import NAMES, name_pixels
from scripts.training.synonyms import written_words
from scripts.training.wordnet import ARTIFACT, ATTRIBUTE, Sense, WordNet

_WEARABLES = frozenset({"clothing", "footwear", "footgear", "headdress", "garment", "bag"})
_FABRICS = frozenset({"fabric", "cloth"})
_COLOURS = frozenset({"chromatic color", "achromatic color"})
_OF_COLOUR = frozenset({"chromatic", "achromatic"})
_WORN_SHARE = 0.3
"""Of the senses of a word, how many must be something worn for it to be a name of clothes."""
_AGREEING = 0.7
_SURE = 1.4
"""So many times nearer than the second colour must the first be, where the other way of naming has no answer."""
_NEAR = 25.0
_GENERAL = frozenset(
    "long short wide round plain solid slim narrow loose tight fitted down folded stuffed tiny padded lined tiered "  # noqa: SIM905
    "mini buttoned oversized roomy billowy dotty blooming barred wavy jagged serrated sleeveless lumberjack".split()
)
"""Words of the lexicon that mean what they mean only beside a noun of clothes."""
_COARSE = frozenset({"poo", "poop", "shit", "puke", "piss", "vomit", "snot", "barf", "diarrhea", "ugly", "nasty"})
_SOLE = re.compile(r"[a-z]{3,}(?:[ -][a-z]{3,})?")

_KIND_OF_DETAIL = {detail: kind for kind in ("hat", "shoe", "bag") for detail in DETAILS[kind]}

Derived = Mapping[str, Mapping[str, list[str]]]
"""Key -> value -> words."""


class DictionaryWords:
    """Looks words up; a word that the lexicon or `synonyms` has is never explained by itself."""

    def __init__(
        self, wordnet: WordNet, colours: Mapping[str, tuple[int, int, int]], is_common: Callable[[str], bool]
    ) -> None:
        """Colour names and the RGB (0..255) that people mean by them; and which words people know."""
        self._wordnet = wordnet
        self._is_common = is_common
        self._surveyed = colours
        self._colours = _values("colour", lexicon.COLOURS)
        self._nouns = _values("category", lexicon.NOUNS) | _values("detail", lexicon.DETAIL_NOUNS)
        self._adjectives = {
            word: (key, value)
            for key, table in lexicon.ADJECTIVES.items()
            for word, value in _values(key, table).items()
            if word not in _GENERAL and word not in self._nouns
        }
        self._pattern_stems = {
            stem(word): value
            for value, words in lexicon.ADJECTIVES["pattern"].items()
            for word in words
            if " " not in word and value != "plain"
        }
        self._pattern_stems |= {"flower": "floral", "stripe": "striped", "dot": "dotted", "check": "checked"}

    def derive(self) -> Derived:
        """Every word of the dictionary and of the survey that means a value, without those known already."""
        known = {*self._colours, *self._nouns, *self._adjectives}
        found: dict[str, dict[str, list[str]]] = {}
        for word in sorted({*self._wordnet.words(), *self._surveyed}):
            if word in known or not _SOLE.fullmatch(word) or _COARSE & {*_parts(word)}:
                continue
            if not all(self._is_common(part) for part in word.split()):
                continue
            meaning = self.meaning(word)
            if meaning is not None and not self._contradicts(word, meaning[1]):
                found.setdefault(meaning[0], {}).setdefault(meaning[1], []).append(word)
        return found

    def meaning(self, word: str) -> tuple[str, str] | None:
        """Key and value of a word, by its other words only; None where it has none or several."""
        senses = self._wordnet.senses(word)
        if colour := self._colour(word, senses):
            return "colour", colour
        if noun := self._noun(word, senses):
            return "detail" if noun in lexicon.DETAIL_NOUNS else "category", noun
        return self._adjective(word, senses)

    def _contradicts(self, word: str, value: str) -> bool:
        """Dark grey may look black, and is called grey all the same."""
        said = {self._colours[part] for part in _parts(word) if part in self._colours}
        return not said <= {value} and (said, value) != ({"blue"}, "navy")

    def _colour(self, word: str, senses: list[Sense]) -> str | None:
        votes = Counter(vote for sense in senses for vote in self._colours_of(word, sense))
        if votes:
            return votes.most_common(1)[0][0]
        return name_colour(self._surveyed[word]) if word in self._surveyed else None

    def _colours_of(self, word: str, sense: Sense) -> Iterator[str]:
        above = self._wordnet.above(sense)
        by_kind = sense.file == ATTRIBUTE and any(_COLOURS & {*one.words} for one in above)
        by_likeness = any(_OF_COLOUR & {*one.words} for one in self._wordnet.similar(sense))
        if not by_kind and not by_likeness:
            return
        explaining = [*sense.words, *(word for one in above for word in one.words)]
        yield from [self._colours[other] for other in explaining if other in self._colours and other != word][:1]
        # "a pale greyish violet": the last colour is the noun.
        said = [self._colours[part] for part in _parts(sense.gloss) if part in self._colours and part != word]
        yield from said[-1:]

    def _noun(self, word: str, senses: list[Sense]) -> str | None:
        worn = [sense for sense in senses if sense.part == "noun" and self._is(sense, _WEARABLES)]
        for sense in worn:  # another word for it, however many other senses the word has
            if value := self._name(word, sense):
                return value
        if len(worn) < _WORN_SHARE * sum(sense.part == "noun" for sense in senses):
            return None
        for sense in worn:
            for one in self._wordnet.above(sense):
                if value := self._name(word, one):
                    return value
            below = Counter(value for one in self._wordnet.below(sense) if (value := self._kind(one)))
            if below and below.most_common(1)[0][1] >= max(2, _AGREEING * below.total()):
                return below.most_common(1)[0][0]
        return None

    def _name(self, word: str, sense: Sense) -> str | None:
        """The value that a sense is a name of, the particular one before the general."""
        # What a synset lists late is a rare sense of it: "attire, garb, dress".
        values = [self._nouns[other] for other in sense.words[:2] if other in self._nouns and other != word]
        return next((value for value in values if value in lexicon.DETAIL_NOUNS), values[0] if values else None)

    def _kind(self, sense: Sense) -> str | None:
        value = next((self._nouns[word] for word in sense.words[:2] if word in self._nouns), None)
        return None if value is None else _KIND_OF_DETAIL.get(value, value)

    def _adjective(self, word: str, senses: list[Sense]) -> tuple[str, str] | None:
        for sense in senses[:4]:
            if sense.part == "adj":
                for other in sense.words:
                    if other in self._adjectives and other != word:
                        return self._adjectives[other]
            patterned = any("patterned" in one.words for one in self._wordnet.similar(sense))
            if patterned or (sense.file == ARTIFACT and self._is(sense, _FABRICS)):
                for part in (*_parts(sense.gloss), *(part for other in sense.words for part in _parts(other))):
                    value = self._pattern_stems.get(stem(part))
                    if value is not None and stem(part) != stem(word):
                        return "pattern", value
        return None

    def _is(self, sense: Sense, kinds: frozenset[str]) -> bool:
        return sense.file == ARTIFACT and any(one.words[0] in kinds for one in (sense, *self._wordnet.above(sense)))


def name_colour(rgb: tuple[int, int, int]) -> str | None:
    """The value of a colour, where two ways of naming agree or one is sure; else None."""
    pixel = np.array([rgb], np.uint8)
    named = int(name_pixels(pixel)[0])
    lab = cv2.cvtColor((pixel.reshape(1, 1, 3) / np.float32(255)).astype(np.float32), cv2.COLOR_RGB2LAB)[0, 0]
    distances = sorted((float(np.linalg.norm(lab - np.array(centre))), name) for name, centre in LAB_CENTRES.items())
    (nearest, name), (second, _) = distances[:2]
    if named >= 0 and NAMES[named] == name:
        return name
    return name if nearest < _NEAR and second > _SURE * nearest else None


def stem(word: str) -> str:
    """Without the endings of plurals and of adjectives that are made of nouns."""
    for ending in ("ing", "ed", "es", "s", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending).rstrip("e")
    return word.rstrip("e")


def _parts(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower().replace("color", "colour").replace("gray", "grey").split(";")[0])


def _values(key: str, table: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Word -> value, the first where it has several."""
    found: dict[str, str] = {}
    for value, words in table.items():
        for word in (*words, *written_words()[key].get(value, ())):
            found.setdefault(word.lower(), value)
    return found
