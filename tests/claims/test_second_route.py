"""Every headline number of the committed corpora, computed again by other code.

Plain loops over rows and ages, statsmodels and R; nothing here calls
`helpers.survival`, `helpers.inference` or the measures. The draws of the bootstrap are
part of the definition (`helpers.survival.bootstrap.cluster_weights` says which), so
they are made again. Estimates agree to 1e-6; limits to 0.005, of ratios and lifetimes
on the log scale.
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

from helpers.claims import evaluate, nested
from helpers.claims.definitions.death_definitions import failure
from helpers.claims.definitions.deaths import Ends, by_silence, still_watched
from helpers.study import open_study
from helpers.survival import naive

DAY = 86_400_000_000
CHATS = ("fcc_gitter", "zulip_archives")
CORPORA = (*CHATS, "w3c_groups", "komodo_discord")
SEED = 20161231
DECIDING, SHOWN, MANY = 5000, 1000, 200_000
LIMITS = 0.005


@cache
def study(name):
    """Open a committed study once."""
    return open_study(name)


@cache
def verdict(claim, name):
    """Evaluate once."""
    return evaluate(claim, study(name))


@cache
def lifetimes(name, *, competing=True):
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
        if competing and g.closed_kind == "completed":
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


def incidence(time, cause, entry, horizon, weights=None, *, of=None):
    """Return the share that ended of cause 1 by a horizon (Aalen and Johansen).

    One value a sample; `weights` say how often each sample holds each row, or each
    unit `of` rows.
    """
    of = np.arange(len(time)) if of is None else of
    weights = np.ones((1, len(time))) if weights is None else weights
    alive, ended = np.ones(len(weights)), np.zeros(len(weights))
    for t in np.unique(time[(cause > 0) & (time <= horizon)]):
        here, watched = time == t, ((entry < t) | (entry == 0)) & (time >= t)
        watched, failed, gone = (
            np.bincount(of, rows)
            for rows in (watched, here & (cause == 1), here & (cause > 0))
        )
        at_risk = np.maximum(weights @ watched, 1e-9)  # without anybody nobody ends
        ended += alive * (weights @ failed) / at_risk
        alive *= 1 - weights @ gone / at_risk
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


def units(rows):
    """Return the number of the independent unit of each row, in order of names."""
    networks, batches = rows["network"].nunique(), rows["batch"].nunique()
    if networks >= 8:
        return np.unique(rows["network"].to_numpy(str), return_inverse=True)[1]
    if 20 <= batches < len(rows):
        return np.unique(rows["batch"].to_numpy(str), return_inverse=True)[1]
    return np.arange(len(rows))


def drawn(rows, samples=DECIDING):
    """Return how often each sample holds each row, and t(K − 1)."""
    of = units(rows)
    often, t = drawn_units(of.max() + 1, samples)
    return often[:, of], t


def drawn_units(k, samples):
    """Return how often each sample holds each of k units, and t(K − 1)."""
    picks = np.random.default_rng(SEED).integers(k, size=(samples, k))
    often = np.array([np.bincount(pick, minlength=k) for pick in picks], float)
    return often, stats.t.ppf(0.975, k - 1)


def limits_of_share(estimate, values, n, t):
    """Return limits on the cloglog scale; samples at 0 or 1 count as next to it."""
    assert np.mean((values <= 0) | (values >= 1)) <= 0.05
    values = np.clip(values, 0.5 / n, 1 - 0.5 / n)
    reach = t * np.std(np.log(-np.log(1 - values)), ddof=1)
    centre = np.log(-np.log(1 - estimate))
    return 1 - np.exp(-np.exp(np.array([centre - reach, centre + reach])))


def failure_limits(lives, horizon):
    """Return F(horizon) with bootstrap limits."""
    rows = conditional(lives).reset_index(drop=True)
    columns = [rows[c].to_numpy() for c in ("time", "cause", "entry")]
    estimate = incidence(*columns, horizon)[0]
    of = units(rows)  # of ten, luck moves limits by more than is asked
    often, t = drawn_units(of.max() + 1, MANY if of.max() < 10 else DECIDING)
    values = incidence(*columns, horizon, often, of=of)
    return estimate, *limits_of_share(estimate, values, len(rows), t)


def agrees(found, estimate, low, high):
    """Compare a share: estimate to 1e-6, limits to 0.005."""
    assert found.estimate == pytest.approx(estimate, abs=1e-6)
    assert (found.low, found.high) == pytest.approx((low, high), abs=LIMITS)


def agrees_in_ratio(found, estimate, low, high):
    """Compare a ratio or a lifetime: estimate to 1e-6, limits to 0.005 of the log."""
    assert found.estimate == pytest.approx(estimate, abs=1e-6)
    found_logs, logs = np.log([found.low, found.high]), np.log([low, high])
    assert found_logs == pytest.approx(logs, abs=LIMITS)


HEADLINES = [
    ("s0-three-month-death", lifetimes, 105),
    ("s1-over-90-fail", failures, 365),
]


def with_bounds(name, lives, horizon):
    """Return F(horizon); where times are coarse, limits around those of both bounds."""
    error = study(name).manifest.time_error_days
    estimate, low, high = failure_limits(lives, horizon)
    if error:
        low = min(low, failure_limits(lives, horizon - error)[1])
        high = max(high, failure_limits(lives, horizon + error)[2])
    return estimate, low, high


@pytest.mark.parametrize("name", CORPORA)
@pytest.mark.parametrize(("claim", "lives", "horizon"), HEADLINES)
def test_failure_by_loops(name, claim, lives, horizon):
    """F(105) by silence and F(365) by any failure, estimate and limits."""
    agrees(verdict(claim, name), *with_bounds(name, lives(name), horizon))


@pytest.mark.parametrize("name", CORPORA)
def test_silence_alone_by_loops(name):
    """F1, printed beside, is F(365) by silence."""
    beside = {one.name: one.interval for one in verdict("s1-over-90-fail", name).beside}
    expected = with_bounds(name, lifetimes(name), 365)
    agrees(beside["silence alone"], *expected)


def was_active(days, born):
    """Look for a week of 5 people and 20 messages in a year from birth."""
    for last in {day for day, *_ in days if day < born + 365}:
        week = [(who, n) for day, who, n in days if last - 7 < day <= last]
        if len({who for who, _ in week}) >= 5 and sum(n for _, n in week) >= 20:
            return True
    return False


def test_never_active_by_loops():
    """F2, printed beside: rooms without 5 people and 20 messages in a week."""
    groups = study("fcc_gitter").table("groups")
    groups = groups[groups["end_us"] - groups["origin_us"] >= 365 * DAY]
    table, days = study("fcc_gitter").table("member_days"), {}
    for row in table.itertuples():
        days.setdefault(row.group, []).append((row.day, row.member, row.messages))
    asked, never = groups.index, [
        not was_active(days.get(g.group, []), g.origin_us // DAY)
        for g in groups.itertuples()
    ]  # fmt: skip
    rows, never = groups.loc[asked], np.array(never)
    weights, t = drawn(rows)
    values, estimate = weights @ never / weights.sum(axis=1), never.mean()
    limits = limits_of_share(estimate, values, len(rows), t)
    found = verdict("s1-over-90-fail", "fcc_gitter").beside[1]

    assert found.name.startswith("never 5")
    agrees(found.interval, estimate, *limits)


def half_line(ages, values):
    """Return where a falling step function is one half, the middle of a rest."""
    at = next((a for a, s in zip(ages, values, strict=True) if s <= 0.5 + 1e-9), np.inf)
    below = next((a for a, s in zip(ages, values, strict=True) if s < 0.5 - 1e-9), None)
    return (at + (ages[-1] if below is None and np.isfinite(at) else below or at)) / 2


def median_limits(rows, time, entry, cause, samples):
    """Return the median and where the limits of log(−log S) cross one half.

    S is the share that has not ended of cause 1.
    """
    weights, t = drawn(rows, samples)
    weights = np.vstack([np.ones(len(rows)), weights])
    alive, ages, curve, errors = np.ones(len(weights)), [], [], []
    lost = np.zeros(len(weights))
    for age in np.unique(time[cause > 0]):
        watched = ((entry < age) | (entry == 0)) & (time >= age)
        at_risk = np.maximum(weights @ watched, 1e-9)
        here = time == age
        lost = lost + alive * (weights @ (here & (cause == 1))) / at_risk
        alive = alive * (1 - weights @ (here & (cause > 0)) / at_risk)
        ages.append(age)
        curve.append(1 - lost[0])
        errors.append(np.std(lost[1:], ddof=1))
    s, se = np.array(curve), np.array(errors)
    inner = (s > 0) & (s < 1)
    ages, s, se = np.array(ages)[inner], s[inner], se[inner]
    reach = t * se / np.abs(s * np.log(s))
    low, high = (np.exp(np.log(s) * np.exp(side * reach)) for side in (1, -1))
    return [half_line(ages, step) for step in (s, low, high)]


@pytest.mark.parametrize("name", CORPORA)
def test_median_lifetime_by_loops(name):
    """The median lifetime, and where its band crosses one half."""
    rows = conditional(lifetimes(name)).reset_index(drop=True)
    time, entry, cause = (rows[c].to_numpy() for c in ("time", "entry", "cause"))
    expected = median_limits(rows, time, entry, cause, SHOWN)
    (found,) = verdict("s0-three-month-death", name).beside
    agrees_in_ratio(found.interval, *expected)


@pytest.mark.parametrize("name", CORPORA)
def test_survival_by_statsmodels(name):
    """The same curve comes from statsmodels wherever no purpose fulfilled competes."""
    rows = conditional(lifetimes(name))
    if (rows["cause"] == 2).any():
        rows = rows[rows["cause"] != 2]
        expected = incidence(
            *(rows[c].to_numpy() for c in ("time", "cause", "entry")), 105
        )[0]
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


def naive_lifetimes(name, reading):
    """Return lifetimes as they are commonly misread."""
    groups = study(name).table("groups")
    archive = groups.groupby("network")["end_us"].max()
    rows = []
    for g in groups.itertuples():
        closed_itself = not pd.isna(g.closed_us) and g.closed_kind != "notice"
        end = ((archive[g.network] if closed_itself else g.end_us) - g.origin_us) / DAY
        entry = max(g.entry_us - g.origin_us, 0) / DAY
        never = pd.isna(g.last_us)
        last = 0.0 if never else (g.last_us - g.origin_us) / DAY
        dead = reading.startswith("every") or never or last < end - 60
        if entry == 0 or last > entry:
            rows.append((last, int(dead), entry))
    return pd.DataFrame(rows, columns=["time", "cause", "entry"])


def read_naively(name):
    """Yield each naive reading with the share dead within a year, by our own code."""
    listed, silences = (study(name).table(t) for t in ("groups", "silences"))
    groups, right = still_watched(listed), by_silence(listed, silences)
    yield "the silence rule", right
    yield "every last message a death", naive.every_last_message_a_death(groups)
    if (right.lives.entry > 0).any():
        ignored = right._replace(lives=naive.ignoring_entry(right.lives))
        yield "late entry ignored", ignored


def dead_in_a_year(of):
    """Return the share dead within a year of lifetimes, or of ends that compete."""
    if isinstance(of, Ends):
        return failure(of, 365.0, replicates=2).estimate
    late = (of.entry > 0).any()
    return 1 - (of.curve().from_at_risk() if late else of.curve()).at(365.0)


@pytest.mark.parametrize("name", CORPORA)
def test_naive_readings_by_loops(name):
    """The curves' share dead within a year, and what the naive ways make of it."""
    table = {reading: dead_in_a_year(of) for reading, of in read_naively(name)}
    right = lifetimes(name)
    for reading, found in table.items():
        rows = naive_lifetimes(name, reading)
        if reading == "the silence rule":
            rows = right
        elif reading == "late entry ignored":
            rows = right.assign(entry=0.0)
        rows = conditional(rows)
        columns = (rows[c].to_numpy() for c in ("time", "cause", "entry"))
        assert found == pytest.approx(incidence(*columns, 365)[0], abs=1e-6), reading


