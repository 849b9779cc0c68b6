"""Indirect: whether a single factor explains most deaths, content by length.

Owners and advertisements are not observed where nobody labelled and no roles are kept;
whatever can be shown is a family, and what is missing is named.
"""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, list_alternatives
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.importance.dominance import (
    compute_largest_share,
    standardise_measures,
)
from helpers.claims.designs.importance.shapley import (
    Gain,
    compute_cloglog_gain,
    compute_logistic_gain,
)
from helpers.claims.quantities.beginnings import FIRST_WEEKS
from helpers.claims.quantities.codings import classify_kinds
from helpers.claims.quantities.content_counts import count_items
from helpers.claims.quantities.deaths import SEED, select_recorded
from helpers.claims.quantities.spans import HALF_YEAR, MONTH, MONTH_OF_YEAR
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US
from helpers.survival import Interval, choose_clusters
from helpers.wording import join_messages, say

LEAST_FAMILIES = 4
DRAWS, CHANCE = 199, 0.95


def _select_followed_groups(evidence: Evidence) -> pd.DataFrame:
    """Select groups active in days 0–27 and followed, with predictors and outcome."""
    lives = select_recorded(evidence)
    lives = lives.where((lives.durations > MONTH) & (lives.potential >= HALF_YEAR))
    first = evidence.window(FIRST_WEEKS)
    active_groups = first.loc[first["messages"] > 0, "group"]
    span = pd.Series(lives.durations, lives.group)
    span = span[span.index.isin(active_groups)]
    groups = evidence.groups.set_index("group").loc[span.index]
    return groups.assign(dead=(span < HALF_YEAR).astype(float))


def _list_families(evidence: Evidence, groups: pd.DataFrame) -> dict[str, pd.DataFrame]:
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
        "kind": _classify_kinds(evidence, groups.index),
    }
    return {
        name: table.loc[:, table.max() > table.min()]
        for name, table in families.items()
        if table.shape[1] and (table.max() > table.min()).any()
    }


def _classify_kinds(evidence: Evidence, groups: pd.Index[int]) -> pd.DataFrame:
    """Return a 0/1 column: whether each group is of the most frequent type or topic."""
    for of in ("type", "about"):
        try:
            kind = classify_kinds(evidence, of).reindex(groups)
        except NotIdentifiableError:
            continue
        return kind.eq(kind.mode().iloc[0]).astype(float).to_frame()
    return pd.DataFrame(index=groups)


def _compute_largest(
    evidence: Evidence, *, without: str = "", gain: Gain = compute_cloglog_gain
) -> Interval:
    groups = _select_followed_groups(evidence)
    families = _list_families(evidence, groups)
    families.pop(without, None)
    return compute_largest_share(
        groups["dead"].to_numpy(np.float64),
        [table.to_numpy(np.float64) for table in families.values()],
        choose_clusters(groups["network"], groups["batch"]),
        gain,
    )


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


@stands_in(
    "s1-many-factors-no-single",
    needs=("groups", "births", "senders", "months", "content_by_length"),
)
def no_single_factor_by_length(evidence: Evidence) -> Finding:
    """Estimate the top factor's share in explaining which groups die by day 180."""
    groups = _select_followed_groups(evidence)
    families = _list_families(evidence, groups)
    named = join_messages(", ", families)
    measures = sum(table.shape[1] for table in families.values())
    passed = gates.pass_gates(
        gates.require_groups(len(groups)),
        gates.require_units(
            len(families),
            "{n} families ({families}), {least} needed",
            LEAST_FAMILIES,
            families=named,
        ),
        gates.require_events_per_coefficient(int(groups["dead"].sum()), measures),
        gates.require_clusters(groups["network"], groups["batch"]),
    )  # fmt: skip
    passed += gates.pass_gates(_check_explained(groups["dead"], families))
    alternatives = {
        say("without {name}", name=name): partial(
            _compute_largest, evidence, without=name
        )
        for name in families
    }
    alternatives["logit"] = partial(
        _compute_largest, evidence, gain=compute_logistic_gain
    )
    return Finding(
        components=(_compute_largest(evidence),),
        definition=say(
            "largest share of what {families} of days 0–27 explain of death by 180 d,"
            " groups that wrote in these days and were alive at day 28",
            families=named,
        ),
        gates=passed,
        specifications=list_alternatives(alternatives),
        qualifiers=("association",),
        note=say(
            "{detail}; advertisements and owners are not observed; content by length",
            detail=passed[-1].detail,
        ),
    )
