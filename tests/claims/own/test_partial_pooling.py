"""Shares of a few own groups, alone and with what is known elsewhere."""

import numpy as np
import pytest
from scipy import integrate, special, stats

from helpers.claims.own import shares
from helpers.claims.own.partial import VAGUE, combine_with_own
from helpers.claims.pool import pool
from helpers.claims.register import Claimed
from helpers.errors import ShequnError
from helpers.paths import ROOT

KNOWN = pool([0.3, 0.1, 0.25, 0.5], [0.2, 0.4, 0.3, 0.2], "logit")


def test_alone_is_jeffreys_interval():
    """Nothing known elsewhere: Beta(k + ½, n − k + ½), open at the edges."""
    found = combine_with_own(None, 2, 5)
    limits = stats.beta(2.5, 3.5).ppf([0.5, 0.025, 0.975])
    assert tuple(found.alone) == pytest.approx(limits)
    assert found.together == found.alone
    assert combine_with_own(None, 0, 3).alone.low == 0
    assert combine_with_own(None, 3, 3).alone.high == 1


def test_together_equals_numerical_integration():
    """The grid gives the posterior of a mixture prior that quadrature gives."""
    weights, centres = KNOWN._weights, KNOWN._centres
    errors = KNOWN._next_errors

    def density(odds):
        share = special.expit(odds)
        uniform = share * (1 - share)
        prior = (1 - VAGUE) * weights @ stats.norm.pdf(odds, centres, errors)
        return (prior + VAGUE * uniform) * stats.binom.pmf(4, 5, share)

    whole = integrate.quad(density, -12, 12, limit=200)[0]
    above = integrate.quad(density, special.logit(0.5), 12, limit=200)[0]
    chance = combine_with_own(KNOWN, 4, 5).probability(Claimed(0.5, np.inf))
    assert chance == pytest.approx(above / whole, abs=0.01)


def test_what_is_known_narrows_few_groups_and_not_many():
    """Five groups borrow from other places; two hundred stand for themselves."""
    few, many = combine_with_own(KNOWN, 2, 5), combine_with_own(KNOWN, 80, 200)
    width = np.ptp([few.together.low, few.together.high])
    assert width < np.ptp([few.alone.low, few.alone.high])
    assert many.together.middle == pytest.approx(many.alone.middle, abs=0.01)


@pytest.mark.parametrize("n", [1, 2])
def test_one_or_two_groups_change_nothing(n):
    """Beside the count stands what another place would show, unmixed."""
    found = combine_with_own(KNOWN, n, n)
    assert found.together == found.elsewhere
    chance = KNOWN.probability_above(0.4, of_next=True)
    assert found.probability(Claimed(0.4, np.inf)) == pytest.approx(chance, abs=0.01)


@pytest.mark.parametrize(("count", "n"), [(0, 0), (3, 2), (-1, 4)])
def test_a_count_that_is_no_share_is_refused(count, n):
    """None of none, or more than all."""
    with pytest.raises(ShequnError, match="no share"):
        combine_with_own(KNOWN, count, n)


def test_ranges_hold_the_truth_wherever_it_lies():
    """Over true shares from .05 to .90: .83 at three groups, .88 from five on."""
    least = shares.summarise_coverage()["coverage_together"]
    assert least[3] >= 0.83
    assert (least.loc[5:] >= 0.88).all()
    three, five, ten = (f"{100 * least[n]:.0f}" for n in (3, 5, 10))
    told = f"at least {three} of 100 draws with three groups, {five} with five, {ten}"
    assert told in (ROOT / "docs" / "your-own-groups.md").read_text("utf-8")


def test_claims_about_the_articles_network_are_not_asked():
    """Somebody's five chess clubs are no 343 groups."""
    assert not {claim.id for claim, _ in shares.list_own_readings()} & {
        "s0-200-of-343-shells",
        "s0-fission-speed",
    }
