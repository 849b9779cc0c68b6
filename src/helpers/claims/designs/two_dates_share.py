"""The share of groups without activity after some days, from two dates each."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.specification import Specification
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import DECIDING, SHOWN, failure
from helpers.claims.definitions.two_dates import (
    SIDE_BY_SIDE,
    Source,
    both,
    cut_before,
    firmer,
    readings_of,
)
from helpers.survival import Interval, naive
from helpers.survival.bootstrap import Draws


def silent_by(
    rows: Evidence, source: Source, horizon: float, more: tuple[Specification, ...]
) -> Finding:
    """Return the share without activity after some days; both W have to say it."""
    ends = readings_of(rows)
    passed = gates.passed(*gates.failure(ends[-1].lives, horizon))
    intervals = [failure(one, horizon) for one in ends]
    own, started = both(intervals), tuple(_started(rows, horizon))
    return Finding(
        legs=(own,),
        definition=f"no {source.activity} for 60 days after the last one, or for 180:"
        " both must say it",
        gates=passed,
        specifications=(*more, *started, *_others(rows, horizon)),
        supported_with=tuple(_firm(rows, source, horizon)),
        beside=tuple(
            Beside(f"W = {w:g}", interval)
            for w, interval in zip(SIDE_BY_SIDE, intervals, strict=True)
        ),
        qualifiers=(*(() if source.talk else ("proxy",)), *source.prints),
        note="traffic is not known, so that neither W is made to fit it; silences"
        " before the last activity are unseen",
        shared=next(
            (leg for specification in started for leg in specification.legs), own
        ),
        speaks_for=rows.speaks_for(),
    )


def share_silent(
    rows: Evidence, horizon: float, replicates: Draws = DECIDING
) -> Interval:
    """Return the share silent at an age, which both windows must be able to show."""
    ends = readings_of(rows)
    gates.passed(*gates.failure(ends[-1].lives, horizon))
    return both(failure(one, horizon, replicates=replicates) for one in ends)


def _firm(rows: Evidence, source: Source, horizon: float) -> Iterator[Beside]:
    """Yield the share among the groups that have to say SUPPORTED too."""
    if (firm_rows := firmer(rows, source)) is not None and source.firm:
        fact, least = source.firm
        yield Beside(f"{least:g} {fact} or more", share_silent(firm_rows, horizon))


def _others(rows: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the share with entry ignored (biased), and of the record cut short."""
    if (rows.groups["entry_us"] > rows.groups["origin_us"]).any():
        estimate = partial(_from_origin, rows, horizon)
        yield Specification.tried("entry ignored", estimate, counts=False)
    if (before := cut_before(rows)) is not None:
        estimate = partial(share_silent, before, horizon, SHOWN)
        yield Specification.tried("record cut before its largest break", estimate)


def _started(rows: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the share of groups with any activity, where not all have some."""
    never = rows.groups["last_us"].isna()
    if never.any():
        started = rows.only(rows.groups.loc[~never, "group"])
        estimate = partial(share_silent, started, horizon)
        yield Specification.tried("ever started", estimate, counts=False, decisive=True)


def _from_origin(rows: Evidence, horizon: float) -> Interval:
    ends = (
        one._replace(lives=naive.ignoring_entry(one.lives)) for one in readings_of(rows)
    )
    return both(failure(one, horizon, replicates=SHOWN) for one in ends)
