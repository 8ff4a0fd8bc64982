"""Which English words the text tower should know, and the byte-pair merges that spell them in few tokens.

The list is general: every whole word among the 48,894 merges of CLIP, counted on the captions of the web. A sentence
model ranks them by how close they are to what people say of clothes; nobody picked them.
"""

import gzip
import itertools
from collections.abc import Iterable, Sequence
from pathlib import Path

import torch

from retrieval.torchvision_operators import declare_operators
from scripts.training import lexicon
from scripts.training.sentence_model import SentenceModel
from scripts.training.unseen import STRICT

_END = "</w>"
_FEWEST_LETTERS = 3


def general_words() -> list[str]:
    """Every whole word of CLIP's vocabulary, the most frequent first, without those that are held out strictly."""
    merged = ("".join(merge.split()) for merge in _all_merges()[1])
    words = (word.removesuffix(_END) for word in merged if word.endswith(_END))
    return [word for word in words if word.isascii() and word.isalpha() and _may_be_known(word)]


def words_of_clothes(model: SentenceModel, words: Sequence[str], count: int) -> list[str]:
    """The `count` words closest to any word of the lexicon, closest first.

    Alone, a word has many senses ("check", "rose") and as clothing only one, so both closenesses count.
    """
    tables = (lexicon.COLOURS, lexicon.NOUNS, lexicon.DETAIL_NOUNS, *lexicon.ADJECTIVES.values())
    anchors = sorted({word for table in tables for options in table.values() for word in options})
    closeness = torch.zeros(len(words))
    for form in ("{}", "{} clothes"):
        known = model.embed([form.format(word) for word in anchors])
        closeness += (model.embed([form.format(word) for word in words]) @ known.T).topk(2, dim=1).values.mean(dim=1)
    return [words[place] for place in closeness.argsort(descending=True)[:count].tolist()]


def choose_merges(first: int, words: Iterable[str], most: int) -> list[str]:
    """The `first` most frequent merges and those that spell `words` in one token, in CLIP's order.

    Exactly `most`: what the words leave over is filled with the next frequent ones.
    """
    merges = _all_merges()[1]
    ranks = {tuple(merge.split()): rank for rank, merge in enumerate(merges)}
    chosen = set(range(min(first, len(merges))))
    for word in words:
        needed = _spelling(word, ranks)
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


def _all_merges() -> tuple[str, list[str]]:
    declare_operators()
    from open_clip.tokenizer import default_bpe

    with gzip.open(default_bpe()) as file:
        header, *lines = file.read().decode("utf-8").split("\n")
    return header, lines[: 49152 - 256 - 2]


def _spelling(word: str, ranks: dict[tuple[str, ...], int]) -> set[int]:
    """The merges that are used to spell a word."""
    parts = [*word[:-1], word[-1] + _END]
    used: set[int] = set()
    while len(parts) > 1:
        pairs = [(ranks.get((parts[i], parts[i + 1]), len(ranks)), i) for i in range(len(parts) - 1)]
        rank, place = min(pairs)
        if rank == len(ranks):
            break
        used.add(rank)
        parts[place : place + 2] = [parts[place] + parts[place + 1]]
    return used


def _may_be_known(word: str) -> bool:
    stem = word.removesuffix("es") if word.removesuffix("es") in STRICT else word.removesuffix("s")
    return len(word) >= _FEWEST_LETTERS and word not in STRICT and stem not in STRICT
