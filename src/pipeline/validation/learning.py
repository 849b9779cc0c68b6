"""Fit a logistic regression on character n-grams to labelled lines."""

from collections.abc import Sequence

import numpy as np
from scipy import optimize, sparse, special

from helpers.arrays import Bools, Floats
from helpers.sentiment.chat_lines import GramModel, Grams

FEWEST_TEXTS = 2  # in which an n-gram must occur
PENALTY = 0.1  # of the squared weights, halved


def fit_logistic(texts: Sequence[str], positive: Bools) -> GramModel:
    """Fit a ridge logistic regression on character 1–3-grams to labelled texts.

    Term frequencies times smoothed inverse document frequencies, each text of length
    one (Salton and Buckley 1988), fitted by Newton's method in a trust region.
    """
    grams = Grams.of(texts)
    names, occurs = np.unique(grams.name, return_counts=True)
    names, occurs = names[occurs >= FEWEST_TEXTS], occurs[occurs >= FEWEST_TEXTS]
    rarity = np.log((1 + len(texts)) / (1 + occurs)) + 1
    features = grams.features(names, rarity)
    weights = fit_weights(features, np.asarray(positive, np.float64))
    return GramModel(names, rarity, weights)


def fit_weights(features: sparse.csr_array, positive: Floats) -> Floats:
    """Fit a ridge logistic regression; the intercept is not penalised."""
    transposed = features.T.tocsr()

    def loss(weights: Floats) -> float:
        margin = features @ weights[1:] + weights[0]
        entropy = np.logaddexp(0, margin) - positive * margin
        return float(entropy.sum() + PENALTY * (weights[1:] @ weights[1:]) / 2)

    def pulled(error: Floats, weights: Floats) -> Floats:
        inner = transposed @ error + PENALTY * weights[1:]
        return np.concatenate([[error.sum()], inner])

    def slope(weights: Floats) -> Floats:
        margin = features @ weights[1:] + weights[0]
        return pulled(special.expit(margin) - positive, weights)

    def curvature(weights: Floats, along: Floats) -> Floats:
        chance = special.expit(features @ weights[1:] + weights[0])
        step = features @ along[1:] + along[0]
        return pulled(chance * (1 - chance) * step, along)

    start = np.zeros(features.shape[1] + 1)
    optimum = optimize.minimize(
        loss, start, jac=slope, hessp=curvature, method="trust-ncg"
    )
    weights: Floats = optimum.x
    return weights
