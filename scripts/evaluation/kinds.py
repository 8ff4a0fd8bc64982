"""Which kind?: is the question put where hits are of several kinds, and not where they are of one?

On the real photos, whose labels the search does not know: the first 50 hits of requests that name one of the labelled
kinds ("hat", "a black hat"), and of vague ones ("something blue"). `kinds.asked.<sort>`: share of the requests at which
the question would be put; `kinds.asked_in_vain`: of those whose 50 hits have nearly all the same label, over all
requests; `kinds.purity`: where it is put, share of the hits that have the commonest label of their group, and
`kinds.purity.undivided` of all 50.
"""

import argparse
from collections import Counter
from collections.abc import Sequence

import numpy as np

from retrieval.embedding import normalize
from retrieval.kinds import CLEAR, clearest_clusters
from retrieval.query import TextQuery, WeightedQuery
from scripts.evaluation.photo_collection import PhotoCollection, add_photos, open_photos
from scripts.evaluation.suite import Figures

HITS = 50
ONE_KIND = 0.9
"""Share of one label from which hits are of one kind."""
VAGUE = (
    "clothes", "something blue", "something red", "for summer", "for the winter", "with stripes", "black", "white",
    "green", "something warm", "for children", "for the beach", "sportswear", "elegant", "pink", "for work", "checked",
    "leather", "a present", "for a party",
)  # fmt: skip
_NO_KIND = {"Not sure", "Other", "Skip"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The photos."""
    add_photos(parser)


def measure(options: argparse.Namespace) -> Figures:
    """`kinds.…`; nothing without `--photos`."""
    if options.photos is None:
        return {}
    with open_photos(options) as photos:
        names = [label.lower() for label in sorted({*photos.labels} - _NO_KIND)]
        requests = {"named": [*names, *(f"a black {name}" for name in names)], "vague": VAGUE}
        asked: dict[str, list[bool]] = {}
        in_vain, divided, undivided = [], [], []
        for sort, texts in requests.items():
            for text in texts:
                clear, pure, whole = judge(photos, text)
                asked.setdefault(sort, []).append(clear >= CLEAR)
                in_vain.append(clear >= CLEAR and whole >= ONE_KIND)
                if clear >= CLEAR:
                    divided.append(pure)
                    undivided.append(whole)
        figures = {f"kinds.asked.{sort}": float(np.mean(answers)) for sort, answers in asked.items()}
        figures["kinds.asked_in_vain"] = float(np.mean(in_vain))
        if divided:
            figures["kinds.purity"] = float(np.mean(divided))
            figures["kinds.purity.undivided"] = float(np.mean(undivided))
        return {name: round(value, 4) for name, value in figures.items()}


def judge(photos: PhotoCollection, text: str) -> tuple[float, float, float]:
    """Silhouette of the clearest groups of a request's hits, the purity of the groups, and that of all hits."""
    hits = photos.searcher.search([WeightedQuery(TextQuery(text))], HITS).hits
    rows = [photos.snapshot.row(hit.item_id) for hit in hits]
    clear, groups = clearest_clusters(normalize(photos.snapshot.features(rows)))
    labels = np.array([photos.labels[row] for row in rows])
    commonest = sum(_most(labels[groups == group].tolist()) for group in set(groups.tolist()))
    return clear, commonest / len(rows), _most(labels.tolist()) / len(rows)


def _most(labels: Sequence[str]) -> int:
    return Counter(labels).most_common(1)[0][1]
