"""Correct verdicts for multiple testing over all claims and studies.

The family is every cell with a deciding number that may decide, of all public sources;
a reader's own study is a family of its own. Beside it stands the family of the theme.
The p value is that of the test behind the word (`find_test`). Nothing decides by it:
the unadjusted interval does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.evidence_plan import is_public
from helpers.claims.fixed.register import get_claim, get_rule
from helpers.claims.fixed.source_names import TOGETHER
from helpers.claims.rules.deciding_tests import Tested, find_test
from helpers.claims.rules.interval_rules import Word
from helpers.inference.multiplicity import select_tests
from helpers.survival import Interval
from helpers.wording import say

DECIDED = {Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}
SILENT = {None, Word.UNTESTABLE, Word.UNFALSIFIABLE}
RECORD = "the public record"
Cell = tuple[str, str]  # claim and study


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
    return find_test(get_rule(get_claim(cell.claim)), cell.components)


def _in_themes(
    record: Sequence[Verdict], tested: Mapping[Cell, Tested]
) -> dict[Cell, float]:
    """Return p-values adjusted for the other claims of the same theme."""
    adjusted: dict[Cell, float] = {}
    for own in _grouped(record, lambda cell: get_claim(cell.claim).theme):
        keys = [_key(cell) for cell in own]
        tests = [tested[key] for key in keys]
        selection = select_tests(
            [test.p for test in tests], [test.component for test in tests]
        )
        adjusted.update(zip(keys, selection.adjusted, strict=True))
    return adjusted
