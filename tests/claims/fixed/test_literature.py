"""The literature is cited only where it was read, and for claims that exist."""

from __future__ import annotations

import re

import pytest

from helpers.claims.fixed.literature import _read_all
from helpers.claims.fixed.register import read_register

FINDINGS = _read_all()
NUMBER = re.compile(r"\d[\d,.]*\d|\d")
CLAIMS = set(read_register())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda one: one.key)
def test_every_finding_names_existing_claims_and_how_it_was_read(finding):
    """No finding hangs in the air or rests on memory."""
    assert set(finding.claims) <= CLAIMS
    assert finding.claims
    assert finding.read in {"source", "digest"}
    assert all(finding.sample + finding.finding)
    assert re.search("[\u4e00-\u9fff]", finding.sample.zh)
    assert re.search("[\u4e00-\u9fff]", finding.finding.zh)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda one: one.key)
def test_chinese_finding_has_every_number_of_the_english(finding):
    """Each is told there as well; millions are counted in ten thousands."""
    for told in (finding.sample, finding.finding):
        english, chinese = (set(NUMBER.findall(one)) for one in told)
        assert english - {"2.65"} <= chinese
