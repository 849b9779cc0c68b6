"""Owner alone by silent mails: a closing is censored, not counted as silence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from tests.claims.registers import as_of, facts, registry

CLAIM, N, END = "s0-owner-alone-fails", 400, 3000


def _lists(ratio, *, closed_alone=0.0):
    """Simulate lists with one chair and two: mails end, and some groups are closed."""
    rng = np.random.default_rng(7)
    chairs = np.repeat([1, 2], N // 2)
    born = rng.integers(0, 1000, N)
    life = 30 + rng.exponential(900 / np.where(chairs == 1, ratio, 1.0))
    often = np.where(chairs == 1, closed_alone, closed_alone / 9)
    closing = np.where(rng.random(N) < often, 30 + rng.exponential(300, N), np.inf)
    end = np.minimum(born + closing, END)
    closed = np.where(end < END, end, np.nan)
    groups = registry(N, end, born, closed=closed)
    last = np.minimum(born + life, end)
    steps = pd.DataFrame({"group": np.arange(N), "role": "chair", "day": born})
    steps = steps.assign(holders=chairs, came=chairs, went=0, crowd=0)
    known = facts(
        N, last_mail_day=last, participants_first=9, participants_first_day=born
    )
    return as_of("w3c_chairs", named=False, registry=groups, holders=steps, facts=known)


@pytest.mark.parametrize("ratio", [2.0, 1.0])
def test_the_ratio_of_silence_is_recovered(ratio):
    """A simulated ratio lies in the interval."""
    found = evaluate(CLAIM, _lists(ratio))

    assert found.low < ratio < found.high
    assert found.variant == "mails"


def test_closed_group_is_censored_not_silent():
    """Where groups with one chair are closed for it, their mails decide."""
    found = evaluate(CLAIM, _lists(1.0, closed_alone=0.9))
    closing = found.beside[0].interval

    assert found.low < 1 < found.high
    assert found.word != "SUPPORTED"
    assert closing.low > 1.25


def test_w3c_closings_alone_do_not_decide():
    """Closings alone would support; mails before the closing do not."""
    found = evaluate(CLAIM, open_study("w3c_chairs"))
    closing = found.beside[0].interval

    assert closing.low > 1.25
    assert found.low < 1.25 < found.high
    assert found.word == "INCONCLUSIVE"
