"""An instrument for questions that no rule answers, learnt from a user's own labels.

Nobody may be read by a model that learnt from his own label: the correction would find
no error. So the labels are dealt into folds by group; a labelled message is read by the
model of the other folds, any other message by the mean of all models.

References
----------
Zrnic and Candès (2024), Cross-prediction-powered inference, PNAS 121, e2322083121.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats
from helpers.sentiment.labels.domain import logistic

FOLDS = 5
FEWEST = 10  # labels of each answer outside any fold
EVEN = 0.5


def cross_read(
    texts: Sequence[str],
    labelled: npt.ArrayLike,
    positive: npt.ArrayLike,
    group: npt.ArrayLike,
) -> Floats:
    """Return how surely each text has the answer, .5 throughout with too few labels.

    Parameters
    ----------
    texts : length n
    labelled : shape (k,)
        Which of them people read.
    positive : shape (k,)
        Whether they found the answer.
    group : shape (k,)
        Of the labelled texts; a group lies in one fold.

    Examples
    --------
    >>> said = ["谁来打球"] * 40 + ["今天读书"] * 40
    >>> known = np.arange(0, 80, 2)
    >>> cross_read(said, known, known < 40, known // 2 % 10)[[1, 41]].round().tolist()
    [1.0, 0.0]
    """
    rows, truth = np.asarray(labelled, np.int64), np.asarray(positive, np.bool_)
    fold = pd.factorize(np.asarray(group, object), sort=True)[0] % FOLDS
    if not all(_enough(truth[fold != k]) for k in range(FOLDS)):
        return np.full(len(texts), EVEN)
    names, code = np.unique(np.asarray(texts, object), return_inverse=True)
    unique, found = names.tolist(), np.zeros(len(texts))
    own = np.empty(len(rows))
    for k in range(FOLDS):
        others = fold != k
        learnt = logistic([texts[row] for row in rows[others]], truth[others])
        scores = learnt(unique)[code]
        found += scores / FOLDS
        own[~others] = scores[rows[~others]]
    found[rows] = own
    return found


def _enough(truth: Bools) -> bool:
    return min(int(truth.sum()), int((~truth).sum())) >= FEWEST
