"""Products with words beside them that say what no picture shows (brand, material, size), and searches for that.

Two halves with nothing in common but the sizes: other products, brands and materials, other wordings of titles,
descriptions and searches. Ways of fusing were chosen on `CHOSEN_ON`; figures are taken on `HELD_OUT`.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from scripts.evaluation.suite import Items

SIZES = {
    "shoe": tuple(str(number) for number in range(36, 46)),
    "bag": ("8 litres", "12 litres", "16 litres", "20 litres", "24 litres"),
    "hat": ("54 cm", "56 cm", "58 cm", "60 cm"),
}
_CLOTHES_SIZES = ("XS", "S", "M", "L", "XL", "XXL")
_FIRM = frozenset({"shoe", "bag"})
"""Kinds that are not made of cloth."""
_OTHER_MATERIALS = re.compile(r"\b(?:cotton|wool|jersey|fleece|poplin|canvas|leather) ?", re.IGNORECASE)
"""What the demo's own titles say is no longer true."""
ASKED = (
    ("brand",), ("material",), ("brand", "material"), ("brand", "category"), ("material", "category"),
    ("brand", "material", "category"), ("brand", "size"), ("material", "size"), ("brand", "material", "size"),
)  # fmt: skip
"""What searches for what cannot be seen name; drawn equally often."""
ASKED_BOTH = (("brand", "colour", "category"), ("material", "colour", "category"))
"""The same of searches for what a picture shows and what it does not."""


@dataclass(frozen=True, slots=True)
class Wordings:
    """One half's brands, materials and sentences. `{}` slots: brand, material, size, category, title."""

    brands: Sequence[str]
    cloths: Sequence[str]
    firm: Sequence[str]
    titles: Sequence[str]
    lead: Sequence[str]
    filler: Sequence[str]
    searches: Mapping[str, str]
    frames: Sequence[str]


