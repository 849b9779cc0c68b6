"""Every headline number of the committed corpora, computed again by other code.

Plain loops over rows, statsmodels and R; nothing here calls `helpers.survival`,
`helpers.inference` or the measures. Estimates agree to 1e-6, bootstrap limits to
0.005, or to the part of a wide interval that is luck (`apart`).
"""

import shutil
import subprocess
from functools import cache
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from helpers.claims import evaluate
from helpers.study import open_study

DAY = 86_400_000_000
CORPORA = ("fcc_gitter", "zulip_archives", "w3c_groups")
CHATS = CORPORA[:2]
SAMPLES = 2000


@cache
def study(name):
    """Open a committed study once."""
    return open_study(name)


@cache
def verdict(claim, name):
    """Evaluate once."""
    return evaluate(claim, study(name))


@cache
def lifetimes(name):
    """Return silence-of-60-days lifetimes row by row: the register's §1, retold."""
    groups = study(name).table("groups")
    archive = groups.groupby("network")["end_us"].max()
    rows = []
    for g in groups.itertuples():
        closed_itself = not pd.isna(g.closed_us) and g.closed_kind != "notice"
        end = (archive[g.network] if closed_itself else g.end_us) - g.origin_us
        entry = max(g.entry_us - g.origin_us, 0) / DAY
        archived = not pd.isna(g.first_us) and g.first_us < g.entry_us
        seen = 28 if archived else 28 - entry
        pace = g.early_messages / seen if seen > 0 else 0.0
        w = 60.0 if pace * 60 >= 6 else min(180.0, 6 / pace if pace else 180.0)
        potential, never = end / DAY - w, pd.isna(g.last_us)
        last = 0.0 if never else (g.last_us - g.origin_us) / DAY
        if potential < 0:
            continue
        dead = never or last < potential
        time, cause = (last, 1) if dead else (potential, 0)
        if g.closed_kind == "completed":
            closed = (g.closed_us - g.origin_us) / DAY
            if closed <= potential and not (dead and last + w <= closed):
                time, cause = closed, 2
        if entry > 0 and time <= entry:
            continue
        rows.append((g.group, g.network, g.batch, time, cause, entry, potential))
    columns = ["group", "network", "batch", "time", "cause", "entry", "potential"]
    return pd.DataFrame(rows, columns=columns)


@cache
def failures(name):
    """Return lifetimes that also end with 28 days of fewer than three posters."""
    lives = lifetimes(name).copy()
    if not study(name).observability.sender_ids:
        return lives
    rates = study(name).table("rates")
    groups = study(name).table("groups").set_index("group")
    steps = {
        g: list(zip(r.age_day, r.posters_28, strict=True))
        for g, r in rates.groupby("group")
    }
    for i, row in lives.iterrows():
        end = (
            groups.loc[row.group, "end_us"] - groups.loc[row.group, "origin_us"]
        ) / DAY
        days = [(-1, 0), *steps.get(row.group, []), (end, 99)]
        start = None
        for (day, posters), (following, _) in pairwise(days):
            if posters >= 3:
                start = None
                continue
            start = max(day, 28) if start is None else start
            if following - start >= 28:
                if start < min(row.time, end - 56):
                    lives.loc[i, ["time", "cause"]] = [start, 1]
                break
    return lives


def incidence(time, cause, entry, horizon):
    """Return the share that ended of cause 1 by a horizon (Aalen and Johansen)."""
    alive, ended = 1.0, 0.0
    for t in np.unique(time[(cause > 0) & (time <= horizon)]):
        at_risk = ((entry < t) | (entry == 0)) & (time >= t)
        n, here = at_risk.sum(), time == t
        ended += alive * (here & (cause == 1)).sum() / n
        alive *= 1 - (here & (cause > 0)).sum() / n
    return ended


def conditional(lives):
    """Start at the first age with 20 at risk, if anybody came late."""
    if not (lives["entry"] > 0).any():
        return lives
    ages = np.unique(np.concatenate([[0.0], lives["entry"], lives["time"]]))
    entry, time = lives["entry"].to_numpy(), lives["time"].to_numpy()
    start = next(a for a in ages if ((entry <= a) & (time > a)).sum() >= 20)
    kept = lives if start == 0 else lives[lives["time"] > start]
    return kept.assign(entry=kept["entry"].where(kept["entry"] > start, 0))


def clusters(rows):
    """Return row numbers by independent unit."""
    networks, batches = rows["network"].nunique(), rows["batch"].nunique()
    unit = pd.Series(range(len(rows)), index=rows.index)
    if networks >= 8:
        unit = rows["network"]
    elif 20 <= batches < len(rows):
        unit = rows["batch"]
    return [np.asarray(i) for i in rows.groupby(unit.to_numpy()).indices.values()]


def resampled(rows, statistic):
    """Return a statistic in bootstrap samples of whole clusters, and t(K − 1)."""
    units, rng = clusters(rows), np.random.default_rng(99)
    values = []
    for _ in range(SAMPLES):
        drawn = rng.integers(len(units), size=len(units))
        values.append(statistic(np.concatenate([units[i] for i in drawn])))
    return np.array(values), stats.t.ppf(0.975, len(units) - 1)


