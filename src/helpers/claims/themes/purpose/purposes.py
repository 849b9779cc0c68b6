"""Stated purposes of groups: frequency, and survival without one."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Sets, estimates, take_first_choices
from helpers.claims.contract.permutation import build_permutation
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.source_facts import read_source_facts
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import (
    choose_clusters_for,
    estimate_odds_ratio,
    select_groups_with_values,
)
from helpers.claims.designs.hazards.closings import (
    WHENEVER,
    compare_closings,
    get_fact,
    read_facts,
)
from helpers.claims.designs.hazards.landmark_codings import (
    compare_at_landmark,
    count_literal,
)
from helpers.claims.quantities.codings import estimate_alpha, list_coders, read_stated
from helpers.claims.quantities.deaths import DECIDING, SEED
from helpers.claims.quantities.quantity import Quantity, enclose_bounds
from helpers.errors import NotIdentifiableError
from helpers.inference import estimate_share
from helpers.survival import Interval, choose_clusters
from helpers.wording import say

TWO_DAYS = 2
STATED = ("purpose_stated_at_birth", "charter_on_first_day")
LEAST_COHORTS = 3
SHORT_HEADER = 10
PURPOSES, CHARTERS = "purpose_names_goal", "charter_names_goal"
LEAST_CODED = 100
FIVE = ("interest", "friends", "customers", "events", "learning")


@estimates("s0-no-purpose-dies")
@stands_in("s0-no-purpose-dies", tuple(f"facts.fact={name}" for name in STATED))
def no_purpose(evidence: Evidence) -> Finding:
    """Estimate the death hazard ratio, groups without versus with a stated purpose."""
    if not evidence.records("groups", "births", "stated_purpose"):
        return compare_closings(
            evidence, partial(_mark_lacking, evidence, STATED),
            WHENEVER,
            say("no purpose or charter by the first day against one; closed by"
" the administration later"),
            "charters",
        )  # fmt: skip
    landmark = compare_at_landmark(
        evidence, 1 - read_stated(evidence, "purpose", TWO_DAYS), TWO_DAYS
    )
    alternatives = {
        say("coder {name} alone", name=name): replace(
            landmark,
            exposure=1 - read_stated(evidence, "purpose", TWO_DAYS, coder=name),
        )
        for name in list_coders(evidence, "purpose")
    }
    finding = landmark.finding(
        "no purpose on record by day 2 against one", alternatives
    )
    return replace(
        finding, beside=(*finding.beside, *count_literal(landmark, 1.0, alive=True))
    )


def _mark_lacking(evidence: Evidence, names: tuple[str, ...]) -> pd.Series[float]:
    """Return 1 for groups without a stated purpose in the first charter, else 0."""
    facts = read_facts(evidence)
    name = next((name for name in names if name in facts), names[0])
    return 1.0 - get_fact(facts, name).fillna(0.0)


@estimates("s0-purpose-clearer-later")
@stands_in(
    "s0-purpose-clearer-later", (f"facts.fact={PURPOSES}", f"facts.fact={CHARTERS}")
)
def purpose_clearer(evidence: Evidence) -> Finding:
    """Estimate the odds ratio of a stated purpose per later founding year."""
    coded = evidence.records("births", "stated_purpose")
    stated = (_coded_purposes if coded else _goals_of_first_texts)(evidence)

    def check(rows: pd.DataFrame) -> tuple[gates.Gate, ...]:
        years = int(rows["year"].nunique())
        return gates.pass_gates(
            *stated.gate(rows),
            gates.require_cohorts(
                "births in {n} calendar years, {least} needed", years, LEAST_COHORTS
            ),
            gates.require_clusters(rows["network"], rows["batch"]),
        )

    return Finding.over(
        stated.sets, stated.rows, check, _estimate_odds,
        definition=stated.definition,
        permuted=build_permutation(_estimate_odds, "year", ("network",)),
        qualifiers=stated.qualifiers,
        note=lambda *_: stated.note,
    )  # fmt: skip


def _coded_purposes(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return groups, and whether coders found a purpose in the first 48 hours."""

    def select(coder: str | None) -> pd.DataFrame:
        born = evidence.groups.set_index("group")["origin_us"].astype("int64")
        year = pd.to_datetime(born, unit="us").dt.year.astype("float64")
        return select_groups_with_values(
            evidence,
            stated=read_stated(evidence, "purpose", TWO_DAYS, coder=coder),
            year=year - year.min(),
        )

    return Quantity(
        rows=select,
        definition=say(
            "odds of a purpose stated within 48 hours, per year of founding"
        ),
        sets={"coder": _list_coders_alone(evidence)},
        gate=lambda rows: (gates.require_groups(len(rows)),),
    )


