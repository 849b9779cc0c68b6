"""Recompute estimates on content by message length, from tables."""

from __future__ import annotations

import csv
import itertools
import math
import re

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from helpers import paths
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw
from tests.recomputation.forum_threads import lounges, posts
from tests.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    cox,
    from_birth,
    lifetimes,
    same_hazards,
)


def _groups(name):
    """Return groups recorded from origin, with lifetimes and follow-up."""
    study = open_study(name)
    lives = lifetimes(study.table("groups")).set_index("group")
    rows = from_birth(study).join(lives[["time", "died"]], on="group", how="inner")
    watched = (rows.end_us - rows.origin_us) / DAY_US
    return rows.assign(watched=watched).set_index("group", drop=False)


def _days(name, first, last):
    table = open_study(name).table("content")
    return table[(table.age_day >= first) & (table.age_day <= last)]


@pytest.mark.parametrize("name", ["fcc_gitter", "zulip_archives", "zh_s1_lounges"])
def test_share_of_low_value_groups_is_recomputed(product, name):
    """Compute the share of groups with under 5 % content in days 62–89."""
    rows = _groups(name)
    sums = _days(name, 62, 89).groupby("group")[["messages", "items"]].sum()
    sums = sums[sums.index.isin(rows.group[rows.time > 90])]
    found = product("s2-low-value-majority", name)
    assert found.n == len(sums)
    share = (sums["items"] / sums.messages < 0.05).mean()
    assert found.estimate == pytest.approx(share, rel=1e-12)


def test_share_of_steady_content_in_fcc_is_recomputed(product):
    """Compute the share of top groups with content in 9 of 12 weeks."""
    rows = _groups("fcc_gitter")
    rows = rows[(rows.time > 84) & (rows.watched >= 365)]
    late = open_study("fcc_gitter").table("supply").query("definition == 'items'")
    posters = late.set_index("group").other_posters.reindex(rows.index, fill_value=0)
    top = posters.index[posters >= np.quantile(posters, 0.9)]
    early = _days("fcc_gitter", 0, 83).query("items > 0")
    weeks = early.assign(week=early.age_day // 7).groupby("group").week.nunique()
    steady = int((weeks.reindex(top, fill_value=0) >= 9).sum())
    found = product("s1-good-groups-supply-content", "fcc_gitter")
    assert (found.n, found.estimate) == (len(top), pytest.approx(steady / len(top)))
    low = stats.beta.ppf(0.025, steady, len(top) - steady + 1)
    if found.components[0].clusters == len(top):
        assert found.low == pytest.approx(low)


def test_hazard_per_doubling_of_content_in_fcc_is_recomputed(product):
    """Compute the hazard ratio per doubling of weekly content."""
    rows = _groups("fcc_gitter")
    windows = open_study("fcc_gitter").table("windows").query("window == '0-27'")
    windows = windows[windows.observed & (windows.messages > 0)].set_index("group")
    rows = rows[(rows.time > 28) & rows.group.isin(windows.index)]
    items = _days("fcc_gitter", 0, 27).groupby("group")["items"].sum()
    dose = np.log2(1 + items.reindex(rows.index, fill_value=0) / 4)
    said = np.log1p(windows.messages.reindex(rows.index))
    spoke = np.log1p(windows.posters.reindex(rows.index))
    found = product("s1-content-is-premise", "fcc_gitter")
    start = np.full(len(rows), 28.0)
    codes = clusters(rows.reset_index(drop=True))
    expected = cox(start, rows.time, rows.died, (dose, said, spoke), codes)
    assert found.n == len(rows)
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)
    assert np.corrcoef(dose, said)[0, 1] < 0.9


@pytest.mark.parametrize("name", ["fcc_gitter", "zulip_archives", "zh_s1_lounges"])
def test_content_value_by_pairs_of_groups_is_recomputed(product, name):
    """Fit the share of messages in the group with more content."""
    cells = (
        open_study(name).table("choices").query("definition == 'items' and lag == 1")
    )
    tens = cells.points / 10
    design = np.column_stack([tens * np.log2(cells.groups), tens])
    model = sm.GLM(cells[["more", "less"]], design, sm.families.Binomial())
    slopes = model.fit(tol=1e-14).params
    found = product("s2-value-stands-out", name)
    assert found.estimate == pytest.approx(math.exp(slopes.iloc[0]), rel=1e-6)
    fitted = 1 / (1 + np.exp(-design @ slopes.to_numpy()))
    total = (cells.more + cells.less).to_numpy(float)
    score = design * (cells.more.to_numpy() - total * fitted)[:, None]
    by = pd.DataFrame(score).groupby(cells.people_class.to_numpy()).sum().to_numpy()
    bread = np.linalg.inv((design.T * (total * fitted * (1 - fitted))) @ design)
    error = math.sqrt((bread @ by.T @ by @ bread)[0, 0] * len(by) / (len(by) - 1))
    reach = stats.t.ppf(0.975, len(by) - 1) * error
    limits = np.exp([slopes.iloc[0] - reach, slopes.iloc[0] + reach])
    assert (found.low, found.high) == pytest.approx(tuple(limits), rel=1e-6)


