"""Planted truth gets its verdict, and what cannot be shown gets none."""

import numpy as np
import pytest

from helpers.claims import Word, build_scoreboard, evaluate
from helpers.claims.contract.finding import select_balanced_subset
from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.verdict import NO_ESTIMATOR
from helpers.claims.quantities.deaths import list_readings
from helpers.study import open_study

RNG = np.random.default_rng(7)
HALF = np.arange(400) % 2 == 0
WORLDS = {  # those of other claims are planted in tests/claims/test_planted.py
    "s0-three-month-death": ({"life": 50.0}, {"life": 900.0}),
    "s1-over-90-fail": (
        {"life": 60.0, "reply_ratio": 0.1},
        {"life": 500.0, "posters": 10},
    ),
    "s1-not-centralised": (
        {"top_share": RNG.uniform(0.05, 0.25, 400)},
        {"top_share": RNG.uniform(0.4, 0.7, 400)},
    ),
    "s4-many-centres": (
        {"centres": RNG.uniform(4, 9, 400), "owner_top": RNG.random(400) < 0.2},
        {"centres": RNG.uniform(1, 2, 400), "owner_top": RNG.random(400) < 0.2},
    ),
}


@pytest.mark.parametrize("claim", WORLDS)
def test_true_claim_is_supported(plant, claim):
    """A world in which the claim holds supports it."""
    verdict = evaluate(claim, plant(**WORLDS[claim][0]))

    assert verdict.word is Word.SUPPORTED, verdict.reason
    assert verdict.low <= verdict.estimate <= verdict.high


@pytest.mark.parametrize("claim", WORLDS)
def test_false_claim_is_contradicted(plant, claim):
    """A world in which it does not hold contradicts it."""
    verdict = evaluate(claim, plant(**WORLDS[claim][1]))

    assert verdict.word is Word.CONTRADICTED, verdict.reason


@pytest.mark.parametrize("claim", WORLDS)
def test_few_groups_are_untestable(plant, claim):
    """Forty groups pass no gate, whatever they show."""
    world = WORLDS[claim][0]
    world = {k: v[:40] if isinstance(v, np.ndarray) else v for k, v in world.items()}
    verdict = evaluate(claim, plant(n=40, **world))

    assert verdict.word is Word.UNTESTABLE
    assert verdict.estimate is None
    assert "groups" in verdict.reason


def test_owner_needs_deaths_and_arms(plant):
    """Immortal groups say nothing about hazards; nor does an empty arm."""
    immortal = plant(owner_share=np.where(HALF, 0.8, 0.1), life=1e9)
    one_arm = plant(owner_share=0.8, life=100.0)

    assert "deaths" in evaluate("s0-owner-alone-fails", immortal).reason
    assert "0 not" in evaluate("s0-owner-alone-fails", one_arm).reason


@pytest.mark.parametrize(
    ("claim", "lacking"),
    [
        ("s0-three-month-death", {"births": "unknown"}),
        ("s0-success-below-5pct", {"replies": "none"}),
        ("s1-not-centralised", {"sender_ids": False}),
        ("s4-many-centres", {"replies": "none"}),
        ("s0-owner-alone-fails", {"owner_known": False}),
        ("s0-novelty-decay", {"resolution": "month"}),
    ],
)
def test_claim_on_unobserved_property_is_untestable(plant, claim, lacking):
    """A source that does not show what the estimate needs gives no number."""
    verdict = evaluate(claim, plant().seen(**lacking))

    assert verdict.word is Word.UNTESTABLE
    assert verdict.components == ()


def test_never_active_groups_change_the_frame(plant):
    """Where half never spoke, both frames disagree and the verdict is FRAGILE."""
    study = plant(life=np.where(HALF, 0.0, 2000.0))
    verdict = evaluate("s0-three-month-death", study)
    frames = {
        s.name: s.components[0].estimate for s in verdict.specifications if s.decisive
    }

    assert verdict.estimate == pytest.approx(0.52, abs=0.03)
    assert frames["ever started"] < 0.1
    assert frames["all slow groups dead"] == pytest.approx(verdict.estimate)


def test_opposite_frames_are_fragile(plant):
    """SUPPORTED among all created and CONTRADICTED among started ones is FRAGILE."""
    mostly_silent = np.where(np.arange(400) % 10 < 7, 0.0, 2000.0)
    verdict = evaluate("s0-three-month-death", plant(life=mostly_silent))

    assert verdict.word is Word.FRAGILE
    assert "ever started" in verdict.agreement.decisive


