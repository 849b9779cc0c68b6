"""Planted truth about groups: landmarks, months, cohorts, sizes."""

import numpy as np
import pandas as pd

from helpers.records import DAY_US

SEED = 11
RNG = np.random.default_rng(SEED)
N = 1200
HALF = np.arange(N) % 2 == 0
X = RNG.normal(size=N)
SHARE = RNG.uniform(0, 1, N)
SIZES = np.array([5, 20, 60, 150, 400])[np.arange(N) % 5]
YEARS_48 = 17532  # days


def ages(study):
    """Return each group's age in days at its last message and at the end."""
    groups = study.tables["groups"]
    origin = groups["origin_us"]
    last = ((groups["last_us"] - origin) / DAY_US).fillna(0.0)
    return last.to_numpy(), ((groups["end_us"] - origin) / DAY_US).to_numpy()


def with_months(study, **columns):
    """Add a row for every month of a group's life; columns are per group."""
    last, _ = ages(study)
    many = np.floor(last / 28).astype(int) + 1
    group = np.repeat(np.arange(len(last)), many)
    month = np.arange(len(group)) - np.repeat(np.cumsum(many) - many, many)
    table = pd.DataFrame({"group": group, "month": month})
    blank = dict.fromkeys(
        ("messages", "posters", "newcomers", "retained", "mild", "core_4", "core_8",
         "core_12", "unanswered", "unanswered_either"), 10,
    )  # fmt: skip
    for name, value in (blank | columns).items():
        table[name] = np.broadcast_to(value, len(last))[group]
    study.tables["months"] = table
    return study


def with_beginnings(study, **columns):
    """Add one row a group."""
    n = len(study.tables["groups"])
    blank = dict.fromkeys(
        ("top_unanswered", "top_unanswered_either", "met_elsewhere",
         "later_by_others", "later_by_newcomers"), 0,
    )  # fmt: skip
    rows = pd.DataFrame({"group": np.arange(n)}).assign(**(blank | columns))
    study.tables["beginnings"] = rows
    return study


def with_members(study, members):
    """Add counts of members every week of observation; a number or f(age) a group."""
    study.tables["snapshots"] = pd.concat(
        [_series(row, members) for row in study.tables["groups"].itertuples()]
    )
    return study.seen(members_source="count")


