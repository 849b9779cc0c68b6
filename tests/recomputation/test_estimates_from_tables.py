"""Recompute estimates from processed tables, by register and plan."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.evaluation.evaluate import evaluate_together
from helpers.study import open_study
from tests.recomputation.plain_estimators import (
    DAY_US,
    cox,
    from_birth,
    lifetimes,
    same_hazards,
)
from tests.recomputation.test_landmark_hazards import fieller, negative_binomial

CHATS = (
    "fcc_gitter", "zulip_archives", "komodo_discord", "meshcore_split", "zh_s1_lounges",
)  # fmt: skip


@pytest.mark.parametrize("name", CHATS[:2])
def test_hazard_ratio_of_seed_users_is_recomputed(product, name):
    """Compute the hazard ratio of three early regulars against none."""
    study = open_study(name)
    rows = lifetimes(study.table("groups"))
    begun = study.table("beginnings").set_index("group")
    begun = begun.reindex(rows.group).fillna(0).reset_index()
    rows, begun = (x[rows.time.to_numpy() > 14] for x in (rows, begun))
    arms = (begun.seeds_14 == 0) | (begun.seeds_14 >= 3)
    rows, begun = rows[arms.to_numpy()], begun[arms]
    said, spoke = np.log1p(begun.messages_14), np.log1p(begun.posters_14)
    found = product("s0-seed-users-needed", name)
    same_hazards(found, rows, 14, begun.seeds_14 >= 3, said, spoke)


@pytest.mark.parametrize("name", CHATS[:2])
def test_hazard_ratio_of_hasty_groups_is_recomputed(product, name):
    """Compute the hazard ratio of groups whose posters came by day 2."""
    study = open_study(name)
    begun = study.table("beginnings")
    rows = lifetimes(study.table("groups")).merge(begun, on="group")
    rows = rows[rows.time > 28]
    share = rows.came_by_2 / rows.posters_28
    low, high = share.quantile([1 / 3, 2 / 3])
    rows = rows[(share <= low) | (share >= high)]
    size, said = np.log1p(rows.posters_28), np.log1p(rows.messages_28)
    found = product("s0-hasty-copycat-dies", name)
    same_hazards(found, rows, 28, share[rows.index] >= high, size, said)


def test_odds_ratio_of_goal_words_in_w3c_is_recomputed(product):
    """Compute the yearly odds ratio of goal words in charters."""
    study = open_study("w3c_chairs")
    facts = study.table("facts").pivot_table("value", "group", "fact")
    rows = study.table("registry").join(facts, on="group")
    born = pd.to_datetime(rows.origin_us, unit="us")
    rows = rows[(born > "2022-02-15") & rows.purpose_names_goal.notna()]
    design = sm.add_constant(born[rows.index].dt.year.to_numpy(float) - 2022)
    fit = sm.Logit(rows.purpose_names_goal.to_numpy(), design).fit(disp=0, tol=1e-12)
    found = product("s0-purpose-clearer-later", "w3c_chairs")
    assert found.n == len(rows)
    assert found.estimate == pytest.approx(np.exp(fit.params[1]), abs=1e-6)


def _beginning(name):
    """Return groups recorded from birth, with days 0–27 of each."""
    study = open_study(name)
    windows = study.table("windows")
    month = windows[(windows.window == "0-27") & windows.observed]
    rows = from_birth(study).drop(columns=["messages", "posters"])
    return study, rows.merge(month, on="group").assign(corpus=name)


def test_core_member_elasticity_over_corpora_is_recomputed():
    """Fit a negative binomial model with a constant per source."""
    parts = []
    for name in CHATS:
        study, rows = _beginning(name)
        months = study.table("months")
        first = months[months.month == 0][["group", "core_8", "mild"]]
        rows = rows.merge(first, on="group")
        later = study.table("beginnings")[["group", "later_by_others"]]
        rows = rows.merge(later, "left", on="group").fillna({"later_by_others": 0})
        parts.append(rows[rows.end_us - rows.origin_us >= 118 * DAY_US])
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[(rows.core_8 >= 3) & (rows.mild >= 10)]
    middle = (rows.posters - rows.core_8 - rows.mild).clip(lower=0)
    corpora = pd.get_dummies(rows.corpus + rows.network, drop_first=True, dtype=float)
    design = np.column_stack([np.ones(len(rows)), rows.core_8, rows.mild, middle])
    design = np.hstack([design, corpora])
    later = rows.later_by_others.to_numpy(float)
    batches = pd.factorize(rows.corpus + rows.network + rows.batch)[0]
    slopes, spread, t = negative_binomial(later, design, batches)
    found = evaluate_together("s0-100-fanatics", [open_study(name) for name in CHATS])
    assert found.n == len(rows)
    assert found.components[0].clusters == batches.max() + 1
    assert found.estimate == pytest.approx(slopes[1] / slopes[2], abs=1e-6)
    assert (found.low, found.high) == pytest.approx(fieller(slopes, spread, t))


def _mean_within(time, died, entry, year=365.0):
    """Compute the restricted mean lifetime of a year by loops."""
    alive, area, before = 1.0, 0.0, 0.0
    for at in sorted(set(time[died & (time <= year)])):
        area += alive * (at - before)
        watched = ((entry < at) | (entry == 0)) & (time >= at)
        alive *= 1 - (died & (time == at)).sum() / watched.sum()
        before = at
    return area + alive * (year - before)


def list_sizes():
    """List groups alive at day 28 with posters and lives, of all chat sources."""
    parts = []
    for name in CHATS:
        _, rows = _beginning(name)
        groups = open_study(name).table("groups")
        unseen = groups.closed_kind.isin(["notice", "no longer open to the program"])
        itself = groups.closed_us.notna() & ~unseen
        whole = groups.groupby("network").end_us.transform("max")
        groups["end_us"] = groups.end_us.where(~itself, whole)
        whose = groups[["group", "entry_us", "origin_us"]]
        lives = lifetimes(groups).merge(whose)
        lives = lives.merge(rows[["group", "posters"]], on="group")
        lives["place"] = name + lives["network"]
        late = (lives.entry_us - lives.origin_us).clip(lower=0) / DAY_US
        parts.append(lives.assign(entry=(late - 28).clip(lower=0), late=late))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[(rows.time > 28) & (rows.posters > 0)]
    rows = rows[(rows.late == 0) | (rows.time > rows.late)]
    assert (rows.entry == 0).all()
    return rows


def test_mean_lifetimes_by_size_within_corpora_are_recomputed():
    """Compute mean lifetimes of 10–30 posters against others, by source.

    Both sizes' means are averaged over places with weights n₁n₀/(n₁+n₀).
    """
    rows = list_sizes()
    found = evaluate_together("s0-size-10-30-best", [open_study(n) for n in CHATS])
    others = (None, (0, 9), (31, 100))
    for component, other in zip(found.components[:3], others, strict=True):
        ratio, n = ratio_over_places(rows, other)
        assert component.n == n
        assert component.estimate == pytest.approx(ratio, rel=1e-6)


def ratio_over_places(rows, other):
    """Return the ratio of mean lifetimes averaged over sources."""
    top = bottom = n = 0
    for _, own in rows.groupby("place"):
        some = own[own.posters.between(10, 30)]
        rest = own[~own.posters.between(10, 30)]
        rest = rest if other is None else rest[rest.posters.between(*other)]
        both = (some, rest)
        if min(map(len, both)) < 5 or not all(map(_reaches_a_year, both)):
            continue
        means = [
            _mean_within(
                arm.time.to_numpy() - 28, arm.died.to_numpy(), np.zeros(len(arm))
            )
            for arm in both
        ]
        weight = len(some) * len(rest) / (len(some) + len(rest))
        top, bottom = top + weight * means[0], bottom + weight * means[1]
        n += len(some) + len(rest)
    return top / bottom, n


def _reaches_a_year(arm):
    """Return whether an arm was followed a year past day 28."""
    last = arm.time.max()
    return last - 28 >= 365 or bool(arm.died[arm.time == last].any())


def test_hazard_by_first_meeting_is_recomputed(product):
    """Compute the hazard ratio of chapters that first met offline."""
    study = open_study("rladies_meetup")
    groups = study.table("registry").set_index("group")
    held = study.table("meetings")
    held = held[held.held].sort_values("time_us")
    end = groups.end_us.max()
    rows = []
    for group, own in held[held.time_us < end].groupby("group"):
        first, last = own.time_us.iloc[0], own.time_us.iloc[-1]
        follow = (end - first) / DAY_US - 365
        if follow <= 0:
            continue
        died = (last - first) / DAY_US < follow
        time = max((last - first) / DAY_US if died else follow, 0.5)
        began = pd.Timestamp(first, unit="us")
        edges = [(pd.Timestamp(day) - began) / pd.Timedelta(days=1)
                 for day in ("2020-03-01", "2022-01-01")]  # fmt: skip
        cuts = sorted({0.0, time, *(at for at in edges if 0 < at < time)})
        for start, stop in pairwise(cuts):
            rows.append({
                "group": group, "start": start, "stop": stop,
                "died": died and stop == time, "year": began.year,
                "offline": own.online.iloc[0] is not True,
                "era": edges[0] <= start < edges[1],
                "network": groups.network[group], "batch": groups.batch[group],
            })  # fmt: skip
    rows = pd.DataFrame(rows)
    design = (rows.offline, rows.era, rows.year - rows.year.min())
    one = rows.drop_duplicates("group")
    code = pd.Series(pd.factorize(one.batch)[0], one.group)
    expected = cox(rows.start, rows.stop, rows.died, design, rows.group.map(code))
    found = product("s3-offline-first-better", "rladies_meetup").components[0]
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)


def test_answers_by_members_are_recomputed(product):
    """Fit a Poisson model with a constant per chapter and year."""
    study = open_study("rladies_meetup")
    end = study.table("registry").set_index("group").end_us // DAY_US
    counted = study.table("snapshots").query("members > 0").sort_values("day")
    meetings = study.table("meetings").query("held")
    month = (meetings.time_us + study.manifest.day_offset_us) // DAY_US // 28
    answers = meetings.groupby([meetings.group, month]).answers.sum()
    rows = []
    for group, own in counted.groupby("group"):
        days, members = own.day.to_numpy(), own.members.to_numpy()
        stop = (min(days[-1], end[group]) + 1) // 28
        for nth in range(days[0] // 28 + 1, stop):
            at = np.searchsorted(days, 28 * nth) - 1
            if at >= 0 and 28 * nth - days[at] <= 31:
                year = pd.Timestamp(28 * nth, unit="D").year
                done = answers.get((group, nth), 0)
                rows.append((group, year, np.log(members[at]), done))
    rows = pd.DataFrame(rows, columns=["group", "year", "size", "done"])
    spoke = rows.groupby("group").done.transform("sum") > 0
    used = rows[spoke]
    constants = pd.get_dummies(used[["group", "year"]].astype(str), dtype=float)
    design = constants.drop(columns=f"year_{used.year.min()}").assign(size=used["size"])
    fit = sm.GLM(used.done, design, family=sm.families.Poisson()).fit(tol=1e-12)
    found = product("s1-zombie-members-useless", "rladies_meetup")
    assert found.n == len(rows)
    assert found.estimate == pytest.approx(fit.params["size"], abs=1e-6)


def test_share_dead_after_half_a_year_is_recomputed(product):
    """Compute the share of chapters that met last by day 180.

    Was the share without a meeting in days 180–359 until 2026-11-22: a pause is no
    death.
    """
    study = open_study("rladies_meetup")
    groups = study.table("registry")
    end, born = groups.end_us.max(), groups.origin_us
    met = study.table("meetings").query("held and time_us < @end")
    last = groups.group.map(met.groupby("group").time_us.max())
    followed = (end - born) / DAY_US - 60
    age = ((last - born) / DAY_US).fillna(0.0)
    dead = last.isna() | (age < followed)
    closed = (groups.closed_us - born) / DAY_US
    made = closed.notna() & (closed <= followed) & ~(dead & (age + 60 <= closed))
    at = age.where(dead, followed).where(~made, closed)
    keep = followed >= 0
    alive, failed = 1.0, 0.0
    for day in np.unique(at[keep & (dead | made) & (at <= 180)]):
        at_risk = (keep & (at >= day)).sum()
        now = keep & (at == day)
        failed += alive * (now & dead & ~made).sum() / at_risk
        alive *= 1 - (now & (dead | made)).sum() / at_risk
    found = product("s2-three-complaints", "rladies_meetup").components[0]
    assert found.n == keep.sum()
    assert found.estimate == pytest.approx(failed, abs=1e-9)


def _of_boards():
    """Return V2EX's boards with their place in the tree."""
    study = open_study("v2ex_nodes")
    if "facts" not in study.manifest.tables:
        pytest.skip("the tables of v2ex_nodes have no facts yet: shequn data")
    return study.table("registry"), study.table("facts")


