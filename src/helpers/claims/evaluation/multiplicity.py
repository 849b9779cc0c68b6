"""All verdicts in a table, and corrected for multiple testing.

The family is every cell with a deciding number that may decide, of all public sources;
a reader's own study is a family of its own. Beside it stands the family of the theme.
The p value is that of the test behind the word (`find_test`). Nothing decides by it:
the unadjusted interval does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from helpers.claims.contract.card import format_number
from helpers.claims.evaluation.verdict import NO_ESTIMATOR, Verdict
from helpers.claims.evaluation.verdict_store import report_together, report_verdict
from helpers.claims.fixed.evidence_plan import is_public
from helpers.claims.fixed.register import get_claim, read_register
from helpers.claims.fixed.source_names import TOGETHER
from helpers.claims.rules.deciding_tests import Tested, find_test
from helpers.claims.rules.interval_rules import Word
from helpers.inference.multiplicity import select_tests
from helpers.study import Study
from helpers.survival import Interval
from helpers.wording import say

DECIDED = {Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}
SILENT = {None, Word.UNTESTABLE, Word.UNFALSIFIABLE}
RECORD = "the public record"
Cell = tuple[str, str]  # claim and study
Row = dict[str, object]
Named = tuple[str, Interval]
Pool = Callable[[str, Sequence[Verdict], Verdict | None], Iterable[Named]]


@dataclass(frozen=True, slots=True)
class Adjusted:
    """The p-value of a verdict after correction for multiple testing.

    Attributes
    ----------
    p, of
        Of the test behind the verdict, and of which hypothesis that is.
    adjusted, in_theme
        The p value adjusted over the record, and over the claims of its theme.
    record, tests
        Which record it is of, and how many tests that has.
    selected, decided
        Whether the adjusted p value is at most 0.10, and whether there is a verdict
        that it could overturn.
    interval
        Of the estimate that was tested, at the level that keeps the false coverage
        rate of the selected, and never narrower than at 95 %.
    """

    p: float
    of: str
    adjusted: float
    in_theme: float
    record: str
    tests: int
    selected: bool
    decided: bool
    interval: Interval

    @property
    def told(self) -> str:
        """Return a note if the adjusted p-value is no longer significant, or ""."""
        if self.selected or not self.decided:
            return ""
        return say(
            "does not survive the other tests (p = {adjusted:.2f})",
            adjusted=self.adjusted,
        )


def list_families(verdicts: Iterable[Verdict]) -> Mapping[Cell, Adjusted]:
    """Return p-values adjusted for multiple testing, keyed by claim and study.

    A source whose networks stand singly is a cell for each of them.

    References
    ----------
    Benjamini and Hochberg (1995), JRSS B 57, 289–300; Benjamini and Yekutieli (2005),
    JASA 100, 71–81.
    """
    cells = [cell for verdict in verdicts for cell in _select_cells(verdict)]
    records = _grouped(cells, _record)
    return {key: adjusted for own in records for key, adjusted in _adjust_family(own)}


def _select_cells(verdict: Verdict) -> Iterator[Verdict]:
    """Yield a verdict that has an interval, or else its parts that have one."""
    if verdict.word in SILENT:
        return
    if verdict.interval is None:
        for part in verdict.parts:
            yield from _select_cells(part)
    elif verdict.decides:
        yield verdict


def _record(verdict: Verdict) -> str:
    study = verdict.study.partition("/")[0]
    return RECORD if study == TOGETHER or is_public(study) else study


def _grouped(
    cells: Sequence[Verdict], key: Callable[[Verdict], str]
) -> list[list[Verdict]]:
    by: dict[str, list[Verdict]] = {}
    for cell in cells:
        by.setdefault(key(cell), []).append(cell)
    return list(by.values())


def _adjust_family(record: Sequence[Verdict]) -> Iterator[tuple[Cell, Adjusted]]:
    tested = {_key(cell): _test(cell) for cell in record}
    tests = list(tested.values())
    selection = select_tests(
        [test.p for test in tests], [test.component for test in tests]
    )
    themes = _in_themes(record, tested)
    for nth, cell in enumerate(record):
        key = _key(cell)
        yield (
            key,
            Adjusted(
                p=tests[nth].p,
                of=tests[nth].of,
                adjusted=selection.adjusted[nth],
                in_theme=themes[key],
                record=_record(cell),
                tests=len(tests),
                selected=selection.selected[nth],
                decided=cell.word in DECIDED,
                interval=selection.intervals[nth],
            ),
        )


def _key(cell: Verdict) -> Cell:
    return cell.claim, cell.study


def _test(cell: Verdict) -> Tested:
    return find_test(cell.about.rule, cell.components)


def _in_themes(
    record: Sequence[Verdict], tested: Mapping[Cell, Tested]
) -> dict[Cell, float]:
    """Return p-values adjusted for the other claims of the same theme."""
    adjusted: dict[Cell, float] = {}
    for own in _grouped(record, lambda cell: cell.about.entry.theme):
        keys = [_key(cell) for cell in own]
        tests = [tested[key] for key in keys]
        selection = select_tests(
            [test.p for test in tests], [test.component for test in tests]
        )
        adjusted.update(zip(keys, selection.adjusted, strict=True))
    return adjusted


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
    `helpers.claims.claim`. Where there is no estimator yet the
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
    entry, note = verdict.about.entry, beside.told if beside else ""
    falsifiable = entry.status == "testable"
    missing = falsifiable and verdict.word is None
    size = verdict.about.design_size
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
    measure = verdict.about.wording.leading(verdict.variant)
    if measure is None or verdict.estimate is None:
        return ""
    return format_number(measure.of, verdict.estimate)
