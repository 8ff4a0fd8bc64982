"""What a product of the demo catalogue is: the vocabulary, and the sampling of products.

Products come in families: one cut (kind, detail, proportions) in several colours, patterns, sleeves … so that a
search such as "the same in green" has an answer that differs in nothing else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from scripts.rendering.titles import price_of, title_of

CATEGORIES: tuple[str, ...] = (
    "dress",
    "T-shirt",
    "shirt",
    "hoodie",
    "skirt",
    "trousers",
    "shorts",
    "coat",
    "hat",
    "shoe",
    "bag",
)
COLOURS: tuple[str, ...] = (
    "black",
    "white",
    "grey",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "navy",
    "purple",
    "pink",
    "brown",
    "beige",
    "turquoise",
)
PATTERNS: tuple[str, ...] = ("plain", "striped", "checked", "dotted", "floral", "zigzag")
SLEEVES: tuple[str, ...] = ("sleeveless", "short", "long")
LENGTHS: tuple[str, ...] = ("short", "knee-length", "long")
NECKLINES: tuple[str, ...] = ("round", "V-neck", "collar", "turtleneck")

SLOTS: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "dress": {"sleeve": SLEEVES, "length": LENGTHS, "neckline": NECKLINES},
        "T-shirt": {"sleeve": SLEEVES, "neckline": ("round", "V-neck", "turtleneck")},
        "shirt": {"sleeve": SLEEVES, "neckline": ("collar",)},
        "hoodie": {"sleeve": ("short", "long")},
        "skirt": {"length": LENGTHS},
        "trousers": {},
        "shorts": {},
        "coat": {"sleeve": ("long",), "length": LENGTHS, "neckline": ("collar", "V-neck")},
        "hat": {},
        "shoe": {},
        "bag": {},
    }
)
"""Which keys a kind has, and the values it takes; a key that is missing here is None on every product of the kind."""

DETAILS: Mapping[str, tuple[str | None, ...]] = MappingProxyType(
    {
        "dress": (None, "belt", "buttons", "ruffle hem", "pleats"),
        "T-shirt": (None, "chest pocket", "contrast trim"),
        "shirt": (None, "chest pocket", "two chest pockets"),
        "hoodie": ("kangaroo pocket", "zip"),
        "skirt": (None, "pleats", "buttons", "belt", "ruffle hem"),
        "trousers": ("slim", "wide leg", "belt", "drawstring", "cargo pockets"),
        "shorts": ("turn-ups", "belt", "drawstring", "cargo pockets"),
        "coat": ("buttons", "double-breasted", "belt", "zip", "quilted"),
        "hat": ("cap", "beanie", "brim hat", "bucket hat"),
        "shoe": ("sneaker", "boot", "high heel", "ballet flat"),
        "bag": ("tote bag", "backpack", "handbag", "shoulder bag"),
    }
)

_SLOT_KEYS = ("sleeve", "length", "neckline")
_PATTERN_SHARES = {name: 0.4 if name == "plain" else 0.12 for name in PATTERNS}
_FAMILY_SIZES = (1, 1, 4, 5, 6, 7)


@dataclass(frozen=True, slots=True)
class Product:
    """One product. Keys that its kind does not have are None.

    `seed` is the seed of its appearance: the upper 32 bits are the cut, shared by a family; all 64 bits are the
    photograph (background, light, folds, exact shade).
    """

    id: str
    category: str
    colour: str
    pattern: str
    sleeve: str | None
    length: str | None
    neckline: str | None
    detail: str | None
    title: str
    price: float
    link: str
    seed: int


def has_sleeves(category: str) -> bool:
    """Whether products of this kind carry the key `sleeve`."""
    return "sleeve" in SLOTS[category]


def sample_products(count: int, seed: int) -> list[Product]:
    """`count` products, balanced over kinds, and over the values of every key within a kind.

    The same arguments give the same list. Ids number the products of each kind from 1.
    """
    if count < 0:
        raise ValueError(f"count must not be negative, got {count}")
    shares = [count // len(CATEGORIES) + (i < count % len(CATEGORIES)) for i in range(len(CATEGORIES))]
    products: list[Product] = []
    for number, (category, share) in enumerate(zip(CATEGORIES, shares, strict=True)):
        products += _sample_kind(category, share, np.random.default_rng((seed, number)))
    return products


def _sample_kind(category: str, count: int, rng: np.random.Generator) -> list[Product]:
    used: dict[str, Counter[str | None]] = {}
    shares: dict[str, dict[str, float]] = {
        "colour": dict.fromkeys(COLOURS, 1.0),
        "pattern": _PATTERN_SHARES,
        **{key: dict.fromkeys(values, 1.0) for key, values in SLOTS[category].items()},
    }
    details = _deck(DETAILS[category], count, rng)
    products: list[Product] = []
    while len(products) < count:
        cut = int(rng.integers(1, 1 << 31))
        base = {key: _rarest(values, used.setdefault(key, Counter()), rng) for key, values in shares.items()}
        for _ in range(min(int(rng.choice(_FAMILY_SIZES)), count - len(products))):
            looks = dict(base)
            for key in _changed_keys(shares, rng):
                looks[key] = _rarest(shares[key], used[key], rng)
            for key, value in looks.items():
                used[key][value] += 1
            products.append(_product(category, looks, details[len(products)], cut, len(products) + 1, rng))
            # A family keeps one detail: swap the next card of the deck for this one.
            if len(products) < count:
                _keep_detail(details, len(products))
        if len(products) < count:
            _new_detail(details, len(products), rng)
    return products


def _changed_keys(shares: Mapping[str, Mapping[str, float]], rng: np.random.Generator) -> Sequence[str]:
    """The keys in which a member differs from its family: usually one, and the colour most often."""
    open_keys = [key for key, values in shares.items() if len(values) > 1]
    weights = np.array([3.0 if key == "colour" else 1.0 for key in open_keys])
    size = int(rng.choice((1, 1, 2)))
    return [str(key) for key in rng.choice(open_keys, size, replace=False, p=weights / weights.sum())]


def _rarest(shares: Mapping[str, float], used: Counter[str | None], rng: np.random.Generator) -> str:
    """The value furthest below its share so far; chance decides among equals."""
    names = list(shares)
    debt = np.array([used[name] / shares[name] for name in names]) + rng.uniform(0, 1e-3, len(names))
    return names[int(np.argmin(debt))]


def _deck(details: Sequence[str | None], count: int, rng: np.random.Generator) -> list[str | None]:
    deck = [details[i % len(details)] for i in range(count)]
    rng.shuffle(deck)
    return deck


def _keep_detail(deck: list[str | None], position: int) -> None:
    """Bring a card equal to the one before `position` to `position`, where one is left."""
    for later in range(position, len(deck)):
        if deck[later] == deck[position - 1]:
            deck[position], deck[later] = deck[later], deck[position]
            return


def _new_detail(deck: list[str | None], position: int, rng: np.random.Generator) -> None:
    later = int(rng.integers(position, len(deck)))
    deck[position], deck[later] = deck[later], deck[position]


def _product(
    category: str, looks: Mapping[str, str], detail: str | None, cut: int, number: int, rng: np.random.Generator
) -> Product:
    name = f"{category.lower()}-{number:04d}"
    slots: dict[str, str | None] = {key: looks.get(key) for key in _SLOT_KEYS}
    return Product(
        id=name,
        category=category,
        colour=looks["colour"],
        pattern=looks["pattern"],
        sleeve=slots["sleeve"],
        length=slots["length"],
        neckline=slots["neckline"],
        detail=detail,
        title=title_of(category, looks["colour"], looks["pattern"], slots, detail, rng),
        price=price_of(category, detail, rng),
        link=f"https://shop.example/p/{name}",
        seed=(cut << 32) | int(rng.integers(0, 1 << 32)),
    )
