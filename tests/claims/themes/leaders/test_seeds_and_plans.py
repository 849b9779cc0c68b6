"""Seeds, haste and set times told from messages: planted true and false."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities.activity import DEFINITIONS
from helpers.measures.beginnings import summarise_beginnings
from helpers.records import DAY_US
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.beginnings import add_beginnings
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

SEEDS, HASTY = "s0-seed-users-needed", "s0-hasty-copycat-dies"
seeds, hasty = (SUBJECTS[name].way.world for name in (SEEDS, HASTY))


def _without_joins(study, *, first_poster):
    """Turn memberships into first messages, of somebody who founded it before all."""
    joined = study.tables.pop("memberships")
    groups = study.tables["groups"]
    origin = groups.set_index("group")["origin_us"]
    members = joined.rename(columns={"joined_us": "first_us"})
    if first_poster:
        founder = groups[["group"]].assign(
            member=10**6 + groups["group"], first_us=groups["origin_us"]
        )
        members = pd.concat([members, founder], ignore_index=True)
    members["first_us"] -= members["group"].map(origin)
    days = study.tables.pop("member_days").rename(columns={"messages": "n"})
    days["age_day"] = days["day"] - days["group"].map(origin // DAY_US)
    early = days[days["age_day"].between(0, 27)]
    counts = summarise_beginnings(early, members[["group", "member", "first_us"]])
    add_beginnings(
        study, **counts.set_index("group").reindex(groups["group"], fill_value=0)
    )
    return study.seen(joins_observed=False)


@pytest.mark.parametrize(
    ("world", "claim", "hazard", "seed"),
    [
        (seeds, SEEDS, 0.4, 9), (seeds, SEEDS, 1, 9),
        (hasty, HASTY, 2.5, 4), (hasty, HASTY, 1, 4),
    ],
)  # fmt: skip
def test_hazards_of_seed_users_and_hasty_growth_are_recovered(
    world, claim, hazard, seed
):
    """Groups die at a hazard planted, and only another than one decides."""
    study = world(hazard, 600, np.random.default_rng(seed))
    found = evaluate_in_memory(
        claim, _without_joins(study, first_poster=world is seeds)
    )

    assert found.low < hazard < found.high
    assert (found.word == "SUPPORTED") is (hazard != 1)
    assert "proxy" in found.qualifiers


def test_founder_is_not_counted_as_a_seed_user():
    """Three people of whom one founded the group are two seeds: in no arm."""
    study = seeds(0.4, 600, np.random.default_rng(3))
    kept = study.tables["memberships"].groupby("group").head(3)
    study.tables["memberships"] = kept
    found = evaluate_in_memory(SEEDS, _without_joins(study, first_poster=0))

    assert "0 exposed" in found.reason


def test_null_effect_of_error_prone_exposure_is_inconclusive():
    """No difference, seen through first messages, may be one that was not seen."""
    study = _without_joins(hasty(1.0, 3000, np.random.default_rng(5)), first_poster=0)
    found = evaluate_in_memory(HASTY, study)

    assert found.word == "INCONCLUSIVE" or found.high**2 < 1.25


def _with_set_times(hazard, groups=900, planned=0.5):
    """Plant another hazard of groups without set times; some have no row at all."""
    rng = np.random.default_rng(6)
    times = rng.random(groups) < planned
    study = simulate_exponential(
        rng, groups, life=np.where(times, 300.0, 300.0 / hazard)
    )
    rows = pd.DataFrame({"group": np.arange(groups), "scheduled": times})
    rows = rows.assign(scheduled_narrow=times, other_posters=1)
    kept = rows[times | (rows.index % 2 == 0)]
    tables = [kept.assign(definition=name) for name in DEFINITIONS.values()]
    return study.with_tables(supply=pd.concat(tables, ignore_index=True))


@pytest.mark.parametrize(
    ("hazard", "word"), [(2.0, "SUPPORTED"), (0.9, "CONTRADICTED")]
)
def test_hazard_without_set_times_is_reported(hazard, word):
    """Who has no item has no set time, and both are one arm."""
    found = evaluate_in_memory("s0-no-plan-dies", _with_set_times(hazard))

    assert found.word == word, found.reason
    assert found.low < hazard < found.high
    assert "proxy" in found.qualifiers


def test_too_few_groups_with_set_times_are_refused():
    """Thirty groups in each arm are asked for, and both counts are told."""
    found = evaluate_in_memory(
        "s0-no-plan-dies", _with_set_times(2.0, 300, planned=0.03)
    )

    assert found.word == "UNTESTABLE"
    assert "30 needed in each" in found.reason
