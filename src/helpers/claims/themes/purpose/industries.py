"""Indirect: variation of lifetimes between industries of a city's groups.

Closed groups are gone from the list, which hides differences: a spread may
contradict the claim that industry makes none, and no spread may not support it. Groups
meet about monthly, so an end is a silence of 180 days.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Supplement
from helpers.claims.contract.permutation import Permutations
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.codings import classify_kinds
from helpers.claims.themes.purpose.kinds import FEWEST_CATEGORIES, estimate_kind_spread
from helpers.records import DAY_US
from helpers.survival import Interval, estimate_survival
from helpers.wording import say

W, LONG_W, YEAR = 180, 365, 365
OF, FINER = "industry", "subject"


@stands_in("s1-any-industry", needs=("industry",), planned=True)
def spread_of_industries(evidence: Evidence) -> Finding:
    """Estimate the SD of log death hazards between industries of a city's groups."""
    lives = _list_lives(evidence, OF, W)
    large = lives.groupby("category").size()
    n_large = int((large >= gates.LEAST_IN_ARM).sum())
    passed = gates.pass_gates(
        gates.require_units(
            n_large,
            "{n} categories with 30 groups at risk, {least} needed",
            FEWEST_CATEGORIES,
        )
    )
    primary = _estimate_spread(lives)
    return Finding.estimated(
        lambda: primary,
        say(
            "standard deviation between industries of log(groups that"
            " stopped over those expected); no event for {w} days, groups"
            " at risk from the window's start",
            w=W,
        ),
        passed,
        {
            say("W = {long_w}", long_w=LONG_W): lambda: _estimate_spread(
                _list_lives(evidence, OF, LONG_W)
            ),
            say("finer categories"): lambda: _estimate_spread(
                _list_lives(evidence, FINER, W)
            ),
        },
        permuted=Permutations(primary, partial(_permute, lives), ratio=False),
        beside=_find_lowest_survival(lives),
        qualifiers=("proxy", "survivors"),
        may="contradict",
        note=say(
            "{n} groups at risk, {ended} stopped, {n_large} categories",
            n=len(lives),
            ended=int(lives["ended"].sum()),
            n_large=n_large,
        ),
    )


def _list_lives(evidence: Evidence, of: str, w_days: float) -> pd.DataFrame:
    """Return groups' industries and lifetimes; `w_days` without an event mean death."""
    rows = evidence.groups.set_index("group")
    facts = evidence.table("facts")
    last = facts[facts["fact"].eq("last_event")].set_index("group")["value"]
    born = rows["origin_us"] / DAY_US
    until = rows["end_us"] / DAY_US - w_days
    lives = pd.DataFrame(
        {
            "category": classify_kinds(evidence, of).reindex(rows.index),
            "entry": rows["entry_us"] / DAY_US - born,
            "exit": np.minimum(last.reindex(rows.index) + 0.5, until) - born,
            "ended": last.reindex(rows.index) + 0.5 < until,
        }
    )
    return lives[lives["category"].notna() & lives["exit"].gt(lives["entry"])]


def _estimate_spread(lives: pd.DataFrame) -> Interval:
    """Estimate the SD of log death hazards between categories with enough groups."""
    table = count_expected(lives).groupby(lives["category"]).sum()
    sizes = lives.groupby("category").size()
    usable = table[sizes.ge(gates.LEAST_IN_ARM) & table["died"].gt(0)]
    gates.pass_gates(
        gates.require_units(
            len(usable),
            "{n} categories with an end, {least} needed",
            FEWEST_CATEGORIES,
        )
    )
    return estimate_kind_spread(usable)


def count_expected(lives: pd.DataFrame) -> pd.DataFrame:
    """Return each group's observed and expected deaths (Nelson–Aalen).

    The expected number is the increase of the Nelson–Aalen hazard of all groups from
    entry to exit.
    """
    times = np.unique(lives.loc[lives["ended"], "exit"].to_numpy())
    entry, leave = np.sort(lives["entry"]), np.sort(lives["exit"])
    at_risk = np.searchsorted(entry, times) - np.searchsorted(leave, times)
    ends = np.bincount(
        np.searchsorted(times, lives.loc[lives["ended"], "exit"]), minlength=len(times)
    )
    hazard = np.concatenate([[0.0], np.cumsum(ends / at_risk)])
    rise = (
        hazard[np.searchsorted(times, lives[name], side="right")]
        for name in ("exit", "entry")
    )
    until, since = rise
    return pd.DataFrame(
        {"died": lives["ended"].astype(float), "expected": until - since}
    )


def _permute(lives: pd.DataFrame, seed: int) -> Interval:
    shuffled = np.random.default_rng(seed).permutation(lives["category"])
    return _estimate_spread(lives.assign(category=shuffled))


def _find_lowest_survival(lives: pd.DataFrame) -> tuple[Supplement, ...]:
    """Return the industry with the lowest one-year survival of groups."""
    shares = []
    for name, own in lives.groupby("category"):
        if len(own) < gates.LEAST_IN_ARM:
            continue
        curve = estimate_survival(own["exit"], own["ended"], own["entry"])
        share = curve.from_at_risk().interval(YEAR)
        shares.append(Supplement(say("alive after a year: {name}", name=name), share))
    return (
        (min(shares, key=lambda supplement: supplement.interval.estimate),)
        if shares
        else ()
    )
