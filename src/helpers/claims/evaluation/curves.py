"""Tables that store specification curves.

A study's curves are in ``evidence/<study>.parquet``: one row per component
of a specification, and a row for what permutations gave. A curve stands for an
estimate only if tables and estimate are the ones it was computed from.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, Self

import pyarrow as pa
import pyarrow.parquet as pq

from helpers.claims.claim import Claim
from helpers.claims.contract.finding import (
    MOST,
    Choice,
    Finding,
    Outcome,
    Range,
    build_ranges,
    select_balanced_subset,
)
from helpers.claims.contract.permutation import Null
from helpers.claims.rules.interval_rules import Word
from helpers.errors import BrokenFileError
from helpers.files import replace_file
from helpers.paths import PROCESSED
from helpers.study import Study
from helpers.study.publish.study import Tables
from helpers.survival.interval import Interval

_Row = dict[str, Any]

FOLDER = "evidence"
SAME = 1e-6  # relative: what other machines' rounding may move
DECIDING = "deciding"

COLUMNS: Mapping[str, pa.DataType] = {
    "study": pa.string(), "claim": pa.string(), "nth": pa.int32(), "leg": pa.int32(),
    "name": pa.string(), "choices": pa.string(), "counts": pa.bool_(),
    "decisive": pa.bool_(), "word": pa.string(), "beyond": pa.bool_(),
    "estimate": pa.float64(), "low": pa.float64(), "high": pa.float64(),
    "larger": pa.int32(), "permutations": pa.int32(), "of": pa.int32(),
    "tables": pa.string(),
}  # fmt: skip
PERMUTATIONS = 500
ON_THE_RUN = 25  # specifications, where no table has them
DECIDED = frozenset({Word.SUPPORTED, Word.CONTRADICTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Estimates of one claim in one study under all specifications.

    Attributes
    ----------
    claim, study
        Of what; `study` names the network too if it is of one.
    components
        The deciding estimates that it belongs to.
    outcomes
        The specifications that were computed.
    of
        How many there are, chosen or not.
    null
        Permutations of the exposure, where they were asked for.
    tables
        Checksum of the study's tables.
    """

    claim: str
    study: str
    components: tuple[Range | None, ...]
    outcomes: tuple[Outcome, ...]
    of: int
    null: Null | None = None
    tables: str = ""

    def belongs_to(self, components: Sequence[Interval | None]) -> bool:
        """Return whether a stored curve was computed for the same primary estimates."""
        return len(components) == len(self.components) and all(
            (component is None) == (own is None)
            and (component is None or _is_same(component, own))
            for component, own in zip(components, self.components, strict=True)
        )


def _is_same(component: Interval, own: Range | None) -> bool:
    return own is not None and all(
        math.isclose(a, b, rel_tol=SAME, abs_tol=SAME)
        or (math.isnan(a) and math.isnan(b))
        for a, b in zip(
            (component.estimate, component.low, component.high), own, strict=True
        )
    )


def find_evidence_file(folder: Path) -> Path:
    """Return the path of the file with a study's stored specification curves."""
    return folder.parent / FOLDER / f"{folder.name}.parquet"


def write_curves(path: Path, curves: Iterable[Curve]) -> None:
    """Write specification curves to a file with reproducible bytes."""
    rows = [row for curve in curves for row in _build_rows(curve)]
    table = pa.Table.from_pylist(rows, schema=pa.schema(list(COLUMNS.items())))
    order = [(name, "ascending") for name in ("study", "claim", "nth", "leg")]
    with replace_file(path) as partial:
        pq.write_table(
            table.sort_by(order), partial, compression="zstd", store_schema=False
        )


def read_curves(path: Path) -> Mapping[tuple[str, str], Curve]:
    """Read specification curves by claim and study; empty without a file.

    Raises
    ------
    BrokenFileError
        If the file is not one that `write_curves` wrote.
    """
    if not path.is_file():
        return {}
    stamp = path.stat()
    return _read_rows(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=64)
def _read_rows(path: Path, _: int, __: int) -> Mapping[tuple[str, str], Curve]:
    try:
        rows = pq.read_table(path).to_pylist()
        rows_by_claim = groupby(rows, key=itemgetter("study", "claim"))
        curves = [_build_curve(list(own)) for _, own in rows_by_claim]
        return {(curve.claim, curve.study): curve for curve in curves}
    except (pa.ArrowException, KeyError, ValueError, TypeError) as error:
        raise BrokenFileError(
            f"is not a table of specification curves ({error})",
            where=str(path),
            remedy="make it again with `make evidence`",
        ) from error