@needs_raw
def test_content_items_of_lounges_are_recounted():
    """Recount content posts by thread and day of age."""
    rows = posts().merge(lounges()[["lounge", "birth", "end"]], on="lounge")
    rows = rows[rows.minute <= rows.end].rename(columns={"link": "links"})
    long, some = rows.len10 >= 10, rows.links & (rows.len10 >= 1)
    rows = rows.assign(
        long=long, commented=some, half_long=rows.len10 >= 5, items=long | some,
        messages=1,
    )  # fmt: skip
    columns = ["messages", "links", "items", "long", "commented", "half_long"]
    age = ((rows.minute - rows.birth) // 1440).rename("age_day")
    born = rows.birth.astype("int64") * 60_000_000
    ours = rows.groupby([born, age])[columns].sum()
    study = open_study("zh_s1_lounges")
    table = study.table("content")
    birth = table.group.map(study.table("groups").set_index("group").origin_us)
    theirs = table.groupby([birth, table.age_day])[columns].sum()
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize("name", ["zulip_archives", "komodo_discord"])
def test_hazard_without_fixed_hours_is_recomputed(product, name):
    """Compute the hazard ratio of groups without fixed content hours."""
    rows = _groups(name)
    windows = open_study(name).table("windows").query("window == '28-55'")
    windows = windows[windows.observed].set_index("group")
    rows = rows[(rows.time > 56) & rows.group.isin(windows.index)]
    times = (
        open_study(name).table("supply").query("definition == 'items' and scheduled")
    )
    none = ~rows.group.isin(times.group)
    beside = windows.loc[rows.index, ["messages", "posters"]].apply(np.log1p)
    found = product("s0-no-plan-dies", name)
    same_hazards(found, rows, 56, none, beside.messages, beside.posters)


def _poisson(y, parts):
    design = np.column_stack([np.ones(len(y)), *parts])
    fit = sm.GLM(y, design, sm.families.Poisson()).fit(tol=1e-12)
    return -fit.deviance


def _shapley(names, gain):
    """Compute Shapley values by averaging over all orders."""
    orders = list(itertools.permutations(names))
    worth = {}
    shares = dict.fromkeys(names, 0.0)
    for order in orders:
        for nth, name in enumerate(order):
            with_it, without = frozenset(order[: nth + 1]), frozenset(order[:nth])
            for players in (with_it, without):
                if players not in worth:
                    worth[players] = gain(sorted(players))
            shares[name] += (worth[with_it] - worth[without]) / len(orders)
    whole = sum(shares.values())
    return {name: share / whole for name, share in shares.items()}


def _lead(later, parts):
    """Return content's share of explained deviance minus the best other's."""
    shares = _shapley(
        [*parts], lambda who: _poisson(later, [parts[one] for one in who])
    )
    return shares.pop("content") - max(shares.values())


def _by_host(study, born):
    """Return host messages by group and month of age."""
    days = study.table("owner_days").astype({"day": "int64"})
    days = days[days.group.isin(born.index)]
    start = days.day * DAY_US - study.manifest.day_offset_us
    month = (start - days.group.map(born.origin_us)) // (28 * DAY_US)
    return days.owner.groupby([days.group, month]).sum()


@pytest.mark.parametrize("name", ["fcc_gitter", "zulip_archives", "zh_s1_lounges"])
def test_predictors_of_next_months_messages_are_recomputed(product, name):
    """Compute Shapley shares of predictors of next month's messages."""
    later, parts, _ = _next_months(name)
    found = product("s4-content-explains-liveliness", name)
    assert found.n == len(later)
    assert found.estimate == pytest.approx(_lead(later, parts), abs=1e-6)


def _next_months(name):
    """Return next month's messages with their predictors."""
    study = open_study(name)
    born = from_birth(study).set_index("group")
    watched = (born.end_us - born.origin_us) / DAY_US
    days = study.table("content")
    sums = days.assign(month=days.age_day // 28).groupby(["group", "month"]).sum()
    months = study.table("months").query("month <= 12")
    months = months[months.group.map(watched) >= (months.month + 2) * 28]
    at = pd.MultiIndex.from_frame(months[["group", "month"]])
    after = pd.MultiIndex.from_arrays([months.group, months.month + 1])
    later = (sums.messages - sums["items"]).reindex(after, fill_value=0).to_numpy(float)
    parts = {
        "content": np.log1p(sums["items"].reindex(at, fill_value=0).to_numpy(float)),
        "size": np.log1p(months.posters.to_numpy(float)),
        "core": np.log1p(months.core_8.to_numpy(float)),
    }
    if study.observability.owner_known:
        host = _by_host(study, born).reindex(at, fill_value=0)
        parts["host"] = np.log1p(host.to_numpy(float))
    kinds = pd.get_dummies(months.group.map(born.kind), dtype=float).iloc[:, 1:]
    if kinds.shape[1]:
        parts["kind"] = kinds.to_numpy()
    week = np.unique(months.group.map(born.batch), return_inverse=True)[1]
    return later, parts, week


def test_explained_deviance_in_fcc_is_recomputed(product):
    """Compute explained deviance by a complementary log-log model."""
    rows = _groups("fcc_gitter")
    study = open_study("fcc_gitter")
    windows = study.table("windows").query("window == '0-27'")
    windows = windows[windows.observed & (windows.messages > 0)].set_index("group")
    w = np.maximum(60, np.minimum(180, 6 / (rows.early_messages / 28).clip(lower=1e-9)))
    rows = rows[(rows.time > 28) & rows.group.isin(windows.index)]
    rows = rows[rows.watched - w[rows.index] >= 180]
    cities = study.table("facts").query("fact == 'about: city' and value == 1")
    month = study.table("months").query("month == 0").set_index("group")
    items = _days("fcc_gitter", 0, 27).groupby("group")["items"].sum()
    design = [
        np.log1p(windows.posters[rows.index]), np.log1p(month.core_8[rows.index]),
        windows.top_share[rows.index],
        np.log1p(items.reindex(rows.index, fill_value=0)),
        rows.origin_us / DAY_US // (365.25 / 12), rows.group.isin(cities.group),
    ]  # fmt: skip
    x = np.column_stack([np.ones(len(rows)), *design])
    x[:, 1:] = (x[:, 1:] - x[:, 1:].mean(axis=0)) / x[:, 1:].std(axis=0)
    family = sm.families.Binomial(sm.families.links.CLogLog())
    fit = sm.GLM((rows.time < 180).to_numpy(float), x, family).fit(tol=1e-12)
    found = product("s1-many-factors-no-single", "fcc_gitter")
    assert found.n == len(rows)
    fall = fit.null_deviance - fit.deviance
    assert f"deviance falls by {fall:.1f}," in found.note


@needs_raw
def test_share_of_labelled_ads_with_a_link_is_recomputed():
    """Recount labelled spam with a link, with exact limits."""
    ads = linked = 0
    for part in ("train", "eval"):
        with (SHARED / "chinese_spam" / f"{part}.csv").open(
            encoding="utf-8-sig"
        ) as file:
            for label, *text in itertools.islice(csv.reader(file), 1, None):
                if label == "1":
                    ads += 1
                    linked += bool(re.search("https?://", ",".join(text)))
    table = pd.read_csv(
        paths.PROCESSED / "instruments" / "advertisement_quality.csv"
    ).set_index("measure")
    row = table.loc["ads with a link"]
    assert (row.hits, row.n) == (linked, ads)
    low = stats.beta.ppf(0.025, linked, ads - linked + 1)
    assert row.low == pytest.approx(low, abs=1e-5)


@pytest.mark.parametrize("name", ["zulip_archives", "fcc_gitter", "komodo_discord"])
def test_links_in_withering_groups_are_recounted(product, name):
    """Compute the share of links after traffic fell under a tenth."""
    study = open_study(name)
    groups = study.table("groups")
    groups = groups[groups.entry_us <= groups.origin_us].set_index("group")
    columns = ["group", "age_day", "messages", "links"]  # also what a screen excludes
    there = {"content", "excluded_content"} & set(study.manifest.tables)
    tables = [study.table(name)[columns] for name in sorted(there)]
    content = pd.concat(tables).set_index("group")
    links = messages = 0
    for group, rates in study.table("rates").groupby("group"):
        if group not in groups.index:
            continue
        own = groups.loc[group]
        start = _withers(rates, (own.end_us - own.origin_us) / DAY_US)
        if start is not None and group in content.index:
            days = content.loc[[group]]
            days = days[days.age_day.between(start, start + 27)]
            links, messages = links + days.links.sum(), messages + days.messages.sum()
    found = product("s0-ads-are-the-last-posters", name)
    assert found.n == messages
    assert found.beside[0].interval.estimate == pytest.approx(links / messages)


def _withers(rates, end):
    """Return the first day of a lasting period of low traffic."""
    peak, since = 0, None
    steps = [*zip(rates.age_day, rates.messages_28, strict=True), (end, None)]
    for (day, said), (until, _) in itertools.pairwise(steps):
        peak = max(peak, said)
        low = peak >= 6 and said < 0.1 * peak
        since = (day if since is None else since) if low else None
        if low and until - since >= 28:
            return since if since < end - 56 else None
    return None
