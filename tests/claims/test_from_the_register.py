"""Headline estimates again, from the register's words and the tables' definitions.

Plain pandas, loops and statsmodels; no function of the estimators, of
`helpers.survival` or of `helpers.inference` is called. Points agree to 1e-6, of
ratios on the log scale.
"""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import optimize
from statsmodels.duration.hazard_regression import PHReg

from helpers.claims import evaluate
from helpers.study import open_study

DAY = 86_400_000_000
CHATS = ("fcc_gitter", "zulip_archives")
ALL_CHATS = (*CHATS, "komodo_discord")


@cache
def table(study, name):
    """Return a table of a committed study."""
    return open_study(study).table(name)


@cache
def verdict(claim, study):
    """Evaluate once."""
    return evaluate(claim, open_study(study))


@cache
def lives(study):
    """Return lifetimes that end at the last message before 60 days of silence (§1)."""
    g = table(study, "groups").copy()
    own = g["closed_us"].notna() & (g["closed_kind"] != "notice")
    end = g["end_us"].where(~own, g.groupby("network")["end_us"].transform("max"))
    entry = ((g["entry_us"] - g["origin_us"]).clip(lower=0)) / DAY
    archived = (g["first_us"] < g["entry_us"]).fillna(value=False)
    seen = (28 - entry).mask(archived, 28).clip(lower=0)
    pace = (g["early_messages"] / seen.where(seen > 0)).fillna(0.0)
    w = (6 / pace.where(pace > 0)).fillna(np.inf).clip(lower=60, upper=180)
    watched = (end - g["origin_us"]) / DAY - w
    last = ((g["last_us"] - g["origin_us"]) / DAY).astype(float).fillna(0.0)
    dead = g["last_us"].isna() | (last < watched)
    time = last.where(dead, watched)
    closed = ((g["closed_us"] - g["origin_us"]) / DAY).astype(float)
    done = g["closed_kind"].eq("completed") & (closed <= watched)
    done &= ~(dead & (last + w <= closed))
    g = g.assign(
        time=time.where(~done, closed), dead=dead & ~done, done=done, entry=entry
    )
    kept = (watched >= 0) & ((g["entry"] == 0) | (g["time"] > g["entry"]))
    return g[kept].set_index("group")


def alive_at_28(study):
    """Return groups alive and watched after day 28, with what they did before."""
    first = table(study, "windows").query("window == '0-27' and observed")
    first = first.rename(columns={"messages": "said", "posters": "spoke"})
    rows = lives(study).join(first.set_index("group"), how="inner")
    rows = rows.assign(start=rows["entry"].clip(lower=28.0))
    rows = rows[(rows["said"] > 0) & (rows["time"] > rows["start"])]
    logs = np.log1p(rows[["said", "spoke"]].astype(float))
    return rows.assign(volume=logs["said"], size=logs["spoke"])


def log_hazard_ratio(rows, exposure, adjust=("volume", "size")):
    """Return Cox's coefficient of an exposure, by statsmodels."""
    rows = rows.assign(exposure=exposure).dropna(subset=["exposure"])
    x = rows[["exposure", *adjust]].to_numpy(float)
    fit = PHReg(
        rows["time"].to_numpy(),
        x - x.mean(axis=0),
        status=rows["dead"].to_numpy(int),
        entry=rows["start"].to_numpy(),
        ties="efron",
    ).fit(disp=0)
    return fit.params[0]


def same_ratio(found, log_ratio):
    """Compare a ratio on the log scale."""
    assert np.log(found.estimate) == pytest.approx(log_ratio, abs=1e-6)


@pytest.mark.parametrize("study", CHATS)
def test_centralisation(study):
    """HR per SD of centralisation against a null of the same size."""
    rows = alive_at_28(study)
    central = np.log((rows["centres_null"] / rows["centres"]).astype(float))
    rows, central = rows[central.notna()], central.dropna()

    same_ratio(
        verdict("s0-decentralised-better", study),
        log_hazard_ratio(rows, central / central.std()),
    )


@pytest.mark.parametrize("study", CHATS)
def test_answers_in_the_first_weeks(study):
    """HR of the top against the bottom tercile of replies a message."""
    rows = alive_at_28(study)
    share = rows["replies_explicit"] / rows["said"]
    low, high = share.quantile(1 / 3), share.quantile(2 / 3)
    arm = pd.Series(np.nan, share.index).mask(share <= low, 0.0).mask(share >= high, 1)

    found = verdict("s2-basic-service-fades", study)
    same_ratio(found, log_hazard_ratio(rows, arm, ["volume"]))


@pytest.mark.parametrize("study", CHATS)
def test_company_elsewhere(study):
    """HR of groups a fifth of whose posters share a second venue, against none."""
    rows = alive_at_28(study)
    met = table(study, "beginnings").set_index("group")["met_elsewhere"]
    met = met.reindex(rows.index)
    arm = met.map(lambda share: 1.0 if share >= 0.2 else 0.0 if share == 0 else np.nan)

    same_ratio(verdict("s2-multi-scene-helps", study), log_hazard_ratio(rows, arm))


