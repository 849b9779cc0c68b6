"""What verdicts say of people can be withheld, in whatever words they say it."""

from __future__ import annotations

import re

import pytest

from helpers.claims.evaluation.registry import ESTIMATORS, PROXIES
from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.small_counts import mask_verdict
from helpers.study import open_studies

ALL = 10**9
# a number that no threshold sign or word stands before, and a word for people after
BARE = re.compile(
    r"(?<![\d.,≥≤<>=–-])(?<!≥ )(?<!than )(?<!under )(?<!least )\b[1-9]\d*"
    r"(?= (?:(?:core|mild|new|silent|listed|other) )?"
    r"(?:people|persons?|members?|memberships?|newcomers?|lurkers?|senders?|writers?"
    r"|readers?|leavers?|holders?|payers?|gone silently|of them)\b)"
)


def _sentences(verdict):
    yield from (verdict.reason, verdict.note)
    yield from (gate.detail for gate in verdict.gates)
    for part in verdict.parts:
        yield from _sentences(part)


@pytest.mark.usefixtures("kept_verdicts")
@pytest.mark.parametrize("study", open_studies(), ids=lambda study: study.name)
def test_every_count_of_people_in_a_verdict_can_be_masked(study):
    """With a limit that nobody reaches, every one of them reads ``<limit``."""
    claims = {*ESTIMATORS, *PROXIES}
    verdicts = [mask_verdict(load_verdict(claim, study), ALL) for claim in claims]
    said = (text for verdict in verdicts for text in _sentences(verdict))
    assert [text for text in said if BARE.search(text)] == []
