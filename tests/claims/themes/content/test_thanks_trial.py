"""A trial answers one part of a claim: it may refute the whole, never support it."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.content.replies import thanked_newcomers
from helpers.small_counts import mask_verdict
from helpers.study import open_study
from tests.claims.registers import as_of, registry
from tests.raw_corpora import SHARED, needs_raw

CLAIM = "s4-aloofness-hurts"


def _study(ratio, n=3000, stratum="two newcomers"):
    """Plant four Wikipedias with independent outcomes: half of the treated leave."""
    rows = []
    for group, (treated, control) in itertools.product(
        range(4), itertools.product([True, False], repeat=2)
    ):
        stays = 0.5
        others = 1 - 0.5 * ratio if control else 0.5 * ratio
        rows.append(
            {
                "group": group,
                "stratum": stratum,
                "reached": False,
                "treated_stayed": treated,
                "control_stayed": control,
                "pairs": round(n / 4 * stays * others),
            }
        )
    listed = registry(4, 300, key=list("abcd"), label=list("abcd"))
    return as_of(
        "wiki_thanks_experiment", registry=listed, paired_trial=pd.DataFrame(rows)
    )


def test_trial_effect_supports_its_component_but_not_the_whole_claim():
    """Groups were not observed."""
    found = evaluate(CLAIM, _study(1.5))
    assert found.components[0].estimate == pytest.approx(1.5, rel=0.01)
    assert found.components[1] is None
    assert found.word == "INCONCLUSIVE"
    assert found.reason.startswith("HR>(1.25) SUPPORTED")


def test_without_an_effect_the_claim_is_contradicted():
    """Its first part alone can refute it."""
    found = evaluate(CLAIM, _study(1.0))
    assert found.word == "CONTRADICTED"
    assert {"randomised", "proxy"} <= set(found.qualifiers)
    assert "the ratio of risks is read as the ratio of hazards" in found.note


def test_swapped_arms_show_no_effect():
    """The control of a trial: what pairs would show had nobody been thanked."""
    finding = thanked_newcomers(Evidence.of(_study(1.5)))
    swapped = [finding.permuted.permuted(seed).estimate for seed in range(40)]
    assert np.mean(swapped) == pytest.approx(1.0, abs=0.01)
    assert max(swapped) < finding.components[0].estimate


def test_experienced_accounts_alone_are_refused():
    """The claim is about newcomers."""
    found = evaluate(CLAIM, _study(1.5, stratum="no newcomer"))
    assert found.word == "UNTESTABLE"
    assert "0 newcomers in pairs, 200 needed" in mask_verdict(found, 1).reason


@needs_raw
def test_thanks_ratio_is_recomputed_from_raw_accounts():
    """Independent recomputation: risks by arm and a bootstrap of pairs."""
    raw = pd.read_csv(SHARED / "wiki_thanks_experiment" / "participants.csv.gz")
    wide = raw.assign(
        left=~raw["two.week.retention"],
        new=raw["prev.experience.assignment"] == "bin_0",
    ).pivot_table(index="block", columns="randomization.arm", values=["left", "new"])
    left = wide[wide["new"].eq(1).all(axis=1)]["left"].to_numpy(float)
    rng = np.random.default_rng(3)
    draws = [
        np.log(np.divide(*left[rng.integers(len(left), size=len(left))].mean(axis=0)))
        for _ in range(400)
    ]
    found = evaluate(CLAIM, open_study("wiki_thanks_experiment")).components[0]
    assert found.n == 2 * len(left)
    assert found.estimate == pytest.approx(np.divide(*left.mean(axis=0)))
    assert found.limits.se == pytest.approx(np.std(draws), rel=0.15)
