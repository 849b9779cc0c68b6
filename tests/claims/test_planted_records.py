"""Planted truth in what people recorded of groups gets its verdict."""

import numpy as np
import pytest

from helpers.claims import Word, evaluate

N = 1200
HALF = (np.arange(N) % 2 == 0).astype(float)


def rng():
    """Return the same random numbers each time."""
    return np.random.default_rng(7)


def living(plant, effect, **world):
    """Plant lives exp(effect) times as long in every other group."""
    return plant(n=N, life=150 * np.exp(effect * HALF), **world)


def without_purpose(plant, effect):
    """Plant longer lives with a purpose on record."""
    return living(plant, effect).coded("purpose", HALF)


def without_plan(plant, effect):
    """Plant longer lives with scheduled content."""
    return living(plant, effect).coded("schedule", HALF, age=20)


def clearer(plant, effect):
    """Plant purposes that get commoner by year of founding."""
    study = plant(n=N)
    origin = study.tables["groups"]["origin_us"]
    years = (origin / origin.max() * 4).to_numpy()
    return study.coded("purpose", rng().uniform(size=N) < 0.3 + effect * years)


def without_why(plant, share):
    """Plant a share of company-run groups without a purpose."""
    study = plant(n=400).coded("company", 1.0)
    return study.coded("purpose", rng().uniform(size=400) > share)


def of_firms(plant, share):
    """Plant a share of company-run groups for a product."""
    study = plant(n=400).coded("company", 1.0)
    names = np.where(rng().uniform(size=400) < share, "product", "model")
    return study.typed(names, "firm purpose")


def of_types(plant, share):
    """Plant a share of groups of the five types, two coders of one mind."""
    names = np.where(np.arange(400) % 2, "interest", "friends")
    other = rng().uniform(size=400) > share
    return plant(n=400).typed(np.where(other, "bots", names))


def farsighted(plant, stretch):
    """Plant lives stretched by each doubling of a stated horizon."""
    doublings = rng().integers(4, 12, N)
    life = 60 * stretch ** (doublings - 4.0)
    return plant(n=N, life=life).coded("horizon_days", 2.0**doublings)


WORLDS = {
    "s0-no-purpose-dies": (without_purpose, 0.6, 0.0),
    "s0-no-plan-dies": (without_plan, 0.6, 0.0),
    "s0-purpose-clearer-later": (clearer, 0.12, 0.0),
    "s1-many-have-no-why": (without_why, 0.4, 0.1),
    "s1-most-firms-customer-purposes": (of_firms, 0.7, 0.3),
    "s3-five-types-cover": (of_types, 0.97, 0.7),
    "s4-vision-lengthens-life": (farsighted, 1.3, 1.0),
}


@pytest.mark.parametrize("claim", WORLDS)
def test_true_claim_is_supported(plant, claim):
    """A world in which the claim holds supports it."""
    world, true, _ = WORLDS[claim]
    verdict = evaluate(claim, world(plant, true))

    assert verdict.word is Word.SUPPORTED, (verdict.reason, verdict.legs)


@pytest.mark.parametrize("claim", WORLDS)
def test_false_claim_is_contradicted(plant, claim):
    """A world in which it does not hold contradicts it."""
    world, _, false = WORLDS[claim]
    verdict = evaluate(claim, world(plant, false))

    assert verdict.word is Word.CONTRADICTED, (verdict.reason, verdict.legs)