def limits_of_share(estimate, rows, statistic):
    """Return limits on the cloglog scale."""
    values, t = resampled(rows, statistic)
    values = np.clip(values, 0.5 / len(rows), 1 - 0.5 / len(rows))
    reach = t * np.std(np.log(-np.log(1 - values)), ddof=1)
    centre = np.log(-np.log(1 - estimate))
    return 1 - np.exp(-np.exp(np.array([centre - reach, centre + reach])))


def apart(found):
    """Return how far limits from two bootstraps may lie apart: 0.005, 5 % if wide.

    Few networks make long tails: there a tenth of the width is luck.
    """
    share = 0.1 if found.interval.clusters < 20 else 0.05
    return max(0.005, share * (found.high - found.low))


def failure_limits(lives, horizon):
    """Return F(horizon) with bootstrap limits."""
    rows = conditional(lives).reset_index(drop=True)
    time, cause, entry = (rows[c].to_numpy() for c in ("time", "cause", "entry"))

    def statistic(i):
        return incidence(time[i], cause[i], entry[i], horizon)

    estimate = incidence(time, cause, entry, horizon)
    return estimate, *limits_of_share(estimate, rows, statistic)


HEADLINES = [
    ("s0-three-month-death", lifetimes, 105),
    ("s1-over-90-fail", failures, 365),
]


@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize(("claim", "lives", "horizon"), HEADLINES)
def test_failure_by_loops(name, claim, lives, horizon):
    """F(105) by silence and F(365) by any failure, estimate and limits."""
    found, error = verdict(claim, name), study(name).manifest.time_error_days
    estimate, low, high = failure_limits(lives(name), horizon)
    if error:
        low = min(low, failure_limits(lives(name), horizon - error)[1])
        high = max(high, failure_limits(lives(name), horizon + error)[2])

    assert found.estimate == pytest.approx(estimate, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((low, high), abs=apart(found))


@pytest.mark.parametrize("name", CORPORA)
def test_survival_by_statsmodels(name):
    """The same curve comes from statsmodels wherever no purpose fulfilled competes."""
    rows = conditional(lifetimes(name))
    if (rows["cause"] == 2).any():
        rows = rows[rows["cause"] != 2]
        expected = incidence(
            *(rows[c].to_numpy() for c in ("time", "cause", "entry")), 105
        )
    else:
        expected = verdict("s0-three-month-death", name).estimate
    # statsmodels refuses time 0, so all clocks start a moment earlier
    curve = SurvfuncRight(rows["time"] + 1e-8, rows["cause"] == 1, entry=rows["entry"])
    at = np.searchsorted(curve.surv_times, 105, side="right") - 1

    assert 1 - curve.surv_prob[at] == pytest.approx(expected, abs=1e-6)


@pytest.mark.r
@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not on this machine")
@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize(("claim", "lives", "horizon"), HEADLINES)
def test_failure_by_r(name, claim, lives, horizon, tmp_path):
    """R's survfit gives the same cumulative incidence, late entry included."""
    rows = conditional(lives(name))
    # R takes what lies within 1e-8 for one time, and no life may have length 0
    rows = rows.assign(time=rows["time"].clip(lower=1e-3), id=range(len(rows)))
    rows[["id", "entry", "time", "cause"]].to_csv(tmp_path / "lives.csv", index=False)
    script = f"""
    library(survival)
    d <- read.csv("lives.csv")
    d$state <- factor(d$cause, 0:2, c("censored", "failed", "completed"))
    fit <- survfit(Surv(entry, time, state) ~ 1, data = d, id = d$id)
    cat(format(summary(fit, times = {horizon})$pstate[2], digits = 12))
    """
    command = [shutil.which("Rscript"), "-e", script]
    out = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True
    )

    assert verdict(claim, name).estimate == pytest.approx(float(out.stdout), abs=1e-6)


def censoring(time, cause, horizon):
    """Return the chance of not having been censored before a horizon."""
    chance = 1.0
    for t in np.unique(time[(cause == 0) & (time < horizon)]):
        gone = (time == t) & (cause == 0)
        # who ended at the same age was there no longer
        chance *= 1 - gone.sum() / ((time > t) | gone).sum()
    return chance


