"""Owners and beginnings in registers: planted offices, planted ends."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.records import DAY_US
from helpers.study import open_study
from tests.claims.registers import as_of, facts, registry
from tests.raw_corpora import SHARED

N, END = 400, 3000
RAW = SHARED / "rust_teams"


def register(alone, shared, *, kind="administrative"):
    """Plant a register: hazards a day of groups led by one, and by two."""
    rng = np.random.default_rng(20)
    leads = np.repeat([1, 2], N // 2)
    life = 30 + rng.exponential(1 / np.where(leads == 1, alone, shared))
    born = rng.integers(0, 1000, N)
    closed = (born + life < END) & (life < 2500)
    end = np.where(closed, born + life, END)
    groups = registry(N, end, born, closed=np.where(closed, end, np.nan))
    groups["closed_kind"] = groups["closed_kind"].mask(closed, kind)
    first = pd.DataFrame({"group": np.repeat(np.arange(N), leads), "role": "lead"})
    others = np.repeat(np.arange(N), rng.integers(0, 9, N))
    first = pd.concat([first, pd.DataFrame({"group": others, "role": "member"})])
    spells = first.assign(
        member=np.arange(len(first)),
        from_day=first["group"].map(groups["origin_us"]) // DAY_US,
        to_day=END, ending="open", crowd=0,
    )  # fmt: skip
    return as_of("rust_teams", named=False, registry=groups, spells=spells)


def test_hazard_ratio_of_groups_with_one_lead_is_recovered():
    """A planted ratio of two is found, as a stand-in within its network."""
    found = evaluate("s0-owner-alone-fails", register(2e-3, 1e-3))
    assert str(found) == "SUPPORTED · proxy · association · within one"
    assert found.low < 2 < found.high
    assert found.stand_in


def test_equal_hazards_do_not_support():
    """A planted ratio of one."""
    found = evaluate("s0-owner-alone-fails", register(1e-3, 1e-3))
    assert found.low < 1 < found.high
    assert found.word in {"INCONCLUSIVE", "CONTRADICTED"}


def test_completed_working_groups_are_not_counted_as_dead():
    """Groups that end by completing their task leave nobody dead."""
    found = evaluate("s0-owner-alone-fails", register(2e-3, 1e-3, kind="completed"))
    assert found.word == "UNTESTABLE"
    assert "0 deaths" in found.reason


def test_lead_who_joins_after_the_landmark_is_not_counted():
    """A second lead who comes after day 28 makes no group shared."""
    study = register(2e-3, 1e-3)
    spells = study.tables["spells"]
    again = spells["group"].duplicated() & spells["role"].eq("lead")
    late = spells.assign(from_day=spells["from_day"] + 40 * again)
    study.with_tables(spells=late)
    assert "0 not" in evaluate("s0-owner-alone-fails", study).reason


def test_groups_older_than_their_register_are_not_from_birth():
    """Their twenty-eighth day is unknown; they are neither exposed nor not."""
    study = register(2e-3, 1e-3)
    older = pd.DataFrame(
        {"group": np.arange(0, N, 2), "fact": "there_at_first", "value": 1.0}
    )
    study.with_tables(facts=older)

    assert evaluate("s0-owner-alone-fails", study).n == N // 2


def test_hazard_of_one_lead_is_adjusted_for_group_size():
    """Where size and leads go together, little is known of either alone."""
    study = register(2e-3, 1e-3)
    shared = study.tables["registry"]["group"] >= N // 2
    many = pd.DataFrame({"group": np.flatnonzero(shared).repeat(30), "role": "member"})
    many = many.assign(member=10_000 + np.arange(len(many)), from_day=0, to_day=END)
    spells = pd.concat([study.tables["spells"], many])
    study.with_tables(spells=spells)

    raw = evaluate("s0-owner-alone-fails", register(2e-3, 1e-3))
    found = evaluate("s0-owner-alone-fails", study)
    assert found.high / found.low > 1.5 * raw.high / raw.low


def _departures(lost, *, many=300):
    """Return departures of one group each; silence follows as often as told."""
    rng = np.random.default_rng(4)
    last = np.arange(many) % 2 == 0
    silent = rng.random(many) < np.where(last, *lost)
    return pd.DataFrame(
        {
            "group": np.arange(many), "time_us": 1500 * DAY_US, "role": "chair",
            "others": np.where(last, 0, 2), "successors": 0,
            "before": rng.integers(1, 50, many), "after": np.where(silent, 0, 5),
            "followed_days": 400, "crowd": 1,
        }
    )  # fmt: skip


@pytest.mark.parametrize(("lost", "word"), [((0.6, 0.2), "SUPPORTED"), ((0.3, 0.3), 0)])
def test_silence_after_the_last_lead_left_is_recovered(lost, word):
    """Found where it was planted, and only there."""
    study = register(1e-4, 1e-4).with_tables(departures=_departures(lost))
    found = evaluate("s4-owner-indispensable", study)
    truth = np.log(1 - lost[0]) / np.log(1 - lost[1])
    assert found.low < truth < found.high
    assert (found.word == "SUPPORTED") is bool(word)


def test_already_silent_groups_are_not_at_risk_after_a_departure():
    """Departures from groups that wrote nothing before are not at risk."""
    gone = _departures((0.6, 0.2)).assign(before=0)
    study = register(1e-4, 1e-4).with_tables(departures=gone)
    assert evaluate("s4-owner-indispensable", study).word == "UNTESTABLE"


def test_server_of_threads_is_not_pooled():
    """Its verdicts stand apart, as its notes say."""
    found = evaluate("s0-three-month-death", open_study("komodo_discord"))
    assert found.stand_in
    assert "proxy" not in found.qualifiers


def _told(leads):
    """Return what charters of groups with two leads say, and others do not."""
    return {
        "s0-no-plan-dies": {"charter_on_first_day": 1.0, "charter_names_plan": leads},
        "s0-no-purpose-dies": {"purpose_stated_at_birth": leads},
    }


@pytest.mark.parametrize("claim", _told(None))
@pytest.mark.parametrize(("ratio", "word"), [(2.5, "SUPPORTED"), (1.0, "CONTRADICTED")])
def test_charter_without_plan_or_purpose_has_the_simulated_hazard(claim, ratio, word):
    """Groups whose first charter names no plan, or no purpose, are closed sooner."""
    study = register(ratio * 1e-3, 1e-3)
    study.tables["facts"] = facts(N, **_told(np.repeat([0.0, 1.0], N // 2))[claim])
    found = evaluate(claim, study)
    assert found.low < ratio < found.high
    assert found.word == word
    assert "proxy" in found.qualifiers


@pytest.mark.shared
@pytest.mark.skipif(not RAW.exists(), reason="../shared is absent")
def test_teams_with_a_stream_are_recounted_from_raw_files():
    """A second way: teams that are no list of permissions, with a stream."""
    teams = pd.read_csv(RAW / "teams.csv")
    streams = pd.read_csv(RAW / "team_stream.csv")
    able = teams[teams["kind"] != "marker-team"]
    many = able["team_id"].isin(streams["team_id"]).sum()
    found = evaluate("s0-owner-alone-fails", open_study("rust_teams"))
    assert f"{many} groups" in found.reason
