"""Amendments of the plan name what there is, are obeyed, and can be read in Chinese."""

import pytest

from helpers.claims.evaluation.standing import SIDES, combine_sides, describe_amendments
from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.claims.fixed.evidence_plan import (
    find_substitute,
    is_public,
    list_amendments,
    read_amendments,
)
from helpers.claims.fixed.register import read_register
from helpers.site.languages import Words
from helpers.study import open_study

CELLS = [(one.claim, source) for one in read_amendments() for source in one.sources]


@pytest.mark.parametrize("one", read_amendments(), ids=lambda one: one.claim)
def test_an_amendment_is_about_a_claim_and_public_sources(one):
    """A misspelt name would withdraw nothing."""
    status = read_register()[one.claim].status
    opened = all(find_substitute(one.claim, source) for source in one.sources)
    assert status == "testable" or (one.sources and opened)
    assert all(is_public(source) for source in one.sources)
    assert SIDES[one.may] < SIDES["both"]


@pytest.mark.usefixtures("kept_verdicts")
@pytest.mark.parametrize(("claim", "source"), CELLS)
def test_withdrawn_source_keeps_its_estimate_but_does_not_decide(claim, source):
    """The word is gone, the estimate and the reason stay."""
    verdict = load_verdict(claim, open_study(source))

    assert verdict.word == "INCONCLUSIVE"
    (one,) = list_amendments(claim, source)
    parts = [p for p in verdict.parts or [verdict] if p.word != "UNTESTABLE"]
    assert parts
    assert one.may == "support" or not any(part.decides for part in parts)
    assert all(f"withdrawn on {one.date}: {one.why}" in part.note for part in parts)
    assert all(part.estimate is not None for part in parts)


def test_amendment_of_one_measure_does_not_affect_others():
    """Meetings are withdrawn from own groups too, people who write are not."""
    claim = "s1-zombie-members-useless"

    assert [one.may for one in list_amendments(claim, "own", "meetings")] == ["nothing"]
    assert not list(list_amendments(claim, "own"))


def test_amendment_never_allows_more_verdicts():
    """What may only support, and is amended to contradict, decides nothing."""
    (one,) = list_amendments("s1-rules-needed", "mc_servers")

    assert combine_sides("support", one.may) == "nothing"


@pytest.mark.parametrize("one", read_amendments(), ids=lambda one: one.claim)
def test_every_amendment_has_its_reason_in_chinese(one):
    """Pages in Chinese print it in the note."""
    (told,) = (Words("zh").sentence(text) for text in describe_amendments([one]))

    assert told
    assert not set("abcdefghijklmnopqrstuvwxyz") & set(told)
