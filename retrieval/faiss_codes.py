"""Compressed embeddings that FAISS looks through for candidates, which are then scored with the embeddings themselves.

Two layouts, for two shapes of collections (docs/performance.md has what each gains):

- `ivf`: inverted lists (Jégou et al., TPAMI 2011) of RaBitQ codes (Gao & Long, SIGMOD 2024; with more than one bit: Gao
  et al., SIGMOD 2025), two bits a dimension, of which the second is read where the first promises something. A search
  looks into a few lists, which is enough where the collection has clusters.
- `scan`: product quantisation, four bits for four dimensions, with tables in registers (André et al., VLDB 2015). A
  search looks at every code; nothing is asked of the collection.
"""

import logging
from typing import Any, Literal

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.embedding import as_features
from retrieval.faiss_halves import FaissHalves, half_precision
from retrieval.protocols import Embeddings, Mask, Rows, Scores

logger = logging.getLogger(__name__)

Layout = Literal["ivf", "scan"]
_ITERATIONS = 8
_BITS = 2
"""A dimension in inverted lists: a third of the candidates that one bit needs, for 76 bytes a row more (d = 512)."""
_CENTROIDS = 16
"""Of each part of a vector, with four bits."""
_TRAINED_PER_LIST = 40
_TRAINED_SCAN = 20_000
_SEED = 1
_NUDGE = 0.01
"""Centroids are moved by so much, since RaBitQ divides by the distance to them: equal rows would otherwise be lost."""


class FaissCodes:
    """Codes of rows in the order in which they were added."""

    def __init__(self, layout: Layout, index: Any) -> None:
        """Use `train` or `from_bytes`."""
        self.layout = layout
        self._index = index
        self._padding = int(index.d)
        self._halves: FaissHalves | None = None
        self._refined: Any = None
        self._kept: dict[tuple[int, bool], Any] = {}

    @classmethod
    def train(cls, layout: Layout, sample: Embeddings, count: int) -> "FaissCodes":
        """Codes of no rows yet.

        Args:
            layout: see this module.
            sample: [m, d] embeddings of the collection, chosen by chance; the first `sample_size` are used.
            count: n, how many rows there will be, by which the number of lists is chosen.
        """
        sample = sample[: sample_size(layout, count)]
        width = _padded(sample.shape[1])
        index: Any
        if layout == "ivf":
            lists, quantizer = lists_for(count), faiss.IndexFlatIP(width)
            index = faiss.IndexIVFRaBitQ(quantizer, width, lists, faiss.METRIC_INNER_PRODUCT, True, _BITS)
        else:
            parts = width // 4 if width >= 64 else width  # narrow vectors need more bits a dimension
            index = faiss.IndexPQFastScan(width, parts, 4, faiss.METRIC_INNER_PRODUCT)
        clustering = index.cp if layout == "ivf" else index.pq.cp
        clustering.niter, clustering.seed = _ITERATIONS, _SEED
        clustering.min_points_per_centroid = 1  # small collections are no reason for a line on standard error
        index.train(_pad(sample, width))
        if layout == "ivf":
            centroids = index.quantizer.reconstruct_n(0, index.nlist)
            nudge = np.random.default_rng(_SEED).standard_normal(centroids.shape).astype(np.float32)
            centroids += _NUDGE * nudge / np.linalg.norm(nudge, axis=1, keepdims=True)
            index.quantizer.reset()
            index.quantizer.add(centroids.astype(np.float16).astype(np.float32))  # `_with_half_centroids` changes none
        return cls(layout, index)

    @classmethod
    def from_bytes(cls, layout: Layout, data: NDArray[np.uint8]) -> "FaissCodes":
        """What `to_bytes` gave. Raises ValueError."""
        try:
            index = faiss.deserialize_index(data)
        except (RuntimeError, MemoryError) as error:
            raise ValueError("FAISS cannot read the codes") from error
        kind = faiss.IndexIVFRaBitQ if layout == "ivf" else faiss.IndexPQFastScan
        if not isinstance(index, kind):
            raise ValueError(f"the codes are no {layout}")  # noqa: TRY004 - it is the file's value that is wrong
        return cls(layout, _with_half_centroids(index) if layout == "ivf" else index)

    def to_bytes(self) -> NDArray[np.uint8]:
        """FAISS's own format."""
        data: NDArray[np.uint8] = faiss.serialize_index(self._index)
        return data

    def __len__(self) -> int:
        """Number of rows."""
        return int(self._index.ntotal)

    @property
    def width(self) -> int:
        """Of the vectors that are coded: d, or some zeros more."""
        return self._padding

    @property
    def lists(self) -> int:
        """Number of inverted lists; 1 where every code is looked at."""
        return int(self._index.nlist) if self.layout == "ivf" else 1

    @property
    def selects(self) -> bool:
        """Whether `candidates` takes a mask."""
        return self.layout == "ivf"

    def add(self, embeddings: Embeddings) -> None:
        """Append [m, d] rows."""
        self._index.add(_pad(embeddings, self._padding))

    def probes_to(self, query: Embeddings, embeddings: Embeddings) -> Rows:
        """[m] how many lists a search for [1, d] must look into to come to each of [m, d] rows."""
        if self.layout == "scan":
            return np.ones(len(embeddings), np.int64)
        _, order = self._index.quantizer.search(_pad(query, self._padding), self.lists)
        _, home = self._index.quantizer.search(_pad(embeddings, self._padding), 1)
        places = np.empty(self.lists, np.int64)
        places[order[0]] = np.arange(1, self.lists + 1)
        found: Rows = places[home[:, 0]]
        return found

    def candidates(self, query: Embeddings, count: int, probes: int, allowed: Mask | None = None) -> Rows:
        """Up to `count` different rows that are near, by what the codes say the nearest first.

        Fewer where the lists that are looked into hold fewer.

        Args:
            query: [1, d].
            count: at least 1.
            probes: how many lists to look into.
            allowed: [n]; only where `selects`.
        """
        _, rows = self._search(self._index, query, count, self._parameters(probes, allowed))
        return rows

    def scored(
        self, halves: FaissHalves, query: Embeddings, count: int, probes: int, allowed: Mask | None = None
    ) -> tuple[Rows, Scores]:
        """`candidates` and their inner products with the query, in one call, the best first.

        Args:
            halves: [n, d] the rows themselves; d must be `width`.
            query: [1, d].
            count: at least 1.
            probes: how many lists to look into.
            allowed: [n]; only where `selects`.
        """
        if halves is not self._halves:
            self._halves, self._refined = halves, faiss.IndexRefine(self._index, halves.index)
        scores, rows = self._search(self._refined, query, count, self._parameters(probes, allowed, refined=True))
        return rows, scores

    def _search(self, index: Any, query: Embeddings, count: int, parameters: Any) -> tuple[Scores, Rows]:
        wanted, count = _pad(query, self._padding), min(count, len(self))
        scores, rows = np.empty(count, np.float32), np.empty(count, np.int64)
        # C++'s own method: what `search` does beside it takes 0.03 ms after other work has emptied the caches.
        index.search_c(1, faiss.swig_ptr(wanted), count, faiss.swig_ptr(scores), faiss.swig_ptr(rows), parameters)
        if rows[-1] >= 0:
            return scores, rows
        there = rows >= 0
        return scores[there], rows[there]

    def _parameters(self, probes: int, allowed: Mask | None, refined: bool = False) -> Any:
        """Those of an unfiltered search are kept: after other work has emptied the caches, making them takes 0.1 ms."""
        kept = self._kept.get((probes, refined)) if allowed is None else None
        if kept is not None:
            return kept
        parameters: Any = None
        if self.layout == "ivf":
            parameters = faiss.IVFRaBitQSearchParameters()
            parameters.nprobe, parameters.qb = min(probes, self.lists), self._index.qb
            if allowed is not None:
                bits = np.packbits(allowed, bitorder="little")
                parameters.sel = faiss.IDSelectorBitmap(len(bits), faiss.swig_ptr(bits))
                parameters.bits = bits  # FAISS only points at them
        if refined:
            base, parameters = parameters, faiss.IndexRefineSearchParameters()
            parameters.k_factor = 1.0
            if base is not None:
                parameters.base_index_params = base
        if allowed is None:
            self._kept[probes, refined] = parameters
        return parameters


