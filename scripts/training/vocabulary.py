"""The byte-pair merges of the tokenizer: CLIP's most frequent ones, and those that spell the words of clothes.

CLIP's 48,894 merges were counted on the captions of the web, so their order is the frequency of English words there.
"""

import gzip
import itertools
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from retrieval.torchvision_operators import declare_operators

_END = "</w>"
_COMMON = 3


def is_common(word: str) -> bool:
    """Whether CLIP spells a word in three tokens at most, which it does with what people write."""
    return len(_spell(word)[0]) <= _COMMON


def choose_merges(first: int, words: Iterable[str], most: int) -> list[str]:
    """The `first` most frequent merges and those that spell `words` in few tokens, in CLIP's order.

    Exactly `most`: what the words leave over is filled with the next frequent ones.
    """
    merges = _all_merges()[1]
    chosen = set(range(min(first, len(merges))))
    for word in words:
        needed = _spell(word)[1]
        if len(chosen | needed) > most:
            break
        chosen |= needed
    rest = (rank for rank in range(len(merges)) if rank not in chosen)
    chosen |= set(itertools.islice(rest, most - len(chosen)))
    return [merges[rank] for rank in sorted(chosen)]


def write_merges(path: Path, merges: Sequence[str]) -> None:
    """Write merges as open_clip's `SimpleTokenizer` reads them; the same merges give the same bytes."""
    # The first line is a version header. No newline at the end: the tokenizer would take it for one more merge.
    content = "\n".join([_all_merges()[0], *merges]).encode("utf-8")
    # A fixed time and no name inside, so that the same merges give the same bytes.
    with path.open("wb") as raw, gzip.GzipFile(fileobj=raw, mode="wb", filename="", mtime=0) as packed:
        packed.write(content)


@cache
def _all_merges() -> tuple[str, list[str]]:
    declare_operators()
    from open_clip.tokenizer import default_bpe

    with gzip.open(default_bpe()) as file:
        header, *lines = file.read().decode("utf-8").split("\n")
    return header, lines[: 49152 - 256 - 2]


@cache
def _ranks() -> dict[tuple[str, ...], int]:
    return {tuple(merge.split()): rank for rank, merge in enumerate(_all_merges()[1])}


def _spell(word: str) -> tuple[list[str], set[int]]:
    """The tokens of a word and the merges that lead to them."""
    ranks = _ranks()
    parts = [*word[:-1], word[-1] + _END]
    used: set[int] = set()
    while len(parts) > 1:
        pairs = [(ranks.get((parts[i], parts[i + 1]), len(ranks)), i) for i in range(len(parts) - 1)]
        rank, place = min(pairs)
        if rank == len(ranks):
            break
        used.add(rank)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return parts, used
