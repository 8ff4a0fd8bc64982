"""The contrastive loss with several right answers, and the averaged weights."""

import torch

from scripts.training.labels import KEYS, encode_table
from scripts.training.losses import (
    AttributeHeads,
    any_positive_loss,
    average_weights,
    contrastive_loss,
    graded_loss,
    multi_positive_loss,
    supervised_contrastive_loss,
)


def test_right_answers_do_not_compete_with_each_other() -> None:
    matches = torch.tensor([[1, 1, 0]])
    both_high = multi_positive_loss(torch.tensor([[9.0, 9.0, 0.0]]), matches)
    one_high = multi_positive_loss(torch.tensor([[9.0, 0.0, 0.0]]), matches)
    assert both_high < 0.01 < one_high


def test_unknown_pairs_take_no_part() -> None:
    matches = torch.tensor([[1, 0, -1]])
    low, high = (multi_positive_loss(torch.tensor([[2.0, 0.0, unknown]]), matches) for unknown in (-5.0, 50.0))
    assert torch.equal(low, high)


def test_one_right_answer_is_enough_where_any_will_do() -> None:
    matches = torch.tensor([[1, 1, 0, -1]])
    one_high = any_positive_loss(torch.tensor([[9.0, -9.0, 0.0, 50.0]]), matches)
    none_high = any_positive_loss(torch.tensor([[-9.0, -9.0, 0.0, 50.0]]), matches)
    assert one_high < 0.01 < 8 < none_high
    nothing = any_positive_loss(torch.zeros(2, 2), torch.tensor([[1, 1], [0, -1]]))
    assert nothing.item() == 0.0


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


def test_the_supervised_contrast_is_khosla_s_equation() -> None:
    logits, matches = torch.tensor([[2.0, 1.0, 0.0, 9.0]]), torch.tensor([[1, 1, 0, -1]])
    total = torch.logsumexp(logits[0, :3], dim=0)
    expected = ((total - 2.0) + (total - 1.0)) / 2
    torch.testing.assert_close(supervised_contrastive_loss(logits, matches), expected)


def test_the_graded_contrast_is_least_where_better_answers_come_first() -> None:
    matches, demerits = torch.tensor([[1, 1, 0]]), torch.tensor([[0, 1, 0]])
    ideal = graded_loss(torch.tensor([[0.0, -2.0, -50.0]]), matches, demerits, 2.0)
    weights = torch.tensor([0.0, -2.0]).softmax(dim=0)
    torch.testing.assert_close(ideal, -(weights * weights.log()).sum())
    for worse in ([-2.0, 0.0, -50.0], [0.0, -2.0, 0.0], [0.0, 0.0, -50.0]):
        assert graded_loss(torch.tensor([worse]), matches, demerits, 2.0) > ideal


def test_rows_without_an_answer_or_without_a_rival_take_no_part() -> None:
    logits = torch.tensor([[1.0, 2.0], [3.0, 4.0]], requires_grad=True)
    matches = torch.tensor([[0, 0], [1, 1]])
    for loss in (
        supervised_contrastive_loss(logits, matches),
        graded_loss(logits, matches, torch.zeros(2, 2, dtype=torch.int8), 2.0),
    ):
        assert loss.item() == 0
        loss.backward()
