"""What the page on 100 groups shows is what the claim's synthesis says."""

import csv
import html
import io
import re

import pytest

from helpers import paths
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.quoted import list_quoted_numbers
from helpers.site.hundred_groups import (
    AGES,
    Dots,
    Story,
    format_hundred_csv,
    list_scenes,
    render_hundred_page,
)
from helpers.site.languages import LANGUAGES, Words
from helpers.study import open_study
from helpers.synthesis.first_year import (
    CLAIM,
    estimate_first_year,
    list_deciding_sources,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def story(syntheses):
    """Return the story of the sources that decide."""
    names = list_deciding_sources(syntheses[CLAIM])
    return Story(estimate_first_year([open_study(paths.PROCESSED / n) for n in names]))


def test_day_105_pool_equals_the_claims_pool(story, syntheses):
    """The page computes it again from the tables; the numbers are the same."""
    pool = syntheses[CLAIM].headline.pool
    assert story.pool(105).mean.estimate == pytest.approx(pool.mean.estimate)
    assert story.pool(105).prediction.high == pytest.approx(pool.prediction.high)


def test_groups_listed_after_their_creation_do_not_count_as_spoken(story):
    """A late entry had to live until then: 5% of W3C's groups had never spoken."""
    groups = open_study(paths.PROCESSED / "w3c_groups").table("groups")
    groups = groups[groups["origin_us"].notna()]
    from_creation = groups[groups["entry_us"] <= groups["origin_us"]]
    share = story.year.never.by_source["w3c_groups"]

    assert share.n <= len(from_creation) < len(groups)
    assert share.estimate > 2 * groups["last_us"].isna().mean()


def test_the_page_can_be_cited_with_its_numbers(story, syntheses):
    """Its CSV has every number of the page; its citation names the sources."""
    numbers = Numbers(story.numbers)
    rows = list(csv.DictReader(io.StringIO(format_hundred_csv(numbers))))
    assert {row["name"] for row in rows} == set(numbers.by_name)
    assert all(row["what_zh"] for row in rows)
    registered = list_quoted_numbers(syntheses[CLAIM], {})  # with unused groups
    all_numbers = Numbers([*story.numbers, *registered])
    for language in LANGUAGES:
        page = render_hundred_page(story, all_numbers, language)
        cited = re.search('<pre id="cite-plain"[^>]*>(.*?)</pre>', page, re.DOTALL)[1]
        names = [Words(language).source(name) for name in story.by_place.by_source]
        assert all(name in html.unescape(cited) for name in names)
        assert "hundred-groups.csv" in page


def test_more_groups_are_quiet_as_time_goes_by(story):
    """In each source and in the average."""
    means = [story.pool(day).mean.estimate for day in AGES]
    assert means == sorted(means)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_number_of_a_scene_has_a_name(story, language):
    """Nine scenes; no digit stands outside a named number but days and 100."""
    scenes = list_scenes(story, Numbers(story.numbers), language)
    assert len(scenes) == 9
    for scene in scenes:
        rest = re.sub(r"<span data-number=.*?</span>", "", str(scene.line))
        assert set(re.findall(r"\d+", rest)) <= {"100", "105", "30", "34", "3"}


def test_number_of_dots_equals_the_stated_estimate():
    """As many dark dots as the estimate, pale ones up to the upper limit."""
    drawn = str(Dots(8, 17, 32).svg)
    assert drawn.count('class="quiet"') == 8
    assert drawn.count('class="quiet likely"') == 9
    assert drawn.count('class="maybe"') == 15
    assert drawn.count("<circle") == 100
