"""The text tower of tiny-clip learns to find pictures whose features do not change any more.

A step of the text tower alone costs a fraction of a joint step, so each text can be told from thousands of pictures
instead of a batch of them (Zhai et al. 2022, "LiT: Zero-Shot Transfer with Locked-image text Tuning").
"""

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from scripts.training.labels import match
from scripts.training.locked_pictures import LockedPictures
from scripts.training.losses import average_weights, contrastive_loss
from scripts.training.texts import TextStock

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TextPlan:
    """The recipe.

    Attributes:
        gallery: pictures that each text is told from.
    """

    steps: int = 1500
    gallery: int = 2500
    learning_rate: float = 1.5e-3
    weight_decay: float = 0.05
    warm_up: int = 80
    averaging: float = 0.995
    seed: int = 0


def encode_short_texts(model: Any, tokens: Tensor) -> Tensor:
    """`model.encode_text` without the padding: [n, l] tokens, l at most the context -> [n, d] features.

    Words look only back, so cutting what follows the end mark changes nothing and saves half the time.
    """
    length = tokens.shape[1]
    states = model.token_embedding(tokens) + model.positional_embedding[:length]
    states = model.ln_final(model.transformer(states, attn_mask=model.attn_mask[:length, :length]))
    features: Tensor = states[torch.arange(len(tokens)), tokens.argmax(dim=-1)] @ model.text_projection
    return features


def text_parameters(model: Any) -> list[Tensor]:
    """What belongs to the text tower of an `open_clip.CLIP`."""
    parts = (model.token_embedding, model.transformer, model.ln_final)
    return [*(p for part in parts for p in part.parameters()), model.positional_embedding, model.text_projection]


def tune_texts(
    model: Any,
    pictures: Sequence[LockedPictures],
    stocks: Sequence[TextStock],
    plan: TextPlan,
) -> None:
    """Train the text tower of `model` in place; it ends as the running average of its weights."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    trained = text_parameters(model)
    optimizer = torch.optim.AdamW(trained, plan.learning_rate, betas=(0.9, 0.98), weight_decay=plan.weight_decay)
    average = {str(place): p.detach().clone() for place, p in enumerate(trained)}
    features = torch.cat([part.features for part in pictures])
    codes = np.concatenate([part.codes for part in pictures])
    scale = model.logit_scale.exp().detach()
    for step in range(plan.steps):
        rate = min(1.0, (step + 1) / plan.warm_up) * (0.5 + 0.5 * math.cos(math.pi * step / plan.steps))
        for group in optimizer.param_groups:
            group["lr"] = plan.learning_rate * rate
        tokens, bits = _labelled(pictures, stocks, rng)
        chosen = rng.choice(len(features), min(plan.gallery, len(features)), replace=False)
        matches = torch.from_numpy(match(codes[chosen], bits).astype(np.int64))
        with torch.autocast("cpu", torch.bfloat16):
            texts = encode_short_texts(model, torch.from_numpy(tokens))
        loss = contrastive_loss(features[chosen], texts.float(), scale, matches)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 2.0)
        optimizer.step()
        current = {str(place): p.detach() for place, p in enumerate(trained)}
        average_weights(average, current, min(plan.averaging, (1 + step) / (10 + step)))
        if (step + 1) % 100 == 0:
            _log.info("text step %d/%d  contrastive %.3f", step + 1, plan.steps, loss.item())
    with torch.no_grad():
        for place, parameter in enumerate(trained):
            parameter.copy_(average[str(place)])
    model.eval()


def _labelled(
    pictures: Sequence[LockedPictures], stocks: Sequence[TextStock], rng: np.random.Generator
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    tokens, bits = [], []
    for part, stock in zip(pictures, stocks, strict=True):
        drawn, named = stock.draw(rng.integers(0, len(part.rows), part.texts_per_batch), 1, rng)
        tokens.append(drawn)
        bits.append(named)
    longest = max(table.shape[1] for table in tokens)
    padded = [np.pad(table, ((0, 0), (0, longest - table.shape[1]))) for table in tokens]
    return np.concatenate(padded), np.concatenate(bits)
