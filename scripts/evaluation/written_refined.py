"""Requests with a picture: `earlier`, `maker` and `colour`.

A maker named first, then a picture chosen and another colour asked for: does the maker still count? A picture chosen,
and the same asked for from another maker. And where no maker was named: are the words beside the pictures in the way of
a change of colour?
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.ledger import Entry, weighted
from retrieval.query import ComposedQuery, ItemReference, TextQuery, WeightedQuery
from scripts.evaluation.described_products import Described, Wordings

KINDS = ("earlier", "maker", "colour")


@dataclass(frozen=True, slots=True)
class Refinement:
    """The queries of a dialog with a chosen picture, and which products answer it; `kind` is one of `KINDS`."""

    queries: Sequence[WeightedQuery]
    right: NDArray[np.bool_]
    kind: str


def refinements(products: Sequence[Described], wordings: Wordings, count: int, seed: int) -> Iterator[Refinement]:
    """`count` of each kind, fewer where no two products differ in what is asked for alone."""
    rng = np.random.default_rng((seed, 11))
    for kind in KINDS:
        changed, same = {
            "earlier": ("colour", ("brand", "category")),
            "maker": ("brand", ("colour", "category")),
            "colour": ("colour", ("category",)),
        }[kind]
        for number in rng.permutation(len(products))[:count].tolist():
            chosen = products[number]
            others = [
                other.unseen[changed]
                for other in products
                if all(other.unseen[key] == chosen.unseen[key] for key in same)
                and other.unseen[changed] != chosen.unseen[changed]
            ]
            if not others:
                continue
            wanted = {key: chosen.unseen[key] for key in same} | {changed: others[int(rng.integers(len(others)))]}
            right = np.array([all(one.unseen[key] == wanted[key] for key in wanted) for one in products])
            yield Refinement(_asked(kind, wanted, chosen, wordings), right, kind)


def _asked(kind: str, wanted: Mapping[str, str], chosen: Described, wordings: Wordings) -> Sequence[WeightedQuery]:
    """The queries as the bot makes them of the dialog."""
    maker = wordings.searches["brand"].format_map({**chosen.unseen, **wanted})
    said = f"the same {maker}" if kind == "maker" else f"in {wanted['colour']}"
    change = Entry(ComposedQuery(ItemReference(chosen.item_id), said), said)
    if kind == "maker":
        return weighted((change,))
    first = f"{wanted['category']} {maker}" if kind == "earlier" else wanted["category"]
    return weighted((Entry(TextQuery(first), first), change))
