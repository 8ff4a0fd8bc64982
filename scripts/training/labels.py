"""Which picture satisfies which text: attributes of pictures and constraints of texts as small integers.

A picture either has a value for a key, or is known to have none (a hat has no sleeves), or nobody knows (a photo
without colour labels). A text names, for some keys, the values that it allows. So a pair is right, wrong, or unknown;
what is unknown takes no part in any loss.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

KEYS: Mapping[str, tuple[str, ...]] = {
    "category": (
        "dress", "T-shirt", "shirt", "hoodie", "skirt", "trousers", "shorts", "coat", "hat", "shoe", "bag",
        "blazer", "polo shirt", "tank top", "top", "bodysuit", "blouse",
    ),
    "colour": (
        "black", "white", "grey", "red", "orange", "yellow", "green", "blue", "navy", "purple", "pink", "brown",
        "beige", "turquoise",
    ),
    "pattern": ("plain", "striped", "checked", "dotted", "floral", "zigzag"),
    "sleeve": ("sleeveless", "short", "long"),
    "length": ("short", "knee-length", "long"),
    "neckline": ("round", "V-neck", "collar", "turtleneck"),
    "detail": (
        "belt", "buttons", "ruffle hem", "pleats", "chest pocket", "two chest pockets", "contrast trim",
        "kangaroo pocket", "zip", "slim", "wide leg", "drawstring", "cargo pockets", "turn-ups", "double-breasted",
        "quilted", "cap", "beanie", "brim hat", "bucket hat", "sneaker", "boot", "high heel", "ballet flat",
        "tote bag", "backpack", "handbag", "shoulder bag",
    ),
}  # fmt: skip
"""Every key with its values, in the order of the codes."""

UNKNOWN = 0
NONE = 1
"""The code of "known to have no such attribute"; the values follow it."""

_AMBIGUOUS = {
    "shirt": ("blouse", "polo shirt", "top"),
    "T-shirt": ("polo shirt", "tank top", "top", "bodysuit"),
    "coat": ("blazer",),
    "top": ("blouse", "tank top", "T-shirt", "shirt"),
    "tank top": ("T-shirt", "top"),
    "blouse": ("shirt", "top"),
    "polo shirt": ("T-shirt", "shirt"),
    "blazer": ("coat",),
    "bodysuit": ("T-shirt",),
}
"""Kinds that people call by each other's names: neither right nor wrong for one another."""

Constraints = Mapping[str, frozenset[str]]
"""What a text names: key -> values that satisfy it."""
Codes = NDArray[np.int64]


def encode_attributes(
    attributes: Mapping[str, object], complete: bool = True, keys: Mapping[str, Sequence[str]] = KEYS
) -> Codes:
    """Attributes of a picture -> [k] codes.

    Args:
        attributes: key -> value.
        complete: whether a missing key means "has none"; otherwise it means "nobody knows".
        keys: every key with its values.
    """
    missing = NONE if complete else UNKNOWN
    codes = [missing] * len(keys)
    for position, (key, values) in enumerate(keys.items()):
        value = attributes.get(key)
        if value is not None:
            codes[position] = values.index(str(value)) + NONE + 1 if value in values else UNKNOWN
    return np.array(codes, np.int64)


def encode_constraints(constraints: Constraints, keys: Mapping[str, Sequence[str]] = KEYS) -> NDArray[np.int64]:
    """Constraints of a text -> [k, 2] bit sets: the codes that satisfy it, and those that are neither right nor wrong.

    A key that the text does not name has no bits. The value "" asks for pictures that have no such attribute.
    """
    bits = np.zeros((len(keys), 2), np.int64)
    for position, (key, values) in enumerate(keys.items()):
        for value in constraints.get(key, ()):
            bits[position, 0] |= 1 << (values.index(value) + NONE + 1 if value else NONE)
            if key == "category":
                for other in _AMBIGUOUS.get(value, ()):
                    bits[position, 1] |= 1 << (values.index(other) + NONE + 1) if other in values else 0
    return bits


def match(codes: Codes, bits: NDArray[np.int64]) -> NDArray[np.int8]:
    """[n, k] codes of pictures and [m, k, 2] bit sets of texts -> [n, m]: 1 right, 0 wrong, -1 unknown."""
    wrong = np.zeros((len(codes), len(bits)), bool)
    open_ = np.zeros_like(wrong)
    for position in range(codes.shape[1]):
        named = bits[:, position, 0] != 0
        if not named.any():
            continue
        code = codes[:, position, None]
        picture = np.int64(1) << code
        right = (picture & bits[None, :, position, 0]) != 0
        unknown = ((picture & bits[None, :, position, 1]) != 0) | (code == UNKNOWN)
        wrong |= named & ~right & ~unknown
        open_ |= named & ~right & unknown
    result: NDArray[np.int8] = np.where(wrong, 0, np.where(open_, -1, 1)).astype(np.int8)
    return result


def encode_table(
    rows: Sequence[Mapping[str, object]], complete: bool = True, keys: Mapping[str, Sequence[str]] = KEYS
) -> Codes:
    """Attributes of many pictures -> [n, k] codes."""
    if not rows:
        return np.zeros((0, len(keys)), np.int64)
    return np.stack([encode_attributes(row, complete, keys) for row in rows])


def ambiguous_kinds() -> NDArray[np.int64]:
    """[kinds + 2] by the code of a kind: the bits of the kinds that people call by its name."""
    bits = np.zeros(len(KEYS["category"]) + NONE + 1, np.int64)
    for position, kind in enumerate(KEYS["category"]):
        bits[position + NONE + 1] = encode_constraints({"category": frozenset({kind})})[0, 1]
    return bits
