"""What is recorded of groups counts from its date on, and only where coders agree."""

import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.codings import (
    classify_kinds,
    measure_coded,
    read_stated,
)
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US


@pytest.fixture
def study(plant):
    """Return four groups born on day 100."""
    found = plant(n=4, life=900.0)
    found.tables["groups"][["origin_us", "entry_us"]] = 100 * DAY_US
    return found


def codings(study, *rows, table="codings"):
    """Record rows of group, fact, coder, day and value."""
    names = ["group", "fact", "coder", "day", "value"]
    study.tables[table] = pd.DataFrame(rows, columns=names)
    return Evidence.of(study)


def test_dated_fact_counts_only_after_its_day_has_ended(study):
    """Day 113 ends with day 14 of life: 13 days are too few, 14 are enough."""
    evidence = codings(study, (0, "rules", "a", 113, 1.0))

    assert read_stated(evidence, "rules", 14).to_dict() == {0: 1.0}
    assert read_stated(evidence, "rules", 13).to_dict() == {0: 0.0}


def test_coding_days_end_in_the_study_time_zone(study):
    """Day 113 in Shanghai is over eight hours before it is over in Greenwich."""
    study.tables["groups"]["origin_us"] = (100 * DAY_US) - 4 * DAY_US // 24
    evidence = codings(study, (0, "rules", "a", 113, 1.0))
    early = read_stated(evidence, "rules", 14).to_dict()
    study.manifest.day_offset_us = 8 * DAY_US // 24

    assert (early, read_stated(evidence, "rules", 14).to_dict()) == ({0: 0.0}, {0: 1.0})


def test_undated_fact_is_no_exposure_at_a_landmark(study):
    """That there never was one needs no date."""
    evidence = codings(
        study, (0, "rules", "a", None, 1.0), (1, "rules", "a", None, 0.0)
    )

    assert read_stated(evidence, "rules", 14).to_dict() == {1: 0.0}
    assert read_stated(evidence, "rules").to_dict() == {0: 1.0, 1: 0.0}


def test_fact_about_the_founding_needs_no_date(study):
    """A fee is the price at which a group began."""
    evidence = codings(study, (0, "fee", "a", None, 9.0))

    assert measure_coded(evidence, "fee", 0).to_dict() == {0: 9.0}


def test_groups_on_which_coders_differ_are_left_out(study):
    """Each coder alone still speaks."""
    evidence = codings(
        study, (0, "values", "a", 90, 1.0), (0, "values", "b", 90, 0.0),
        (1, "values", "a", 90, 1.0), (1, "values", "b", 90, 1.0),
    )  # fmt: skip

    assert read_stated(evidence, "values", 28).to_dict() == {1: 1.0}
    assert read_stated(evidence, "values", 28, coder="b").to_dict() == {0: 0.0, 1: 1.0}


def test_the_first_rules_of_groups_csv_are_dated(study):
    """Their day dates them; yes without a day is of the last version."""
    facts = [(0, "rules", 1.0), (0, "rules_day", 105.0), (1, "rules", 1.0)]
    facts += [(2, "rules", 0.0), (3, "type: learning", 1.0)]
    study.tables["facts"] = pd.DataFrame(facts, columns=["group", "fact", "value"])
    evidence = Evidence.of(study)

    assert read_stated(evidence, "rules", 14).to_dict() == {0: 1.0, 2: 0.0}
    assert classify_kinds(evidence).to_dict() == {3: "learning"}


def test_unrecorded_fact_is_named_in_the_error(study):
    """Rather than a group of which nothing is known."""
    with pytest.raises(NotIdentifiableError, match="does not record vision"):
        read_stated(Evidence.of(study), "vision")
