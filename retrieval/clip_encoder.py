"""An open_clip model as the `Encoder` of pictures and words."""

import contextlib
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from PIL import Image

from retrieval.clip_models import ClipModel, load_model
from retrieval.errors import ModelUnavailable
from retrieval.heat_map import Heat, fit, layer_cam, occlusion
from retrieval.image_towers import Tower as ImageTower
from retrieval.image_towers import choose_image_tower
from retrieval.preprocess import TARGET_RATIO, Preprocess, open_picture
from retrieval.protocols import Embeddings, Features
from retrieval.text_towers import choose_text_tower

_PICTURES_PER_BATCH = 32
_LEAST_BATCH = 8
_TEXTS_PER_BATCH = 128
_CHARACTERS_PER_TOKEN = 16
_PROBES = ("a red summer dress", "the same, but darker and with long sleeves", "")
"""On which a quicker text tower is compared with float32."""
_MOST_REMEMBERED = 8
"""More texts in one call are no person's query."""

T = TypeVar("T")


class TextMemory(Protocol):
    """Remembers features of texts beyond this process; callable from the thread that owns the encoder."""

    def get(self, fingerprint: str, texts: Sequence[str], dimension: int) -> Mapping[str, Features]:
        """Each known text -> [1, dimension] raw features that exactly this fingerprint was given for; never raises."""
        ...

    def put(self, fingerprint: str, features: Mapping[str, Features]) -> None:
        """Remembers [1, d] raw features by text; returns at once and never raises."""
        ...


def load_encoder(
    model: str,
    pretrained: str | None = None,
    device: str = "cpu",
    text_runtime: str = "float32",
    image_runtime: str = "float32",
) -> "ClipEncoder":
    """Loads a model by name, from a folder, or the bundled `tiny-clip`; see `clip_models.load_model`.

    Args:
        model: name or folder.
        pretrained: tag or weights file, for a name that open_clip knows.
        device: `cpu`, `cuda`, `cuda:<n>`, or `auto` for CUDA where there is any.
        text_runtime: on the CPU, one of `text_towers.RUNTIMES`.
        image_runtime: likewise, for batches of pictures, one of `image_towers.RUNTIMES`.

    Raises:
        ModelUnavailable: one sentence that says what to change.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise ModelUnavailable("The device cuda was asked for, but there is no usable GPU: choose cpu or auto.")
    return ClipEncoder(load_model(model, pretrained), device, text_runtime, image_runtime)


class ClipEncoder:
    """Pictures and words to raw features. Weights stored in half precision are taken as float32.

    Not thread-safe: one thread owns it.

    Attributes:
        model: name of the model.
        device: where it runs, `cpu` or `cuda[:<n>]`.
        preprocess: what is done to each picture first.
        weights_hash: first 16 hex digits of the sha256 of all tensors.
        combiner_path: the Combiner that came with the model, if one did.
        text_runtime: how words are encoded, `float32` or `float16`; the features are the same but for rounding.
        query_ms: milliseconds that one short text took at loading; 0 where it was not measured.
        text_memory: looked into before a few texts are encoded; None until somebody sets one.
    """

    def __init__(
        self, loaded: ClipModel, device: str = "cpu", text_runtime: str = "float32", image_runtime: str = "float32"
    ) -> None:
        self.model = loaded.name
        self.device = device
        self.combiner_path: Path | None = loaded.combiner_path
        self.preprocess = _preprocess(loaded.preprocessing)
        self.weights_hash = _weights_hash(loaded.network)
        self._network = loaded.network.to(device)
        self._tokenizer = loaded.tokenizer
        self._image_runtime = image_runtime if device == "cpu" else "float32"
        self._batch_tower: ImageTower | None = None
        self.text_memory: TextMemory | None = None
        probes = [self._tokens([text]) for text in _PROBES]
        runtime = text_runtime if device == "cpu" else "float32"
        tower = choose_text_tower(self._network, loaded.causal_text, probes, runtime)
        self._text_tower = tower.encode
        self.text_runtime = tower.runtime
        self.query_ms = tower.query_ms
        self._dimension: int = self.encode_texts([""]).shape[1]

    @cached_property
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
        """RGB pictures of any size -> [n, d] raw features. A few are run in float32, batches in the quicker runtime."""
        with torch.inference_mode():
            return self._joined(self._image_features(batch) for batch in _batches(pictures, _PICTURES_PER_BATCH))

    def prepare(self, data: bytes) -> Image.Image:
        """What `encode_images` needs of a picture's file: RGB, size x size. Callable from several threads at once.

        Large JPEGs are decoded at the smallest scale that leaves enough pixels.

        Raises:
            PictureUnreadable: the reason in one sentence.
        """
        return self.preprocess.square(open_picture(data, enough=self.preprocess.size))

    def _image_features(self, pictures: Sequence[Image.Image]) -> torch.Tensor:
        seen = self.preprocess(pictures).to(self.device)
        if len(pictures) < _LEAST_BATCH or self._image_runtime == "float32":
            features: torch.Tensor = self._network.encode_image(seen, normalize=False)
            return features
        if self._batch_tower is None:  # at the first batch, since whoever only searches never needs it
            self._batch_tower = choose_image_tower(self._network, seen, self._image_runtime).encode
        return self._batch_tower(seen)

    def encode_texts(self, texts: Sequence[str]) -> Features:
        """Texts of any length, cut at the model's context -> [n, d] raw features."""
        if self.text_memory is None or len(texts) > _MOST_REMEMBERED:
            return self._encode_texts(texts)
        fingerprint = f"{self.fingerprint}+{self.text_runtime}"
        found = dict(self.text_memory.get(fingerprint, texts, self.dimension))
        if missing := [text for text in dict.fromkeys(texts) if text not in found]:
            encoded = self._encode_texts(missing)
            new = {text: encoded[place : place + 1] for place, text in enumerate(missing)}
            self.text_memory.put(fingerprint, new)
            found |= new
        return np.concatenate([found[text] for text in texts]) if texts else self._encode_texts(())

    def _encode_texts(self, texts: Sequence[str]) -> Features:
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
