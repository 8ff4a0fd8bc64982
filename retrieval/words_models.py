"""The models that read words, loaded when words are first seen; without them everything goes on without words."""

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from retrieval.errors import ModelUnavailable
from retrieval.reranker import Reranker, load_reranker
from retrieval.sentence_encoder import SentenceEncoder, load_sentence_encoder

logger = logging.getLogger(__name__)

Model = TypeVar("Model")
NONE = "none"
"""How a person writes that there shall be no such model."""


class WordsModels:
    """Which sentence encoder and which reranker are used here. May be asked from any thread."""

    def __init__(self, sentence: str | None, rerank: str | None = None, device: str = "cpu") -> None:
        """Names of the hub or folders; None, or `none`, for no words and for no reranking."""
        self._device = device
        self._lock = threading.Lock()
        self._encoder: SentenceEncoder | None = None
        self._reranker: Reranker | None = None
        self._sentence = None if sentence == NONE else sentence
        self._rerank = None if rerank == NONE else rerank

    def encoder(self) -> SentenceEncoder | None:
        """The sentence encoder; None, with one line in the log, where it cannot be had."""
        with self._lock:
            if self._sentence is not None:
                self._encoder = self._load(load_sentence_encoder, self._sentence)
                self._sentence = None  # tried once
            return self._encoder

    def reranker(self) -> Reranker | None:
        """The reranker; None, with one line in the log, where it cannot be had."""
        with self._lock:
            if self._rerank is not None:
                self._reranker = self._load(load_reranker, self._rerank)
                self._rerank = None
            return self._reranker

    def _load(self, load: Callable[[str, str], Model], name: str) -> Model | None:
        try:
            return load(name, self._device)
        except ModelUnavailable as error:
            logger.warning("Words beside the pictures are used without a model: %s", error)
            return None
