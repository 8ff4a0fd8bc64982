"""Words beside pictures: products whose titles say what no picture shows, searched with and without the words.

Half of the titles also say what can be seen. `words.invisible.recall_at_10`: of the products that have the brand,
material or size asked for, how many come among the first ten (of ten, where more have it); `.clip_alone` is the same
without the words, `.chance` by drawing lots. `words.visible.loss`: how much of that the searches for what pictures
show lose when there are words. `words.mixed` asks for both at once. `.symmetric` is against titles about as long as a
search, `.asymmetric` against descriptions of several sentences. Products, brands, materials and wordings are none of
those that the fusion was chosen on. `words.refined`: requests with a picture, `.earlier` where a maker was named
before, `.maker` where the same is asked for from another one, `.visible_loss` where only the colour shall change.
`words.compared.…` has the other ways of fusing, and each channel by itself.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.composition import NormalizedSum
from retrieval.embedding import normalize
from retrieval.exact_index import ExactIndex
from retrieval.facets import Facets
from retrieval.item_table import Item
from retrieval.item_words import written
from retrieval.protocols import Composition, Encoder, Features, Scores
from retrieval.query import TextQuery, WeightedQuery
from retrieval.query_encoder import QueryEncoder
from retrieval.searcher import Searcher
from retrieval.sentence_encoder import DEFAULT_MODEL, SentenceEncoder, load_sentence_encoder
from retrieval.wishes import caption
from retrieval.words_channel import Heard, WordsChannel
from scripts.evaluation.described_products import (
    ASKED,
    ASKED_BOTH,
    HELD_OUT,
    Wordings,
    describe_products,
    unseen_searches,
)
from scripts.evaluation.product_gallery import ProductGallery
from scripts.evaluation.suite import SEED, Figures, Items, add_collection, open_rendered
from scripts.evaluation.words import THIRD
from scripts.evaluation.written_refined import Refinement, refinements
from scripts.evaluation.written_ways import WAYS
from scripts.training.wordings import FRAMES, HELD_OUT_FRAMES, describe

FIRST = 10
FORMS = ("symmetric", "asymmetric")
SEARCHES: Mapping[str, int] = {"invisible": 270, "mixed": 120, "visible": 200, "refined": 80}
"""How many of each kind."""


@dataclass(frozen=True, slots=True)
class Search:
    """A text, and which products answer it; `kind` is one of `SEARCHES`."""

    kind: str
    text: str
    right: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Shop:
    """Products with words of one form, and the searches for them."""

    gallery: ProductGallery
    channel: WordsChannel
    searches: Sequence[Search]
    refinements: Sequence[Refinement]

    def searcher(self, encoder: Encoder, composition: Composition, with_words: bool) -> Searcher:
        """Over all of them."""
        index = ExactIndex(encoder.dimension)
        index.add(normalize(self.gallery.features(range(len(self.gallery)))))
        words = self.channel if with_words else None
        return Searcher(encoder, composition, index, self.gallery, words=words)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The collection, and the model for words."""
    add_collection(parser)
    parser.add_argument("--sentence-model", default=DEFAULT_MODEL, help="a hub name or folder (%(default)s)")
    parser.add_argument(
        "--described", type=int, default=600, metavar="N", help="products with words, at most (%(default)s)"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="draws products, words and searches (%(default)s)")


def measure(options: argparse.Namespace) -> Figures:
    """`words.invisible.…`, `words.mixed.…`, `words.visible.…`, `words.compared.…`."""
    sentences = load_sentence_encoder(options.sentence_model, options.device)
    with open_rendered(options) as rendered:
        features = rendered.snapshot.features(range(len(rendered.items)))
        return score_shops(
            rendered.encoder,
            rendered.composition,
            shops(rendered.items, features, sentences, HELD_OUT, options.described, seed=options.seed),
        )


def score_shops(encoder: Encoder, composition: Composition, several: Iterable[tuple[str, Shop]]) -> Figures:
    """The figures of some shops by form."""
    figures: dict[str, list[float]] = defaultdict(list)
    for form, shop in several:
        fused, alone = (shop.searcher(encoder, composition, with_words) for with_words in (True, False))
        for search in shop.searches:
            found, without = recall(fused, search), recall(alone, search)
            if search.kind == "visible":
                for name in ("words.visible.loss", f"words.visible.loss.{form}"):
                    figures[name].append(without - found)
                figures["words.visible.recall_at_10.clip_alone"].append(without)
                continue
            name = f"words.{search.kind}.recall_at_10"
            for suffix, value in (("", found), (f".{form}", found), (".clip_alone", without)):
                figures[name + suffix].append(value)
            figures[f"{name}.chance"].append(FIRST * search.right.mean() / possible(search.right))
        for refinement in shop.refinements:
            found, without = (recall_of(one, refinement.queries, refinement.right) for one in (fused, alone))
            if refinement.kind == "colour":
                figures["words.refined.visible_loss"].append(without - found)
                continue
            name = f"words.refined.{refinement.kind}.recall_at_10"
            figures[name].append(found)
            figures[f"{name}.clip_alone"].append(without)
        for search, pictures, heard in scored(encoder, shop):
            for way, fuse in WAYS.items():
                share = share_right(fuse(pictures, heard), search.right)
                figures[f"words.compared.{way}.{search.kind}.recall_at_10.{form}"].append(share)
    return {name: round(float(np.mean(values)), 4) for name, values in figures.items()}


