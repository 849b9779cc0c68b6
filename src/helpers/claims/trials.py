"""Effects of practices that were tried elsewhere, drawn by lot first."""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

import pandas as pd

from helpers.claims.printed import read_printed, select_printed
from helpers.claims.store import read_answers

RECOUNTS = MappingProxyType(
    {  # trials whose data we have: the claim and reading that are their number
        "thanks-stay-recomputed": ("s4-aloofness-hurts", "thanked~2"),
        "thanks-stay-new-recomputed": ("s4-aloofness-hurts", "thanked~1"),
        "rscience-newcomers-nonama-recomputed": ("s1-rules-needed", "newcomers"),
    }
)


def list_trials(claim: str = "", practice: str = "") -> pd.DataFrame:
    """Return the effects of practices tried elsewhere, a row each.

    Signs and outcomes differ, so that effects of one claim are never pooled; ``null``
    is no effect on the scale of each.

    Parameters
    ----------
    claim, practice
        Only those nearest to a claim, or of a practice such as ``thank``; drawn by lot
        first. By default all.

    Returns
    -------
    pandas.DataFrame
        ``study`` and the columns of table ``trials`` (docs/tables.md).

    Raises
    ------
    ShequnError
        If there is no such claim.

    Examples
    --------
    >>> thanks = list_trials(practice="thank").iloc[0]
    >>> print(thanks["estimate"], thanks["low"], thanks["high"], thanks["read"])
    0.022 0.01 0.034 full text
    """
    rows = select_printed(_read_trials(), claim)
    wanted = rows["practice"].eq(practice) if practice else slice(None)
    return rows[wanted].reset_index(drop=True)


@cache
def _read_trials() -> pd.DataFrame:
    """Read the trials; those that we recounted have the numbers of our answers."""
    trials = read_printed("published_trials", "trials", "study")
    trials = trials.assign(lot=trials["design"].eq("randomised"))
    answers = read_answers()
    for trial, (claim, reading) in RECOUNTS.items():
        estimates = answers.get(claim).estimates.set_index("reading")
        own = estimates.loc[[reading], ["estimate", "low", "high"]].to_numpy()[0]
        trials.loc[trials["trial"] == trial, ["estimate", "low", "high"]] = own
    return trials.sort_values(["lot", "number"], ascending=[False, True])
