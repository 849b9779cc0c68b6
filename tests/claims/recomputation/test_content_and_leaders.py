"""Recompute estimates on content, silent members and leaders from the tables."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from statsmodels.stats.proportion import proportion_confint

from helpers.study import open_study
from tests.claims.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    cox,
    estimate,
    first_gaps,
    from_birth,
    lifetimes,
    student,
    without_holes,
)
from tests.raw_corpora import needs_raw, read_whole

BOTH = ("fcc_gitter", "zulip_archives")


def same(found, expected, rel=1e-6):
    """Assert that an estimate and its limits are as expected."""
    assert (found.estimate, found.low, found.high) == pytest.approx(
        tuple(expected), rel=rel
    )


def _groups(name):
    study = open_study(name)
    lives = lifetimes(study.table("groups")).set_index("group")
    rows = from_birth(study).join(lives[["time", "died"]], on="group", how="inner")
    watched = (rows.end_us - rows.origin_us) / DAY_US
    return rows.assign(watched=watched).set_index("group", drop=False)


def test_hazard_per_doubling_of_content():
    """Count items of days 0–27, and fit statsmodels' Cox model."""
    rows, study = _groups("fcc_gitter"), open_study("fcc_gitter")
    windows = study.table("windows").query("window == '0-27'")
    windows = windows[windows.observed & (windows.messages > 0)].set_index("group")
    rows = rows[(rows.time > 28) & rows.group.isin(windows.index)]
    days = study.table("content").query("age_day <= 27")
    items = days.groupby("group")["items"].sum().reindex(rows.index, fill_value=0)
    beside = np.log1p(windows.loc[rows.index, ["messages", "posters"]])
    design = (np.log2(1 + items / 4), beside.messages, beside.posters)
    start, codes = np.full(len(rows), 28.0), clusters(rows.reset_index(drop=True))
    found = estimate("end_hazard_by_content", "fcc_gitter")
    assert found.n == len(rows)
    same(found, cox(start, rows.time, rows.died, design, codes))


def test_share_of_best_groups_with_steady_content():
    """Count weeks with an item in the tenth with most later writers."""
    rows, study = _groups("fcc_gitter"), open_study("fcc_gitter")
    rows = rows[(rows.time > 84) & (rows.watched >= 365)]
    late = study.table("supply").query("definition == 'items'").set_index("group")
    posters = late.other_posters.reindex(rows.index, fill_value=0)
    top = posters.index[posters >= np.quantile(posters, 0.9)]
    early = study.table("content").query("age_day <= 83 and items > 0")
    weeks = early.assign(week=early.age_day // 7).groupby("group").week.nunique()
    steady = int((weeks.reindex(top, fill_value=0) >= 9).sum())
    found = estimate("steady_content_of_best", "fcc_gitter")
    assert (found.n, found.estimate) == (len(top), pytest.approx(steady / len(top)))


@pytest.mark.parametrize("study", BOTH)
def test_odds_of_a_timetable(study):
    """Fit statsmodels' logit of a kept slot on being among the best tenth."""
    tables = open_study(study)
    groups = tables.table("groups").set_index("group")
    lives = lifetimes(tables.table("groups"))
    year = lives.group.map((groups.end_us - groups.origin_us) >= 365 * DAY_US)
    alive = lives[(lives.time > 84) & year]
    kept = tables.table("timetables").set_index("group").scheduled
    people = tables.table("short_talk").set_index("group").posters
    people = people.reindex(alive.group, fill_value=0)
    top = (people > people.quantile(0.9)).to_numpy(float)
    scheduled = kept.reindex(alive.group, fill_value=False).to_numpy(float)
    codes = clusters(alive)
    logit = sm.Logit(scheduled, sm.add_constant(top))
    fit = logit.fit(disp=0, cov_type="cluster", cov_kwds={"groups": codes})
    limits = student(fit.params[1], fit.bse[1], codes.max() + 1)
    found = estimate("timetable_odds_of_best", study)
    assert found.n == len(alive)
    same(found, np.exp((fit.params[1], *limits)))


@pytest.mark.parametrize("study", BOTH)
def test_lulls_after_unanswered_newcomers(study):
    """Fit statsmodels' Cox model of months at risk."""
    tables = open_study(study)
    groups = tables.table("groups")
    silences = without_holes(tables.table("silences"), tables.table("daily"), groups)
    lives = first_gaps(groups, silences)
    months = tables.table("months")
    rows = months[months.newcomers > 0].merge(lives, on="group")
    start = 28.0 * (rows.month + 1)
    rows, start = rows[rows.time > start], start[rows.time > start]
    stop = np.minimum(start + 28, rows.time)
    share = 10 * rows.unanswered / rows.newcomers
    design = (share, np.log1p(rows.posters), np.log1p(rows.messages))
    found = estimate("end_hazard_by_unanswered", study)
    assert found.n == len(rows)
    died = rows.died & (stop == rows.time)
    same(found, cox(start, stop, died, design, clusters(rows)))


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
