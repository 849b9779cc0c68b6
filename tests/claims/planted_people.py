"""Planted truth about people: lurkers, newcomers, hours, loads."""

import numpy as np
import pandas as pd

from helpers.records import DAY_US

SEED = 12
WEEKS = 40


def roster(plant, share):
    """Plant a share of members who write nothing."""
    rng = np.random.default_rng(SEED)
    study = plant(n=60, life=90000.0)
    rows = pd.DataFrame({"group": np.arange(60), "members": 100, "gone_silent": 2})
    rows = rows.assign(
        lurkers=rng.binomial(98, share, 60), engaged=0, quiet=0, undated=0, never=0
    )
    rows = rows.assign(at_most_1=rows["lurkers"] + 2, at_most_3=rows["lurkers"] + 2)
    weeks = [rows.assign(within_days=days) for days in (28, 84, 365)]
    study.tables["roster"] = pd.concat(weeks)
    return study


def engaged(plant, share):
    """Plant a share of lurkers who react."""
    rng = np.random.default_rng(SEED)
    study = roster(plant, 0.5)
    rows = study.tables["roster"]
    study.tables["roster"] = rows.assign(engaged=rng.binomial(rows["lurkers"], share))
    return study


def elsewhere(plant, share):
    """Two hundred people silent in group 0; some of them write in group 1."""
    study = plant(n=2, life=90000.0)
    start = study.tables["groups"]["origin_us"].max() + 10 * DAY_US
    people = pd.DataFrame({"group": 0, "member": np.arange(200), "joined_us": start})
    study.tables["memberships"] = people.assign(left_us=np.nan, role=None)
    first = int(start // DAY_US)
    talk = pd.DataFrame(
        {"group": 0, "member": 999, "day": first + np.arange(0, 700, 5)}
    )
    away = np.flatnonzero(np.arange(200) < 200 * share)
    other = pd.DataFrame({"group": 1, "member": away, "day": first + 3})
    study.tables["member_days"] = pd.concat([talk, other]).assign(messages=1)
    return study


def hours(plant, factor):
    """Return items in every hour of the week, free hours `factor` times as many."""
    study = plant(n=40, life=90000.0)
    grid = [(g, d, h) for g in range(40) for d in range(7) for h in range(24)]
    rows = pd.DataFrame(grid, columns=["group", "weekday", "hour"])
    work = (rows["weekday"] < 5) & rows["hour"].between(9, 17)
    rows["items"] = np.where(work, 10, 10 * factor)
    study.tables["rhythm"] = rows
    return study


def timetables(plant, effect):
    """Plant more people later where there was a timetable."""
    rng = np.random.default_rng(SEED)
    study = plant(n=600, life=90000.0)
    kept = np.arange(600) % 2 == 0
    posters = np.exp(rng.normal(size=600) + effect * kept) * 100
    group = np.arange(600)
    study.tables["timetables"] = pd.DataFrame(
        {"group": group, "long_messages": rng.integers(5, 50, 600), "scheduled": kept,
         "scheduled_narrow": kept, "by_chance": np.where(kept, 0.01, 0.9)}
    )  # fmt: skip
    short = pd.DataFrame({"group": group, "messages": 10, "posters": posters})
    study.tables["short_talk"] = short
    return study


def arriving(study, days_by_group):
    """Add a membership for each day of joining, and a message on its first days."""
    origin = study.tables["groups"]["origin_us"].to_numpy()
    group = np.repeat(np.arange(len(origin)), [len(days) for days in days_by_group])
    days = np.concatenate(days_by_group)
    rows = pd.DataFrame({"group": group, "member": np.arange(len(group))})
    rows["joined_us"] = origin[group] + (days * DAY_US).astype("int64")
    study.tables["memberships"] = rows.assign(left_us=np.nan, role=None)
    first = origin[group] // DAY_US + np.floor(days).astype(int)
    spoken = [
        rows[["group", "member"]].assign(day=first + k, messages=1) for k in range(4)
    ]
    study.tables["member_days"] = pd.concat(spoken)
    return study.seen(joins_observed=True)


def seeds(plant, effect):
    """Plant longer lives with four seed users than with none."""
    half = np.arange(1200) % 2 == 0
    study = plant(n=1200, life=np.where(half, 150 * np.exp(effect), 150))
    return arriving(study, [np.full(4, 1.0 if seeded else 9.0) for seeded in half])


def hasty(plant, effect):
    """Plant shorter lives where members came at once."""
    third = np.arange(1200) % 3
    study = plant(n=1200, life=np.array([600.0, 300.0, 300 * np.exp(-effect)])[third])
    if not effect:
        study = plant(n=1200, life=300.0)
    soon = np.array([2, 10, 18])[third]
    days = [np.r_[np.full(k, 0.5), np.full(20 - k, 9.0)] for k in soon]
    return arriving(study, days)


def filling(plant, effect):
    """Plant groups that fill more slowly by year of founding."""
    rng = np.random.default_rng(SEED)
    study = plant(n=300, life=90000.0)
    year = study.tables["groups"]["origin_us"] / DAY_US / 365.25
    scale = 2 * np.exp(effect * np.floor(year) + rng.normal(0, 0.3, 300))
    days = [np.linspace(0.01, 1, 210) * one for one in scale]
    return arriving(study, days)


def loads(plant, effect):
    """Return people who write the less (or more), the more they received last week."""
    rng = np.random.default_rng(SEED)
    study = plant(n=40, life=90000.0)
    busy = rng.uniform(10, 200, (WEEKS, 40))
    rows = [
        (g, 10_000 + g, 7 * w, round(busy[w, g]))
        for w in range(WEEKS)
        for g in range(40)
    ]
    for person in range(300):
        mine = person % 40, (person + 7) % 40
        rows += [(g, person, 0, 1) for g in mine]
        for week in range(1, WEEKS):
            load = busy[week - 1, list(mine)].sum()
            said = rng.poisson(8 * (load / 200) ** effect)
            rows += [(mine[0], person, 7 * week, said)] if said else []
    columns = ["group", "member", "day", "messages"]
    study.tables["member_days"] = pd.DataFrame(rows, columns=columns)
    return study


WORLDS = {
    "s0-lurkers-are-many": (roster, 0.7, 0.3),
    "s0-lurkers-still-identify": (engaged, 0.5, 0.1),
    "s0-lurkers-talk-elsewhere": (elsewhere, 0.7, 0.3),
    "s1-cognitive-surplus": (hours, 2.0, 1.0),
    "s1-good-groups-have-schedule": (timetables, 1.5, -1.0),
    "s0-seed-users-needed": (seeds, 0.6, 0.0),
    "s0-hasty-copycat-dies": (hasty, 0.6, 0.0),
    "s2-slower-fill": (filling, 0.5, 0.0),
}
