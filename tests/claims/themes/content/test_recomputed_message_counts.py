"""Counts made while messages are read, again: by loops over the rooms' own files.

And what is estimated from them, by statsmodels with every effect as a column.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, defaultdict
from datetime import datetime

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw

pytestmark = pytest.mark.usefixtures("kept_verdicts")
RAW = SHARED / "fcc_gitter" / "archives"
DAY_US = 86_400_000_000
PLAIN = re.compile(r"```.*?```|`[^`\n]*`|https?://\S+", re.DOTALL)
NOTICE = "This room will be closed and archived"
ROOMS = ("Gaming", "React", "GameDev")  # no announcement went to these


def _dummies(*columns):
    unit = pd.factorize(pd.MultiIndex.from_arrays(columns))[0]
    return pd.get_dummies(unit, dtype=float).to_numpy()


def test_effect_of_prompts_with_group_and_weekday_effects_is_recomputed():
    """Poisson of others' messages with every effect as a column."""
    study = open_study("fcc_gitter")
    days = study.table("host_days").merge(
        study.table("groups")[["group", "origin_us"]], on="group"
    )
    others = days.set_index(["group", "day"])["others"]
    rows = days[(days.host > 0) & (days.day > days.origin_us // DAY_US + 28)]
    before = [
        sum(others.get((row.group, row.day - back), 0) for back in range(2, 9))
        for row in rows.itertuples()
    ]
    yesterday = [others.get((row.group, row.day - 1), 0) for row in rows.itertuples()]
    exposures = np.column_stack([rows.prompt.astype(float), np.log1p(before)])
    verdict = load_verdict("s3-daily-prompts", study)
    for component, counts in zip(
        verdict.components, (rows.others, yesterday), strict=True
    ):
        said = np.asarray(counts, float)
        units = [rows.group, rows.day % 7]
        some = pd.Series(said).groupby([unit.to_numpy() for unit in units])
        kept = some.transform("sum").to_numpy() > 0
        columns = _dummies(*(unit[kept] for unit in units))
        design = np.hstack([exposures[kept], columns])
        fit = sm.GLM(said[kept], design, family=sm.families.Poisson()).fit()
        assert component.estimate == pytest.approx(np.exp(fit.params[0]), rel=1e-5)


@pytest.mark.parametrize(
    "name", ["fcc_gitter", pytest.param("zulip_archives", marks=pytest.mark.long)]
)
def test_quarterly_slopes_with_group_effects_are_recomputed(name):
    """Poisson of hosts' messages, least squares of both shares."""
    study = open_study(name)
    rows = study.table("quarters").query("messages > 0")
    if name == "fcc_gitter":
        facts = study.table("facts").query("fact == 'about: topic'")
        rows = rows[rows.group.isin(facts.group)]
    rows = rows[rows.groupby("group").quarter.transform("size") > 1]
    components = load_verdict("s3-interest-groups-wither", study).components
    hosted = rows[rows.groupby("group").host.transform("sum") > 0]
    design = np.column_stack([hosted.quarter, _dummies(hosted.group)])
    fit = sm.GLM(hosted.host, design, family=sm.families.Poisson()).fit()
    assert components[0].estimate == pytest.approx(np.exp(fit.params["x1"]), rel=1e-5)
    design = np.column_stack([rows.quarter, _dummies(rows.group)])
    for component, column in zip(components[1:], ("replies", "with_link"), strict=True):
        slope = np.linalg.lstsq(design, rows[column] / rows.messages, rcond=None)[0][0]
        assert component.estimate == pytest.approx(slope, rel=1e-6)


def test_hazard_by_topics_of_others_is_recomputed():
    """Statsmodels' Cox model of the groups at risk, Efron's ties."""
    study = open_study("zulip_archives")
    groups = study.table("groups")
    window = study.table("windows").query("window == '28-55' and observed")
    opened = study.table("openings").query("topics >= 3")
    rows = groups.drop(columns=["messages", "posters"]).merge(window, on="group")
    rows = rows.merge(opened, on="group")
    per_day = (rows.early_messages / 28).clip(lower=1e-9)
    w = np.maximum(60.0, np.minimum(180.0, 6 / per_day))
    follow_up = (rows.end_us - rows.origin_us) / DAY_US - w
    last = (rows.last_us - rows.origin_us) / DAY_US
    entry = (rows.entry_us - rows.origin_us) / DAY_US
    rows = rows.assign(
        time=np.minimum(last, follow_up), died=last < follow_up,
        start=np.maximum(entry, 56.0),
    )  # fmt: skip
    rows = rows[(follow_up >= 0) & (rows.time > rows.start)]
    share = 10 * rows.by_others / rows.topics
    design = np.column_stack([share, np.log1p(rows[["messages", "posters"]])])
    model = sm.PHReg(
        rows.time, design, status=rows.died, entry=rows.start + 1e-9, ties="efron"
    )
    verdict = load_verdict("s3-self-growth", study)
    assert verdict.n == len(rows)
    assert verdict.estimate == pytest.approx(np.exp(model.fit().params[0]), rel=1e-4)


@pytest.fixture(scope="module")
def rooms():
    """Read some rooms from their files: people's messages until the closing notice."""
    found = {}
    for name in ROOMS:
        with (RAW / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file, dialect="excel-tab"))
        closing = [row[2] for row in rows if NOTICE in row[6]]
        until = min(closing, default="9")
        seen, said = set(), []
        for row in reversed(rows):
            fresh = row[5] not in seen and row[2] <= until
            seen.add(row[5])
            staffs = row[4] == "camperbot" or NOTICE in row[6]
            if fresh and not staffs and row[6].strip():
                at = datetime.fromisoformat(row[2])
                said.append((at, row[4].lower(), row[6]))
        born = int(rows[0][0][:8], 16)
        found[rows[0][0]] = (min(born, said[0][0].timestamp()), said)
    return found


@needs_raw
def test_hosts_and_questions_of_rooms_are_recomputed(rooms):
    """Who wrote most at first, that person's days, and who asked, by loops."""
    study = open_study("fcc_gitter")
    ordinal = study.table("groups").set_index("key")["group"]
    days, questions = study.table("host_days"), study.table("questions")
    for key, (born, said) in rooms.items():
        month = born + 28 * 86_400
        early = [row for row in said if row[0].timestamp() < month]
        often = Counter(who for _, who, _ in early)
        host = {who for who, many in often.items() if many == max(often.values())}
        ours = days[days.group == ordinal[key]].set_index("day")
        by_day = defaultdict(Counter)
        for at, who, _ in said:
            by_day[int(at.timestamp()) // 86400][who] += 1
        if len(host) == 1:
            (top,) = host
            assert ours.host.to_dict() == {day: who[top] for day, who in by_day.items()}
        total = (ours.host + ours.others).to_dict()
        assert total == {day: who.total() for day, who in by_day.items()}
        asked = [who for _, who, text in early if "?" in PLAIN.sub("", text)]
        counts = questions[questions.group == ordinal[key]].iloc[0]
        assert (counts.questions, counts.askers) == (len(asked), len(set(asked)))


def test_bridging_ratio_is_recomputed_by_mantel_haenszel():
    """Σ a·m₀/m over Σ b·m₁/m, group by group."""
    table = open_study("fcc_gitter").table("carried").query("within_days == 90")
    top = bottom = 0.0
    for _, rows in table.groupby("group"):
        sides = {bool(row.bridging): row for row in rows.itertuples()}
        if len(sides) == 2:
            both, one = sides[True], sides[False]
            said = both.messages + one.messages
            top += both.novel * one.messages / said
            bottom += one.novel * both.messages / said
    verdict = load_verdict("s0-bridging-breaks-silos", open_study("fcc_gitter"))
    assert verdict.estimate == pytest.approx(top / bottom)


def test_correlation_of_traits_months_apart_is_recomputed():
    """Mean of two of pandas' own rank correlations."""
    study = open_study("fcc_gitter")
    said, months = study.table("voices"), study.table("months")
    said = said[said.groupby("group").messages.transform("sum") >= 100]
    traits = {}
    for half in (0, 1):
        sums = said[said.month % 2 == half].groupby("group").sum()
        kept = months[(months.month % 2 == half) & (months.month > 0)]
        kept = kept.groupby("group")[["retained", "posters"]].sum()
        traits["retention", half] = kept.retained / kept.posters
        traits["replies", half] = sums.replies / sums.messages
        traits["we", half] = sums.we / sums.messages
    rows = pd.DataFrame(traits).dropna()
    rows = rows[rows.index.isin(said.group)]
    ranks = rows.corr("spearman")
    components = load_verdict("s0-success-traits-cohere", study).components
    pairs = (("retention", "replies"), ("retention", "we"), ("replies", "we"))
    for component, (one, other) in zip(components, pairs, strict=True):
        both = [ranks.loc[(one, half), (other, 1 - half)] for half in (0, 1)]
        assert component.estimate == pytest.approx(np.mean(both))


@needs_raw
def test_words_of_belonging_and_links_of_rooms_are_recomputed(rooms):
    """Messages with we, our, us by month of age, and a bound of links carried."""
    study = open_study("fcc_gitter")
    ordinal = study.table("groups").set_index("key")["group"]
    voices = study.table("voices").set_index(["group", "month"])
    for key, (born, said) in rooms.items():
        ours = Counter(
            int((at.timestamp() - born) // (28 * 86_400))
            for at, _, text in said
            if {"we", "our", "us"} & set(re.split(r"\W+", text.lower()))
        )
        counted = voices.loc[ordinal[key], "we"]
        assert counted[counted > 0].to_dict() == dict(ours)