def _list_coders_alone(evidence: Evidence) -> dict[str, str | None]:
    names = list_coders(evidence, "purpose")
    return {
        "all coders": None,
        **{say("coder {name} alone", name=name): name for name in names},
    }


def _goals_of_first_texts(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return groups, and whether words for goals occur in their first text.

    Words by pattern stand for what two coders would read; they decide on a trend over
    years of birth, in one community each.
    """
    sets: Sets = {
        "at_birth": {"earliest known": False, say("seen at birth"): True},
        "templates": {"template copies out": False, say("all copies in"): True},
    }
    rows = _select_stated(evidence, **take_first_choices(sets))
    return Quantity(
        rows=partial(_select_stated, evidence),
        definition=say(
            "odds of goal words in the first charter or purpose on record,"
            " per year of birth"
        ),
        sets=sets,
        qualifiers=QUALIFIERS,
        note=say(
            "{stated:.0%} of {n} groups stated one; words are found by"
            " pattern, not read by coders",
            stated=rows["stated"].mean(),
            n=len(rows),
        ),
    )


def _select_stated(
    evidence: Evidence, *, at_birth: bool, templates: bool
) -> pd.DataFrame:
    """Return groups with their founding year and whether they state a goal."""
    facts = evidence.table("facts").pivot_table("value", "group", "fact")
    rows = evidence.groups.join(facts, on="group")
    born = pd.to_datetime(rows["origin_us"].astype("int64"), unit="us")
    texts = read_source_facts(evidence.study.name).first_texts
    if CHARTERS in rows:
        stated = rows[CHARTERS].where(rows["charter_on_first_day"].eq(1))
        copied = rows["network"].isin(texts.copied)
        for network, (first, last) in texts.filled_in.items():
            is_between = born.between(pd.Timestamp(first), pd.Timestamp(last))
            copied |= rows["network"].eq(network) & is_between
        stated = stated.where(~copied | templates)
    else:
        stated = rows[PURPOSES]
        if texts.since is not None:
            stated = stated.where(born >= pd.Timestamp(texts.since))
        stated = stated.where(rows["purpose_at_birth"].eq(1) | (not at_birth))
    groups = rows.assign(stated=stated, year=born.dt.year.astype("float64"))
    groups = groups.dropna(subset="stated")
    return groups.assign(year=groups["year"] - groups["year"].min())


def _estimate_odds(rows: pd.DataFrame) -> Interval:
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_odds_ratio(rows["stated"], rows[["year"]], clusters)


@estimates("s1-many-have-no-why")
@stands_in("s1-many-have-no-why", ("facts.fact=header_stated",))
def no_why(evidence: Evidence) -> Finding:
    """Estimate the share of company-run groups that state no purpose.

    Groups not coded, or on which coders differ, are all with and all without one: the
    limits enclose both bounds.
    """
    coded = evidence.records("stated_purpose")
    lacking = (_purposes_of_companies if coded else _headers_of_boards)(evidence)
    passed = gates.pass_gates(*lacking.gate())
    rows = lacking.rows(**lacking.chosen)
    return lacking.build_finding(rows, _estimate_lacking, passed)


def _purposes_of_companies(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return company-run groups (all, if unrecorded) and if they state no purpose."""
    groups = evidence.groups
    qualifiers: tuple[str, ...] = ("proxy",)
    with suppress(NotIdentifiableError):
        company = read_stated(evidence, "company")
        groups, qualifiers = groups[groups["group"].map(company).eq(1.0)], ()

    def select(coder: str | None) -> pd.DataFrame:
        stated = groups["group"].map(read_stated(evidence, "purpose", coder=coder))
        return groups.assign(lacking=1 - stated)

    return Quantity(
        rows=select,
        definition=say(
            "company-run groups without a stated purpose; those undecided as"
            " both bounds"
        ),
        sets={"coder": _list_coders_alone(evidence)},
        qualifiers=qualifiers,
        gate=lambda: gates.require_sampled(groups),
    )


def _headers_of_boards(evidence: Evidence) -> Quantity[pd.DataFrame]:
    """Return message boards, and whether their page has no description."""

    def select(least: tuple[str, int]) -> pd.DataFrame:
        fact, length = least
        facts = evidence.table("facts")
        headers = facts[facts["fact"] == fact].set_index("group")["value"]
        rows = evidence.groups[evidence.groups["group"].isin(headers.index)]
        short = rows["group"].map(headers) < length
        return rows.assign(lacking=short.astype("float64"))

    return Quantity(
        rows=select,
        definition=say(
            "boards whose page has no header; one that states no aim counts as stated"
        ),
        sets={
            "least": {
                "no header": ("header_stated", 1),
                say("fewer than ten Han characters"): ("header_han", SHORT_HEADER),
            }
        },
        qualifiers=("proxy",),
        gate=lambda: gates.require_sampled(evidence.groups),
        note=say("an aim that is not written down may still be known"),
    )


def _estimate_lacking(rows: pd.DataFrame) -> Interval:
    """Estimate the share of groups without a purpose; bounds cover undecided ones."""
    is_decided = rows["lacking"].notna()
    share = _estimate_share(rows[is_decided])
    if is_decided.all():
        return share
    bounds = (_estimate_share(rows.fillna({"lacking": value})) for value in (0.0, 1.0))
    return enclose_bounds(share, *bounds, why="undecided groups with and without one")


def _estimate_share(rows: pd.DataFrame) -> Interval:
    clusters = choose_clusters(rows["network"], rows["batch"])
    return estimate_share(rows["lacking"], clusters, seed=SEED, replicates=DECIDING)


@estimates("s3-five-types-cover")
def five_types(evidence: Evidence) -> Finding:
    """Estimate the share of groups coded as one of five types, and coder agreement."""
    wide = _list_types(evidence)
    passed = gates.pass_gates(
        gates.require_groups(len(wide), LEAST_CODED),
        gates.require_units(wide.shape[1], "{n} coders, {least} needed", 2),
    )
    alternatives = {
        say("with {more} as a type", more=more): partial(
            _estimate_coverage, evidence, (*FIVE, more)
        )
        for more in ("work", "family")
    }
    return Finding.estimated(
        partial(_estimate_coverage, evidence),
        "groups that every coder puts into one of five types, and Krippendorff's α of"
        " their types",
        passed, alternatives,
    )  # fmt: skip


def _list_types(evidence: Evidence) -> pd.DataFrame:
    """Return the group type that each coder assigned to each group."""
    rows = evidence.table("codings")
    rows = rows[rows["fact"].str.startswith("type: ") & rows["value"].gt(0)]
    kind = rows.assign(kind=rows["fact"].str.removeprefix("type: "))
    wide = kind.pivot_table("kind", "group", "coder", aggfunc="first")
    return wide.dropna()


def _estimate_coverage(
    evidence: Evidence, types: tuple[str, ...] = FIVE
) -> tuple[Interval, Interval]:
    wide = _list_types(evidence)
    clusters = choose_clusters_for(evidence, wide.index.to_series())
    is_covered = wide.isin(types).all(axis=1)
    agreed = estimate_alpha(wide, clusters, seed=SEED)
    return estimate_share(is_covered, clusters, seed=SEED), agreed
