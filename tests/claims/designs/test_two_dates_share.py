"""The silence that a source's description asks for is the one that is applied."""

from __future__ import annotations

import pytest

from helpers.claims.contract.source_facts import LastActivity, read_source_facts
from helpers.claims.evaluation.evaluate import evaluate
from helpers.corpora.shared.corpus import read_facts
from helpers.study import open_study

DAY_US, SILENCE, LONGER = 86_400_000_000, 180, 365
CITIES = ("london_meetup", "nashville_meetup")


def _lives(name, silence):
    """Yield age at the last event and days followed of each group seen from birth."""
    for row in open_study(name).table("registry").itertuples():
        if row.entry_us <= row.origin_us:
            followed = (row.end_us - row.origin_us) / DAY_US - silence
            age = (row.last_us - row.origin_us) / DAY_US if row.last_us > 0 else 0.0
            if followed >= 0:
                yield age, followed


def _share_inactive(name, silence, horizon):
    """Multiply day by day the shares that go on, in plain loops."""
    lives = list(_lives(name, silence))
    ends = sorted({age for age, until in lives if age < until and age <= horizon})
    going_on = 1.0
    for end in ends:
        at_risk = sum(min(age, until) >= end for age, until in lives)
        gone = sum(age == end and age < until for age, until in lives)
        going_on *= 1 - gone / at_risk
    return 1 - going_on, len(lives)


@pytest.mark.parametrize("name", CITIES)
@pytest.mark.parametrize(
    ("claim", "horizon"), [("s0-three-month-death", 105), ("s1-over-90-fail", 365)]
)
def test_monthly_meetups_are_not_dead_before_half_a_year_of_silence(
    name, claim, horizon
):
    """Sixty days would bury groups between two meetings."""
    found = evaluate(claim, open_study(name))
    share, groups = _share_inactive(name, SILENCE, horizon)
    assert found.components[0].estimate == pytest.approx(share, abs=1e-6)
    assert found.components[0].n == groups
    assert _share_inactive(name, 60, horizon)[0] > share + 0.02


def test_a_year_of_silence_is_an_alternative_specification():
    """It is printed beside, and needs groups followed for as long."""
    found = evaluate("s0-three-month-death", open_study(CITIES[0]))
    (other,) = (
        one.components[0]
        for one in found.specifications
        if any(choice.value == f"W = {LONGER}" for choice in one.choices)
    )
    share, _ = _share_inactive(CITIES[0], LONGER, 105)
    assert other.estimate == pytest.approx(share, abs=1e-6)


def test_size_refusal_counts_only_groups_with_enough_follow_up():
    """The refusal by size counts the groups that half a year's silence leaves."""
    found = evaluate("s0-size-10-30-best", open_study(CITIES[1]))
    study = open_study(CITIES[1])
    groups = study.table("registry")
    followed = groups["end_us"] - groups["origin_us"] >= SILENCE * DAY_US
    own = groups[(groups["entry_us"] <= groups["origin_us"]) & followed]
    facts = study.table("facts").query("fact == 'members'").set_index("group")
    members = facts["value"].reindex(own["group"]).dropna()
    assert found.word == "UNTESTABLE"
    assert f"{members.between(10, 30).sum()} of 10–30" in found.reason
    assert f"{(members > 200).sum()} of > 200" in found.reason


@pytest.mark.parametrize("name", CITIES)
def test_every_field_of_a_description_is_read(name):
    """A misspelt field would leave the default of 60 and 180 days in place."""
    written = read_facts(name)["claims"]["last_activity"]
    assert set(written) <= set(LastActivity.__dataclass_fields__)
    source = read_source_facts(name).last_activity
    assert (source.windows, source.also, source.born) == ((180.0,), 365.0, True)
