"""Standing still and growing by turns: planted hazards of groups of like size."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.size.quality_and_retention import standing_still
from helpers.records import DAY_US
from tests.claims.registers import as_of, registry
from validation.worlds.claims.subject import evaluate_in_memory

N, END, STEP = 600, 2400, 10


def _groups(hazard):
    """Plant groups of 100 members of which half grow by 2 % in ten days."""
    rng = np.random.default_rng(17)
    still = np.arange(N) % 2 == 0
    born = rng.integers(0, 1200, N)
    life = 100 + rng.exponential(300 / np.where(still, hazard, 1.0))
    last = np.minimum(born + life, END)
    groups = registry(N, END, born, last=last)
    age = np.arange(0, 301, STEP)
    members = np.where(still[:, None], 100.0, 60 * 1.02 ** (age / STEP))
    counted = pd.DataFrame(
        {
            "group": np.repeat(np.arange(N), len(age)),
            "day": (born[:, None] + age).ravel(), "members": members.ravel(),
            "posts": np.tile(age // 30, N), "active": np.nan, "joined": np.nan,
        }
    )  # fmt: skip
    return as_of("r_user_groups", named=False, registry=groups, snapshots=counted)


def _talking(hazard):
    """Plant the same groups of a source that tells messages and counts members."""
    listed = _groups(hazard).tables
    groups = listed["registry"].assign(early_messages=28, created_us=np.nan)
    groups = groups.assign(first_us=groups["origin_us"])
    born = groups["origin_us"] // DAY_US
    daily = pd.DataFrame({"group": groups["group"], "day": born, "messages": 28})
    none = pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")
    return as_of(
        "w3c_groups", groups=groups, daily=daily, silences=none,
        snapshots=listed["snapshots"],
    )  # fmt: skip


@pytest.mark.parametrize("world", [_groups, _talking])
@pytest.mark.parametrize("hazard", [2.5, 1.0])
def test_hazard_of_stagnant_groups_is_recovered(hazard, world):
    """Found where it was planted, and no more where it was not; silence is an end."""
    found = evaluate_in_memory("s0-size-stagnation-shell", world(hazard))

    assert found.low < hazard < found.high
    assert (found.word == "SUPPORTED") is (hazard > 1)
    assert "proxy" in found.qualifiers


def test_shrinking_groups_are_excluded():
    """Half of the groups lose a tenth by the month: the other half is left."""
    study = _groups(2.5)
    counted = study.tables["snapshots"]
    age = counted["day"] - counted.groupby("group")["day"].transform("min")
    less = counted["members"].where(counted["group"] % 4 != 0, 150 * 0.99 ** (age / 3))
    study.tables["snapshots"] = counted.assign(members=less)
    finding = standing_still(Evidence.of(study))

    kept = int(finding.note.split(" of ")[1].split()[0])
    assert kept < 0.8 * N


def test_order_of_counts_does_not_change_the_estimate():
    """The order of counts in the table is nothing."""
    study = _groups(2.5)
    one = standing_still(Evidence.of(study)).components[0]
    shuffled = study.tables["snapshots"].sample(frac=1, random_state=2)
    study.tables["snapshots"] = shuffled
    two = standing_still(Evidence.of(study)).components[0]

    assert two.estimate == pytest.approx(one.estimate)
