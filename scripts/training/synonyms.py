"""More words for the attribute values than the lexicon has: written down by hand, and taken from a dictionary.

A text that was made of the lexicon's words is varied by these (`vary`), so that training sees a thousand words and the
grammar stays small. The dictionary's are in `dictionary_words.json`, which `python -m scripts.derive_words` makes.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np

from retrieval import lexicon
from retrieval.lexicon import Words

_SHARE = 0.3
"""Of the words that have a synonym, how many are replaced."""


@cache
def written_words() -> Mapping[str, Words]:
    """Key -> value -> words. Nouns under "category" and for the kinds of hats, shoes and bags, else adjectives."""
    return _read("written_words.json")


@cache
def dictionary_words() -> Mapping[str, Words]:
    """Key -> value -> what a dictionary and a survey of colour names have for it."""
    return _read("dictionary_words.json")


@cache
def synonyms() -> Mapping[str, Words]:
    """Key -> value -> words, those written by hand and the dictionary's."""
    return {
        key: {
            value: (*written.get(value, ()), *dictionary_words().get(key, {}).get(value, ()))
            for value in sorted({*written, *dictionary_words().get(key, {})})
        }
        for key, written in written_words().items()
    }


def vary(text: str, attributes: Mapping[str, str | None], rng: np.random.Generator) -> str:
    """The text with some of the lexicon's words for `attributes` replaced by synonyms.

    Args:
        text: made of the lexicon's words.
        attributes: what it speaks of, key -> value.
        rng: chance.
    """
    for key, value in attributes.items():
        options = synonyms().get(key, {}).get(str(value), ())
        if options and rng.random() < _SHARE:
            text = _replace(text, _plain_words(key, str(value)), str(rng.choice(options)))
    return text


@cache
def _plain_words(key: str, value: str) -> re.Pattern[str]:
    """The lexicon's words for a value, the longest first."""
    if key == "category":
        words = lexicon.NOUNS.get(value, ())
    elif key == "colour":
        words = lexicon.COLOURS.get(value, ())
    else:
        words = (*lexicon.ADJECTIVES.get(key, {}).get(value, ()), *lexicon.DETAIL_NOUNS.get(value, ()))
    longest_first = sorted((re.escape(word) for word in words), key=len, reverse=True)
    return re.compile(rf"(\ban? )?\b({'|'.join(longest_first) or '(?!)'})\b", re.IGNORECASE)


def _replace(text: str, plain: re.Pattern[str], word: str) -> str:
    article = "an " if word[0] in "aeiou" else "a "
    return plain.sub(lambda found: (article if found[1] else "") + word, text, count=1)


def _read(name: str) -> Mapping[str, Words]:
    tables: dict[str, dict[str, list[str]]] = json.loads((files(__package__) / name).read_text("utf-8"))
    return {key: {value: tuple(words) for value, words in table.items()} for key, table in tables.items()}
