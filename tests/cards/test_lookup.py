"""The static page has the committed counts, and nothing beyond what it promises."""

import json
import re
from importlib.resources import files

import pytest

from helpers.cards import write_lookup_page
from helpers.cards.sentences import name_source
from helpers.forecast.record import read_record

MOST_BYTES = 15_000


@pytest.fixture
def page(tmp_path):
    """Return the text of the page."""
    return write_lookup_page(tmp_path).read_text("utf-8")


def test_lookup_script_stays_within_its_size_limit(page):
    """15 kB of script, counts included."""
    scripts = re.findall(r"<script.*?</script>", page, re.DOTALL)
    assert sum(len(each.encode()) for each in scripts) <= MOST_BYTES


def test_every_count_is_that_of_the_table(page):
    """Each cell of the table is in the page, with limits around its shares."""
    counts = json.loads(re.search(r'id="counts">(.*?)</script>', page)[1])
    cells = {
        (source["en"], state): tuple(cell)
        for source in counts["sources"]
        for state, cell in source["cells"].items()
    }
    table = read_record("alike")
    assert len(cells) == len(table)
    for row in table.to_dict("records"):
        state = f"{row['age']} {row['writers']} {row['silent']}"
        found = cells[name_source(row["source"]).en, state]
        groups, again, low, high, alive, least, most = found
        assert (groups, again, alive) == (
            row["groups"],
            *(round(100 * row[name]) for name in ("again", "alive")),
        )
        assert 0 <= low <= again <= high <= 100
        assert 0 <= least <= alive <= most <= 100


def test_lookup_page_fetches_nothing_and_names_wechat_as_absent(page):
    """Nothing is fetched, and WeChat is named as absent."""
    assert not re.search(r'src="', page)
    links = re.findall(r'href="(.*?)"', page)  # followed by a reader, not fetched
    assert links == ["index.html", "zh/index.html"]
    script = files("helpers.cards").joinpath("lookup.js").read_text("utf-8")
    assert "fetch(" not in script
    assert "None of these is WeChat" in page
    assert "没有一个是微信" in page
