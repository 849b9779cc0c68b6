"""Recompute cells of the Group Life Tables from the processed tables, by plain loops.

Written from the definitions in the tables' README; no estimator of the project is used.
"""

import math
from itertools import pairwise
from statistics import median

import numpy as np
import pandas as pd
import pytest

from helpers.library.life_tables import load_life_tables
from helpers.paths import ROOT
from helpers.study import open_study
from tests.claims.recomputation.plain_estimators import without_holes

DAY = 86_400_000_000
LOST = {"notice", "no longer open to the program", "unlisted"}
TABLES = load_life_tables()


def _groups(source, *, created=False):
    """Return groups of known age, since their first message or since creation."""
    study = open_study(source)
    tables = study.manifest.tables
    groups = study.table("groups" if "groups" in tables else "registry")
    if "facts" in tables:
        facts = study.table("facts")
        older = facts[(facts["fact"] == "there_at_first") & (facts["value"] == 1)]
        groups = groups[~groups["group"].isin(older["group"])]
    if created and "created_us" in groups:
        made = groups[["created_us", "origin_us"]].min(axis=1)
        whole = groups["entry_us"] == groups["origin_us"]
        entry = groups["entry_us"].mask(whole, made)
        groups = groups.assign(origin_us=made, entry_us=entry)
    return groups


def _silences(source):
    study = open_study(source)
    tables = [study.table(name) for name in ("silences", "daily", "groups")]
    return without_holes(*tables)


def _days(us):
    return us / DAY


def _waited(group):
    """Sixty days, or as long as six messages took in the first 28, at most 180."""
    late = max(group.entry_us - group.origin_us, 0)
    seen = 28 if late and group.first_us < group.entry_us else 28 - _days(late)
    rate = group.early_messages / seen if seen > 0 else 0
    return max(60.0, min(6 / rate, 180.0)) if rate else 180.0


def _silent(source, fixed=None, *, created=False):
    lives = []
    for group in _groups(source, created=created).itertuples():
        w = fixed or _waited(group)
        watched = _days(group.end_us - group.origin_us) - w
        if pd.isna(group.last_us):
            age, dead = 0.0, True
        else:
            age = _days(group.last_us - group.origin_us)
            dead = age < watched
        entry = _days(max(group.entry_us - group.origin_us, 0))
        spoke = not pd.isna(group.last_us)
        lives.append(
            (group.group, entry, age if dead else watched, dead, watched, spoke)
        )
    return lives


def _paused(source, days, *, created=False):
    silences = _silences(source)
    lives = []
    for group in _groups(source, created=created).itertuples():
        watched = _days(group.end_us - group.origin_us) - days
        entry = _days(max(group.entry_us - group.origin_us, 0))
        if pd.isna(group.last_us):
            lives.append((group.group, entry, 0.0, True, watched, False))
            continue
        own = silences[silences["group"] == group.group]
        starts = [
            _days(row.start_us - group.origin_us)
            for row in own.itertuples()
            if row.end_us - row.start_us >= days * DAY
        ]
        if group.first_us - group.origin_us >= days * DAY:
            starts.append(0.0)
        last = _days(group.last_us - group.origin_us)
        if last < watched:
            starts.append(last)
        dead = bool(starts) and min(starts) < watched
        lives.append(
            (group.group, entry, min(starts) if dead else watched, dead, watched, True)
        )
    return lives


def _thin(source, *, created=False):
    rates = open_study(source).table("rates")
    lives = []
    for group in _groups(source, created=created).itertuples():
        own = rates[rates["group"] == group.group]
        counts = dict(zip(own["age_day"], own["posters_28"], strict=True))
        entry = _days(max(group.entry_us - group.origin_us, 0))
        end = _days(group.end_us - group.origin_us)
        writers, run, event = 0, 0, None
        for day in range(math.floor(end) + 1):
            writers = counts.get(day, writers)
            few = writers < 3 and day >= math.ceil(entry) + 28
            run = run + 1 if few else 0
            if run == 28:
                event = day - 27
                break
        spoke = not pd.isna(group.last_us)
        if not spoke:
            event = 0
        dead = event is not None and (event <= max(end - 56, 0) or not spoke)
        lives.append(
            (group.group, entry, event if dead else end - 56, dead, end - 56, spoke)
        )
    return lives


