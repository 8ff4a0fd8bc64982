"""The text tower alone, tuned so that words next to a picture lead to the right pictures; the index stays as it is.

CLIP4Cir tunes its text encoder on the sum of picture and words before it trains a Combiner (Baldrati et al.,
"Conditioned and Composed Image Retrieval Combining and Partially Fine-Tuning CLIP-Based Features", CVPR Workshops
2022): half the gain of tuning both towers, and no picture has to be encoded again. Here a Combiner learns along, since
what "darker" means depends on the picture. The words keep their old task too, plain descriptions that must find their
pictures, and all words of the vocabulary, whether requests use them or not, are held where they were.
"""

import logging
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor
from tqdm import tqdm

from retrieval.combiner import Combiner
from retrieval.text_towers import cut_encode_text
from scripts.training.combiner_plan import CombinerPlan
from scripts.training.combiner_trainer import CombinerTraining
from scripts.training.examples import Examples
from scripts.training.labels import encode_constraints, match
from scripts.training.losses import average_weights, contrastive_loss
from scripts.training.synonyms import vary
from scripts.training.wordings import describe

_log = logging.getLogger(__name__)
Tokenize = Callable[[Sequence[str]], Tensor]
"""Texts -> [n, context] token ids, as open_clip's tokenizers do."""
_PHRASES = ("{w}", "in {w}", "a {w} one")
_AVERAGING = 0.995


@dataclass(frozen=True, slots=True)
class TextTuningPlan:
    """The recipe; how the Combiner beside it learns is in its own plan.

    Attributes:
        descriptions: plain descriptions a step, beside the requests.
        described: pictures that each description is told from.
        anchors: words a step that are held where they were.
        anchor_weight: of the squared distance between the new and the old direction of each of them.
    """

    steps: int = 600
    learning_rate: float = 1e-3
    descriptions: int = 64
    described: int = 2000
    anchors: int = 64
    anchor_weight: float = 5.0
    seed: int = 0


def tune_for_composition(
    model: Any,
    tokenize: Tokenize,
    words: Sequence[str],
    examples: Examples,
    plan: TextTuningPlan,
    combining: CombinerPlan,
    progress_bar: bool = False,
) -> Combiner:
    """Trains the text tower of `model` in place; it is an open_clip CLIP whose text is a causal transformer.

    Args:
        model: open_clip's `CLIP`; its text tower ends as the running average of its weights.
        tokenize: its tokenizer.
        words: what is held where it was.
        examples: pictures and requests.
        plan: the recipe.
        combining: the recipe of the Combiner beside it.
        progress_bar: show one.

    Returns:
        The Combiner that learned along; one trained on the tuned words afterwards is better.
    """
    training = CombinerTraining(examples, combining)
    trained = text_parameters(model)
    optimizer = torch.optim.AdamW(
        [
            {"params": trained, "weight_decay": 0.02, "rate": plan.learning_rate},
            {"params": training.parameters, "weight_decay": combining.weight_decay, "rate": combining.learning_rate},
        ],
        plan.learning_rate,
        betas=(0.9, 0.98),
    )
    tokens = torch.cat(
        [tokenize(examples.requests.texts[i : i + 1000]) for i in range(0, len(examples.requests.texts), 1000)]
    )
    phrases = [phrase.format(w=word) for word in words for phrase in _PHRASES]
    anchored = tokenize(phrases) if phrases else tokens[:0]
    with torch.no_grad():
        before = torch.cat(
            [F.normalize(cut_encode_text(model, part), dim=-1) for part in anchored.split(256) if len(part)]
        )
    average = {str(place): parameter.detach().clone() for place, parameter in enumerate(trained)}
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(plan.seed)
        for step in tqdm(range(plan.steps), desc="text tower", unit="step", mininterval=1.0, disable=not progress_bar):
            rng = np.random.default_rng([plan.seed, step])
            for group in optimizer.param_groups:
                group["lr"] = group["rate"] * min(1.0, (step + 1) / 50) * _cosine(step, plan.steps)
            chosen = rng.integers(0, len(tokens), combining.batch)
            held = rng.integers(0, len(anchored), plan.anchors if len(anchored) else 0)
            described, constraints = _descriptions(examples, plan.descriptions, rng)
            batch = torch.cat([tokens[chosen], anchored[held], tokenize(described)])
            with torch.autocast("cpu", torch.bfloat16):
                texts = cut_encode_text(model, batch)
            asked, anchors, plain = texts.float().split((len(chosen), len(held), len(described)))
            loss = training.loss(chosen, asked, rng) + _words_loss(examples, plain, constraints, plan.described, rng)
            if len(held):
                drift = (F.normalize(anchors, dim=-1) - before[held]).square().sum(dim=1).mean()
                loss = loss + plan.anchor_weight * drift
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 2.0)
            optimizer.step()
            decay = min(_AVERAGING, (1 + step) / (10 + step))
            average_weights(average, {str(place): p.detach() for place, p in enumerate(trained)}, decay)
            training.follow(decay)
            if (step + 1) % 50 == 0:
                _log.info("text step %d/%d  loss %.3f", step + 1, plan.steps, loss.item())
    with torch.no_grad():
        for place, parameter in enumerate(trained):
            parameter.copy_(average[str(place)])
            parameter.requires_grad_(False)
    return training.average


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


def whole_words(tokenizer: Any) -> list[str]:
    """The words that a tokenizer of open_clip's spells in one token."""
    tokens = (token.removesuffix("</w>") for token in tokenizer.encoder if token.endswith("</w>"))
    return sorted({token for token in tokens if re.fullmatch("[a-z]{3,}", token)})


def _descriptions(
    examples: Examples, count: int, rng: np.random.Generator
) -> tuple[list[str], list[dict[str, frozenset[str]]]]:
    rows = examples.collection.rows
    drawn = [rows[row] for row in rng.integers(0, len(rows), count).tolist()]
    described = [describe({key: value or None for key, value in row.items()}, rng) for row in drawn]
    texts = [vary(text, row, rng) for (text, _), row in zip(described, drawn, strict=True)]
    return texts, [dict(constraints) for _, constraints in described]


def _words_loss(
    examples: Examples,
    texts: Tensor,
    constraints: Sequence[dict[str, frozenset[str]]],
    count: int,
    rng: np.random.Generator,
) -> Tensor:
    """Descriptions have to find their pictures among some, as they did before."""
    collection = examples.collection
    gallery = rng.choice(len(collection.rows), min(count, len(collection.rows)), replace=False)
    bits = np.stack([encode_constraints(named, collection.keys) for named in constraints])
    matches = torch.from_numpy(match(collection.codes[gallery], bits).astype(np.int64))
    return contrastive_loss(torch.from_numpy(examples.features[gallery]), texts, torch.tensor(60.0), matches)


def _cosine(step: int, steps: int) -> float:
    return 0.5 + 0.5 * math.cos(math.pi * step / steps)
