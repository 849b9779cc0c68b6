"""Planted truth about owners, leaders and operators."""

import numpy as np
import pandas as pd

from helpers.records import DAY_US

N = 1200
HALF = (np.arange(N) % 2 == 0).astype(float)


def rng(seed=7):
    """Return the same random numbers each time."""
    return np.random.default_rng(seed)


def living(plant, effect):
    """Plant lives exp(effect) times as long in every other group."""
    return plant(n=N, life=150 * np.exp(effect * HALF))


def branded(plant, effect):
    """Plant longer lives under a brand."""
    return living(plant, effect).coded("owner_branded", HALF)


def led(plant, effect):
    """Plant longer lives of training groups with a leader."""
    return living(plant, effect).coded("leader", HALF).typed(["learning"] * N)


def operated(plant, effect):
    """Plant lives that grow with administrators' effort, or do not."""
    doublings = rng().integers(0, 6, N)
    study = plant(n=N, life=100 * np.exp(effect * doublings))
    return study.coded("operator_effort", 2.0**doublings - 1)


def grown(plant, effect):
    """Plant lives that grow with the share of others' threads."""
    share = rng().uniform(size=N)
    study = plant(n=N, life=150 * np.exp(effect * share / 0.1))
    return study.coded("threads_by_others", share)


def adrift(plant, more):
    """Plant groups of big names, more of them with few posters."""
    big = np.arange(N) % 10 < 7
    lost = rng().uniform(size=N) < np.where(big, 0.3 + more, 0.3 - more / 2)
    study = plant(n=N, life=9000.0, posters=np.where(lost, 2, 9))
    return study.coded("owner_bigname", big)


def filling(plant, ratio):
    """Plant joins that come `ratio` times as fast to big names."""
    study = plant(n=200).coded("owner_bigname", HALF[:200])
    pace = 20 / np.where(HALF[:200] == 1, ratio, 1.0)
    days = rng().exponential(pace)[:, None] * np.linspace(0.01, 1.2, 120)
    origin = study.tables["groups"]["origin_us"].to_numpy()[:, None]
    at = origin + days * DAY_US
    study.tables["memberships"] = pd.DataFrame(
        {"group": np.repeat(np.arange(200), 120), "member": np.arange(24000),
         "joined_us": at.ravel(), "left_us": np.nan, "role": None}
    )  # fmt: skip
    return study.seen(joins_observed=True)


def skilled(plant, share):
    """Plant operators who account for a share of the variance of log lifetimes."""
    operator = np.repeat(np.arange(N // 6), 6)
    skill = rng().normal(size=N // 6)[operator] * np.sqrt(share)
    luck = rng(8).normal(size=N) * np.sqrt(1 - share)
    study = plant(n=N, life=1.0, lived=np.exp(4 + skill + luck))
    study.typed([f"o{each}" for each in operator], "operator")
    return study.typed([f"p{each % 3}" for each in range(N)], "platform")


def prompted(plant, lift):
    """Plant more talk by others on days with a prompt."""
    study = plant(n=60, life=9000.0)
    born = (study.tables["groups"]["origin_us"] // DAY_US).to_numpy()
    group, day = np.repeat(np.arange(60), 120), np.tile(np.arange(120), 60)
    prompt = rng().uniform(size=len(day)) < 0.5
    study.tables["owner_days"] = pd.DataFrame(
        {"group": group, "day": born[group] + day, "owner": 1, "prompt": prompt,
         "others": rng(8).poisson(5 * np.where(prompt, lift, 1.0))}
    )  # fmt: skip
    return study


def missed(plant, ratio):
    """Plant members who fall silent `ratio` times as fast once the owner has gone."""
    n = 900
    study = plant(n=n, life=9000.0)
    born = (study.tables["groups"]["origin_us"] // DAY_US).to_numpy()
    gone = np.where(np.arange(n) % 2, 60.0, 9999.0)
    span = rng().exponential(200.0, n)
    late = np.maximum(span - gone - 28, 0) / ratio
    span = np.minimum(span, gone + 28) + late
    talk, rows = rng(8).integers(1, 9, n), []
    for group in range(n):
        days = np.arange(0, min(span[group], 1690 - born[group]), 2).astype(int)
        rows.append(
            pd.DataFrame(
                {"group": group, "day": born[group] + 1 + days, "others": talk[group],
                 "owner": (days < gone[group]).astype(int), "prompt": None}
            )
        )  # fmt: skip
    study.tables["owner_days"] = pd.concat(rows, ignore_index=True)
    return study


WORLDS = {
    "s2-brand-solves-all": (branded, 1.0, 0.0),
    "s3-opinion-leader-needed": (led, 0.6, 0.0),
    "s2-needs-no-operation": (operated, 0.0, 0.4),
    "s3-self-growth": (grown, 0.2, 0.0),
    "s0-bigname-groups-adrift": (adrift, 0.2, -0.2),
    "s2-kol-fills-fast": (filling, 4.0, 1.0),
    "s2-scene-not-skill": (skilled, 0.0, 0.4),
    "s3-daily-prompts": (prompted, 1.5, 1.0),
    "s4-owner-indispensable": (missed, 2.0, 1.0),
}