def censoring(time, cause, horizon, weights):
    """Return each sample's chance of not having been censored before a horizon."""
    chance = np.ones(len(weights))
    for t in np.unique(time[(cause == 0) & (time < horizon)]):
        gone = (time == t) & (cause == 0)
        # who ended at the same age was there no longer
        there = np.maximum(weights @ ((time > t) | gone), 1e-9)
        chance *= 1 - weights @ gone / there
    return chance


def lively(name):
    """Say of each lifetime whether 5 people posted and 0.3 of messages replied."""
    lives = lifetimes(name)
    if not study(name).observability.sender_ids:
        return [False] * len(lives)
    windows = study(name).table("windows")
    last = windows[windows["window"] == "337-364"].set_index("group")
    good = []
    for row in lives.itertuples():
        w = last.loc[row.group] if row.group in last.index else None
        followed = row.time >= 365 and not (row.cause and row.time == 365)
        enough = w is not None and w.observed and w.posters >= 5
        good.append(followed and enough and w.replies / w.messages >= 0.3)
    return good


def success_limits(name):
    """Return the known successes over all groups and the chance of being followed."""
    lives, good = lifetimes(name), lively(name)
    time, cause = lives["time"].to_numpy(), lives["cause"].to_numpy()

    def shares(weights):
        whole = weights.sum(axis=1) * censoring(time, cause, 365, weights)
        return np.minimum(weights @ np.array(good) / whole, 1)

    weights, t = drawn(lives)
    estimate = shares(np.ones((1, len(lives))))[0]
    return estimate, *limits_of_share(estimate, shares(weights), len(lives), t)


