"""Planted truth about kinds of groups."""

import numpy as np
import pandas as pd

from helpers.records import DAY_US

N = 1200
HALF = (np.arange(N) % 2 == 0).astype(float)
NAMES = np.where(HALF == 1, "friends", "interest")


def rng():
    """Return the same random numbers each time."""
    return np.random.default_rng(7)


def lasting(plant, effect):
    """Plant three types, one of which lives longer."""
    n = 3000
    names = np.array(["friends", "interest", "learning"])[np.arange(n) % 3]
    life = 600 * np.exp(-effect * (names == "friends"))
    return plant(n=n, life=life).typed(names)


def industries(plant, spread):
    """Plant ten categories whose log-hazards differ."""
    n = 3000
    category = np.arange(n) % 10
    shift = spread * np.linspace(-1.5, 1.5, 10)
    study = plant(n=n, life=200 * np.exp(shift[category]))
    return study.typed([f"c{each}" for each in category], "category")


def active_friends(plant, effect):
    """Plant more talk and longer lives among friends."""
    study = plant(
        n=N, life=200 * np.exp(effect * HALF), rate=2 * np.exp(effect * HALF)
    ).typed(NAMES)
    rows = study.tables["groups"]
    day = rows["origin_us"] // DAY_US + 20
    counted = pd.DataFrame({"group": rows["group"], "day": day, "members": 30})
    study.tables["snapshots"] = counted
    return study.seen(members_source="roster")


def centred_friends(plant, share):
    """Plant owners on top in a share of friends' groups, and in a fifth of others."""
    chance = np.where(HALF == 1, share, 0.2)
    top = rng().uniform(size=N) < chance
    return plant(n=N, life=9000.0, owner_top=top).typed(NAMES)


def withering(plant, effect):
    """Plant interest groups whose owners, and answers, get fewer; ads get more."""
    n = 200
    study = plant(n=n, life=9000.0, rate=10.0, owner_share=0.4).typed(["interest"] * n)
    windows = study.tables["windows"]
    age = (windows["from_day"] + 14) / 90
    windows["owner_share"] = 0.4 * np.exp(-0.4 * effect * age)
    windows["replies"] = windows["messages"] * (0.8 - 0.1 * effect * age)
    return with_ads(study, lambda age: 0.1 + 0.1 * effect * age / 90)


def with_ads(study, chance, days=(10, 100, 200, 300)):
    """Label ten messages of every group's days, and read them all as they are."""
    group = np.repeat(study.tables["groups"]["group"], len(days) * 5)
    age = np.tile(np.repeat(days, 5), len(study.tables["groups"]))
    yes = rng().uniform(size=len(age)) < chance(age)
    rows = pd.DataFrame(
        {"group": group.to_numpy(), "age_day": age, "kind": "advertisement"}
    )
    study.tables["labels"] = rows.assign(
        label=np.where(yes, "yes", "no"), score=0.5, probability=0.5,
        predicted=np.where(yes, 0.8, 0.2),
    )  # fmt: skip
    by = study.tables["labels"].groupby(["group", "kind", "age_day"])["predicted"]
    read = by.agg(messages="size", predicted="sum").reset_index()
    study.tables["readings"] = read.assign(
        messages=2 * read["messages"], predicted=2 * read["predicted"]
    )
    return study


def selling(plant, more):
    """Plant more advertisements in training groups."""
    n = 200
    names = np.where(np.arange(n) % 2, "learning", "friends")
    study = plant(n=n, life=9000.0).typed(names)
    chance = 0.1 + more * (names == "learning")
    return with_ads(study, lambda age: np.repeat(chance, len(age) // n))


def lacking(plant, effect):
    """Plant deaths that content and meetings prevent."""
    n = 1000
    content, offline = np.arange(n) % 2, np.arange(n) // 2 % 2
    life = 900 * np.exp(-effect * (1 - content * offline))
    study = plant(n=n, life=life).typed(["interest"] * n)
    return study.coded("content", content).coded("offline", offline)


def pairs(study, event, chance):
    """Add life tables of ties: a chance by group."""
    group = np.repeat(study.tables["groups"]["group"].to_numpy(), 3)
    rows = pd.DataFrame({"group": group, "event": event, "at_risk": 40})
    rows["from_day"] = np.tile([0, 28, 56], len(rows) // 3)
    rows["happened"] = rng().binomial(40, np.repeat(chance, 3))
    before = [study.tables[name] for name in ("ties",) if name in study.tables]
    study.tables["ties"] = pd.concat([*before, rows], ignore_index=True)
    return study


def fragile(plant, effect):
    """Plant ties that end faster in interest groups."""
    study = plant(n=N).typed(NAMES)
    return pairs(study, "ended", 0.1 * np.exp(effect * (1 - HALF)))


def strong(plant, effect):
    """Plant ties that grow strong where values are declared."""
    study = plant(n=N).coded("values", HALF)
    return pairs(study, "grew", 0.1 * np.exp(effect * HALF))


def seedless(plant, share):
    """Plant a share of seeds among members of course groups, and few ties there."""
    study = plant(n=200)
    names = np.where(np.arange(200) % 2, "learning", "friends")
    pairs(study.typed(names), "formed", np.where(names == "learning", 3 * share, 0.3))
    origin = study.tables["groups"]["origin_us"].to_numpy()
    group, member = np.repeat(np.arange(200), 30), np.arange(6000)
    study.tables["memberships"] = pd.DataFrame(
        {"group": group, "member": member, "role": None, "left_us": np.nan,
         "joined_us": np.repeat(origin, 30)}
    )  # fmt: skip
    seed = rng().uniform(size=6000) < share
    first = np.repeat(origin // DAY_US, 30)[seed]
    days = pd.DataFrame({"group": group[seed], "member": member[seed], "messages": 1})
    each = [days.assign(day=first + nth) for nth in range(5)]
    study.tables["member_days"] = pd.concat(each)
    return study.seen(joins_observed=True)


WORLDS = {
    "s3-types-differ-in-survival": (lasting, 1.2, 0.0),
    "s1-any-industry": (industries, 0.02, 0.6),
    "s3-friend-groups-active": (active_friends, 0.5, 0.0),
    "s3-friend-groups-centred": (centred_friends, 0.7, 0.3),
    "s3-interest-groups-wither": (withering, 1.0, 0.0),
    "s3-training-utilitarian": (selling, 0.3, 0.0),
    "s3-no-content-no-offline-causes": (lacking, 1.6, 0.0),
    "s3-interest-ties-fragile": (fragile, 0.5, 0.0),
    "s0-values-turn-weak-strong": (strong, 0.5, 0.0),
    "s0-course-groups-no-seeds": (seedless, 0.02, 0.1),
}
