"""The chart of a claim's page draws each kind of evidence as what it is."""

import pytest

from helpers.claims.contract.finding import Supplement
from helpers.claims.rules.interval_rules import Word
from helpers.site.answers.board import Answer
from helpers.site.answers.evidence_chart import build_charts
from helpers.site.answers.quotable import Numbers
from helpers.site.languages import Words
from helpers.synthesis.synthesis import run_synthesis
from tests.claims.intervals import around
from tests.synthesis.planted import AGE, PARTS, SHARE, shares, verdict


def draw(claim_id, verdicts, language="en"):
    """Return the charts of a claim over planted sources."""
    found = Answer(
        claim=claim_id, word=None, cells=(), synthesis=run_synthesis(claim_id, verdicts)
    )
    return build_charts(found, Numbers([]), Words(language))


def list_kinds(chart):
    """Return the kinds of rows of a chart by section, in order."""
    return {s.code: [row.kind for row in s.rows] for s in chart.sections}


def test_pooled_mean_and_prediction_follow_the_deciding_sources():
    """The largest first, then the diamond and the bar."""
    (chart,) = draw(SHARE, shares(0.2, 0.4, 0.3, se=0.05))
    direct, pooled, published = chart.sections

    assert [row.at for row in direct.rows] == pytest.approx([40, 30, 20], abs=0.1)
    assert [row.kind for row in pooled.rows] == ["mean", "new"]
    assert published.code == "published"


def test_one_sided_estimates_are_drawn_as_bounds():
    """What may only contradict "more than half" is an upper bound."""
    both = shares(0.2, 0.4, 0.3, se=0.05)
    upper = verdict("up", 0.6, se=0.05, may="contradict")
    lower = verdict("low", 0.1, se=0.05, may="support")
    (chart,) = draw(SHARE, [*both, upper, lower])
    rows = [row for s in chart.sections for row in s.rows if row.kind == "bound"]

    assert list_kinds(chart)["also_bounds"] == ["bound", "bound"]
    assert [row.arrow for row in rows] == ["left", "right"]


def test_indirect_measures_are_drawn_in_their_own_section():
    """They never mix with what decides."""
    proxy = verdict("p", 0.9, se=0.05, qualifiers=("proxy",))
    (chart,) = draw(SHARE, [*shares(0.2, 0.4, 0.3, se=0.05), proxy])

    assert list_kinds(chart)["also_indirect"] == ["other"]
    assert list(list_kinds(chart))[:2] == ["direct", "pooled"]


def test_a_lone_indirect_source_is_not_headed_as_counting():
    """The rule never decides by it, and the chart had said that it counts."""
    (chart,) = draw(SHARE, [verdict("a", 0.3, qualifiers=("proxy",))])
    assert "decides nothing" in chart.sections[0].heading


def test_a_withheld_answer_is_not_headed_as_deciding():
    """The page says elsewhere that the answer of such a source is not counted."""
    (chart,) = draw(SHARE, [verdict("s", 0.90, word=Word.INCONCLUSIVE)])
    (free,) = draw(SHARE, shares(0.2, 0.4, 0.3, se=0.05))

    assert chart.sections[0].heading.endswith("not counted")
    assert free.sections[0].heading.endswith("which count")


def test_published_studies_are_named_and_wechat_is_marked():
    """Both stand in the claim's own chart, in both languages."""
    for language in ("en", "zh"):
        (chart,) = draw(AGE, shares(0.2, se=0.05, claim_id=AGE), language)
        assert set(list_kinds(chart)["published"]) == {"published", "wechat"}


def test_each_component_of_a_rule_has_its_chart():
    """And a claim that nobody measured has none."""
    pairs = [verdict(f"s{n}", 1.1, 1.0, claim_id=PARTS, se=0.05) for n in range(3)]

    assert len(draw(PARTS, pairs)) == 2
    assert draw(SHARE, []) == []


def test_trial_has_its_own_section_before_biased_estimates():
    """Randomised evidence has a section of its own, before the other rows."""
    trial = verdict("trial", 0.4, may="nothing", qualifiers=("randomised",))
    biased = verdict("biased", 0.6, may="nothing")
    (chart,) = draw(SHARE, [*shares(0.2, 0.4, 0.3, se=0.05), trial, biased])
    sections = list_kinds(chart)

    assert sections["trials"] == sections["also_shown"] == ["shown"]
    assert list(sections).index("trials") < list(sections).index("also_shown")


def test_a_stratified_estimate_stands_below_those_of_its_places():
    """A single average hid that one place alone differs from the rest."""
    places = tuple(Supplement(name, around(0.3, 0.1, "logit")) for name in "abc")
    (chart,) = draw(SHARE, [verdict("s", 0.4, places=places)])

    assert next(iter(list_kinds(chart).items())) == ("each_stratum", ["source"] * 3)
    assert [row.at for row in chart.sections[0].rows] == pytest.approx([30] * 3)


def test_a_component_with_units_of_its_own_names_them():
    """Months of groups were told as newcomers, the units of the other component."""
    first, second = draw(
        PARTS, [verdict("s", 1.1, 1.0, claim_id=PARTS, cases="newcomers")]
    )

    assert first.sections[0].rows[0].cases == "900 newcomers"
    assert second.sections[0].rows[0].cases == "900 group-months"