def test_few_networks_are_not_pooled(plant):
    """Four networks get a verdict each, and no pooled number."""
    verdict = evaluate("s0-three-month-death", plant(life=50.0, networks=4))

    assert [part.word for part in verdict.parts] == [Word.SUPPORTED] * 4
    assert (verdict.word, verdict.estimate) == (Word.SUPPORTED, None)
    assert verdict.qualifiers == ("in all 4",)


def test_many_networks_are_pooled(plant):
    """Twenty networks are resampled as networks."""
    verdict = evaluate("s0-three-month-death", plant(life=50.0, networks=20))

    assert (verdict.interval.clusters, verdict.qualifiers) == (20, ())


def test_single_network_is_named_in_the_qualifier(plant):
    """One operator's groups carry its name after the verdict."""
    verdict = evaluate("s0-three-month-death", plant(life=50.0))

    assert str(verdict) == "SUPPORTED · within network 0"


def test_missing_owner_makes_a_component_untestable(plant):
    """Many centres alone neither support nor contradict the whole statement."""
    study = plant(**WORLDS["s4-many-centres"][0]).seen(owner_known=False)
    verdict = evaluate("s4-many-centres", study)

    assert verdict.word is Word.INCONCLUSIVE
    assert verdict.reason == "LIT>(3) SUPPORTED; P<(0.50) UNTESTABLE"


def test_coarse_timestamps_widen_the_interval(plant):
    """Months instead of seconds: the limits enclose those of both bounds."""
    fine = plant(life=100.0)
    coarse = plant(life=100.0)
    coarse.manifest.time_error_days = 31.0
    narrow, wide = (evaluate("s0-three-month-death", s) for s in (fine, coarse))

    assert wide.estimate == narrow.estimate
    assert wide.low < narrow.low - 0.05
    assert wide.high > narrow.high + 0.05


@pytest.mark.parametrize(
    ("bias", "speaks"),
    [
        (("up",), "contradict"),
        (("down",), "support"),
        (("up", "down"), "neither"),
        ((), "both"),
    ],
)
def test_biased_frame_decides_on_one_side_only(plant, bias, speaks):
    """A frame that pushes failure up can only contradict that most fail."""
    study = plant(life=50.0)
    study.manifest.frame_bias = bias

    assert evaluate("s0-three-month-death", study).speaks_for == speaks


@pytest.mark.parametrize(
    ("claim", "word"),
    [
        ("s3-headache-ranking", Word.UNFALSIFIABLE),
        ("s0-lurk-from-fear", Word.UNTESTABLE),
        ("s0-100-fanatics", Word.UNTESTABLE),
    ],
)
def test_claims_without_estimator_get_their_status_as_verdict(plant, claim, word):
    """Unfalsifiable and survey claims say so; a missing estimator is no verdict."""
    verdict = evaluate(claim, plant(n=60))

    assert verdict.word is word
    assert verdict.components == ()


def test_scoreboard_has_a_verdict_for_every_claim_and_study(plant):
    """Every claim and study has a row and a verdict; none waits for an estimator."""
    board = build_scoreboard([plant(n=60)])

    assert len(board) == 125
    assert not board["estimator"].eq(NO_ESTIMATOR).any()
    assert board["verdict"].notna().all()


def test_same_study_same_verdict(plant):
    """Nothing depends on anything but the tables."""
    first, second = (evaluate("s1-over-90-fail", plant(life=80.0)) for _ in range(2))

    assert (first.low, first.high) == (second.low, second.high)
    assert [str(s.components) for s in first.specifications] == [
        str(s.components) for s in second.specifications
    ]


def test_number_of_alternative_specifications_is_limited(plant):
    """Of the other readings of the same question, a run takes as many as it may."""
    study = plant(n=60, life=80.0, entry=5.0)
    study.tables["groups"]["members"] = 20
    found = list_readings(Evidence.of(study), 105.0, primary="last message, W = 60")

    assert len(found) == 43
    assert len(select_balanced_subset(found)) == 43
    assert len(select_balanced_subset(found, 25)) == 25
    assert {spec.counts for spec in found if "ignored" in spec.name} == {False}


def test_bound_keeps_its_direction_even_if_supported():
    """One that supports is a bound as much as one that was not allowed to speak."""
    assert evaluate("s0-lurkers-still-identify", open_study("chicago_rug")).may == (
        "support"
    )
