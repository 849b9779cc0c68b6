"""Negative messages of rooms, as the chosen learner reads them."""

import numpy as np
import pandas as pd

from helpers.sentiment.error_draws import LEARNER, draw_errors
from pipeline.validation.negatives import count_by_month


def test_false_alarms_alone_make_no_month_negative() -> None:
    """A month was called negative by what an instrument always hears."""
    lengths = np.array([400.0, 0, 0])
    errors = draw_errors("negative", lengths, np.random.default_rng(1), 1, LEARNER)
    alarms = round(400 * (1 - errors.specificity[0]))
    rows = pd.DataFrame({"source": "a", "group": 1, "month": 0, "text": ["hm"] * 400})
    counts = count_by_month(rows, np.arange(400) < alarms)
    assert counts[["scored", "negative", "short"]].to_numpy().tolist() == [
        [400, alarms, 400]
    ]
    assert counts["low"].item() == 0
    assert counts["share"].item() < 0.02
