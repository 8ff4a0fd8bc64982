"""The words and the price of a product: a title that a shop would print, never at odds with the attributes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

_NOUNS: dict[str, tuple[str, ...]] = {
    "dress": ("dress", "summer dress", "jersey dress", "cotton dress"),
    "T-shirt": ("T-shirt", "cotton T-shirt", "jersey T-shirt", "basic T-shirt"),
    "shirt": ("shirt", "cotton shirt", "casual shirt", "poplin shirt"),
    "hoodie": ("hoodie", "cotton hoodie", "fleece hoodie", "soft hoodie"),
    "skirt": ("skirt", "A-line skirt", "cotton skirt", "flared skirt"),
    "trousers": ("trousers", "cotton trousers", "casual trousers"),
    "shorts": ("shorts", "cotton shorts", "summer shorts"),
    "coat": ("coat", "wool coat", "winter coat", "autumn coat"),
}
_DETAIL_NOUNS: dict[str, tuple[str, ...]] = {
    "cap": ("cap", "baseball cap", "cotton cap"),
    "beanie": ("beanie", "knitted beanie", "winter beanie"),
    "brim hat": ("brim hat", "sun hat with a wide brim", "hat with a brim"),
    "bucket hat": ("bucket hat", "cotton bucket hat"),
    "sneaker": ("sneakers", "canvas sneakers", "lace-up sneakers"),
    "boot": ("boots", "ankle boots", "high boots"),
    "high heel": ("high heels", "heeled shoes", "pumps with a high heel"),
    "ballet flat": ("ballet flats", "flat shoes", "ballerinas"),
    "tote bag": ("tote bag", "canvas tote bag", "shopper bag"),
    "backpack": ("backpack", "city backpack", "school backpack"),
    "handbag": ("handbag", "classic handbag", "top-handle handbag"),
    "shoulder bag": ("shoulder bag", "crossbody bag", "shoulder bag with a long strap"),
    "slim": ("slim trousers", "slim-fit trousers", "narrow trousers"),
    "wide leg": ("wide-leg trousers", "wide trousers", "flowing trousers"),
    "quilted": ("quilted coat", "puffer coat", "padded coat"),
}
_DETAIL_PHRASES: dict[str, tuple[str, ...]] = {
    "belt": ("a belt", "a leather belt"),
    "buttons": ("buttons", "a button front"),
    "ruffle hem": ("a ruffle hem", "a ruffled hem"),
    "pleats": ("pleats",),
    "chest pocket": ("a chest pocket",),
    "two chest pockets": ("two chest pockets",),
    "contrast trim": ("contrast trim",),
    "kangaroo pocket": ("a kangaroo pocket", "a front pocket"),
    "zip": ("a zip", "a full zip"),
    "drawstring": ("a drawstring", "a drawstring waist"),
    "cargo pockets": ("cargo pockets",),
    "turn-ups": ("turn-ups",),
    "double-breasted": ("two rows of buttons", "a double-breasted front"),
}
_LENGTH_WORDS: dict[tuple[str, str], tuple[str, ...]] = {
    ("dress", "short"): ("short", "mini"),
    ("dress", "knee-length"): ("knee-length", "midi"),
    ("dress", "long"): ("long", "maxi"),
    ("skirt", "short"): ("short", "mini"),
    ("skirt", "knee-length"): ("knee-length", "midi"),
    ("skirt", "long"): ("long", "maxi"),
}
_NECK_PHRASES: dict[str, tuple[str, ...]] = {
    "round": ("a round neck", "a crew neck"),
    "V-neck": ("a V-neck",),
    "collar": ("a collar",),
    "turtleneck": ("a turtleneck", "a high neck"),
}
_PATTERN_WORDS: dict[str, tuple[str, ...]] = {
    "striped": ("striped",),
    "checked": ("checked", "chequered"),
    "dotted": ("dotted", "polka-dot"),
    "floral": ("floral", "flowered"),
    "zigzag": ("zigzag",),
}
_PRICES: dict[str, tuple[int, int]] = {
    "dress": (29, 119),
    "T-shirt": (9, 35),
    "shirt": (19, 69),
    "hoodie": (25, 79),
    "skirt": (19, 69),
    "trousers": (29, 99),
    "shorts": (15, 49),
    "coat": (69, 249),
    "hat": (9, 45),
    "shoe": (29, 149),
    "bag": (19, 159),
}


def title_of(
    category: str,
    colour: str,
    pattern: str,
    slots: Mapping[str, str | None],
    detail: str | None,
    rng: np.random.Generator,
) -> str:
    """A title such as "Red striped midi dress with long sleeves and a belt"."""
    words = [colour]
    if pattern != "plain":
        words.append(_one(_PATTERN_WORDS[pattern], rng))
    elif rng.random() < 0.15:
        words.append("plain")
    length = slots.get("length")
    if length is not None and rng.random() < 0.75:
        words.append(_one(_LENGTH_WORDS.get((category, length), (length,)), rng))
    sleeve = slots.get("sleeve")
    phrases: list[str] = []
    if sleeve == "sleeveless":
        if rng.random() < 0.7:
            words.append("sleeveless")
        else:
            phrases.append("no sleeves")
    elif sleeve is not None and rng.random() < (0.25 if category == "coat" else 0.7):
        phrases.append(f"{sleeve} sleeves")
    words.append(_noun(category, detail, rng))
    neck = slots.get("neckline")
    if neck is not None and category != "shirt" and rng.random() < 0.4:
        phrases.append(_one(_NECK_PHRASES[neck], rng))
    if detail in _DETAIL_PHRASES and rng.random() < 0.8:
        # The belt of a coat is drawn as a sash of its own cloth.
        options = ("a belt", "a tie belt") if (category, detail) == ("coat", "belt") else _DETAIL_PHRASES[detail]
        phrases.append(_one(options, rng))
    title = " ".join(words)
    if phrases:
        joint = " and " if " with " in title else " with "
        title += joint + (phrases[0] if len(phrases) == 1 else ", ".join(phrases[:-1]) + " and " + phrases[-1])
    return title[0].upper() + title[1:]


def price_of(category: str, detail: str | None, rng: np.random.Generator) -> float:
    """A price in euros with 2 decimals, in the usual range of the kind."""
    low, high = _PRICES[category]
    # Cheap things are many: the square pulls the prices to the lower end.
    euros = low + (high - low) * float(rng.uniform()) ** 1.6 + (5 if detail in ("belt", "quilted", "boot") else 0)
    return round(int(euros) + float(rng.choice((0.0, 0.5, 0.9, 0.95, 0.99))), 2)


def _noun(category: str, detail: str | None, rng: np.random.Generator) -> str:
    if detail in _DETAIL_NOUNS:
        return _one(_DETAIL_NOUNS[detail], rng)
    return _one(_NOUNS[category], rng)


def _one(options: tuple[str, ...], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
