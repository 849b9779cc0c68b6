"""Which other definitions vote towards FRAGILE, and which answer another question."""

import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.failure.failure import over_90_fail
from helpers.claims.themes.failure.shells import shells
from helpers.claims.themes.lifetime.cohorts import later_cohorts_harder
from helpers.claims.themes.lifetime.lifetimes import three_month_death
from tests.claims.conftest import planted

SILENCES = [f"last message, W = {days}" for days in (30, 60, 90)]
GAPS = [f"first gap, W = {days}" for days in (30, 60, 90)]
FEW = "fewer than 3 posters"


@pytest.fixture(scope="module")
def evidence():
    """Return a planted study in which people are recognised."""
    return Evidence.of(planted(n=120, life=150.0))


def votes(finding):
    """Return the names of the specifications that vote, and of those that do not."""
    voting = {one.name for one in finding.specifications if one.counts}
    return voting, {one.name for one in finding.specifications} - voting


@pytest.mark.parametrize("estimator", [three_month_death, later_cohorts_harder])
def test_first_gap_and_few_posters_do_not_count_as_specifications_of_silence(
    evidence, estimator
):
    """A pause that ended is no death, and few posters are not none."""
    voting, shown = votes(estimator(evidence))

    assert shown >= {*GAPS, FEW, "failed", "rate under 10 %"}
    assert voting >= {SILENCES[0], SILENCES[2]}
    states = ("first gap", FEW, "failed", "rate")
    assert not [name for name in voting if name.startswith(states)]


def test_part_of_a_union_is_not_counted_as_its_alternative(evidence):
    """Silence alone, or few posters alone, fail later by construction."""
    voting, shown = votes(over_90_fail(evidence))

    assert shown >= {*SILENCES, *GAPS, FEW}
    assert voting >= {"failed, W = 30", "failed, W = 90", "rate under 10 %"}
    assert not [name for name in voting if "last message" in name]


def test_earlier_quarters_of_a_census_do_not_count_as_specifications(evidence):
    """Only other definitions of a shell at the same date do."""
    voting, shown = votes(shells(evidence))

    assert len(voting) == 4
    assert not [name for name in voting if "on 2" in name]
    assert len(shown) >= 5
