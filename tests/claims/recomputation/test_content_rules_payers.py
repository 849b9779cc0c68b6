"""Recompute estimates on content, answers, load, rules and payers from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.optimize import brentq

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
)

BOTH = ("fcc_gitter", "zulip_archives")
WEEKS_TO_SILENCE = 8  # whole weeks in the 60 days after which silence counts


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


def _score(slope, cell):
    """Return Efron's score and information of one stratum."""
    ended = cell.ended_0 + cell.ended_1
    part = np.arange(ended) / max(ended, 1)
    exposed = (cell.at_risk_1 - part * cell.ended_1) * np.exp(slope)
    share = exposed / (exposed + cell.at_risk_0 - part * cell.ended_0)
    return cell.ended_1 - share.sum(), (share * (1 - share)).sum()


@pytest.mark.parametrize("study", BOTH)
def test_leaving_of_unanswered_newcomers(study):
    """Solve the score equation of the life tables."""
    tables = open_study(study)
    rows = tables.table("newcomers")
    rows = rows[(rows.replies == "explicit") & (rows.within_hours == 24)]
    rows = rows.assign(exposed=(~rows.answered).astype(int))
    cells = rows.pivot_table(
        index=["group", "from_day"], columns="exposed", values=["at_risk", "ended"]
    ).fillna(0)
    cells.columns = [f"{what}_{arm}" for what, arm in cells.columns]
    listed = list(cells.itertuples())
    slope = brentq(lambda at: sum(_score(at, cell)[0] for cell in listed), -2, 2)
    scores = cells.assign(
        score=[_score(slope, cell)[0] for cell in listed],
        information=[_score(slope, cell)[1] for cell in listed],
    ).reset_index()
    codes = clusters(scores.merge(tables.table("groups"), on="group"))
    count = codes.max() + 1
    spread = (scores.score.groupby(codes).sum() ** 2).sum() * count / (count - 1)
    error = np.sqrt(spread) / scores.information.sum()
    found = estimate("leaving_of_unanswered", study)
    same(found, np.exp((slope, *student(slope, error, count))))


@pytest.mark.parametrize("study", BOTH)
def test_lulls_after_unanswered_newcomers(study):
    """Fit statsmodels' Cox model of months at risk."""
    tables = open_study(study)
    lives = first_gaps(tables.table("groups"), tables.table("silences"))
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


