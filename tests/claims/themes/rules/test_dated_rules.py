"""Rules with a day, in planted registries: what weights mend, and where lines break."""

from __future__ import annotations

import numpy as np
import pytest

from helpers.claims import Word
from helpers.claims.claim import Claim
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.hazards.landmark import Landmark
from helpers.claims.evaluation.curves import Computed
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.claims.themes.rules.dated_rules import dated_rules

FIVE = Computed(most=5, permutations=0)
NEEDED, STRICT = "s1-rules-needed", "s1-rules-too-strict"


def verdict(name, study):
    """Return the verdict, five of its specifications computed."""
    return evaluate_claim(Claim.of(name), study, FIVE)


@pytest.mark.parametrize(
    ("ratio", "word"), [(0.5, Word.SUPPORTED), (1.3, Word.CONTRADICTED)]
)
def test_weighted_hazard_of_rules_is_recovered_under_confounding(chapters, ratio, word):
    """Busy chapters have rules and live long: only the rules' own part is left."""
    found = verdict(NEEDED, chapters(ratio))

    assert found.word is word
    assert found.stand_in
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_unweighted_estimate_confounds_rules_with_activity(chapters):
    """The crude ratio of a world without effect is far from 1."""
    study = chapters(1.0)
    finding = dated_rules(Evidence.of(study))
    way = finding.specifications[0].way.func.__self__
    exposure = finding.specifications[0].way.keywords["exposure"]
    reading = finding.specifications[0].way.keywords["reading"]
    data, _ = way.at_risk(exposure, reading)
    crude = Landmark(
        evidence=way.evidence, exposure=exposure, adjust=way.counts[[]], day=14.0,
        last_day=13.0, reading=reading,
    ).fitted(data)  # fmt: skip

    assert crude.high < 0.8
    assert finding.components[0].high > 1


def test_rules_added_on_day_14_are_too_late(chapters):
    """Moved from day 13 to day 14 they are of the other arm; nothing else moves."""
    study = chapters(0.5)
    facts = study.tables["facts"]
    early = verdict(NEEDED, study)
    dated = facts["fact"].eq("rules_day")
    born = study.tables["registry"]["origin_us"] / 86_400_000_000
    age = facts["value"] - facts["group"].map(born)
    study.tables["facts"] = facts.assign(
        value=facts["value"].mask(dated & age.eq(3), facts["value"] + 10)
    )
    later = verdict(NEEDED, study)
    assert later.components == early.components

    study.tables["facts"] = facts.assign(
        value=facts["value"].mask(dated & age.eq(3), facts["value"] + 11)
    )
    assert "0 exposed" in verdict(NEEDED, study).reason


def test_rules_added_after_death_are_no_rules(chapters):
    """Who would have got rules only after the end was never under them."""
    study = chapters(0.5)
    facts = study.tables["facts"]
    groups = study.tables["registry"].set_index("group")
    dated = facts["fact"].eq("rules_day")
    gone = facts["value"] * 86_400_000_000 > facts["group"].map(groups["last_us"])

    def later():
        finding = dated_rules(Evidence.of(study))
        (one,) = [s for s in finding.specifications if "time-varying" in s.name]
        return one.components

    before = later()
    study.tables["facts"] = facts[~(dated & gone)]
    assert (dated & gone).sum() > 100
    assert later() == before
    assert before[0].high < 0.8


@pytest.mark.parametrize(("effect", "word"), [(-0.6, "SUPPORTED"), (0, "CONTRADICTED")])
def test_simulated_hazard_of_servers_with_tools_is_recovered(servers, effect, word):
    """A planted log ratio of any tool against none is found; tools are not rules."""
    found = verdict(NEEDED, servers(lambda tools: effect * (tools > 0)))
    assert found.word == "INCONCLUSIVE"
    assert found.reason == f"{word}, which this evidence may not decide"
    assert found.low < np.exp(effect) < found.high


def test_u_shaped_hazard_of_tools_is_recovered(servers):
    """Hazards that fall to four tools and rise again beyond are two lines."""
    found = verdict(STRICT, servers(lambda tools: 0.35 * np.abs(tools - 4)))
    low, high = found.components
    assert found.reason == "SUPPORTED, which this evidence may not decide"
    assert low.high < 1 < high.low


@pytest.mark.parametrize("slope", [-0.1, -0.2])
def test_monotone_falling_hazard_contradicts_too_strict(servers, slope):
    """Hazards that only fall rule a rise out."""
    found = verdict(STRICT, servers(lambda tools: slope * tools))
    assert found.reason == "CONTRADICTED, which this evidence may not decide"


def test_mostly_zero_dose_has_its_breakpoint_above_the_first_step(servers):
    """Below the break there are two doses, whatever the fifths say."""
    found = verdict(STRICT, servers(lambda tools: 0.2 * tools))
    assert found.components
    assert found.word is not Word.SUPPORTED
