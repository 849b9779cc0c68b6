"""Whether a single factor explains most of survival to half a year.

By coded content, advertisements and owners; else, content by length and links. Owners
and advertisements are not observed where nobody labelled and no roles are kept;
whatever can be shown is a family, and what is missing is named.
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, estimates, list_alternatives
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.arms import select_groups_with_values
from helpers.claims.designs.dominance import compute_largest_share, standardise_measures
from helpers.claims.designs.shapley import (
    Gain,
    compute_cloglog_gain,
    compute_logistic_gain,
)
from helpers.claims.quantities.activity import count_items
from helpers.claims.quantities.codings import classify_kinds, measure_coded
from helpers.claims.quantities.deaths import SEED, define_silent, select_recorded
from helpers.claims.quantities.spans import FIRST_WEEKS, HALF_YEAR, MONTH, MONTH_OF_YEAR
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.wording import join_messages, say

LEAST_FAMILIES = 4
DRAWS, CHANCE = 199, 0.95
CODED = ("content_items", "ad_items", "type")


class _Factors(NamedTuple):
    """An outcome of groups, and families of its predictors."""

    outcome: pd.Series[float]
    families: dict[str, pd.DataFrame]
    groups: pd.DataFrame
    gain: Gain

    def compute_largest(self, without: str = "", gain: Gain | None = None) -> Interval:
        """Estimate the largest share of what is explained, over the families."""
        return compute_largest_share(
            np.asarray(self.outcome, np.float64),
            [
                table.to_numpy(np.float64)
                for name, table in self.families.items()
                if name != without
            ],
            choose_clusters(self.groups["network"], self.groups["batch"]),
            gain or self.gain,
        )


@stands_in(
    "s1-many-factors-no-single",
    needs=("groups", "births", "senders", "months", "content_by_length"),
)
@estimates("s1-many-factors-no-single")
def no_single_factor(evidence: Evidence) -> Finding:
    """Estimate the top factor's share in explaining which groups survive to day 180.

    Size, core, owner, content, advertisements, type and year of founding, all of days
    0–27 or before; a family that a study cannot show is left out and named.
    """
    coded = evidence.records(*CODED)
    factors = (_read_coded if coded else _read_by_length)(evidence)
    rows, families = factors.groups, factors.families
    named = join_messages(", ", families)
    measures = sum(table.shape[1] for table in families.values())
    ends = (int(factors.outcome.sum()), measures)
    passed = gates.pass_gates(
        gates.require_groups(len(rows)),
        gates.require_units(
            len(families),
            "{n} families ({families}), {least} needed",
            LEAST_FAMILIES,
            families=named,
        ),
        *(() if coded else (gates.require_events_per_coefficient(*ends),)),
        gates.require_clusters(rows["network"], rows["batch"]),
    )  # fmt: skip
    alternatives = {
        say("without {name}", name=name): partial(factors.compute_largest, name)
        for name in families
    }
    note = ""
    if coded:
        definition = say(
            "largest share of what {families} explain of being alive at 180 d, groups"
            " alive at day 28",
            families=named,
        )
    else:
        passed += gates.pass_gates(_check_explained(factors.outcome, families))
        alternatives["logit"] = partial(
            factors.compute_largest, gain=compute_logistic_gain
        )
        definition = say(
            "largest share of what {families} of days 0–27 explain of death by 180 d,"
            " groups that wrote in these days and were alive at day 28",
            families=named,
        )
        note = say(
            "{detail}; advertisements and owners are not observed; content by length",
            detail=passed[-1].detail,
        )
    return Finding(
        components=(factors.compute_largest(),),
        definition=definition,
        gates=passed,
        specifications=list_alternatives(alternatives),
        qualifiers=("association",),
        note=note,
    )


def _read_coded(evidence: Evidence) -> _Factors:
    """Read predictors of groups alive at day 28 and followed to day 180, as coded."""
    lives = define_silent(evidence).lives
    keep = (lives.entry == 0) & (lives.potential >= HALF_YEAR)
    lives = lives.where(keep & (lives.durations > MONTH))
    alive = pd.Series((lives.durations >= HALF_YEAR).astype(float), lives.group)
    measures = _list_measures(evidence)
    kind = pd.get_dummies(classify_kinds(evidence), drop_first=True, dtype=float)
    columns = {**measures, **{f"type {name}": kind[name] for name in kind}}
    rows = select_groups_with_values(evidence, alive=alive, **columns)
    varies = [name for name in columns if rows[name].nunique() > 1]  # noqa: PD101 - may be empty
    families = {name: rows[[name]] for name in measures if name in varies}
    if types := [name for name in varies if name.startswith("type ")]:
        families["type"] = rows[types]
    return _Factors(rows["alive"], families, rows, compute_logistic_gain)


def _list_measures(evidence: Evidence) -> dict[str, pd.Series[float]]:
    first = evidence.window(FIRST_WEEKS).set_index("group")
    months = evidence.months[evidence.months["month"] == 0].set_index("group")
    born = evidence.groups.set_index("group")["origin_us"] / DAY_US / 365
    measures = {
        "size": np.log1p(first["posters"].astype("float64")),
        "core": np.log1p(months["core_8"].astype("float64")),
        "timing": born - born.min(),
    }
    owner = first["owner_share"].astype("float64")
    if owner.notna().any():
        measures["owner"] = owner
    for name, fact in (("content", "content_items"), ("advertisements", "ad_items")):
        with suppress(NotIdentifiableError):  # a family less
            measures[name] = measure_coded(evidence, fact, MONTH).apply(np.log1p)
    return measures


def _read_by_length(evidence: Evidence) -> _Factors:
    """Read predictors of groups active in days 0–27 and followed, content by length."""
    lives = select_recorded(evidence)
    lives = lives.where((lives.durations > MONTH) & (lives.potential >= HALF_YEAR))
    first = evidence.window(FIRST_WEEKS)
    active_groups = first.loc[first["messages"] > 0, "group"]
    span = pd.Series(lives.durations, lives.group)
    span = span[span.index.isin(active_groups)]
    groups = evidence.groups.set_index("group").loc[span.index]
    families = _list_families_by_length(evidence, groups)
    dead = (span < HALF_YEAR).astype(float)
    return _Factors(dead, families, groups, compute_cloglog_gain)


def _list_families_by_length(
    evidence: Evidence, groups: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Return predictors from days 0–27 by family, such as size and core members."""
    first = evidence.window(FIRST_WEEKS).set_index("group").reindex(groups.index)
    months = evidence.months[evidence.months["month"] == 0].set_index("group")
    core = months["core_8"].reindex(groups.index).fillna(0)
    items = count_items(evidence, 0, MONTH - 1)["items"].reindex(groups.index).fillna(0)
    born = groups["origin_us"].astype("float64") / DAY_US // MONTH_OF_YEAR
    counts = pd.DataFrame({"size": first["posters"], "core": core, "content": items})
    logs = counts.astype("float64").apply(np.log1p)
    families = {
        "size": logs[["size"]],
        "core": logs[["core"]],
        "concentration": first[["top_share"]].astype("float64"),
        "content": logs[["content"]],
        "timing": (born - born.min()).to_frame(),
        "kind": _mark_modal_kind(evidence, groups.index),
    }
    return {
        name: table.loc[:, table.max() > table.min()]
        for name, table in families.items()
        if table.shape[1] and (table.max() > table.min()).any()
    }


