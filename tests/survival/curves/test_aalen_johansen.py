"""Cumulative incidence of competing ends."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from helpers.errors import ShequnError
from helpers.survival import estimate_cumulative_incidence, estimate_survival

rows = st.lists(
    st.tuples(st.integers(1, 10), st.integers(0, 2), st.integers(0, 9)),
    min_size=2,
    max_size=30,
).map(lambda found: [(t, c, s if s < t else 0) for t, c, s in found])


def test_incidence_of_two_causes_is_exact(table):
    """Incidence of the two causes and survival are 37/77, 2/7 and 18/77, exactly."""
    made_up = table("fdata")
    both = estimate_cumulative_incidence(made_up["time"], made_up["cause"])
    shares = both.at(12, cause=1), both.at(12, cause=2), both.overall.at(12)
    assert shares == pytest.approx((37 / 77, 2 / 7, 18 / 77), abs=1e-15)


@given(rows)
def test_incidences_and_survival_add_up_to_one(found):
    """At any time the incidences and S add up to 1, ties and late entry included."""
    both = estimate_cumulative_incidence(*map(np.array, zip(*found, strict=True)))
    total = both.incidence.sum(axis=0) + both.overall.survival
    assert total == pytest.approx(np.ones(len(total)))


@given(rows)
def test_cumulative_incidence_equals_statsmodels(found):
    """Without late entry, by another route."""
    durations, causes, _ = map(np.array, zip(*found, strict=True))
    both = estimate_cumulative_incidence(durations, causes)
    if causes.max() == 0:
        assert not both.incidence.any()
        return
    # weights of 1 spare us its errors, which divide by 0
    other = CumIncidenceRight(durations, causes, freq_weights=np.ones(len(causes)))
    index = np.searchsorted(both.overall.times, other.times)
    for cause in range(causes.max()):
        expected = pytest.approx(other.cinc[cause], abs=1e-12)
        assert both.incidence[cause][index] == expected


def test_one_less_kaplan_meier_overstates(table):
    """Treating the other cause as censoring gives more than its incidence."""
    made_up = table("fdata")
    alone = estimate_survival(made_up["time"], made_up["cause"] == 1)
    both = estimate_cumulative_incidence(made_up["time"], made_up["cause"])
    assert 1 - alone.at(12) > both.at(12, cause=1) + 0.05


def test_negative_causes_are_refused():
    """A missing cause coded −1 is not taken for censoring."""
    with pytest.raises(ShequnError, match="negative"):
        estimate_cumulative_incidence([1, 2], [1, -1])


def test_ends_at_the_origin_are_shares_of_all():
    """One of four ended at age 0, of the first cause."""
    both = estimate_cumulative_incidence([0, 1, 2, 3], [1, 2, 0, 1])
    assert both.at(0, cause=1) == 0.25
    assert both.at(1, cause=2) == 0.25
    assert both.at(3, cause=1) == pytest.approx(0.75)


def test_incidence_has_one_row_per_cause():
    """Without any end there is one cause, of which nothing ended."""
    assert estimate_cumulative_incidence([1, 2], [0, 0]).incidence.tolist() == [
        [0.0] * 3
    ]
    assert estimate_cumulative_incidence([1, 2], [1, 2]).incidence.shape == (2, 3)
