"""The image tower of a CLIP model, and quicker ways to run batches: in bfloat16, and with linear layers in int8."""

import copy
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import torch

from retrieval.int8_layers import replace_layers

logger = logging.getLogger(__name__)

RUNTIMES = ("auto", "float32", "bfloat16", "int8")
"""What `choose_image_tower` takes: the quickest one by measurement, or one of them."""
LEAST_COSINE = 0.999
"""To float32, of each picture; below it the others are refused."""
_FEWEST_LAYERS = 4
"""That int8 replaces; with fewer it would save nothing."""
_AT_ONCE = 16
"""Pictures."""
_ROUNDS = 2

Tower = Callable[[torch.Tensor], torch.Tensor]
"""[n, 3, size, size] float32 -> [n, d] raw features."""


@dataclass(frozen=True, slots=True)
class ChosenTower:
    """How batches of pictures are encoded: `float32`, `bfloat16` or `int8`."""

    runtime: str
    encode: Tower


def choose_image_tower(network: Any, probe: torch.Tensor, runtime: str = "auto") -> ChosenTower:
    """The tower for batches on the CPU, tried and measured here and now.

    A processor with instructions for bfloat16 is two to five times as quick with it, one with those for products of
    bytes three times as quick with transformers in int8; one without is slower.

    Args:
        network: the open_clip model, in float32; it stays as it is.
        probe: [n, 3, size, size], some pictures as the tower will see them.
        runtime: one of `RUNTIMES`.
    """

    def plain(pictures: torch.Tensor) -> torch.Tensor:
        features: torch.Tensor = network.encode_image(pictures, normalize=False)
        return features

    chosen = ChosenTower("float32", plain)
    if runtime == "float32":
        return chosen
    expected = plain(probe)
    plain_ms = best_ms = _best_ms(plain, probe)
    for name in _MADE if runtime == "auto" else (runtime,):
        tower = _tried(name, network.visual, probe, expected)
        if tower is not None and ((ms := _best_ms(tower, probe)) < best_ms or runtime != "auto"):
            chosen, best_ms = ChosenTower(name, tower), ms
    if chosen.runtime != "float32":
        logger.info("Pictures are encoded in %s: %.1f ms each, %.1f ms in float32", chosen.runtime, best_ms, plain_ms)
    return chosen


def _tried(name: str, visual: Any, probe: torch.Tensor, expected: torch.Tensor) -> Tower | None:
    """The tower in that runtime; None, with a line in the log, where it cannot be had or changes the features."""
    try:
        tower = _MADE[name](visual)
        found = tower(probe)
    except (RuntimeError, AttributeError) as error:  # the second one where a tower looks into its own layers
        logger.info("Pictures are not encoded in %s here (%s)", name, str(error).split("\n")[0])
        return None
    cosine = float(torch.nn.functional.cosine_similarity(found.double(), expected.double()).min())
    if not cosine >= LEAST_COSINE:  # NaN is not
        logger.warning("Pictures are not encoded in %s: their cosine to float32 is %.4f only", name, cosine)
        return None
    return tower


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


def _in_int8(visual: Any) -> Tower:
    """A copy of the tower with linear layers in int8, a few pictures at once, so that what is between stays cached."""
    tower = copy.deepcopy(visual)
    if replace_layers(tower) < _FEWEST_LAYERS:
        raise RuntimeError("the tower is no transformer")

    def encode(pictures: torch.Tensor) -> torch.Tensor:
        return torch.cat([tower(part) for part in pictures.split(_AT_ONCE)])

    return encode


_MADE: Mapping[str, Callable[[Any], Tower]] = {"bfloat16": _in_bfloat16, "int8": _in_int8}


def _best_ms(tower: Tower, probe: torch.Tensor) -> float:
    """Of one picture: the least time of this thread in a few rounds, since what a busy machine adds is nobody's."""
    best = float("inf")
    for _ in range(_ROUNDS):
        started = time.thread_time()
        tower(probe)
        best = min(best, 1e3 * (time.thread_time() - started) / len(probe))
    return best
