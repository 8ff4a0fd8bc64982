"""Where in a picture the words are seen: LayerCAM through the image tower, and occlusion as the reference for it.

LayerCAM (Jiang et al. 2021, "LayerCAM: Exploring Hierarchical Class Activation Maps for Localization", equation 6)
weighs every activation of a stage by the positive part of its own gradient. The maps of an early stage are sharp and
those of a late one know what they see, so those of three stages are multiplied. What is followed back is not how well
the picture fits the words but how much better than it fits a word for its kind: "a dress with a belt" less "a dress"
leaves the belt.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from retrieval.errors import ModelUnavailable
from retrieval.protocols import Embeddings

Heat = NDArray[np.float32]
"""[size, size], from 0 to 1: of each pixel that the model sees, how much it speaks for the words."""
Encode = Callable[[torch.Tensor], torch.Tensor]
"""[n, 3, size, size] pixels as the model wants them -> [n, d] raw features."""

_EPSILON = 1e-12
_FLOOR = 0.02
"""Of each stage's map: where one sees nothing the others still count, a little."""
_PATCHES_ACROSS = 7
_BATCH = 32


def layer_cam(visual: torch.nn.Module, encode: Encode, pixels: torch.Tensor, direction: Embeddings) -> Heat:
    """The map of one picture.

    Args:
        visual: the image tower, see `stages`.
        encode: runs it.
        pixels: [1, 3, size, size].
        direction: [1, d], what the embedding is multiplied with.

    Raises:
        ModelUnavailable: the tower is of a kind whose stages nobody knows; `occlusion` takes any.
    """
    size = int(pixels.shape[-1])
    with torch.enable_grad(), _watched(stages(visual)) as seen:
        features = encode(pixels.detach().clone().requires_grad_(True))
        embedding = torch.nn.functional.normalize(features, dim=-1)
        activations = [_grid(activation) for activation in seen]
        gradients = torch.autograd.grad(
            (embedding @ torch.from_numpy(direction[0]).to(embedding)).sum(), seen, allow_unused=True
        )
    product: Heat = np.ones((size, size), dtype=np.float32)
    for activation, gradient in zip(activations, gradients, strict=True):
        if gradient is None:
            continue
        cam = torch.relu((torch.relu(_grid(gradient)) * activation).sum(dim=1))[0]
        cam_map = _scaled(cv2.resize(cam.detach().float().cpu().numpy(), (size, size), interpolation=cv2.INTER_CUBIC))
        product *= _FLOOR + cam_map
    return _scaled(product - product.min())


def occlusion(encode: Encode, pixels: torch.Tensor, direction: Embeddings, across: int = _PATCHES_ACROSS) -> Heat:
    """The map of one picture, by covering one square after the other with its blurred self (Zeiler & Fergus 2014).

    Slow, but it needs nothing of the network. A square is 2 / (`across` + 1) wide, and overlaps the next by half.
    """
    size = int(pixels.shape[-1])
    side = max(2 * size // (across + 1), 1)
    plain = blurred(pixels)
    corners = [(y, x) for y in _starts(size, side, across) for x in _starts(size, side, across)]
    covered = []
    for y, x in corners:
        picture = pixels.clone()
        picture[..., y : y + side, x : x + side] = plain[..., y : y + side, x : x + side]
        covered.append(picture)
    whole, *covered_fits = fit(encode, torch.cat([pixels, *covered]), direction)
    total, times = np.zeros((size, size), dtype=np.float32), np.zeros((size, size), dtype=np.float32)
    for (y, x), left in zip(corners, covered_fits, strict=True):
        total[y : y + side, x : x + side] += whole - left
        times[y : y + side, x : x + side] += 1
    return _scaled(total / np.maximum(times, 1))


def stages(visual: torch.nn.Module) -> list[torch.nn.Module]:
    """Three modules of an image tower, early to late, whose output is still a grid of places.

    Raises:
        ModelUnavailable: it is neither of open_clip's towers nor one of timm's with stages or blocks.
    """
    tower: Any = visual
    if hasattr(tower, "layer4"):  # open_clip.ModifiedResNet
        return [tower.layer2, tower.layer3, tower.layer4]
    trunk = getattr(tower, "trunk", tower)
    blocks = getattr(getattr(tower, "transformer", None), "resblocks", None)
    if blocks is None:
        blocks = getattr(trunk, "blocks", None)
    if isinstance(blocks, torch.nn.Sequential | torch.nn.ModuleList) and len(blocks) > 1:
        # The last block's places lead nowhere where only the class token is pooled: the one before is the latest.
        last = len(blocks) - 2
        return [blocks[number] for number in sorted({last // 2, (3 * last) // 4, last})]
    named = [getattr(trunk, entry["module"].split(".")[0], None) for entry in _feature_info(trunk)]
    found = [module for module in named if isinstance(module, torch.nn.Module)]
    if not found:
        raise ModelUnavailable(f"Nobody knows the stages of a {type(visual).__name__}.")
    return found[-3:]


def _feature_info(trunk: Any) -> Sequence[dict[str, str]]:
    info = getattr(trunk, "feature_info", ())
    return list(getattr(info, "info", info))


@contextmanager
def _watched(modules: Sequence[torch.nn.Module]) -> Iterator[list[torch.Tensor]]:
    """What the modules give out, in their order, once something has run."""
    seen: list[torch.Tensor] = []

    def keep(_: torch.nn.Module, __: Any, output: torch.Tensor) -> None:
        seen.append(output)

    hooks = [module.register_forward_hook(keep) for module in modules]
    try:
        yield seen
    finally:
        for hook in hooks:
            hook.remove()


def _grid(output: torch.Tensor) -> torch.Tensor:
    """[1, channels, h, w] of an output that is that already, or of tokens [1, places, channels], class tokens first."""
    if output.ndim == 4:
        return output
    side = int(output.shape[1] ** 0.5)
    places = output[:, output.shape[1] - side * side :]
    return places.transpose(1, 2).reshape(1, -1, side, side)


def fit(encode: Encode, pixels: torch.Tensor, direction: Embeddings) -> list[float]:
    """How well pictures [n, 3, size, size] fit a direction [1, d]: their embeddings' products with it."""
    fits: list[float] = []
    with torch.inference_mode():
        for batch in pixels.split(_BATCH):
            embeddings = torch.nn.functional.normalize(encode(batch).float(), dim=-1)
            fits += (embeddings @ torch.from_numpy(direction[0]).to(embeddings)).tolist()
    return fits


def blurred(pixels: torch.Tensor) -> torch.Tensor:
    """Pictures [n, 3, size, size] with nothing left but their broad colours."""
    side = 2 * (pixels.shape[-1] // 9) + 1
    margin = side // 2
    padded = torch.nn.functional.pad(pixels, (margin,) * 4, mode="reflect")
    return torch.nn.functional.avg_pool2d(padded, side, 1)


def _starts(size: int, side: int, across: int) -> list[int]:
    return sorted({round(number * (size - side) / max(across - 1, 1)) for number in range(across)})


def _scaled(heat: NDArray[Any]) -> Heat:
    """Without what speaks against the words, and 1 at the highest; all 0 where nothing speaks for them."""
    positive = np.maximum(np.nan_to_num(heat), 0).astype(np.float32)
    highest = float(positive.max())
    return positive / highest if highest > _EPSILON else np.zeros_like(positive)