def _closed(source, *, created=False):
    lives = []
    for group in _groups(source, created=created).itertuples():
        dead = not pd.isna(group.closed_us) and group.closed_kind not in LOST
        entry = _days(max(group.entry_us - group.origin_us, 0))
        end = _days(group.end_us - group.origin_us)
        age = _days(group.closed_us - group.origin_us) if dead else end
        lives.append((group.group, entry, age, dead, end, not pd.isna(group.last_us)))
    return lives


def _share(lives, age):
    """Return one less Kaplan–Meier; with late entry from the first age with 20 on."""
    lives = [one for one in lives if one[4] >= 0]
    lives = [one for one in lives if not (one[1] > 0 and one[2] <= one[1])]
    start = 0.0
    if any(one[1] > 0 for one in lives):
        for moment in sorted({t for one in lives for t in (one[1], one[2])}):
            if sum(one[1] <= moment < one[2] for one in lives) >= 20:
                start = moment
                break
    lives = [one for one in lives if start == 0 or one[2] > start]
    alive = 1.0
    for moment in sorted({one[2] for one in lives if one[3] and one[2] <= age}):
        late = [one[1] if one[1] > start else -1.0 for one in lives]
        at_risk = sum(
            entry < moment and one[2] >= moment
            for one, entry in zip(lives, late, strict=True)
        )
        ends = sum(one[3] and one[2] == moment for one in lives)
        alive *= 1 - ends / at_risk
    return 1 - alive


READINGS = {
    "silent for good": _silent,
    "ever paused 60 days": lambda source, created: _paused(source, 60, created=created),
    "ever paused 30 days": lambda source, created: _paused(source, 30, created=created),
    "under three writers for eight weeks": _thin,
    "closed": _closed,
}
CELLS = pd.read_csv(ROOT / "tests" / "data" / "cells.csv").to_numpy().tolist()


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: "-".join(map(str, cell)))
def test_share_of_groups_at_an_age_is_recomputed(cell):
    """A loop over groups, and one over the moments at which one ended."""
    source, reading, population, age = cell
    lives = READINGS[reading](source, created=population == "all created")
    if population == "ever spoke":
        lives = [one for one in lives if one[5]]
    rows = TABLES.groups
    row = rows[
        (rows["source"] == source) & (rows["part"] == "all")
        & (rows["reading"] == reading) & (rows["population"] == population)
        & (rows["age_days"] == age)
    ]  # fmt: skip
    assert row["share"].item() == pytest.approx(_share(lives, age), abs=6e-5)


@pytest.mark.parametrize(
    ("source", "days", "age"),
    [("voat_subverses", 60, 105), ("v2ex_nodes", 60, 365), ("london_meetup", 180, 365)],
)
def test_share_silent_is_recomputed_from_two_dates(source, days, age):
    """Of groups that ever met or had a post."""
    lives = [one for one in _silent(source, fixed=float(days)) if one[5]]
    row = TABLES.groups.query(
        f"source == '{source}' and population == 'ever spoke' and age_days == {age}"
    )
    assert row["share"].item() == pytest.approx(_share(lives, age), abs=6e-5)


def test_rooms_of_the_script_are_a_part_of_their_own():
    """Made between 07:00 and 08:15 on one morning."""
    groups = _groups("fcc_gitter").set_index("group")
    made = pd.to_datetime(groups["created_us"], unit="us")
    script = set(groups.index[made.between("2015-07-01 07:00", "2015-07-01 08:15")])
    own = [one for one in _silent("fcc_gitter") if one[0] in script and one[5]]
    row = TABLES.groups.query(
        "part == 'opened by script' and population == 'ever spoke'"
        " and reading == 'silent for good' and age_days == 105"
    )
    assert row["share"].item() == pytest.approx(_share(own, 105), abs=6e-5)


