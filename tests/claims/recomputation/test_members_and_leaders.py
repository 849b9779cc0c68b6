"""Recompute estimates on silent members, leaders, core members and surveys."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import minimize_scalar
from statsmodels.stats.proportion import proportion_confint

from helpers.study import open_study
from tests.claims.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    cox,
    estimate,
    student,
)
from tests.raw_corpora import needs_raw, read_whole


@needs_raw
def test_silent_joiners_of_a_server():
    """Joined members who wrote nothing in 84 days, from the raw files."""
    rows = read_whole("komodo_discord", "messages.csv.gz")
    rows["day"] = pd.to_datetime(rows["ts"]).dt.floor("D")
    commands = read_whole("komodo_discord", "tip_commands.csv.gz")
    who = ["category", "channel", "ts", "user"]
    listed = commands.groupby(who).size().rename("listed")
    ordered = rows.groupby(who).cumcount() < rows.join(listed, on=who).listed.fillna(0)
    joined = rows[rows["join_notice"] == 1].groupby("user")["day"].min()
    talk = rows[(rows["join_notice"] == 0) & (rows["category"] != "feeds") & ~ordered]
    own = talk[talk["user"].isin(joined.index)]
    since = (own["day"] - own["user"].map(joined)).dt.days
    n = len(joined)
    silent = n - own.loc[since.between(0, 83), "user"].nunique()
    found = estimate("silent_members", "komodo_discord")
    expected = (silent / n, *proportion_confint(silent, n, method="beta"))
    assert found.n == n
    assert (found.estimate, found.low, found.high) == pytest.approx(expected)


def test_lists_with_one_chair():
    """Cox of a list's silence; the last mail is that of the lists' own study."""
    study = open_study("w3c_chairs")
    lists = open_study("w3c_groups").table("groups").set_index("key").last_us
    groups = study.table("registry")
    chairs = study.table("holders")
    born = groups.set_index("group").origin_us // DAY_US
    chairs = chairs[chairs.day <= chairs.group.map(born) + 28]
    groups["chairs"] = groups.group.map(chairs.groupby("group").holders.last())
    facts = study.table("facts").query("fact == 'participants_first'")
    size = np.log1p(groups.group.map(facts.set_index("group").value))
    mail = pd.to_datetime(groups.key.map(lists), unit="us").dt.to_period("M")
    month_end = (mail.dt.end_time.dt.normalize() - pd.Timestamp(0)).dt.days
    last = np.minimum(month_end, (groups.closed_us // DAY_US).fillna(np.inf))
    age = last - groups.origin_us / DAY_US
    seen = (groups.end_us - groups.origin_us) / DAY_US - 60
    stop = np.minimum(age, seen)
    used = (groups.entry_us == groups.origin_us) & (stop > 28) & (groups.chairs >= 1)
    design = [(groups.chairs == 1)[used], size[used]]
    start, each = np.full(used.sum(), 28.0), np.arange(used.sum())
    ratio = cox(start, stop[used], (age <= seen)[used], design, each)[0]
    found = estimate("lone_lead_silence", "w3c_chairs")
    assert (found.n, found.estimate) == (used.sum(), pytest.approx(ratio, rel=1e-6))


@pytest.mark.parametrize("study", ["fcc_gitter", "zulip_archives", "meshcore_split"])
def test_people_kept_against_people_won(study):
    """Two to the power of the difference of elasticities, by statsmodels."""
    tables = open_study(study)
    windows, months = tables.table("windows"), tables.table("months")
    late = windows[(windows.window == "152-179") & windows.observed]
    second = months[months.month == 1].set_index("group")
    second = second.reindex(late.group, fill_value=0)
    design = sm.add_constant(np.log1p(second[["retained", "newcomers"]].to_numpy()))
    counts = late.posters.to_numpy(float)

    def fit(log_dispersion):
        family = sm.families.NegativeBinomial(alpha=np.exp(log_dispersion))
        return sm.GLM(counts, design, family=family).fit(tol=1e-14)

    best = minimize_scalar(lambda at: -fit(at).llf, bounds=(-5, 5), method="bounded")
    slopes = fit(best.x).params
    codes = clusters(
        tables.table("groups").set_index("group", drop=False).loc[late.group]
    )
    mean = np.exp(design @ slopes)
    over = 1 + np.exp(best.x) * mean
    bread = np.linalg.inv(design.T @ (design * (mean / over)[:, None]))
    score = pd.DataFrame(design * ((counts - mean) / over)[:, None])
    by, k = score.groupby(codes).sum().to_numpy(), len(set(codes))
    spread = bread @ by.T @ by @ bread * k / (k - 1)
    error = np.sqrt(spread[1, 1] + spread[2, 2] - 2 * spread[1, 2])
    apart = slopes[1] - slopes[2]
    found = estimate("kept_against_won", study)
    assert np.log2(found.estimate) == pytest.approx(apart, abs=1e-5)
    limits = (np.log2(found.low), np.log2(found.high))
    assert limits == pytest.approx(student(apart, error, k), abs=0.005)


@needs_raw
def test_likeness_of_members_from_raw_answers():
    """ICC(1,1) of ranks, of communities with five complete answers."""
    rows = read_whole("reddit_values_survey", "responses.csv.gz").set_index("group")
    ranks = rows.filter(regex="_rank$").dropna()
    sizes = ranks.groupby(level=0).size()
    ranks = ranks[ranks.index.isin(sizes.index[sizes >= 5])]
    n, k, means = len(ranks), ranks.index.nunique(), ranks.groupby(level=0).mean()
    size = ranks.groupby(level=0).size()
    between = (size.to_numpy()[:, None] * (means - ranks.mean()) ** 2).sum() / (k - 1)
    within = ((ranks - means.loc[ranks.index]) ** 2).sum() / (n - k)
    per = (n - (size**2).sum() / n) / (k - 1)
    expected = ((between - within) / (between + (per - 1) * within)).mean()
    found = estimate("likeness_of_values", "reddit_values_survey")
    assert (found.n, found.estimate) == (n, pytest.approx(expected))
