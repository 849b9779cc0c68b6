"""How long groups last, where creation and last activity are all that is known."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import Proxy
from helpers.claims.contract.specification import Specification
from helpers.claims.definitions.death_definitions import DECIDING, SEED, SHOWN, failure
from helpers.claims.definitions.two_dates import (
    SIDE_BY_SIDE,
    both,
    cut_before,
    firmer,
    followed,
    readings_of,
)
from helpers.inference import share_interval
from helpers.survival import clusters_of, naive

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from helpers.claims.contract.study_view import Evidence
    from helpers.claims.definitions.two_dates import Source
    from helpers.survival import Interval, Lifetimes

__all__ = ["PROXIES", "failed_in_a_year", "silent_in_three_months"]

THREE_MONTHS, BRACKET, YEAR = 105.0, (90.0, 120.0), 365.0


def silent_in_three_months(evidence: Evidence) -> Finding:
    """Estimate the share of groups without activity after 105 days."""
    rows, source = followed(evidence)
    bracket = (
        Specification.tried(
            f"F({day:g} d)", partial(_share, rows, day), counts=False, decisive=True
        )
        for day in BRACKET
    )
    return _finding(rows, source, THREE_MONTHS, tuple(bracket))


def failed_in_a_year(evidence: Evidence) -> Finding:
    """Estimate the share of groups without activity after a year: F1 alone."""
    rows, source = followed(evidence)
    found = _finding(rows, source, YEAR, ())
    never = Beside("F2: never active at all", _never(readings_of(rows)[0].lives))
    return replace(
        found,
        beside=(*found.beside, never),
        qualifiers=(*found.qualifiers, "F1 only"),
    )


def _finding(
    rows: Evidence, source: Source, horizon: float, more: tuple[Specification, ...]
) -> Finding:
    ends = readings_of(rows)
    asked = gates.passed(*gates.failure(ends[-1].lives, horizon))
    return Finding(
        legs=(_share(rows, horizon),),
        definition=f"no {source.activity} for 60 days after the last one, or for 180:"
        " both must say it",
        gates=asked,
        specifications=(*more, *_others(rows, horizon)),
        supported_with=tuple(_firm(rows, source, horizon)),
        beside=tuple(
            Beside(f"W = {w:g}", failure(one, horizon))
            for w, one in zip(SIDE_BY_SIDE, ends, strict=True)
        ),
        qualifiers=(*(() if source.talk else ("proxy",)), *source.prints),
        note="traffic is not known, so that neither W is made to fit it; silences"
        " before the last activity are unseen",
        speaks_for=rows.speaks_for(),
    )


def _share(rows: Evidence, horizon: float, replicates: int = DECIDING) -> Interval:
    ends = readings_of(rows)
    gates.passed(*gates.failure(ends[-1].lives, horizon))
    return both(partial(failure, horizon=horizon, replicates=replicates), ends)


def _firm(rows: Evidence, source: Source, horizon: float) -> Iterator[Beside]:
    """Yield the share among the groups that have to say SUPPORTED too."""
    if (kept := firmer(rows, source)) is not None and source.firm:
        fact, least = source.firm
        yield Beside(f"{least:g} {fact} or more", _share(kept, horizon))


def _others(rows: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the second frame, entry ignored (biased), and the record cut short."""
    never = rows.groups["last_us"].isna()
    if never.any():
        started = rows.only(rows.groups.loc[~never, "group"])
        way = partial(_share, started, horizon)
        yield Specification.tried("ever started", way, counts=False, decisive=True)
    if (rows.groups["entry_us"] > rows.groups["origin_us"]).any():
        way = partial(_from_origin, rows, horizon)
        yield Specification.tried("entry ignored", way, counts=False)
    if (before := cut_before(rows)) is not None:
        way = partial(_share, before, horizon, SHOWN)
        yield Specification.tried("record cut before its largest break", way)


def _from_origin(rows: Evidence, horizon: float) -> Interval:
    ends = tuple(
        one._replace(lives=naive.ignoring_entry(one.lives)) for one in readings_of(rows)
    )
    return both(partial(failure, horizon=horizon, replicates=SHOWN), ends)


def _never(lives: Lifetimes) -> Interval:
    """Return the share never active, of those born W days or more before the end."""
    clusters = clusters_of(lives.network, lives.batch)
    return share_interval(lives.never_active, clusters, seed=SEED, replicates=DECIDING)


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s0-three-month-death": Proxy(
            silent_in_three_months, ("registry.last_us",), planned=True
        ),
        "s1-over-90-fail": Proxy(failed_in_a_year, ("registry.last_us",), planned=True),
    }
)
