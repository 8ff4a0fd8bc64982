"""A small logistic regression whose weights can be kept from going negative."""

import numpy as np
from numpy.typing import NDArray

_RIDGE = 1.0
_STEPS = 50
_CONVERGED = 1e-8


def fit_logistic(
    evidence: NDArray[np.float64], matched: NDArray[np.bool_], shares: NDArray[np.float64], rising: int
) -> tuple[NDArray[np.float64], float]:
    """Weights [f] and bias that tell matched rows from the others.

    Columns are standardised for the fit, which keeps one ridge penalty right for all of them, and the result is given
    for the columns as they came. Columns that do not vary get the weight 0. Newton's method; of the first `rising`
    columns those whose weight would be negative are left out, worst first, until none is (an active set).

    Args:
        evidence: [n, f].
        matched: n, with both values among them.
        shares: n positive weights of the rows, in independent observations: the ridge counts as one of them.
        rising: number of columns, from the first, that must not speak against a match when they grow.

    Raises:
        ValueError: NaN or infinity, or only one of the two answers.
    """
    if not np.isfinite(evidence).all():
        raise ValueError("evidence with NaN or infinity in it")
    if matched.all() or not matched.any():
        raise ValueError("a fit needs rows of both answers")
    centre, scale = evidence.mean(axis=0), evidence.std(axis=0)
    varying = scale > 1e-6 * (1 + np.abs(centre))
    standard = (evidence - centre) / np.where(varying, scale, 1.0)
    used: list[int] = np.flatnonzero(varying).tolist()
    while True:
        coefficients = _newton(standard[:, used], matched, shares)
        against = [(weight, column) for weight, column in zip(coefficients, used, strict=False) if column < rising]
        worst = min(against, default=(0.0, -1))
        if worst[0] >= 0:
            break
        used.remove(worst[1])
    weights = np.zeros(evidence.shape[1])
    weights[used] = coefficients[:-1] / scale[used]
    return weights, float(coefficients[-1] - weights @ centre)


def _newton(
    standard: NDArray[np.float64], matched: NDArray[np.bool_], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """[f + 1] coefficients, the bias last, which alone is not penalised."""
    rows = np.hstack([standard, np.ones((len(standard), 1))])
    penalty = np.append(np.full(standard.shape[1], _RIDGE), 1e-6)
    coefficients = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        expected = 1 / (1 + np.exp(-np.clip(rows @ coefficients, -30, 30)))
        gradient = rows.T @ (shares * (expected - matched)) + penalty * coefficients
        curvature = (rows * (shares * expected * (1 - expected))[:, None]).T @ rows + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        coefficients -= step
        if float(np.abs(step).max()) < _CONVERGED:
            break
    return coefficients
