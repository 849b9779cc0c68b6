"""Scoreboard: table of verdicts on all claims, by study and combined."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pandas as pd

from helpers.claims.contract.card import format_number, get_card
from helpers.claims.evaluation.multiplicity import Adjusted, Cell, list_families
from helpers.claims.evaluation.required_groups import get_design_size
from helpers.claims.evaluation.verdict import NO_ESTIMATOR, Verdict
from helpers.claims.evaluation.verdict_store import report_together, report_verdict
from helpers.claims.fixed.register import get_claim, read_register
from helpers.study import Study
from helpers.survival import Interval

Row = dict[str, object]
Named = tuple[str, Interval]
Pool = Callable[[str, Sequence[Verdict], Verdict | None], Iterable[Named]]


def _nothing(*_: object) -> Iterable[Named]:
    return ()


def build_scoreboard(studies: Iterable[Study], pool: Pool = _nothing) -> pd.DataFrame:
    """Build the table of verdicts on all claims, by study, in register order.

    A row is of one of these kinds: ``source``, a study; ``strata``, sources as strata
    of one estimate; ``place``, one of these strata alone, which has no verdict;
    ``pooled`` and ``prediction``, what `pool` makes of a claim's verdicts.

    Parameters
    ----------
    studies
        Those that are asked.
    pool
        Takes a claim, its verdicts and that of strata; gives estimates by their kind.

    Notes
    -----
    Columns: claim, theme, priority, study, kind, verdict, qualifiers, estimate, low,
    high, n, found (the estimate as pages write it; one that is infinite has no number
    in JSON), definition, estimator (whether there is one), reason; p, p_of (of which
    hypothesis), p_adjusted, p_theme, fcr_low and fcr_high as
    `helpers.claims.evaluation.multiplicity` has them; controls (negative controls of a
    verdict with what they show), limited_by (what refuses which verdicts);
    design_size and reached, which says whether n is that of
    `helpers.claims.evaluation.required_groups`. Where there is no estimator yet the
    verdict is missing, not one of the seven.
    """
    opened, register = list(studies), read_register()
    own = {name: [report_verdict(name, study) for study in opened] for name in register}
    strata = {name: report_together(name, opened) for name in register}
    verdicts = [
        verdict
        for name in register
        for verdict in (*own[name], strata[name])
        if verdict
    ]
    families = list_families(verdicts)
    return pd.DataFrame(
        row
        for name in register
        for row in _build_rows(name, own[name], strata[name], pool, families)
    )


def _build_rows(
    name: str,
    verdicts: Sequence[Verdict],
    strata: Verdict | None,
    pool: Pool,
    beside: Mapping[Cell, Adjusted],
) -> Iterator[Row]:
    """Yield the rows of one claim in the table of verdicts, one per study."""
    for verdict in verdicts:
        yield _build_row(verdict, beside.get((name, verdict.study)))
    if strata is not None:
        yield _build_row(strata, beside.get((name, strata.study))) | {"kind": "strata"}
        for place, interval, _ in strata.places:
            yield _bare(name, f"{strata.study}/{place}", "place", interval)
    for kind, interval in pool(name, verdicts, strata):
        yield _bare(name, "pooled", kind, interval)


def _bare(name: str, study: str, kind: str, interval: Interval) -> Row:
    """Return the scoreboard row of a claim that has an estimate but no rule."""
    entry = get_claim(name)
    numbers = (interval.estimate, interval.low, interval.high, interval.n)
    return {
        "claim": name,
        "theme": entry.theme,
        "priority": entry.priority,
        "study": study,
        "kind": kind,
        "verdict": None,
        **dict(zip(("estimate", "low", "high", "n"), numbers, strict=True)),
    }


def _build_row(verdict: Verdict, beside: Adjusted | None) -> Row:
    entry, note = get_claim(verdict.claim), beside.told if beside else ""
    falsifiable = entry.status == "testable"
    missing = falsifiable and verdict.word is None
    size = get_design_size(entry.id)
    return {
        "claim": entry.id,
        "theme": entry.theme,
        "priority": entry.priority,
        "study": verdict.study,
        "kind": "source",
        "verdict": None if verdict.word is None else str(verdict.word),
        "qualifiers": ", ".join(verdict.qualifiers),
        "estimate": verdict.estimate,
        "low": verdict.low,
        "high": verdict.high,
        "n": verdict.n,
        "found": _format_first_estimate(verdict),
        "definition": verdict.definition,
        "estimator": NO_ESTIMATOR if missing else "",
        "reason": "; ".join(part for part in (verdict.reason, note) if part),
        "p": beside and beside.p,
        "p_of": beside and beside.of,
        "p_adjusted": beside and beside.adjusted,
        "p_theme": beside and beside.in_theme,
        "fcr_low": beside and beside.interval.low,
        "fcr_high": beside and beside.interval.high,
        "controls": "; ".join(map(str, verdict.controls)),
        "limited_by": "; ".join(map(str, verdict.standings)),
        "design_size": size and size.groups,
        "reached": size.reached(verdict.n) if size and verdict.n else None,
    }


def _format_first_estimate(verdict: Verdict) -> str:
    """Format a verdict's main estimate with its unit; "" if there is none."""
    measure = get_card(verdict.claim).leading(verdict.variant)
    if measure is None or verdict.estimate is None:
        return ""
    return format_number(measure.of, verdict.estimate)
