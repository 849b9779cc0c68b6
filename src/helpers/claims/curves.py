"""Specification curves: computed by `make evidence`, kept as tables, read by `make`.

A study's curves lie beside its folder, in ``evidence/<study>.parquet``: one row a leg
of a specification, and a row for what permutations gave. A curve stands for an
estimate only if tables and estimate are the ones it was computed from.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from helpers.claims.rules import Word
from helpers.claims.specifications import Choice, Outcome, Range
from helpers.errors import BrokenFileError
from helpers.files import whole_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from helpers.study import Study
    from helpers.survival.interval import Interval

__all__ = ["Curve", "Null", "evidence_file", "read_curves", "write_curves"]

FOLDER = "evidence"
SAME = 1e-6  # relative: what other machines' rounding may move
DECIDING = "deciding"

COLUMNS: Mapping[str, pa.DataType] = {
    "study": pa.string(), "claim": pa.string(), "nth": pa.int32(), "leg": pa.int32(),
    "name": pa.string(), "choices": pa.string(), "counts": pa.bool_(),
    "decisive": pa.bool_(), "word": pa.string(), "beyond": pa.bool_(),
    "estimate": pa.float64(), "low": pa.float64(), "high": pa.float64(),
    "larger": pa.int32(), "permutations": pa.int32(), "of": pa.int32(),
    "tables": pa.string(), "key": pa.string(),
}  # fmt: skip


class Null(NamedTuple):
    """How many permutations of the exposure gave as large an effect as was found."""

    larger: int
    permutations: int

    @property
    def p(self) -> float:
        """The permutation p value, itself counted as one draw.

        >>> Null(4, 499).p
        0.01
        """
        return (self.larger + 1) / (self.permutations + 1)

    def __str__(self) -> str:
        return f"as large in {self.larger} of {self.permutations} permutations"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """All specifications of one claim in one study.

    Attributes
    ----------
    claim, study
        Of what; `study` names the network too if it is of one.
    legs
        The deciding estimates that it belongs to.
    outcomes
        The specifications that were computed.
    of
        How many there are, chosen or not.
    null
        Permutations of the exposure, where they were asked for.
    tables, key
        Checksums of the study's tables, and of these with the code behind.
    """

    claim: str
    study: str
    legs: tuple[Range | None, ...]
    outcomes: tuple[Outcome, ...]
    of: int
    null: Null | None = None
    tables: str = ""
    key: str = ""

    def belongs_to(self, legs: Sequence[Interval | None]) -> bool:
        """Say whether these are the estimates that the curve was computed for."""
        return len(legs) == len(self.legs) and all(
            (leg is None) == (own is None) and (leg is None or _same(leg, own))
            for leg, own in zip(legs, self.legs, strict=True)
        )


def _same(leg: Interval, own: Range | None) -> bool:
    return own is not None and all(
        math.isclose(a, b, rel_tol=SAME, abs_tol=SAME)
        or (math.isnan(a) and math.isnan(b))
        for a, b in zip((leg.estimate, leg.low, leg.high), own, strict=True)
    )


def evidence_file(study: Study) -> Path:
    """Return where a study's curves are kept."""
    return study.folder.parent / FOLDER / f"{study.folder.name}.parquet"


def write_curves(path: Path, curves: Iterable[Curve]) -> None:
    """Write curves in the same bytes each time, whole or not at all."""
    rows = [row for curve in curves for row in _rows(curve)]
    table = pa.Table.from_pylist(rows, schema=pa.schema(list(COLUMNS.items())))
    order = [(name, "ascending") for name in ("study", "claim", "nth", "leg")]
    with whole_file(path) as partial:
        pq.write_table(
            table.sort_by(order), partial, compression="zstd", store_schema=False
        )


def read_curves(path: Path) -> Mapping[tuple[str, str], Curve]:
    """Return curves by claim and study; none where there is no such file.

    Raises
    ------
    BrokenFileError
        If the file is not one that `write_curves` wrote.
    """
    if not path.is_file():
        return {}
    stamp = path.stat()
    return _read(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=64)
def _read(path: Path, _: int, __: int) -> Mapping[tuple[str, str], Curve]:
    try:
        rows = pq.read_table(path).to_pandas()
        return {
            (claim, study): _curve(claim, study, own)
            for (claim, study), own in rows.groupby(["claim", "study"], sort=True)
        }
    except (pa.ArrowException, KeyError, ValueError) as error:
        raise BrokenFileError(
            f"is not a table of specification curves ({error})",
            where=str(path),
            remedy="make it again with `make evidence`",
        ) from error


def _rows(curve: Curve) -> Iterable[dict[str, Any]]:
    """Yield a row a leg: the deciding estimate is number 0, the others follow."""
    whose = {"study": curve.study, "claim": curve.claim}
    null = curve.null._asdict() if curve.null else {}
    made = {"of": curve.of, "tables": curve.tables, "key": curve.key, **null}
    for leg, found in enumerate(curve.legs):
        yield {**whose, "nth": 0, "leg": leg, "name": DECIDING, **made, **_told(found)}
    for nth, one in enumerate(curve.outcomes, 1):
        about = {
            "nth": nth,
            "name": one.name,
            "choices": "\n".join(f"{of}={value}" for of, value in one.choices),
            "counts": one.counts,
            "decisive": one.decisive,
            "word": str(one.word),
        }
        pairs = list(zip(one.legs, one.beyond, strict=True)) or [(None, None)]
        for leg, (found, beyond) in enumerate(pairs):
            told = {"leg": leg, "beyond": beyond, **_told(found)}
            yield {**whose, **about, **told}


def _told(found: Range | None) -> dict[str, float]:
    return found._asdict() if found else {}


def _curve(claim: str, study: str, rows: pd.DataFrame) -> Curve:
    first = rows[rows["nth"] == 0].sort_values("leg")
    made = first.iloc[0]
    known = pd.notna(made["permutations"])
    others = rows[rows["nth"] > 0].sort_values(["nth", "leg"])
    return Curve(
        claim=claim,
        study=study,
        legs=_ranges(first),
        outcomes=tuple(_outcome(own) for _, own in others.groupby("nth", sort=True)),
        of=int(made["of"]),
        null=Null(int(made["larger"]), int(made["permutations"])) if known else None,
        tables=made["tables"],
        key=made["key"],
    )


def _outcome(rows: pd.DataFrame) -> Outcome:
    first, word = rows.iloc[0], Word(rows["word"].iloc[0])
    made = word is not Word.UNTESTABLE or rows["estimate"].notna().any()
    pairs = (text.partition("=") for text in first["choices"].split("\n") if text)
    return Outcome(
        name=first["name"],
        choices=tuple(Choice(of, value) for of, _, value in pairs),
        counts=bool(first["counts"]),
        decisive=bool(first["decisive"]),
        word=word,
        beyond=tuple(
            None if pd.isna(one) else bool(one) for one in rows["beyond"] if made
        ),
        legs=_ranges(rows) if made else (),
    )


def _ranges(rows: pd.DataFrame) -> tuple[Range | None, ...]:
    values = rows[["estimate", "low", "high"]].to_numpy(float)
    return tuple(
        None if math.isnan(one[0]) else Range(*map(float, one)) for one in values
    )
