"""The contrastive loss of CLIP where a text is true of many pictures of the batch."""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from scripts.training.labels import KEYS, NONE, UNKNOWN


def multi_positive_loss(logits: Tensor, matches: Tensor) -> Tensor:
    """How badly the columns of each row are told apart; a scalar.

    Every right column of a row competes with all wrong ones, never with another right one (Khosla et al. 2020,
    "Supervised Contrastive Learning", with the other positives taken out of the denominator). Unknown pairs take
    no part.

    Args:
        logits: [n, m], scaled similarities.
        matches: [n, m], 1 right, 0 wrong, -1 unknown.
    """
    right = matches == 1
    rivals = logits.masked_fill(matches != 0, float("-inf")).logsumexp(dim=1, keepdim=True)
    losses = F.softplus(rivals - logits)
    count = right.sum(dim=1)
    per_row = (losses * right).sum(dim=1) / count.clamp(min=1)
    usable = (count > 0) & torch.isfinite(rivals[:, 0])
    return per_row[usable].mean() if bool(usable.any()) else logits.sum() * 0


def supervised_contrastive_loss(logits: Tensor, matches: Tensor) -> Tensor:
    """As `multi_positive_loss`, but right columns are rivals of one another too; a scalar.

    Khosla et al. 2020, "Supervised Contrastive Learning", equation 2: the mean over the right columns outside the
    logarithm.

    Args:
        logits: [n, m], scaled similarities.
        matches: [n, m], 1 right, 0 wrong, -1 unknown.
    """
    right = matches == 1
    count = right.sum(dim=1)
    likelihoods = logits.masked_fill(matches == -1, float("-inf")).log_softmax(dim=1)
    per_row = -likelihoods.masked_fill(~right, 0.0).sum(dim=1) / count.clamp(min=1)
    usable = (count > 0) & ((matches == 0).sum(dim=1) > 0)
    return per_row[usable].mean() if bool(usable.any()) else logits.sum() * 0


def any_positive_loss(logits: Tensor, matches: Tensor) -> Tensor:
    """How unlikely it is that a right column of each row comes first, whichever; a scalar.

    The right columns share the credit instead of each having to win: "another colour" cannot lead to all colours at
    once (MIL-NCE; Miech et al. 2020, "End-to-End Learning of Visual Representations from Uncurated Instructional
    Videos", equation 1).

    Args:
        logits: [n, m], scaled similarities.
        matches: [n, m], 1 right, 0 wrong, -1 unknown.
    """
    usable = (matches == 1).any(dim=1) & (matches == 0).any(dim=1)
    if not bool(usable.any()):
        return logits.sum() * 0
    logits, matches = logits[usable], matches[usable]
    known = logits.masked_fill(matches == -1, float("-inf")).logsumexp(dim=1)
    return (known - logits.masked_fill(matches != 1, float("-inf")).logsumexp(dim=1)).mean()


def graded_loss(logits: Tensor, matches: Tensor, demerits: Tensor, steepness: float) -> Tensor:
    """Cross-entropy with soft labels over the right columns, the better ones first; a scalar.

    Each right column has the probability exp(-steepness * demerits), normalised over its row; wrong ones have none.

    Args:
        logits: [n, m], scaled similarities.
        matches: [n, m], 1 right, 0 wrong, -1 unknown.
        demerits: [n, m], how much is wrong with a right column.
        steepness: how much one demerit counts.
    """
    right = matches == 1
    usable = right.any(dim=1) & (matches == 0).any(dim=1)
    if not bool(usable.any()):
        return logits.sum() * 0
    right, demerits = right[usable], demerits[usable]
    targets = (-steepness * demerits.float()).masked_fill(~right, float("-inf")).softmax(dim=1)
    likelihoods = logits[usable].masked_fill(matches[usable] == -1, float("-inf")).log_softmax(dim=1)
    return -(targets * likelihoods.masked_fill(~right, 0.0)).sum(dim=1).mean()


def contrastive_loss(image_features: Tensor, text_features: Tensor, scale: Tensor, matches: Tensor) -> Tensor:
    """Both directions of the multi-positive loss, from [n, d] and [m, d] raw features and [n, m] matches."""
    logits = scale * F.normalize(image_features, dim=-1) @ F.normalize(text_features, dim=-1).T
    return (multi_positive_loss(logits, matches) + multi_positive_loss(logits.T, matches.T)) / 2


HEAD_WEIGHTS: Mapping[str, float] = {
    "category": 2.0, "colour": 1.0, "pattern": 4.0, "sleeve": 0.7, "length": 1.5, "neckline": 3.0, "detail": 8.0,
}  # fmt: skip
"""Fine textures are learned last: with equal weights the patterns were still at chance when all else was settled."""


class AttributeHeads(nn.Module):
    """One linear classifier per attribute on the image features; used in training only.

    They keep in the features what no text of a batch happens to name, and what the Combiner has to carry over.
    """

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.heads = nn.ModuleList(nn.Linear(dimension, len(values) + NONE + 1) for values in KEYS.values())

    def loss(self, features: Tensor, codes: Tensor) -> Tensor:
        """Weighted mean cross-entropy over the known attributes; [n, d] raw features, [n, 7] codes."""
        known = codes != UNKNOWN
        losses, total = features.sum() * 0, 0.0
        for position, (head, weight) in enumerate(zip(self.heads, HEAD_WEIGHTS.values(), strict=True)):
            if bool(known[:, position].any()):
                losses = losses + weight * F.cross_entropy(head(features), codes[:, position], ignore_index=UNKNOWN)
                total += weight
        return losses / max(total, 1.0)


def average_weights(average: Mapping[str, Tensor], current: Mapping[str, Tensor], decay: float) -> None:
    """Move the running average of a model's state towards its current one, in place."""
    for name, value in average.items():
        if value.is_floating_point():
            value.lerp_(current[name].to(value.dtype), 1 - decay)
        else:
            value.copy_(current[name])
