"""Group Life Tables: how long groups of each kind live, doze and speak again.

``make tables`` makes them; definitions are in the README beside them. An empty cell
rests on fewer than 20 groups.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from helpers.citation import read_project
from helpers.errors import MissingSourceError
from helpers.paths import PROCESSED

FOLDER = PROCESSED / "life_tables"
GROUPS, WRITERS, SPOKEN, MEDIANS, FIRST, FOLLOWED = (
    "group_life_tables", "writers_and_survival", "spoken_again", "median_lives",
    "first_month", "follow_up",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class LifeTables:
    """The Group Life Tables as data frames."""

    # share of groups that ended, or paused, by an age: by source and reading
    groups: pd.DataFrame
    # share still talking three to five months later, by age and recent writers
    writers: pd.DataFrame
    spoken_again: pd.DataFrame  # share that speaks again, by length of silence
    medians: pd.DataFrame  # median lives by source
    first_month: pd.DataFrame  # what became of chats, by messages of days 8–28
    # share of chat groups without a message in a window, and of these again
    follow_up: pd.DataFrame
    version: str = field(default_factory=lambda: read_project().version)


def load_life_tables(folder: Path = FOLDER) -> LifeTables:
    """Load the Group Life Tables: base rates of groups' silence, pauses and returns.

    Parameters
    ----------
    folder
        Where the tables lie; by default those of the project.

    Raises
    ------
    MissingSourceError
        If a table is not there.

    Examples
    --------
    >>> tables = load_life_tables()
    >>> rooms = tables.groups.query("source == 'fcc_gitter' and part == 'all'")
    >>> sorted(rooms["population"].unique())
    ['all created', 'ever spoke']
    """
    names = (GROUPS, WRITERS, SPOKEN, MEDIANS, FIRST, FOLLOWED)
    for name in names:
        if not (folder / f"{name}.csv").is_file():
            raise MissingSourceError(
                "a table of the Group Life Tables is not there",
                where=f"{name}.csv",
                remedy="fetch data/processed again, or make it with `make tables`",
            )
    tables = [pd.read_csv(folder / f"{name}.csv") for name in names]
    groups, writers, again, lives, first, followed = tables
    return LifeTables(groups, writers, again, lives, first, followed)
