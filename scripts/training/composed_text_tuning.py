"""The text tower alone, tuned so that words next to a picture lead to the right pictures; the index stays as it is.

CLIP4Cir tunes its text encoder on the sum of picture and words before it trains a Combiner (Baldrati et al.,
"Conditioned and Composed Image Retrieval Combining and Partially Fine-Tuning CLIP-Based Features", CVPR Workshops
2022): half the gain of tuning both towers, and no picture has to be encoded again. Here the words also keep their old
task, plain descriptions that must find their pictures, and are pulled back to the features that they had.
"""

import logging
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor
from tqdm import tqdm

from retrieval.clip_encoder import cut_encode_text
from retrieval.combiner import Combiner
from scripts.training.answers import answers
from scripts.training.examples import Examples
from scripts.training.labels import encode_constraints, match
from scripts.training.losses import contrastive_loss, graded_loss, multi_positive_loss
from scripts.training.wordings import describe

_log = logging.getLogger(__name__)
Tokenize = Callable[[Sequence[str]], Tensor]
"""Texts -> [n, context] token ids, as open_clip's tokenizers do."""


@dataclass(frozen=True, slots=True)
class TextTuningPlan:
    """The recipe.

    Attributes:
        batch: requests a step, and as many plain descriptions.
        words_weight: of the descriptions; 0 leaves them out, and words alone get worse.
        anchor_weight: of the squared distance between the new and the old direction of each text.
    """

    steps: int = 300
    batch: int = 128
    learning_rate: float = 1e-4
    scale: float = 60.0
    steepness: float = 2.0
    words_weight: float = 1.0
    anchor_weight: float = 1.0
    gallery: int = 3000
    seed: int = 0


def tune_for_composition(
    model: Any,
    tokenize: Tokenize,
    examples: Examples,
    plan: TextTuningPlan,
    combiner: Combiner | None = None,
    progress_bar: bool = False,
) -> None:
    """Trains the text tower of `model` in place; it is an open_clip CLIP whose text is a causal transformer.

    Args:
        model: open_clip's `CLIP`.
        tokenize: its tokenizer.
        examples: pictures and requests; the text features there are what the words must not forget.
        plan: the recipe.
        combiner: what joins words and picture; it stays as it is. None: their normalised sum, as published.
        progress_bar: show one.
    """
    images = torch.from_numpy(examples.features)
    embeddings = F.normalize(images, dim=-1)
    before = F.normalize(torch.from_numpy(examples.text_features), dim=-1)
    requests, collection = examples.requests, examples.collection
    trained = text_parameters(model)
    optimizer = torch.optim.AdamW(trained, plan.learning_rate, betas=(0.9, 0.98), weight_decay=0.02)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        for step in tqdm(range(plan.steps), desc="text tower", unit="step", mininterval=1.0, disable=not progress_bar):
            rng = np.random.default_rng([plan.seed, step])
            for group in optimizer.param_groups:
                group["lr"] = plan.learning_rate * min(1.0, (step + 1) / 30) * _cosine(step, plan.steps)
            chosen = rng.integers(0, len(requests.texts), plan.batch)
            gallery = _gallery(len(images), plan.gallery, requests.references[chosen], rng)
            found = answers(collection, requests, chosen, gallery)
            texts = cut_encode_text(model, tokenize([requests.texts[i] for i in chosen.tolist()]))
            composed = _composed(combiner, images[requests.references[chosen]], texts)
            logits = plan.scale * composed @ embeddings[gallery].T
            wanted, lost = torch.from_numpy(found.wanted), torch.from_numpy(found.lost)
            loss = graded_loss(logits, wanted, lost, plan.steepness)
            loss = loss + multi_positive_loss(logits, torch.from_numpy(found.closest))
            drift = (F.normalize(texts, dim=-1) - before[chosen]).square().sum(dim=1).mean()
            loss = loss + plan.anchor_weight * drift
            if plan.words_weight:
                loss = loss + plan.words_weight * _words_loss(model, tokenize, examples, images, gallery, plan, rng)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 2.0)
            optimizer.step()
            if (step + 1) % 50 == 0:
                _log.info("text step %d/%d  loss %.3f  drift %.4f", step + 1, plan.steps, loss.item(), drift.item())
    for parameter in trained:
        parameter.requires_grad_(False)


def text_parameters(model: Any) -> list[Tensor]:
    """Those of the text tower, made trainable; everything else is frozen."""
    model.requires_grad_(False)
    parts = (model.token_embedding, model.transformer, model.ln_final)
    found = [*(parameter for part in parts for parameter in part.parameters()), model.positional_embedding]
    projection = model.text_projection
    found += list(projection.parameters()) if isinstance(projection, torch.nn.Module) else [projection]
    for parameter in found:
        parameter.requires_grad_(True)
    return found


def _composed(combiner: Combiner | None, references: Tensor, texts: Tensor) -> Tensor:
    if combiner is not None:
        joined: Tensor = combiner(references, texts)
        return joined
    return F.normalize(F.normalize(references, dim=-1) + F.normalize(texts, dim=-1), dim=-1)


def _words_loss(
    model: Any,
    tokenize: Tokenize,
    examples: Examples,
    images: Tensor,
    gallery: NDArray[np.int64],
    plan: TextTuningPlan,
    rng: np.random.Generator,
) -> Tensor:
    """Descriptions of pictures have to find them among the gallery, as they did before."""
    collection = examples.collection
    rows = rng.integers(0, len(collection.rows), plan.batch)
    known = [{key: value or None for key, value in collection.rows[row].items()} for row in rows.tolist()]
    described = [describe(attributes, rng) for attributes in known]
    bits = np.stack([encode_constraints(constraints, collection.keys) for _, constraints in described])
    matches = torch.from_numpy(match(collection.codes[gallery], bits).astype(np.int64))
    texts = cut_encode_text(model, tokenize([text for text, _ in described]))
    return contrastive_loss(images[gallery], texts, torch.tensor(plan.scale), matches)


def _gallery(total: int, size: int, references: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    if total <= size:
        return np.arange(total)
    return np.union1d(rng.choice(total, size, replace=False), references)


def _cosine(step: int, steps: int) -> float:
    return 0.5 + 0.5 * math.cos(math.pi * step / steps)
