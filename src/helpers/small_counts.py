"""Mask small counts of people, for privacy.

Estimates use all data. In what is written for others to read, a figure and its table or
an exported CSV, a count of people below k reads ``<k``. ``SHEQUN_K`` holds k for this
run; without it nothing is hidden, for public studies count what is public.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pandas as pd

from helpers.wording import say

OPEN = say("Small counts of people are shown: for your own eyes only.")
VARIABLE = "SHEQUN_K"
ENOUGH_GROUPS = 5  # of a user's own, for estimates, curves and chapters

# names under which tables and figures count people, and nothing else
PEOPLE = frozenset(
    {
        "members", "people", "posters", "posters_28", "newcomers", "retained", "mild",
        "core_4", "core_8", "core_12", "unanswered", "unanswered_either",
        "reply_receivers", "lurkers", "gone_silent", "gone_spoke", "did",
    }
)  # fmt: skip


def get_threshold() -> int:
    """Return the smallest count of people that is not masked."""
    return int(os.environ.get(VARIABLE) or 1)


@contextmanager
def show_counts_from(k: int) -> Iterator[None]:
    """Mask counts of people below `k` in all texts within the block.

    >>> with show_counts_from(5):
    ...     get_threshold()
    5
    """
    before = os.environ.get(VARIABLE, "")
    os.environ[VARIABLE] = str(k)
    try:
        yield
    finally:
        os.environ[VARIABLE] = before


def mask_frame(
    frame: pd.DataFrame, k: int, columns: Iterable[str] = PEOPLE
) -> pd.DataFrame:
    """Replace counts of people below k in a data frame by ``<k``.

    `columns`: the names under which it counts people.

    >>> mask_frame(pd.DataFrame({"posters": [0, 3, 7], "messages": [0, 3, 7]}), 5)
      posters  messages
    0       0         0
    1      <5         3
    2       7         7
    """
    if k <= 1:
        return frame
    return frame.assign(
        **{name: _mask_column(frame[name], k) for name in columns if name in frame}
    )


def _mask_column(column: pd.Series[float], k: int) -> pd.Series[float]:
    numbers = pd.to_numeric(column, errors="coerce")
    small = (numbers > 0) & (numbers < k)
    return column.astype(object).mask(small, f"<{k}") if small.any() else column
