"""Steps that registers have in common."""

import math
import tomllib
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.study import open_studies, open_study
from pipeline.corpora import CORPORA
from pipeline.corpora.shared.dates import to_days, to_instants
from pipeline.corpora.shared.registers import build_facts, count_holders

TOLD = tomllib.loads(Path(__file__).with_name("registers.toml").read_text("utf-8"))[
    "rows"
]


def test_malformed_date_is_an_error_not_missing():
    """Only an empty field means that nobody knows."""
    assert math.isnan(to_days(pd.Series([None], dtype="str"))[0])
    with pytest.raises(ValueError, match="2026-05"):
        to_days(pd.Series(["2026-05"]))


def test_instants_keep_every_second():
    """Offsets of any country come to the same instant."""
    times = ["2026-08-22T23:59:59-07:00", "2026-08-23T06:59:59Z"]
    assert to_instants(pd.Series(times)).tolist() == [1_787_468_399_000_000.0] * 2


def test_missing_value_makes_no_fact_row():
    """A missing value makes no row; no is 0."""
    table = pd.DataFrame({"key": ["a", "b"], "x": [None, False]})
    assert build_facts(table, {"x": "x"}).to_numpy().tolist() == [["b", "x", 0.0]]


_stays = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.integers(0, 9),
        st.sampled_from(["left", "group gone", "open"]),
    ),
    min_size=1,
    max_size=9,
)


@given(_stays)
def test_holders_follow_from_stays(stays):
    """On any day as many hold a role as stays have begun and not ended."""
    rows = [("g", "chair", a, a + b, how) for a, b, how in stays]
    names = ["key", "role", "from_day", "to_day", "ending"]
    spells = pd.DataFrame(rows, columns=names)
    steps = count_holders(spells)
    for day in range(20):
        told = steps.loc[steps["day"] <= day, "holders"].tail(1).sum()
        open_ = spells["ending"].eq("open") | (spells["to_day"] > day)
        assert told == ((spells["from_day"] <= day) & open_).sum()
    assert steps["went"].sum() == spells["ending"].eq("left").sum()


@pytest.mark.parametrize(
    "name", [one.name for one in open_studies(CORPORA, having=["facts"])]
)
def test_every_name_in_the_tables_is_explained(name):
    """The words of a study's tables and those of its README are the same."""
    study, words = open_study(name), CORPORA[name].words
    used = {
        value
        for table in TOLD.keys() & study.manifest.tables.keys()
        for column in TOLD[table]
        for value in study.table(table)[column].dropna().unique()
    }
    years = {word for word in used if word.isdigit()}
    families = {word.removesuffix("…") for word in words if word.endswith("…")}
    told = {
        f"{start}…" if (start := f"{word.split(': ')[0]}: ") in families else word
        for word in used
    }
    counted = {entry.reason for entry in study.ledger.entries}
    assert told - years <= words.keys()
    assert words.keys() - told <= years | counted


@pytest.mark.parametrize(
    "name", [one.name for one in open_studies(CORPORA, having=["registry"])]
)
def test_times_of_a_listed_group_are_in_order(name):
    """Origin ≤ entry ≤ end; what is known to have happened did so between."""
    groups = open_study(name).table("registry")
    assert (groups["origin_us"] <= groups["entry_us"]).all()
    assert (groups["entry_us"] <= groups["end_us"]).all()
    known = groups.dropna(subset="last_us")
    assert (known["origin_us"] <= known["last_us"]).all()
    assert (known["last_us"] <= known["end_us"]).all()
    closed = groups.dropna(subset="closed_us")
    assert (closed["closed_us"] == closed["end_us"]).all()
    assert closed["closed_kind"].notna().all()


def test_each_measure_of_lives_counts_the_same_memberships():
    """Each measure of a group counts the same memberships."""
    for study in open_studies(CORPORA, having=["lives"]):
        lives = study.table("lives")
        lives = lives[lives["measure"] != "roster"]  # only some groups publish one
        per = lives.groupby(["group", "measure"])["people"].sum()
        assert per.groupby("group").nunique().eq(1).all(), study.name
