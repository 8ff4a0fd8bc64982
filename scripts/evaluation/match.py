"""Knowing when nothing matches: are queries with a match told from queries without one by the strength of their hits?

The same questions are put to galleries that hold what they ask for and to galleries from which exactly that was taken
away, each indexed and calibrated by itself, as a snapshot is. `close` ones miss it narrowly: kind and colour of the
rendered products are dealt out to two galleries, so that one has the red dresses and the other has the blue ones and
the red shirts; of the photos one kind is missing, with the kinds that people call by the same name. `far` ones ask for
things that no such collection has. The strength of a query is that of the strongest hit in its first album; the figure
is the area under the ROC curve, over all kinds of query together, with one scale for all of them, and for each of them.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.closeness import CLOSE
from retrieval.clip_encoder import load_encoder
from retrieval.composition import load_composition
from retrieval.protocols import Composition, Encoder
from retrieval.query import ComposedQuery, ImageQuery, PhotoReference, Query, TextQuery
from retrieval.strength import QueryKind, kind_of
from scripts.evaluation.match_galleries import Gallery, Pictures, landscapes, read_photos
from scripts.evaluation.suite import SEED, Figures, add_collection, open_rendered
from scripts.training.labels import encode_constraints, encode_table, match
from scripts.training.requests import ask
from scripts.training.wordings import HELD_OUT_FRAMES, describe

ELSEWHERE = (
    "a bicycle", "a red toaster", "sunset over the sea", "a laptop", "a pizza with cheese", "an electric kettle",
    "a bottle of wine", "a screwdriver", "a football match", "a washing machine", "a birthday present", "an airplane",
    "a swimming pool", "an ice rink", "a violin player", "a traffic light", "a microscope", "a blue motorcycle",
    "a castle on a hill", "a bowl of soup", "a lighthouse", "a green tractor", "an elephant", "a rocket launch",
)  # fmt: skip
"""What no collection of clothes has; none of the words is in the bundled bank of a calibration."""
KINDS = {
    "Dress": "dress", "T-Shirt": "T-shirt", "Longsleeve": "T-shirt", "Undershirt": "tank top", "Polo": "polo shirt",
    "Shirt": "shirt", "Blouse": "blouse", "Top": "top", "Body": "bodysuit", "Hoodie": "hoodie", "Outwear": "coat",
    "Blazer": "blazer", "Skirt": "skirt", "Pants": "trousers", "Shorts": "shorts", "Hat": "hat", "Shoes": "shoe",
}  # fmt: skip
_FREQUENT = 10
_ASKED_SHARE = 0.15
_COLOURS = ("black", "white", "grey", "red", "orange", "yellow", "green", "blue", "pink", "purple", "brown", "beige")

Outcome = tuple[QueryKind, str, bool, float]
"""Kind of query, `close` or `far`, whether there is a match, and the strength."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The collection, the model, and the photos."""
    add_collection(parser)
    parser.add_argument("--photos", type=Path, metavar="DIR", help="real photos with items.csv; left out without")


def measure(options: argparse.Namespace) -> Figures:
    """`match.auroc.rendered`, with `--photos` also `match.auroc.photos`, and what they are made of."""
    with open_rendered(options) as rendered:
        features = rendered.snapshot.features(np.arange(len(rendered.snapshot)))
        metadata = [{key: str(value) for key, value in data.items()} for data in rendered.items.values()]
        products = Pictures(features, metadata, np.arange(len(metadata)))
        figures = summarise("rendered", rendered_outcomes(products, rendered.encoder, rendered.composition, SEED))
    if options.photos is not None:
        encoder = load_encoder(options.model, options.pretrained, options.device)
        composition = load_composition(options.combiner, encoder)
        photos = read_photos(options.photos, encoder, KINDS)
        figures |= summarise("photos", photo_outcomes(photos, encoder, composition, SEED))
    return figures


def summarise(name: str, outcomes: Sequence[Outcome]) -> Figures:
    """AUROC together, by kind of query and by difficulty; and how often each answer of the bot would be wrong."""
    figures = {f"match.auroc.{name}": auroc_of(outcomes)}
    for kind in ("text", "image", "composed"):
        mine = [outcome for outcome in outcomes if outcome[0] == kind]
        figures[f"match.auroc.{name}.{kind}"] = auroc_of(mine)
        for difficulty in ("close", "far"):
            figures[f"match.auroc.{name}.{kind}.{difficulty}"] = auroc_of(
                [outcome for outcome in mine if outcome[2] or outcome[1] == difficulty]
            )
    present = [strength for _, _, there, strength in outcomes if there]
    absent = [strength for _, _, there, strength in outcomes if not there]
    figures[f"match.{name}.denied"] = float(np.mean(np.array(present) < CLOSE))
    figures[f"match.{name}.invented"] = float(np.mean(np.array(absent) >= CLOSE))
    return {key: round(value, 4) for key, value in figures.items()}


def auroc_of(outcomes: Sequence[Outcome]) -> float:
    """Of the strengths of the queries with a match against those without."""
    return auroc(
        np.array([strength for _, _, there, strength in outcomes if there]),
        np.array([strength for _, _, there, strength in outcomes if not there]),
    )