CHOSEN_ON = Wordings(
    brands=(
        "Norwind", "Casa Lume", "Ostberg", "Velo & Vine", "Marlow", "Tindra", "Petite Rive", "Hagen", "Solveig",
        "Brackwater", "Lindqvist", "Amaro", "Fenwick", "Juniper Row", "Kestrel", "Aldine",
    ),
    cloths=("merino wool", "linen", "organic cotton", "silk", "hemp", "viscose"),
    firm=("suede", "canvas", "cork", "vegan leather"),
    titles=(
        "{brand} {category} in {material}, size {size}",
        "{category}, {material}, {size} – {brand}",
        "{title} by {brand}, {material}, size {size}",
        "{brand}: {title}, made of {material}, {size}",
    ),
    lead=(
        "This {category} comes from {brand}. It is made of {material} and is in stock in size {size}.",
        "{brand} has made it of {material}; the size is {size}.",
        "{title}. The label says {brand}, the cloth is {material}, and it fits size {size}.",
    ),
    filler=(
        "Wash it by itself before you wear it for the first time.",
        "We ship on the day of the order and take it back for thirty days.",
        "Our model is 176 cm tall and has worn it all summer.",
        "The seams are sewn twice, so that nothing comes apart.",
        "It goes with almost everything that you have at home.",
        "Please iron it at a low temperature and from the inside.",
        "Photographed by daylight; colours on your screen may differ a little.",
        "A small family firm sews it in batches of two hundred.",
        "Keep it out of the tumble dryer.",
        "Customers say that it lasts for years.",
    ),
    searches={"brand": "by {brand}", "material": "made of {material}", "size": "size {size}"},
    frames=("{}", "I am looking for {}", "show me {}", "do you have {}?", "{} please"),
)  # fmt: skip
HELD_OUT = Wordings(
    brands=(
        "Quillon", "Bergamote", "Thornbury", "Sable Coast", "Ikari", "Mirabelle & Sons", "Drosten", "Halcyon",
        "Vestra", "Copperfield", "Noemi Lund", "Arbour", "Pelham", "Zaffera", "Wren and Wolf", "Castellan",
    ),
    cloths=("cashmere", "alpaca", "recycled polyester", "bamboo", "lyocell", "mohair"),
    firm=("nubuck", "waxed cotton", "jute", "calfskin"),
    titles=(
        "{category} | {brand} | {material} | {size}",
        "{size}, {material}: {category} from {brand}",
        "{brand} – {title} ({material}, {size})",
        "{title}, {material}, {size}, {brand}",
    ),
    lead=(
        "A piece out of {material} from the house of {brand}, here as {size}.",
        "You get {size}, in {material}, with {brand} on the label of the {category}.",
        "{title}: {brand} chose {material} for it, and we have {size} left.",
    ),
    filler=(
        "Returns are free within a month, and parcels leave our store every afternoon.",
        "Dry it flat and away from the sun.",
        "Buttons, zips and threads are included for small repairs.",
        "It was packed without any plastic.",
        "The person in the picture is 181 cm tall.",
        "Soft to the touch, and light enough for travelling.",
        "Made to be worn on weekdays and on long weekends alike.",
        "Depending on your display, shades can look slightly different.",
        "Every piece is checked by hand before it leaves the workshop.",
        "Do not bleach.",
    ),
    searches={"brand": "from {brand}", "material": "out of {material}", "size": "in {size}"},
    frames=("have you got {}", "I'd like {}", "{} if you have it", "where is {}", "any {}?"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Described:
    """A product with what cannot be seen, and words in two forms.

    Attributes:
        unseen: brand, material and size, with the category.
        title: about as long as a search; `description`: a title with a paragraph, the facts somewhere among the rest.
    """

    item_id: str
    unseen: Mapping[str, str]
    title: str
    description: str

    @property
    def described(self) -> Mapping[str, str]:
        """As an item's metadata, with a title that says nothing but the kind."""
        return {"title": self.unseen["category"], "description": self.description}


@dataclass(frozen=True, slots=True)
class UnseenSearch:
    """Words, and what must be true of everything found."""

    text: str
    wanted: Mapping[str, str]


def describe_products(items: Items, wordings: Wordings, seed: int) -> list[Described]:
    """Words for each of the items; half of the titles also say what can be seen."""
    rng = np.random.default_rng((seed, len(wordings.brands[0])))
    described = []
    for item_id, row in items.items():
        kind = str(row["category"])
        unseen = {
            "brand": _one(wordings.brands, rng),
            "material": _one(wordings.firm if kind in _FIRM else wordings.cloths, rng),
            "size": _one(SIZES.get(kind, _CLOTHES_SIZES), rng),
            "category": kind,
            "colour": str(row["colour"]),
        }
        said = {**unseen, "title": _OTHER_MATERIALS.sub("", str(row.get("title") or kind))}
        filler = [str(line) for line in rng.permutation(list(wordings.filler))[: int(rng.integers(4, 9))]]
        filler.insert(int(rng.integers(len(filler))), _one(wordings.lead, rng).format_map(said))
        described.append(Described(item_id, unseen, _one(wordings.titles, rng).format_map(said), " ".join(filler)))
    return described


def unseen_searches(
    products: Sequence[Described], wordings: Wordings, asked: Sequence[Sequence[str]], count: int, seed: int
) -> list[UnseenSearch]:
    """Searches that name what `asked` says, each with at least one right product."""
    rng = np.random.default_rng((seed, 7))
    searches = []
    for number in range(count):
        unseen = products[int(rng.integers(len(products)))].unseen
        wanted = {key: unseen[key] for key in asked[number % len(asked)]}
        said = [wordings.searches[key].format_map(wanted) for key in ("brand", "material", "size") if key in wanted]
        kind = " ".join([wanted[key] for key in ("colour", "category") if key in wanted] or ["something"])
        text = " ".join([kind, *said])
        searches.append(UnseenSearch(_one(wordings.frames, rng).format(text), wanted))
    return searches


def _one(options: Sequence[str], rng: np.random.Generator) -> str:
    return options[int(rng.integers(len(options)))]
