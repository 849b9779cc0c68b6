"""The literature is cited only where it was read, and for claims that exist."""

from __future__ import annotations

import re

import pytest

from helpers.claims.fixed.register import read_register
from helpers.claims.literature import _read_all
from helpers.study import open_study

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


def test_shares_of_chinese_messengers_are_those_of_the_table():
    """Published percentages were in a table that no page showed."""
    rows = open_study("cn_oss_survey").table("survey_percents")
    rows = rows[rows["answer"].eq("domestic messengers")]
    told = next(one for one in FINDINGS if one.key == "kaiyuanshe-2024").finding.en
    assert len(rows) == 2
    for percent in rows["percent"]:
        assert f"{percent:.1f}%" in told
