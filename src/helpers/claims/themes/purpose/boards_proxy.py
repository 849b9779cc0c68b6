"""Indirect: lifetimes of a site's boards, by kind and subject.

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
from helpers.claims.contract.specification import Sets, Specification, multiply_sets
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.simultaneous import estimate_pairwise_means
from helpers.claims.quantities.codings import classify_kinds
from helpers.claims.quantities.death_definitions import DECIDING, SEED
from helpers.claims.quantities.registered import define_registered_lifetimes
from helpers.claims.quantities.spans import YEAR
from helpers.claims.quantities.two_dates import SIDE_BY_SIDE
from helpers.claims.themes.purpose.kinds import (
    FEWEST_CATEGORIES,
    count_deaths_by_kind,
    estimate_kind_spread,
)
from helpers.inference import estimate_share
from helpers.survival import Interval, Lifetimes, choose_clusters

W, LONG_W = SIDE_BY_SIDE
FEWEST_KINDS, SHORT_HEADER = 3, 10


@stands_in("s3-types-differ-in-survival", needs=("type", "births"))
def kinds_of_boards(evidence: Evidence) -> Finding:
    """Compare mean lifetimes between kinds of boards."""
    lives, kind = _list_boards(evidence, "type", W, used=False)
    names = sorted(kind.unique())
    detail = f"{len(names)} kinds with 30 boards or more"
    passed = gates.pass_gates(
        gates.require_at_least("types", len(names), FEWEST_KINDS, detail),
        gates.require_clusters(lives.network, lives.batch),
    )
    sets: Sets = {
        "of": {"parents": "type", "planes": "plane"},
        "w_days": {"W = 60": W, "W = 180": LONG_W},
        "used": {"all boards": False, "ever used": True},
    }
    pairs = ", ".join(f"{a} over {b}" for a, b in combinations(names, 2))
    return Finding(
        legs=_compare_pairs(evidence, "type", W, used=False),
        definition=f"mean days of the first year, {pairs}; simultaneous limits; no"
        " activity for 60 days",
        gates=passed,
        specifications=multiply_sets(sets, partial(_compare_pairs, evidence)),
        qualifiers=("proxy", "association"),
        note=f"{len(lives)} boards under parents of 30 or more; the source's kinds, not"
        " the article's; a board was looked at once",
    )


def _list_boards(
    evidence: Evidence, of: str, w_days: float, *, used: bool
) -> tuple[Lifetimes, pd.Series[str]]:
    """Return lifetimes of boards, for kinds with 30 boards or more."""
    lives = define_registered_lifetimes(evidence, w_days=w_days).lives
    if used:
        lives = lives.where(~lives.never_active)
    kind = classify_kinds(evidence, of).reindex(lives.group)
    n_boards = kind.value_counts()
    keep = kind.isin(n_boards.index[n_boards >= gates.LEAST_IN_ARM]).to_numpy()
    return lives.where(keep), kind[keep]


def _compare_pairs(
    evidence: Evidence, of: str, w_days: float, *, used: bool
) -> tuple[Interval, ...]:
    lives, kind = _list_boards(evidence, of, w_days, used=used)
    return tuple(estimate_pairwise_means(lives, kind.to_numpy(), YEAR).values())


@stands_in("s1-any-industry", needs=("category", "births"))
def fields_of_boards(evidence: Evidence) -> Finding:
    """Estimate the spread of log hazards between subjects of boards."""
    table = _count_by_field(evidence, W)
    passed = gates.pass_gates(
        gates.require_units(len(table), "categories with 30 boards", FEWEST_CATEGORIES)
    )
    return Finding.estimated(
        lambda: estimate_kind_spread(table),
        "standard deviation between categories of log(deaths over those expected)",
        passed,
        {"W = 180": lambda: estimate_kind_spread(_count_by_field(evidence, LONG_W))},
        qualifiers=("proxy",),
    )


def _count_by_field(evidence: Evidence, w_days: float) -> pd.DataFrame:
    field = classify_kinds(evidence, "category")
    return count_deaths_by_kind(
        define_registered_lifetimes(evidence, w_days=w_days).lives, field
    )


@stands_in("s1-many-have-no-why", ("facts.fact=header_stated",))
def without_header(evidence: Evidence) -> Finding:
    """Estimate the share of boards without a description."""
    rows = evidence.groups
    passed = gates.pass_gates(
        *gates.require_sampled(rows),
    )
    return Finding(
        legs=(_estimate_blank_share(evidence, "header_stated", 1),),
        definition="boards whose page has no header; one that states no aim counts as"
        " stated",
        gates=passed,
        specifications=(
            Specification.tried(
                "fewer than ten Han characters",
                partial(_estimate_blank_share, evidence, "header_han", SHORT_HEADER),
            ),
        ),
        qualifiers=("proxy",),
        note="an aim that is not written down may still be known",
    )


def _estimate_blank_share(evidence: Evidence, fact: str, least: int) -> Interval:
    facts = evidence.table("facts")
    headers = facts[facts["fact"] == fact].set_index("group")["value"]
    rows = evidence.groups[evidence.groups["group"].isin(headers.index)]
    blank = rows["group"].map(headers) < least
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(blank, clusters, seed=SEED, replicates=DECIDING)
