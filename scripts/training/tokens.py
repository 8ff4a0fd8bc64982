"""The tokenizer that tiny-clip is trained with: open_clip's own, over the merges that were chosen for it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.torchvision_operators import declare_operators
from scripts.training.architecture import CONTEXT


class Tokens:
    """Texts -> token numbers, as the bundled model's tokenizer makes them.

    Attributes:
        merges: where the merges lie.
        marks: the numbers of the start and the end mark.
    """

    def __init__(self, merges: Path) -> None:
        declare_operators()
        from open_clip.tokenizer import SimpleTokenizer

        self.merges = merges
        self._tokenizer: Any = SimpleTokenizer(bpe_path=str(merges), context_length=CONTEXT)
        self.marks: tuple[int, int] = (self._tokenizer.sot_token_id, self._tokenizer.eot_token_id)

    def encode(self, text: str) -> list[int]:
        """Without marks, of any length."""
        return list(self._tokenizer.encode(text))

    def table(self, texts: Sequence[str]) -> NDArray[np.uint16]:
        """[n, context] with marks, padded with 0."""
        table = np.zeros((len(texts), CONTEXT), np.uint16)
        for row, text in zip(table, texts, strict=True):
            numbers = [self.marks[0], *self.encode(text)[: CONTEXT - 2], self.marks[1]]
            row[: len(numbers)] = numbers
        return table