def _by_day(source):
    """Return messages of each age day, recovered from those of 28 days, per group."""
    study = open_study(source)
    rates = study.table("rates")
    for group in _groups(source).itertuples():
        own = rates[rates["group"] == group.group]
        trailing = dict(zip(own["age_day"], own["messages_28"], strict=True))
        people = dict(zip(own["age_day"], own["posters_28"], strict=True))
        end = _days(group.end_us - group.origin_us)
        counts, writers, before, who = [], [], 0, 0
        for day in range(math.floor(end) + 1):
            now, who = trailing.get(day, before), people.get(day, who)
            left = counts[day - 28] if day >= 28 else 0
            counts.append(now - before + left)
            writers.append(who)
            before = now
        entry = _days(max(group.entry_us - group.origin_us, 0))
        yield entry, end, counts, writers


@pytest.mark.parametrize(
    ("source", "ages", "people"),
    [
        ("fcc_gitter", (92, 365), (1, 2)),
        ("komodo_discord", (28, 91), (3, 9)),
        ("zulip_archives", (366, 10**9), (10, 29)),
    ],
)
def test_share_still_talking_is_recomputed(source, ages, people):
    """The mean over groups of the share of their moments."""
    shares = []
    for entry, end, counts, writers in _by_day(source):
        own = [
            any(counts[age + 90 : age + 150])
            for age in [7, 14, 21, *range(28, len(counts), 28)]
            if ages[0] <= age <= ages[1] and entry <= age and end >= age + 150
            and people[0] <= writers[age - 1] <= people[1]
        ]  # fmt: skip
        shares += [sum(own) / len(own)] if own else []
    rows = TABLES.writers
    row = rows[
        (rows["source"] == source) & (rows["age_from"] == ages[0])
        & (rows["writers_from"] == people[0])
    ]  # fmt: skip
    assert row["talking"].item() == pytest.approx(sum(shares) / len(shares), abs=6e-5)
    assert row["groups"].item() == len(shares)


@pytest.mark.parametrize("source", ["fcc_gitter", "zulip_archives"])
def test_share_that_speaks_again_after_two_months_is_recomputed(source):
    """The first silence of 60 days after a first message, open ones included."""
    silences = _silences(source)
    again = []
    for group in _groups(source).dropna(subset="last_us").itertuples():
        own = silences[silences["group"] == group.group]
        if ((own["end_us"] - own["start_us"]) >= 60 * DAY).any():
            again.append(True)
        elif group.end_us - group.last_us >= 60 * DAY:
            again.append(False)
    rows = TABLES.spoken_again
    row = rows[(rows["source"] == source) & (rows["rule"] == "first pause of 60 days")]
    assert row["again_ever"].item() == pytest.approx(sum(again) / len(again), abs=6e-5)
    assert row["groups"].item() == len(again)


@pytest.mark.parametrize("source", ["komodo_discord", "zulip_archives"])
def test_share_that_speaks_again_after_ten_usual_silences_is_recomputed(source):
    """The first gap above ten times the median of the gaps so far, five or more."""
    daily, again = open_study(source).table("daily"), []
    days = daily[daily["messages"] > 0].groupby("group")["day"].apply(sorted)
    for group in _groups(source).dropna(subset="last_us").itertuples():
        own = [*days.get(group.group, []), group.end_us // DAY]
        gaps = [int(b) - int(a) for a, b in pairwise(own)]
        usual = [10 * median(gaps[:n]) for n in range(5, len(gaps))]
        long = [n for n, least in enumerate(usual, 5) if gaps[n] > least]
        again += [n < len(gaps) - 1 for n in long[:1]]
    rows = TABLES.spoken_again.query("source == @source and rule.str.startswith('ten')")
    assert rows["again_ever"].item() == pytest.approx(np.mean(again), abs=6e-5)
    assert rows["groups"].item() == len(again)


def test_no_cell_rests_on_fewer_than_twenty_groups():
    """Such a cell is empty: it could be one group's story."""
    few = TABLES.groups["at_risk"] < 20
    assert TABLES.groups.loc[few, ["share", "share_low"]].isna().all(axis=None)
    assert TABLES.writers.loc[TABLES.writers["groups"] < 20, "talking"].isna().all()
