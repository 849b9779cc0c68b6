"""docs/formats.md says what the modules declare."""

import pytest

from helpers.formats import FORMATS
from helpers.paths import ROOT


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_the_table_agrees_with_the_modules(name):
    """One row a format, with its own declaration."""
    text = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
    row, *_ = [line for line in text.splitlines() if line.startswith(f"| `{name}` |")]
    cells = [cell.strip() for cell in row.strip("|").split("|")][1:]
    seen = FORMATS[name].OBSERVES
    told = (seen.sender_ids, seen.joins_observed, seen.leaves_observed)
    words = {True: "yes", False: "no"}
    assert [cells[1], cells[3], cells[4]] == [words.get(one, one) for one in told]
    assert [cells[0], cells[2]] == [FORMATS[name].NAME, seen.replies]
    assert cells[5:7] == [seen.members_source, seen.reads_observed]
    assert cells[7:] == ["yes" if seen.time_zone_known else "no", seen.resolution]