@pytest.mark.parametrize("study", CHATS)
def test_broadcasting(study):
    """HR per 0.2 of messages by the top poster that had no reply."""
    rows = alive_at_28(study)
    alone = table(study, "beginnings").set_index("group")["top_unanswered"]
    index = alone.reindex(rows.index) / rows["said"]

    found = verdict("s4-organisation-not-media", study)
    same_ratio(found, log_hazard_ratio(rows, index / 0.2, ["volume"]))


@pytest.mark.parametrize("study", ["w3c_groups", "zulip_archives"])
def test_year_of_birth(study):
    """HR per year of birth in the first 365 days of life."""
    rows = lives(study)
    late = rows["time"] > 365
    year = (rows["origin_us"] - rows["origin_us"].min()) / DAY / 365
    rows = rows.assign(
        time=rows["time"].clip(upper=365.0), dead=rows["dead"] & ~late,
        start=rows["entry"], year=year,
    )  # fmt: skip
    rows = rows[(rows["entry"] == 0) | (rows["time"] > rows["entry"])]

    # PHReg leaves out who ends at their entry; the register counts them dead at 0
    moved = rows.assign(time=rows["time"].clip(lower=1e-9))
    same_ratio(
        verdict("s0-later-cohorts-harder", study),
        log_hazard_ratio(moved, moved["year"], adjust=()),
    )


def lively(study, window):
    """Return groups with five posters and 0.3 replies a message in a window."""
    rows = table(study, "windows")
    rows = rows[rows["window"].eq(window) & rows["observed"]].set_index("group")
    ratio = rows["replies"] / rows["messages"].where(rows["messages"] > 0)
    return (rows["posters"] >= 5) & (ratio >= 0.3)


@pytest.mark.parametrize("study", ALL_CHATS)
def test_adrift_at_half_a_year(study):
    """Neither dead nor successful at 180 days, weighted for those not yet followed."""
    rows = lives(study).query("entry == 0")
    good = lively(study, "152-179").reindex(rows.index, fill_value=False).astype(bool)
    there = (rows["time"] >= 180) & ~(rows["dead"] & (rows["time"] == 180))
    censored = ~rows["dead"] & ~rows["done"]
    chance = 1.0
    for t in np.sort(rows.loc[censored & (rows["time"] < 180), "time"].unique()):
        gone = censored & (rows["time"] == t)
        at_risk = (rows["time"] > t) | gone
        chance *= 1 - gone.sum() / at_risk.sum()
    expected = (there & ~good).sum() / len(rows) / chance

    found = verdict("s0-half-are-lost-type", study)
    assert found.estimate == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("study", CHATS)
def test_timetables_of_the_best(study):
    """The odds ratio is that of a two by two table; the limits are robust ones."""
    g = table(study, "groups").query("entry_us <= origin_us").set_index("group")
    age, last = ((g[c] - g["origin_us"]) / DAY for c in ("end_us", "last_us"))
    g = g[(age > 364) & (last >= 84)]
    kept = table(study, "timetables").set_index("group")["scheduled"]
    kept = kept.reindex(g.index).eq(True).to_numpy()  # noqa: FBT003 - or none at all
    spoke = table(study, "short_talk").set_index("group")["posters"]
    spoke = spoke.reindex(g.index).fillna(0)
    best = (spoke > spoke.quantile(0.9)).to_numpy()
    cells = [(best == b) & (kept == k) for b in (1, 0) for k in (1, 0)]
    a, b, c, d = (cell.sum() for cell in cells)

    same_ratio(verdict("s1-good-groups-have-schedule", study), np.log(a * d / b / c))


def efron(at_risk, ended, beta):
    """Return the score of strata whose ends leave one after another."""
    score = 0.0
    for (others, exposed), (e0, e1) in zip(at_risk, ended, strict=True):
        d = int(e0 + e1)
        for nth in range(d):
            left = np.array([others - e0 * nth / d, exposed - e1 * nth / d])
            share = left[1] * np.exp(beta) / (left[0] + left[1] * np.exp(beta))
            score -= share
        score += e1
    return score


@pytest.mark.parametrize("study", CHATS)
def test_unanswered_newcomers(study):
    """HR of falling silent, unanswered over answered, each group its own stratum."""
    rows = table(study, "newcomers").query(
        "within_hours == 24 and replies == 'explicit'"
    )
    born = table(study, "groups").query("entry_us <= origin_us")["group"]
    rows = rows[rows["group"].isin(born)]
    wide = rows.pivot_table(
        index=["group", "from_day"], columns="answered", values=["at_risk", "ended"]
    ).fillna(0)
    risk, ended = (
        np.column_stack([wide[of][side] for side in (True, False)])
        for of in ("at_risk", "ended")
    )
    beta = optimize.brentq(lambda b: efron(risk, ended, b), -3, 3, xtol=1e-12)

    same_ratio(verdict("s4-aloofness-hurts", study), beta)


