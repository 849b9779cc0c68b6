"""Hazards from counts: closed forms."""

import numpy as np
import pytest

from helpers.claims.designs.hazards.time_varying import fit_counted_hazard_ratio
from helpers.errors import NotIdentifiableError
from helpers.inference import cluster_by_label

SIDE = np.array([0.0, 1.0] * 20)
RISK = np.full(40, 100)
ONE = np.zeros(40)
UNEVEN = np.repeat([-4, 4, -2, 2], 10)
HAPPENED = np.where(SIDE == 1, 30, 20) + UNEVEN  # 30 and 20 of 100 on average


def test_one_interval_gives_the_ratio_of_integrated_hazards():
    """log(1 − .3) over log(1 − .2), the complementary log-log by hand."""
    found = fit_counted_hazard_ratio(
        HAPPENED, RISK, SIDE, ONE, cluster_by_label(range(40))
    )

    assert found.estimate == pytest.approx(np.log(0.7) / np.log(0.8), rel=1e-6)


def test_interval_without_events_does_not_change_the_ratio():
    """Leaving it out changes no digit."""
    late = np.append(ONE, [1.0, 1.0]), np.append(SIDE, [0.0, 1.0])
    more = fit_counted_hazard_ratio(
        np.append(HAPPENED, [0, 0]), np.append(RISK, [50, 50]), late[1], late[0],
        cluster_by_label(range(42)),
    )  # fmt: skip
    found = fit_counted_hazard_ratio(
        HAPPENED, RISK, SIDE, ONE, cluster_by_label(range(40))
    )

    assert more.estimate == pytest.approx(found.estimate, rel=1e-9)


def test_arm_without_events_has_no_hazard_ratio():
    """The likelihood has no maximum there."""
    with pytest.raises(NotIdentifiableError):
        fit_counted_hazard_ratio(
            HAPPENED * SIDE, RISK, SIDE, ONE, cluster_by_label(range(40))
        )
