"""Agreement of an instrument's scores with labels that people gave."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

from helpers.errors import NotIdentifiableError
from helpers.survival.interval import Interval, Wald
from helpers.wording import say


def compute_auc(score: npt.ArrayLike, positive: npt.ArrayLike) -> Interval:
    """Compute the area under the ROC curve of scores, ties counting half.

    Standard error after DeLong, DeLong and Clarke-Pearson (1988), by midranks.

    >>> compute_auc([0.1, 0.4, 0.35, 0.8], [False, False, True, True]).estimate
    0.75
    """
    scores, truth = np.asarray(score, np.float64), np.asarray(positive, bool)
    m, n = int(truth.sum()), int((~truth).sum())
    if min(m, n) < 2:  # noqa: PLR2004 - one has no spread
        raise NotIdentifiableError(
            say("agreement needs two labels of each kind"),
            remedy=say("label more messages with shequn label"),
        )
    ranks = stats.rankdata(scores)
    above = (ranks[truth] - stats.rankdata(scores[truth])) / n
    below = 1 - (ranks[~truth] - stats.rankdata(scores[~truth])) / m
    value = float(above.mean())
    se = float(np.sqrt(above.var(ddof=1) / m + below.var(ddof=1) / n))
    rule = Wald(value, se, "identity", bounds=(0, 1))
    return Interval.of(value, rule, method="DeLong, normal", n=m + n, clusters=m + n)