def test_unanswered_newcomers_by_group():
    """The groups' leg of the same: HR per ten points of a month's newcomers."""
    legs = verdict("s4-aloofness-hurts", "fcc_gitter").legs
    rows = lives_of_first_gap("fcc_gitter")
    months = table("fcc_gitter", "months")
    rows = rows.merge(months, on=["group", "month"], how="left")
    columns = ["messages", "posters", "newcomers", "unanswered"]
    rows[columns] = rows[columns].fillna(0)
    rows = rows[rows["newcomers"] > 0]
    rows = rows.assign(
        volume=np.log1p(rows["messages"]), size=np.log1p(rows["posters"])
    )
    share = rows["unanswered"] / rows["newcomers"] / 0.10

    same_ratio(legs[1], log_hazard_ratio(rows, share))


def lives_of_first_gap(study):
    """Return months of 28 days at risk of a first silence, the month before beside."""
    rows = []
    gaps = table(study, "silences").sort_values("start_us")
    for group, life in lives(study).query("entry == 0").iterrows():
        found = gaps[gaps["group"].eq(group)]
        long = found["end_us"] - found["start_us"] >= waiting(life) * DAY
        time, dead = life["time"], life["dead"]
        if life["first_us"] - life["origin_us"] >= waiting(life) * DAY:
            continue  # silent from its creation on: dead at 0, as if never active
        if long.any():
            start = found.loc[long, "start_us"].iloc[0]
            first = (start - life["origin_us"]) / DAY
            if first < time:
                time, dead = first, True
        month = 1
        while month * 28 < time:
            stop = min(time, (month + 1) * 28.0)
            rows.append((group, month - 1, month * 28.0, stop, dead and stop == time))
            month += 1
    return pd.DataFrame(rows, columns=["group", "month", "start", "time", "dead"])


def waiting(life):
    """Return the silence that ends a group's life: 60 days, more where few spoke."""
    pace = life["early_messages"] / 28
    return min(max(60.0, 6 / pace if pace else 180.0), 180.0)


def test_spare_time():
    """Items an hour in evenings and at weekends over working hours."""
    registry = table("cn_colearning", "registry")
    mine = registry[registry["network"].eq("IntensiveCoLearning")]["group"]
    rows = table("cn_colearning", "rhythm")
    rows = rows[rows["group"].isin(mine)]  # two networks are too few to be pooled
    facts = table("cn_colearning", "facts").query("fact == 'own_clock' and value == 1")
    rows = rows[rows["group"].isin(facts["group"])]
    rows = rows[rows.groupby("group")["items"].transform("sum") >= 100]
    week, hour = rows["weekday"] < 5, rows["hour"]
    work = week & (hour.between(9, 11) | hour.between(14, 17))
    free = (week & hour.between(19, 22)) | (~week & hour.between(9, 22))
    rates = [rows.loc[free, "items"].sum() / 48, rows.loc[work, "items"].sum() / 35]

    same_ratio(
        verdict("s1-cognitive-surplus", "cn_colearning"), np.log(rates[0] / rates[1])
    )


def test_silent_members():
    """The mean over groups of the share of members of 84 days who wrote nothing."""
    rows = table("raku_irc", "roster").query("within_days == 84 and members >= 10")
    stayed = rows["members"] - rows["gone_silent"]
    expected = ((rows["lurkers"] - 0) / stayed.where(stayed > 0)).fillna(0).mean()

    found = verdict("s0-lurkers-are-many", "raku_irc")
    assert found.estimate == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("study", CHATS)
def test_dominance(study):
    """Difference of Shapley shares of explained log likelihood, by statsmodels."""
    first = table(study, "months").query("month == 0").set_index("group")["core_8"]
    rows = alive_at_28(study).query("entry == 0")
    rows = rows[rows["spoke"] > 0]
    core = first.reindex(rows.index).fillna(0) / rows["spoke"]
    rows = rows.assign(core=core)

    def gain(*names):
        x = rows[list(names)].to_numpy(float)
        model = PHReg(
            rows["time"].to_numpy(), x - x.mean(axis=0),
            status=rows["dead"].to_numpy(int), entry=rows["start"].to_numpy(),
            ties="efron",
        )  # fmt: skip
        return model.fit(disp=0).llf - model.loglike(np.zeros(len(names)))

    alone, other, both = gain("core"), gain("size"), gain("core", "size")
    shares = [(alone + both - other) / 2 / both, (other + both - alone) / 2 / both]

    found = verdict("s4-quality-over-quantity", study)
    assert found.estimate == pytest.approx(shares[0] - shares[1], abs=1e-6)
