"""Which properties of a thing some words speak of.

A later turn that speaks of the same slot replaces what an earlier one said of it ("red" ... "no, blue"). The lists hold
the everyday words for clothes and for pictures of things; a word that is on none of them belongs to no slot, and a turn
that says nothing of any slot replaces nothing.
"""

import re


def _vocabulary(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SLOTS = {
    "colour": _vocabulary(
        """black white grey gray silver red crimson scarlet burgundy maroon orange coral rust yellow mustard gold golden
        green olive khaki mint emerald lime blue navy azure indigo denim purple violet lilac lavender plum magenta
        fuchsia pink rose salmon brown tan camel chocolate beige cream ivory sand nude turquoise teal aqua cyan petrol
        colourful colorful darker lighter brighter paler"""
    ),
    "pattern": _vocabulary(
        """plain unpatterned solid pattern patterned patterns striped stripes stripe stripy pinstripe checked checks
        check checkered plaid tartan gingham dotted dots spotted polka floral flowers flowery flower zigzag chevron
        camouflage camo leopard print printed"""
    ),
    "sleeve": _vocabulary("sleeve sleeves sleeved sleeveless armless"),
    "length": _vocabulary("mini midi maxi knee ankle floor longer shorter cropped"),
    "neckline": _vocabulary("neck neckline v-neck crew turtleneck collar collared collarless polo"),
    "kind": _vocabulary(
        """dress dresses gown t-shirt t-shirts tshirt tee tees top tops shirt shirts blouse hoodie hoodies sweatshirt
        sweater jumper pullover skirt skirts trousers pants jeans shorts coat coats jacket jackets blazer parka hat hats
        cap beanie shoe shoes sneaker sneakers trainers boot boots heels sandals bag bags handbag backpack tote"""
    ),
}
_RELATIVE_ANYWHERE = _vocabulary(
    """same but make instead rather it this that these those one ones less more longer shorter darker lighter brighter
    paler wider tighter warmer change turn replace"""
)
_RELATIVE_START = _vocabulary("with without in no not and only just like")
_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")


def words(text: str) -> frozenset[str]:
    """The words of a text in lower case; hyphenated ones whole and in parts, so "long-sleeved" speaks of sleeves."""
    found = set(_WORD.findall(text.lower()))
    return frozenset(found | {part for word in found for part in word.split("-")})


def slots(text: str) -> frozenset[str]:
    """Names of the slots that the text speaks of."""
    said = words(text)
    return frozenset(name for name, vocabulary in _SLOTS.items() if said & vocabulary)


def stands_alone(text: str, kinds: frozenset[str] = frozenset()) -> bool:
    """Whether words name a thing by themselves ("a black bag") rather than a change ("in black", "shorter").

    `kinds` are further words that name a thing: the catalogue's categories, in lower case.
    """
    said = words(text)
    first = next(iter(_WORD.findall(text.lower())), "")
    names_a_thing = bool(said & (_SLOTS["kind"] | kinds))
    return names_a_thing and not said & _RELATIVE_ANYWHERE and first not in _RELATIVE_START
