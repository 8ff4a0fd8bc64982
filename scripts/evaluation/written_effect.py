"""What the words beside the pictures do to the suites `dialogs` and `composed`, where nobody asks for words.

    python -m scripts.evaluation.written_effect [--data-dir var/demo] [--dialogs N] [--json FILE]

The titles of the rendered products say much of what the pictures show. The same dialogs and the same requests with a
picture are searched with and without them.
"""

import argparse
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval.facets import Facets
from retrieval.item_words import written
from retrieval.query import ComposedQuery, ItemReference, TextQuery, WeightedQuery
from retrieval.search_result import SearchResult
from retrieval.searcher import Searcher
from retrieval.sentence_encoder import load_sentence_encoder
from retrieval.wishes import caption
from retrieval.words_channel import WordsChannel
from scripts.evaluation.composed import FIRST
from scripts.evaluation.dialogs import score_dialogs
from scripts.evaluation.suite import SEED, Figures, Items, Rendered, open_rendered
from scripts.evaluation.written import add_arguments
from scripts.training.held_out import choose_references, has, load_requests


class Asked:
    """A searcher that is given the words of a request, too, as the bot gives them."""

    def __init__(self, searcher: Searcher) -> None:
        self._searcher = searcher

    def search(self, queries: Sequence[WeightedQuery], k: int, exclude: Collection[str] = ()) -> SearchResult:
        """See `Searcher.search`."""
        *earlier, newest = queries
        said = {TextQuery: "text", ComposedQuery: "relative_caption"}.get(type(newest.query))
        if said and not newest.words:
            newest = replace(newest, words=caption([getattr(newest.query, said)]))
        return self._searcher.search([*earlier, newest], k, exclude)


def score(searcher: Asked, items: Items, dialogs: int) -> Figures:
    """Some figures of both suites."""
    figures = score_dialogs(searcher, items, dialogs, SEED, always_closest=False)
    requests = load_requests()
    shares = []
    for request, reference in zip(requests, choose_references(requests, items, SEED), strict=True):
        if reference is None:
            continue
        wanted = {"category": str(items[reference]["category"]), **request.wanted}
        hits = searcher.search([WeightedQuery(ComposedQuery(ItemReference(reference), request.text))], FIRST).hits
        shares.append(sum(has(items[hit.item_id], wanted) for hit in hits) / FIRST)
    return figures | {"composed.wanted_kind.p6": round(float(np.mean(shares)), 4)}


def with_titles(rendered: Rendered, model: str, device: str) -> WordsChannel:
    """The words beside all products."""
    sentences = load_sentence_encoder(model, device)
    items = list(rendered.snapshot.items())
    return WordsChannel(sentences.encode([written(item.metadata) for item in items]), sentences, Facets(items))


def main(arguments: list[str] | None = None) -> int:
    """Prints the figures without and with words."""
    parser = argparse.ArgumentParser(prog="python -m scripts.evaluation.written_effect", description=__doc__)
    add_arguments(parser)
    parser.add_argument("--dialogs", type=int, default=100, metavar="N", help="dialogs (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    options = parser.parse_args(arguments)
    figures: dict[str, Figures] = {}
    with open_rendered(options) as rendered:
        words = with_titles(rendered, options.sentence_model, options.device)
        for name, channel in (("without", None), ("with", words)):
            snapshot = rendered.snapshot
            templates = snapshot.manifest.templates
            searcher = Searcher(
                rendered.encoder, rendered.composition, snapshot.index, snapshot, templates, words=channel
            )
            figures[name] = score(Asked(searcher), rendered.items, options.dialogs)
    for name, value in figures["without"].items():
        print(f"{name:50} without {value:8.4f}   with {figures['with'][name]:8.4f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
