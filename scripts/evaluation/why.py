"""Why this picture: does the heat map point at the attribute that was asked for?

Rendered products that nothing was trained on, each asked for one attribute that shows in one place: a neckline, the
sleeves, a detail. Where it shows is known, because the renderer can leave it out (`scripts/rendering/regions.py`).
`why.pointing_game`: share of maps whose highest point lies in that region, or within 15 pixels of it (Zhang et al.
2018, "Top-down Neural Attention by Excitation Backprop", section 4.1); `.<key>` by attribute, `.occlusion` of the
reference method, `.random` of random maps, `.chance` of a random pixel. `why.deletion` (lower is better) and
`why.insertion` (higher is better; Petsiuk et al. 2018, "RISE", section 4.2): the mean fit with the words while pixels
are blurred, or brought back, from the highest to the lowest; in units of the fit of the whole picture over that of the
blurred one, medians. `why.seconds`: of one map, median; `.occlusion` likewise.
"""

import argparse
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from tqdm import tqdm

from retrieval.clip_encoder import ClipEncoder, load_encoder
from retrieval.explanation import direction_of
from retrieval.heat_map import Heat, blurred
from retrieval.protocols import Embeddings
from scripts.evaluation.suite import SEED, Figures, add_model
from scripts.rendering.attributes import DETAILS, SLOTS, Product, sample_products
from scripts.rendering.product_photo import render
from scripts.rendering.regions import region_of

TOLERANCE = 15
_LEAST_REGION = 20
_STEPS = 12
_SAID: Mapping[str, str] = {
    "V-neck": "with a V-neck",
    "collar": "with a collar",
    "turtleneck": "with a turtleneck",
    "round": "with a round neck",
    "long": "with long sleeves",
    "short": "with short sleeves",
    "sleeveless": "sleeveless",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One attribute asked of one product, and where in its photo it shows."""

    product: Product
    key: str
    words: str
    region: NDArray[np.bool_]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The model, and how many maps are drawn."""
    add_model(parser)
    parser.add_argument("--explained", type=int, default=120, metavar="N", help="heat maps (%(default)s)")


def measure(options: argparse.Namespace) -> Figures:
    """`why.…`."""
    encoder = load_encoder(options.model, options.pretrained, options.device)
    return score(encoder, list(questions(options.explained, SEED)))


def questions(count: int, seed: int) -> Iterator[Asked]:
    """Products of `sample_products` and one attribute of each, at random."""
    rng = np.random.default_rng((seed, 11))
    made = 0
    for product in rng.permutation(np.array(sample_products(12 * count, 7000 + seed), dtype=object)):
        others = list(_others(product))
        if not others or made == count:
            continue
        key, other = others[int(rng.integers(len(others)))]
        region = region_of(product, key, other)
        if region.sum() >= _LEAST_REGION:
            made += 1
            yield Asked(product, key, _words(product, key), region)


def score(encoder: ClipEncoder, asked: list[Asked]) -> Figures:
    """The metrics."""
    rng = np.random.default_rng(SEED)
    hits: dict[str, list[bool]] = defaultdict(list)
    values: dict[str, list[float]] = defaultdict(list)
    for one in tqdm(asked, desc="why", unit="map", mininterval=10):
        picture = render(one.product)
        direction = direction_of(encoder, one.words, one.product.category)
        near = _near(encoder, one.region)
        values["chance"].append(float(near.mean()))
        noise = cv2.resize(rng.random((7, 7), dtype=np.float32), near.shape, interpolation=cv2.INTER_CUBIC)
        maps: dict[str, Heat] = {"random": noise.astype(np.float32)}
        for name, occluding in (("", False), ("occlusion", True)):
            started = time.perf_counter()
            maps[name] = encoder.heat_map(picture, direction, occluding)
            values[f"seconds.{name}".strip(".")].append(time.perf_counter() - started)
        pixels = encoder.preprocess([picture]).to(encoder.device)
        for name, heat in maps.items():
            hits[name].append(bool(near[np.unravel_index(int(np.argmax(heat)), heat.shape)]))
            for way, mean in _curves(encoder, pixels, direction, heat).items():
                values[f"{way}.{name}".strip(".")].append(mean)
        hits[one.key].append(hits[""][-1])
    figures = {f"why.pointing_game.{name}".strip("."): float(np.mean(found)) for name, found in hits.items()}
    figures["why.pointing_game.chance"] = float(np.mean(values.pop("chance")))
    return figures | {f"why.{name}": float(np.median(found)) for name, found in values.items()}


def _others(product: Product) -> Iterator[tuple[str, str | None]]:
    """Attributes that show in one place, each with a value that the product does not have."""
    for key in ("neckline", "sleeve"):
        value = getattr(product, key)
        yield from ((key, other) for other in SLOTS[product.category].get(key, ()) if value and other != value)
    if product.detail is not None and None in DETAILS[product.category]:
        yield "detail", None


def _words(product: Product, key: str) -> str:
    value = str(getattr(product, key))
    if key == "detail":
        return f"with {value}" if value.endswith("s") else f"with a {value}"
    return _SAID[value]


def _near(encoder: ClipEncoder, region: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which pixels of what the model sees lie in the region or within the tolerance of it."""
    distance = cv2.distanceTransform((~region).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
    near: NDArray[np.bool_] = encoder.preprocess.gather((distance <= TOLERANCE).astype(np.uint8)) > 0
    return near


def _curves(encoder: ClipEncoder, pixels: torch.Tensor, direction: Embeddings, heat: Heat) -> dict[str, float]:
    order = np.argsort(-heat, axis=None, kind="stable")
    plain = blurred(pixels)
    pictures: dict[str, list[torch.Tensor]] = {"deletion": [], "insertion": []}
    for step in range(_STEPS + 1):
        mask = np.zeros(heat.size, dtype=bool)
        mask[order[: round(step / _STEPS * heat.size)]] = True
        taken = torch.from_numpy(mask.reshape(heat.shape)).to(pixels.device)
        pictures["deletion"].append(torch.where(taken, plain, pixels))
        pictures["insertion"].append(torch.where(taken, pixels, plain))
    fits = {way: np.array(encoder.fit(torch.cat(shown), direction)) for way, shown in pictures.items()}
    whole, nothing = fits["deletion"][0], fits["insertion"][0]
    scale = abs(whole - nothing) or 1.0
    return {way: float(np.mean((fit - nothing) / scale)) for way, fit in fits.items()}
