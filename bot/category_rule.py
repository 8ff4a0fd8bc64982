"""A dress stays a dress: who refines a picture wants another one of its category, unless the words name another.

The galleries of FashionIQ are of one category each (Wu et al., CVPR 2021), since people say what differs and not what
stays. `docs/quality.md` has what the rule gives.
"""

import re
from dataclasses import replace

from bot.protocols import Gallery
from bot.turns import Turn
from bot.vocabulary import Vocabulary
from retrieval.filter import Filter, InCategory
from retrieval.query import ComposedQuery, ItemReference

_BECOMES = re.compile(
    r"\b(?:as|into|to|for|is|make (?:it|this|that)|instead) (?:an?|some) (?!bit\b|little\b|lot\b|touch\b)"
    r"|\bas (?!(?:it|is|the|this|that|these|those|before|well|much|many|you|i|in|on|\w+ as)\b)\w"
    r"|\b(?:an?|some) (?:[\w-]+ ){1,3}instead\b",
    re.IGNORECASE,
)
"""A thing is to become another one, whatever that is called: "as a frock", "a sarong instead"."""


def refined_item(turn: Turn) -> str | None:
    """Id of the item whose category the results are to keep, None where there is none or nobody wants that."""
    query = turn.request.query
    if turn.any_category or any(isinstance(condition, InCategory) for condition in turn.within.conditions):
        return None
    if isinstance(query, ComposedQuery) and isinstance(query.reference, ItemReference):
        return query.reference.item_id
    return None


def kept_to_category(turn: Turn, gallery: Gallery) -> Turn:
    """The turn, kept to the category of the item that it refines where the rule applies."""
    item_id = refined_item(turn)
    items = gallery.items([item_id, *turn.marks.liked]) if item_id is not None else ()
    if len({item.category for item in items}) != 1:  # who likes a dress and a skirt wants no dresses only
        return turn
    return keep_category(turn, items[0].category, gallery.vocabulary)


def keep_category(turn: Turn, category: str | None, vocabulary: Vocabulary) -> Turn:
    """The turn, kept to the category of the item that it refines; as it is where its words name another one."""
    if category is None or category not in vocabulary.categories.values():
        return turn
    text = turn.request.text
    if vocabulary.names_another(text, category) or _BECOMES.search(text):
        return turn
    return replace(turn, within=Filter((InCategory(category, implied=True), *turn.within.conditions)))
