"""Other reasonable readings of a failure probability: the register's sets RA, RB, RD.

RA: how a death is told · RB: where the clock starts, delayed entry on or off · RD:
which groups count. Their product, at most 100 of them.
"""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from dataclasses import replace
from functools import partial
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from helpers.claims import gates
from helpers.claims.agreement import Specification
from helpers.claims.deaths import by_posters, by_rate, by_silence, failed
from helpers.claims.limits import hull
from helpers.errors import NotIdentifiableError
from helpers.survival import failure_probability, naive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from helpers.claims.deaths import Ends
    from helpers.claims.evidence import Evidence
    from helpers.survival import Interval

    Reading = Callable[[Evidence], Ends]

__all__ = [
    "DEATHS",
    "SEED",
    "failure",
    "readings",
    "silent",
    "union",
    "without_one_network",
]

SEED = 20161231  # of every bootstrap behind a verdict
DECIDING = 5000  # samples: with ten networks, 1,000 leave a fifth of the error to luck
SHOWN = 1000  # samples behind a specification
MOST = 100
PLAIN = "from origin, all groups"
FEW_POSTERS, FEW_MEMBERS = 5, 10
EARLY_DAYS = 28


class _Cell(NamedTuple):
    """One reading of one frame."""

    death: str
    frame: str
    reading: Reading
    evidence: Evidence
    late_entry: bool = True

    @property
    def name(self) -> str:
        return f"{self.death}, {self.frame}"


def silent(
    evidence: Evidence, *, w_days: float = 60.0, form: str = "last_message"
) -> Ends:
    """Read death by silence."""
    return by_silence(evidence.groups, evidence.silences, w_days=w_days, form=form)


def union(evidence: Evidence) -> Ends:
    """Read failure as the first of what the corpus can show."""
    rates = evidence.rates if evidence.observability.sender_ids else None
    return failed(evidence.groups, evidence.silences, rates)


def _thin_traffic(evidence: Evidence) -> Ends:
    return by_rate(evidence.groups, evidence.rates)


def _few_posters(evidence: Evidence) -> Ends:
    gates.passed(evidence.shows("sender_ids"))
    return by_posters(evidence.groups, evidence.rates)


DEATHS: Mapping[str, Reading] = MappingProxyType(
    {
        **{
            f"{form.replace('_', ' ')}, W = {w_days}": partial(
                silent, w_days=w_days, form=form
            )
            for form in ("last_message", "first_gap")
            for w_days in (30, 60, 90)
        },
        "rate under 10 %": _thin_traffic,
        "fewer than 3 posters": _few_posters,
        "failed": union,
    }
)


def failure(
    ends: Ends, horizon: float, *, error_days: float = 0.0, replicates: int = DECIDING
) -> Interval:
    """Return the probability of having failed by a horizon.

    Where times may be wrong by some days, the limits enclose the estimates at the
    horizon less and plus these days: a death dated late or early cannot go further.

    Raises
    ------
    NotIdentifiableError
        As `helpers.survival.failure_probability`.
    """
    competing = ends.competing if ends.competing.any() else None
    at = partial(
        failure_probability,
        ends.lives,
        seed=SEED,
        competing=competing,
        replicates=replicates,
    )
    if not error_days:
        return at(horizon)
    bounds = (at(horizon - error_days), at(horizon + error_days))
    why = f"both bounds of ±{error_days:g} d"
    return hull(at(horizon), *bounds, why=why)


def readings(
    evidence: Evidence, horizon: float, *, primary: str
) -> tuple[Specification, ...]:
    """Return the failure probability under every reading but the primary one."""
    grid = [cell for cell in _grid(evidence) if cell.name != f"{primary}, {PLAIN}"]
    return tuple(
        Specification.tried(
            cell.name, partial(_under, cell, horizon), counts=cell.late_entry
        )
        for cell in _balanced(grid)
    )


def _balanced(grid: list[_Cell]) -> list[_Cell]:
    """Return at most a hundred cells, as many from each clock, size and entry."""
    rank: dict[int, int] = {}
    taken: Counter[str] = Counter()
    for index in np.random.default_rng(SEED).permutation(len(grid)).tolist():
        rank[index] = taken[grid[index].frame]
        taken[grid[index].frame] += 1
    chosen = sorted(rank, key=rank.__getitem__)[:MOST]
    return [grid[index] for index in sorted(chosen)]


def without_one_network(
    evidence: Evidence, reading: Reading, horizon: float
) -> Iterator[Specification]:
    """Yield the estimate with each network left out (set RG), if there are several."""
    networks = evidence.networks if len(evidence.networks) > 1 else []
    for network in networks:
        rest = evidence.groups[evidence.groups["network"] != network]
        cell = _Cell("", "", reading, replace(evidence, groups=rest))
        yield Specification.tried(f"without {network}", partial(_under, cell, horizon))


def _grid(evidence: Evidence) -> Iterator[_Cell]:
    groups = evidence.groups
    entries = {"": True}
    if (groups["entry_us"] > groups["origin_us"]).any():
        entries[", entry ignored"] = False
    for (clock, start), (size, keep), (word, late) in product(
        _clocks(evidence).items(), _sizes(evidence).items(), entries.items()
    ):
        view = replace(evidence, groups=start[keep.reindex(start.index)])
        for death, reading in DEATHS.items():
            yield _Cell(death, f"{clock}, {size}{word}", reading, view, late)


def _clocks(evidence: Evidence) -> dict[str, pd.DataFrame]:
    """Return the groups with their clock starting at creation, and at first message."""
    clocks = {"from origin": evidence.groups}
    with suppress(NotIdentifiableError):  # without daily counts there is one clock
        clocks |= _from_first_message(evidence)
    return clocks


def _from_first_message(evidence: Evidence) -> dict[str, pd.DataFrame]:
    if evidence.observability.births != "creation":
        return {}
    spoke = evidence.groups[evidence.groups["first_us"].notna()]
    first = spoke["first_us"].astype("int64")
    entry = np.maximum(spoke["entry_us"], first)
    early = _early(evidence, spoke)
    later = spoke.assign(origin_us=first, entry_us=entry, early_messages=early)
    return {"from first message": later}


def _early(evidence: Evidence, groups: pd.DataFrame) -> pd.Series[int]:
    """Count messages in the 28 calendar days from the first message on."""
    days = evidence.daily
    since = days["day"] - days.groupby("group")["day"].transform("min")
    early = days[since < EARLY_DAYS].groupby("group")["messages"].sum()
    return groups["group"].map(early).fillna(0).astype("int64")


def _sizes(evidence: Evidence) -> dict[str, pd.Series[bool]]:
    """Return who counts; all but "all groups" condition on having got that far."""
    groups = evidence.groups
    sizes = {"all groups": groups["group"].notna()}
    if evidence.observability.sender_ids:
        sizes["≥ 5 posters (conditional)"] = groups["posters"].fillna(0) >= FEW_POSTERS
    if groups["members"].notna().any():
        sizes["≥ 10 members (conditional)"] = groups["members"].fillna(0) >= FEW_MEMBERS
    return sizes


def _under(cell: _Cell, horizon: float) -> Interval:
    """Return the estimate under one reading, past the gates."""
    ends, error = cell.reading(cell.evidence), cell.evidence.time_error_days
    if not cell.late_entry:
        ends = ends._replace(lives=naive.ignoring_entry(ends.lives))
    gates.passed(*gates.failure(ends.lives, horizon))
    return failure(ends, horizon, error_days=error, replicates=SHOWN)
