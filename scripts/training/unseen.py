"""Words that people use and that nobody wrote down for training: neither the lexicon nor the synonyms have them.

Quality with unseen words is reported on these. Most of them a dictionary explains (`taught`), so that training meets
them without anybody having chosen them; the others training never sees at all.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from retrieval.lexicon import Words
from scripts.training.synonyms import dictionary_words

UNSEEN: Mapping[str, Words] = MappingProxyType(
    {
        "category": {
            "dress": ("gown", "frock"),
            "T-shirt": ("jersey",),
            "hoodie": ("jumper", "pullover"),
            "trousers": ("slacks", "chinos"),
            "shorts": ("bermudas",),
            "coat": ("overcoat", "parka"),
            "hat": ("headgear",),
            "shoe": ("footwear",),
            "bag": ("pouch",),
            "shirt": ("button-up",),
        },
        "colour": {
            "black": ("ebony",),
            "white": ("ivory", "snowy"),
            "grey": ("charcoal", "ashen"),
            "red": ("crimson", "scarlet", "ruby"),
            "orange": ("tangerine",),
            "yellow": ("lemon", "canary"),
            "green": ("emerald", "jade"),
            "blue": ("cobalt", "azure"),
            "navy": ("midnight blue",),
            "purple": ("mauve", "lilac"),
            "pink": ("magenta", "fuchsia"),
            "brown": ("chocolate", "chestnut"),
            "beige": ("cream",),
            "turquoise": ("aqua", "cyan"),
        },
        "pattern": {
            "plain": ("monochrome",),
            "striped": ("pinstriped", "banded"),
            "checked": ("tartan", "gingham"),
            "dotted": ("spotty", "speckled"),
            "floral": ("flowery", "blossom"),
            "zigzag": ("chevron",),
        },
        "sleeve": {"sleeveless": ("armless",), "long": ("full-sleeved",), "short": ("half-sleeve",)},
        "length": {"long": ("maxi", "ankle-grazing"), "knee-length": ("calf-length",), "short": ("thigh-length",)},
        "neckline": {"turtleneck": ("polo-neck",), "V-neck": ("plunging",), "round": ("scoop-neck",)},
        "detail": {
            "beanie": ("beanie",),
            "sneaker": ("trainers",),
            "boot": ("wellingtons",),
            "high heel": ("stilettos", "pumps"),
            "ballet flat": ("slippers",),
            "backpack": ("rucksack", "knapsack"),
            "handbag": ("purse",),
            "tote bag": ("shopper",),
            "belt": ("sashed",),
            "ruffle hem": ("frilly",),
            "quilted": ("puffer",),
            "zip": ("zippered",),
            "slim": ("skinny",),
            "wide leg": ("flared", "baggy"),
        },
    }
)
"""Key -> value -> words: nouns under "category" and for the kinds of hats, shoes and bags, else adjectives."""


def taught(key: str, value: str, word: str) -> bool:
    """Whether the dictionary's words have it, and with this meaning."""
    known = dictionary_words().get(key, {}).get(value, ())
    return any(form in known for form in (word, word.removesuffix("s"), word.replace("-", " ")))


def unseen_words() -> frozenset[str]:
    """All of them, lower case, and their plurals."""
    words = {word.lower() for values in UNSEEN.values() for options in values.values() for word in options}
    return frozenset(words | {word + "s" for word in words} | {word + "es" for word in words})


def holds_unseen(text: str) -> bool:
    """Whether a text has an unseen word in it, as a word."""
    spaced = " " + re.sub(r"[^a-z]+", " ", text.lower()) + " "
    return any(" " + re.sub(r"[^a-z]+", " ", word) + " " in spaced for word in unseen_words())
