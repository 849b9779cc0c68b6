"""One claim, one world, two ways: the planted tables, and those of what happened."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.calibration import SUBJECTS
from helpers.calibration.worlds.subject import verdict
from helpers.calibration.worlds.tabled import Planted
from helpers.measures import cleaning
from helpers.measures.engine import DUCKDB, engine_of
from helpers.study.brought import placed, read_brought
from helpers.study.derive import Terms, derive
from helpers.study.published import write_tables
from helpers.study.tables import TABLES, read_table
from tests.simulate.long_way import brought, messages, people
from tests.simulate.long_way.exported import exported
from tests.simulate.long_way.reads import SEED, WINDOWS, reads_of
from tests.simulate.long_way.story import NOBODY, Story

if TYPE_CHECKING:
    from pathlib import Path

    from helpers.calibration.truths import Truth
    from tests.simulate.long_way.exported import Exported
    from tests.simulate.long_way.reads import Reads

__all__ = ["Both", "both_ways", "covered", "whole"]

PARTS = (people, messages, brought)
SIZES = (50, 60, 80, 100, 150, 200, 300, 500, 1000, 3000)
FORMAT = "telegram"


@dataclass(frozen=True)
class Both:
    """A world on both ways.

    Attributes
    ----------
    truth
        What was planted.
    reads
        What the claim reads.
    short, long
        The planted tables, and those of the long way; groups and people are numbered
        alike.
    """

    truth: Truth
    reads: Reads
    short: Planted
    long: Planted


def covered(claim: str) -> bool:
    """Say whether there is a part for every table that a claim reads."""
    told = frozenset().union(*(part.TABLES for part in PARTS))
    return reads_of(claim).keys() - {WINDOWS} <= told


@cache
def whole(claim: str, nth: int) -> Planted:
    """Return a sure world in whole messages, as small as it still gets its verdict."""
    subject = SUBJECTS[claim]
    truth, reads = subject.sure[nth], reads_of(claim)
    sizes = [size for size in SIZES if size < subject.groups]
    for size in (*sizes, subject.groups):
        study = subject.way.study(truth, size, SEED)
        for part in PARTS:
            if part.TABLES & reads.keys():
                part.whole(study, reads)
        if verdict(claim, study).word is truth.right:
            return study
    raise AssertionError(f"{claim} is not told at {subject.groups}")


def both_ways(claim: str, nth: int, folder: Path) -> Both:
    """Take a claim's true world (0) or false one (1) the long way."""
    short, reads = whole(claim, nth), reads_of(claim)
    story = _begun(short)
    for part in PARTS:
        if part.TABLES & reads.keys():
            part.tell(short, story, reads)
    made = exported(story, folder, FORMAT)
    tables = _tables(short, story, made, folder)
    shown = replace(short.observability)
    long = Planted(tables, shown, SimpleNamespace(**vars(short.manifest)))
    return Both(
        SUBJECTS[claim].sure[nth], reads, _renumbered(short, tables, made), long
    )


def _begun(study: Planted) -> Story:
    groups = study.tables["groups"]
    told = groups[["group", "network"]].assign(created_us=pd.NA, owner=NOBODY)
    (end,) = groups["end_us"].unique()
    return Story(told, int(end))


def _tables(
    study: Planted, story: Story, made: Exported, folder: Path
) -> dict[str, pd.DataFrame]:
    """Derive the tables, as a run does, and read them from their files."""
    owned = bool(story.groups["owner"].ne(NOBODY).any())
    terms = Terms(end_us=story.end_us, owners=owned, further=story.further)
    tables = derive(made.store, terms).tables
    if story.brought:
        ordinal = tables["groups"].set_index("key")["group"]
        place = folder / "tables"
        place.mkdir()
        brought.write(story, made, place)
        tables |= placed(tables, read_brought(place, list(made.keys.values())), ordinal)
    kept = {name: tables[name] for name in study.tables if name in tables}
    out = folder / "processed"
    out.mkdir()
    write_tables(kept, out)
    return {name: read_table(out / f"{name}.parquet") for name in kept}


def _renumbered(
    study: Planted, tables: dict[str, pd.DataFrame], made: Exported
) -> Planted:
    """Number groups and people of planted tables as the store numbers them."""
    ordinal = tables["groups"].set_index("key")["group"]
    group = {told: int(ordinal[key]) for told, key in made.keys.items()}
    member = _members(made)
    turned = {}
    for name, table in study.tables.items():
        rows = table.assign(group=table["group"].map(group)) if "group" in table else table
        if "parent" in table:
            rows = rows.assign(parent=table["parent"].map(group))
        if "member" in table and name not in brought.TABLES:
            rows = rows.assign(member=table["member"].map(member))
        by = [column for column in TABLES[name].by if column in rows]
        turned[name] = rows.sort_values(by, kind="stable", ignore_index=True)
    return replace(study, tables=turned)


def _members(made: Exported) -> dict[int, int]:
    """Return the store's number of every person; who never wrote comes last."""
    with engine_of(DUCKDB) as run:
        said = run.scan(*made.store.parts("message"))
        found = run.fetch(cleaning.people(said), "member")
    number = dict(zip(found["sender"].astype(str), found["member"], strict=True))
    return {
        person: int(number[sender])
        for person, sender in made.people.items()
        if sender in number
    }
