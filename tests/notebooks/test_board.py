"""The scoreboard's tables stand whatever a study lacks."""

import pytest

from helpers import paths
from helpers.claims.evaluation.registry import ESTIMATORS
from helpers.notebooks.board import combined_table, nested_rows
from helpers.study import open_study

COLUMNS = ["study", "reading", "share", "low", "high", "unknown", "claimed", "why not"]
LISTED = sorted(path.parent.name for path in paths.PROCESSED.glob("*/manifest.json"))
BARE = [name for name in LISTED if "groups" not in open_study(name).manifest.tables]


def test_nested_rows_have_every_column():
    """A study that shows three shares gives three rows, in rising order."""
    rows = nested_rows([open_study("fcc_gitter")])

    assert list(rows.columns) == COLUMNS
    assert rows["share"].is_monotonic_increasing
    assert rows["why not"].isna().all()


@pytest.mark.parametrize("name", BARE)
def test_a_study_without_groups_is_told_apart(name):
    """Alone it is unknown, three times and with the reason; beside others left out."""
    study = open_study(name)
    alone = nested_rows([study])

    assert alone["unknown"].tolist() == [1.0] * 3
    assert alone["why not"].notna().all()
    assert len(nested_rows([study, open_study("fcc_gitter")])) == 3


@pytest.mark.parametrize("name", BARE)
def test_combined_table_of_a_study_without_groups(name):
    """Every claim has its row, none a verdict from groups that are not there."""
    frame = combined_table([open_study(name)]).frame

    assert frame["claim"].tolist() == list(ESTIMATORS)
    assert frame.set_index("claim").loc["s1-over-90-fail", "deciding"] == "–"
