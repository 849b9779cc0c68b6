"""Each data gate refuses what is just short of it and lets the least pass."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.claims import Word, evaluate
from helpers.claims.contract import gates
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.deaths import define_silent
from helpers.study import open_study


@pytest.mark.parametrize(("number", "passes"), [(49, False), (50, True)])
def test_forty_nine_groups_are_too_few(number, passes):
    """One group fewer than 50 is too few."""
    assert gates.require_groups(number).passed is passes


def test_gate_detail_uses_the_singular_for_one_group():
    """One group is not written as several."""
    assert gates.require_groups(1).detail == "1 group, 50 needed"


@pytest.mark.parametrize(("followed", "passes"), [(19, False), (20, True)])
def test_nineteen_followed_groups_are_too_few(followed, passes):
    """Follow-up counts at the horizon itself, and twenty groups are the least."""
    days = [105.0] * followed + [104.9] * 99

    assert gates.require_follow_up(days, 105).passed is passes


def test_arms_with_fewer_than_30_groups_or_deaths_are_refused():
    """Thirty groups in each arm, thirty deaths over both; few in one refuse nothing."""
    exposed = np.r_[np.ones(30, bool), np.zeros(30, bool)]
    dead = np.r_[np.ones(25, bool), np.zeros(30, bool), np.ones(5, bool)]

    asked = gates.require_arms(exposed, dead)
    assert [gate.passed for gate in asked] == [True, True, True]
    assert not gates.require_arms(exposed[1:], dead[1:])[0].passed
    dead[-1] = False
    assert [gate.passed for gate in gates.require_arms(exposed, dead)] == [
        True,
        False,
        True,
    ]
    assert not gates.require_ends_in_each_arm(exposed, dead).passed


@pytest.mark.parametrize(("deaths", "passes"), [(29, False), (30, True)])
def test_ten_deaths_a_coefficient(deaths, passes):
    """Three coefficients need thirty deaths."""
    assert gates.require_events_per_coefficient(deaths, 3).passed is passes


@pytest.mark.parametrize(
    ("networks", "batches", "unit"),
    [
        (8, 5, "8 networks"),
        (7, 40, None),
        (2, 40, None),
        (1, 20, "20 batches"),
        (1, 19, "40 groups"),
    ],
)
def test_clusters_follow_the_number_of_operators(networks, batches, unit):
    """Two to seven operators give no pooled interval; one is read by batches."""
    rows = np.arange(40)
    gate = gates.require_clusters(rows % networks, rows % batches)

    assert gate.passed is (unit is not None)
    assert unit is None or gate.detail == f"resampling {unit}"


def test_refusal_names_only_what_failed():
    """Of several gates the error says which were not passed, and keeps them all."""
    with pytest.raises(
        gates.GateError, match=r"^groups: 3 groups, 50 needed\.$"
    ) as error:
        gates.pass_gates(gates.require_groups(60), gates.require_groups(3))

    assert len(error.value.gates) == 2


def test_entry_on_the_day_itself_is_late():
    """Twenty groups watched from the horizon on were not watched before it."""
    assert gates.require_entry_before([0.0] * 20, 105).passed
    assert not gates.require_entry_before([105.0] * 20, 105).passed


def test_failure_gates_check_groups_follow_up_entry_and_clusters():
    """Groups, follow-up, entry and clusters: none of the four is left out."""
    rows = {"potential": np.full(60, 400.0), "entry": np.zeros(60)}
    clusters = {"network": ["a"] * 60, "batch": list(range(60))}
    lives = type("Lives", (), {**rows, **clusters, "__len__": lambda _: 60})()
    names = [gate.name for gate in gates.require_failure_gates(lives, 105)]

    assert names == ["groups", "potential follow-up", "entry", "clustering"]


def test_empty_study_does_not_pass_the_cluster_gate():
    """An empty study does not pass for a pooled one."""
    assert not gates.require_clusters([], []).passed


@pytest.mark.parametrize(
    ("alive", "said"),
    [(True, "lists only groups alive at collection"), (False, "none known")],
)
def test_list_of_survivors_is_refused(alive, said):
    """A list of those still alive is refused, and says that it is one."""
    gate = gates.refuse_survivor_frame(survivors_only=alive)

    assert (gate.passed, gate.detail) == (not alive, said)


@pytest.mark.parametrize(("lag", "passes"), [(0, False), (6, False), (7, True)])
def test_exposure_after_the_landmark_must_be_lagged(lag, passes):
    """An exposure that runs into the risk period passes only a week back."""
    assert gates.require_dated_exposure(60, 28, lag=lag).passed is passes


def test_label_gate_reports_each_classifier_score():
    """What was reported is told, and a missing report is."""
    assert gates.require_labels(300, (0.9, 0.5)).detail.endswith("F1 0.90, 0.50")
    assert gates.require_labels(300).detail.endswith("not reported")


def test_gate_passes_only_observed_properties():
    """A source that shows what is needed passes; one that does not is refused."""
    shown = open_study("fcc_gitter").observability
    assert gates.require_observed(shown, "sender_ids", source="x").passed
    assert not gates.require_observed(shown, "leaves_observed", source="x").passed


@pytest.mark.parametrize(
    ("number", "f1", "passes"),
    [(299, (0.9,), False), (300, (0.9,), True), (300, (), False)],
)
def test_labels_need_hands_and_a_report(number, f1, passes):
    """300 hand labels, and each class's F1 told."""
    assert gates.require_labels(number, f1).passed is passes


