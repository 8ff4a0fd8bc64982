"""The training of a Combiner on cached features: whole-gallery contrast, Adam, averaged weights."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from retrieval.combiner import Combiner
from retrieval.protocols import Features
from scripts.training.losses import average_weights, multi_positive_loss
from scripts.training.triplets import Collection, Requests, answers

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CombinerPlan:
    """The recipe.

    Attributes:
        gallery: pictures that each step contrasts with, drawn anew.
        look_weight: how much it counts that an answer keeps colour and pattern of the reference.
        keep_weight: how much it counts that an answer also keeps the rest of the reference.
        dropout: published as 0.5, for some thousand annotated triplets; requests from metadata never run out.
        noise: standard deviation of what is added to the reference features, in shares of their mean deviation.
    """

    steps: int = 1200
    batch: int = 192
    gallery: int = 2000
    learning_rate: float = 2e-3
    weight_decay: float = 1e-4
    scale: float = 60.0
    look_weight: float = 2.0
    keep_weight: float = 0.5
    dropout: float = 0.1
    noise: float = 0.1
    averaging: float = 0.995
    seed: int = 0


def train_combiner(
    features: Features,
    collection: Collection,
    requests: Requests,
    text_features: Features,
    plan: CombinerPlan,
    progress: Callable[[int], None] = lambda step: None,
) -> Combiner:
    """A Combiner for raw image features [n, d] and the raw features of the request texts [m, d]; P = H = 2 d."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    dimension = features.shape[1]
    combiner = Combiner(dimension, 2 * dimension, 2 * dimension)
    average = Combiner(dimension, 2 * dimension, 2 * dimension)
    average.load_state_dict(combiner.state_dict())
    optimizer = torch.optim.AdamW(combiner.parameters(), plan.learning_rate, weight_decay=plan.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, plan.learning_rate, plan.steps, pct_start=0.05)
    images, texts = torch.from_numpy(features), torch.from_numpy(text_features)
    embeddings = F.normalize(images, dim=-1)
    deviation = images.std(dim=0).mean() * plan.noise
    for module in combiner.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = plan.dropout
    combiner.train()
    for step in range(plan.steps):
        chosen = rng.integers(0, len(requests.texts), plan.batch)
        gallery = _gallery(requests.references[chosen], len(features), plan.gallery, rng)
        found = answers(collection, requests, chosen, gallery)
        reference = images[requests.references[chosen]]
        reference = reference + deviation * torch.randn_like(reference)
        composed = combiner(reference, texts[chosen])
        logits = plan.scale * composed @ embeddings[gallery].T
        loss: Tensor = (
            multi_positive_loss(logits, torch.from_numpy(found.wanted))
            + plan.look_weight * multi_positive_loss(logits, torch.from_numpy(found.same_look))
            + plan.keep_weight * multi_positive_loss(logits, torch.from_numpy(found.closest))
        )
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        decay = min(plan.averaging, (1 + step) / (10 + step))
        average_weights(average.state_dict(), combiner.state_dict(), decay)
        if (step + 1) % 250 == 0:
            _log.info("step %d/%d  loss %.3f", step + 1, plan.steps, loss.item())
        progress(step)
    return average.eval()


def _gallery(references: NDArray[np.int64], total: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Rows to contrast with: the references, as negatives, and others at random."""
    others = rng.choice(total, min(size, total), replace=False)
    return np.union1d(others, references)
