"""Indirect: share of lurkers who wrote in another group.

Sums by group and quarter do not tell which memberships are one person's. The limits
are those of the fewest people, in effect, that can be behind the sums, so that they
hold however memberships are dealt out to people.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.small_counts import People
from helpers.survival.curves.proportion import ClopperPearson
from helpers.survival.interval import Interval


@stands_in("s0-lurkers-talk-elsewhere", ("elsewhere.lurkers",))
def talk_elsewhere(evidence: Evidence) -> Finding:
    """Estimate the share of lurkers who wrote in another group."""
    quarters = evidence.table("elsewhere").drop(columns="quarter")
    rows = quarters.groupby("group", as_index=False).sum()
    people = len(count_fewest_people(rows["lurkers"]))
    passed = gates.pass_gates(
        gates.require_units(People(people), "people or more who lurk somewhere"),
        _require_second_venue(rows),
    )
    others = rows[rows["speakers"] > 0]
    return Finding(
        cases="memberships",
        legs=(_estimate_share(rows, "lurkers"),),
        definition="members without a message in their first 84 days who wrote in"
        " another logged place of the study in those days",
        gates=passed,
        beside=(Beside("members who wrote", _estimate_share(others, "speakers")),)
        if len(others)
        else (),
        qualifiers=("proxy", "lower bound"),
        may="support",
        note=f"{People(rows['lurkers'].sum())} memberships of {People(people)} people"
        " or more; limits for the fewest; W = 84 only",
    )


def _require_second_venue(rows: pd.DataFrame) -> gates.Gate:
    """Check that some member wrote in two groups."""
    seen = int(rows[["lurkers_elsewhere", "speakers_elsewhere"]].sum().sum())
    detail = f"{People(seen)} members who wrote in another venue"
    return gates.require_at_least("venues", seen, 1, detail)


def count_fewest_people(memberships: npt.ArrayLike) -> npt.NDArray[np.int_]:
    """Return memberships per person for the fewest possible persons.

    Nobody is in a group twice, so the fullest group needs as many people as it has
    memberships; the first of them is in every group, and so on.

    Parameters
    ----------
    memberships : shape (groups,)

    Examples
    --------
    >>> count_fewest_people([3, 1, 2])
    array([3, 2, 1])
    """
    held = np.asarray(memberships, int)
    each: npt.NDArray[np.int_] = (held[:, None] > np.arange(held.max(initial=0))).sum(0)
    return each


def _estimate_share(rows: pd.DataFrame, who: str) -> Interval:
    """Estimate the share of memberships that wrote elsewhere.

    References
    ----------
    Kish (1965), Survey Sampling, section 8.2: the effective size of unequal clusters.
    """
    each = count_fewest_people(rows[who])
    share = float(rows[f"{who}_elsewhere"].sum() / rows[who].sum())
    effective = float(each.sum() ** 2 / (each**2).sum())
    return Interval.of(
        share,
        ClopperPearson(share * effective, effective),
        method=f"Clopper–Pearson on {effective:.1f}, the fewest people in effect",
        n=int(rows[who].sum()),
        clusters=len(each),
    )
