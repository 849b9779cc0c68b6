"""Numbers of titles come out again by another route, and rules from the register."""

import re

import numpy as np
import pytest
from scipy.stats import binom

from helpers import paths
from helpers.claims import get_claim
from helpers.claims.contract.study_view import Evidence
from helpers.prose import format_share
from helpers.site.claim_details import quote_rule
from helpers.study import open_studies
from tests.notebooks.conftest import cells

# seaborn's own calls of older pandas and matplotlib
older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [
    pytest.mark.notebook,
    pytest.mark.usefixtures("kept_verdicts"),
    older,
]
CHAPTERS = [path.stem for path in sorted(paths.NOTEBOOKS.glob("*.ipynb"))]
HALF, DAY = 182, 86_400e6  # days; microseconds
NUMBER = re.compile(r"\d[\d.,\u202f]*(?:\u202f%|(?<=\d))")


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


def test_each_code_of_a_quoted_rule_is_explained():
    """`LIT<` and `DOM>` stood there and a reader could not look them up."""
    books = (path.read_text("utf-8") for path in paths.NOTEBOOKS.glob("*.ipynb"))
    named = {
        one for book in books for one in re.findall(r'quote_rule\(\\"([^"]+)\\"', book)
    }
    assert len(named) > len(CHAPTERS)
    for name in named:
        quoted = quote_rule(name)
        for code in re.findall(r"([A-Za-zΔ]+)[<>]", get_claim(name).rule):
            assert f" {code} is " in quoted.markdown, name
            assert f"{code} 是" in quoted.chinese, name


def survival(ages, ended, until):
    """Return the product over days of the shares that go on, day by day."""
    going_on = 1.0
    for day in sorted(set(ages[ended & (ages <= until)])):
        going_on *= 1 - (ended & (ages == day)).sum() / (ages >= day).sum()
    return going_on


def test_people_still_writing_at_the_end_are_censored(draw_titles):
    """The picture of payers had taken every last day for an end: 73 and 48 %."""
    study = "twitch_paid_free"
    (title,) = draw_titles("11_kinds_pay_and_rules", "payers-and-others", study)
    (lives,) = (one.table("lives") for one in open_studies([study]))
    lives = lives[lives["measure"] == "writing"]
    lives = lives.loc[lives.index.repeat(lives["people"])]
    told = [
        format_share(survival(rows["days"], rows["ending"].eq("stopped"), HALF))
        for arm in ("paid: ", "free: ")
        for rows in [lives[lives["cohort"].str.startswith(arm)]]
    ]
    assert re.findall(r"\S+\s%", title) == told


def test_newcomers_are_counted_where_a_span_begins(draw_titles):
    """The curve had begun after its first span, without all who came."""
    study = "zh_s1_lounges"
    home, chapter = f"'{study}'", "07_content_and_rhythm"
    (title,) = draw_titles(chapter, "newcomers-by-answer", study, HOME=home)
    (one,) = open_studies([study])
    rows = one.table("newcomers").query("within_hours == 24 and replies == 'explicit'")
    rows = rows[rows["group"].isin(Evidence.of(one).from_birth["group"])]
    told = []
    for answered in (True, False):
        side = rows[(rows["answered"] == answered) & (rows["from_day"] < 84)]
        sums = side.groupby("from_day")[["ended", "at_risk"]].sum()
        told.append(format_share((1 - sums["ended"] / sums["at_risk"]).prod()))
    assert re.findall(r"\S+\s%", title) == told


def read_numbers(title):
    """Return the numbers of a title, in order, shares with their sign."""
    return [one.replace("\u202f%", " %") for one in NUMBER.findall(title)]


def write_shares(*shares):
    """Write shares as titles do, with a plain space."""
    return [format_share(one).replace("\u202f%", " %") for one in shares]


def test_groups_needed_are_found_by_the_binomial_tail(draw_title):
    """The exact interval's end is where five or fewer have a chance of 2.5 %."""
    title = draw_title("01_the_articles", "five-successes", "houston_slack")
    needed = next(n for n in range(6, 999) if binom.cdf(5, n, 0.05) < 0.025)
    assert read_numbers(title)[0] == str(needed)


