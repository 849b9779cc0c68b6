"""Boards of a register, sorted by their source: kinds, headers, fields.

What a source calls its boards stands for what two coders would; a life ends with the
last activity that the register knows of.
"""

from __future__ import annotations

from functools import partial
from itertools import combinations

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.specification import Sets, Specification, multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.codings import kinds
from helpers.claims.definitions.death_definitions import DECIDING, SEED
from helpers.claims.definitions.registered import registered
from helpers.claims.definitions.spans import YEAR
from helpers.claims.definitions.two_dates import SIDE_BY_SIDE
from helpers.claims.designs.simultaneous import pairwise_means
from helpers.claims.themes.purpose.kinds import (
    FEWEST_CATEGORIES,
    deaths_by_kind,
    spread_of,
)
from helpers.inference import share_interval
from helpers.survival import Interval, Lifetimes, clusters_of

W, LONG_W = SIDE_BY_SIDE
FEWEST_KINDS, SHORT_HEADER = 3, 10


@stands_in("s3-types-differ-in-survival", needs=("type", "births"))
def kinds_of_boards(evidence: Evidence) -> Finding:
    """Compare mean lifetimes within a year of boards under each pair of parents."""
    lives, kind = _boards(evidence, "type", W, used=False)
    names = sorted(kind.unique())
    detail = f"{len(names)} kinds with 30 boards or more"
    passed = gates.passed(
        gates.at_least("types", len(names), FEWEST_KINDS, detail),
        gates.clustering(lives.network, lives.batch),
    )
    sets: Sets = {
        "of": {"parents": "type", "planes": "plane"},
        "w_days": {"W = 60": W, "W = 180": LONG_W},
        "used": {"all boards": False, "ever used": True},
    }
    pairs = ", ".join(f"{a} over {b}" for a, b in combinations(names, 2))
    return Finding(
        legs=_pairs(evidence, "type", W, used=False),
        definition=f"mean days of the first year, {pairs}; simultaneous limits; no"
        " activity for 60 days",
        gates=passed,
        specifications=multiplied(sets, partial(_pairs, evidence)),
        qualifiers=("proxy", "association"),
        note=f"{len(lives)} boards under parents of 30 or more; the source's kinds, not"
        " the article's; a board was looked at once",
    )


def _boards(
    evidence: Evidence, of: str, w_days: float, *, used: bool
) -> tuple[Lifetimes, pd.Series[str]]:
    """Return the lives of boards under kinds of 30 or more, and their kinds."""
    lives = registered(evidence, w_days=w_days).lives
    if used:
        lives = lives.where(~lives.never_active)
    kind = kinds(evidence, of).reindex(lives.group)
    n_boards = kind.value_counts()
    keep = kind.isin(n_boards.index[n_boards >= gates.LEAST_IN_ARM]).to_numpy()
    return lives.where(keep), kind[keep]


def _pairs(
    evidence: Evidence, of: str, w_days: float, *, used: bool
) -> tuple[Interval, ...]:
    lives, kind = _boards(evidence, of, w_days, used=used)
    return tuple(pairwise_means(lives, kind.to_numpy(), YEAR).values())


@stands_in("s1-any-industry", needs=("category", "births"))
def fields_of_boards(evidence: Evidence) -> Finding:
    """Estimate how far log-hazards differ between fields, told from the tree."""
    table = _by_field(evidence, W)
    passed = gates.passed(
        gates.units(len(table), "categories with 30 boards", FEWEST_CATEGORIES)
    )
    return Finding.estimated(
        lambda: spread_of(table),
        "standard deviation between categories of log(deaths over those expected)",
        passed,
        {"W = 180": lambda: spread_of(_by_field(evidence, LONG_W))},
        qualifiers=("proxy",),
    )


def _by_field(evidence: Evidence, w_days: float) -> pd.DataFrame:
    field = kinds(evidence, "category")
    return deaths_by_kind(registered(evidence, w_days=w_days).lives, field)


@stands_in("s1-many-have-no-why", ("facts.fact=header_stated",))
def without_header(evidence: Evidence) -> Finding:
    """Estimate the share of boards whose page says nothing about them."""
    rows = evidence.groups
    passed = gates.passed(
        *gates.sampled(rows),
    )
    return Finding(
        legs=(_blank(evidence, "header_stated", 1),),
        definition="boards whose page has no header; one that states no aim counts as"
        " stated",
        gates=passed,
        specifications=(
            Specification.tried(
                "fewer than ten Han characters",
                partial(_blank, evidence, "header_han", SHORT_HEADER),
            ),
        ),
        qualifiers=("proxy",),
        note="an aim that is not written down may still be known",
    )


def _blank(evidence: Evidence, fact: str, least: int) -> Interval:
    facts = evidence.table("facts")
    headers = facts[facts["fact"] == fact].set_index("group")["value"]
    rows = evidence.groups[evidence.groups["group"].isin(headers.index)]
    blank = rows["group"].map(headers) < least
    clusters = clusters_of(rows["network"], rows["batch"])
    return share_interval(blank, clusters, seed=SEED, replicates=DECIDING)
