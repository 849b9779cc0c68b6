"""Estimate readings of claims in studies: one row per claim, reading and source."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd

from helpers.claims.pool import compute_error
from helpers.claims.quantity import Quantity
from helpers.claims.source_descriptions import Carried
from helpers.errors import FewNetworksError, NotIdentifiableError
from helpers.group_lives.evidence import Evidence
from helpers.survival.interval import Interval, ScaleName

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
        for interval in try_estimate(quantity, tables.within(network), params)
    }


def try_estimate(
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