def _with_half_centroids(index: Any) -> Any:
    """Inverted lists whose centroids take half the memory, a megabyte less to read in each search (d = 512).

    Those of older files are left as they are: their rows were coded against centroids in single precision.
    """
    whole: Any = faiss.downcast_index(index.quantizer)
    centroids = whole.reconstruct_n(0, index.nlist)
    is_flat = isinstance(whole, faiss.IndexFlat)
    if is_flat and (centroids == centroids.astype(np.float16)).all():
        halves = half_precision(index.d)
        halves.add(centroids)
        index.quantizer = halves  # it is FAISS's now, and the other one is ours
        whole.this.own(True)
    return index


def lists_for(count: int) -> int:
    """A power of two near √n."""
    return int(2 ** np.clip(np.round(np.log2(np.sqrt(max(count, 1)))), 4, 14))


def sample_size(layout: Layout, count: int) -> int:
    """How many rows training looks at."""
    return min(count, max(_TRAINED_PER_LIST * lists_for(count), 1000) if layout == "ivf" else _TRAINED_SCAN)


def centroids(sample: Embeddings, count: int) -> Embeddings:
    """[count, d] centres of clusters in a sample, of unit length (spherical k-means)."""
    clustering: Any = faiss.Kmeans(
        sample.shape[1],
        count,
        niter=_ITERATIONS,
        seed=_SEED,
        spherical=True,
        min_points_per_centroid=1,
        max_points_per_centroid=2 * _TRAINED_PER_LIST,
    )
    clustering.train(sample)
    return as_features(clustering.centroids)


def _padded(width: int) -> int:
    return -(-width // 4) * 4


def _pad(vectors: Embeddings, width: int) -> Embeddings:
    """Zeros change no inner product."""
    lacking = width - vectors.shape[1]
    return np.pad(vectors, ((0, 0), (0, lacking))) if lacking else np.ascontiguousarray(vectors)
