"""Who contributes nothing and feels a member, in GitHub's survey."""

from __future__ import annotations

import csv
import gzip

import pytest

from helpers.claims.quantity import get_quantity
from helpers.group_lives.evidence import Evidence
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw


@needs_raw
def test_silent_people_who_feel_somewhat_members_are_recounted():
    """Independent recomputation by a loop over the raw rows."""
    file = SHARED / "github_oss_survey_2017" / "answers.csv.gz"
    yes = people = 0
    with gzip.open(file, "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            told = row["PARTICIPATION.TYPE.ANY.REPONSE"] == "1"
            if told and row["PARTICIPATION.TYPE.CONTRIBUTE"] == "0":
                people += bool(row["OSS.IDENTIFICATION"])
                yes += row["OSS.IDENTIFICATION"] in {"Somewhat agree", "Strongly agree"}
    tables = Evidence.of(open_study("github_oss_survey_2017"))
    found = get_quantity("feels_somewhat_member").estimate(tables)
    assert (found.n, found.estimate) == (people, pytest.approx(yes / people))
    assert (people, round(100 * yes / people, 1)) == (1247, 44.9)
