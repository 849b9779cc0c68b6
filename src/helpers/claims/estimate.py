"""Estimate readings of claims in studies: one row per claim, reading and source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass

import msgspec
import numpy as np
import pandas as pd

from helpers.claims.pool import compute_error
from helpers.claims.printed.published import list_published
from helpers.claims.quantity import Quantity, get_quantity
from helpers.claims.register import Claim, Reading, list_variants
from helpers.claims.source_descriptions import (
    Carried,
    Declared,
    name_study,
    read_declaration,
)
from helpers.errors import FewNetworksError, NotIdentifiableError, ShequnError
from helpers.group_lives.dates import split_parts
from helpers.group_lives.evidence import Evidence
from helpers.study import Study
from helpers.survival import Interval
from helpers.survival.interval import ScaleName

OWN = "own"  # the study of a user's exports


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A reading of a claim, estimated in one source or a part of it."""

    claim: str
    reading: str
    study: str
    kind: str
    role: str
    estimate: float
    low: float
    high: float
    n: int
    unit: str
    pushes: str = ""
    randomised: bool = False


COLUMNS = tuple(Estimate.__dataclass_fields__)


def open_evidence(studies: Iterable[Study]) -> dict[str, Evidence]:
    """Return the tables of the public studies that declare any quantity, by name."""
    return {
        study.name: Evidence.of(study)
        for study in studies
        if study.name != OWN and read_declaration(study.name).carries
    }


def estimate_claim(
    claim: Claim, evidence: Mapping[str, Evidence]
) -> Iterator[Estimate]:
    """Yield the estimates of a claim in public studies, and the published ones."""
    for reading in claim.readings:
        for key, variant in list_variants(reading):
            for name, tables in evidence.items():
                declared = read_declaration(name)
                yield from _estimate_in_source(claim, key, variant, tables, declared)
        for row in list_published(claim.id, reading.key):
            yield Estimate(claim=claim.id, reading=reading.key, **row)


def check_declarations(
    claims: Iterable[Claim],
    evidence: Mapping[str, Evidence],
    estimates: Iterable[Estimate],
) -> None:
    """Raise unless each quantity that a source declares gave an estimate of it."""
    there = {(name_study(row.study), row.claim, row.reading) for row in estimates}
    readings = [
        (claim.id, key, variant.quantities)
        for claim in claims
        for reading in claim.readings
        for key, variant in list_variants(reading)
    ]
    for source in evidence:
        for name in read_declaration(source).carries:
            keys = {(source, id_, key) for id_, key, names in readings if name in names}
            if keys and not there & keys:
                raise ShequnError(
                    f"declares {name}, which its tables cannot give",
                    where=source,
                    remedy="take the quantity out of its description, or make its "
                    "tables again with `shequn data`",
                )


def _estimate_in_source(
    claim: Claim, key: str, reading: Reading, tables: Evidence, declared: Declared
) -> Iterator[Estimate]:
    """Yield the estimates of a reading in one source: its places, then their parts."""
    for name in reading.quantities:
        carried = declared.carries.get(name)
        if carried is None:
            continue
        quantity = get_quantity(name)
        found = estimate_places(quantity, tables, reading.params)
        keys = (claim.id, key)
        for where, interval in found.items():
            yield build_estimate(
                keys, where, declared.kind, interval, carried, unit=quantity.unit
            )
        if "~" in key:
            continue
        part = msgspec.structs.replace(carried, role="part")
        for where, interval in _estimate_parts(quantity, tables, reading.params):
            yield build_estimate(
                keys, where, declared.kind, interval, part, unit=quantity.unit
            )


def estimate_places(
    quantity: Quantity, tables: Evidence, params: Mapping[str, object]
) -> dict[str, Interval]:
    """Return a quantity's estimates by place: a source is one, or several communities.

    Sources of two to seven networks are estimated in each network that suffices.
    """
    try:
        return {tables.name: quantity.estimate(tables, **params)}
    except FewNetworksError:  # each network on its own
        networks = tables.networks
    except NotIdentifiableError:
        return {}
    return {
        f"{tables.name}/{network}": interval
        for network in networks
        for interval in _try_estimate(quantity, tables.within(network), params)
    }


def _estimate_parts(
    quantity: Quantity, tables: Evidence, params: Mapping[str, object]
) -> Iterator[tuple[str, Interval]]:
    """Yield the estimates of a place's parts, by name."""
    for part, own in split_parts(tables).items():
        for interval in _try_estimate(quantity, own, params):
            yield f"{tables.name}: {part}", interval


def _try_estimate(
    quantity: Quantity, tables: Evidence, params: Mapping[str, object]
) -> list[Interval]:
    """Return one estimate, or none where the data do not suffice."""
    try:
        return [quantity.estimate(tables, **params)]
    except NotIdentifiableError:
        return []


def build_estimate(
    keys: tuple[str, str], where: str, kind: str, interval: Interval, carried: Carried,
    *, unit: str,
) -> Estimate:  # fmt: skip
    """Return the row of one estimate, by the ids of its claim and reading."""
    return Estimate(
        claim=keys[0],
        reading=keys[1],
        study=where,
        kind=kind,
        role=carried.role,
        estimate=interval.estimate,
        low=interval.low,
        high=interval.high,
        n=int(interval.n),
        unit=unit,
        pushes=carried.pushes,
        randomised=carried.randomised,
    )


def to_frame(estimates: Iterable[Estimate]) -> pd.DataFrame:
    """Return estimates as a data frame, a row each."""
    rows = pd.DataFrame([asdict(each) for each in estimates], columns=list(COLUMNS))
    return rows.astype(dict.fromkeys(("estimate", "low", "high"), "float64"))


def find_errors(rows: pd.DataFrame, scale: ScaleName) -> tuple[np.ndarray, np.ndarray]:
    """Return estimates and standard errors on the working scale, ready for pooling.

    Shares of none or all get one half added. An interval that reaches an end of its
    scale, or all but spans it, is not symmetric there: it has no error (NaN).
    """
    values, errors = [], []
    columns = (rows[name].tolist() for name in ("estimate", "low", "high", "n"))
    for value, low, high, n in zip(*columns, strict=True):
        if scale == "logit" and not 0 < value < 1:
            count = value * n
            value = (count + 0.5) / (n + 1)  # noqa: PLW2901 - as it is pooled
            error = (1 / (count + 0.5) + 1 / (n - count + 0.5)) ** 0.5
        elif scale == "logit" and high - low > SPANS:
            error = float("nan")
        else:
            error = compute_error(low, high, scale)
            error = max(error, SMALLEST_ERROR) if np.isfinite(error) else float("nan")
        values.append(value)
        errors.append(error)
    return np.array(values), np.array(errors)


SPANS = 0.94  # an interval of a share that says next to nothing
SMALLEST_ERROR = 1e-3  # of a complete count, which sampling does not move
