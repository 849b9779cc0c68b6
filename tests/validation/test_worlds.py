"""Planted worlds hold what their specification says, drawn twice and the same."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from helpers.claims import Word, evaluate
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from validation.worlds.messages import (
    QIU,
    Exponential,
    Exposure,
    Watching,
    World,
    draw_lifetimes,
    draw_world,
    simulate_published,
)

YEAR = {"Weibull": 0.995, "lognormal": 0.969, "two exponentials": 0.900, "cured": 0.800}


@pytest.mark.parametrize("name", QIU)
def test_published_quantiles(name):
    """40 % silent by day 7, 30 % alive after day 30, and each its own first year."""
    alive = QIU[name].survival([7.0, 30.0, 365.0])

    assert alive == pytest.approx([0.60, 0.30, 1 - YEAR[name]], abs=6e-4)


@pytest.mark.parametrize("name", QIU)
def test_drawn_lifetimes_follow_their_family(name):
    """Drawing is the inverse of survival, cured groups included."""
    lives = draw_lifetimes(QIU[name], np.zeros(4000), np.random.default_rng(5))
    mortal = lives[np.isfinite(lives)]
    cured = 1 - len(mortal) / len(lives)
    alive = (QIU[name].survival(mortal) - QIU[name].survival(1e12)) / (1 - cured)

    assert stats.kstest(alive, "uniform").pvalue > 0.001


def test_simulated_hazard_ratio():
    """Exposed groups die twice as fast where that was planted."""
    world = World(
        groups=20_000,
        exposures=(Exposure(trait="rate", value=1.0, log_hazard_ratio=np.log(2)),),
        births_days=1.0,
        watching=Watching(to_day=1.0),
    )
    groups = draw_world(world, 3).groups
    life = (groups["death_us"] - groups["origin_us"]) / DAY_US
    means = life.groupby(groups["exposed_0"]).mean()

    assert means[False] / means[True] == pytest.approx(2.0, rel=0.05)


def test_confounding_moves_both():
    """What nobody records makes the exposed die more without any effect."""
    world = World(
        groups=20_000,
        confounding=0.8,
        exposures=(Exposure(trait="rate", value=1.0),),
        births_days=1.0,
        watching=Watching(to_day=1.0),
    )
    groups = draw_world(world, 3).groups
    life = groups["death_us"] - groups["origin_us"]
    medians = life.groupby(groups["exposed_0"]).median()

    assert medians[True] < 0.8 * medians[False]


def test_networks_share_their_hazard():
    """Groups of one network die alike where networks differ."""
    world = World(groups=8000, networks=20, network_sd=0.6)
    groups = draw_world(world, 4).groups
    logs = np.log((groups["death_us"] - groups["origin_us"]).clip(lower=1))
    between = logs.groupby(groups["network"]).mean().std()

    assert between == pytest.approx(0.6, rel=0.4)


def test_same_seed_same_study():
    """A world is what it is drawn from, and its checksum tells draws apart."""
    first, second, other = (
        simulate_published(World(groups=40), seed) for seed in (1, 1, 2)
    )

    assert first.checksum == second.checksum != other.checksum
    for name in first.held:
        pd.testing.assert_frame_equal(first.table(name), second.table(name))


def test_late_collector_lists_survivors_only():
    """Who had gone silent before the collecting is not there; entry is delayed."""
    whole = World(groups=300)
    late = World(groups=300, watching=Watching(from_day=365.0))
    all_, some = (
        simulate_published(world, 6).table("groups") for world in (whole, late)
    )

    assert len(some) < 0.8 * len(all_)
    assert (some["entry_us"] > some["origin_us"]).any()
    seen = some[some["last_us"].notna()]
    assert (seen["first_us"] >= seen["entry_us"]).all()


def test_unseen_senders_leave_columns_empty():
    """Without senders nobody counts posters, replies or newcomers."""
    study = simulate_published(World(groups=60, watching=Watching(senders=False)), 1)

    assert study.table("rates")["posters_28"].isna().all()
    assert study.table("windows")["replies"].isna().all()
    with pytest.raises(NotIdentifiableError):
        study.table("months")


def test_never_active_groups_are_listed():
    """A group that never spoke has no first message and dies at 0."""
    groups = simulate_published(World(groups=400, never=0.25), 2).table("groups")
    silent = groups["last_us"].isna()

    assert silent.mean() == pytest.approx(0.25, abs=0.07)
    assert (groups.loc[silent, "messages"] == 0).all()


def test_a_study_that_claims_accept():
    """Nothing on disk, and a verdict all the same."""
    verdict = evaluate(
        "s0-three-month-death",
        simulate_published(World(lifetimes=Exponential(30.0)), 1),
    )

    assert verdict.word is Word.SUPPORTED
