"""Monthly shares of negative messages, with the instrument's errors taken out."""

from __future__ import annotations

import numpy as np

from helpers.arrays import Floats, Ints
from helpers.sentiment.error_draws import draw_rates


def correct_months(
    read: Ints, lengths: Floats, rng: np.random.Generator, draws: int,
    instrument: str = "vader",
) -> Floats:  # fmt: skip
    """Correct counts of negative messages for errors of reading (Rogan, Gladen 1978).

    Limits hold the errors' uncertainty and the number of messages.
    """
    n = lengths.sum(axis=1, keepdims=True)
    rates = draw_rates("negative", rng, draws, instrument)
    hit, passed = np.tensordot(rates, lengths / n, axes=(1, 1)).swapaxes(1, 2)
    seen = read[:, None]
    drawn = rng.beta(seen + 0.5, n - seen + 0.5, (len(read), draws))
    share = np.hstack([seen / n, drawn])
    true = (share + passed - 1) / (hit + passed - 1)
    ends = np.percentile(true[:, 1:], (2.5, 97.5), axis=1).T
    return np.asarray(np.clip(np.column_stack([true[:, :1], ends]), 0, 1))
