"""Lifetimes of groups with accounts excluded as bots or advertisers.

A screen that removes whole groups by what is said in them can remove the long-lived
ones, and what is left reads as death.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.records import DAY_US

MOSTLY = 0.5  # of a group's messages: who loses so many is excluded
LEAST = 3  # groups on either side, or nothing is tested
DIGITS = 6


def compare_screen_lifetimes(
    counts: pd.DataFrame, people: pd.Series[int], screens: Sequence[str]
) -> pd.DataFrame:
    """Compare lifetimes of groups by whether a filter excludes half of their messages.

    Parameters
    ----------
    counts
        ``group, reason, messages, first_us, last_us``, one row per group and reason;
        the reason is missing where messages are kept.
    people
        Distinct senders of excluded messages, by screen.
    screens
        Reasons to compare, in this order; those that exclude nothing have no row.

    Returns
    -------
    DataFrame
        ``screen, messages, people, groups``; ``groups_excluded``, which lose half of
        their messages or more; medians of days from first to last message,
        ``days_excluded`` and ``days_kept``; and the ``p`` of a two-sided Mann–Whitney
        test of these days, missing with fewer than 3 groups on either side.

    Examples
    --------
    >>> day = 86_400_000_000
    >>> counts = pd.DataFrame(
    ...     {
    ...         "group": list("abcdef"),
    ...         "reason": ["bot"] * 3 + [None] * 3,
    ...         "messages": 1,
    ...         "first_us": 0,
    ...         "last_us": [9 * day, 8 * day, 7 * day, 1 * day, 0, 2 * day],
    ...     }
    ... )
    >>> row = compare_screen_lifetimes(counts, pd.Series({"bot": 1}), ["bot"]).loc[0]
    >>> row[["days_excluded", "days_kept", "p"]].to_numpy(float).tolist()
    [8.0, 1.0, 0.1]
    """
    reasons = set(counts["reason"].dropna())
    rows = [
        {
            "screen": screen,
            "people": people.get(screen, np.nan),
            **_compare(counts, screen),
        }
        for screen in screens
        if screen in reasons
    ]
    return pd.DataFrame(rows)


def _compare(counts: pd.DataFrame, screen: str) -> dict[str, float]:
    own = counts["reason"].eq(screen)
    both = counts[own | counts["reason"].isna()]
    lost = both["messages"].where(both["reason"].eq(screen), 0)
    groups = both.assign(lost=lost).groupby("group", observed=True)
    sums = groups[["messages", "lost"]].sum()
    days = (groups["last_us"].max() - groups["first_us"].min()) / DAY_US
    excluded = sums["lost"] >= MOSTLY * sums["messages"]
    return {
        "messages": sums["lost"].sum(),
        "groups": int((sums["lost"] > 0).sum()),
        "groups_excluded": int(excluded.sum()),
        "days_excluded": days[excluded].median(),
        "days_kept": days[~excluded].median(),
        "p": _compute_p_value(days[excluded], days[~excluded]),
    }


def _compute_p_value(some: pd.Series[float], others: pd.Series[float]) -> float:
    if min(len(some), len(others)) < LEAST:
        return np.nan
    from scipy.stats import mannwhitneyu  # noqa: PLC0415 - slow to load

    return round(float(mannwhitneyu(some, others).pvalue), DIGITS)
