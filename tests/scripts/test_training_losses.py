"""The contrastive loss with several right answers, and the averaged weights."""

import torch

from scripts.training.labels import KEYS, encode_table
from scripts.training.losses import AttributeHeads, average_weights, contrastive_loss, multi_positive_loss


def test_right_answers_do_not_compete_with_each_other() -> None:
    matches = torch.tensor([[1, 1, 0]])
    both_high = multi_positive_loss(torch.tensor([[9.0, 9.0, 0.0]]), matches)
    one_high = multi_positive_loss(torch.tensor([[9.0, 0.0, 0.0]]), matches)
    assert both_high < 0.01 < one_high


def test_unknown_pairs_take_no_part() -> None:
    matches = torch.tensor([[1, 0, -1]])
    low, high = (multi_positive_loss(torch.tensor([[2.0, 0.0, unknown]]), matches) for unknown in (-5.0, 50.0))
    assert torch.equal(low, high)


def test_rows_without_a_right_or_a_wrong_answer_give_no_nan() -> None:
    logits = torch.randn(3, 2, requires_grad=True)
    loss = multi_positive_loss(logits, torch.tensor([[1, 1], [0, 0], [-1, -1]]))
    loss.backward()
    assert loss.item() == 0.0
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_the_loss_falls_when_features_agree() -> None:
    features = torch.eye(4)
    matches = torch.eye(4, dtype=torch.long)
    scale = torch.tensor(20.0)
    assert contrastive_loss(features, features, scale, matches) < contrastive_loss(
        features, features.roll(1, 0), scale, matches
    )


def test_heads_ignore_what_is_unknown() -> None:
    torch.manual_seed(0)
    heads = AttributeHeads(8)
    features = torch.randn(2, 8)
    known = torch.from_numpy(encode_table([{"category": "hat"}, {"category": "dress", "colour": "red"}]))
    unknown = torch.from_numpy(encode_table([{}, {}], complete=False))
    assert heads.loss(features, known) > 0
    assert heads.loss(features, unknown) == 0
    assert known.shape == (2, len(KEYS))


def test_the_average_moves_towards_the_current_weights() -> None:
    average = {"weight": torch.zeros(2), "count": torch.tensor(1)}
    average_weights(average, {"weight": torch.ones(2), "count": torch.tensor(5)}, 0.75)
    assert average["weight"].tolist() == [0.25, 0.25]
    assert average["count"].item() == 5
