"""Softmax regression over many counts and one short vector a sentence.

It finds what scikit-learn's LogisticRegression (lbfgs, balanced classes) finds, several times as quickly, because the
vectors are not multiplied as if they were sparse; what is kept is one matrix, read in a moment.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

SMALLEST_FALL = 1e-9  # of the loss, in one step: below it nothing is learnt any more


def scores(weights: np.ndarray, counts: csr_matrix, vectors: np.ndarray) -> np.ndarray:
    """One row a sentence, one column a class; `weights` has a row for each count, each number of a vector, and the bias."""
    size = counts.shape[1]
    return counts @ weights[:size] + vectors @ weights[size:-1] + weights[-1]


def probabilities(weights: np.ndarray, counts: csr_matrix, vectors: np.ndarray) -> np.ndarray:
    """As `scores`, each row summing to 1."""
    found = scores(weights, counts, vectors)
    found = np.exp(found - found.max(axis=1, keepdims=True))
    return found / found.sum(axis=1, keepdims=True)


def fit(counts: csr_matrix, vectors: np.ndarray, labels: np.ndarray, c: float, rounds: int) -> np.ndarray:
    """Weights for the classes 0, 1, … of `labels`, all of equal importance however many sentences each has.

    `c` is how much a sentence counts against small weights, `rounds` the most steps of L-BFGS.
    """
    number, sentences = np.bincount(labels), np.arange(len(labels))
    shape = (counts.shape[1] + vectors.shape[1] + 1, len(number))
    importance = (c * len(labels) / (len(number) * number))[labels].astype(np.float32)
    counts, vectors = counts.astype(np.float32), vectors.astype(np.float32)
    turned, wanted = counts.T.tocsr(), np.zeros((len(labels), len(number)), np.float32)
    wanted[sentences, labels] = 1

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        share = probabilities(weights.astype(np.float32), counts, vectors)
        missed = -np.log(np.maximum(share[sentences, labels], np.finfo(np.float32).tiny))
        error = (share - wanted) * importance[:, None]
        slope = np.vstack([turned @ error, vectors.T @ error, error.sum(axis=0, keepdims=True)]).astype(float)
        slope[:-1] += weights[:-1]
        return float(importance @ missed) + (weights[:-1] ** 2).sum() / 2, slope.ravel()

    found = minimize(
        loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": rounds, "ftol": SMALLEST_FALL}
    )
    return found.x.reshape(shape).astype(np.float32)
