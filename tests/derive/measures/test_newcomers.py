"""How long newcomers stay, by hand."""

import numpy as np
import pandas as pd

from helpers.derive.tables.early_rows import (
    build_newcomer_life_tables,
    count_unanswered_newcomers,
    find_first_answers,
    find_first_messages,
)
from helpers.records import DAY_US

HOUR_US = DAY_US // 24
LAST = pd.Series({0: 400 * DAY_US})


def _people(**columns) -> pd.DataFrame:
    blank = {"group": 0, "member": 0, "first_us": 0, "last_us": 0}
    blank |= {"explicit": np.nan, "either": np.nan}
    return pd.DataFrame([blank | columns])


def _table(people: pd.DataFrame) -> pd.DataFrame:
    table = build_newcomer_life_tables(people, LAST)
    here = table["within_hours"].eq(24) & table["replies"].eq("explicit")
    return table[here].set_index("from_day")


def test_who_never_wrote_again_ends_in_the_first_span():
    """Nobody has to have stayed to be compared."""
    assert _table(_people())[["at_risk", "ended"]].to_numpy().tolist() == [[1, 1]]


def test_an_answer_must_come_in_time():
    """25 hours are too late for a day, and enough for three."""
    table = build_newcomer_life_tables(_people(explicit=25 * HOUR_US), LAST)
    told = table[table["replies"].eq("explicit")].groupby("within_hours")["answered"]

    assert told.any().to_dict() == {1: False, 24: False, 72: True}


def test_unanswered_counts_by_month_of_coming():
    """One answered and one not, a month apart."""
    both = pd.concat([_people(explicit=HOUR_US), _people(first_us=30 * DAY_US)])

    assert count_unanswered_newcomers(both)["unanswered"].tolist() == [0, 1]


def test_the_first_answer_after_the_first_message_counts(run, lazy):
    """An answer to somebody's earlier namesake does not."""
    rows = pd.DataFrame({"group": 0, "member": [1, 1], "age_us": [10, 90]})
    edges = pd.DataFrame({"group": 0, "receiver": 1, "age_us": [5, 40, 60]})
    edges["explicit"] = [True, False, True]
    found = run.fetch(
        find_first_answers(find_first_messages(lazy(rows)), run.frame(edges)), "member"
    )

    assert found[["explicit", "either"]].to_numpy().tolist() == [[60, 40]]
