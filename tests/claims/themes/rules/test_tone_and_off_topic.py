"""Planted effects of tone and of talk off topic, read by a machine that errs."""

from dataclasses import replace

import numpy as np

from helpers.claims import Word, evaluate
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.regression_calibration import Talk
from helpers.claims.themes.rules.tone_and_off_topic import Monthly, scale_to_ten_points
from tests.claims.labelled import asked, lifetimes, messages, months
from validation.worlds.claims.read import Machine

N = 800
OFF_TOPIC = "s1-off-topic-harms"
CLAIMS = {
    "s4-link-tone-matters": ("tone", ("negative", "positive")),
    OFF_TOPIC: ("off_topic", ("yes", "no")),
}


def world(plant, effect, *, claim=OFF_TOPIC, seed=1, n=N, share=0.05, machine=None):
    """Plant groups whose share of such talk raises the hazard by e^effect per SD."""
    chance = np.random.default_rng(seed)
    level = chance.beta(2, 4, n)
    study = plant(seed, n, life=lifetimes(level, effect))
    said = messages(study.tables["groups"], 8)
    answers = chance.random(len(said)) < level[said["group"]]
    kind, words = CLAIMS[claim]
    told = {"kind": kind, "words": words, "share": share, "machine": machine}
    tables = asked(said, answers, seed=seed, **told) | {"months": months(said)}
    true = np.exp(effect * 0.1 / level.std())
    return replace(study, tables=study.tables | tables), true


def test_hand_labels_correct_classifier_bias(plant):
    """Over worlds the corrected interval holds the truth, the machine's does not."""
    hits = np.zeros(2)
    for seed in range(12):
        study, true = world(plant, 0.4, seed=seed, n=250, share=0.01)
        evidence = Evidence.of(study)
        one = Monthly(evidence, Talk.of(evidence, "off_topic"), scale_to_ten_points)
        found = [one.ratio(), one.ratio(corrected=False)]
        hits += [component.low <= true <= component.high for component in found]
    assert hits[0] >= 10
    assert hits[1] <= 9


def test_classifier_errors_associated_with_death_are_refused(plant):
    """Where the machine errs more in groups that died there is no verdict."""
    study, _ = world(plant, 0.4)
    groups = study.tables["groups"]
    early = groups["end_us"] - groups["last_us"] > 340 * 864e8
    died = set(groups.loc[early, "group"])
    labels = study.tables["labels"]
    wrong = labels["group"].isin(died) & (np.arange(len(labels)) % 4 == 0)
    labels = labels.assign(predicted=labels["predicted"].mask(wrong, 1.0))
    study = replace(study, tables=study.tables | {"labels": labels})
    verdict = evaluate(OFF_TOPIC, study)
    assert verdict.word is Word.UNTESTABLE
    assert "even errors" in verdict.reason


def test_too_few_labels_are_refused_with_the_number_needed(plant):
    """A slope known too badly is refused, and how many labels would do is said."""
    study, _ = world(plant, 0.4, share=0.0007, machine=Machine(0.55, 0.45))
    assert len(study.tables["labels"]) > 300
    verdict = evaluate(OFF_TOPIC, study)
    assert verdict.word is Word.UNTESTABLE
    assert "labels" in verdict.reason.split("needed: some")[1]


def test_a_tone_read_too_badly_is_refused(plant):
    """F1 under .6 is no instrument for tone."""
    study, _ = world(
        plant, 0.4, claim="s4-link-tone-matters", machine=Machine(0.5, 0.35)
    )
    verdict = evaluate("s4-link-tone-matters", study)
    assert verdict.word is Word.UNTESTABLE
    assert "F1" in verdict.reason
