"""The traps of chapters: maintainers, copied pages, names that differ, late entries."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.records import DAY_US
from pipeline.corpora.sources import nodeschool_chapters

HEAD = "chapter,conduct_first_mention,conduct_in_inherited_history,\
harassment_text_first,conduct_first_author,prohibitions_now\n"
NAMES = ("Oslo", "Lima", "c", "d", "e", "f")
CHAPTERS = HEAD + (
    "Oslo,2015-01-20,0,2015-02-01,1,5\nLima,2014-12-01,1,,9,\n"
    + "".join(f"{name},,,,,\n" for name in NAMES[2:])
)
COMMITS = "chapter,day,author,merge\n" + (
    "Oslo,2015-01-10,1,0\nOslo,2015-01-10,2,0\nOslo,2015-01-24,1,0\n"
    "Lima,2015-01-05,3,0\nc,2015-03-01,4,0\nd,2015-03-01,5,0\ne,2015-04-01,5,0\n"
    + "".join(f"{name},2015-01-01,9,0\n" for name in NAMES)
    + "Oslo,2020-01-01,9,0\n"
)
ENTRIES = """chapter_file,day,organizers,chapter,country,has_website
oslo-no,2015-01-12,2,oslo,Iran,1
oslo-no,2015-01-23,3,oslo,Iran,1
oslo-no,2015-01-24,9,oslo,Iran,1
lima,2015-09-01,4,,PE,0
nowhere,2015-01-12,1,,US,0
"""


@pytest.fixture
def corpus(counted):
    """Count six pages of a movement."""
    return counted(
        nodeschool_chapters,
        chapters__csv=CHAPTERS, commits__csv__gz=COMMITS,
        entries__csv=ENTRIES,
    )  # fmt: skip


def _facts(corpus, key):
    actual = corpus.tables["facts"]
    return actual[actual["key"] == key].set_index("fact")["value"].to_dict()


def test_commits_by_maintainers_are_not_chapter_activity(corpus):
    """Who commits to six pages is out; a page with nobody else is no group."""
    groups = corpus.groups.set_index("key")
    assert len(groups) == 5
    assert corpus.became["a chapter that only the movement's maintainers wrote"] == 1
    assert corpus.became["a commit by somebody seen in five chapters or more"] == 7
    born = pd.to_datetime(groups["origin_us"], unit="us").dt.strftime("%m-%d")
    assert born.tolist() == ["01-05", "01-10", "03-01", "03-01", "04-01"]
    last = pd.to_datetime(groups.loc["chapter 002", "last_us"], unit="us")
    assert last == pd.Timestamp("2015-01-24")


def test_rules_in_the_first_page_count_from_founding(corpus):
    """Their day is older than the chapter."""
    lima = _facts(corpus, "chapter 001")
    groups = corpus.groups.set_index("key")
    assert lima["rules_day"] == groups.loc["chapter 001", "origin_us"] // DAY_US
    assert _facts(corpus, "chapter 003")["rules"] == 0
    assert "rules_day" not in _facts(corpus, "chapter 003")


def test_exposures_use_only_the_first_fourteen_days(corpus):
    """Day 13 counts, day 14 does not; an entry may bear another name."""
    oslo = _facts(corpus, "chapter 002")
    assert oslo["authors_days_0_13"] == oslo["commits_days_0_13"] == 2
    assert oslo["organizers_day_13"] == 3
    assert "organizers_day_13" not in _facts(corpus, "chapter 001")
