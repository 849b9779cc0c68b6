"""Shell < failed < not successful: nested by definition, unknown where not shown."""

import pandas as pd
import pytest

from helpers.claims.fixed.register import get_claim
from helpers.claims.themes.failure.nested_shares import (
    CLAIMED,
    Nested,
    Share,
    estimate_nested_shares,
)
from helpers.errors import ShequnError
from helpers.inference import compute_exact_interval


def shares(study):
    """Return the three estimates, None where there is none."""
    return [
        row.found and row.found.estimate for row in estimate_nested_shares(study).rows
    ]


def with_dip(study, every=2):
    """Let two people post, not eight, from day 100 to 200 in some of the groups."""
    rates = study.tables["rates"]
    of = rates[(rates["group"] % every == 0) & (rates["age_day"] == 0)]
    dip = of.assign(age_day=100, posters_28=2)
    rows = pd.concat([rates, dip, of.assign(age_day=200)])
    study.tables["rates"] = rows.sort_values(["group", "age_day"], ignore_index=True)
    return study


def test_claimed_shares_equal_the_registered_ones():
    """58.3 % shells, 90 % failed and 5 % successes stand in the rules."""
    (_, shell), (_, failed), (_, unsuccessful) = CLAIMED.values()

    assert str(shell) in get_claim("s0-200-of-343-shells").template
    assert f"{failed:.2f}" in get_claim("s1-over-90-fail").template
    assert f"{1 - unsuccessful:.2f}" in get_claim("s0-success-below-5pct").template


@pytest.mark.parametrize("life", [30.0, 300.0, 3000.0])
@pytest.mark.parametrize("world", [{}, {"reply_ratio": 0.1}, {"posters": 2}])
def test_nested_shares_never_decrease(plant, life, world):
    """Whatever the world, a narrower set is not larger."""
    found = shares(with_dip(plant(life=life, **world), every=3))

    assert found == sorted(found)


def test_revived_group_counts_as_failed_and_not_as_shell(plant):
    """Immortal groups, half of which were thin for 100 days: failed, not shells."""
    found = shares(with_dip(plant(life=1e9)))

    assert found == pytest.approx([0.0, 0.5, 0.5], abs=0.03)


def test_active_group_that_failed_before_is_not_successful(plant):
    """Each row is at least the one before, also where all that live are lively."""
    found = shares(with_dip(plant(life=1e9, posters=10)))

    assert found[2] == found[1]


def test_broken_nesting_is_refused():
    """A narrower set that is larger is a mistake, not a result."""
    larger, smaller = (compute_exact_interval(k, 100) for k in (92, 90))

    with pytest.raises(ShequnError, match=r"0\.920 are shell.* 0\.900 are failed"):
        Nested((Share("shell", 0.5, larger), Share("failed", 0.9, smaller)))


@pytest.mark.parametrize(("table", "unknown"), [("windows", 1), ("rates", 3)])
def test_missing_table_makes_rows_unknown(plant, table, unknown):
    """What needs a table that is not there is unknown, and the table is named."""
    study = plant(life=300.0)
    del study.tables[table]
    rows = estimate_nested_shares(study).rows

    assert [row.found for row in rows].count(None) == unknown
    assert all(table in row.reason for row in rows if row.found is None)


def test_without_senders_success_is_unknown(plant):
    """A source without senders shows silence and traffic, and no success."""
    narrow, middle, wide = estimate_nested_shares(
        plant(life=300.0).seen(sender_ids=False)
    ).rows

    assert (wide.found, middle.found is None, narrow.found is None) == (
        None, False, False,
    )  # fmt: skip
