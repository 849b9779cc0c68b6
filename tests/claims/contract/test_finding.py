"""Robustness sets are multiplied, a hundred are chosen, none runs unasked."""

from collections import Counter

import pytest

from helpers.claims.contract.finding import (
    Specification,
    multiply_sets,
    select_balanced_subset,
)
from helpers.claims.rules.templates import parse_rule
from helpers.errors import NotIdentifiableError

SETS = {name: {f"{name}{i}": i for i in range(many)} for name, many in zip("abc", (9, 6, 5), strict=True)}  # fmt: skip  # noqa: E501


def _nothing(**_):
    return ()


GRID = multiply_sets(SETS, _nothing)
RULE = parse_rule("P>(0.50)")


def test_primary_specification_is_not_among_the_alternatives():
    """Sets of 9, 6 and 5 give 270 ways to have done it, less the one that decides."""
    assert len(GRID) == 9 * 6 * 5 - 1
    assert len({one.name for one in GRID}) == len(GRID)


def test_choices_are_about_equally_frequent():
    """In a hundred of 269 no choice of a set comes twice as often as another."""
    few = select_balanced_subset(GRID, 100)
    for nth in range(3):
        often = Counter(one.choices[nth] for one in few).values()
        assert max(often) - min(often) <= 1

    assert len(few) == 100


def test_subset_of_specifications_is_determined_by_the_seed():
    """One seed, one choice."""
    names = [
        [one.name for one in select_balanced_subset(GRID, 50, seed=s)]
        for s in (1, 1, 2)
    ]

    assert names[0] == names[1] != names[2]


def test_decisive_specifications_are_always_selected():
    """However few are chosen, those that the register names are among them."""
    named = [
        Specification.tried(f"{d} d", lambda: (), decisive=True) for d in (90, 120)
    ]

    assert set(named) <= set(select_balanced_subset([*GRID, *named], 10))


def test_specifications_are_computed_lazily_and_errors_are_not_hidden():
    """A recipe is free; a refusal is an empty answer, any other error is not hidden."""
    refusing = Specification.tried("refuses", _raise(NotIdentifiableError("no data")))
    broken = Specification.tried("breaks", _raise(ZeroDivisionError()))

    assert refusing.outcome(RULE).word == "UNTESTABLE"
    with pytest.raises(ZeroDivisionError):
        broken.outcome(RULE)


def test_biased_choices_do_not_count():
    """Every combination with a biased choice is shown only."""
    grid = multiply_sets(SETS, _nothing, biased=["b3"])

    assert sum(not one.counts for one in grid) == 9 * 5


def _raise(error):
    def way():
        raise error

    return way
