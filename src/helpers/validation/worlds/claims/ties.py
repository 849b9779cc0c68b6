"""Worlds of claims about ties between people: where they form, grow and end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.records import DAY_US
from helpers.validation.coverage.cells import Subject
from helpers.validation.worlds.claims.kinds import alternating, types_of
from helpers.validation.worlds.claims.subject import subject
from helpers.validation.worlds.claims.tabled import Planted, planted


def tied(
    study: Planted, rng: np.random.Generator, event: str, hazard: npt.ArrayLike
) -> Planted:
    """Add life tables of forty ties in each of three spans, of a hazard by group."""
    groups = study.tables["groups"]["group"].to_numpy()
    group, span = (one.ravel() for one in np.indices((len(groups), 3)))
    chance = -np.expm1(-np.broadcast_to(np.asarray(hazard, float), len(groups)))
    rows = pd.DataFrame({"group": groups[group], "event": event, "at_risk": 40})
    rows = rows.assign(from_day=28 * span, happened=rng.binomial(40, chance[group]))
    before = [study.tables[name] for name in ("ties",) if name in study.tables]
    study.tables["ties"] = pd.concat([*before, rows], ignore_index=True)
    return study


def fragile(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant ties that end faster in interest groups."""
    friends = alternating(groups)
    study = planted(rng, groups).typed(types_of(friends))
    return tied(study, rng, "ended", 0.1 * np.where(friends, 1.0, value))


def seedless(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant a share of seeds among members of course groups, and few ties there."""
    course = ~alternating(groups)
    study = planted(rng, groups).typed(np.where(course, "learning", "friends"))
    tied(study, rng, "formed", np.where(course, 0.03, 0.3))
    origin = study.tables["groups"]["origin_us"].to_numpy()
    group, member = np.repeat(np.arange(groups), 30), np.arange(30 * groups)
    rows = pd.DataFrame({"group": group, "member": member, "joined_us": origin[group]})
    study.tables["memberships"] = rows.assign(role=None, left_us=np.nan)
    seed = rows[rng.random(len(rows)) < value]
    first = origin[seed["group"]] // DAY_US
    days = seed[["group", "member"]].assign(messages=1)
    said = pd.concat([days.assign(day=first + nth) for nth in range(5)])
    study.tables["member_days"] = said
    return study.seen(joins_observed=True)


SUBJECTS: tuple[Subject, ...] = (
    subject(
        "s3-interest-ties-fragile",
        fragile,
        "hazard ratio of a tie's end, interest groups to friends",
        groups=100,
    ),
    subject(
        "s0-course-groups-no-seeds",
        seedless,
        "share of seed users among members of course groups",
        groups=100,
    ),
)
