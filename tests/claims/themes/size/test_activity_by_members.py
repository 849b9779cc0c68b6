"""What members bring, where meetings or joins are counted: planted elasticities."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from tests.claims.registers import as_of, registry

GROUPS, DAYS, STEP = 60, 1400, 14


def _chapters(elasticity):
    """Plant chapters that grow, and answers to a meeting of each fortnight."""
    rng = np.random.default_rng(3)
    day = np.arange(0, DAYS, STEP)
    size = rng.uniform(3, 6, GROUPS)[:, None]
    members = np.exp(size + np.cumsum(rng.uniform(0, 0.04, (GROUPS, len(day))), 1))
    group = np.repeat(np.arange(GROUPS), len(day))
    counted = pd.DataFrame(
        {"group": group, "day": np.tile(day, GROUPS), "members": members.ravel()}
    ).assign(active=np.nan, joined=np.nan, posts=np.nan)
    answers = rng.poisson(0.5 * members**elasticity).ravel()
    meetings = pd.DataFrame(
        {"group": group, "time_us": np.tile(day, GROUPS) * DAY_US, "held": True,
         "online": False, "answers": answers}
    )  # fmt: skip
    return as_of(
        "rladies_meetup", named=False, registry=registry(GROUPS, DAYS),
        snapshots=counted, meetings=meetings,
    )  # fmt: skip


def _meetings(elasticity):
    """Plant lists that count meetings held so far, without their answers."""
    study = _chapters(elasticity)
    counted, meetings = study.tables["snapshots"], study.tables.pop("meetings")
    held = meetings["answers"].groupby(meetings["group"]).cumsum()
    return study.with_tables(snapshots=counted.assign(posts=held))


def _speakers(elasticity):
    """Plant presence told from lines, and people who joined in the month before."""
    rng = np.random.default_rng(6)
    study = _chapters(0.5).seen(members_source="events")
    month = np.arange(DAYS // 28)
    came = np.exp(rng.uniform(2, 5, GROUPS)[:, None] + rng.normal(0, 0.3, len(month)))
    came = np.round(came)
    spoke = rng.poisson(3 * np.roll(came, 1, axis=1) ** elasticity)
    study.tables["snapshots"] = pd.DataFrame(
        {"group": np.repeat(np.arange(GROUPS), len(month)),
         "day": np.tile(28 * month + 14, GROUPS), "members": 9.0, "posts": np.nan,
         "joined": came.ravel(), "active": spoke.ravel()}
    )  # fmt: skip
    return study


@pytest.mark.parametrize(
    ("world", "told", "decides"),
    [
        (_chapters, "answers to meetings in 28 days", False),
        (_meetings, "meetings in 28 days", False),
        (_speakers, "people who wrote a day in 28 days", True),
    ],
)
@pytest.mark.parametrize(("value", "word"), [(0.2, "SUPPORTED"), (0.9, "CONTRADICTED")])
def test_simulated_elasticity_of_activity_by_members_is_recovered(
    value, word, world, told, decides
):
    """Within groups and between them alike; meetings are shown and decide nothing."""
    found = evaluate("s1-zombie-members-useless", world(value))

    assert found.low < value < found.high
    assert found.word == (word if decides else "INCONCLUSIVE")
    assert found.decides is decides
    assert "activity only" in found.qualifiers
    assert told in found.definition


def test_elasticity_does_not_depend_on_the_unit_of_answers():
    """An elasticity is of no unit."""
    study = _chapters(0.5)
    one = evaluate("s1-zombie-members-useless", study)
    meetings = study.tables["meetings"]
    study.tables["meetings"] = meetings.assign(answers=7 * meetings["answers"])
    two = evaluate("s1-zombie-members-useless", study)

    assert two.estimate == pytest.approx(one.estimate, rel=1e-6)


def test_presence_inferred_from_later_lines_is_not_used():
    """Joins of the month before stand for it; presence may be anything."""
    rng = np.random.default_rng(5)
    study = _chapters(0.5)
    counted = study.tables["snapshots"]
    joined = rng.poisson(counted["members"] / 5) + 1
    active = rng.poisson(np.sqrt(counted["members"])) + 1
    seen = study.seen(members_source="events")
    of = {"joined": joined, "active": active}
    words = []
    for present in (1.0, rng.uniform(1, 99, len(counted))):
        seen.tables["snapshots"] = counted.assign(members=present, **of)
        words.append(evaluate("s1-zombie-members-useless", seen).estimate)

    assert words[0] == words[1]
    assert 0.3 < words[0] < 0.7


@pytest.mark.parametrize(("small", "word"), [(0.8, "SUPPORTED"), (0.2, "CONTRADICTED")])
def test_smaller_size_of_later_groups_is_recovered(small, word):
    """The first count on days 90–120 counts, whatever was counted shortly before."""
    rng = np.random.default_rng(8)
    study, n = _chapters(0.5), 400
    born = np.arange(n) % 720 + 19_000  # 2022 and 2023
    at_90 = np.where(rng.random(n) < small, 20, 80)
    counted = [
        pd.DataFrame({"group": np.arange(n), "day": born + age, "members": size})
        for age, size in ((80, 5), (89, 5), (90, at_90), (119, 500))
    ]
    study.tables["registry"] = registry(n, 21_000, born)
    study.tables["snapshots"] = pd.concat(counted).assign(active=np.nan, posts=np.nan)
    found = evaluate("s0-future-groups-small", study)

    assert found.word == word
    assert all(component.low < small < component.high for component in found.components)
