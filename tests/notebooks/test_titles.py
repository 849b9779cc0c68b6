"""Numbers of titles come out again by another route, and rules from the register."""

import re

import pandas as pd
import pytest

from helpers import paths
from helpers.claims import get_claim
from helpers.claims.contract.study_view import Evidence
from helpers.prose import format_share
from helpers.site.claim_details import quote_rule
from helpers.study import open_studies
from tests.notebooks.conftest import cells

# seaborn's own calls of older pandas and matplotlib
older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [pytest.mark.notebook, older]
CHAPTERS = [path.stem for path in sorted(paths.NOTEBOOKS.glob("*.ipynb"))]
HALF = 182


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_rule_that_is_applied_is_quoted_from_the_register(name):
    """Three of eight chapters had worded it themselves, and wrongly."""
    code = "\n".join(cells(name))
    applied = set(re.findall(r'(?:\bevaluate|_answering)\(\s*"([^"]+)"', code))
    assert applied <= set(re.findall(r'quote_rule\("([^"]+)"\)', code))


def test_a_quotation_has_the_registered_words():
    """What is printed is the register's rule, in both languages."""
    quoted, rule = (
        quote_rule("s4-aloofness-hurts"),
        get_claim("s4-aloofness-hurts").rule,
    )
    assert rule in quoted.markdown
    assert rule in quoted.chinese


def survival(ages, ended, until):
    """Return the product over days of the shares that go on, day by day."""
    going_on = 1.0
    for day in sorted(set(ages[ended & (ages <= until)])):
        going_on *= 1 - (ended & (ages == day)).sum() / (ages >= day).sum()
    return going_on


def titled(said, words):
    """Return the one title that has these words."""
    (found,) = {text for text in said if words in text}
    return found


def test_people_still_writing_at_the_end_are_no_ends(run_chapter):
    """The picture of payers had taken every last day for an end: 73 and 48 %."""
    study = "twitch_paid_free"
    said, _ = run_chapter("11_kinds_pay_and_rules", [paths.PROCESSED / study])
    (lives,) = (one.table("lives") for one in open_studies([study]))
    lives = lives[lives["measure"] == "writing"]
    lives = lives.loc[lives.index.repeat(lives["people"])]
    told = [
        format_share(survival(rows["days"], rows["ending"].eq("stopped"), HALF))
        for arm in ("paid: ", "free: ")
        for rows in [lives[lives["cohort"].str.startswith(arm)]]
    ]
    assert re.findall(r"\S+\s%", titled(said, "Half a year on")) == told


def test_newcomers_are_counted_where_a_span_begins(run_chapter):
    """The curve had begun after its first span, without all who came."""
    study = "zh_s1_lounges"
    values = {"HOME": f"'{study}'"}
    said, _ = run_chapter("07_content_and_rhythm", [paths.PROCESSED / study], values)
    (one,) = open_studies([study])
    rows = one.table("newcomers").query("within_hours == 24 and replies == 'explicit'")
    rows = rows[rows["group"].isin(Evidence.of(one).from_birth["group"])]
    told = []
    for answered in (True, False):
        side = rows[(rows["answered"] == answered) & (rows["from_day"] < 84)]
        sums = side.groupby("from_day")[["ended", "at_risk"]].sum()
        told.append(format_share((1 - sums["ended"] / sums["at_risk"]).prod()))
    assert re.findall(r"\S+\s%", titled(said, "of answered newcomers")) == told


def test_instruments_on_chat_lines_are_those_of_the_committed_table(run_chapter):
    """Each number of the title is one row's, in the order of the words."""
    said, _ = run_chapter("09_tone", [paths.PROCESSED / "houston_slack"])
    table = pd.read_csv(paths.PROCESSED / "instruments" / "chat_tone_quality.csv")
    auc = table[table["length"] == "all"].set_index("instrument")["auc"]
    told = [f"{auc[one]:.2f}" for one in ("snownlp", "pysenti", "chat_lines")]
    assert re.findall(r"\d\.\d\d", titled(said, "On chat lines: ")) == told


def test_a_bent_share_is_made_of_both_rates(run_chapter):
    """It was drawn from accuracy, which is neither sensitivity nor specificity."""
    said, _ = run_chapter("09_tone", [paths.PROCESSED / "houston_slack"])
    table = pd.read_csv(paths.PROCESSED / "instruments" / "sentiment_quality.csv")
    table = table[table["instrument"] == "snownlp"]
    worst = table.loc[(table["sensitivity"] + table["specificity"]).idxmin()]
    told = [format_share(1 - worst["specificity"]), format_share(worst["sensitivity"])]
    assert re.findall(r"\S+\s%", titled(said, "positive where none is")) == told
