"""A study without a table gives what the others show, and names what it lacks."""

import pytest

from helpers.claims import Word, evaluate
from helpers.claims.evaluation.registry import ESTIMATORS

LIVES = {"s0-three-month-death", "s1-over-90-fail", "s0-success-below-5pct"}
WINDOWS = {"s0-novelty-decay", "s1-not-centralised", "s4-many-centres"}
NEEDS = {
    "groups": LIVES | WINDOWS | {"s0-200-of-343-shells"},
    "silences": LIVES,
    "rates": {"s1-over-90-fail", "s0-200-of-343-shells"},
    "windows": WINDOWS | {"s0-success-below-5pct"},
}
TABLES = [*NEEDS, "daily"]


def without(study, table):
    """Return the study with one table less."""
    del study.tables[table]
    return study


@pytest.mark.parametrize(
    ("claim", "table"), [(claim, t) for t in NEEDS for claim in sorted(NEEDS[t])]
)
def test_missing_table_is_untestable_and_named(plant, claim, table):
    """What needs a table that is not there gets no number and says which."""
    verdict = evaluate(claim, without(plant(n=80), table))

    assert (verdict.word, verdict.estimate) == (Word.UNTESTABLE, None)
    assert table in verdict.reason


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("claim", ESTIMATORS)
def test_missing_table_is_never_an_error(plant, claim, table):
    """Every claim has a word for every study, whatever tables it has."""
    assert evaluate(claim, without(plant(n=60), table)).word is not None


def test_rates_are_not_needed_where_senders_are_unknown(plant):
    """Failure is then silence alone, and its verdict needs no posters."""
    study = plant(n=80, life=50.0).seen(sender_ids=False)
    del study.tables["rates"]

    assert evaluate("s1-over-90-fail", study).estimate is not None


def test_daily_counts_are_needed_only_for_time_since_first_message(plant):
    """Without them no specification starts at the first message."""
    study = plant(n=80, life=50.0)
    whole = evaluate("s0-three-month-death", study)
    del study.tables["daily"]
    rest = evaluate("s0-three-month-death", study)

    assert (rest.estimate, rest.word) == (whole.estimate, whole.word)
    early = [one for one in rest.specifications if "first message" in one.name]
    assert early
    assert {one.word for one in early} == {"UNTESTABLE"}
