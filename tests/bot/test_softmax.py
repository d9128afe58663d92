"""The regression behind the intents."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix, hstack
from sklearn.linear_model import LogisticRegression

from bot import softmax


@pytest.fixture(scope="module")
def sentences():
    """300 sentences of three kinds, one kind rare: counts, vectors, kinds."""
    luck = np.random.default_rng(7)
    kinds = np.repeat([0, 1, 2], [150, 130, 20])
    counts = luck.poisson(0.2 + 0.8 * np.eye(3)[kinds][:, np.arange(40) % 3])
    vectors = luck.normal(np.eye(3)[kinds][:, np.arange(8) % 3], 1.0)
    return csr_matrix(counts), vectors, kinds


def test_it_finds_what_scikit_learn_finds(sentences):
    counts, vectors, kinds = sentences
    weights = softmax.fit(counts, vectors, kinds, 1.0, 500)
    theirs = LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000, tol=1e-7)
    both = hstack([counts, csr_matrix(vectors)]).tocsr()
    assert softmax.probabilities(weights, counts, vectors) == pytest.approx(
        theirs.fit(both, kinds).predict_proba(both), abs=0.01
    )


def test_it_gives_shares_that_sum_to_one(sentences):
    counts, vectors, kinds = sentences
    shares = softmax.probabilities(softmax.fit(counts, vectors, kinds, 1.0, 5), counts, vectors)
    assert shares.sum(axis=1) == pytest.approx(np.ones(300), abs=1e-5)


def test_it_learns_a_rare_kind_too(sentences):
    counts, vectors, kinds = sentences
    shares = softmax.probabilities(softmax.fit(counts, vectors, kinds, 1.0, 100), counts, vectors)
    assert (shares.argmax(axis=1)[kinds == 2] == 2).mean() > 0.9