WORLDS = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 99),
        "n": st.integers(1, 99),
        "life": st.floats(0.0, 5000.0),
        "reply_ratio": st.floats(0.0, 1.0),
        "networks": st.sampled_from([1, 2, 7, 8]),
    }
)


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(world=WORLDS)
@pytest.mark.parametrize("claim", ["s1-not-centralised", "s0-200-of-343-shells"])
def test_no_estimate_is_given_when_a_gate_fails(plant, claim, world):
    """However clear the numbers: no estimate without gates, no verdict past one."""
    verdict = evaluate(claim, plant(**world))

    for one in verdict.parts or (verdict,):
        untestable = one.word is Word.UNTESTABLE
        assert untestable == (one.estimate is None)
        assert untestable != all(gate.passed for gate in one.gates)


@given(seed=st.integers(0, 99), n=st.integers(20, 80), other=st.floats(0.0, 5000.0))
@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_gates_do_not_depend_on_lifetimes(plant, seed, n, other):
    """Two worlds that differ in nothing but lifetimes pass the same gates."""
    both = [plant(seed, n, life=life, networks=8) for life in (100.0, other)]
    for world in both:
        world.tables["groups"]["early_messages"] = 84  # W depends on traffic alone
    first, second = (define_silent(Evidence.of(world)).lives for world in both)

    assert gates.require_failure_gates(first, 365.0) == gates.require_failure_gates(
        second, 365.0
    )


def test_arm_gates_report_groups_and_deaths_of_each_arm():
    """Groups and deaths of each arm, the exposed first."""
    exposed = np.r_[np.ones(31, bool), np.zeros(40, bool)]
    dead = np.r_[np.ones(7, bool), np.zeros(24, bool), np.ones(30, bool), np.zeros(10)]
    details = [gate.detail for gate in gates.require_arms(exposed, dead)]

    assert details == [
        "31 exposed and 40 not, 30 needed in each",
        "37 deaths, 30 needed over both arms",
        "7 and 30; with fewer than 5 rates are compared, no hazard ratio",
    ]


@pytest.mark.parametrize(("exposed", "passes"), [(30, True), (29, False)])
def test_the_smaller_arm_decides(exposed, passes):
    """Whichever arm it is."""
    for first in (True, False):
        arm = np.r_[np.full(exposed, first), np.full(50, not first)]
        assert gates.require_arms(arm, np.ones(len(arm)))[0].passed is passes
