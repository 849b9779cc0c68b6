"""Read several studies as one: groups renumbered, each study a stratum."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.files import compute_checksum_of_parts
from helpers.records import Observability, combine_observability
from helpers.study.publish.study import Manifest, Study

STRATUM = "stratum"
SPARSE = frozenset({"facts"})  # a group without a row has no such fact


@dataclass(frozen=True, eq=False)
class StudyUnion:
    """Several studies read as one, with groups numbered consecutively.

    The table ``groups`` has a column ``stratum``: the study that a group is of, and its
    network if the study has several. Of a study that only lists its groups it holds
    the list.

    Attributes
    ----------
    name
        What they are together.
    studies
        Those that are seen as one.

    Examples
    --------
    >>> from helpers.study import open_studies
    >>> both = StudyUnion("both", open_studies(["fcc_gitter", "komodo_discord"]))
    >>> both.table("groups").groupby("stratum")["group"].count().to_dict()
    {'fcc_gitter': 521, 'komodo_discord': 108}
    """

    name: str
    studies: list[Study]
    _read: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @property
    def observability(self) -> Observability:
        """What all the studies record, such as join dates and replies."""
        return combine_observability([study.observability for study in self.studies])

    @property
    def checksum(self) -> str:
        """Checksum (SHA-256) of all tables of all studies."""
        return compute_checksum_of_parts(study.checksum for study in self.studies)

    @cached_property
    def manifest(self) -> Manifest:
        """Manifest of the combined studies, with what all of their sources record."""
        first = self.studies[0].manifest
        return replace(
            first,
            study=self.name,
            title_en=self.name,
            title_zh=self.name,
            time_error_days=max(s.manifest.time_error_days for s in self.studies),
            observability=self.observability,
            tables={
                name: facts
                for name, facts in first.tables.items()
                if all(name in study.manifest.tables for study in self.studies)
            }
            | {
                name: facts
                for study in self.studies
                for name, facts in study.manifest.tables.items()
                if name in SPARSE
            },
        )

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of one table from all studies, groups renumbered.

        Raises
        ------
        NotIdentifiableError
            If one of them has no such table, or none has one that may be missing.
        """
        if name not in self._read:
            self._read[name] = self._joined(name)
        return self._read[name].copy(deep=False)

    def _joined(self, name: str) -> pd.DataFrame:
        parts = []
        for study, offset in zip(self.studies, self._offsets, strict=True):
            if name in SPARSE and name not in study.manifest.tables:
                continue
            rows = _list_groups(study) if name == "groups" else study.table(name)
            if "group" not in rows:
                raise NotIdentifiableError(f"{name} does not identify groups")
            part = rows.assign(group=rows["group"] + offset)
            parts.append(_add_places(part, study.name) if name == "groups" else part)
        if not parts:
            raise NotIdentifiableError(f"none of them has a table {name!r}")
        return pd.concat(parts, ignore_index=True)

    @cached_property
    def _offsets(self) -> list[int]:
        """Offset added to the group numbers of each study."""
        sizes = [int(_list_groups(study)["group"].max()) + 1 for study in self.studies]
        return [sum(sizes[:nth]) for nth in range(len(sizes))]


def _add_places(groups: pd.DataFrame, study: str) -> pd.DataFrame:
    """Add each group's stratum: its study, or its network where a study has several."""
    several = len(groups["network"].unique()) > 1
    place = f"{study}/" + groups["network"].astype(str) if several else study
    return groups.assign(**{STRATUM: place})


def _list_groups(study: Study) -> pd.DataFrame:
    """Return a study's groups from table `groups` or, without messages, `registry`."""
    has_groups = "groups" in study.manifest.tables
    return study.table("groups" if has_groups else "registry")
