"""An open_clip model as the `Encoder` of pictures and words."""

import contextlib
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from PIL import Image

from retrieval.clip_models import ClipModel, load_model
from retrieval.errors import ModelUnavailable
from retrieval.heat_map import Heat, fit, layer_cam, occlusion
from retrieval.preprocess import TARGET_RATIO, Preprocess
from retrieval.protocols import Embeddings, Features

_PICTURES_PER_BATCH = 32
_TEXTS_PER_BATCH = 128
_CHARACTERS_PER_TOKEN = 16

T = TypeVar("T")


def load_encoder(model: str, pretrained: str | None = None, device: str = "cpu") -> "ClipEncoder":
    """Loads a model by name, from a folder, or the bundled `tiny-clip`; see `clip_models.load_model`.

    Args:
        model: name or folder.
        pretrained: tag or weights file, for a name that open_clip knows.
        device: `cpu`, `cuda`, `cuda:<n>`, or `auto` for CUDA where there is any.

    Raises:
        ModelUnavailable: one sentence that says what to change.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ModelUnavailable("The device cuda was asked for, but there is no usable GPU: choose cpu or auto.")
    return ClipEncoder(load_model(model, pretrained), device)


class ClipEncoder:
    """Pictures and words to raw features. Weights stored in half precision are run in float32.

    Not thread-safe: one thread owns it.

    Attributes:
        model: name of the model.
        device: where it runs, `cpu` or `cuda[:<n>]`.
        preprocess: what is done to each picture first.
        weights_hash: first 16 hex digits of the sha256 of all tensors.
        combiner_path: the Combiner that came with the model, if one did.
    """

    def __init__(self, loaded: ClipModel, device: str = "cpu") -> None:
        self.model = loaded.name
        self.device = device
        self.combiner_path: Path | None = loaded.combiner_path
        self.preprocess = _preprocess(loaded.preprocessing)
        self.weights_hash = _weights_hash(loaded.network)
        self._network = loaded.network.to(device)
        self._tokenizer = loaded.tokenizer
        self._text_tower = _text_tower(loaded)
        self._dimension: int = self.encode_texts([""]).shape[1]

    @property
    def fingerprint(self) -> str:
        """`<model>@<weights>@<preprocessing>`; equal fingerprints mean interchangeable features."""
        numbers = json.dumps({k: v for k, v in asdict(self.preprocess).items() if k != "target_ratio"}, sort_keys=True)
        digest = hashlib.sha256(numbers.encode()).hexdigest()[:8]
        return f"{self.model}@{self.weights_hash}@pad{self.preprocess.target_ratio}-{self.preprocess.size}px-{digest}"

    @property
    def dimension(self) -> int:
        """d, the width of the features."""
        return self._dimension

    def encode_images(self, pictures: Sequence[Image.Image]) -> Features:
        """RGB pictures of any size -> [n, d] raw features."""
        with torch.inference_mode():
            return self._joined(
                self._network.encode_image(self.preprocess(batch).to(self.device), normalize=False)
                for batch in _batches(pictures, _PICTURES_PER_BATCH)
            )

    def encode_texts(self, texts: Sequence[str]) -> Features:
        """Texts of any length, cut at the model's context -> [n, d] raw features."""
        with torch.inference_mode():
            return self._joined(self._text_tower(self._tokens(batch)) for batch in _batches(texts, _TEXTS_PER_BATCH))

    def heat_map(self, picture: Image.Image, direction: Embeddings, occluding: bool = False) -> Heat:
        """Where an RGB picture speaks for a direction, [1, d]; see `retrieval.heat_map`.

        `occluding` takes the slow way, and so does a tower whose stages nobody knows.
        """
        pixels = self.preprocess([picture]).to(self.device)
        if not occluding:
            with contextlib.suppress(ModelUnavailable):
                return layer_cam(self._network.visual, self._encode_pixels, pixels, direction)
        return occlusion(self._encode_pixels, pixels, direction)

    def fit(self, pixels: torch.Tensor, direction: Embeddings) -> list[float]:
        """See `heat_map.fit`."""
        return fit(self._encode_pixels, pixels, direction)

    def _encode_pixels(self, pixels: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = self._network.encode_image(pixels, normalize=False)
        return features

    def warm_up(self) -> None:
        """Encodes a picture and two texts, so that whatever is set up at first use is set up."""
        self.encode_images([Image.new("RGB", (2 * self.preprocess.size, 3 * self.preprocess.size), "gray")])
        self.encode_texts(["a picture"])
        self.encode_texts(["a picture of something with a longer description"])

    def _tokens(self, texts: Sequence[str]) -> torch.Tensor:
        # Byte pair merging takes quadratic time in the length of a word, and half of a surrogate pair has no bytes.
        limit = _CHARACTERS_PER_TOKEN * int(self._tokenizer.context_length)
        tokens: torch.Tensor = self._tokenizer([text[:limit].encode("utf-8", "replace").decode() for text in texts])
        return tokens.to(self.device)

    def _joined(self, batches: Iterator[torch.Tensor]) -> Features:
        parts = [batch.float().cpu().numpy() for batch in batches]
        features: Features = np.concatenate(parts) if parts else np.empty((0, self.dimension), dtype=np.float32)
        return features


def cut_encode_text(network: Any, tokens: torch.Tensor) -> torch.Tensor:
    """`open_clip.CLIP.encode_text` without the padding after the last end-of-text token: same output, less work.

    Exact only where attention is causal and the end-of-text token is pooled, since then nothing that counts ever looks
    at the padding. Takes and returns tensors as `encode_text` does: [n, context] -> [n, d] raw.
    """
    ends = tokens.argmax(dim=-1)  # the end-of-text token has the highest id
    length = int(ends.max()) + 1
    states = network.token_embedding(tokens[:, :length]) + network.positional_embedding[:length]
    states = network.ln_final(network.transformer(states, attn_mask=network.attn_mask[:length, :length]))
    pooled = states[torch.arange(len(tokens), device=tokens.device), ends]
    projection = network.text_projection
    features: torch.Tensor
    if isinstance(projection, torch.nn.Linear):
        features = projection(pooled)
    else:
        features = pooled if projection is None else pooled @ projection
    return features


def _text_tower(loaded: ClipModel) -> Callable[[torch.Tensor], torch.Tensor]:
    network = loaded.network
    if loaded.causal_text:
        return lambda tokens: cut_encode_text(network, tokens)
    return lambda tokens: network.encode_text(tokens, normalize=False)


def _preprocess(settings: Mapping[str, Any]) -> Preprocess:
    size = settings["size"]
    sides = {int(side) for side in size} if isinstance(size, (tuple, list)) else {int(size)}
    if len(sides) != 1:
        raise ModelUnavailable(f"The model takes pictures of {sorted(sides)} pixels; only square ones are supported.")
    mean, std = (tuple(float(value) for value in settings[name]) for name in ("mean", "std"))
    # open_clip's word for "pad until everything is seen"; all other models see what the published TargetPad leaves.
    ratio = 1.0 if settings.get("resize_mode") == "longest" else TARGET_RATIO
    return Preprocess(sides.pop(), (mean[0], mean[1], mean[2]), (std[0], std[1], std[2]), ratio)


def _weights_hash(network: Any) -> str:
    """Of the tensors, not the file: the same weights in another container make the same features."""
    digest = hashlib.sha256()
    for name, tensor in sorted(network.state_dict().items()):
        digest.update(f"{name} {tensor.dtype} {tuple(tensor.shape)}\n".encode())
        digest.update(tensor.contiguous().numpy().data)
    return digest.hexdigest()[:16]


def _batches(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (values[start : start + size] for start in range(0, len(values), size))