def _person_weeks():
    """Return messages written, and received the week before, by person and week."""
    days = open_study("fcc_gitter").table("member_days")
    days = days.assign(week=days.day // 7)
    own = days.groupby(["member", "group", "week"]).messages.sum().rename("own")
    here = days.groupby(["group", "week"]).messages.sum().rename("here").reset_index()
    joined = days.groupby(["member", "group"]).week.min().rename("since").reset_index()
    seen = joined.merge(here, on="group").query("week >= since")
    seen = seen.merge(own.reset_index(), how="left").fillna({"own": 0})
    received = (seen.here - seen.own).groupby([seen.member, seen.week + 1]).sum()
    rows = received.rename("received").reset_index()
    wrote = days.groupby(["member", "week"]).messages.sum().rename("wrote")
    rows = rows.merge(wrote.reset_index(), how="left").fillna({"wrote": 0})
    last = rows.member.map(days.groupby("member").week.max()) + WEEKS_TO_SILENCE
    rows = rows[(rows.week <= days.week.max()) & (rows.week <= last)]
    rows = rows[rows.groupby("member").week.transform("size") > 1]
    everything = days.groupby("week").messages.sum()
    return rows.assign(everything=rows.week.map(everything).fillna(0))


def test_messages_after_busy_weeks():
    """Fit a Poisson model with person effects by Newton's method."""
    rows = _person_weeks()
    x = np.column_stack([np.log2(1 + rows.received), np.log1p(rows.everything)])
    x, counts = x - x.mean(axis=0), rows.wrote.to_numpy()
    codes = pd.factorize(rows.member)[0]
    totals, beta = np.bincount(codes, counts)[codes], np.zeros(2)
    for _ in range(25):
        risk = np.exp(x @ beta)
        share = risk / np.bincount(codes, risk)[codes]
        means = np.column_stack([np.bincount(codes, share * c) for c in x.T])
        centred, expected = x - means[codes], totals * share
        bread = np.linalg.inv((centred * expected[:, None]).T @ centred)
        beta = beta + bread @ ((counts - expected)[:, None] * centred).sum(axis=0)
    found = estimate("written_per_doubling", "fcc_gitter")
    assert found.n == len(rows)
    assert found.estimate == pytest.approx(np.exp(beta[0]), rel=1e-6)


def _payers(measure):
    lives = open_study("twitch_paid_free").table("lives")
    lives = lives[lives.measure == measure].reset_index(drop=True)
    lives[["arm", "before"]] = lives.cohort.str.split(": ", expand=True)
    return lives[lives.arm.isin(["paid", "free"])]


@pytest.mark.parametrize(("since", "until"), [(0, 183), (183, 10**5)])
def test_stopping_of_payers_by_period(since, until):
    """Fit statsmodels' Cox model of people, those who stay longer entering later."""
    lives = _payers("writing")
    rows = lives.loc[lives.index.repeat(lives.people)].reset_index(drop=True)
    both = rows.groupby("before").arm.transform("nunique") == 2
    rows = rows[both & (rows.days + 1 > since)]
    ended = (rows.ending == "stopped") & (rows.days + 1 <= until)
    time = np.minimum(rows.days + 1, until)
    bands = pd.get_dummies(rows.before, dtype=float).iloc[:, 1:]
    design = np.column_stack([rows.arm == "paid", bands]).astype(float)
    entry = np.full(len(rows), since + 1e-9)
    model = sm.PHReg(time, design, status=ended, entry=entry, ties="efron")
    found = estimate("stopping_of_payers", "twitch_paid_free", since=since, until=until)
    assert np.log(found.estimate) == pytest.approx(
        model.fit(disp=0).params[0], rel=1e-5
    )


def test_hazard_of_chapters_first_met_offline():
    """Split lives at the pandemic by hand, and fit statsmodels' Cox model."""
    study = open_study("rladies_meetup")
    end = study.table("registry").end_us.max()
    held = study.table("meetings").query("held and time_us < @end")
    rows = (
        held.sort_values("time_us")
        .groupby("group")
        .agg(
            first=("time_us", "first"),
            last=("time_us", "last"),
            online=("online", "first"),
        )
    )
    first = held.sort_values("time_us").drop_duplicates("group").set_index("group")
    rows["offline"] = 1.0 - (first.online == True)  # noqa: E712 - unknown is offline
    follow = (end - rows["first"]) / DAY_US - 365
    last = (rows["last"] - rows["first"]) / DAY_US
    rows = rows.assign(died=last < follow, time=np.where(last < follow, last, follow))
    rows = rows[follow > 0].assign(time=lambda r: r.time.clip(lower=0.5))
    began = pd.to_datetime(rows["first"], unit="us")
    cuts = [
        (pd.Timestamp(at) - began).dt.total_seconds() / 86_400
        for at in ("2020-03-01", "2022-01-01")
    ]
    edges = [0 * cuts[0], *cuts, 0 * cuts[0] + np.inf]
    parts = [
        rows.assign(
            start=edges[n].clip(lower=0), stop=np.minimum(edges[n + 1], rows.time),
            era=float(n == 1), year=began.dt.year,
        )
        for n in range(3)
    ]  # fmt: skip
    split = pd.concat(parts).query("stop > start")
    design = split[["offline", "era", "year"]].to_numpy(float)
    model = sm.PHReg(
        split.stop, design - design.mean(axis=0),
        status=(split.died & (split.stop == split.time)), entry=split.start + 1e-9,
        ties="efron",
    )  # fmt: skip
    found = estimate("end_hazard_of_first_met_offline", "rladies_meetup")
    assert np.log(found.estimate) == pytest.approx(
        model.fit(disp=0).params[0], rel=1e-5
    )
