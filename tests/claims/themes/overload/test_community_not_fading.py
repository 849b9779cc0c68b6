"""Groups a person writes in, by quarter: planted growth, other units."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from validation.worlds.claims.tabled import simulate_exponential

PEOPLE, ROOMS, DAYS = 400, 60, 1460


def _written(per_year, seed=4):
    """Plant people who write in so many times as many rooms a year later."""
    rng = np.random.default_rng(seed)
    study = simulate_exponential(rng, ROOMS, lived=5000.0, origin=0.0)
    quarter = np.arange(0, DAYS, 91)
    share = 0.03 * per_year ** (quarter / 365) * rng.uniform(0.5, 1.5, (PEOPLE, 1))
    wrote = rng.random((PEOPLE, len(quarter), ROOMS)) < share[..., None]
    member, when, group = np.nonzero(wrote)
    born = int(study.tables["groups"]["origin_us"].min()) // DAY_US
    day = born + quarter[when] + 20
    rows = pd.DataFrame({"group": group, "member": member, "day": day, "messages": 3})
    study.tables["member_days"] = rows
    return study


@pytest.mark.parametrize(
    ("per_year", "word"), [(1.3, "SUPPORTED"), (1.0, "CONTRADICTED")]
)
def test_growth_in_groups_per_person_is_recovered(per_year, word):
    """Quarters without a message are left out, which flattens small growth a little."""
    found = evaluate("s0-community-not-fading", _written(per_year))

    assert found.word in {word, "FRAGILE"}
    assert "proxy" in found.qualifiers
    assert abs(np.log(found.estimate) - np.log(per_year)) < 0.12


def test_days_within_a_quarter_and_messages_do_not_count():
    """A person wrote in a room in a quarter or did not."""
    study = _written(1.2)
    one = evaluate("s0-community-not-fading", study)
    rows = study.tables["member_days"]
    again = pd.concat([rows, rows.assign(day=rows["day"] + 3)])
    study.tables["member_days"] = again.sample(frac=1, random_state=1)
    two = evaluate("s0-community-not-fading", study)

    assert two.estimate == pytest.approx(one.estimate)
