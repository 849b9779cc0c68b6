"""Each control lets a true effect pass and stops what selection alone makes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.claim import Claim
from helpers.claims.evaluation.controls import FAILS
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.claims.rules.interval_rules import Word
from helpers.records import DAY_US
from validation.controls.redrawn import NoCurve
from validation.worlds.claims.owners import simulate_owner_silence
from validation.worlds.claims.people import simulate_loads, simulate_timetables
from validation.worlds.claims.tabled import FOREVER, simulate_exponential

SCHEDULE, OWNER = "s1-good-groups-have-schedule", "s4-owner-indispensable"
OVERLOAD = "s2-overload-fatigue"


def rng(seed=1):
    """Return a generator of its own."""
    return np.random.default_rng(seed)


def verdict(name, study):
    """Return what a study says of a claim, its controls computed."""
    return evaluate_claim(Claim.of(name), study, NoCurve(), permute=True)


def shown(found, name):
    """Return the control of a verdict by its name."""
    return next(one for one in found.controls if one.control.name == name)


def test_true_effect_of_a_timetable_passes():
    """Good groups keep one twice as often; volume has nothing to do with it."""
    found = verdict(SCHEDULE, simulate_timetables(2.25, 1000, rng()))
    assert found.word is Word.SUPPORTED
    assert not shown(found, "permuted").failed


def test_timetable_that_volume_alone_makes_is_stopped():
    """Groups with many long messages hit a slot by chance and have many posters."""
    study = simulate_timetables(1.0, 1000, rng())
    volume = rng(2).permutation(1000)
    often = rng(3).random(1000) < np.where(volume >= 900, 0.8, 0.1)
    times = study.tables["timetables"].assign(
        long_messages=volume, scheduled=often, scheduled_narrow=often
    )
    short = study.tables["short_talk"].assign(posters=volume)
    study.with_tables(timetables=times, short_talk=short)
    found = verdict(SCHEDULE, study)
    assert found.word is Word.INCONCLUSIVE
    assert found.qualifiers[0] == FAILS
    assert shown(found, "permuted").failed


def people_of(study, regular):
    """Return owners (member 0), a regular each (1) and the others' days (2)."""
    days = study.tables["owner_days"]
    parts = [
        days.assign(member=0, messages=days["owner"]),
        days.assign(member=1, messages=regular),
        days.assign(member=2, messages=days["others"] - regular),
    ]
    rows = pd.concat(parts)[["group", "member", "day", "messages"]]
    rows["member"] += 3 * rows["group"]
    return rows[rows["messages"] > 0].reset_index(drop=True)


def test_true_effect_of_the_owners_silence_passes():
    """Another regular comes and goes, and nothing follows from it."""
    study = simulate_owner_silence(3.0, 1000, rng())
    days = study.tables["owner_days"].assign(others=lambda rows: rows["others"] + 1)
    regular = (days["day"] // 50 % 2).astype(int)
    study.with_tables(owner_days=days)
    study.with_tables(member_days=people_of(study, regular))
    found = verdict(OWNER, study)
    assert not shown(found, "another regular").failed
    assert found.word is Word.SUPPORTED


def test_silence_that_any_regular_foretells_as_well_is_stopped():
    """Owner and regular stop together, and soon the rest."""
    study = simulate_owner_silence(3.0, 1000, rng())
    days = study.tables["owner_days"].assign(others=lambda rows: rows["others"] + 2)
    study.with_tables(owner_days=days)
    study.with_tables(member_days=people_of(study, 2 * days["owner"]))
    found = verdict(OWNER, study)
    assert shown(found, "another regular").failed
    assert found.word is Word.INCONCLUSIVE
    assert found.qualifiers[0] == FAILS


def test_null_effect_of_load_passes_the_lead_control():
    """What came in the week after says nothing of what was written."""
    found = verdict(OVERLOAD, simulate_loads(1.0, 300, rng()))
    assert found.word is Word.CONTRADICTED
    assert not shown(found, "received in the week after").failed


def bursting(people=300, rooms=40, weeks=40):
    """Return people whose rooms are lively for weeks on end, they among others."""
    study = simulate_exponential(rng(), rooms, life=FOREVER)
    level = np.exp(0.5 * rng(4).standard_normal((weeks, rooms)).cumsum(axis=0) / 2)
    first = study.tables["groups"]["origin_us"].max() // DAY_US
    member, at, week = (one.ravel() for one in np.indices((people + rooms, 2, weeks)))
    room = (member + 7 * at) % rooms
    pace = np.where(member >= people, 20, 2) * level[week, room]
    rows = pd.DataFrame(
        {"group": room, "member": member, "messages": rng(5).poisson(pace),
         "day": first + 7 * week}
    )  # fmt: skip
    return study.with_tables(member_days=rows[rows["messages"] > 0])


def test_load_that_shares_bursts_with_writing_is_stopped():
    """People write more when their room is lively, before and after."""
    found = verdict(OVERLOAD, bursting())
    assert shown(found, "received in the week after").failed
    assert found.word is Word.INCONCLUSIVE