@pytest.mark.parametrize("name", CHATS)
def test_success_by_loops(name):
    """The share of successes, and beside the failed its complement."""
    estimate, low, high = success_limits(name)
    beside = {one.name: one.interval for one in verdict("s1-over-90-fail", name).beside}

    agrees(verdict("s0-success-below-5pct", name), estimate, low, high)
    agrees(beside["not successful"], 1 - estimate, 1 - high, 1 - low)


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


def certain(name):
    """Say of each group watched from birth what it surely was not at one year."""
    groups = study(name).table("groups").set_index("group", drop=False)
    steps = {
        g: list(zip(r.age_day, r.messages_28, r.posters_28, strict=True))
        for g, r in study(name).table("rates").groupby("group")
    }
    archive, known = groups["end_us"].max(), study(name).observability.sender_ids
    failed = failures(name).set_index("group")
    good = dict(zip(lifetimes(name)["group"], lively(name), strict=True))
    rows = []
    for life in lifetimes(name).query("entry == 0").itertuples():
        g, fulfilled = groups.loc[life.group], life.cause == 2
        closed_itself = not pd.isna(g.closed_us) and g.closed_kind != "notice"
        end = ((archive if closed_itself else g.end_us) - g.origin_us) / DAY
        dead = life.cause == 1 and life.time <= 365
        gone = dead or is_gone(g, steps.get(life.group, []), end, 365, known=known)
        shell = gone and not (fulfilled and life.time <= 365)
        f = failed.loc[life.group]
        thin = shell or (f.cause == 1 and f.time <= 365)
        bad = thin or not good[life.group] or (fulfilled and life.time <= 365)
        time = life.potential if fulfilled else life.time
        rows.append((time, int(life.cause == 1), not shell, not thin, not bad))
    return pd.DataFrame(rows, columns=["time", "cause", "shell", "failed", "bad"])


