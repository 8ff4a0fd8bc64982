"""How well a composition answers requests: the measure that decides whether a Combiner may be saved."""

from collections.abc import Mapping

import numpy as np

from retrieval.embedding import normalize
from retrieval.protocols import Composition, Features
from scripts.training.triplets import Collection, Requests, answers
from scripts.training.validation import FIRST


def compare_compositions(
    compositions: Mapping[str, Composition],
    features: Features,
    collection: Collection,
    requests: Requests,
    text_features: Features,
) -> dict[str, dict[str, float]]:
    """For each composition: `wanted`, `same_look` and `closest`, over all requests.

    Each is the share of the first six pictures that are right in the table of that name, see `triplets.Answers`;
    requests that fewer than six pictures answer count as many as there are.
    """
    gallery = np.arange(len(features))
    found = answers(collection, requests, np.arange(len(requests.texts)), gallery)
    embeddings = normalize(features)
    result = {}
    for name, composition in compositions.items():
        factors = composition(features[requests.references], text_features)
        similarities = np.einsum("nmd,gd->nmg", factors, embeddings)
        scores = similarities[:, 0] if similarities.shape[1] == 1 else np.maximum(similarities, 0).prod(axis=1)
        # A reference is never shown again.
        scores[np.arange(len(scores)), requests.references] = -np.inf
        shares: dict[str, list[float]] = {"wanted": [], "same_look": [], "closest": []}
        for row, order in enumerate(np.argsort(-scores, axis=1)):
            for measure, values in shares.items():
                right = getattr(found, measure)[row] == 1
                possible = min(FIRST, int(right.sum()))
                if possible:
                    values.append(float(right[order[:possible]].mean()))
        result[name] = {measure: float(np.mean(values)) for measure, values in shares.items()}
    return result
