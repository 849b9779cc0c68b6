"""Lifetimes from two recorded dates: creation and last activity.

Silence of W days after the last activity is death at it. Nobody's traffic is known, so
that W is not made to fit it. What the last activity is, and which groups count, a
source says in its description (``[claims.last_activity]``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.claims.designs.shares import Ends
from helpers.claims.ends import (
    FULFILLED,
    KEPT,
    LOST_FROM_SIGHT,
    define_by_silence,
    select_watched,
)
from helpers.claims.evidence import Evidence
from helpers.corpora.shared.corpus import read_facts
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, WEEK_DAYS
from helpers.survival import assemble_lifetimes, compute_observation_ages

SIDE_BY_SIDE = (60.0, 180.0)  # days of silence, where nobody knows the traffic
NO_DEATH = (FULFILLED, "administrative", "merged")
LEAST_UNITS, TIMES, AROUND, MOSTLY = 20, 10, 28, 0.9
OWN = "own"
NO_GAPS = pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")


class LastActivity(msgspec.Struct, frozen=True, kw_only=True):
    """What a source's last date is, and which of its groups can be followed by it.

    Attributes
    ----------
    what
        The last activity, in words.
    kind, where
        The only kind of groups, and the facts with their values, that count.
    windows
        Days of silence that are a death; limits enclose those of all.
    born
        Whether only groups followed from their origin count.
    silent_on
        The date on which groups are called silent, where one was fixed.
    """

    what: str = "message"
    kind: str = ""
    where: Mapping[str, float] = {}
    windows: tuple[float, ...] = SIDE_BY_SIDE
    born: bool = False
    silent_on: date | None = None


def read_last_activity(source: str) -> LastActivity:
    """Read what a source's last date is.

    Raises
    ------
    NotIdentifiableError
        If it does not say so.

    Examples
    --------
    >>> read_last_activity("v2ex_nodes").what
    'topic or reply'
    """
    if source == OWN:
        return LastActivity()
    stated = read_facts(source).get("claims", {}).get("last_activity")
    if stated is None:
        raise NotIdentifiableError(
            f"{source} has no last activity that was fixed as life", where="registry"
        )
    return msgspec.convert(stated, LastActivity)


def select_followed(evidence: Evidence) -> tuple[Evidence, LastActivity]:
    """Select groups with a usable date of last activity; return what it is."""
    source = read_last_activity(evidence.name)
    groups = evidence.from_birth if source.born else evidence.groups
    if source.kind:
        groups = groups[groups["kind"] == source.kind]
    for fact, value in source.where.items():
        facts = evidence.table("facts")
        own = facts.loc[facts["fact"].eq(fact) & facts["value"].eq(value), "group"]
        groups = groups[groups["group"].isin(own)]
    return replace(evidence, groups=groups), source


@lru_cache(maxsize=KEPT)
def list_last_activity_ends(
    evidence: Evidence, *, spoke: bool = False
) -> tuple[Evidence, tuple[Ends, ...]]:
    """Return the groups that can be followed, and their lifetimes for each W.

    Parameters
    ----------
    spoke
        Whether only groups that ever were active count.
    """
    rows, source = select_followed(evidence)
    if spoke:
        rows = rows.only(rows.groups.loc[rows.groups["last_us"].notna(), "group"])
    return rows, tuple(define_by_last_activity(rows, w) for w in source.windows)


def define_by_last_activity(evidence: Evidence, w_days: float) -> Ends:
    """Return lifetimes from creation to last activity, with W days of silence after it.

    What never was active is dead at 0. An end made by the administration, a merger or
    a purpose fulfilled competes, if it came before the silence was sure. Groups last
    seen on a break of the source are censored there.
    """
    rows = extend_to_record_end(evidence.groups)
    ends = define_by_silence(
        rows,
        NO_GAPS,
        w_days=w_days,
        longest_w_days=w_days,
        early_rate=np.full(len(rows), np.inf),
    )
    return _censor_at_breaks(rows, ends, w_days)


def extend_to_record_end(groups: pd.DataFrame) -> pd.DataFrame:
    """Extend follow-up of closed groups to the end of the record.

    That is the latest end of a group of their network; where none of these was still
    open, the latest of all. Groups lost from sight are watched until then.
    """
    is_lost = groups["closed_kind"].isin(LOST_FROM_SIGHT)
    closed = groups["closed_us"].notna() & ~is_lost
    has_open_groups = (~closed).groupby(groups["network"]).transform("any")
    of_network = groups.groupby("network")["end_us"].transform("max")
    until = of_network.where(has_open_groups, groups["end_us"].max())
    administered = groups["closed_kind"].isin(NO_DEATH)
    return groups.assign(
        end_us=groups["end_us"].where(~closed, until).astype("int64"),
        closed_kind=groups["closed_kind"].mask(administered, FULFILLED),
        first_us=groups["origin_us"].where(groups["last_us"].notna()),
    )


@lru_cache(maxsize=KEPT)
def define_by_listing(evidence: Evidence) -> Ends:
    """Return lifetimes until a group is taken off a list.

    The others are watched to its end; those that fulfilled their purpose compete.
    """
    rows = extend_to_record_end(evidence.groups)
    is_delisted = rows["closed_us"].notna().to_numpy(bool)
    dated = rows.assign(last_us=rows["last_us"].fillna(rows["closed_us"]))
    ages = compute_observation_ages(dated.assign(first_us=dated["origin_us"]))
    lives = assemble_lifetimes(
        dated, ages, ages.last, is_delisted, ages.end,
        waited=np.zeros(len(rows)),
        slow=np.zeros(len(rows), bool),
        revived=np.zeros(len(rows), bool),
        definition="taken off the list",
    )  # fmt: skip
    completed = rows.set_index("group")["closed_kind"].eq(FULFILLED)
    return Ends(lives, completed.reindex(lives.group).to_numpy(bool))


def find_breaks(last_days: npt.ArrayLike, end_day: int, w_days: float) -> list[int]:
    """Find days after which unusually many groups stop being active at once.

    Twenty or more on a day, or on two running, and more than ten times the median of
    the 28 days on either side; the last W days of a record apart. Of a list kept week
    by week the days are its weeks.

    >>> (
    ...     find_breaks([40] * 19 + [41], 200, 60),
    ...     find_breaks([40] * 10 + [60] * 9, 200, 60),
    ... )
    ([40, 41], [])
    """
    days = np.asarray(last_days, np.int64)
    if not len(days):
        return []
    step = WEEK_DAYS if _is_weekly(days) else 1
    margin = AROUND // step
    at = np.rint((days - days.min()) / step).astype(np.int64) + margin
    counts = np.bincount(at, minlength=int(at.max()) + margin + 2)
    occupied = np.unique(at)
    alone = {day for day in occupied if _is_outlier(counts, day, day, margin)}
    two = [
        first
        for first in {*occupied, *(occupied - 1)} - alone
        if first + 1 not in alone and _is_outlier(counts, first, first + 1, margin)
    ]
    pairs: set[int] = set()
    for first in sorted(two, key=lambda day: (-counts[day : day + 2].sum(), day)):
        if not pairs & {first, first + 1}:  # of three days running the fuller two
            pairs |= {first, first + 1}
    breaks = np.unique(days[np.isin(at, list(alone | pairs))])
    return [int(day) for day in breaks if day <= end_day - w_days]


def _is_outlier(
    counts: npt.NDArray[np.int64], first: int, last: int, around: int
) -> bool:
    """Return whether far more groups were last active on a day than around it."""
    n_last_seen = int(counts[first : last + 1].sum())
    if n_last_seen < LEAST_UNITS:
        return False
    before = counts[max(first - around, 0) : first]
    after = counts[last + 1 : last + 1 + around]
    return n_last_seen > TIMES * float(np.median(np.concatenate([before, after])))


def _is_weekly(days: npt.NDArray[np.int64]) -> bool:
    """Return whether nine in ten dates fall on the same two adjacent weekdays."""
    of_week = np.bincount(days % WEEK_DAYS, minlength=WEEK_DAYS)
    return bool((of_week + np.roll(of_week, 1)).max() >= MOSTLY * len(days))


def _censor_at_breaks(rows: pd.DataFrame, ends: Ends, w_days: float) -> Ends:
    """Censor groups that were last active just before a gap in the source's record."""
    lives = ends.lives
    last = (rows.set_index("group")["last_us"] // DAY_US).reindex(lives.group)
    end_day = int(rows["end_us"].max() // DAY_US)
    breaks = find_breaks(last.dropna().astype("int64"), end_day, w_days)
    cut = last.isin(breaks).to_numpy(bool) & lives.ended
    lives = replace(
        lives,
        durations=np.where(cut, lives.last_age, lives.durations),
        ended=lives.ended & ~cut,
    )
    return select_watched(Ends(lives, ends.competing & ~cut))