def shops(
    every: Items,
    features: Features,
    sentences: SentenceEncoder,
    wordings: Wordings,
    count: int,
    wanted: Mapping[str, int] = SEARCHES,
    seed: int = SEED,
) -> Iterator[tuple[str, Shop]]:
    """Both forms of one half of the products, `count` of them at most; `features` are [n, d], theirs.

    The halves are the same for every `seed`, which draws from them; they are drawn with the first one.
    """
    ids, order = list(every), np.random.default_rng(SEED).permutation(len(every))
    half = len(ids) // 2
    own = order[half:] if wordings is HELD_OUT else order[:half]
    rows = (own if seed == SEED else np.random.default_rng((SEED, seed)).permutation(own))[:count]
    chosen = [ids[row] for row in rows]
    items = {item_id: every[item_id] for item_id in chosen}
    products = describe_products(items, wordings, seed)
    searches: list[Search] = []
    for kind, asked in (("invisible", ASKED), ("mixed", ASKED_BOTH)):
        for search in unseen_searches(products, wordings, asked, wanted[kind], seed):
            right = [all(product.unseen[key] == value for key, value in search.wanted.items()) for product in products]
            searches.append(Search(kind, search.text, np.array(right)))
    searches += visible_searches(items, HELD_OUT_FRAMES if wordings is HELD_OUT else FRAMES, wanted["visible"], seed)
    gallery = ProductGallery(chosen, features[rows])
    refined = list(refinements(products, wordings, wanted["refined"], seed))
    for form in FORMS:
        said = [
            Item(product.item_id, "", "", {"title": product.title} if form == FORMS[0] else product.described)
            for product in products
        ]
        vectors = sentences.encode([written(item.metadata) for item in said])
        yield form, Shop(gallery, WordsChannel(vectors, sentences, Facets(said)), searches, refined)


def visible_searches(items: Items, frames: Sequence[str], count: int, seed: int) -> Iterator[Search]:
    """Searches for kind, colour and one attribute more of a product, each attribute equally often."""
    rng = np.random.default_rng((seed, 5))
    able = {third: [row for row in items.values() if row.get(third)] for third in THIRD}
    thirds = [third for third in THIRD if able[third]]
    for number in range(count if thirds else 0):
        third = thirds[number % len(thirds)]
        row = able[third][int(rng.integers(len(able[third])))]
        said = {key: str(value) if value else None for key, value in row.items()}
        text, wanted = describe(said, rng, ("colour", third), frames)
        right = [all(str(other.get(key) or "") in values for key, values in wanted.items()) for other in items.values()]
        yield Search("visible", text, np.array(right))


def scored(encoder: Encoder, shop: Shop) -> Iterator[tuple[Search, Scores, Heard]]:
    """Each search with what both channels make of every product."""
    asks = QueryEncoder(encoder, NormalizedSum(), shop.gallery)
    embeddings = normalize(shop.gallery.features(range(len(shop.gallery))))
    for search in shop.searches:
        heard = shop.channel.hear(caption([search.text]))
        if heard is not None:
            yield search, embeddings @ asks([TextQuery(search.text)]).factors[0][0], heard


def recall(searcher: Searcher, search: Search) -> float:
    """The share of the right products among the first ten."""
    queries = [WeightedQuery(TextQuery(search.text), words=caption([search.text]))]
    return recall_of(searcher, queries, search.right)


def recall_of(searcher: Searcher, queries: Sequence[WeightedQuery], right: NDArray[np.bool_]) -> float:
    """The same of any queries."""
    hits = searcher.search(queries, FIRST).hits
    return sum(bool(right[searcher.snapshot.row(hit.item_id)]) for hit in hits) / possible(right)


def share_right(scores: Scores, right: NDArray[np.bool_]) -> float:
    """The same of the scores of all products."""
    return float(right[np.argsort(-scores, kind="stable")[:FIRST]].sum()) / possible(right)


def possible(right: NDArray[np.bool_]) -> int:
    """How many right products ten places can hold."""
    return min(FIRST, int(right.sum()))
