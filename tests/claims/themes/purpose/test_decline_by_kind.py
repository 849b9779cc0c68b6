"""Groups by quarters of age: planted true and false."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US

CLAIM = "s3-interest-groups-wither"
MESSAGES, QUARTERS = 300, 6


def _aged(plant, *, host=0.8, answers=-0.06, links=0.06, groups=40):
    """Plant what changes in each quarter: a factor, and two changes of shares."""
    rng = np.random.default_rng(5)
    study = plant(5, groups)
    group, quarter = (one.ravel() for one in np.indices((groups, QUARTERS)))
    level = rng.uniform(0.8, 1.2, groups)[group]
    share = 0.5 + answers * quarter + 0.02 * rng.standard_normal(len(group))
    with_link = rng.binomial(MESSAGES, 0.1 + links * quarter)
    rows = {
        "group": group, "quarter": quarter, "messages": MESSAGES,
        "host": rng.poisson(40 * level * host**quarter), "with_link": with_link,
        "replies": np.rint(MESSAGES * share),
    }  # fmt: skip
    table = pd.DataFrame(rows)
    return study.with_tables(quarters=table.assign(replies_explicit=table["replies"]))


def test_simulated_slopes_by_age_are_recovered(plant):
    """All three as claimed: yet a fall of who led at first supports nothing."""
    found = evaluate(CLAIM, _aged(plant))
    for component, truth in zip(found.components, (0.8, -0.06, 0.06), strict=True):
        assert component.low < truth < component.high
    assert found.word == "INCONCLUSIVE"
    assert {"one-sided", "proxy"} <= set(found.qualifiers)


@pytest.mark.parametrize("held", [{"host": 1.0}, {"answers": 0.0}, {"links": 0.0}])
def test_missing_slope_contradicts_the_composite_claim(plant, held):
    """All three are claimed."""
    assert evaluate(CLAIM, _aged(plant, **held)).word == "CONTRADICTED"


def test_topics_are_compared_only_where_rooms_have_them(plant):
    """Of 40 rooms 29 are about a topic: too few, and the others do not stand in."""
    study = _aged(plant)
    about = np.where(np.arange(40) < 29, "topic", "city")
    found = evaluate(CLAIM, study.typed(about, "about"))
    assert "29 groups" in found.reason


def test_quarters_before_entry_are_excluded(plant):
    """Half the groups enter after three quarters; what is known of these is out."""
    study = _aged(plant)
    groups = study.tables["groups"]
    late = groups["group"] < 20
    groups.loc[late, "entry_us"] = groups["origin_us"] + 270 * DAY_US
    table = study.tables["quarters"]
    unseen = table["group"].lt(20) & table["quarter"].lt(3)
    found = evaluate(CLAIM, study)
    assert found.n == (~unseen).sum()
    told = study.with_tables(quarters=table[~unseen])
    assert evaluate(CLAIM, told).estimate == found.estimate