def test_sizes_of_groups_are_sorted_and_added_up(draw_title):
    """The median and the part of the busiest tenth."""
    title = draw_title("02_the_data", "messages-per-group", "zh_s1_lounges")
    (one,) = open_studies(["zh_s1_lounges"])
    sizes = np.sort(one.table("groups")["messages"].dropna())
    sizes = sizes[sizes > 0]
    part = sizes[len(sizes) - len(sizes) // 10 :].sum() / sizes.sum()
    assert read_numbers(title) == [f"{np.median(sizes):.0f}", *write_shares(part)]


def test_members_who_never_wrote_are_counted_from_the_roster(draw_title):
    """Mean, least and most over the groups with ten members for twelve weeks."""
    (one,) = open_studies(["raku_irc"])
    rows = one.table("roster")
    rows = rows[(rows["within_days"] == 84) & (rows["members"] >= 10)]
    there = rows["members"] - rows["gone_silent"] - rows["gone_spoke"]
    silent = (rows["lurkers"] / there)[there > 0]
    mean = draw_title("05_lurkers", "silent-by-group", "raku_irc")
    ends = draw_title("05_lurkers", "silent-with-limits", "raku_irc")
    assert read_numbers(mean) == write_shares(silent.mean())
    assert read_numbers(ends) == write_shares(silent.min(), silent.max())


def test_active_groups_are_recomputed_from_windows(draw_title):
    """Five writers and a hundred messages in days 28 to 83, watched throughout."""
    study, chapter = "zh_s1_lounges", "06_seed_users_and_leaders"
    (one,) = open_studies([study])
    rows = one.table("windows")
    rows = rows[(rows["window"] == "28-83") & rows["observed"].astype(bool)]
    rows = rows[rows["group"].isin(Evidence.of(one).of_known_age.groups["group"])]
    rows = rows[(rows["posters"] >= 5) & (rows["messages"] >= 100)]
    top = np.sort(rows["top_share"])
    title = draw_title(chapter, "busiest-share", study)
    people = f"{np.median(rows['posters']):.0f}"
    assert read_numbers(title) == [people, *write_shares(np.median(top))]
    spread = draw_title(chapter, "busiest-share-spread", study)
    assert read_numbers(spread) == write_shares(np.searchsorted(top, 0.3) / len(top))


def test_groups_that_spoke_are_counted_by_week(draw_title):
    """Groups watched for 27 weeks, in the first week and in the last shown."""
    title = draw_title("08_ads_and_decay", "talk-by-week", "fcc_gitter")
    (one,) = open_studies(["fcc_gitter"])
    groups = Evidence.of(one).from_birth
    groups = groups[groups["end_us"] - groups["origin_us"] > 27 * 7 * DAY]
    born = groups.set_index("group")["origin_us"] // 86_400_000_000
    daily = one.table("daily").query("messages > 0")
    daily = daily[daily["group"].isin(born.index)]
    week = (daily["day"] - daily["group"].map(born)) // 7
    first, last = (daily.loc[week == k, "group"].nunique() / len(born) for k in (0, 25))
    late, early = write_shares(last, first)
    assert read_numbers(title) == [early, late, "25"]


def test_small_groups_at_three_months_are_counted_group_by_group(draw_title):
    """The first count in the month after day 90, of the last two founding years."""
    study = "r_user_groups"
    title = draw_title("04_size_and_growth", "members-at-three-months", study)
    (one,) = open_studies([study])
    groups = one.table("registry")
    groups = groups[groups["network"] == groups["network"].mode()[0]]
    counts = one.table("snapshots").dropna(subset="members")
    found = []
    for name, born in zip(groups["group"], groups["origin_us"] / DAY, strict=True):
        rows = counts[counts["group"] == name]
        rows = rows[(rows["day"] + 1 - born > 90) & (rows["day"] + 1 - born <= 121)]
        if len(rows):
            found.append(
                (np.datetime64(int(born), "D").item().year, rows["members"].iloc[0])
            )
    latest = sorted({year for year, _ in found})[-2:]
    small = [10 <= size <= 30 for year, size in found if year in latest]
    assert read_numbers(title)[1:2] == write_shares(np.mean(small))
