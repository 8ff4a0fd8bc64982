"""A small catalogue with prices, dates, tags and columns, for what words can name."""

from bot.vocabulary import Vocabulary
from retrieval.facets import Facets
from retrieval.item_table import Item

SHOP = tuple(
    Item(f"item-{number}", "/x", "0", metadata)
    for number, metadata in enumerate(
        (
            {
                "category": "dress",
                "colour": "red",
                "length": "long",
                "sleeve": "long",
                "price": 20,
                "taken": "2019-05-01",
            },
            {"category": "T-shirt", "colour": "dark green", "length": "short", "price": 50.5, "tags": "Summer, new-in"},
            {"category": "shoes", "colour": "blue", "material": "Cotton", "detail": "belt"},
        )
    )
)
VOCABULARY = Vocabulary.of(Facets(SHOP))
PHOTOS = Vocabulary.of(Facets([Item("a", "/a", "0", {"taken": "2019-05-01"})]))
