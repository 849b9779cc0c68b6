"""Recompute estimates on silent members, leaders, core members and surveys."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats
from scipy.optimize import minimize_scalar
from statsmodels.stats.proportion import proportion_confint

from helpers.claims.evidence import Evidence
from helpers.claims.quantity import get_quantity
from helpers.study import open_study
from tests.claims.recomputation.plain_estimators import (
    DAY_US,
    cloglog_limits,
    clusters,
    cox,
    resampled,
    student,
)
from tests.claims.recomputation.register_lifetimes import raw


def estimate(quantity, study, **params):
    """Return a quantity's estimate in a public study."""
    return get_quantity(quantity).estimate(Evidence.of(open_study(study)), **params)


def count_answers(study, respondents, question):
    """Return people by stratum and answer; blank ones are left out."""
    rows = open_study(study).table("survey_answers")
    rows = rows[(rows.respondents == respondents) & (rows.question == question)]
    rows = rows[rows.answer != "blank"]
    return rows.pivot_table("people", "stratum", "answer", aggfunc="sum", fill_value=0)


@pytest.mark.parametrize("who", ["wrote nothing", "wrote something"])
def test_respondents_who_feel_like_members(who):
    """Agree or strongly agree, with statsmodels' Wilson limits."""
    counts = count_answers("so_survey_2017", who, "feels a member").sum()
    yes, n = counts[["Agree", "Strongly agree"]].sum(), counts.sum()
    found = estimate("feels_member", "so_survey_2017", who=who)
    expected = (yes / n, *proportion_confint(yes, n, method="wilson"))
    assert found.n == n
    assert (found.estimate, found.low, found.high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("quantity", "asked", "yes"),
    [
        ("takes_only", ("with an account", "takes only"), "yes"),
        ("growth_over_pay", ("all", "technology against salary"), "growth"),
    ],
)
def test_shares_over_countries(quantity, asked, yes):
    """The limits are those of countries as units, not of independent people."""
    counts = count_answers("so_survey_2016", *asked)
    both = counts[["yes", "no"] if yes == "yes" else ["growth", "pay"]]
    both = both[both.sum(axis=1) > 0]
    did, people, k = both[yes], both.sum(axis=1), len(both)
    share = did.sum() / people.sum()
    error = np.sqrt(((did - share * people) ** 2).sum() * k / (k - 1)) / people.sum()
    found = estimate(quantity, "so_survey_2016")
    assert (found.n, found.estimate) == (people.sum(), pytest.approx(share))
    assert found.high - found.low == pytest.approx(3.94 * error, rel=0.2)


@pytest.mark.shared
def test_silent_joiners_of_a_server():
    """Joined members who wrote nothing in 84 days, from the raw files."""
    rows = raw("komodo_discord", "messages.csv.gz")
    rows["day"] = pd.to_datetime(rows["ts"]).dt.floor("D")
    commands = raw("komodo_discord", "tip_commands.csv.gz")
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


def test_silent_members_where_one_channel_holds_most():
    """The mean of channels stands; by people, the error is the jackknife's."""
    rows = open_study("raku_irc").table("roster")
    rows = rows[rows.within_days.eq(84) & rows.members.ge(10)]
    stayed = rows.members - rows.gone_silent - rows.gone_spoke
    assert stayed.max() / stayed.sum() > 0.6
    mean = estimate("silent_members", "raku_irc")
    people = estimate("silent_members", "raku_irc", by_people=True)
    assert mean.estimate == pytest.approx((rows.lurkers / stayed).mean())
    assert people.estimate == pytest.approx(rows.lurkers.sum() / stayed.sum())
    k, logits = len(rows), []
    for out in rows.index:
        some, whole = rows.lurkers.drop(out).sum(), stayed.drop(out).sum()
        logits.append(np.log((some + 0.5) / (whole - some + 0.5)))
    error = np.std(logits) * np.sqrt(k - 1)
    reach = stats.t.ppf(0.975, k - 1) * error
    centre = np.log(people.estimate / (1 - people.estimate))
    # the limits enclose those of stayers alone: who left may have been silent, too
    assert people.low < 1 / (1 + np.exp(reach - centre))
    assert people.high > 1 / (1 + np.exp(-reach - centre)) - 1e-9


@pytest.mark.parametrize("study", ["fcc_gitter", "komodo_discord", "zulip_archives"])
def test_centres_of_replies(study):
    """The median group's, in the months after the first."""
    rows = open_study(study).table("windows").query("window == '28-83'")
    rows = rows[rows.observed.astype(bool)].dropna(subset="centres")
    found = estimate("reply_centres", study)
    assert (found.n, found.estimate) == (len(rows), rows.centres.median())
    # order statistics of as many independent groups
    ordered = np.sort(rows.centres)
    ranks = stats.binom.ppf([0.025, 0.975], len(rows), 0.5).astype(int)
    low, high = ordered[ranks - [1, 0]]
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.25)


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


def test_links_that_core_members_carry():
    """Their share, and the rate per head, from sums over rooms."""
    study = open_study("fcc_gitter")
    rows = study.table("carriers").query("least_days == 8")
    rows = rows.merge(study.table("groups")[["group", "network", "batch"]])
    codes = clusters(rows)
    names = ["by_cores", "by_others", "cores", "others"]
    own, others, cores, rest = (resampled(codes) @ rows[name] for name in names)
    sums = rows[names].sum()
    share = estimate("links_by_core", "fcc_gitter")
    rate = estimate("links_per_head", "fcc_gitter")
    assert share.estimate == sums.by_cores / (sums.by_cores + sums.by_others)
    limits = cloglog_limits(share.estimate, own / (own + others), codes.max() + 1)
    assert (share.low, share.high) == pytest.approx(limits, abs=0.01)
    ratio = (sums.by_cores / sums.cores) / (sums.by_others / sums.others)
    assert rate.estimate == pytest.approx(ratio)
    spread = np.log((own / cores) / (others / rest)).std()
    assert np.log(rate.high / rate.low) == pytest.approx(4.06 * spread, rel=0.05)


@pytest.mark.shared
def test_likeness_of_members_from_raw_answers():
    """ICC(1,1) of ranks, of communities with five complete answers."""
    rows = raw("reddit_values_survey", "responses.csv.gz").set_index("group")
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