def _mark_modal_kind(evidence: Evidence, groups: pd.Index[int]) -> pd.DataFrame:
    """Return a 0/1 column: whether each group is of the most frequent type or topic."""
    for of in ("type", "about"):
        try:
            kind = classify_kinds(evidence, of).reindex(groups)
        except NotIdentifiableError:
            continue
        return kind.eq(kind.mode().iloc[0]).astype(float).to_frame()
    return pd.DataFrame(index=groups)


def _check_explained(
    dead: pd.Series[float], families: dict[str, pd.DataFrame]
) -> gates.Gate:
    """Check that predictors explain more deaths than shuffled outcomes would."""
    x = standardise_measures(pd.concat(families.values(), axis=1).to_numpy(np.float64))
    y = np.asarray(dead, np.float64)
    ones = np.ones(len(y))
    rng = np.random.default_rng(SEED)
    by_chance = [
        compute_cloglog_gain(rng.permutation(y), x, ones) for _ in range(DRAWS)
    ]
    gain, bar = compute_cloglog_gain(y, x, ones), float(np.quantile(by_chance, CHANCE))
    detail = say(
        "deviance falls by {gain:.1f}, by {bar:.1f} in 1 of 20 permutations",
        gain=2 * gain,
        bar=2 * bar,
    )
    return gates.Gate("explained", gain > bar, detail)
