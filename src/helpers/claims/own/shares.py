"""Shares of one's own groups by reading, combined with the stored answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from helpers.claims.own.counts import count_own_groups
from helpers.claims.own.partial import Combined, Range, combine_with_own
from helpers.claims.pool import Pool
from helpers.claims.pooling import pool_rows
from helpers.claims.register import Claim, Reading, read_register
from helpers.claims.source_descriptions import name_study
from helpers.claims.store import read_answers
from helpers.group_lives.evidence import Evidence
from helpers.study import Study
from helpers.wording.messages import Language

ABOUT = ("claim", "reading", "measured", "count", "groups")
WAYS = ("alone", "together", "elsewhere")


@dataclass(frozen=True, slots=True)
class OwnShare:
    """A reading of a claim, counted in one's own groups."""

    claim: Claim
    reading: Reading
    found: Combined


def estimate_own_shares(study: Study) -> list[OwnShare]:
    """Estimate the readings that groups of one's own can carry, from one group on."""
    tables = Evidence.of(study)
    return [
        OwnShare(claim, reading, found)
        for claim, reading in list_own_readings()
        if (found := _combine_counted(tables, claim, reading)) is not None
    ]


def _combine_counted(
    tables: Evidence, claim: Claim, reading: Reading
) -> Combined | None:
    own = count_own_groups(tables, reading)
    return own and combine_with_own(pool_elsewhere(claim, reading), *own)


def list_own_readings() -> Iterator[tuple[Claim, Reading]]:
    """Yield the claims and readings that concern any groups."""
    for claim in read_register().values():
        if not claim.row.of_its_network:
            for reading in claim.readings:
                yield claim, reading


def pool_elsewhere(
    claim: Claim, reading: Reading, *, without: str | None = None
) -> Pool | None:
    """Pool what public places show of a reading; None if none was measured.

    `without`: a study that is left out, with all its parts.
    """
    rows = read_answers().estimates
    rows = rows[rows["claim"].eq(claim.id) & rows["reading"].eq(reading.key)]
    if without is not None:
        rows = rows[rows["study"].map(name_study).ne(without)]
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
    for share in estimate_own_shares(study):
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
