"""Compare simulated tables with those derived from their exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd

from helpers.claims import Word
from helpers.measures import cleaning
from helpers.measures.engine import DUCKDB, open_engine
from helpers.records import SECOND_US
from helpers.study.own.listing import Listing
from helpers.study.own.supplied_tables import BRINGABLE
from helpers.study.own.user_metadata import add_metadata
from helpers.study.publish.published import write_tables
from helpers.study.tables.definitions.tables import TABLES, read_table
from helpers.study.tables.derive.derive import Terms, derive_tables
from validation.coverage.subjects import SUBJECTS
from validation.coverage.truths import Truth
from validation.long_way import (
    beginnings,
    bringing,
    brought,
    counts,
    joins,
    member_days,
    messages,
    newcomers,
    people,
    readings,
)
from validation.long_way.counted import OF_PEOPLE, counted
from validation.long_way.exported import Exported, exported
from validation.long_way.reads import ROWS, SEED, Reads, reads_of
from validation.long_way.story import NOBODY, Story, person
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import Planted

# what was posted follows from the first that fits
TALKS = (
    member_days, counts.DAYS, counts.TIMETABLES, newcomers, beginnings, people,
    counts.CROWDS, messages,
)  # fmt: skip
PARTS = (joins, readings, brought)  # what else happened, and what people bring
SIZES = (50, 60, 80, 100, 150, 200, 300, 500, 1000, 3000)
FORMAT = "telegram"
TIMES = ("created_us", "origin_us", "entry_us", "end_us", "first_us", "last_us")


@dataclass(frozen=True)
class World:
    """A simulated study of a claim, with the events to export.

    Attributes
    ----------
    truth, reads
        What was planted, and what the claim reads.
    planted
        The tables as they were planted, times in whole seconds.
    study, story
        The same in whole messages, and what makes them.
    """

    truth: Truth
    reads: Reads
    planted: Mapping[str, pd.DataFrame]
    study: Planted
    story: Story


def covered(claim: str) -> bool:
    """Return whether every table that a claim reads can be simulated."""
    told = [part.TABLES for part in (*TALKS, *PARTS)]
    return reads_of(claim).keys() - ROWS.keys() <= frozenset().union(*told)


def world(claim: str, nth: int) -> World:
    """Build a small study in which a claim is true (0) or false (1)."""
    subject = SUBJECTS[claim]
    smaller = [size for size in SIZES if size < subject.groups]
    for size in (*smaller, subject.groups):
        found = _world(claim, nth, size)
        if evaluate_in_memory(claim, found.study).word is (
            found.truth.right or Word.INCONCLUSIVE
        ):
            return found
    raise AssertionError(f"{claim} is not told by {subject.groups} groups")


def _world(claim: str, nth: int, size: int) -> World:
    subject, reads = SUBJECTS[claim], reads_of(claim)
    truth = (subject.sure or subject.truths)[nth]
    study = subject.way.study(truth, size, SEED)
    groups = study.tables["groups"]
    groups[list(TIMES)] = groups[list(TIMES)] // SECOND_US * SECOND_US
    planted = dict(study.tables)
    story = _begun(study, reads)
    talk = next(talk for talk in TALKS if talk.fits(reads))
    story.add("posts", talk.posts(study, reads))
    for part in _parts(reads):
        part.adjust_tables(study, story, reads)
    _count(study, story, reads)
    return World(truth, reads, planted, study, story)


def _parts(reads: Reads) -> list[ModuleType]:
    return [part for part in PARTS if part.TABLES & reads.keys()]


def _begun(study: Planted, reads: Reads) -> Story:
    groups = study.tables["groups"]
    told = groups[["group", "network", "members"]].assign(
        created_us=pd.NA, owner=NOBODY
    )
    windows = study.tables["windows"]
    asked = [
        name
        for name in ("owner_share", "owner_top")
        if name in reads.get("windows", ())
    ]
    if windows[asked].notna().any(axis=None):
        told["owner"] = person(told["group"], 0)
    (end,) = groups["end_us"].unique()
    return Story(told, int(end))


def _count(study: Planted, story: Story, reads: Reads) -> None:
    """Replace simulated tables by counts over the simulated posts."""
    asked = bool(OF_PEOPLE & reads.keys())
    groups = study.tables["groups"]
    found = counted(groups, story.posts, owned=story.owned, people=asked)
    for name in found.keys() & reads.keys():
        rows = found[name]
        if name == "groups":
            rows = rows.assign(members=study.tables["groups"]["members"].to_numpy())
        if name == "windows":
            rows = rows[rows["window"].isin(study.tables["windows"]["window"])]
        study.tables[name] = rows


def tell(world: World) -> None:
    """Add joins, reactions and user-supplied tables to a simulated study."""
    for part in _parts(world.reads):
        part.tell(world.study, world.story, world.reads)


def long_way(world: World, folder: Path) -> tuple[Planted, Planted]:
    """Return simulated tables, and those derived from their exports.

    Returns
    -------
    Planted, Planted
        The world's own study, numbered as the store numbers groups and people, and the
        study of what was told, exported and read.
    """
    tell(world)
    study, story = world.study, world.story
    made = exported(story, folder, FORMAT)
    tables = _tables(study, story, made, folder)
    manifest = SimpleNamespace(**vars(study.manifest))
    long = Planted(tables, study.observability, manifest)
    return _renumbered(study, story, tables, made), long


def _tables(
    study: Planted, story: Story, made: Exported, folder: Path
) -> dict[str, pd.DataFrame]:
    """Derive a study's tables from exports as `shequn run` does."""
    terms = Terms(end_us=story.end_us, owners=story.owned, further=story.further)
    metadata = bringing.metadata(story, made, folder)
    tables = add_metadata(
        derive_tables(made.store, terms), Listing((), {}, 0), metadata
    )
    wanted = {*study.tables, "facts"}  # what people bring may tell facts too
    kept = {name: tables[name] for name in sorted(wanted) if name in tables}
    out = folder / "processed"
    out.mkdir()
    write_tables(kept, out)
    return {name: read_table(out / f"{name}.parquet") for name in kept}


