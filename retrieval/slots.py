"""Which properties of a thing some words speak of.

A later turn that speaks of the same slot replaces what an earlier one said of it ("red" ... "no, blue"). The lists hold
the everyday words for clothes and for pictures of things; a word that is on none of them belongs to no slot, and a turn
that says nothing of any slot replaces nothing.
"""

import re
from collections.abc import Mapping, Sequence


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SLOTS = {
    "colour": _vocabulary(
        """black white grey gray silver red crimson scarlet burgundy maroon orange coral rust yellow mustard gold golden
        green olive khaki mint emerald lime blue navy azure indigo denim purple violet lilac lavender plum magenta
        fuchsia pink rose rosy salmon brown tan camel chocolate chestnut beige cream ivory sand nude turquoise teal aqua
        cyan petrol charcoal cobalt wine ruby jade peach apricot bronze copper colourful colorful coloured colored
        colour color"""
    ),
    "lightness": _vocabulary("dark light bright pale darker lighter brighter paler"),
    "pattern": _vocabulary(
        """plain unpatterned solid pattern patterned patterns striped stripes stripe stripy stripey pinstripe checked
        checks check checkered chequered plaid tartan gingham dotted dots dot dotty spots spotted spotty polka floral
        flowers flowery flowered flower zigzag zigzags zig zag chevron camouflage camo leopard print printed"""
    ),
    "sleeve": _vocabulary("sleeve sleeves sleeved sleeveless armless longsleeve longsleeved arms"),
    "length": _vocabulary("mini midi maxi knee knees ankle ankles floor long short longer shorter cropped length"),
    "neckline": _vocabulary("neck necked neckline crew turtleneck rollneck collar collared collarless polo vneck"),
    "kind": _vocabulary(
        """dress dresses gown gowns tshirt tshirts tee tees top tops shirt shirts blouse blouses hoodie hoodies
        sweatshirt sweater jumper pullover skirt skirts trousers pants jeans shorts coat coats jacket jackets blazer
        parka hat hats cap caps beanie beanies shoe shoes sneaker sneakers trainers boot boots heels sandals bag bags
        handbag handbags backpack backpacks rucksack tote purse"""
    ),
}
_SLOT_OF = {word: name for name, vocabulary in _SLOTS.items() for word in vocabulary}
_RELATIVE_ANYWHERE = _vocabulary(
    """same but make instead rather it this that these those less more change turn replace add remove different another
    similar matching longer shorter darker lighter brighter paler wider narrower tighter looser warmer cooler thicker
    thinner softer bigger smaller larger higher lower cheaper nicer simpler fancier dressier smarter older newer"""
)
_RELATIVE_START = _vocabulary("with without in no not and only just like")
_PARTS = {
    **dict.fromkeys(("sleeve", "sleeves", "sleeved", "arms"), "sleeve"),
    **dict.fromkeys(("neck", "necked", "neckline", "collar"), "neckline"),
    **dict.fromkeys(("length", "cut"), "length"),
}
"""Heads that take the word before them into their own slot: "cap sleeves" are no cap, and "short sleeves" not short."""
_MODIFIERS = _vocabulary(
    "short long longer shorter half full cap round high v roll crew polo boot knee floor ankle medium"
)
_WORD = re.compile(r"[a-z]+")


def tag(words: Sequence[str]) -> list[str | None]:
    """For each of the words, in lower case, the slot that it speaks of, None where it speaks of none."""
    found = [_SLOT_OF.get(word) for word in words]
    for place in range(len(words) - 2, -1, -1):
        if words[place] in _MODIFIERS and words[place + 1] in _PARTS:
            found[place] = _PARTS[words[place + 1]]
        elif words[place] == "t" and found[place + 1] == "kind":
            found[place] = "kind"
        elif found[place] == "lightness" and found[place + 1] == "colour":
            found[place] = "colour"  # in "dark blue" it is the colour's name
    return found


def slots(text: str) -> Mapping[str, frozenset[str]]:
    """The slots that the text speaks of, with its words for each."""
    said = _words(text)
    found: dict[str, set[str]] = {}
    for word, name in zip(said, tag(said), strict=True):
        if name is not None:
            found.setdefault(name, set()).add(word)
    return {name: frozenset(words) for name, words in found.items()}


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
