"""Find the number of groups at which verdicts are mostly right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from helpers.claims.rules.interval_rules import Word
from helpers.inference import compute_exact_interval
from validation.coverage.cells import SIZES, Cell, Subject
from validation.coverage.running import Plan, Row

Found = Mapping[Cell, Sequence[Row]]

ENOUGH = 0.80
SURE = 0.999  # of the limits beyond which more replicates of a size are not needed
STAGES = (20, 60)  # replicates after which this is asked


class Size(NamedTuple):
    """A number of groups, with the share of right verdicts for each true value."""

    groups: int
    right: dict[str, float]

    @property
    def suffices(self) -> bool:
        """Return whether at least 80 % of verdicts are right at each true value."""
        return min(self.right.values()) >= ENOUGH


def list_sizes_tried(subject: Subject, found: Found) -> list[Size]:
    """List, for each sample size tried, the share of right verdicts."""
    tried = []
    for groups in _list_sizes(subject):
        rights = _list_right_verdicts(subject, groups, found)
        if rights and len(rights) == len(_list_decided_worlds(subject, groups)):
            shares = {
                cell.world: sum(each) / len(each) for cell, each in rights.items()
            }
            tried.append(Size(groups, shares))
    return tried


def _list_decided_worlds(subject: Subject, groups: int) -> dict[Cell, Word]:
    """Return the simulated truths for which one of the verdicts is right."""
    return {
        Cell(subject.name, truth.world, groups): truth.right
        for truth in subject.truths
        if truth.right
    }


def _list_right_verdicts(
    subject: Subject, groups: int, found: Found
) -> dict[Cell, list[bool]]:
    """Return for each simulated study whether its verdict was right, by truth."""
    return {
        cell: [row.word == str(word) for row in found[cell]]
        for cell, word in _list_decided_worlds(subject, groups).items()
        if found.get(cell)
    }


def _list_sizes(subject: Subject) -> list[int]:
    return sorted({*SIZES, subject.groups})


def search_least_size(
    subjects: Sequence[Subject],
    replicates: int,
    run: Callable[[Sequence[Plan]], dict[Cell, list[Row]]],
) -> dict[Cell, list[Row]]:
    """Search the smallest sufficient sample size of each claim.

    Parameters
    ----------
    replicates
        In each decided world at each size; fewer where exact 99.9 % limits of the
        share of right verdicts leave no doubt.
    run
        Runs cells: `validation.coverage.calibrate`, or only reads what it has
        left.
    """
    found: dict[Cell, list[Row]] = {}
    sizes = {subject: subject.groups for subject in subjects if replicates}
    while sizes:
        found |= _run_size(sizes, replicates, run)
        following = {
            subject: _choose_next_size(subject, at, found)
            for subject, at in sizes.items()
        }
        sizes = {subject: groups for subject, groups in following.items() if groups}
    return found


def _run_size(
    sizes: Mapping[Subject, int],
    replicates: int,
    run: Callable[[Sequence[Plan]], dict[Cell, list[Row]]],
) -> dict[Cell, list[Row]]:
    """Simulate one sample size per claim until it is clear if it suffices."""
    found: dict[Cell, list[Row]] = {}
    left = dict(sizes)
    for n_replicates in (
        *(stage for stage in STAGES if stage < replicates),
        replicates,
    ):
        plans = [
            Plan(cell, n_replicates)
            for subject, groups in left.items()
            for cell in _list_decided_worlds(subject, groups)
        ]
        found |= run(plans)
        left = {
            subject: groups
            for subject, groups in left.items()
            if not _is_clear(subject, groups, found)
        }
    return found


def _is_clear(subject: Subject, groups: int, found: Found) -> bool:
    """Return whether a sample size clearly suffices or clearly does not."""
    limits = [
        compute_exact_interval(sum(rights), len(rights), level=SURE)
        for rights in _list_right_verdicts(subject, groups, found).values()
    ]
    few = any(interval.high < ENOUGH for interval in limits)
    return few or all(interval.low >= ENOUGH for interval in limits)


def _choose_next_size(subject: Subject, last: int, found: Found) -> int | None:
    """Return the next sample size to try; None if found or too costly."""
    tried = {size.groups: size.suffices for size in list_sizes_tried(subject, found)}
    if last not in tried:  # not run
        return None
    ladder = _list_sizes(subject)
    at = ladder.index(min((n for n, enough in tried.items() if enough), default=last))
    beyond = at - 1 if any(tried.values()) else at + 1
    if not 0 <= beyond < len(ladder) or ladder[beyond] in tried:
        return None
    return ladder[beyond] if ladder[beyond] <= subject.largest else None
