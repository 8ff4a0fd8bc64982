"""A maker named first, then a picture chosen and another colour asked for: does the maker still count?

And where no maker was named: are the words beside the pictures in the way of a change of colour?
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.ledger import Entry, weighted
from retrieval.query import ComposedQuery, ItemReference, TextQuery, WeightedQuery
from scripts.evaluation.described_products import Described, Wordings
from scripts.evaluation.suite import SEED


@dataclass(frozen=True, slots=True)
class Refinement:
    """Two turns, and which products answer the second; `maker` says whether one was named."""

    queries: Sequence[WeightedQuery]
    right: NDArray[np.bool_]
    maker: bool


def refinements(products: Sequence[Described], wordings: Wordings, count: int) -> Iterator[Refinement]:
    """`count` with a maker and as many without, fewer where no two products differ in their colour alone."""
    rng = np.random.default_rng((SEED, 11))
    for maker in (True, False):
        same = ("brand", "category") if maker else ("category",)
        for number in rng.permutation(len(products))[:count].tolist():
            chosen = products[number]
            others = [
                other.unseen["colour"]
                for other in products
                if all(other.unseen[key] == chosen.unseen[key] for key in same)
                and other.unseen["colour"] != chosen.unseen["colour"]
            ]
            if not others:
                continue
            colour = others[int(rng.integers(len(others)))]
            first = wordings.searches["brand"].format_map(chosen.unseen) if maker else ""
            text = f"{chosen.unseen['category']} {first}".strip()
            change = ComposedQuery(ItemReference(chosen.item_id), f"in {colour}")
            wanted = {key: chosen.unseen[key] for key in same} | {"colour": colour}
            right = np.array([all(one.unseen[key] == wanted[key] for key in wanted) for one in products])
            yield Refinement(weighted((Entry(TextQuery(text), text), Entry(change, f"in {colour}"))), right, maker)
