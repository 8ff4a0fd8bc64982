"""The last stage of tiny-clip: the pictures' features stay as they are, and the words learn to find them.

A step of the text tower alone costs a fraction of a joint step, so each text can be told from thousands of pictures
instead of a batch of them (Zhai et al. 2022, "LiT: Zero-Shot Transfer with Locked-image text Tuning").
"""

import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scripts.training.clip_trainer import encode_short_texts
from scripts.training.labels import match
from scripts.training.losses import contrastive_loss
from scripts.training.texts import TextStock, Tokenizer

_log = logging.getLogger(__name__)
Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class LockedPictures:
    """Pictures whose features [n, d], raw, will not change; codes [n, 7], attributes, and how many texts of a batch."""

    features: Tensor
    codes: NDArray[np.int64]
    rows: Sequence[Row]
    texts_per_batch: int


def tune_texts(
    model: Any,
    pictures: Sequence[LockedPictures],
    tokenize: Tokenizer,
    marks: tuple[int, int],
    steps: int,
    gallery: int = 2500,
    learning_rate: float = 6e-4,
    seed: int = 0,
) -> None:
    """Train the text tower of `model` in place on new texts in every step."""
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    parts = (model.token_embedding, model.transformer, model.ln_final)
    trained = [*(p for part in parts for p in part.parameters()), model.positional_embedding, model.text_projection]
    optimizer = torch.optim.AdamW(trained, learning_rate, betas=(0.9, 0.98), weight_decay=0.02)
    features = torch.cat([part.features for part in pictures])
    codes = np.concatenate([part.codes for part in pictures])
    scale = model.logit_scale.exp().detach()
    model.train()
    for step in range(steps):
        rate = learning_rate * min(1.0, (step + 1) / 30) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        tokens, bits = _new_texts(pictures, tokenize, int(model.context_length), marks, rng)
        chosen = rng.choice(len(features), min(gallery, len(features)), replace=False)
        matches = torch.from_numpy(match(codes[chosen], bits).astype(np.int64))
        with torch.autocast("cpu", torch.bfloat16):
            texts = encode_short_texts(model, torch.from_numpy(tokens))
        loss = contrastive_loss(features[chosen], texts.float(), scale, matches)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 2.0)
        optimizer.step()
        if (step + 1) % 50 == 0:
            _log.info("text step %d/%d  contrastive %.3f", step + 1, steps, loss.item())
    model.eval()


def _new_texts(
    pictures: Sequence[LockedPictures],
    tokenize: Tokenizer,
    context: int,
    marks: tuple[int, int],
    rng: np.random.Generator,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    tokens, bits = [], []
    for part in pictures:
        rows = [part.rows[i] for i in rng.integers(0, len(part.rows), part.texts_per_batch)]
        stock = TextStock(rows, 1, tokenize, context, marks, int(rng.integers(1 << 31)), progress=False)
        drawn, named = stock.draw(np.arange(len(rows)), 1, rng)
        tokens.append(drawn)
        bits.append(named)
    longest = max(part.shape[1] for part in tokens)
    return np.concatenate([np.pad(part, ((0, 0), (0, longest - part.shape[1]))) for part in tokens]), np.concatenate(
        bits
    )
