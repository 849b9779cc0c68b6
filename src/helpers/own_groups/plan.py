"""The settings of a run, and what lists of members and people change in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import pandas as pd

from helpers.derive.measures import DUCKDB
from helpers.errors import BrokenFileError
from helpers.own_groups.record import Adjustments, Window
from helpers.store.exports import Exports
from helpers.store.ingest import Terms
from helpers.store.people import Names
from helpers.study.study import Study
from helpers.wording.terminal import to_system_language

PAGE, PICTURE = "your-groups.html", "your-groups.png"
PRIVATE = "PRIVATE-your-groups.html"


def _report_nothing(*_: object) -> None:
    """Ignore a progress report (a named function, so that plans can be pickled)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The settings of `shequn run`, such as exports, output folder and CSV files."""

    exports: Sequence[Path]  # files and folders
    out: Path  # where everything goes
    groups: Path | None = None  # `groups.csv`
    members: Path | None = None  # a list of members
    people: Path | None = None  # several ids of one person
    window: Window = field(default_factory=Window)  # days that the study is cut to
    mine: bool = False  # whether the page with names is written
    counts: Path | None = None  # a file of counts that may be given away
    picture: bool = False  # whether a picture to send is drawn
    named: bool = False  # whether the page to send shows what groups are called
    compare: bool = False  # whether answers of public sources stand beside
    # whether chapters are written; by default where answers say something
    chapters: bool | None = None
    # whether every table is computed, however few the groups
    every_table: bool = False
    terms: Terms = field(default_factory=Terms)  # how exports are read
    # days on which exports were made, by group
    told: Mapping[str, date] = field(default_factory=dict)
    listed: Path | None = None  # a list of groups, in the place of exports
    k: int = 5  # least number of people that pages show; 1 shows all
    engine: str = DUCKDB  # what computes the tables
    # receives the lines about each group
    report: Callable[[str], object] = _report_nothing
    # called with the study and the excluded exports as soon as tables are there
    describe: Callable[[Study, Sequence[BrokenFileError]], object] = _report_nothing

    def tell(self, line: str) -> None:
        """Report a line in the language of the user's system."""
        self.report(to_system_language(line))


def build_adjustments(
    plan: Plan, exports: Exports, names: Names | None = None
) -> Adjustments:
    """Read the lists of members and of people; match them to the exports."""
    if plan.members is None and plan.people is None:
        return Adjustments(window=plan.window)
    # few runs need them
    from helpers.own_groups import listing, people  # noqa: PLC0415
    from helpers.store.people import (  # noqa: PLC0415
        join_same_people,
        read_names,
        read_same_people,
    )

    listed = people.read_member_list(plan.members) if plan.members else pd.DataFrame()
    ids = read_same_people(plan.people) if plan.people else []
    is_first = names is None
    names = names or read_names(plan.exports, plan.terms)
    keys = sorted({key for entry in exports.entries for key in entry.groups})
    zone, same, members = plan.terms.options.zone, {}, None
    if plan.people:
        same = join_same_people(ids, names, plan.people)
    if plan.members:
        members = people.place_members(listed, names, keys, plan.members, zone)
        members["person"] = members["person"].replace(same)
        members = members.drop_duplicates(["group", "person"], ignore_index=True)
        if is_first:
            written = listing.count_written_by(exports).dropna()
            senders = written["sender"].replace(same)
            writers = {*zip(written["group"], senders, strict=True)}
            if listed.attrs["others"]:
                plan.tell(people.describe_others(listed))
            people.check_overlap(members, writers, plan.members)
            plan.tell(people.describe_overlap(members, writers))
    return Adjustments(window=plan.window, same=same, members=members)
