"""Words next to a real photo: the first hit has the colour that was asked for, and is the same kind of thing.

The references and the gallery are the photos of held-out senders whose colour a person has named by eye. Each is asked
for another colour by name, for any other, and, where something is, for something darker and lighter, in sentences that
training never saw.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval import lexicon
from retrieval.clip_encoder import ClipEncoder
from retrieval.composition import NormalizedSum
from retrieval.protocols import Composition, Features
from retrieval.query import ComposedQuery, ItemReference, WeightedQuery
from retrieval.searcher import Searcher
from scripts.evaluation.product_gallery import ProductGallery
from scripts.evaluation.suite import Figures
from scripts.training.clauses import Clause, compare, name_value, negate
from scripts.training.requests import say

COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class PhotoRequest:
    """A request next to the photo of that row, the colours that answer it, and what it is: a form of `clauses`."""

    row: int
    text: str
    colours: frozenset[str]
    form: str


def score_photo_requests(
    encoder: ClipEncoder,
    composition: Composition,
    features: Features,
    labels: Sequence[str],
    colours: Sequence[str],
    seed: int,
) -> Figures:
    """`photos.composed.…`: recall at 1 as the bot searches, by the composition alone, and by the plain sum.

    Args:
        encoder: made the features.
        composition: what composes in production.
        features: [n, d] raw, of photos whose colour is known.
        labels: what is on them.
        colours: their colours.
        seed: draws requests.
    """
    ids = [str(row) for row in range(len(labels))]
    gallery = ProductGallery(ids, features)
    searchers = {
        "": gallery.searcher(encoder, composition),
        ".composition_alone": gallery.searcher(encoder, composition, attributes=False),
        ".sum": gallery.searcher(encoder, NormalizedSum(), attributes=False),
    }
    requests = list(draw_photo_requests(labels, colours, seed))
    return {
        f"photos.composed{way}.recall_at_1{form}": round(float(np.mean(found)), 4)
        for way, searcher in searchers.items()
        for form, found in _found(searcher, requests, labels, colours).items()
    }


def draw_photo_requests(labels: Sequence[str], colours: Sequence[str], seed: int) -> Iterator[PhotoRequest]:
    """Requests that another photo of the same kind answers."""
    rng = np.random.default_rng(seed)
    others: Mapping[str, frozenset[str]] = {
        label: frozenset(colour for kind, colour in zip(labels, colours, strict=True) if kind == label)
        for label in set(labels)
    }
    for row, (label, colour) in enumerate(zip(labels, colours, strict=True)):
        there = others[label] - {colour}
        if not there:
            continue
        reference = {COLOUR: colour}
        named = name_value(COLOUR, reference, str(rng.choice(sorted(there))), rng)
        asked: list[Clause | None] = [named, negate(reference, COLOUR, sorted(lexicon.COLOURS), rng)]
        asked += [compare(reference, rng)]
        for clause in asked:
            if clause is not None and clause.values & there:
                yield PhotoRequest(row, say([clause], reference, rng, held_out=True), clause.values, clause.form)


def _found(
    searcher: Searcher, requests: Sequence[PhotoRequest], labels: Sequence[str], colours: Sequence[str]
) -> dict[str, list[bool]]:
    """Whether the first hit is right: of all requests under "", and of each form."""
    found: dict[str, list[bool]] = defaultdict(list)
    for request in requests:
        query = ComposedQuery(ItemReference(str(request.row)), request.text)
        first = int(searcher.search([WeightedQuery(query)], 1).hits[0].item_id)
        right = colours[first] in request.colours and labels[first] == labels[request.row]
        found[""].append(right)
        found[f".{request.form}"].append(right)
    return found
