import numpy as np
import pytest

from retrieval.embedding import normalize
from retrieval.protocols import Embeddings, Rows
from scripts.evaluation.few_shot import MIXTURES, fit_few_shot

D = 16


def blobs(chance: np.random.Generator, centres: Embeddings, count: int, spread: float) -> tuple[Embeddings, Rows]:
    labels = np.repeat(np.arange(len(centres)), count)
    return normalize(centres[labels] + spread * chance.normal(size=(len(labels), centres.shape[1]))), labels


def accuracy(scores: np.ndarray, labels: Rows) -> float:
    return float((scores.argmax(axis=1) == labels).mean())


@pytest.mark.parametrize("shots", [1, 2, 5, 16])
def test_shots_help_where_words_are_half_right(shots: int) -> None:
    chance = np.random.default_rng(shots)
    centres = normalize(chance.normal(size=(8, D)))
    words = normalize(centres + 0.35 * chance.normal(size=centres.shape))
    shown, labels = blobs(chance, centres, shots, 0.2)
    tested, truth = blobs(chance, centres, 200, 0.2)
    head = fit_few_shot(shown, labels, words)
    assert accuracy(head.scores(tested), truth) > accuracy(tested @ words.T, truth)
    assert head.mixture in MIXTURES


def test_shots_that_teach_nothing_leave_the_words_alone() -> None:
    chance = np.random.default_rng(0)
    words = np.eye(4, D, dtype=np.float32)
    # What tells the classes apart is small beside a noise that the words do not look at.
    noise = np.zeros((32, D))
    noise[:, 4:] = 3 * chance.normal(size=(32, D - 4))
    labels = np.repeat(np.arange(4), 8)
    head = fit_few_shot(normalize(words[labels] + noise), labels, words)
    tested = normalize(words[labels] + noise[::-1])
    assert accuracy(head.scores(tested), labels) == 1


def test_the_head_is_the_published_formula() -> None:
    chance = np.random.default_rng(5)
    centres = normalize(chance.normal(size=(3, D)))
    shots, labels = blobs(chance, centres, 6, 0.3)
    words = normalize(chance.normal(size=(3, D)))
    head = fit_few_shot(shots, labels, words)

    exact = shots.astype(np.float64)
    means = np.array([exact[6 * label : 6 * label + 6].mean(axis=0) for label in range(3)])
    covariance = sum(np.outer(row - means[label], row - means[label]) for row, label in zip(exact, labels, strict=True))
    covariance = covariance / 17
    precision = D * np.linalg.inv(17 * covariance + np.trace(covariance) * np.eye(D))
    gda = np.array([[row @ precision @ mean - mean @ precision @ mean / 2 for mean in means] for row in exact])
    zero_shot = exact @ words.T
    expected = zero_shot / zero_shot.std(axis=1).mean() + head.mixture * gda / gda.std(axis=1).mean()
    assert head.scores(shots) == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_equal_shots_of_a_class_are_no_trouble() -> None:
    words = np.eye(2, 4, dtype=np.float32)
    head = fit_few_shot(np.repeat(words, 3, axis=0), np.repeat(np.arange(2), 3), words)
    assert np.isfinite(head.scores(words)).all()
    assert head.mixture == 0, "what the words say already is not to be bettered"


def test_unequal_shots_are_refused() -> None:
    words = np.eye(2, 4, dtype=np.float32)
    for labels in ([0, 0, 1], [0, 0, 0]):
        with pytest.raises(ValueError, match="same number of shots"):
            fit_few_shot(words[labels], np.array(labels), words)
