"""The committed table of counts is what the articles give."""

import csv

import pytest

from helpers import paths
from helpers.articles import write_counts
from helpers.errors import MissingSourceError

SHARED = paths.ROOT.parent / "shared" / "articles"
TABLE = paths.PROCESSED / "articles" / "counts.csv"


def test_one_line_a_page_in_order_of_names(tmp_path):
    """Pages are counted one a line, and the counts add up."""
    for name in ("b", "a"):
        (tmp_path / f"{name}.txt").write_text(
            "题目\n正文\n最后编辑于", encoding="utf-8"
        )
    write_counts(tmp_path, tmp_path / "out" / "counts.csv")
    lines = (tmp_path / "out" / "counts.csv").read_text("utf-8").splitlines()
    assert lines[1:] == [f"{n},3,2,4,0,0,0,0,0,0,0,0,1,0,false" for n in "ab"]


def test_an_empty_folder_is_named(tmp_path):
    """A folder without pages is an error, not an empty table."""
    with pytest.raises(MissingSourceError, match="no article"):
        write_counts(tmp_path, tmp_path / "counts.csv")


def test_the_committed_counts_add_up():
    """Source paragraphs are kept and cut ones; one page is truncated, and says so."""
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        cut = sum(int(n) for name, n in row.items() if name.startswith("cut_"))
        assert int(row["source_paragraphs"]) == int(row["kept_paragraphs"]) + cut
    assert len(rows) == 5
    assert [row["article"][:3] for row in rows if row["truncated"] == "true"] == ["001"]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
def test_the_committed_counts_are_what_the_pages_give(tmp_path):
    """Counting again writes the committed bytes."""
    write_counts(SHARED, tmp_path / "counts.csv")
    assert (tmp_path / "counts.csv").read_bytes() == TABLE.read_bytes()
