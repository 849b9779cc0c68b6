"""Groups that never had five people and twenty messages in a week."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims import evaluate
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.activity import (
    estimate_never_active,
    select_active_groups,
)
from helpers.errors import NotIdentifiableError


def people(days, messages=4, members=5):
    """Return one row a person, each on one day."""
    return pd.DataFrame(
        {"group": 7, "member": range(members), "day": days, "messages": messages}
    )


@pytest.mark.parametrize(
    "rows",
    [
        people([10] * 4, messages=9, members=4),
        people([10] * 5, messages=[4, 4, 4, 4, 3]),
        people([10] * 5).assign(member=[0, 1, 2, 3, 3]),  # four people
    ],
)
def test_group_below_five_people_or_twenty_messages_is_not_active(rows):
    """One person or one message short is not active."""
    assert not select_active_groups(rows)


def spoken(study, groups, age):
    """Let groups be active at one age."""
    origins = study.tables["groups"].set_index("group")["origin_us"] // 86_400_000_000
    rows = [people(origins[g] + age).assign(group=g) for g in groups]
    study.tables["member_days"] = pd.concat(rows, ignore_index=True)
    return study


@pytest.mark.parametrize(("age", "share"), [(364, 0.25), (365, 1.0)])
def test_groups_have_a_year_to_become_active(plant, age, share):
    """Three groups of four became active; on the last day it counts, later not."""
    study = spoken(plant(n=400), np.flatnonzero(np.arange(400) % 4), age)
    found = estimate_never_active(Evidence.of(study), 365.0)

    assert found.estimate == pytest.approx(share, abs=0.02)
    groups = study.tables["groups"]
    watched = groups["end_us"] - groups["origin_us"]
    assert found.n == (watched >= 365 * 864e8).sum()


def test_share_never_active_is_unknown_without_person_days(plant):
    """The number is left out of the verdict, which says so."""
    study = plant(n=100)
    with pytest.raises(NotIdentifiableError, match="member_days"):
        estimate_never_active(Evidence.of(study), 365.0)

    verdict = evaluate("s1-over-90-fail", study)
    assert [one.name[:3] for one in verdict.beside] == ["sil", "fai", "not"]
    assert verdict.note.endswith("; who was ever lively is not known")


def test_share_never_active_is_reported_with_failure(plant):
    """Between silence alone and not successful."""
    verdict = evaluate("s1-over-90-fail", spoken(plant(n=100), range(50), 3))

    assert [one.name[:3] for one in verdict.beside] == ["sil", "fai", "nev", "not"]
