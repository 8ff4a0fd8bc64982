"""The words people use for each attribute value of clothes, and which values are more of something than others.

Adjectives go before the noun, phrases after it. The first word of each entry is the commonest. What a person may call
two things ("tan", "khaki", "salmon") is left out on purpose, and so are the words of `scripts.training.unseen`, on
which quality is reported. Training words its texts by it, and relative captions are read with it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

Words = Mapping[str, tuple[str, ...]]

COLOURS: Words = MappingProxyType(
    {
        "black": ("black", "jet black"),
        "white": ("white", "snow white"),
        "grey": ("grey", "gray", "silver grey"),
        "red": ("red", "bright red", "burgundy", "wine red", "dark red"),
        "orange": ("orange", "bright orange"),
        "yellow": ("yellow", "golden yellow", "bright yellow", "mustard"),
        "green": ("green", "olive", "olive green", "forest green", "bright green", "dark green"),
        "blue": ("blue", "royal blue", "bright blue", "sky blue", "light blue"),
        "navy": ("navy", "navy blue", "dark blue"),
        "purple": ("purple", "violet", "lavender", "plum"),
        "pink": ("pink", "rose", "rosy", "light pink"),
        "brown": ("brown", "dark brown"),
        "beige": ("beige", "sand-coloured", "camel"),
        "turquoise": ("turquoise", "teal"),
    }
)
DARKER: Words = MappingProxyType(
    {
        "white": ("grey", "beige", "black"),
        "grey": ("black",),
        "red": ("brown",),
        "orange": ("red", "brown"),
        "yellow": ("orange", "brown"),
        "green": ("black",),
        "blue": ("navy", "black"),
        "purple": ("navy", "black"),
        "pink": ("red", "purple"),
        "brown": ("black",),
        "beige": ("brown",),
        "turquoise": ("blue", "green", "navy"),
        "navy": ("black",),
    }
)
"""What "darker" may lead to from each colour; "lighter" is the same read backwards."""
SLEEVES = ("sleeveless", "short", "long")
LENGTHS = ("short", "knee-length", "long")
FORMALITY: Sequence[Sequence[Sequence[str]]] = (
    (("sneaker",), ("boot", "ballet flat"), ("high heel",)),
    (("cap", "beanie", "bucket hat"), ("brim hat",)),
    (("backpack",), ("tote bag", "shoulder bag"), ("handbag",)),
    (("cargo pockets", "drawstring"), ("wide leg",), ("slim", "belt")),
    (("quilted", "zip"), ("belt", "buttons"), ("double-breasted",)),
)
"""Details of the same kind from casual to formal; what is in one group is as formal as the rest of it."""

NOUNS: Words = MappingProxyType(
    {
        "dress": ("dress", "dresses"),
        "T-shirt": (
            "T-shirt",
            "tee",
            "t shirt",
            "tshirt",
            "T-shirts",
            "tee shirt",
            "tees",
            "t-shirts",
            "tshirts",
            "top",
        ),
        "shirt": ("shirt", "button-down shirt", "shirts", "blouse", "blouses"),
        "hoodie": ("hoodie", "hooded sweatshirt", "hoody", "hoodies", "hooded sweater", "sweatshirt", "sweater"),
        "skirt": ("skirt", "skirts"),
        "trousers": ("trousers", "pants", "pair of trousers", "jeans"),
        "shorts": ("shorts", "pair of shorts", "short pants"),
        "coat": ("coat", "jacket", "coats", "jackets", "outerwear"),
        "hat": ("hat", "hats", "headwear"),
        "shoe": ("shoes", "shoe", "pair of shoes"),
        "bag": ("bag", "bags"),
        "blazer": ("blazer", "suit jacket"),
        "polo shirt": ("polo shirt", "polo"),
        "tank top": ("tank top", "undershirt", "vest"),
        "top": ("top", "women's top"),
        "bodysuit": ("bodysuit", "body", "romper"),
        "blouse": ("blouse", "women's blouse"),
    }
)
ADJECTIVES: Mapping[str, Words] = MappingProxyType(
    {
        "pattern": {
            "plain": ("plain", "solid", "solid-coloured", "unpatterned", "single-coloured"),
            "striped": ("striped", "stripy", "stripey", "stripe"),
            "checked": ("checked", "checkered", "chequered", "plaid", "check"),
            "dotted": ("dotted", "polka-dot", "polka dot", "spotted", "dotty"),
            "floral": ("floral", "flowered", "flower-print", "floral print"),
            "zigzag": ("zigzag", "zig-zag", "zigzag-patterned"),
        },
        "sleeve": {
            "sleeveless": ("sleeveless", "sleeve-less"),
            "short": ("short-sleeved", "short-sleeve", "short sleeve", "short sleeved"),
            "long": ("long-sleeved", "long-sleeve", "long sleeve", "long sleeved", "longsleeve"),
        },
        "length": {
            "short": ("short", "mini"),
            "knee-length": ("knee-length", "midi", "knee length", "medium-length"),
            "long": ("long", "floor-length", "ankle-length", "full-length"),
        },
        "neckline": {
            "round": ("round-neck", "crew-neck", "crew neck", "round neck"),
            "V-neck": ("V-neck", "v neck", "v-necked"),
            "collar": ("collared",),
            "turtleneck": ("turtleneck", "high-neck", "roll-neck", "turtle neck"),
        },
        "detail": {
            "belt": ("belted",),
            "buttons": ("buttoned", "button-front"),
            "ruffle hem": ("ruffled", "ruffle-hem"),
            "pleats": ("pleated",),
            "zip": ("zip-up", "zipped"),
            "quilted": ("quilted", "padded"),
            "double-breasted": ("double-breasted", "double breasted"),
            "slim": ("slim", "slim-fit", "narrow"),
            "wide leg": ("wide-leg", "wide", "wide leg", "loose"),
            "cargo pockets": ("cargo",),
            "drawstring": ("drawstring",),
        },
    }
)
PHRASES: Mapping[str, Words] = MappingProxyType(
    {
        "pattern": {
            "plain": ("without a pattern", "without pattern", "with no pattern", "in one colour"),
            "striped": ("with stripes", "with a striped pattern", "in stripes"),
            "checked": ("with checks", "with a checked pattern", "in plaid", "with squares"),
            "dotted": ("with dots", "with polka dots", "with spots", "with a dotted pattern"),
            "floral": ("with flowers", "with a floral print", "with a flower pattern", "with a floral pattern"),
            "zigzag": ("with zigzags", "with a zigzag pattern", "with zigzag lines"),
        },
        "sleeve": {
            "sleeveless": ("without sleeves", "with no sleeves", "no sleeves"),
            "short": ("with short sleeves", "with short arms", "with half-length sleeves"),
            "long": ("with long sleeves", "with full sleeves", "with long arms", "that has long sleeves"),
        },
        "length": {
            "short": ("above the knee", "that is short"),
            "knee-length": ("to the knee", "that ends at the knee", "down to the knees"),
            "long": ("to the floor", "down to the ankles", "that is long"),
        },
        "neckline": {
            "round": ("with a round neck", "with a round neckline", "with a crew neck"),
            "V-neck": ("with a V-neck", "with a V neckline", "with a v-shaped neck"),
            "collar": ("with a collar", "that has a collar"),
            "turtleneck": ("with a turtleneck", "with a high neck", "with a roll neck"),
        },
        "detail": {
            "belt": ("with a belt", "with belt"),
            "buttons": ("with buttons", "with a button front"),
            "ruffle hem": ("with a ruffle hem", "with ruffles"),
            "pleats": ("with pleats",),
            "chest pocket": ("with a chest pocket", "with a breast pocket"),
            "two chest pockets": ("with two chest pockets", "with two breast pockets"),
            "contrast trim": ("with contrast trim", "with a contrasting edge"),
            "kangaroo pocket": ("with a kangaroo pocket", "with a front pocket"),
            "zip": ("with a zip", "with a zipper", "with a full zip"),
            "drawstring": ("with a drawstring", "with a drawstring waist"),
            "cargo pockets": ("with cargo pockets", "with side pockets"),
            "turn-ups": ("with turn-ups", "with rolled hems"),
            "wide leg": ("with wide legs",),
            "slim": ("with slim legs",),
            "double-breasted": ("with two rows of buttons",),
        },
    }
)
DETAIL_NOUNS: Words = MappingProxyType(
    {
        "cap": ("cap", "baseball cap", "caps", "baseball caps"),
        "beanie": ("knitted hat", "woolly hat", "winter hat"),
        "brim hat": ("brim hat", "sun hat", "hat with a brim", "wide-brimmed hat"),
        "bucket hat": ("bucket hat", "fishing hat"),
        "sneaker": ("sneakers", "gym shoes", "sneaker", "sports shoes", "running shoes"),
        "boot": ("boots", "ankle boots", "boot", "winter boots"),
        "high heel": ("high heels", "heels", "high-heeled shoes"),
        "ballet flat": ("ballet flats", "flats", "flat shoes", "ballerinas"),
        "tote bag": ("tote bag", "tote", "shopping bag"),
        "backpack": ("backpack", "school bag", "backpacks"),
        "handbag": ("handbag", "hand bag", "handbags"),
        "shoulder bag": ("shoulder bag", "crossbody bag", "bag with a long strap"),
    }
)
KIND_OF_DETAIL: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("cap", "beanie", "brim hat", "bucket hat"), "hat"),
        **dict.fromkeys(("sneaker", "boot", "high heel", "ballet flat"), "shoe"),
        **dict.fromkeys(("tote bag", "backpack", "handbag", "shoulder bag"), "bag"),
    }
)
"""Of the details that are nouns: which kind of thing each of them is."""
PATTERN_NOUNS: Words = MappingProxyType(
    {
        "striped": ("stripes",),
        "checked": ("checks", "squares"),
        "dotted": ("dots", "spots"),
        "floral": ("flowers", "floral print"),
        "zigzag": ("zigzags",),
    }
)
ATTRIBUTES: Mapping[str, Words] = MappingProxyType(
    {
        "category": NOUNS,
        "colour": COLOURS,
        **{
            name: MappingProxyType(
                {
                    value: tuple(word for words in named for word in words.get(value, ()))
                    for value in dict.fromkeys(value for words in named for value in words)
                }
            )
            for name in ADJECTIVES
            for named in [(ADJECTIVES[name], PHRASES[name], DETAIL_NOUNS if name == "detail" else {})]
        },
    }
)
"""Attribute -> value -> all of its words."""
SCALES: Mapping[str, Sequence[Sequence[Sequence[str]]]] = MappingProxyType(
    {
        "sleeve": (tuple((value,) for value in SLEEVES),),
        "length": (tuple((value,) for value in LENGTHS),),
        "detail": FORMALITY,
    }
)
"""Attribute -> its scales, each from less to more (longer, more formal)."""


def beyond(attribute: str, value: str, more: bool) -> frozenset[str]:
    """The values that are more (darker, longer, more formal) than a value, or less; none where it has no place."""
    if attribute == "colour":
        darker = DARKER.get(value, ()) if more else (other for other, values in DARKER.items() if value in values)
        return frozenset(darker)
    found: set[str] = set()
    for scale in SCALES.get(attribute, ()):
        for place, group in enumerate(scale):
            if value in group:
                found.update(other for groups in (scale[place + 1 :] if more else scale[:place]) for other in groups)
    return frozenset(found)
