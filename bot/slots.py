"""Which properties of a thing some words speak of.

A later turn that speaks of the same slot replaces what an earlier one said of it ("red" ... "no, blue"). The lists hold
the everyday words for clothes and for pictures of things; a word that is on none of them belongs to no slot, and a turn
that says nothing of any slot replaces nothing.
"""

import re
from collections.abc import Mapping
from itertools import pairwise


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SLOTS = {
    "colour": _vocabulary(
        """black white grey gray silver red crimson scarlet burgundy maroon orange coral rust yellow mustard gold golden
        green olive khaki mint emerald lime blue navy azure indigo denim purple violet lilac lavender plum magenta
        fuchsia pink rose salmon brown tan camel chocolate beige cream ivory sand nude turquoise teal aqua cyan petrol
        colourful colorful dark light bright pale darker lighter brighter paler"""
    ),
    "pattern": _vocabulary(
        """plain unpatterned solid pattern patterned patterns striped stripes stripe stripy pinstripe checked checks
        check checkered plaid tartan gingham dotted dots spotted polka floral flowers flowery flower zigzag chevron
        camouflage camo leopard print printed"""
    ),
    "sleeve": _vocabulary("sleeve sleeves sleeved sleeveless armless"),
    "length": _vocabulary("mini midi maxi knee ankle floor long short longer shorter cropped"),
    "neckline": _vocabulary("neck neckline crew turtleneck collar collared collarless polo"),
    "kind": _vocabulary(
        """dress dresses gown tshirt tee tees top tops shirt shirts blouse hoodie hoodies sweatshirt
        sweater jumper pullover skirt skirts trousers pants jeans shorts coat coats jacket jackets blazer parka hat hats
        cap beanie shoe shoes sneaker sneakers trainers boot boots heels sandals bag bags handbag backpack tote"""
    ),
}
_RELATIVE_ANYWHERE = _vocabulary(
    """same but make instead rather it this that these those less more change turn replace add remove different another
    similar matching longer shorter darker lighter brighter paler wider narrower tighter looser warmer cooler thicker
    thinner softer bigger smaller larger higher lower cheaper nicer simpler fancier dressier smarter older newer"""
)
_RELATIVE_START = _vocabulary("with without in no not and only just like")
_SLEEVES = frozenset({"sleeve", "sleeves", "sleeved"})
_PART_OF_A_THING = _SLEEVES | {"cut", "collar"}
"""After these a kind is no kind ("cap sleeves", "boot cut"), and a length is the sleeves'."""
_WORD = re.compile(r"[a-z]+")


def slots(text: str) -> Mapping[str, frozenset[str]]:
    """The slots that the text speaks of, with its words for each."""
    said = _words(text)
    found: dict[str, set[str]] = {}
    for word, following in pairwise([*said, ""]):
        for name, vocabulary in _SLOTS.items():
            parts = {"length": _SLEEVES, "kind": _PART_OF_A_THING}.get(name, frozenset())
            if word in vocabulary and following not in parts:
                found.setdefault(name, set()).add(word)
    return {name: frozenset(words) for name, words in found.items()}


def contradicts(later: str, earlier: str) -> bool:
    """Whether a later text says something else of a slot that the earlier one speaks of."""
    new, old = slots(later), slots(earlier)
    return any(new[name] != old[name] for name in new.keys() & old.keys())


def stands_alone(text: str, kinds: frozenset[str] = frozenset()) -> bool:
    """Whether words name a thing by themselves ("a black bag") rather than a change ("in black", "shorter").

    `kinds` are further words that name a thing: the catalogue's categories, in lower case.
    """
    said = _words(text)
    if not said or said[0] in _RELATIVE_START or _RELATIVE_ANYWHERE & set(said):
        return False
    return "kind" in slots(text) or bool(kinds & {text.lower().strip(), *said})


def _words(text: str) -> list[str]:
    """The words in lower case, hyphenated ones in parts: "long-sleeved" speaks of sleeves."""
    return _WORD.findall(text.lower())
