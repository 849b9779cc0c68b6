"""One roster, a few, many: what the units of a share of people are."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.claims.contract.finding import Finding
from helpers.claims.designs.rosters import (
    build_finding_per_group,
    estimate_share_of_people,
    estimate_share_of_stayers,
    is_one_small_network,
)


def _rows(groups, did=3, people=10, networks=1):
    return pd.DataFrame(
        {
            "group": range(groups),
            "key": [f"g{n}" for n in range(groups)],
            "network": [f"n{n % networks}" for n in range(groups)],
            "did": did,
            "people": people,
        }
    )


def test_share_in_one_roster_has_an_exact_interval_over_people():
    """Exact limits of 3 of 10."""
    found = estimate_share_of_people(_rows(1), "did", "people")
    assert (found.method, found.clusters) == ("Clopper–Pearson", 10)


def test_share_over_many_rosters_resamples_whole_groups():
    """Twelve groups are twelve units, whatever their size."""
    rows = _rows(12).assign(did=[0, 10] * 6)
    found = estimate_share_of_people(rows, "did", "people")
    assert (found.estimate, found.clusters, found.n) == (0.5, 12, 120)
    assert found.high - found.low > 0.3


@pytest.mark.parametrize(
    ("groups", "networks", "alone"), [(7, 1, True), (8, 1, False), (4, 2, False)]
)
def test_fewer_than_eight_groups_of_one_network_are_reported_singly(
    groups, networks, alone
):
    """Eight give an interval; several networks are told apart before."""
    assert is_one_small_network(_rows(groups, networks=networks)) is alone


def test_finding_per_group_has_parts_and_no_pooled_estimate():
    """The only one is the finding; several are parts of one without components."""

    def find(rows):
        return Finding(
            components=(estimate_share_of_people(rows, "did", "people"),),
            definition="d",
            gates=(),
        )

    assert build_finding_per_group(_rows(1), find).parts == ()
    several = build_finding_per_group(_rows(3), find)
    assert (several.components, [name for name, _ in several.parts]) == (
        (),
        ["g0", "g1", "g2"],
    )


def test_mean_of_small_shares_has_no_negative_limit():
    """A page printed a share of 0.4% with the limits −0.1% and 36%."""
    silent = pd.Series([1, 1] + [0] * 21)
    rows = _rows(23).assign(members=100, batch=None)
    found = estimate_share_of_stayers(rows, silent, silent * 0)
    assert found.low == 0
    assert found.high > found.estimate > 0