def auroc(present: NDArray[np.float64], absent: NDArray[np.float64]) -> float:
    """Chance that one of the present is above one of the absent, ties counting half; NaN where there is none of one."""
    if not len(present) or not len(absent):
        return float("nan")
    above = (present[:, None] > absent[None, :]).mean()
    ties = (present[:, None] == absent[None, :]).mean()
    return float(above + ties / 2)


def rendered_outcomes(
    products: Pictures, encoder: Encoder, composition: Composition, seed: int, described: bool = True
) -> list[Outcome]:
    """Kind and colour dealt out to two galleries; some products ask, in words, as a picture, and with a change."""
    rng = np.random.default_rng(seed)
    asking = rng.random(len(products)) < _ASKED_SHARE
    pairs = sorted({_look(data) for data in products.metadata})
    side = dict(zip(pairs, rng.permutation(len(pairs)) % 2, strict=True))
    of = np.array([side[_look(data)] for data in products.metadata])
    galleries = [Gallery(products.part(~asking & (of == half)), encoder, composition, described) for half in (0, 1)]
    outcomes: list[Outcome] = []
    for row in np.flatnonzero(asking).tolist():
        data = products.metadata[row]
        photo = products.photo(row, encoder)
        colour = str(rng.choice([other for other in _COLOURS if other != data["colour"]]))
        questions: list[tuple[Query, tuple[str, str]]] = [
            (TextQuery(describe(data, rng, ("colour",), HELD_OUT_FRAMES)[0]), _look(data)),
            (ImageQuery(photo), _look(data)),
            (ComposedQuery(photo, ask(data, {"colour": colour}, rng, held_out=True)), (data["category"], colour)),
        ]
        for query, wanted in questions:
            for half, gallery in enumerate(galleries):
                there = side.get(wanted) == half
                outcomes.append((kind_of(query), "close", there, gallery.strength(query)))
    photos = [products.photo(row, encoder) for row in np.flatnonzero(asking).tolist()]
    for gallery in galleries:
        outcomes += _far(gallery, photos, encoder, seed)
    return outcomes


def photo_outcomes(
    photos: Pictures, encoder: Encoder, composition: Composition, seed: int, described: bool = True
) -> list[Outcome]:
    """One kind after the other missing. Some of the senders ask; the photos of the others are the gallery."""
    rng = np.random.default_rng(seed)
    senders = rng.permutation(np.unique(photos.groups))
    asking = np.isin(photos.groups, senders[: max(1, len(senders) // 4)])
    asked, shown = photos.part(asking), photos.part(~asking)
    kinds, counts = np.unique([data["category"] for data in shown.metadata], return_counts=True)
    frequent = [str(kind) for kind in kinds[np.argsort(-counts, kind="stable")][:_FREQUENT]]
    bits = encode_constraints_of(frequent)
    holds = match(encode_table(shown.metadata, complete=False), bits)
    whole = Gallery(shown, encoder, composition, described)
    outcomes: list[Outcome] = []
    for place, kind in enumerate(frequent):
        without = Gallery(shown.part(holds[:, place] == 0), encoder, composition, described)
        for query in _kind_queries(kind, asked, encoder, rng):
            outcomes.append((kind_of(query), "close", True, whole.strength(query)))
            outcomes.append((kind_of(query), "close", False, without.strength(query)))
    references = [asked.photo(row, encoder) for row in range(len(asked))]
    return [*outcomes, *_far(whole, references, encoder, seed)]


def encode_constraints_of(kinds: Sequence[str]) -> NDArray[np.int64]:
    """Bit sets, see `labels.encode_constraints`, of texts that name one kind each."""
    return np.stack([encode_constraints({"category": frozenset({kind})}) for kind in kinds])


def _kind_queries(kind: str, asked: Pictures, encoder: Encoder, rng: np.random.Generator) -> Iterator[Query]:
    for _ in range(6):
        yield TextQuery(describe({"category": kind}, rng, (), HELD_OUT_FRAMES)[0])
    is_kind = np.array([data["category"] == kind for data in asked.metadata])
    for row in rng.permutation(np.flatnonzero(is_kind))[:8].tolist():
        yield ImageQuery(asked.photo(row, encoder))
    for row in rng.permutation(np.flatnonzero(~is_kind))[:8].tolist():
        data = asked.metadata[row]
        yield ComposedQuery(asked.photo(row, encoder), ask(data, {"category": kind}, rng, held_out=True))


def _far(gallery: Gallery, photos: Sequence[PhotoReference], encoder: Encoder, seed: int) -> Iterator[Outcome]:
    elsewhere = landscapes(len(ELSEWHERE), encoder, seed)
    rng = np.random.default_rng(seed)
    for place, text in enumerate(ELSEWHERE):
        photo = photos[int(rng.integers(len(photos)))]
        queries = (
            TextQuery(text), ImageQuery(elsewhere.photo(place, encoder)), ComposedQuery(photo, f"the same as {text}")
        )  # fmt: skip
        for query in queries:
            yield kind_of(query), "far", False, gallery.strength(query)


def _look(data: Mapping[str, str]) -> tuple[str, str]:
    return data["category"], data["colour"]