@pytest.mark.parametrize("name", CORPORA)
def test_nested_shares_by_loops(name):
    """One minus the share surely outside each set, over the chance of being known."""
    rows = certain(name)
    time, cause = rows["time"].to_numpy(), rows["cause"].to_numpy()
    seen = censoring(time, cause, 365, np.ones((1, len(rows))))[0] * len(rows)
    followed = (time >= 365) & ~((cause == 1) & (time == 365))
    expected = [1 - (followed & rows[c]).sum() / seen for c in ("shell", "failed")]
    if study(name).observability.replies != "none":
        expected.append(1 - (followed & rows["bad"]).sum() / seen)
    found = [row.found for row in nested(study(name)).rows if row.found]

    assert [f.estimate for f in found] == pytest.approx(expected, abs=1e-6)


def both_windows(name, early, late):
    """Return groups observed in two windows, with their messages in each."""
    windows = study(name).table("windows").query("observed")
    wide = windows.pivot_table(index="group", columns="window", values="messages")
    groups = study(name).table("groups").set_index("group")
    return wide[[early, late]].dropna().join(groups)


@pytest.mark.parametrize("name", CHATS)
def test_novelty_by_loops(name):
    """Messages a day in days 56–83 over those in days 1–13."""
    rows = both_windows(name, "1-13", "56-83").reset_index()
    early, late = rows["1-13"].to_numpy(), rows["56-83"].to_numpy()
    of = units(rows)
    often, t = drawn_units(of.max() + 1, MANY)
    sums = [often @ np.bincount(of, said) for said in (late, early)]
    estimate = late.sum() / 28 / (early.sum() / 13)
    reach = t * np.std(np.log(sums[0] / sums[1]), ddof=1)
    low, high = estimate * np.exp([-reach, reach])

    agrees_in_ratio(verdict("s0-novelty-decay", name), estimate, low, high)


@pytest.mark.parametrize("name", CHATS)
@pytest.mark.parametrize(
    ("claim", "column"),
    [("s1-not-centralised", "top_share"), ("s4-many-centres", "centres")],
)
def test_medians_by_loops(name, claim, column):
    """The median group, and the values that half of the groups may lie above."""
    windows = study(name).table("windows").query("observed and window == '28-83'")
    lively = windows.query("posters >= 5 and messages >= 100")
    rows = (lively if column == "top_share" else windows).dropna(subset=[column])
    rows = rows.merge(study(name).table("groups")[["group", "network", "batch"]])
    values, found = rows[column].to_numpy(), verdict(claim, name)
    all_ended, from_the_start = np.ones(len(rows)), np.zeros(len(rows))
    _, low, high = median_limits(rows, values, from_the_start, all_ended, DECIDING)

    assert found.n == len(values)
    agrees_in_ratio(found, np.median(values), low, high)
