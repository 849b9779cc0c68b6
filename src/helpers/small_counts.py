"""Small counts of people, which nobody but their owner should see.

Estimates use all data. What is written for others to read, a page, a figure's table,
an exported CSV, writes a count of people below k as ``<k``. ``SHEQUN_K`` holds k for
this run; without it nothing is hidden, for public studies count what is public.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["PEOPLE", "hidden", "least"]

# names under which tables and figures count people, and nothing else
PEOPLE = frozenset(
    {
        "members", "people", "posters", "posters_28", "spoke", "newcomers", "retained",
        "mild", "core_4", "core_8", "core_12", "unanswered", "unanswered_either",
        "reply_receivers", "lurkers", "gone_silent",
    }
)  # fmt: skip


def least() -> int:
    """Return k of this run."""
    return int(os.environ.get("SHEQUN_K") or 1)


def hidden(
    frame: pd.DataFrame, k: int, columns: Iterable[str] = PEOPLE
) -> pd.DataFrame:
    """Return a frame whose counts of people from 1 to k − 1 read ``<k``.

    Examples
    --------
    >>> hidden(pd.DataFrame({"posters": [0, 3, 7], "messages": [0, 3, 7]}), 5)
      posters  messages
    0       0         0
    1      <5         3
    2       7         7
    """
    if k <= 1:
        return frame
    return frame.assign(
        **{
            name: _masked(frame[name], k)
            for name in frame.columns
            if name in set(columns)
        }
    )


def _masked(column: pd.Series[float], k: int) -> pd.Series[float]:
    numbers = pd.to_numeric(column, errors="coerce")
    small = (numbers > 0) & (numbers < k)
    return column.astype(object).mask(small, f"<{k}") if small.any() else column
