"""Indirect: purchases on a learning platform, first and repeated.

A question asked in the platform's hub is what comes nearest to being in a group. Who
asks is also more active, so recent activity is adjusted, and students who are about to
ask serve as the control.

Rates of purchase over days at risk are compared by a Poisson model with the log of days
as offset: with an effect for each week it is a proportional-hazards model whose
baseline is constant within a week.

References
----------
Holford (1980), Biometrics 36, 299–305; Laird and Olivier (1981), JASA 76, 231–240.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import pandas as pd
from statsmodels.genmod.families import Poisson
from statsmodels.genmod.generalized_linear_model import GLM

from helpers.arrays import Floats
from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding, Specification, Supplement
from helpers.claims.contract.gates import Gate
from helpers.claims.contract.permutation import describe_confounding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.separation import check_counts
from helpers.errors import UndeterminedError
from helpers.survival import Interval, estimate_survival
from helpers.survival.interval import Wald
from helpers.wording import say

LEAST_IN_ARM, LEAST_EVENTS = 30, 30
LEAST_FOLLOWED = 20
NEW, ANY = "new purchase", say("any purchase")
ASKED, SOON = "asked", "soon"
ADJUSTED = ("week", "active_days")
UNTIL = "until the first purchase"
WITHIN, LONGER, SHORTER = 90, 292, 28  # days since registration
NEAR = 1e-8


@stands_in("s1-repeat-purchase", needs=("purchase_risk",), planned=True)
def bought_again(evidence: Evidence) -> Finding:
    """Estimate the repurchase hazard ratio on days after asking a question or not."""
    rows = evidence.table("purchase_risk")
    new = rows[rows["awaited"].eq(NEW)]
    passed = gates.pass_gates(*_require_arms(evidence, new))
    primary = _compare_asked(new, ADJUSTED)
    events, buyers = int(new["purchases"].sum()), _count_buyers(evidence)["buyers"]
    lead = new[new["asked"].ne(ASKED)]
    any_kind = rows[rows["awaited"].eq(ANY)]
    return Finding.estimated(
        lambda: primary,
        say(
            "next purchase that is no renewal, in days after a question in"
            " the hub over other days since the first purchase; week and"
            " recent activity adjusted"
        ),
        passed,
        {
            say("any purchase"): partial(_compare_asked, any_kind, ADJUSTED),
            say("recent activity not adjusted"): partial(
                _compare_asked, new, ("week",)
            ),
            say("first plan adjusted"): partial(
                _compare_asked, new, (*ADJUSTED, "plan")
            ),
        },
        controls=(
            Specification.tried(
                "asks later",
                partial(
                    estimate_hazard_ratio,
                    lead,
                    lead["asked"].eq(SOON),
                    ADJUSTED,
                    events="purchases",
                ),
            ),
        ),
        cases="purchases",
        qualifiers=("proxy", "association"),
        variant="asked",
        note=say(
            "{events} purchases of {buyers} students; ", events=events, buyers=buyers
        )
        + describe_confounding(primary, events / buyers),
    )


def _compare_asked(rows: pd.DataFrame, strata: tuple[str, ...]) -> Interval:
    return estimate_hazard_ratio(
        rows, rows["asked"].eq(ASKED), strata, events="purchases"
    )


def _count_buyers(evidence: Evidence) -> dict[str, int]:
    facts = evidence.table("facts").set_index("fact")["value"]
    return {str(name): int(value) for name, value in facts.items()}


def _require_arms(evidence: Evidence, rows: pd.DataFrame) -> tuple[Gate, ...]:
    """Check for enough students and purchases, with and without a question."""
    buyers = _count_buyers(evidence)
    n_with_question = buyers["buyers_who_asked"]
    smaller = min(n_with_question, buyers["buyers"] - n_with_question)
    return (
        gates.require_units(
            smaller,
            "{n} students in the smaller arm, {least} needed",
            LEAST_IN_ARM,
        ),
        gates.require_units(
            int(rows["purchases"].sum()),
            "{n} new purchases, {least} needed",
            LEAST_EVENTS,
        ),
    )


@stands_in("s3-willing-to-pay", needs=("first_purchases",), planned=True)
def ever_bought(evidence: Evidence) -> Finding:
    """Estimate the share of registered students who purchase within 90 days."""
    lives = evidence.table("lives")
    rows = lives[lives["measure"].eq(UNTIL)]
    followed = int(rows.loc[rows["days"] >= WITHIN, "people"].sum())
    passed = gates.pass_gates(
        gates.require_units(
            followed,
            "{n} students observed for {within} days, {least} needed",
            LEAST_FOLLOWED,
            within=WITHIN,
        )
    )
    buyers = int(rows.loc[rows["ending"].eq("bought"), "people"].sum())
    return Finding.estimated(
        partial(_estimate_purchased, rows, WITHIN),
        say(
            "students who purchase within {within} days of a free registration",
            within=WITHIN,
        ),
        passed,
        {
            say("within {longer} days", longer=LONGER): partial(
                _estimate_purchased, rows, LONGER
            ),
            say("within {shorter} days", shorter=SHORTER): partial(
                _estimate_purchased, rows, SHORTER
            ),
        },
        beside=Supplement.tried(
            say("on the day of registration"), partial(_estimate_purchased, rows, 0)
        ),
        cases="people",
        qualifiers=("proxy",),
        may="contradict",
        variant="registered",
        note=say(
            "{bought} of {people} students purchased",
            bought=buyers,
            people=int(rows["people"].sum()),
        ),
    )


def _estimate_purchased(rows: pd.DataFrame, days: int) -> Interval:
    """Estimate the share of students with a first purchase within some days."""
    early = rows["ending"].eq("bought") & rows["days"].le(days)
    people = int(rows.loc[early, "people"].sum())
    gates.pass_gates(
        gates.require_units(people, "{n} first purchases by then, {least} needed", 1)
    )
    curve = estimate_survival(
        rows["days"], rows["ending"].eq("bought"), weights=rows["people"]
    )
    alive = curve.interval(days)
    share = 1 - alive.estimate
    rule = Wald(share, alive.on_scale("loglog")[1], "cloglog", bounds=(0.0, 1.0))
    return Interval.of(
        share, rule, method="Kaplan–Meier", n=alive.n, clusters=alive.clusters
    )


def estimate_hazard_ratio(
    rows: pd.DataFrame,
    exposed: pd.Series[bool],
    strata: Sequence[str],
    *,
    events: str,
    days: str = "days",
) -> Interval:
    """Estimate the event hazard ratio of exposed to other days, within strata.

    Rows are cells of days with the same traits. Levels of a stratum without an event
    hold no information on the ratio and are left out.

    Raises
    ------
    UndeterminedError
        If the data do not determine the ratio.
    """
    used = rows.assign(exposed=exposed.astype(float))
    for name in strata:
        n_events = used.groupby(name)[events].transform("sum")
        used = used[n_events > 0]
    dummies = [
        pd.get_dummies(used[name], drop_first=True, dtype=float) for name in strata
    ]
    own = used[["exposed"]].assign(mean=1.0)
    x: Floats = pd.concat([own, *dummies], axis=1).to_numpy(float)
    y: Floats = used[events].to_numpy(float)
    check_counts(y, x)
    offset = np.log(used[days].to_numpy(float))
    fit = GLM(y, x, family=Poisson(), offset=offset).fit(tol=NEAR)
    if not fit.converged:
        raise UndeterminedError("the hazard model did not converge")
    ratio = float(np.exp(fit.params[0]))
    n = int(y.sum())
    return Interval.of(
        ratio,
        Wald(ratio, float(fit.bse[0]), "log"),
        method="piecewise constant hazard",
        n=n,
        clusters=n,
    )
