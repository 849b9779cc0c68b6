"""Recompute shares of silent members from raw files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.study import open_study
from tests.recomputation.register_lifetimes import raw

CLAIM = "s0-lurkers-are-many"


@pytest.mark.shared
def test_share_of_silent_joiners_of_a_server_is_recomputed(product):
    """Count joined members who wrote nothing in 84 days."""
    rows = raw("komodo_discord", "messages.csv.gz")
    rows["day"] = pd.to_datetime(rows["ts"]).dt.floor("D")
    commands = raw("komodo_discord", "tip_commands.csv.gz")
    who = ["category", "channel", "ts", "user"]
    listed = commands.groupby(who).size().rename("listed")
    nth = rows.groupby(who).cumcount()
    ordered = nth < rows.join(listed, on=who)["listed"].fillna(0)
    joined = rows[rows["join_notice"] == 1].groupby("user")["day"].min()
    talk = rows[(rows["join_notice"] == 0) & (rows["category"] != "feeds") & ~ordered]
    own = talk[talk["user"].isin(joined.index)]
    since = (own["day"] - own["user"].map(joined)).dt.days
    spoke = own.loc[since.between(0, 83), "user"].nunique()
    n = len(joined)
    silent = n - spoke

    found = product(CLAIM, "komodo_discord")
    assert found.n == n == 485
    assert found.estimate == pytest.approx(silent / n)
    assert found.low == pytest.approx(stats.beta.ppf(0.025, silent, n - silent + 1))
    assert found.high == pytest.approx(stats.beta.ppf(0.975, silent + 1, n - silent))


@pytest.mark.shared
def test_silent_share_of_courses_is_recomputed(product):
    """Count remaining course members who never handed in work."""
    marks = raw("cn_colearning", "checkins.csv.gz")
    marks = marks[marks["cohort"].str.startswith("IntensiveCoLearning/")]
    by = marks.groupby(["cohort", "member"])["mark"]
    people = pd.DataFrame(
        {
            "out": by.apply(lambda marked: (marked == "X").any()),
            "did": by.apply(lambda marked: (marked == "1").any()),
        }
    )
    stayed = people[~people["out"]]
    shares = (~stayed["did"]).groupby("cohort").mean()
    every = people.index.get_level_values("cohort").unique()
    mean = shares.reindex(every).fillna(0).mean()
    bound = (~people["did"]).groupby("cohort").mean()

    found = {part.study: part for part in product(CLAIM, "cn_colearning").parts}
    one = found["cn_colearning/IntensiveCoLearning"]
    assert one.n == len(every) == 23
    assert one.estimate == pytest.approx(mean)
    reach = stats.t.ppf(0.975, 22) * bound.std() / np.sqrt(23)
    assert one.high == pytest.approx(bound.mean() + reach, rel=0.05)


@pytest.mark.shared
def test_bound_from_members_less_mails_is_recomputed(product):
    """Bound the share of W3C members without a mail."""
    monthly = product(CLAIM, "w3c_groups")
    study = open_study("w3c_groups")
    groups = study.table("groups").set_index("group")
    daily = study.table("daily")
    day = np.datetime64("1970-01-01", "D") + daily["day"].to_numpy(int)
    daily = daily.assign(month=pd.PeriodIndex(pd.to_datetime(day), freq="M"))
    counts = study.table("snapshots").dropna(subset="members")
    means = {}
    daily = daily[daily["month"] >= "2018-10"]  # members are counted from then on
    mails = daily.groupby(["group", "month"])["messages"].sum()
    for group, own in mails[mails > 0].groupby(level=0):
        months = own.droplevel(0)
        known = counts[counts["group"] == group]
        shares = []
        for quarter in sorted(set(months.index.asfreq("Q"))):
            within = months[months.index.asfreq("Q") == quarter]
            first = quarter.start_time.toordinal() - 719_163
            after = (quarter + 1).start_time.toordinal() - 719_163
            if after > groups.loc[group, "end_us"] // 86_400_000_000:
                continue
            near = known[(known["day"] <= first) & (known["day"] > first - 31)]
            if len(within) < 3 or within.sum() < 6 or near.empty:
                continue
            members = near.sort_values("day")["members"].iloc[-1]
            if members >= 10:
                shares.append(max(0.0, 1 - within.sum() / members))
        if shares:
            means[group] = np.mean(shares)
    assert monthly.n == len(means)
    assert monthly.estimate == pytest.approx(np.mean(list(means.values())))
