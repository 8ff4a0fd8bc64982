"""Wordings in which at least one word is in no labelled training text."""

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval import lexicon
from scripts.training.labels import Constraints
from scripts.training.unseen import UNSEEN
from scripts.training.wordings import HELD_OUT_FRAMES, article, pick

_SHARE = 0.6
"""Of the slots that have an unseen word, how many use it; one at least does."""


def describe_unseen(
    attributes: Mapping[str, str | None], keys: Sequence[str], rng: np.random.Generator
) -> tuple[str, Constraints, Mapping[str, str]] | None:
    """A wording that names the kind and `keys`, what it names, and its unseen words by key; None if no slot has one."""
    kind = str(attributes["category"])
    named = {key: str(attributes[key]) for key in ("category", *keys)}
    able = [key for key, value in named.items() if value in UNSEEN.get(key, {})]
    if not able:
        return None
    chosen = [key for key in able if rng.random() < _SHARE] or [str(rng.choice(able))]
    unseen = {key: str(rng.choice(UNSEEN[key][named[key]])) for key in chosen}
    noun = unseen.get("category") or pick(lexicon.NOUNS[kind], rng, 0.7)
    before, after = [], []
    for key in keys:
        value = named[key]
        if key == "detail" and value in lexicon.DETAIL_NOUNS:
            # Such a word is the noun itself: "trainers", not "trainers shoes".
            noun = unseen.get(key) or pick(lexicon.DETAIL_NOUNS[value], rng, 0.7)
            unseen.pop("category", None)
        elif key in unseen:
            before.append(unseen[key])
        elif key == "colour":
            before.append(lexicon.COLOURS[value][0])
        elif adjectives := lexicon.ADJECTIVES[key].get(value):
            before.append(adjectives[0])
        else:
            after.append(lexicon.PHRASES[key][value][0])
    if not unseen:
        return None
    phrase = " ".join([*before, noun, *after])
    text = str(rng.choice(HELD_OUT_FRAMES)).format(np=phrase, a=article(phrase))
    return text, {key: frozenset({value}) for key, value in named.items()}, unseen