def test_share_of_boards_without_description_is_recomputed(product):
    """Compute the share of boards without a description."""
    boards, facts = _of_boards()
    stated = facts[(facts.fact == "header_stated") & (facts.value == 1)].group
    found = product("s1-many-have-no-why", "v2ex_nodes")
    assert found.n == len(boards)
    assert found.estimate == pytest.approx(1 - boards.group.isin(stated).mean())


def test_mean_lifetimes_of_boards_by_kind_are_recomputed(product):
    """Compute mean lifetimes of boards by kind."""
    boards, facts = _of_boards()
    end = boards.end_us.max()
    follow = (end - boards.origin_us) / DAY_US - 60
    last = ((boards.last_us - boards.origin_us) / DAY_US).fillna(0.0)
    died = last < follow
    time = np.where(died, last, follow)
    kind = facts[facts.fact.str.startswith("type: ")].set_index("group").fact
    kind = boards.group.map(kind)[follow >= 0]
    many = kind.value_counts()
    names = sorted(many.index[many >= 30])
    means = []
    for name in names:
        own = kind.index[kind == name]
        here, gone = time[own], died[own].to_numpy()
        means.append(_mean_within(here, gone, np.zeros(len(own))))
    found = product("s3-types-differ-in-survival", "v2ex_nodes").components
    pairs = [(a, b) for a in range(len(names)) for b in range(a + 1, len(names))]
    expected = [means[a] / means[b] for a, b in pairs]
    assert [component.estimate for component in found] == pytest.approx(
        expected, rel=1e-6
    )