@pytest.mark.parametrize("name", CHATS)
def test_success_by_loops(name):
    """Known successes over all groups and the chance of having been followed."""
    lives = lifetimes(name)
    windows = study(name).table("windows")
    last = windows[windows["window"] == "337-364"].set_index("group")
    good = []
    for row in lives.itertuples():
        w = last.loc[row.group] if row.group in last.index else None
        followed = row.time >= 365 and not (row.cause and row.time == 365)
        lively = w is not None and w.observed and w.posters >= 5
        good.append(followed and lively and w.replies / w.messages >= 0.3)
    good = np.array(good)
    time, cause = lives["time"].to_numpy(), lives["cause"].to_numpy()

    def share(i):
        return good[i].sum() / (len(i) * censoring(time[i], cause[i], 365))

    found, estimate = (
        verdict("s0-success-below-5pct", name),
        share(np.arange(len(lives))),
    )
    low, high = limits_of_share(estimate, lives, share)

    assert found.estimate == pytest.approx(estimate, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((low, high), abs=apart(found))


def is_gone(row, steps, end, age, *, known):
    """Say whether a group of some age is silent for good, thin or quiet for 28 days."""
    if pd.isna(row.last_us) or (row.last_us - row.origin_us) / DAY <= age:
        return True
    days = [(-1, 0, 0), *steps, (end, None, None)]
    thin, quiet, peak = [], [], 0
    for (day, messages, posters), (following, *_) in pairwise(days):
        peak = max(peak, messages)
        thin.append((max(day, 28), following, posters < 3))
        quiet.append((day, following, peak >= 6 and messages < 0.1 * peak))
    return any(covers(states, age) for states in ([thin, quiet] if known else [quiet]))


def covers(states, age):
    """Merge neighbouring true states and look for one that covers an age."""
    runs = []
    for day, following, holds in states:
        if holds and runs and runs[-1][1] >= day:
            runs[-1][1] = following
        elif holds:
            runs.append([day, following])
    return any(a <= age < b and b - a >= 28 for a, b in runs)


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("fcc_gitter", "freecodecamp"),
        ("zulip_archives", "lean"),
        ("zulip_archives", "rust"),
        ("w3c_groups", "w3c"),
    ],
)
def test_shells_by_loops(name, network):
    """Dead and shells 60 days before the end, group by group."""
    groups = study(name).table("groups").query("network == @network")
    closed_itself = groups["closed_us"].notna() & (groups["closed_kind"] != "notice")
    ends = groups["end_us"].mask(closed_itself, groups["end_us"].max())
    groups = groups.assign(end_us=ends)[groups["entry_us"] <= groups["origin_us"]]
    steps = {
        g: list(zip(r.age_day, r.messages_28, r.posters_28, strict=True))
        for g, r in study(name).table("rates").groupby("group")
    }
    at = groups["end_us"].min() - 60 * DAY
    gone = [
        is_gone(
            g,
            steps.get(g.group, []),
            (g.end_us - g.origin_us) / DAY,
            (at - g.origin_us) / DAY,
            known=study(name).observability.sender_ids,
        )
        for g in groups.itertuples()
        if at - g.origin_us >= 28 * DAY
    ]
    whole = verdict("s0-200-of-343-shells", name)
    parts = {part.study: part for part in whole.parts}
    found = parts.get(f"{name}/{network}", whole)

    assert found.n == len(gone)
    assert found.estimate == pytest.approx(np.mean(gone), abs=1e-6)


def both_windows(name, early, late):
    """Return groups observed in two windows, with their messages in each."""
    windows = study(name).table("windows").query("observed")
    wide = windows.pivot_table(index="group", columns="window", values="messages")
    groups = study(name).table("groups").set_index("group")
    return wide[[early, late]].dropna().join(groups)


@pytest.mark.parametrize("name", CHATS)
def test_novelty_by_loops(name):
    """Messages a day in days 56–83 over those in days 1–13, and limits of the log.

    A few busy rooms make the resampled ratios' tails long, hence the tolerance.
    """
    rows = both_windows(name, "1-13", "56-83").reset_index()
    early, late = rows["1-13"].to_numpy(), rows["56-83"].to_numpy()

    def ratio(i):
        return late[i].sum() / 28 / (early[i].sum() / 13)

    found, estimate = verdict("s0-novelty-decay", name), ratio(np.arange(len(rows)))
    values, t = resampled(rows, ratio)
    reach = t * np.std(np.log(values), ddof=1)

    assert found.estimate == pytest.approx(estimate, abs=1e-6)
    assert np.log(found.high / found.estimate) == pytest.approx(reach, rel=0.1)


@pytest.mark.parametrize("name", CHATS)
@pytest.mark.parametrize(
    ("claim", "column"),
    [("s1-not-centralised", "top_share"), ("s4-many-centres", "centres")],
)
def test_medians_by_numpy(name, claim, column):
    """The median group, with limits near those of resampled medians."""
    windows = study(name).table("windows").query("observed and window == '28-83'")
    rows = windows.query("posters >= 5 and messages >= 100").dropna(subset=[column])
    rows = rows.merge(study(name).table("groups")[["group", "network", "batch"]])
    values = rows[column].to_numpy()
    medians, _ = resampled(rows, lambda i: np.median(values[i]))
    found = verdict(claim, name)

    assert found.estimate == pytest.approx(np.median(values), abs=1e-6)
    assert found.n == len(values)
    low, high = np.quantile(medians, [0.025, 0.975])
    assert (found.low, found.high) == pytest.approx((low, high), rel=0.15)
