"""Lists of groups and members: leaving, sizes, and a stated purpose."""

import numpy as np
import pandas as pd

from helpers.claims.designs.shares import estimate_share_of
from helpers.claims.quantity import SMALL, quantity
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import (
    LEAST_IN_ARM,
    Evidence,
    require_at_least,
    require_events_per_coefficient,
    require_sampled,
)
from helpers.inference import cluster_by_label, estimate_share
from helpers.survival.bootstrap import DRAWS, choose_clusters
from helpers.survival.hazards.cox import fit_cox
from helpers.survival.interval import Interval

LAST_ARTICLE_YEAR = 2017
ROLES = ("any", "member")  # in whatever role; on the roster
LEAST_PEOPLE = 100
CLEAN_UP = 10  # people who left on one day: lists were rewritten
BATCH = 3


@quantity("leaving_per_doubling", of="ratio", unit="stays")
def compare_leaving(evidence: Evidence) -> Interval:
    """Estimate the hazard ratio of being taken off a list, per doubling of one's lists.

    Days on which ten people left are censored: lists were rewritten.
    """
    pieces = _list_stays(evidence)
    doublings = pd.DataFrame({"doublings": np.log2(pieces["groups"].astype("float64"))})
    codes = cluster_by_label(pieces["member"]).codes
    fit = fit_cox(
        pieces["stop"], pieces["left"], doublings, entry=pieces["entry"], cluster=codes
    )
    return fit["doublings"].ratio


@quantity("left_several_at_once", of="share", unit="removals")
def estimate_left_at_once(evidence: Evidence, *, batch: int = BATCH) -> Interval:
    """Estimate the share of removals on a day on which the person left three lists."""
    pieces = _list_stays(evidence)
    leaves = pieces[pieces["left"]]
    at_once = leaves.groupby(["member", "day"])["group"].transform("nunique") >= batch
    people = cluster_by_label(leaves["member"])
    return estimate_share(at_once, people, replicates=DRAWS)


def _list_stays(evidence: Evidence) -> pd.DataFrame:
    """Return stays of equal number of lists, and whether they ended in a removal."""
    spells = evidence.table("spells")
    role = next((name for name in ROLES if spells["role"].eq(name).any()), None)
    if role is None:
        raise NotIdentifiableError("no lists of members", where=evidence.name)
    choose_clusters(evidence.groups["network"], evidence.groups["batch"])
    stays = cut_stays(spells[spells["role"] == role])
    stays = stays.assign(left=stays["ended"] & (stays["crowd"] < CLEAN_UP))
    several = stays.loc[stays["groups"] > 1, "member"].nunique()
    require_at_least(several, LEAST_PEOPLE, "people in several groups")
    require_events_per_coefficient(int(stays["left"].sum()), 1)
    return stays


def cut_stays(spells: pd.DataFrame) -> pd.DataFrame:
    """Cut memberships where the person's number of groups changes.

    >>> rows = [(0, 0, 10, 40, "left"), (1, 0, 20, 60, "open")]
    >>> names = ["group", "member", "from_day", "to_day", "ending"]
    >>> cut = cut_stays(pd.DataFrame(rows, columns=names))
    >>> cut[["group", "stop", "groups", "ended"]].to_numpy().tolist()
    [[0, 10, 1, False], [0, 30, 2, True], [1, 20, 2, False], [1, 40, 1, False]]
    """
    left = spells["ending"].eq("left")
    crowd = spells[left].groupby("to_day")["member"].nunique()
    stays = spells.assign(left=left)[spells["to_day"] > spells["from_day"]]
    stays = stays.sort_values(["member", "group", "from_day"], ignore_index=True)
    turns = stays.melt("member", ["from_day", "to_day"], value_name="since")
    turns = turns[["member", "since"]].drop_duplicates()
    pairs = stays.reset_index(names="stay").merge(turns, on="member")
    inside = (pairs["since"] >= pairs["from_day"]) & (pairs["since"] <= pairs["to_day"])
    ordered = pairs[inside].sort_values(["stay", "since"], ignore_index=True)
    ordered["day"] = ordered.groupby("stay")["since"].shift(-1)
    cut = ordered.dropna(subset="day").astype({"day": "int64"}).reset_index(drop=True)
    both = cut[["member", "since"]].reset_index(names="row").merge(stays, on="member")
    held = (both["from_day"] <= both["since"]) & (both["to_day"] > both["since"])
    return cut.assign(
        groups=held.astype("int64").groupby(both["row"]).sum(),
        entry=cut["since"] - cut["from_day"],
        stop=cut["day"] - cut["from_day"],
        ended=cut["left"] & cut["day"].eq(cut["to_day"]),
        crowd=cut["day"].map(crowd).fillna(0),
    )


@quantity("no_header", of="share")
def estimate_no_header(evidence: Evidence) -> Interval:
    """Estimate the share of boards without a word of purpose on their page."""
    facts = evidence.table("facts")
    stated = facts[facts["fact"] == "header_stated"].set_index("group")["value"]
    rows = evidence.groups[evidence.groups["group"].isin(stated.index)]
    require_sampled(evidence.groups)
    return estimate_share_of(rows, rows["group"].map(stated) < 1)


@quantity("of_a_size_at_day_90", of="share")
def estimate_of_a_size(evidence: Evidence, *, years_back: int = 2) -> Interval:
    """Estimate the share of groups of a range of members at day 90, by year of birth.

    `years_back`: 1 for groups born in the last year on record, 2 for the year before.
    """
    evidence = evidence.since_creation  # founded, whether anyone wrote or not
    counted = evidence.counted
    inside = counted[(counted["age"] > 90) & (counted["age"] <= 121)]  # noqa: PLR2004 - days
    members = inside.groupby("group")["members"].first().rename("at_90")
    rows = evidence.groups.merge(members, left_on="group", right_index=True)
    year = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us").dt.year
    years = sorted(year[year > LAST_ARTICLE_YEAR].unique())
    require_at_least(
        len(years), years_back, f"years of birth after {LAST_ARTICLE_YEAR}"
    )
    rows = rows[year.eq(years[-years_back])]
    require_at_least(len(rows), LEAST_IN_ARM, "groups counted at day 90")
    return estimate_share_of(rows, rows["at_90"].between(*SMALL))
