"""Whether fewer stay of those who joined one site behind its paid door."""

from __future__ import annotations

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS
from helpers.claims.contract.specification import first_of, multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.members import YEARS, joined_in
from helpers.claims.designs.rates.interrupted_series import coefficient
from helpers.survival import Interval


def gap_at_door(evidence: Evidence) -> Finding:
    """Estimate the step of retention at the door, over years of joining."""
    first = first_of(YEARS)
    years = joined_in(evidence, **first)
    asked = gates.passed(gates.units(len(years), "years of joining"))
    return Finding(
        cases="years",
        legs=(_step(years), None),
        definition="share of a year's joiners who write in a month of the year after,"
        " behind the paid door less before it, a steady trend over years of joining"
        " taken off",
        gates=asked,
        specifications=multiplied(
            YEARS, lambda **chosen: (_step(joined_in(evidence, **chosen)), None)
        ),
        qualifiers=(*QUALIFIERS, "interrupted series"),
        note=f"{int(years['paid'].sum())} years behind the door,"
        f" {int((1 - years['paid']).sum())} before; the years in which the door was"
        " shut, and in which it opened for money, are left out; one price only",
    )


def _step(years: pd.DataFrame) -> Interval:
    return coefficient(years["share"], years[["paid", "year"]])
