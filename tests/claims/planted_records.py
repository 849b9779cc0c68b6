"""Planted truth in what people recorded of groups."""

import numpy as np

from helpers.records import DAY_US

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


def ruled(plant, effect):
    """Plant longer lives with rules."""
    return living(plant, effect).coded("rules", HALF)


def loosely_ruled(plant, effect):
    """Plant rules that lengthen lives in loose groups only."""
    n = 3000
    rules, loose = np.arange(n) % 2, np.arange(n) // 2 % 2
    study = plant(n=n, life=150 * np.exp(effect * rules * loose))
    return study.coded("rules", rules).coded("open_entry", loose)


def too_strict(plant, effect):
    """Plant hazards that fall with strictness and rise beyond a point, or fall on."""
    x = rng().normal(size=3000)
    hazard = np.abs(x) if effect else -x
    study = plant(n=3000, life=150 * np.exp(-0.6 * hazard))
    return study.coded("prohibitions", x)


def linked(plant, more):
    """Plant a share of replies that rules raise."""
    ratio = 0.3 + more * HALF + rng().uniform(0, 0.2, N)
    return plant(n=N, reply_ratio=ratio).coded("rules", HALF)


def gated(plant, effect):
    """Plant longer lives with a gate, and with a cap."""
    gate, cap = np.arange(N) % 2, np.arange(N) // 2 % 2
    study = plant(n=N, life=150 * np.exp(effect * (gate + cap)))
    return study.coded("gate", gate).coded("cap", np.where(cap, 100, 500))


def ordered(plant, effect):
    """Plant lives that are long with structure and culture together."""
    structure, culture = np.arange(N) % 2, np.arange(N) // 2 % 2
    study = plant(n=N, life=150 * np.exp(effect * structure * culture))
    return study.coded("structure", structure).coded("culture", culture)


def launched(plant, ratio):
    """Plant a launch on one platform that cuts later hazards there by a ratio."""
    n, at = 3000, 800.0
    study = plant(n=n, life=1.0)
    half = np.arange(n) % 2 == 0
    origin = study.tables["groups"]["origin_us"].to_numpy() / DAY_US
    span = rng().exponential(300.0, n)
    before = np.clip(at - origin, 0, None)
    late = before + np.clip(span - before, 0, None) / ratio
    study = plant(n=n, life=1.0, lived=np.where(half & (span > before), late, span))
    group = np.flatnonzero(half & (origin < at))
    study.typed(np.where(half, "new", "old"), "platform")
    return study.happened("feature", group, at - origin[group])


WORLDS = {
    "s1-rules-needed": (ruled, 0.6, 0.0),
    "s1-loose-groups-need-rules-more": (loosely_ruled, 0.7, -0.2),
    "s1-rules-too-strict": (too_strict, True, False),
    "s2-features-dont-help": (launched, 1.2, 0.6),
    "s4-entry-threshold-cap": (gated, 0.6, 0.0),
    "s4-rules-keep-links": (linked, 0.1, 0.0),
    "s4-structure-and-culture": (ordered, 0.7, 0.0),
    "s0-no-purpose-dies": (without_purpose, 0.6, 0.0),
    "s0-no-plan-dies": (without_plan, 0.6, 0.0),
    "s0-purpose-clearer-later": (clearer, 0.12, 0.0),
    "s1-many-have-no-why": (without_why, 0.4, 0.1),
    "s1-most-firms-customer-purposes": (of_firms, 0.7, 0.3),
    "s3-five-types-cover": (of_types, 0.97, 0.7),
    "s4-vision-lengthens-life": (farsighted, 1.3, 1.0),
}
