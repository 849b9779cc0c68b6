"""The scoreboard: every claim of the register in every study, a row each."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from helpers.claims.contract.card import card, written
from helpers.claims.evaluation.multiplicity import Adjusted, families
from helpers.claims.evaluation.required_groups import design_size
from helpers.claims.evaluation.verdict import NO_ESTIMATOR, Verdict
from helpers.claims.evaluation.verdict_store import report
from helpers.claims.fixed.register import claim, read_register
from helpers.study import Study


def scoreboard(studies: Iterable[Study]) -> pd.DataFrame:
    """Return every claim in every study: one row each, in register order.

    Columns: claim, theme, priority, study, verdict, qualifiers, estimate, low, high, n,
    found (the estimate as pages write it; one that is infinite has no number in JSON),
    definition, estimator (whether there is one), reason; p, p_adjusted, fcr_low and
    fcr_high as `helpers.claims.evaluation.multiplicity` has them; controls (negative
    controls of a verdict with what they show); design_size and
    reached, which says whether n is that of
    `helpers.claims.evaluation.required_groups`. Where there is no estimator yet the
    verdict is missing, not one of the seven.
    """
    opened, register = list(studies), read_register()
    verdicts = [report(name, study) for name in register for study in opened]
    beside = families(verdicts)
    return pd.DataFrame(
        _row(verdict, beside.get((verdict.claim, verdict.study)))
        for verdict in verdicts
    )


def _row(verdict: Verdict, beside: Adjusted | None) -> dict[str, object]:
    entry, note = claim(verdict.claim), beside.told if beside else ""
    falsifiable = entry.status == "testable"
    missing = falsifiable and verdict.word is None
    size = design_size(entry.id)
    return {
        "claim": entry.id,
        "theme": entry.theme,
        "priority": entry.priority,
        "study": verdict.study,
        "verdict": None if verdict.word is None else str(verdict.word),
        "qualifiers": ", ".join(verdict.qualifiers),
        "estimate": verdict.estimate,
        "low": verdict.low,
        "high": verdict.high,
        "n": verdict.n,
        "found": _first_estimate(verdict),
        "definition": verdict.definition,
        "estimator": NO_ESTIMATOR if missing else "",
        "reason": "; ".join(part for part in (verdict.reason, note) if part),
        "p": beside and beside.p,
        "p_adjusted": beside and beside.adjusted,
        "fcr_low": beside and beside.interval.low,
        "fcr_high": beside and beside.interval.high,
        "controls": "; ".join(map(str, verdict.controls)),
        "design_size": size and size.groups,
        "reached": size.reached(verdict.n) if size and verdict.n else None,
    }


def _first_estimate(verdict: Verdict) -> str:
    """Write the estimate as the claim's card says, empty without one."""
    measure = card(verdict.claim).leading(verdict.variant)
    if measure is None or verdict.estimate is None:
        return ""
    return written(measure.of, verdict.estimate)
