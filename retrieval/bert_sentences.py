"""Sentence embeddings by a BERT (Devlin et al., NAACL 2019), the mean over its tokens, as all-MiniLM-L6-v2 makes them.

The same vectors as Sentence Transformers', without that library, which costs a process 200 MB and two seconds.
Weights of the layers are kept in float16 where the processor multiplies them so; of the table of words only what is
looked up is ever read from the file.
"""

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open
from torch.nn import functional

from retrieval.embedding import normalize
from retrieval.errors import ModelUnavailable
from retrieval.half_linear import Linear, half_linear
from retrieval.protocols import Embeddings

_BATCH = 16
"""Texts at once, sorted by length: with more, one long description makes many titles as slow as itself."""
_NO_WEIGHT = "embeddings.position_ids"
_MASKED = -1e9


class BertSentenceEncoder:
    """A `SentenceEncoder` on the CPU, from a folder of Sentence Transformers with a BERT and the mean of its tokens."""

    def __init__(self, name: str, folder: Path) -> None:
        """`name` is what people call the model.

        Raises:
            ModelUnavailable: the folder holds another kind of model.
            OSError, ValueError, KeyError, safetensors.SafetensorError: it is damaged.
        """
        from tokenizers import Tokenizer  # of the extra `words`

        settings = _read(folder / "config.json")
        if (settings["model_type"], settings["hidden_act"]) != ("bert", "gelu"):
            raise ModelUnavailable(f"{folder.name} is no BERT with gelu.")
        if not _read(folder / "1_Pooling" / "config.json")["pooling_mode_mean_tokens"]:
            raise ModelUnavailable(f"{folder.name} does not take the mean over its tokens.")
        longest = int(_read(folder / "sentence_bert_config.json")["max_seq_length"])
        weights = folder / "model.safetensors"
        self.dimension = int(settings["hidden_size"])
        self.fingerprint = f"{name}@{_digest(weights, longest)}"
        self._heads = int(settings["num_attention_heads"])
        self._epsilon = float(settings["layer_norm_eps"])
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(longest)
        self._tokenizer.no_padding()
        # Opened again for the table of words alone, so that the pages of everything else are given back.
        with safe_open(weights, "pt") as file:
            self._layers = [_Layer(file, f"encoder.layer.{number}") for number in range(settings["num_hidden_layers"])]
            self._norm = _norm(file, "embeddings.LayerNorm")
            self._places = file.get_tensor("embeddings.position_embeddings.weight")[:longest].clone()
            self._places += file.get_tensor("embeddings.token_type_embeddings.weight")[0]
        with safe_open(weights, "pt") as file:
            self._words = file.get_tensor("embeddings.word_embeddings.weight")

    def encode(self, texts: Sequence[str]) -> Embeddings:
        """See `SentenceEncoder.encode`."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        order = sorted(range(len(tokens)), key=lambda place: -len(tokens[place]))
        found = np.empty((len(tokens), self.dimension), np.float32)
        with torch.inference_mode():
            for start in range(0, len(order), _BATCH):
                batch = order[start : start + _BATCH]
                found[batch] = self._means([tokens[place] for place in batch]).numpy()
        return normalize(found, self.dimension)

    def _means(self, tokens: Sequence[Sequence[int]]) -> torch.Tensor:
        """Token ids, the longest first -> [n, e]."""
        lengths = torch.tensor([len(ids) for ids in tokens])
        length = int(lengths[0])
        there = torch.arange(length) < lengths[:, None]
        ids = torch.tensor([[*row, *[0] * (length - len(row))] for row in tokens])
        states = functional.embedding(ids, self._words) + self._places[:length]
        states = self._normed(states, self._norm)
        mask = None if bool(there.all()) else torch.where(there, 0.0, _MASKED)[:, None, None, :]
        for layer in self._layers:
            shape = (len(tokens), length, self._heads, self.dimension // self._heads)
            query, key, value = (part.view(shape).transpose(1, 2) for part in layer.inputs(states).chunk(3, dim=-1))
            gathered = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
            states = self._normed(states + layer.output(gathered.transpose(1, 2).reshape(states.shape)), layer.norm)
            states = self._normed(states + layer.narrow(functional.gelu(layer.widen(states))), layer.last_norm)
        return (states * there[..., None]).sum(dim=1) / lengths[:, None]

    def _normed(self, states: torch.Tensor, norm: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
        return functional.layer_norm(states, (self.dimension,), *norm, self._epsilon)


class _Layer:
    def __init__(self, file: Any, name: str) -> None:
        parts = [f"{name}.attention.self.{part}" for part in ("query", "key", "value")]
        self.inputs = _linear(file, *parts)
        self.output = _linear(file, f"{name}.attention.output.dense")
        self.norm = _norm(file, f"{name}.attention.output.LayerNorm")
        self.widen = _linear(file, f"{name}.intermediate.dense")
        self.narrow = _linear(file, f"{name}.output.dense")
        self.last_norm = _norm(file, f"{name}.output.LayerNorm")


def _linear(file: Any, *names: str) -> Linear:
    """One layer of several that take the same input."""
    weight, bias = (torch.cat([file.get_tensor(f"{name}.{part}") for name in names]) for part in ("weight", "bias"))
    try:
        return half_linear(weight, bias)
    except (RuntimeError, AttributeError):  # no FBGEMM here
        return lambda states: functional.linear(states, weight, bias)


def _norm(file: Any, name: str) -> tuple[torch.Tensor, torch.Tensor]:
    return file.get_tensor(f"{name}.weight").clone(), file.get_tensor(f"{name}.bias").clone()


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _digest(weights: Path, longest: int) -> str:
    """As `sentence_encoder` names the library's model, whose vectors these are."""
    digest = hashlib.sha256(str(longest).encode())
    with safe_open(weights, "np") as file:
        for name in sorted(file.keys()):
            if name != _NO_WEIGHT:
                digest.update(f"0.model.{name}".encode())
                digest.update(file.get_tensor(name).tobytes())
    return digest.hexdigest()[:16]
