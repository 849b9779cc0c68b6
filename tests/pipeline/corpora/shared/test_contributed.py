"""Counts to give away: from the demo to a file, a source, a pool, and out again."""

import re
from collections import Counter
from datetime import date

import pandas as pd
import pytest

from helpers.claims.estimate import to_frame
from helpers.claims.pooling import pool_estimates
from helpers.claims.register import get_claim
from helpers.claims.store import read_answers
from helpers.errors import BrokenFileError, MissingSourceError, NotIdentifiableError
from helpers.own_groups.plan import Plan
from helpers.own_groups.report.counts import tabulate_counts
from helpers.own_groups.run import run_study
from helpers.paths import RAW
from helpers.store.ingest import Terms
from helpers.study import Study
from pipeline.answers import estimate_claim, open_evidence
from pipeline.corpora.sources.contributed import (
    AGAIN,
    FEWEST,
    count_contributions,
    read_contribution,
)
from pipeline.publish.build import rebuild_studies

CLAIM = get_claim("s0-three-month-death")
LINES = "group,platform,end,day,messages,people|1,qq,open,0,3,1-4|1,qq,open,9,7,6|"


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """Write the counts of all demo groups, and the study that they are of."""
    room = tmp_path_factory.mktemp("given")
    (room / "raw" / "contributed").mkdir(parents=True)
    file = room / "raw" / "contributed" / "demo.csv"
    made = date(2024, 7, 14)  # on which the demo's last message was written
    exports, terms = [RAW / "demo"], Terms(exported=made)
    plan = Plan(
        exports=exports, out=room / "out", terms=terms, chapters=False, counts=file
    )
    return file, run_study(plan).study


@pytest.mark.slow
def test_the_demo_is_given_built_pooled_and_taken_out(given, tmp_path):
    """The contribution is a place of its own kind; without it all is as before."""
    file, study = given
    built = rebuild_studies(file.parents[1], tmp_path, ["contributed"]).built[0]
    groups = study.table("groups")
    many = groups[groups["posters"] >= FEWEST]
    own = built.table("groups")
    assert sorted(own["messages"]) == sorted(many["messages"])
    assert built.table("daily")["posters"].isna().all()  # one stood for all of a group
    assert built.table("windows")["top_share"].isna().all()
    rows = to_frame(estimate_claim(CLAIM, open_evidence([built])))
    row = rows[rows["study"].eq("contributed") & rows["reading"].eq("silent")].iloc[0]
    silent = (many["end_us"] - many["last_us"]) / 86_400_000_000 >= 60
    assert row["estimate"] == pytest.approx(silent.mean(), abs=0.02)
    stored = read_answers().estimates
    before = pool_estimates(stored, {CLAIM.id: CLAIM})
    added = rows[rows["study"].eq("contributed")]
    after = pool_estimates(pd.concat([stored, added]), {CLAIM.id: CLAIM})
    kinds = after[after["reading"].eq("silent")].set_index("kind")
    assert kinds.loc["contributed", "mean"] == pytest.approx(row["estimate"], abs=0.02)
    assert len(after) > len(before)
    file.rename(tmp_path / "taken-out.csv")
    with pytest.raises(MissingSourceError):
        rebuild_studies(file.parents[1], tmp_path / "again", ["contributed"])
    (tmp_path / "taken-out.csv").rename(file)
    assert pool_estimates(stored, {CLAIM.id: CLAIM}).equals(before)


@pytest.mark.slow
def test_nothing_of_a_person_or_a_date_is_given(given):
    """Counts only: no name, id, text or date; small counts of people are masked."""
    file, study = given
    table = read_contribution(file)
    text = file.read_text("utf-8") + file.with_suffix(".html").read_text("utf-8")
    assert not re.search(r"20[12]\d-\d\d|成员\d|演示", text)
    assert not any(key in text for key in study.table("groups")["key"])
    assert set(table["end"]) == {"given", "stated"}  # how each end is known
    few = pd.to_numeric(table["people"], errors="coerce")
    assert few.isna().any()
    assert not few.between(1, FEWEST - 1).any()
    page = file.with_suffix(".html").read_text("utf-8")
    assert page.count("<tr>") == len(table) + 1  # it shows exactly what is in it


@pytest.mark.slow
def test_a_group_with_a_gap_is_not_given(given, monkeypatch):
    """A stretch that no export covers would look like silence."""
    study, read = given[1], Study.table

    def gapped(self, name):
        rows = read(self, name)
        return rows.assign(gaps=1) if name == "observed" else rows

    monkeypatch.setattr(Study, "table", gapped)
    with pytest.raises(NotIdentifiableError, match="last day of observation"):
        tabulate_counts(study)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (("messages", "texts"), "columns"),
        ((",3,", ",3.5,"), "row 2: messages"),
        (("1,qq,open,0", "1,qq,open,4"), "day 0"),
        ((",7,6", ",7,3"), "unmasked"),
        ((",7,6", ",5,6"), "more people than messages"),
        (("qq", "Ann Lee 张"), "plain word"),
        ((",9,", ",0,"), "not in order"),
    ],
)
def test_a_file_that_is_not_plausible_is_refused(tmp_path, change, fault):
    """The file, the row and the fault are named."""
    (tmp_path / "a.csv").write_text(LINES.replace(*change).replace("|", "\n"), "utf-8")
    with pytest.raises(BrokenFileError, match=fault):
        read_contribution(tmp_path / "a.csv")


def test_a_group_given_twice_counts_once(tmp_path):
    """Two members of a group gave its counts."""
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(LINES.replace("|", "\n"), "utf-8")
    counted = count_contributions(sorted(tmp_path.glob("*.csv")), Counter())
    assert len(counted.groups) == 1
    assert counted.became[AGAIN] == 10
