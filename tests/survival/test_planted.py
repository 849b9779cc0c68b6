"""Worlds with known truth: the rules recover it, and the naive readings do not."""

from dataclasses import replace

import numpy as np
from scipy import stats

from helpers.group_lives.silence import define_lifetimes_by_inactivity
from helpers.survival.estimates import estimate_failure_probability
from helpers.survival.lifetimes import assemble_lifetimes, compute_observation_ages

HORIZON = 365.0
TRUTH = 1 - np.exp(-((HORIZON / 150) ** 0.8))  # Weibull, shape 0.8, scale 150 d
WORLDS = 60


def replicate(planted_world, estimate):
    """Return errors, and whether the interval covered, over some worlds."""
    found = [estimate(*planted_world(seed)) for seed in range(WORLDS)]
    errors = np.array([each.estimate - TRUTH for each in found])
    covered = np.mean([each.low <= TRUTH <= each.high for each in found])
    return errors.mean(), covered


def probability(lives):
    """Return F(365) of one network's groups."""
    return estimate_failure_probability(lives, HORIZON, replicates=200)


def test_silence_rule_recovers_simulated_survival(planted_world):
    """Bias is under 0.012 and coverage 95 %, but for 60 worlds' luck."""
    bias, covered = replicate(
        planted_world, lambda *t: probability(define_lifetimes_by_inactivity(*t))
    )
    assert abs(bias) < 0.012
    assert covered >= stats.binom.ppf(0.01, WORLDS, 0.95) / WORLDS


def test_counting_last_messages_as_deaths_overestimates_failure(planted_world):
    """Survivors are called dead: silence must have lasted."""

    def count_all(groups, _):
        ages, nothing = compute_observation_ages(groups), np.zeros(len(groups), bool)
        return probability(
            assemble_lifetimes(
                groups, ages, ages.last, ~nothing, ages.last,
                waited=np.zeros(len(groups)), slow=nothing, revived=nothing,
                definition="planted",
            )
        )  # fmt: skip

    bias, covered = replicate(planted_world, count_all)
    assert bias > 0.04
    assert covered < 0.4


def test_survivors_only_need_delayed_entry(make_lives):
    """A collector who arrives late sees those alive; ignoring that hides the deaths."""
    rng = np.random.default_rng(2)
    biases = []
    for _ in range(30):
        entry = rng.uniform(0, 365, 1200)
        life = 150 * rng.weibull(0.8, 1200)
        seen = life > entry
        exits = np.minimum(life, entry + 365)[seen]
        lives = make_lives(exits, life[seen] <= exits, entry[seen])
        whole = 1 - np.exp(-((105 / 150) ** 0.8))
        start = lives.curve().from_at_risk(20).times[0]
        conditional = 1 - (1 - whole) / np.exp(-((start / 150) ** 0.8))
        right = estimate_failure_probability(lives, 105.0, replicates=50)
        wrong = 1 - replace(lives, entry=np.zeros(len(lives))).curve().at(105.0)
        biases.append((right.estimate - conditional, wrong - whole))
    right, wrong = np.mean(biases, axis=0)
    assert abs(right) < 0.02
    assert wrong < -0.1


def test_ignoring_clusters_understates_errors(make_lives):
    """With 20 networks of 50, t(19) covers and Greenwood's interval does not."""
    rng = np.random.default_rng(3)
    frailty = np.exp(0.6 * rng.standard_normal((80, 20)))
    truth = 1 - np.exp(-np.exp(0.6 * rng.standard_normal(400_000)) * 1.5).mean()
    network = np.repeat(np.arange(20), 50)
    hits = np.zeros(2)
    for shared in frailty:
        life = rng.exponential(1 / shared[network])
        watched = rng.uniform(0.5, 4, 1000)
        lives = make_lives(
            np.minimum(life, watched),
            life <= watched,
            network=network,
            potential=watched,
        )
        ours = estimate_failure_probability(lives, 1.5, replicates=200)
        greenwood = lives.curve().interval(1.5)
        hits += [
            ours.low <= truth <= ours.high,
            greenwood.low <= 1 - truth <= greenwood.high,
        ]
    ours, greenwood = hits / 80
    assert ours >= 0.88
    assert greenwood < 0.75
