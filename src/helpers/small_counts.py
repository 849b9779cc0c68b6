"""Small counts of people, which nobody but their owner should see.

Estimates use all data. What is written for others to read, a page, a figure and its
table, a number to quote, an exported CSV, writes a count of people below k as ``<k``.
``SHEQUN_K`` holds k for this run; without it nothing is hidden, for public studies
count what is public. There are three ways out, and each comes by here: `hidden` for
frames (tables, figures), `told` for sentences and cells, `withheld` for verdicts.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from helpers.claims.verdict import Verdict

__all__ = ["PEOPLE", "hidden", "least", "notice", "showing", "told", "withheld"]

OPEN = "--k 1: small counts of people are shown. For your own eyes only."
VARIABLE = "SHEQUN_K"

# names under which tables and figures count people, and nothing else
PEOPLE = frozenset(
    {
        "members", "people", "posters", "posters_28", "spoke", "newcomers", "retained",
        "mild", "core_4", "core_8", "core_12", "unanswered", "unanswered_either",
        "reply_receivers", "lurkers", "gone_silent",
    }
)  # fmt: skip
WHO = (
    r"(?:(?:core|mild|new|silent|listed|other|distinct|active)[ _])?"
    r"(?:people|persons?|members?|memberships?|posters?|newcomers?|lurkers?|senders?"
    r"|writers?|readers?|leavers?|holders?|joiners?|administrators?|admins?|owners?"
    r"|gone silent(?:ly)?|of them)\b"
)
WHO_ZH = "个?人|[名位个]?(?:成员|发言者|群友|潜水者|新人)"
ANYBODY = f"(?:{WHO}|{WHO_ZH})"
NAMED = re.compile(rf"{WHO}(?: \(n\))?", re.IGNORECASE)
THRESHOLDS = (
    "≥ ", "≤ ", "< ", "> ", "than ", "under ", "most ", "least ",
    "少于 ", "不足 ", "超过 ", "至少 ", "至多 ", "低于 ",
)  # fmt: skip
LIMIT = r"(?<![\d.,≥≤<>=–-])" + "".join(rf"(?<!{sign})" for sign in THRESHOLDS)
IN_WORDS = re.compile(rf"{LIMIT}\b([1-9]\d*)(?=[ \u202f]?{ANYBODY})", re.IGNORECASE)
MARKED = re.compile(
    rf'(<span data-number="[^"]*" data-value=")[^"]*">([1-9]\d*)(?=</span> ?{ANYBODY})'
)


def least() -> int:
    """Return k of this run."""
    return int(os.environ.get(VARIABLE) or 1)


@contextmanager
def showing(k: int) -> Iterator[None]:
    """Show no count of people below `k` in the block, child processes included.

    >>> with showing(5):
    ...     least()
    5
    """
    before = os.environ.get(VARIABLE, "")
    os.environ[VARIABLE] = str(k)
    try:
        yield
    finally:
        os.environ[VARIABLE] = before


def notice() -> str:
    """Return what every page says if somebody asked to see small counts, else nothing.

    >>> with showing(1):
    ...     notice()
    '--k 1: small counts of people are shown. For your own eyes only.'
    """
    return OPEN if os.environ.get(VARIABLE) and least() <= 1 else ""


def hidden(
    frame: pd.DataFrame, k: int, columns: Iterable[str] = PEOPLE
) -> pd.DataFrame:
    """Return a frame whose counts of people from 1 to k − 1 read ``<k``.

    Counts of people are the columns given, and those named in words for people.

    Examples
    --------
    >>> hidden(pd.DataFrame({"core members": [0, 3, 7], "messages": [0, 3, 7]}), 5)
      core members  messages
    0            0         0
    1           <5         3
    2            7         7
    """
    if k <= 1:
        return frame
    asked = set(columns)
    return frame.assign(
        **{
            name: _masked(frame[name], k)
            for name in frame.columns
            if name in asked or NAMED.fullmatch(str(name))
        }
    )


def _masked(column: pd.Series[float], k: int) -> pd.Series[float]:
    numbers = pd.to_numeric(column, errors="coerce")
    small = (numbers > 0) & (numbers < k)
    return column.astype(object).mask(small, f"<{k}") if small.any() else column


def told(text: str, k: int) -> str:
    """Return a sentence without counts of people from 1 to k − 1; thresholds stay.

    Examples
    --------
    >>> told("3 lurkers in 2 groups of ≥ 3 members; 12 members wrote", 5)
    '<5 lurkers in 2 groups of ≥ 3 members; 12 members wrote'
    """
    if k <= 1:
        return text
    marked = MARKED.sub(lambda m: _unmarked(m, k), text)
    return IN_WORDS.sub(lambda m: _small(m[1], k), marked)


def _small(number: str, k: int) -> str:
    return number if int(number) >= k else f"<{k}"


def _unmarked(found: re.Match[str], k: int) -> str:
    """Take the value from a marked number too, which pages list by its name."""
    return found[0] if int(found[2]) >= k else f'{found[1]}nan">&lt;{k}'


def withheld(verdict: Verdict, k: int) -> Verdict:
    """Return a verdict to be shown: its word stays, small counts of people do not.

    Numbers beside it that rest on fewer than k of anything are left out whole.
    """
    if k <= 1:
        return verdict
    return replace(
        verdict,
        reason=told(verdict.reason, k),
        note=told(verdict.note, k),
        gates=tuple(replace(g, detail=told(g.detail, k)) for g in verdict.gates),
        beside=tuple(one for one in verdict.beside if one.interval.n >= k),
        parts=tuple(withheld(part, k) for part in verdict.parts),
    )
