"""Content told by length: planted shares, hazards and months, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities.activity import DEFINITIONS
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

FOREVER = 90_000.0
NAMES = [*DEFINITIONS.values()]


def _content(rows):
    """Return a table of content in which an item is one by every definition."""
    none = dict.fromkeys(("messages", "links", *NAMES), 0)
    table = pd.DataFrame(rows).assign(**{k: 0 for k in none if k not in rows})
    return table.assign(**dict.fromkeys(NAMES, table["items"]))


def _supplied(value, groups=1000, seed=5):
    """Plant a share with an item in each of twelve weeks, others in eight."""
    rng = np.random.default_rng(seed)
    study = simulate_exponential(
        rng, groups, lived=FOREVER, origin=rng.uniform(0, 1200, groups)
    )
    group, week = (one.ravel() for one in np.indices((groups, 12)))
    steady = rng.random(groups) < value
    items = (steady[group] | (week < 8)).astype(int)
    rows = {"group": group, "age_day": 7 * week, "messages": 5, "items": items}
    spoke = {"group": np.arange(groups), "other_posters": rng.permutation(groups)}
    supply = [pd.DataFrame(spoke).assign(definition=name) for name in NAMES]
    return study.with_tables(content=_content(rows), supply=pd.concat(supply))


@pytest.mark.parametrize(
    ("value", "word"), [(0.99, "SUPPORTED"), (0.70, "CONTRADICTED")]
)
def test_steady_supply_is_reported(value, word):
    """The share among the tenth with most other posters is the planted one."""
    found = evaluate_in_memory("s1-good-groups-supply-content", _supplied(value))

    assert found.word == word, found.reason
    assert found.low < value < found.high
    assert found.n == 100
    assert "supply only" in found.qualifiers


def test_fewer_than_200_groups_are_refused_for_a_top_decile():
    """Two hundred alive at day 84 are asked for, and the count is told."""
    found = evaluate_in_memory("s1-good-groups-supply-content", _supplied(0.99, 190))

    assert found.word == "UNTESTABLE"
    assert "190 groups, 200 needed" in found.reason


def _premised(value, groups=800, seed=3, *, volume=None):
    """Plant hazards `value` times as high with each doubling of items a week."""
    rng = np.random.default_rng(seed)
    rate = rng.uniform(2, 6, groups)
    items = rng.choice([0, 4, 12, 28], groups) if volume is None else volume(rate)
    doublings = np.log2(1 + items / 4)
    life = 150 / value ** (doublings - doublings.mean())
    study = simulate_exponential(rng, groups, life=life, rate=rate)
    rows = {"group": np.arange(groups), "age_day": 3, "messages": 28 * rate}
    return study.with_tables(content=_content({**rows, "items": items}))


@pytest.mark.parametrize(("value", "word"), [(0.7, "SUPPORTED"), (1.1, "CONTRADICTED")])
def test_hazards_by_items_are_reported(value, word):
    """The hazard ratio per doubling is the planted one, and it is a stand-in's."""
    found = evaluate_in_memory("s1-content-is-premise", _premised(value))

    assert found.word == word, found.reason
    assert found.low < value < found.high
    assert "proxy" in found.qualifiers
    assert not {"STRONG", "REVERSED"} & set(found.qualifiers)


def test_null_effect_of_error_prone_length_is_inconclusive():
    """A hazard ratio near the margin could be one of content, drawn to none."""
    found = evaluate_in_memory("s1-content-is-premise", _premised(0.93, 1000))

    assert 0.87 < found.low < found.high < 1
    assert found.word == "INCONCLUSIVE"
    assert "read without error" in found.reason


def test_content_that_is_volume_is_refused():
    """Items that follow from messages say nothing of their own."""
    study = _premised(0.8, volume=lambda rate: 4 * rate**4)
    found = evaluate_in_memory("s1-content-is-premise", study)

    assert found.word == "UNTESTABLE"
    assert "separable from volume" in found.reason


def _lively(by_content, groups=150, months=6, seed=2):
    """Plant months that follow the content of the last, or its people."""
    rng = np.random.default_rng(seed)
    shape = groups, months
    study = simulate_exponential(rng, groups, lived=FOREVER)
    posters = rng.integers(3, 40, (groups, 1)) * rng.uniform(0.8, 1.2, shape)
    posters = posters.round().astype(int)
    items = rng.poisson(rng.gamma(2, 4, (groups, 1)) * rng.uniform(0.5, 1.5, shape))
    pull = 0.7 * np.log1p(items if by_content else posters)
    other = np.full(shape, 30)
    other[:, 1:] = rng.poisson(np.exp(1.5 + pull[:, :-1]))
    group, month = (one.ravel() for one in np.indices(shape))
    said = (items + other).ravel()
    rows = {"group": group, "age_day": 28 * month, "messages": said}
    core = {name: (0.2 * posters).round().ravel() for name in ("core_4", "core_8")}
    table = pd.DataFrame({"group": group, "month": month, "messages": said, **core})
    return study.with_tables(
        content=_content({**rows, "items": items.ravel()}),
        months=table.assign(posters=posters.ravel()),
    )


@pytest.mark.parametrize(
    ("by_content", "word"), [(True, "SUPPORTED"), (False, "CONTRADICTED")]
)
def test_leading_cause_of_activity_is_recovered(by_content, word):
    """Content leads where months follow it, and is led where they follow people."""
    found = evaluate_in_memory("s4-content-explains-liveliness", _lively(by_content))

    assert found.word == word, (found.reason, found.components)


def test_known_host_is_a_competing_explanation():
    """Days of hosts make a family more, and the sentence names it."""
    study = _lively(by_content=True, groups=60, months=4)
    rows = study.tables["months"]
    origin = study.tables["groups"].set_index("group")["origin_us"] // 86_400_000_000
    day = rows["group"].map(origin) + 28 * rows["month"] + 1
    hosts = {"group": rows["group"], "day": day, "owner": np.arange(len(rows)) % 7}
    study.with_tables(owner_days=pd.DataFrame(hosts))
    found = evaluate_in_memory("s4-content-explains-liveliness", study)

    assert "host" in found.definition
    assert "owners are not known" not in found.note
