"""Planted truth about events, and about who comes and stays."""

import numpy as np
import pandas as pd

from helpers.records import DAY_US

N = 400
HALF = (np.arange(N) % 2 == 0).astype(float)


def rng(seed=7):
    """Return the same random numbers each time."""
    return np.random.default_rng(seed)


def talking(study, lift, age=100):
    """Plant daily talk of 400 groups that an event lifts by a factor for good."""
    groups = study.tables["groups"].iloc[:N]
    born = (groups["origin_us"] // DAY_US).to_numpy()[:, None]
    days = np.arange(1699)[None]
    chance = 3 * np.where(days > born + age, np.asarray(lift)[:N, None], 1.0)
    said = rng().poisson(np.where(days >= born, chance, 0.0))
    group, day = np.nonzero(said)
    study.tables["daily"] = pd.DataFrame(
        {"group": group, "day": day, "posters": 2, "messages": said[group, day]}
    )
    return study


def activated(plant, lift):
    """Plant activations in every other group."""
    study = talking(plant(n=N, life=9000.0), np.where(HALF == 1, lift, 1.0))
    return study.happened("activation", np.flatnonzero(HALF), 100)


def met(plant, effect):
    """Plant meetings that lengthen lives and lift talk."""
    n = 2000
    half = np.arange(n) % 2 == 0
    span = rng().exponential(60.0, n)
    late = 20 + (span - 20) * np.exp(effect)
    study = plant(n=n, life=1.0, lived=np.where(half & (span > 20), late, span))
    talking(study, np.where(half, np.exp(effect), 1.0), 200)
    study.happened("meetup", np.flatnonzero(half & (span > 20)), 13)
    return study.happened("meetup", np.flatnonzero(half[:N]), 200)


def taught(plant, ratio):
    """Plant lifts after meetings and after lessons."""
    kind = np.arange(N) % 4
    lift = np.select([kind == 0, kind == 1], [2.0 * ratio, 2.0], 1.0)
    study = talking(plant(n=N, life=9000.0), lift)
    study.happened("meetup", np.flatnonzero(kind == 0), 100)
    return study.happened("lesson", np.flatnonzero(kind == 1), 100)


def arrived(study, channel, joined, stay, **columns):
    """Add arrivals: of each group as many as there are columns of `joined`, in days."""
    groups = study.tables["groups"]
    many = joined.shape[1]
    born = np.repeat(groups["origin_us"].to_numpy(), many)
    at = born + joined.ravel() * DAY_US
    left = at + stay.ravel() * DAY_US
    end = np.repeat(groups["end_us"].to_numpy(), many)
    rows = pd.DataFrame(
        {"group": np.repeat(groups["group"].to_numpy(), many),
         "member": np.arange(len(at)), "joined_us": at,
         "left_us": np.where(left < end, left, np.nan), "first_us": np.nan,
         "channel": channel.ravel(), **columns}
    )  # fmt: skip
    study.tables["arrivals"] = rows
    return study.seen(joins_observed=True, leaves_observed=True)


def perked(plant, lift):
    """Plant perks after which more friends come."""
    study = plant(n=N, life=9000.0)
    joined = rng().uniform(0, 400, (N, 400))
    soon = rng(8).uniform(101, 107, (N, 400))
    joined = np.where((HALF[:, None] == 1) & (np.arange(400) < 7 * lift), soon, joined)
    channel = np.full(joined.shape, "member", object)
    study = arrived(study, channel, joined, np.full(joined.shape, 9999.0))
    return study.happened("perk", np.flatnonzero(HALF), 100)


def friendly(plant, effect):
    """Plant sizes at day 90 that grow with the share of invited first members."""
    study = plant(n=N, life=9000.0)
    share = rng().uniform(size=N)
    size = 20 + rng().poisson(20 * np.exp(effect * share / 0.25))
    joined = np.full((N, 600), np.nan)
    joined[:, :20] = np.linspace(0, 5, 20)
    for row in range(N):
        joined[row, 20 : size[row]] = 50.0
    invited = rng(8).uniform(size=joined.shape) < share[:, None]
    channel = np.where(invited, "member", "self")
    return arrived(study, channel, joined, np.full(joined.shape, 9999.0))


def distributed(plant, share):
    """Plant a share of invitations by ten core members of forty."""
    study = plant(n=N, life=9000.0)
    joined = np.concatenate([np.full((N, 40), 5.0), np.full((N, 40), 60.0)], axis=1)
    channel = np.where(rng().uniform(size=joined.shape) < share, "core", "member")
    study.tables["months"] = pd.DataFrame(
        {"group": np.arange(N), "month": 0, "core_4": 12, "core_8": 10, "core_12": 8}
    )
    return arrived(study, channel, joined, np.full(joined.shape, 9999.0))


def promoted(plant, more):
    """Plant how many stay of those whom members brought."""
    study = plant(n=N, life=9000.0)
    joined = rng().uniform(10, 60, (N, 40))
    friend = rng(8).uniform(size=joined.shape) < 0.5
    keep = rng(9).uniform(size=joined.shape) < 0.4 + more * friend
    channel = np.where(friend, "member", "advertisement")
    return arrived(study, channel, joined, np.where(keep, 9999.0, 10.0))


def priced(plant, jump):
    """Plant retention that jumps with the first yuan, or rises with all."""
    study = plant(n=N, life=9000.0)
    fee = np.array([0.0, 1.0, 30.0])[np.arange(N) % 3]
    first, rest = (0.4, 0.05) if jump else (0.0, 0.2)
    chance = 0.3 + first * (fee > 0) + rest * (fee > 5)
    joined = rng().uniform(0, 60, (N, 30))
    keep = rng(8).uniform(size=joined.shape) < chance[:, None]
    channel = np.full(joined.shape, "self", object)
    study.coded("fee", fee)
    return arrived(study, channel, joined, np.where(keep, 9999.0, 20.0))


def narrowed(plant, good):
    """Plant a fall of members and more talk by those who stay, or neither."""
    study = plant(n=60, life=9000.0)
    joined = np.full((60, 40), 5.0)
    gone = rng().uniform(size=joined.shape) < (0.3 if good else 0.0)
    after = rng(8).poisson(14 if good else 10, joined.size)
    channel = np.full(joined.shape, "self", object)
    stay = np.where(gone, 100.0, 9999.0)
    study = arrived(study, channel, joined, stay, before=10, after=after)
    return study.happened("narrowed", np.arange(60), 100)


def paying(plant, effect):
    """Plant members of paid groups who stay and write more."""
    study = plant(n=N, life=9000.0, posters=8 * np.exp(effect * HALF))
    joined = rng().uniform(0, 20, (N, 30))
    stay = rng(8).exponential(200 * np.exp(effect * HALF)[:, None], joined.shape)
    channel = np.full(joined.shape, "self", object)
    study.coded("fee", HALF * 99).typed(["learning"] * N)
    return arrived(study, channel, joined, stay)


def envisioned(plant, more):
    """Plant more who come and stay where a vision is stated."""
    study = plant(n=N, life=9000.0).coded("vision", HALF)
    joined = rng().uniform(8, 26, (N, 40))
    joined[HALF == 0, 40 - int(100 * more) :] = 300.0
    keep = rng(8).uniform(size=joined.shape) < 0.4 + more * HALF[:, None]
    channel = np.full(joined.shape, "self", object)
    return arrived(study, channel, joined, np.where(keep, 9999.0, 10.0))


WORLDS = {
    "s1-single-tactics-dont-last": (activated, 1.0, 2.0),
    "s3-offline-meetups-help": (met, 0.6, 0.0),
    "s4-offline-is-content": (taught, 1.0, 2.0),
    "s3-perks-spread": (perked, 3, 0),
    "s3-groups-start-with-friends": (friendly, 0.3, 0.0),
    "s4-core-distributes": (distributed, 0.8, 0.1),
    "s3-users-best-promoters": (promoted, 0.2, 0.0),
    "s4-paying-is-a-gap": (priced, True, False),
    "s4-filtering-raises-value": (narrowed, True, False),
    "s3-paid-belonging": (paying, 0.6, 0.0),
    "s1-vision-drives-start": (envisioned, 0.2, 0.0),
}
