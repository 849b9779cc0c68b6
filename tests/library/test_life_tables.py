"""The Group Life Tables as files: current, complete, described."""

import json

import pandas as pd
import pytest

from helpers.errors import MissingSourceError
from helpers.library import life_tables
from helpers.study import open_study
from pipeline.life_tables import tabulate_groups


def test_committed_rows_are_those_of_the_committed_tables():
    """A changed study or definition without new life tables would be noticed."""
    rows = pd.DataFrame(tabulate_groups(open_study("komodo_discord")))
    kept = life_tables.load_life_tables().groups
    kept = kept[kept["source"] == "komodo_discord"].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows.round(4), kept, check_dtype=False)


def test_descriptor_lists_the_columns_of_each_file():
    """Others read the files by it."""
    text = (life_tables.FOLDER / "datapackage.json").read_text("utf-8")
    for resource in json.loads(text)["resources"]:
        table = pd.read_csv(life_tables.FOLDER / resource["path"])
        assert [one["name"] for one in resource["schema"]["fields"]] == list(table)


def test_missing_table_is_named(tmp_path):
    """Not a traceback of pandas."""
    with pytest.raises(MissingSourceError, match="Group Life Tables"):
        life_tables.load_life_tables(tmp_path)
