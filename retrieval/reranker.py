"""Cross-encoders (Nogueira and Cho, arXiv 1901.04085): text and words read together, slow and exact; for few hits."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np

from retrieval.errors import ModelUnavailable
from retrieval.protocols import Scores
from retrieval.sentence_encoder import loading

_MAX_CHARACTERS = 2_000
"""Of the words of one item; more than the 512 word pieces that these models read."""
_BATCH = 16


class Reranker(Protocol):
    """Judges how well texts answer another one. Not thread-safe: one thread owns it."""

    def scores(self, text: str, answers: Sequence[str]) -> Scores:
        """[n], bigger is better; comparable with each other only."""
        ...


class CrossEncoderReranker:
    """A `sentence_transformers.CrossEncoder` with one output."""

    def __init__(self, model: Any) -> None:
        """Raises ModelUnavailable where the model gives several numbers for a pair."""
        if model.num_labels != 1:
            raise ModelUnavailable(
                f"the rerank model gives {model.num_labels} numbers for a pair of texts; one that ranks gives 1."
            )
        self._model = model

    def scores(self, text: str, answers: Sequence[str]) -> Scores:
        """See `Reranker.scores`."""
        pairs = [(text, answer[:_MAX_CHARACTERS]) for answer in answers]
        judged = self._model.predict(pairs, batch_size=_BATCH, show_progress_bar=False)
        return np.nan_to_num(np.asarray(judged, dtype=np.float32).reshape(len(pairs)), nan=-np.inf)


def load_reranker(name: str, device: str = "cpu") -> CrossEncoderReranker:
    """Load a cross-encoder by its hub name or folder. Raises ModelUnavailable."""
    with loading(f"rerank model {name!r}", "RERANK_MODEL"):
        from sentence_transformers import CrossEncoder

        return CrossEncoderReranker(CrossEncoder(name, device=device))