def _series(row, members):
    start, end = int(row.origin_us // DAY_US), int(row.end_us // DAY_US)
    days = np.arange(start, end, 7)
    counted = (
        members(row.group, days - start) if callable(members) else members[row.group]
    )
    return pd.DataFrame({"group": row.group, "day": days, "members": counted})


def later(study, days=YEARS_48):
    """Move a study into the years after the articles."""
    moved = study.tables["groups"].copy()
    for name in (
        "created_us",
        "origin_us",
        "entry_us",
        "end_us",
        "first_us",
        "last_us",
    ):
        moved[name] = moved[name] + days * DAY_US
    study.tables["groups"] = moved
    return study


def decentralised(plant, effect):
    """Plant lives that get shorter, the more replies go to few."""
    top = 0.3 + 0.05 * X
    life = 300 * np.exp(-effect * X)
    return plant(n=N, centres=6 * np.exp(-X), top_share=top, life=life)


def basic_service(plant, effect):
    """Plant lives that get longer with the share of replies."""
    rng = np.random.default_rng(SEED)
    ratio = rng.uniform(0, 1, 2 * N)
    return plant(n=2 * N, reply_ratio=ratio, life=150 * np.exp(effect * ratio))


def media(plant, effect):
    """Plant lives that get shorter with unanswered talk of one poster."""
    study = plant(n=N, life=300 * np.exp(-effect * SHARE))
    windows = study.tables["windows"]
    said = windows.loc[windows["window"] == "0-27", "messages"].to_numpy()
    told = (said * SHARE).round()
    return with_beginnings(study, top_unanswered=told, top_unanswered_either=told)


def scenes(plant, effect):
    """Plant longer lives where posters had met elsewhere."""
    study = plant(n=N, life=np.where(HALF, 150 * np.exp(effect), 150))
    return with_beginnings(study, met_elsewhere=np.where(HALF, 0.5, 0.0))


def backbone(plant, effect):
    """Plant longer lives with six core members than with none."""
    core = np.where(HALF, 6, 0)
    study = plant(n=N, life=np.where(core > 0, 150 * np.exp(effect), 150))
    return with_months(study, core_4=core, core_8=core, core_12=core)


def quality(plant, effect):
    """Plant lives that hang on core share, or on size."""
    rng = np.random.default_rng(SEED)
    posters, share = rng.integers(20, 200, 300), SHARE[:300]
    life = 200 * np.exp(2.0 * (share if effect else np.log(posters) - 4))
    core = (posters * share).round().astype(int)
    study = plant(n=300, life=life, posters=posters)
    return with_months(study, posters=posters, core_4=core, core_8=core, core_12=core)


def retention(plant, effect):
    """Plant later posters that come of those kept, or of those won."""
    rng = np.random.default_rng(SEED)
    kept, won = rng.integers(1, 60, (2, N))
    study = with_months(plant(n=N, life=90000.0), retained=kept, newcomers=won)
    windows = study.tables["windows"]
    late = windows["window"] == "152-179"
    mean = 2 * (1 + kept) ** effect * (1 + won) ** (1 - effect)
    for column in ("posters", "messages"):
        windows.loc[late, column] = rng.poisson(mean)
    return study


def fanatics(plant, effect):
    """Plant later talk by others: a core member does `effect` times a mild one's."""
    rng = np.random.default_rng(SEED)
    core, mild = rng.integers(0, 10, N), rng.integers(5, 200, N)
    said = rng.poisson(np.exp(4 + 0.2 * core + mild * 0.2 / effect))
    study = plant(n=N, posters=core + mild + 5, life=90000.0)
    with_months(study, core_4=core, core_8=core, core_12=core, mild=mild)
    return with_beginnings(study, later_by_others=said, later_by_newcomers=said)


def aloof(plant, effect):
    """Plant newcomers, and groups, that last when they are answered."""
    life = 300 * np.exp(-effect * 2.0 * SHARE)
    came = 50
    study = with_months(
        plant(n=N, life=life),
        newcomers=came, unanswered=came * SHARE, unanswered_either=came * SHARE,
    )  # fmt: skip
    study.tables["newcomers"] = life_tables(np.exp(0.6 * effect))
    return study


def life_tables(ratio, groups=100, people=200, hazard=0.3):
    """Return newcomers of two kinds whose hazards differ by a ratio."""
    rng = np.random.default_rng(SEED)
    rows = []
    for answered in (True, False):
        chance = 1 - (1 - hazard) ** (1 if answered else ratio)
        at_risk = np.full(groups, people)
        for day in (0, 7, 28, 84):
            ended = rng.binomial(at_risk, chance)
            rows.append(
                pd.DataFrame(
                    {"group": np.arange(groups), "from_day": day, "answered": answered,
                     "at_risk": at_risk, "ended": ended}
                )
            )  # fmt: skip
            at_risk = at_risk - ended
    one = pd.concat(rows)
    return pd.concat(
        [
            one.assign(within_hours=hours, replies=replies)
            for hours in (1, 24, 72)
            for replies in ("explicit", "either")
        ]
    )


def lost(plant, effect):
    """Plant half the groups with `effect` posters, alive for long."""
    return plant(n=400, life=90000.0, posters=np.where(np.arange(400) % 2, 12, effect))


def cohorts(plant, effect):
    """Plant lives that get shorter by year of birth."""
    origin = plant(n=N, life=1.0).tables["groups"]["origin_us"] / DAY_US / 365
    return plant(n=N, life=250 * np.exp(-effect * origin.to_numpy()))


def best_size(plant, effect):
    """Plant the longest lives at 10–30 members, or over 200."""
    best = 20 if effect else 400
    study = plant(n=N, life=np.where(best == SIZES, 900.0, 120.0))
    return with_members(study, SIZES)


def stagnation(plant, effect):
    """Plant shorter lives where members stood still."""
    study = plant(n=N, life=np.where(HALF, 300 * np.exp(-effect), 300))

    def members(group, age):
        growth = 1.0 if HALF[group] else 1 + np.minimum(age, 89) / 200
        return np.full(len(age), 60 + 60 * SHARE[group]) * growth

    return with_members(study, members)


def zombies(plant, effect):
    """Plant posters as a power of members."""
    rng = np.random.default_rng(SEED)
    study = plant(n=60, life=90000.0)

    def members(group, age):
        return (20 + group) * np.exp(age / 400)

    with_members(study, members)
    last, _ = ages(study)
    steps = [
        pd.DataFrame({"group": g, "age_day": np.arange(0, int(last[g]), 7)})
        for g in range(60)
    ]
    rates = pd.concat(steps, ignore_index=True)
    mean = members(rates["group"], (rates["age_day"] - 27).clip(lower=0)) ** effect
    rates["posters_28"] = rng.poisson(3 * mean)
    study.tables["rates"] = rates.assign(messages_28=rates["posters_28"] * 3)
    return study.seen(members_source="count")


def small(plant, effect):
    """Plant a share of groups with 20 members."""
    study = later(plant(n=N, life=90000.0))
    return with_members(study, np.where(effect > SHARE, 20, 90))


WORLDS = {
    "s0-decentralised-better": (decentralised, 0.4, 0.0),
    "s2-basic-service-fades": (basic_service, 1.5, 0.0),
    "s4-organisation-not-media": (media, 2.0, 0.0),
    "s2-multi-scene-helps": (scenes, 0.6, 0.0),
    "s4-core-members-needed": (backbone, 0.7, 0.0),
    "s4-quality-over-quantity": (quality, True, False),
    "s4-retention-beats-acquisition": (retention, 0.8, 0.2),
    "s0-100-fanatics": (fanatics, 400, 10),
    "s4-aloofness-hurts": (aloof, 1.0, 0.0),
    "s0-half-are-lost-type": (lost, 2, 12),
    "s0-later-cohorts-harder": (cohorts, 0.4, 0.0),
    "s0-size-10-30-best": (best_size, True, False),
    "s0-size-stagnation-shell": (stagnation, 0.7, 0.0),
    "s1-zombie-members-useless": (zombies, 0.2, 1.0),
    "s0-future-groups-small": (small, 0.8, 0.2),
}
