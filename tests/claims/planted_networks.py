"""Planted truth about networks, people and topics."""

import numpy as np
import pandas as pd

from helpers.records import DAY_US

N = 600
HALF = (np.arange(N) % 2 == 0).astype(float)


def rng(seed=7):
    """Return the same random numbers each time."""
    return np.random.default_rng(seed)


def split(plant, growth):
    """Plant a network of some groups at the start that doubles in so many days."""
    start, doubling = growth
    study = plant(n=600, life=90000.0)
    rows = study.tables["groups"]
    origin = np.log2(1 + np.arange(600) / start) * doubling * DAY_US
    for name in ("created_us", "origin_us", "entry_us", "first_us"):
        rows[name] = origin.astype("int64")
    rows["end_us"] = 480 * DAY_US
    rows["last_us"] = rows["end_us"].astype(float)
    study.tables["groups"] = rows[rows["origin_us"] < rows["end_us"]]
    links = pd.DataFrame({"group": np.arange(1, 600), "parent": 0, "kind": "overlap"})
    study.tables["links"] = links
    return study


def diluted(plant, effect):
    """Plant talk that changes with each doubling of the network."""
    n = 2000
    study = plant(n=n, life=9000.0, networks=20, rate=1.0)
    groups = study.tables["groups"]
    keep = rng().uniform(size=n) < (groups["group"] % 20 + 1) / 20
    study.tables["groups"] = groups = groups[keep].reset_index(drop=True)
    alive = groups.groupby("network")["origin_us"].rank() - 1
    said = rng(8).poisson(100 * np.exp(effect * np.log2(1 + alive)))
    windows = study.tables["windows"]
    by = pd.Series(said, groups["group"])
    late = windows["window"].eq("28-83") & windows["group"].isin(by.index)
    windows.loc[late, "messages"] = windows.loc[late, "group"].map(by)
    windows["replies"] = windows["messages"] // 2
    return study


def portfolios(study, groups, left, batched, active):
    """Add months of 200 people: numbers by person and month."""
    shape = groups.shape
    frame = pd.DataFrame(
        {"member": np.repeat(np.arange(shape[0]), shape[1]),
         "month": np.tile(np.arange(shape[1]), shape[0]),
         "groups": groups.ravel(), "left": left.ravel(), "batched": batched.ravel(),
         "active": active.ravel(), "opened": 1}
    )  # fmt: skip
    study.tables["portfolios"] = frame
    return study


def crowded(plant, effect):
    """Plant leaving that grows with the number of groups, and in batches."""
    groups = rng().integers(1, 60, (120, 12))
    left = rng(8).binomial(groups, 0.03 * groups**effect)
    batched = rng(9).binomial(left, 0.5 if effect else 0.05)
    return portfolios(plant(n=60), groups, left, batched, groups)


def growing(plant, effect):
    """Plant active groups that grow by the year."""
    groups = np.full((200, 40), 20)
    year = np.arange(40) / 13
    active = rng().poisson(10 * np.exp(effect * year), (200, 40))
    return portfolios(plant(n=60), groups, groups * 0, groups * 0, active)


def bridged(plant, ratio):
    """Plant people in several groups who bring more that is new."""
    study = plant(n=100)
    rows = pd.DataFrame(
        {"group": np.repeat(np.arange(100), 2), "bridging": np.tile([True, False], 100)}
    )
    chance = 0.05 * np.where(rows["bridging"], ratio, 1.0)
    novel = rng().binomial(200, chance)
    study.tables["carried"] = rows.assign(messages=200, novel=novel)
    return study


def topics(study, months, **columns):
    """Add months of two topic models; columns are of (group, month)."""
    n = len(study.tables["groups"])
    frame = pd.DataFrame(
        {
            "group": np.repeat(np.arange(n), months),
            "month": np.tile(np.arange(months), n),
        }
    )
    blank = {"entropy": 1.0, "divergence": 0.5, "drift": 0.5}
    for name, value in (blank | columns).items():
        frame[name] = np.broadcast_to(value, (n, months)).ravel()
    both = [frame.assign(model=model) for model in ("a", "b")]
    study.tables["topics"] = pd.concat(both, ignore_index=True)
    return study


def focused(plant, effect):
    """Plant less drift with values."""
    drift = 0.5 + 0.1 * rng().normal(size=(N, 8)) - 0.1 * effect * HALF[:, None]
    return topics(plant(n=N), 8, drift=drift).coded("values", HALF)


def labelled(plant, effect):
    """Plant groups that get less mixed, and more apart, once a fee comes."""
    after = (np.arange(12) >= 6) * HALF[:, None]
    noise = 0.1 * rng().normal(size=(2, N, 12))
    study = topics(
        plant(n=N), 12, entropy=1 + noise[0] - 0.1 * effect * after,
        divergence=0.5 + noise[1] + 0.1 * effect * after,
    )  # fmt: skip
    return study.happened("fee", np.flatnonzero(HALF), 6 * 28 + 1)


def doomed(plant, effect):
    """Plant groups without any element that all die, or live as others do."""
    n = 1200
    some = np.arange(n) % 2 == 0
    study = plant(n=n, life=np.where(some, 400.0, 400 * np.exp(-effect)))
    for name in ("persona", "service", "participation", "monetisation"):
        study.coded(name, some)
    return study


def complained(plant, bad):
    """Plant groups that die, are hardly written in and sell nothing, or the reverse."""
    study = plant(n=N, life=200.0 if bad else 3000.0, posters=2 if bad else 40)
    study.tables["groups"]["members"] = 100
    return study.coded("conversion", rng().uniform(size=N) < (0.3 if bad else 0.9))


def coherent(plant, together):
    """Plant four traits that go together, or do not."""
    own = rng().normal(size=(4, N))
    traits = own + together * rng(8).normal(size=N)
    level = np.exp(traits) / (1 + np.exp(traits))
    study = plant(n=N, life=9000.0, reply_ratio=level[0], rate=5.0)
    kept = np.round(200 * level[1])
    study.tables["months"] = pd.DataFrame(
        {"group": np.arange(N), "month": 1, "retained": kept, "posters": 200}
    )
    return study.coded("identification", traits[2]).coded("sales", traits[3])


WORLDS = {
    "s0-fission-speed": (split, (1, 50), (40, 300)),
    "s0-fission-dilutes-quality": (diluted, 0.0, 0.3),
    "s0-many-groups-exit": (crowded, 0.4, 0.0),
    "s0-community-not-fading": (growing, 0.2, 0.0),
    "s0-bridging-breaks-silos": (bridged, 2.0, 1.0),
    "s4-values-keep-focus": (focused, 0.5, -0.3),
    "s2-paid-groups-label": (labelled, 0.5, 0.0),
    "s2-inevitable-death": (doomed, 1.6, 0.0),
    "s2-three-complaints": (complained, True, False),
    "s0-success-traits-cohere": (coherent, 1.2, 0.0),
}

OF_PEOPLE = {"s0-many-groups-exit", "s0-community-not-fading"}
