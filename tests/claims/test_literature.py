"""The literature is cited only where it was read, and for claims that exist."""

from __future__ import annotations

import re

import pytest

from helpers.claims.claim import _read_publications
from helpers.claims.contract.study_view import read_card_entries
from helpers.claims.fixed.register import read_register
from helpers.study import open_study

FINDINGS = tuple(_read_publications().values())
NUMBER = re.compile(r"\d[\d,.]*\d|\d")


def test_cards_name_every_study_and_no_other():
    """A study that no card names is on no page; an unknown name would stop a page."""
    named = [
        key
        for entry in read_card_entries().values()
        for key in entry.get("literature", ())
    ]
    assert set(named) == {finding.key for finding in FINDINGS}
    assert set(read_card_entries()) <= set(read_register())


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda one: one.key)
def test_every_finding_tells_how_it_was_read(finding):
    """No finding rests on memory."""
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
