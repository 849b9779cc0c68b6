"""Shares of one's own groups by reading, combined with the stored answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from types import MappingProxyType

import numpy as np
import pandas as pd

from helpers.arrays import Bools
from helpers.claims.own.partial import Combined, Range, combine_with_own
from helpers.claims.pool import Pool
from helpers.claims.pooling import pool_rows
from helpers.claims.quantities.states import find_lively
from helpers.claims.register import Claim, Reading, read_register
from helpers.claims.store import read_answers
from helpers.errors import MissingSourceError, NotIdentifiableError
from helpers.group_lives.ends import Ends, select_started
from helpers.group_lives.evidence import Evidence, select_clock
from helpers.group_lives.few_writers import define_few_writers
from helpers.group_lives.last_activity import list_last_activity_ends
from helpers.group_lives.silence import define_paused, define_silent, select_recorded
from helpers.paths import PROCESSED
from helpers.study import Study
from helpers.wording.messages import Language

Count = Callable[..., Bools]


def count_own_groups(evidence: Evidence, reading: Reading) -> tuple[int, int] | None:
    """Count own groups in the state of a reading, and those watched long enough.

    None if the reading is no share of groups, or the tables can't tell.
    """
    for name in reading.quantities:
        if name not in COUNTS:
            continue
        try:
            states = COUNTS[name](evidence, **reading.params)
        except (NotIdentifiableError, MissingSourceError):
            continue
        if len(states):
            return int(states.sum()), len(states)
    return None


def _select_watched(ends: Ends, day: float, *, spoke: bool) -> Ends:
    """Select groups watched until a day at least; later ends are none."""
    own = select_started(ends) if spoke else ends
    watched = own.where((own.lives.potential >= day) & (own.lives.entry == 0))
    ended = watched.lives.ended & (watched.lives.durations <= day) & ~watched.competing
    return watched._replace(lives=replace(watched.lives, ended=ended))


def _mark_ended(define: Callable[..., Ends]) -> Count:
    """Return what marks groups that had ended by a day, of those watched until then."""

    def mark(
        evidence: Evidence, *, day: float, spoke: bool = True, **more: bool
    ) -> Bools:
        ends = define(select_clock(evidence, spoke=spoke), **more)
        return np.asarray(_select_watched(ends, day, spoke=spoke).lives.ended)

    return mark


def _mark_last_activity(evidence: Evidence, *, day: float, spoke: bool = True) -> Bools:
    _, ends = list_last_activity_ends(evidence, spoke=spoke)
    return np.asarray(_select_watched(ends[0], day, spoke=spoke).lives.ended)


def _mark_alive(
    evidence: Evidence,
    *,
    day: int,
    spoke: bool = True,
    lively: bool = True,
    failing: bool = False,
) -> Bools:
    """Mark groups watched until a day that are alive then, and busy or not."""
    evidence.require("sender_ids", "replies")
    lives = select_recorded(evidence)
    lives = lives.where((lives.potential >= day) & ~(lives.never_active & spoke))
    alive = ~(lives.ended & (lives.durations <= day))
    marked: Bools = alive & (find_lively(evidence, lives.group, day) == lively)
    return ~marked if failing else marked


COUNTS: Mapping[str, Count] = MappingProxyType(
    {
        "silent_by_day": _mark_ended(define_silent),
        "ever_paused_by_day": _mark_ended(define_paused),
        "few_writers_by_day": _mark_ended(define_few_writers),
        "last_activity_by_day": _mark_last_activity,
        "busy_at_day": _mark_alive,
        "adrift_at_day": partial(_mark_alive, lively=False),
    }
)


FILE = PROCESSED / "answers" / "own_coverage.csv"  # by `pipeline.answers`
SIZES = (3, 5, 10, 20, 50)  # own groups
COVERED = ("alone", "together")  # ways whose coverage is stored


def summarise_coverage() -> pd.DataFrame:
    """Summarise by number of own groups: least coverage and mean width of each way."""
    how = {"coverage": "min", "width": "mean"}
    columns = {f"{name}_{way}": by for name, by in how.items() for way in COVERED}
    return pd.read_csv(FILE).groupby("groups").agg(columns)


ABOUT = ("claim", "reading", "measured", "count", "groups")
WAYS = ("alone", "together", "elsewhere")


@dataclass(frozen=True, slots=True)
class OwnShare:
    """A reading of a claim, counted in one's own groups."""

    claim: Claim
    reading: Reading
    found: Combined


def estimate_own_shares(tables: Evidence) -> list[OwnShare]:
    """Estimate the readings that groups of one's own can carry, from one group on."""
    return [
        OwnShare(claim, reading, combine_with_own(pool_elsewhere(claim, reading), *own))
        for claim, reading in list_own_readings()
        if (own := count_own_groups(tables, reading)) is not None
    ]


def list_own_readings() -> Iterator[tuple[Claim, Reading]]:
    """Yield the claims and readings that concern any groups."""
    for claim in read_register().values():
        if not claim.row.of_its_network:
            for reading in claim.readings:
                yield claim, reading


def pool_elsewhere(claim: Claim, reading: Reading) -> Pool | None:
    """Pool what public places show of a reading; None if none was measured."""
    rows = read_answers().estimates
    rows = rows[rows["claim"].eq(claim.id) & rows["reading"].eq(reading.key)]
    pooled = pool_rows(rows, reading) if len(rows) else None
    return None if pooled is None else pooled.pool


def tabulate_own_shares(study: Study, *, language: Language = "en") -> pd.DataFrame:
    """Tabulate shares of one's own groups: alone, and with what is known elsewhere.

    Parameters
    ----------
    study
        Made by `shequn run` or `make_study`; one group suffices.
    language
        Of what is measured: ``en`` or ``zh``.

    Returns
    -------
    A row per reading: ``claim, reading, measured, count, groups``, and ``low, high`` of
    the 95 % range of ``alone``, ``together`` and ``elsewhere`` (another place).

    Examples
    --------
    >>> from helpers.study.study import open_study
    >>> shares = tabulate_own_shares(open_study("komodo_discord"))
    >>> bool((shares["together_low"] <= shares["together_high"]).all())
    True
    """
    rows = []
    for share in estimate_own_shares(Evidence.of(study)):
        found = share.found
        row: dict[str, object] = {
            "claim": share.claim.id,
            "reading": share.reading.key,
            "measured": getattr(share.reading.label, language),
            "count": found.count,
            "groups": found.n,
        }
        for name in WAYS:
            numbers = getattr(found, name) or Range(*[float("nan")] * 3)
            ends = (name, f"{name}_low", f"{name}_high")
            row |= dict(zip(ends, numbers, strict=True))
        rows.append(row)
    columns = [name + end for name in WAYS for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=[*ABOUT, *columns])