def _renumbered(
    study: Planted, story: Story, tables: dict[str, pd.DataFrame], made: Exported
) -> Planted:
    """Renumber groups and people of simulated tables as the store numbers them."""
    ordinal = tables["groups"].set_index("key")["group"]
    group = {told: int(ordinal[key]) for told, key in made.keys.items()}
    member = _members(made, story)
    turned = {}
    for name, table in study.tables.items():
        rows = (
            table.assign(group=table["group"].map(group)) if "group" in table else table
        )
        if "parent" in table:
            rows = rows.assign(parent=table["parent"].map(group))
        if "member" in table and name not in BRINGABLE:
            rows = rows.assign(member=table["member"].map(member))
        by = [column for column in TABLES[name].by if column in rows]
        turned[name] = rows.sort_values(by, kind="stable", ignore_index=True)
    return replace(study, tables=turned)


def _members(made: Exported, story: Story) -> dict[int, int]:
    """Return the number that the store gives to each person."""
    with open_engine(DUCKDB) as run:
        said = run.scan(*made.store.parts("message"))
        found = run.fetch(cleaning.number_authors(said), "member")
    number = dict(zip(found["sender"].astype(str), found["member"], strict=True))
    joins = story.comings[story.comings["kind"].eq("join")]
    first = joins.groupby("person")["time_us"].min()
    for _, sender in sorted((at, made.people[who]) for who, at in first.items()):
        number.setdefault(sender, len(number))
    return {
        person: int(number[sender])
        for person, sender in made.people.items()
        if sender in number
    }


def equal(ours: pd.Series, theirs: pd.Series, where: str) -> None:
    """Assert that two columns are equal, up to rounding."""
    assert ours.isna().tolist() == theirs.isna().tolist(), where
    if not pd.api.types.is_numeric_dtype(ours.dropna().infer_objects()):
        assert ours.dropna().tolist() == theirs.dropna().tolist(), where
        return
    numbers = [part.astype("float64").to_numpy(np.float64) for part in (ours, theirs)]
    np.testing.assert_allclose(*numbers, rtol=1e-12, err_msg=where)
