"""Worlds where it is known who writes last, read by a machine that errs."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.quantities.message_labels import Labelled, estimate_corrected_share
from helpers.claims.rules.interval_rules import Word
from helpers.claims.themes.ads.last_posters import KIND
from helpers.errors import NotIdentifiableError

CLAIM = "s0-ads-are-the-last-posters"
SENSITIVITY, FALSE_ALARMS = 0.6, 0.2
LIFE, TAIL = 200, 28  # lively days, then a day's message each


def world(plant, late, *, seed=1, n=150, share=0.2, early=0.05):
    """Plant groups that fall to a tenth at one age; `late` of the rest advertises."""
    chance = np.random.default_rng(seed)
    study = plant(seed, n, life=1e9)
    groups = study.tables["groups"]
    groups = groups.assign(origin_us=0, created_us=0, entry_us=0, first_us=0)
    at = pd.DataFrame({"group": groups["group"]})
    rows = [at.assign(age_day=a, messages_28=m) for a, m in ((0, 280), (LIFE, 20))]
    rates = pd.concat(rows).sort_values(["group", "age_day"]).assign(posters_28=5)
    messages = pd.concat([_said(at, 0, 28, 3), _said(at, LIFE, LIFE + TAIL, 1)])
    spread = chance.normal(0, 0.05, n)[messages["group"]]
    level = np.where(messages["age_day"] < LIFE, early, late) + spread
    truth = chance.random(len(messages)) < level
    right = np.where(truth, SENSITIVITY, FALSE_ALARMS)
    messages = messages.assign(
        truth=truth, predicted=(chance.random(len(messages)) < right).astype(float)
    )
    tables = {"groups": groups, "rates": rates.reset_index(drop=True)}
    tables |= _asked(messages, chance.random(len(messages)) < share, share)
    return replace(study, tables=study.tables | tables), messages


def _said(at, start, stop, times):
    days = pd.DataFrame({"age_day": np.repeat(np.arange(start, stop), times)})
    return at.merge(days, how="cross")


def _asked(messages, drawn, share):
    days = messages.groupby(["group", "age_day"])["predicted"]
    readings = days.agg(messages="size", predicted="sum").reset_index()
    labels = messages[drawn].assign(kind=KIND, probability=share)
    labels["label"] = np.where(labels["truth"], "yes", "no")
    return {"labels": labels, "readings": readings.assign(kind=KIND)}


def test_uncorrected_classifier_gives_a_wrong_share(plant):
    """Uncorrected, the share lies outside the interval that holds the truth."""
    study, messages = world(plant, 0.85)
    late = messages["age_day"] >= LIFE
    (share, _) = evaluate(CLAIM, study).components
    assert messages.loc[late, "predicted"].mean() < share.low


def test_intervals_cover_the_simulated_share(plant):
    """Over 80 worlds 95 % intervals hold the truth about as often as they say."""
    hits = 0
    for seed in range(80):
        study, _ = world(plant, 0.5, seed=seed, n=60)
        asked = Labelled.of(Evidence.of(study), KIND)
        ages = pd.DataFrame(
            {"from_day": LIFE, "to_day": LIFE + TAIL - 1}, asked.groups.index
        )
        found = asked.share(ages).interval()
        hits += found.low <= 0.5 <= found.high
    assert 0.88 <= hits / 80 <= 0.99


def test_whole_share_equals_an_independent_count(plant):
    """It equals the sum over messages of F + (Y − F) L / π, divided by their number."""
    study, messages = world(plant, 0.5)
    labels = study.table("labels")
    corrections = (labels["truth"] - labels["predicted"]) / labels["probability"]
    total = messages["predicted"].sum() + corrections.sum()
    found = estimate_corrected_share(Evidence.of(study), KIND)
    assert found.estimate == pytest.approx(total / len(messages), rel=1e-12)


@pytest.mark.parametrize("kept", [0, 299])
def test_too_few_labels_are_refused_with_the_number_needed(plant, kept):
    """One label short of 300 there is no number at all."""
    study, _ = world(plant, 0.85)
    few = study.tables | {"labels": study.table("labels").head(kept)}
    study = replace(study, tables=few)
    with pytest.raises(NotIdentifiableError, match=f"300 hand labels.*{kept}"):
        estimate_corrected_share(Evidence.of(study), KIND)
    verdict = evaluate(CLAIM, study)
    assert verdict.word is Word.UNTESTABLE
    assert "300 hand labels" in verdict.reason


def test_labels_of_young_groups_do_not_correct_withering_ones(plant):
    """With labels of young groups only, the machine's word is not taken for theirs."""
    study, _ = world(plant, 0.85)
    labels = study.table("labels")
    young = labels[labels["age_day"] < LIFE]
    assert len(young) >= 300
    study = replace(study, tables=study.tables | {"labels": young})
    verdict = evaluate(CLAIM, study)
    assert verdict.word is Word.UNTESTABLE
    assert "labels of withering groups" in verdict.reason


def test_without_a_withering_group_there_is_no_verdict(plant):
    """A study in which nothing withered is refused, not broken."""
    study, _ = world(plant, 0.85)
    lively = study.table("rates").assign(messages_28=280)
    study = replace(study, tables=study.tables | {"rates": lively})
    assert evaluate(CLAIM, study).word is Word.UNTESTABLE