def _build_rows(curve: Curve) -> Iterable[_Row]:
    """Yield one row per component and specification, primary first."""
    identity = {"study": curve.study, "claim": curve.claim}
    null = curve.null._asdict() if curve.null else {}
    provenance = {"of": curve.of, "tables": curve.tables, **null}
    for component, limits in enumerate(curve.components):
        yield {
            **identity,
            "nth": 0,
            "leg": component,
            "name": DECIDING,
            **provenance,
            **_to_columns(limits),
        }
    for nth, outcome in enumerate(curve.outcomes, 1):
        description = {
            "nth": nth,
            "name": outcome.name,
            "choices": "\n".join(f"{of}={value}" for of, value in outcome.choices),
            "counts": outcome.counts,
            "decisive": outcome.decisive,
            "word": str(outcome.word),
        }
        pairs = list(zip(outcome.components, outcome.beyond, strict=True)) or [
            (None, None)
        ]
        for component, (limits, beyond) in enumerate(pairs):
            cells = {"leg": component, "beyond": beyond, **_to_columns(limits)}
            yield {**identity, **description, **cells}


def _to_columns(limits: Range | None) -> dict[str, float]:
    return limits._asdict() if limits else {}


def _build_curve(rows: Sequence[_Row]) -> Curve:
    """Rebuild a specification curve from its table rows."""
    first, *alternatives = (
        list(own) for _, own in groupby(rows, key=itemgetter("nth"))
    )
    primary = first[0]
    null = primary["permutations"]
    return Curve(
        claim=primary["claim"],
        study=primary["study"],
        components=_build_ranges(first),
        outcomes=tuple(_build_outcome(own) for own in alternatives),
        of=primary["of"],
        null=None if null is None else Null(primary["larger"], null),
        tables=primary["tables"],
    )


def _build_outcome(rows: Sequence[_Row]) -> Outcome:
    first, word = rows[0], Word(rows[0]["word"])
    is_estimated = word is not Word.UNTESTABLE or any(
        row["estimate"] is not None for row in rows
    )
    pairs = (text.partition("=") for text in first["choices"].split("\n") if text)
    return Outcome(
        name=first["name"],
        choices=tuple(Choice(of, value) for of, _, value in pairs),
        counts=first["counts"],
        decisive=first["decisive"],
        word=word,
        beyond=tuple(row["beyond"] for row in rows) if is_estimated else (),
        components=_build_ranges(rows) if is_estimated else (),
    )


def _build_ranges(rows: Sequence[_Row]) -> tuple[Range | None, ...]:
    return tuple(
        None
        if row["estimate"] is None
        else Range(row["estimate"], row["low"], row["high"])
        for row in rows
    )


class Curves(Protocol):
    """Interface of a source of specification curves: computed or stored."""

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return a claim's specification curve and a note on how it was obtained."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Source of specification curves that computes them on a subset of choices.

    Permutations are only computed where the deciding specification is SUPPORTED or
    CONTRADICTED.
    """

    most: int = MOST
    permutations: int = PERMUTATIONS

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Compute the specification curve of a claim on a subset of choices."""
        rule = claim.rule
        is_permuted = (
            rule.decide(*finding.components).word in DECIDED and self.permutations
        )
        null = finding.permuted if is_permuted else None
        return Curve(
            claim=claim.id,
            study=label,
            components=build_ranges(finding.components),
            outcomes=tuple(
                specification.outcome(rule)
                for specification in select_balanced_subset(
                    finding.specifications, self.most
                )
            ),
            of=len(finding.specifications),
            null=null.null(self.permutations) if null else None,
        ), ""


@dataclass(frozen=True, slots=True)
class StoredCurves:
    """Source of specification curves that reads stored ones if they are up to date."""

    curves: Mapping[tuple[str, str], Curve]
    tables: str

    @classmethod
    def of(cls, study: Tables) -> Self:
        """Read the stored specification curves of one study from its file."""
        folder = study.folder if isinstance(study, Study) else PROCESSED / study.name
        return cls(read_curves(find_evidence_file(folder)), study.checksum)

    def curve(self, claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return the stored specification curve if it is still valid."""
        run = Computed(ON_THE_RUN, 0)
        stored = self.curves.get((claim.id, label))
        if stored is None:
            return run.curve(claim, label, finding)
        if stored.tables != self.tables:
            reason = "its tables have changed"
        elif not stored.belongs_to(finding.components):
            reason = "the estimate is another"
        else:
            return _restore_messages(stored, finding), ""
        curve, _ = run.curve(claim, label, finding)
        return curve, f"specifications computed anew: {reason} since `make evidence`"


def _restore_messages(curve: Curve, finding: Finding) -> Curve:
    """Replace stored names of specifications by messages that can be translated."""
    names = {
        str(specification.name): specification.name
        for specification in finding.specifications
    }
    outcomes = (
        replace(outcome, name=names.get(outcome.name, outcome.name))
        for outcome in curve.outcomes
    )
    return replace(curve, outcomes=tuple(outcomes))
