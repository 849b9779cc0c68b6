"""Mask small counts of people, for privacy.

Estimates use all data. What is written for others to read, a page, a figure and its
table, a number to quote, an exported CSV, writes a count of people below k as ``<k``.
A count of people is a `People`: it marks itself in any text that it is written into,
so that `mask_text` finds it whatever the words around it. ``SHEQUN_K`` holds k for this
run; without it nothing is hidden, for public studies count what is public.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import pandas as pd

from helpers.wording import Message

OPEN = "--k 1: small counts of people are shown. For your own eyes only."
VARIABLE = "SHEQUN_K"
MARK = "\u2063"  # invisible, and in no text that a reader of ours writes
MARKED = re.compile(rf"{MARK}([\d,\u202f]+){MARK}")

# names under which tables and figures count people, and nothing else
PEOPLE = frozenset(
    {
        "members", "people", "posters", "posters_28", "newcomers", "retained", "mild",
        "core_4", "core_8", "core_12", "unanswered", "unanswered_either",
        "reply_receivers", "lurkers", "gone_silent", "gone_spoke", "did",
    }
)  # fmt: skip


class People(int):
    """A count of people; small values can be masked in texts that contain it.

    >>> f"{People(3)} lurkers in {4} groups" == "3 lurkers in 4 groups"
    False
    >>> mask_text(f"{People(3)} lurkers in {4} groups", 5)
    '<5 lurkers in 4 groups'
    """

    def __format__(self, spec: str) -> str:
        return f"{MARK}{int(self):{spec}}{MARK}"

    def __str__(self) -> str:
        return format(self, "")


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


def get_notice() -> str:
    """Return the notice for pages that show small counts, else "".

    >>> with show_counts_from(1):
    ...     get_notice()
    '--k 1: small counts of people are shown. For your own eyes only.'
    """
    return OPEN if os.environ.get(VARIABLE) and get_threshold() <= 1 else ""


def mask_frame(
    frame: pd.DataFrame, k: int, columns: Iterable[str] = PEOPLE
) -> pd.DataFrame:
    """Replace counts of people below k in a data frame by ``<k``.

    Parameters
    ----------
    columns
        The names under which it counts people.

    Examples
    --------
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


def mask_text(text: str, k: int | None = None) -> str:
    """Replace marked counts of people below k in a text by ``<k``.

    Parameters
    ----------
    text
        A message, or text in which `People` marked the counts of people.
    k
        That of this run by default.

    Examples
    --------
    >>> from helpers.wording import say
    >>> mask_text(say("{n} lurkers in {groups} groups", n=People(3), groups=4), 5)
    '<5 lurkers in 4 groups'
    """
    limit = get_threshold() if k is None else k
    if isinstance(text, Message):
        return text.map_values(lambda value: _mask_value(value, limit))
    return MARKED.sub(lambda match: _mask_number(match, limit), text)


class _Hidden(str):
    """A masked count of people, which any number format shows as "<k"."""

    __slots__ = ()

    def __format__(self, spec: str) -> str:
        return str(self)


def _mask_value(value: object, k: int) -> object:
    """Return a value for a message; "<k" if it counts fewer than k people."""
    if isinstance(value, People):
        return _Hidden(f"<{k}") if 0 < value < k else int(value)
    return mask_text(value, k) if isinstance(value, str) else value


def _mask_number(match: re.Match[str], k: int) -> str:
    number = int(re.sub(r"\D", "", match[1]))
    return f"<{k}" if 0 < number < k else match[1]
