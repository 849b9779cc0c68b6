"""Indirect: whether people in many groups write where there is content.

Given what a person wrote in two groups in a week, the share in the one with more
content is that of a Poisson mean with an effect of the person and week; all pairs of a
week together are a composite likelihood, whose errors are those of classes of people.

References
----------
Lindsay (1988), Contemp. Math. 80, 221–239; Varin, Reid and Firth (2011), Stat. Sinica
21, 5–42.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import list_alternatives
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.rates.count_regression import fit_within
from helpers.claims.quantities.content_counts import DEFINITIONS
from helpers.inference import cluster_by_label
from helpers.small_counts import People
from helpers.survival import Interval

LEAST_USERS, TEN_POINTS = 100, 10
BOTH = "content × log2 groups"
LAGS = {"two weeks on": 2, "four weeks on": 4}


def _select_cells(
    evidence: Evidence, definition: str = "items", lag: int = 1
) -> pd.DataFrame:
    rows = evidence.study.table("choices")
    return rows[(rows["definition"] == definition) & (rows["lag"] == lag)]


def _estimate_ratio(
    evidence: Evidence, definition: str = "items", lag: int = 1
) -> Interval:
    """Estimate how content's effect grows with the number of groups."""
    cells = _select_cells(evidence, definition, lag).reset_index(drop=True)
    _check_gates(cells)
    content = cells["points"] / TEN_POINTS
    more = pd.DataFrame({BOTH: content * np.log2(cells["groups"]), "content": content})
    table = pd.concat([more, 0 * more], ignore_index=True)
    written = pd.concat([cells["more"], cells["less"]], ignore_index=True)
    pair, people = (
        pd.concat([one, one])
        for one in (cells.index.to_series(), cells["people_class"])
    )
    return fit_within(written, table, pair, cluster_by_label(people)).ratio(BOTH)


def _check_gates(cells: pd.DataFrame) -> tuple[gates.Gate, ...]:
    classes = cells.drop_duplicates("people_class")
    people = int(classes["people"].sum())
    detail = f"{People(people)} people in 3 groups and more"
    return gates.pass_gates(
        gates.require_at_least("users", people, LEAST_USERS, detail),
        gates.require_units(len(classes), "classes of people"),
    )


@stands_in("s2-value-stands-out", needs=("senders", "people_across", "choices"))
def value_by_length(evidence: Evidence) -> Finding:
    """Estimate how content attracts messages, by number of groups."""
    others = [*DEFINITIONS.items()][1:]
    ways = {
        name: partial(_estimate_ratio, evidence, definition=of) for name, of in others
    }
    ways |= {
        name: partial(_estimate_ratio, evidence, lag=lag) for name, lag in LAGS.items()
    }
    return Finding(
        cases="counts",
        legs=(_estimate_ratio(evidence),),
        definition="messages in a week, in two groups written in during the four weeks"
        " before, within each person's week: ratio per +10 points of messages of 60"
        " words or links with a comment in these weeks, and per doubling of the number"
        " of such groups",
        gates=_check_gates(_select_cells(evidence)),
        specifications=list_alternatives(ways),
        qualifiers=QUALIFIERS,
        note="a person's own messages are among those that make a group's content;"
        " nobody judged value",
        attenuated=True,
    )
