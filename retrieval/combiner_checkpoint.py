"""Reading and writing Combiner checkpoints; what is in a file is never trusted.

Read: the published `{"epoch": …, "Combiner": {12 tensors}}`, a bare dictionary of the 12 tensors, both written by
`torch.save`, and `.safetensors`. Written: `.safetensors`, whose metadata names the encoder the Combiner was trained
for, because its numbers mean nothing next to another one.
"""

import hashlib
import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import safetensors
import safetensors.torch
import torch

from retrieval.combiner import Combiner
from retrieval.errors import CombinerInvalid
from retrieval.reading_errors import READING_ERRORS

_RAW = "raw"
"""What the metadata of our own files say of the inputs: features as CLIP returned them, un-normalised."""


@dataclass(frozen=True, slots=True)
class CombinerCheckpoint:
    """A Combiner as it was in its file.

    Attributes:
        combiner: float32, on the CPU, in evaluation mode.
        name: `combiner:<first 12 hex digits of the file's sha256>`.
        weights_hash: `ClipEncoder.weights_hash` of the encoder it was trained for; None where the file does not say.
    """

    combiner: Combiner
    name: str
    weights_hash: str | None


def load_combiner(path: Path) -> CombinerCheckpoint:
    """Reads a checkpoint; the sizes come from the shapes of its tensors.

    Raises:
        CombinerInvalid: no such file, pickled code, missing, unknown or misshapen tensors, NaN.
    """
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise CombinerInvalid(f"The Combiner {path.name} cannot be read: {error.strerror}.") from error
    try:
        tensors, weights_hash = _read(path)
    except pickle.UnpicklingError as error:
        raise CombinerInvalid(
            f"The Combiner {path.name} is refused: it is damaged, or holds pickled code besides tensors."
        ) from error
    except READING_ERRORS as error:
        raise CombinerInvalid(f"The Combiner {path.name} is damaged or is no checkpoint.") from error
    combiner = _build(tensors, path.name)
    return CombinerCheckpoint(combiner, f"combiner:{digest[:12]}", weights_hash)


def save_combiner(
    combiner: Combiner, path: Path, weights_hash: str | None = None, dtype: torch.dtype = torch.float32
) -> None:
    """Writes `.safetensors`; float16 halves the file and is run in float32 again.

    Args:
        combiner: on any device.
        path: ends in `.safetensors`.
        weights_hash: `ClipEncoder.weights_hash` of the encoder it was trained for.
        dtype: of the tensors in the file.
    """
    tensors = {name: tensor.detach().to("cpu", dtype).contiguous() for name, tensor in combiner.state_dict().items()}
    metadata = {"format": "pictalk-combiner-1", "features": _RAW, "preprocessing": "TargetPad 1.25"}
    if weights_hash is not None:
        metadata["weights_hash"] = weights_hash
    safetensors.torch.save_file(tensors, path, metadata)


def _read(path: Path) -> tuple[object, str | None]:
    if path.suffix == ".safetensors":
        with safetensors.safe_open(path, framework="pt") as opened:
            metadata = opened.metadata() or {}
            if metadata.get("features", _RAW) != _RAW:
                raise CombinerInvalid(
                    f"The Combiner {path.name} was trained on features that are not raw: train it again."
                )
            return {name: opened.get_tensor(name) for name in opened.keys()}, metadata.get("weights_hash")  # noqa: SIM118 - safe_open is not iterable
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    if isinstance(checkpoint, Mapping) and isinstance(checkpoint.get("Combiner"), Mapping):
        return checkpoint["Combiner"], None
    return checkpoint, None


def _build(tensors: object, file_name: str) -> Combiner:
    if not isinstance(tensors, Mapping):
        raise CombinerInvalid(f"The Combiner {file_name} holds no dictionary of tensors.")
    with torch.device("meta"):  # names without numbers: nothing is allocated or initialised
        names = set(Combiner(1, 1, 1).state_dict())
    if missing := sorted(names - tensors.keys()):
        raise CombinerInvalid(f"The Combiner {file_name} lacks {_listed(missing)}.")
    if unknown := sorted(str(name) for name in tensors.keys() - names):
        raise CombinerInvalid(f"The Combiner {file_name} is of another architecture: it also holds {_listed(unknown)}.")
    state = {}
    for name in sorted(names):
        tensor = tensors[name]
        if not isinstance(tensor, torch.Tensor) or tensor.layout != torch.strided or not tensor.is_floating_point():
            raise CombinerInvalid(f"The Combiner {file_name} holds something other than numbers as {name}.")
        state[name] = tensor.to(torch.float32).contiguous()
    if state["text_projection_layer.weight"].ndim != 2 or state["output_layer.weight"].ndim != 2:
        raise CombinerInvalid(f"The Combiner {file_name} has tensors of the wrong shape.")
    projection_dim, clip_feature_dim = state["text_projection_layer.weight"].shape
    hidden_dim = state["output_layer.weight"].shape[1]
    with torch.device("meta"):
        combiner = Combiner(clip_feature_dim, projection_dim, hidden_dim)
    for name, expected in combiner.state_dict().items():
        if state[name].shape != expected.shape:
            raise CombinerInvalid(
                f"The Combiner {file_name} has {name} of shape {list(state[name].shape)} "
                f"where its other tensors ask for {list(expected.shape)}."
            )
        if not torch.isfinite(state[name]).all():
            raise CombinerInvalid(f"The Combiner {file_name} has numbers that are not finite in {name}.")
    combiner.load_state_dict(state, assign=True)
    return combiner.eval().requires_grad_(False)


def _listed(names: list[str]) -> str:
    """At most three names, and how many more."""
    shown = ", ".join(names[:3])
    return shown if len(names) <= 3 else f"{shown} and {len(names) - 3} more tensors"
