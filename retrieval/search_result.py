"""What a search found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from retrieval.kinds import Kind
from retrieval.query import Hit


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search found.

    Attributes:
        hits: best first; fewer than asked for where fewer are left.
        repeated: nothing unseen was left, so pictures come back that were to be left out.
        timings_ms: milliseconds of the stages `encode`, `compose` and `search`.
        alike: place of a hit, from 0 -> places of better ones that look the same (`retrieval.near_duplicates`).
        similar: hit -> ids of its near-duplicates, which were left out of the hits (`retrieval.near_duplicates`).
        kinds: the clear groups that the first hits fall into, where somebody looked for them (`retrieval.kinds`).
    """

    hits: tuple[Hit, ...]
    repeated: bool
    timings_ms: dict[str, float]
    alike: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    similar: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ()
