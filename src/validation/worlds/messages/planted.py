"""Simulated messages as a study in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd

import helpers
from helpers.errors import NotIdentifiableError
from helpers.files import compute_checksum_of_parts
from helpers.records import Observability
from helpers.study.publish.study import Manifest, Study, TableFacts
from helpers.study.tables.definitions.tables import TABLES
from helpers.study.tables.ledger import Ledger
from validation.worlds.messages.drawing import Drawn, draw_world
from validation.worlds.messages.seen import select_visible
from validation.worlds.messages.tables import build_tables
from validation.worlds.messages.world import World


@dataclass(frozen=True, slots=True)
class PlantedStudy(Study):
    """A simulated study in memory, with its tables.

    Attributes
    ----------
    held
        Its tables by name.
    """

    held: Mapping[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, drawn: Drawn, held: Mapping[str, pd.DataFrame], name: str) -> Self:
        """Build a study from simulated tables, with a checksum."""
        stamp = compute_checksum_of_parts((repr(drawn.world), *_compute_extent(drawn)))
        facts = {
            table: TableFacts(TABLES[table].row, len(rows), stamp)
            for table, rows in held.items()
        }
        return cls(
            name, Path(name), _build_manifest(drawn, facts, name), Ledger(()), held
        )

    def table(self, name: str) -> pd.DataFrame:
        """Return a copy of a table by name, or raise if it is missing.

        Raises
        ------
        NotIdentifiableError
            If the world has no such table.
        """
        if name not in self.held:
            raise NotIdentifiableError(f"{self.name} has no table {name!r}")
        return self.held[name].copy()


def simulate_published(
    world: World,
    seed: np.random.Generator | np.random.SeedSequence | int,
    name: str = "planted",
    *,
    people: bool = True,
) -> PlantedStudy:
    """Simulate groups; return the study that a data collector would publish.

    Parameters
    ----------
    world, seed
        What is drawn.
    name
        Of the study.
    people
        False to go without the tables of who wrote when: the slowest to draw.

    Examples
    --------
    >>> from validation.worlds.messages import World
    >>> study = simulate_published(World(groups=5), seed=1)
    >>> len(study.table("groups")), study.observability.births
    (5, 'creation')
    """
    drawn = draw_world(world, seed)
    return PlantedStudy.of(
        drawn, build_tables(drawn, select_visible(drawn), people=people), name
    )


def _compute_extent(drawn: Drawn) -> tuple[str, str]:
    """Return message count and time sum, which identify a simulated data set."""
    times = drawn.messages["time_us"]
    return str(len(times)), str(int(times.sum()))


def _build_manifest(
    drawn: Drawn, facts: Mapping[str, TableFacts], name: str
) -> Manifest:
    return Manifest(
        study=name,
        title_en="a planted world",
        title_zh="模拟世界",
        source="drawn, not observed",
        commit="",
        licence="MIT",
        code_version=helpers.__version__,
        row="a drawn message",
        day_offset_us=0,
        time_error_days=0.0,
        centres_from="explicit",
        frame_notes=(),
        gaps=(),
        quarter_ends=(),
        observability=_build_observability(drawn),
        files=(),
        tables=facts,
    )


def _build_observability(drawn: Drawn) -> Observability:
    watching = drawn.world.watching
    return Observability(
        members_source="speakers" if watching.senders else "none",
        joins_observed=False,
        leaves_observed=False,
        reads_observed="none",
        reactions_observed=False,
        replies="explicit" if watching.senders else "none",
        births="creation" if watching.creations else "first_message",
        owner_known=watching.owners and watching.senders,
        roles_known=False,
        sender_ids=watching.senders,
        text=False,
        time_zone_known=True,
        left_truncated=watching.from_day > 0,
        never_active_listed=watching.creations,
        window_us=(drawn.from_us, drawn.end_us),
        resolution="second",
    )
