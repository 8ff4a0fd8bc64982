"""The web of a search's results: which belong together, which are alike, and where each is drawn.

Places are in the unit of the canvas, x to the right and y downwards. Squares do not overlap: each group has a sector of
its own around the query in the middle, and in it the better hits lie further inside.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from retrieval.clusters import cluster
from retrieval.protocols import Embeddings
from retrieval.spherical_kmeans import Labels

QUERY = -1
"""The end of an edge that is no result."""
_NEIGHBOURS = 2
_FROM_QUERY = 2
"""Edges from the query into each group."""
_FILLED = 0.54
"""Share of the canvas that the squares with their margins cover; what is left is for the edges."""
_GAP = 0.16
"""Margin around a square, as a share of its side."""
_LARGEST = 0.32
"""Side of the largest square as a share of the canvas' shorter one, where there are few."""
_STEPS = 300
_TRIES = 12

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Edge:
    """Two results that are alike, or the query and a result.

    Attributes:
        a: position of a result, or QUERY.
        b: position of a result.
        likeness: 0 for the least alike of the web's edges of its kind, 1 for the most.
    """

    a: int
    b: int
    likeness: float


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a square is drawn: its centre and side."""

    x: float
    y: float
    side: float


@dataclass(frozen=True, slots=True)
class ResultWeb:
    """A web of n results.

    Attributes:
        groups: [n] numbers from 0.
        edges: the least alike first, so that the strongest are drawn on top.
        query: where the query is drawn.
        spots: n, where the results are drawn.
    """

    groups: tuple[int, ...]
    edges: tuple[Edge, ...]
    query: Spot
    spots: tuple[Spot, ...]


def weave(embeddings: Embeddings, scores: Sequence[float], width: float, height: float) -> ResultWeb:
    """The web of a search's results.

    Args:
        embeddings: [n, d] of the results, best first; n is at least 1.
        scores: n, of the results against the query, on any scale.
        width: of the canvas.
        height: of the canvas.

    Raises:
        ValueError: no results, or another number of scores.
    """
    if not len(embeddings) or len(embeddings) != len(scores):
        raise ValueError(f"{len(embeddings)} results with {len(scores)} scores make no web")
    groups = cluster(embeddings)
    edges = _edges(embeddings, np.asarray(scores, dtype=float), groups)
    query, spots = _place(embeddings, groups, edges, width, height)
    return ResultWeb(tuple(groups.tolist()), edges, query, spots)


def _edges(embeddings: Embeddings, scores: Points, groups: Labels) -> tuple[Edge, ...]:
    likeness = (embeddings @ embeddings.T).astype(float)
    np.fill_diagonal(likeness, -np.inf)
    nearest = np.argsort(-likeness, axis=1, kind="stable")[:, : min(_NEIGHBOURS, len(embeddings) - 1)]
    pairs = sorted({(min(a, int(b)), max(a, int(b))) for a, row in enumerate(nearest) for b in row})
    between = _unit([likeness[pair] for pair in pairs])
    chosen = [int(row) for group in np.unique(groups) for row in np.flatnonzero(groups == group)[:_FROM_QUERY]]
    asked = _unit([scores[row] for row in chosen])
    edges = [Edge(a, b, alike) for (a, b), alike in zip(pairs, between, strict=True)]
    edges += [Edge(QUERY, row, alike) for row, alike in zip(chosen, asked, strict=True)]
    return tuple(sorted(edges, key=lambda edge: edge.likeness))


def _unit(values: Sequence[float]) -> list[float]:
    """Stretched to 0 … 1; all 1 where they are the same."""
    low, high = min(values, default=0.0), max(values, default=0.0)
    return [1.0 if high - low < 1e-9 else (value - low) / (high - low) for value in values]


def _place(
    embeddings: Embeddings, groups: Labels, edges: Sequence[Edge], width: float, height: float
) -> tuple[Spot, tuple[Spot, ...]]:
    count = len(groups)
    size = np.array([width, height])
    asked = min(1.5, 0.7 + count / 12)  # where there are few, the pictures are what counts
    weights = np.concatenate([[asked], 1.25 - 0.5 * np.arange(count) / count])  # the query first, then best to last
    outer = min(np.sqrt(_FILLED * width * height / np.sum(weights**2)), _LARGEST * (1 + _GAP) * min(size))
    sides = weights * outer
    wanted = np.vstack([size / 2, _targets(embeddings, groups, size)])
    springs = _springs(edges, groups)
    for _ in range(_TRIES):
        at, fits = _relaxed(wanted, springs, sides, size)
        if fits:
            break
        sides = 0.94 * sides
    spots = [Spot(float(x), float(y), float(side / (1 + _GAP))) for (x, y), side in zip(at, sides, strict=True)]
    return spots[0], tuple(spots[1:])


def _relaxed(wanted: Points, springs: Points, sides: Points, size: Points) -> tuple[Points, bool]:
    """Places near the wanted ones, alike ones together, and whether no two squares overlap."""
    at = wanted.copy()
    for step in range(_STEPS):
        at[0] = size / 2
        at = np.clip(at, sides[:, None] / 2, size - sides[:, None] / 2)
        if step < 0.7 * _STEPS:
            pull = 0.04 * (1 - step / _STEPS)
            at[1:] += pull * (springs @ at[1:] - at[1:])
            at += pull * (wanted - at)
        if not _push_apart(at, sides) and step >= 0.7 * _STEPS:
            break
    # A part of the gap may be used up: what must not overlap are the squares themselves.
    return at, not _push_apart(at.copy(), sides * (1 + _GAP / 2) / (1 + _GAP))


def _springs(edges: Sequence[Edge], groups: Labels) -> Points:
    """[n, n] rows of sum 1 that take each result to the middle of itself and those of its group that it is like."""
    springs = np.eye(len(groups))
    for edge in edges:
        if edge.a != QUERY and groups[edge.a] == groups[edge.b]:
            springs[edge.a, edge.b] = springs[edge.b, edge.a] = 1 + edge.likeness
    normed: Points = springs / springs.sum(axis=1, keepdims=True)
    return normed


def _targets(embeddings: Embeddings, groups: Labels, size: Points) -> Points:
    """[n, 2] where each result would like to be: in its group's sector, the better the nearer to the middle."""
    numbers = np.unique(groups)
    centroids = np.array([embeddings[groups == number].mean(axis=0) for number in numbers], dtype=float)
    centred = centroids - centroids.mean(axis=0)
    directions = np.linalg.svd(centred, full_matrices=False)[2][:2] if len(numbers) > 2 else None
    plane = centred @ directions.T if directions is not None and len(directions) == 2 else None
    # Groups that are alike come to lie side by side.
    around = np.argsort(np.arctan2(plane[:, 1], plane[:, 0]), kind="stable") if plane is not None else numbers
    targets = np.empty((len(groups), 2))
    begin = -np.pi / 2
    for number in numbers[around]:
        members = np.flatnonzero(groups == number)
        sector = 2 * np.pi * len(members) / len(groups)
        # Golden-ratio steps spread neighbours in rank over the whole sector.
        angles = begin + sector * (0.1 + 0.8 * np.mod(0.5 + 0.618034 * np.arange(len(members)), 1))
        radii = 0.42 + 0.72 * (members + 0.5) / len(groups)
        targets[members] = size / 2 * (1 + radii[:, None] * np.column_stack([np.cos(angles), np.sin(angles)]))
        begin += sector
    return targets


def _push_apart(at: Points, sides: Points) -> bool:
    """Move overlapping squares apart along the shorter way, in place; whether any overlapped. The first stays."""
    apart = at[:, None, :] - at[None, :, :]
    reach = (sides[:, None] + sides[None, :]) / 2
    overlap = reach[:, :, None] - np.abs(apart)
    touching = (overlap[:, :, 0] > 0.5) & (overlap[:, :, 1] > 0.5)
    np.fill_diagonal(touching, False)
    if not touching.any():
        return False
    # Squares in the very same place are told apart by their numbers.
    order = np.sign(np.arange(len(at))[:, None] - np.arange(len(at))[None, :])
    towards = np.where(apart == 0, order[:, :, None], np.sign(apart))
    horizontal = overlap[:, :, 0] < overlap[:, :, 1]
    moves = np.where(np.stack([horizontal, ~horizontal], axis=2), overlap, 0) * towards * touching[:, :, None]
    at[1:] += 0.35 * moves.sum(axis=1)[1:]
    return True
