"""The image tower of a CLIP model, and a quicker way to run batches: weights and pictures in bfloat16."""

import copy
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

logger = logging.getLogger(__name__)

RUNTIMES = ("auto", "float32", "bfloat16")
"""What `choose_image_tower` takes: the quicker one by measurement, or one of them."""
LEAST_COSINE = 0.999
"""To float32, of each picture; below it bfloat16 is refused."""
_ROUNDS = 2

Tower = Callable[[torch.Tensor], torch.Tensor]
"""[n, 3, size, size] float32 -> [n, d] raw features."""


@dataclass(frozen=True, slots=True)
class ChosenTower:
    """How batches of pictures are encoded: `float32` or `bfloat16`."""

    runtime: str
    encode: Tower


def choose_image_tower(network: Any, probe: torch.Tensor, runtime: str = "auto") -> ChosenTower:
    """The tower for batches on the CPU, tried and measured here and now.

    A processor with instructions for bfloat16 is two to five times as quick with it; one without is slower.

    Args:
        network: the open_clip model, in float32; it stays as it is.
        probe: [n, 3, size, size], some pictures as the tower will see them.
        runtime: one of `RUNTIMES`.
    """

    def plain(pictures: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = network.encode_image(pictures, normalize=False)
        return features

    if runtime == "float32":
        return ChosenTower("float32", plain)
    try:
        half = _in_bfloat16(network.visual)
        expected, found = plain(probe), half(probe)
    except RuntimeError as error:
        logger.info("Pictures are encoded in float32: bfloat16 cannot be used here (%s)", str(error).split("\n")[0])
        return ChosenTower("float32", plain)
    cosine = float(torch.nn.functional.cosine_similarity(found.double(), expected.double()).min())
    if not cosine >= LEAST_COSINE:  # NaN is not
        logger.warning("Pictures are encoded in float32: in bfloat16 their cosine to it is %.4f only", cosine)
        return ChosenTower("float32", plain)
    half_ms, plain_ms = _best_ms((half, plain), probe)
    if runtime == "auto" and half_ms >= plain_ms:
        return ChosenTower("float32", plain)
    logger.info("Pictures are encoded in bfloat16: %.1f ms each, %.1f ms in float32", half_ms, plain_ms)
    return ChosenTower("bfloat16", half)


def _in_bfloat16(visual: Any) -> Tower:
    """A copy of the tower; convolutions keep the channels last in memory, and swallow the normalisation after them."""
    tower = copy.deepcopy(visual)
    for module in tower.modules():
        # timm's ConvNormAct; its normalisation also holds the activation.
        convolution, norm = getattr(module, "conv", None), getattr(module, "bn", None)
        if isinstance(convolution, torch.nn.Conv2d) and isinstance(norm, torch.nn.BatchNorm2d):
            module.conv = torch.nn.utils.fuse_conv_bn_eval(convolution, norm)
            module.bn = torch.nn.Sequential(*(getattr(norm, name) for name in ("drop", "act") if hasattr(norm, name)))
    tower = tower.to(torch.bfloat16, memory_format=torch.channels_last)

    def encode(pictures: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = tower(pictures.to(torch.bfloat16, memory_format=torch.channels_last))
        return features.float()

    return encode


def _best_ms(towers: Sequence[Tower], probe: torch.Tensor) -> list[float]:
    """Of one picture: the least time of this thread in a few rounds, since what a busy machine adds is nobody's."""
    best = [float("inf")] * len(towers)
    for _ in range(_ROUNDS):
        for place, tower in enumerate(towers):
            started = time.thread_time()
            tower(probe)
            best[place] = min(best[place], 1e3 * (time.thread_time() - started) / len(probe))
    return best
