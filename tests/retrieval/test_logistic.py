"""The small logistic regression: it finds what tells two answers apart, and never lets evidence speak backwards."""

import numpy as np
import pytest

from retrieval.logistic import fit_logistic


def rows(seed=0, count=400):
    """Column 0 speaks for a match, column 1 against it, column 2 is noise, column 3 never varies."""
    rng = np.random.default_rng(seed)
    matched = rng.random(count) < 0.5
    evidence = rng.normal(size=(count, 4)) + np.outer(matched, [2.0, -2.0, 0.0, 0.0])
    evidence[:, 3] = 0.7
    return evidence, matched


def test_it_finds_what_tells_the_answers_apart():
    evidence, matched = rows()
    weights, bias = fit_logistic(evidence, matched, np.ones(len(matched)), rising=0)
    assert weights[0] > 1
    assert weights[1] < -1
    assert abs(weights[2]) < 0.5
    assert weights[3] == 0
    assert (((evidence @ weights + bias) > 0) == matched).mean() > 0.85


def test_rising_columns_never_speak_against_a_match():
    evidence, matched = rows()
    weights, _ = fit_logistic(evidence, matched, np.ones(len(matched)), rising=4)
    assert weights[1] == 0
    assert (weights >= 0).all()


def test_the_unit_of_a_column_does_not_matter():
    evidence, matched = rows()
    shares = np.ones(len(matched))
    weights, bias = fit_logistic(evidence, matched, shares, rising=0)
    scaled, moved = fit_logistic(evidence * 100 + 5, matched, shares, rising=0)
    assert (evidence * 100 + 5) @ scaled + moved == pytest.approx(evidence @ weights + bias, abs=1e-6)


def test_one_answer_or_nan_is_refused():
    evidence, matched = rows()
    shares = np.ones(len(matched))
    with pytest.raises(ValueError, match="both answers"):
        fit_logistic(evidence, np.ones(len(matched), dtype=bool), shares, rising=0)
    evidence[3, 1] = np.nan
    with pytest.raises(ValueError, match="NaN"):
        fit_logistic(evidence, matched, shares, rising=0)
