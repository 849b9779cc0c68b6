"""Design sizes: the least that suffices is found without trying all of them."""

from dataclasses import replace

import pytest

from validation.coverage.design import list_sizes_tried, search_least_size
from validation.coverage.running import Row
from validation.coverage.subjects import SUBJECTS

RIGHT = {"true": "SUPPORTED", "false": "CONTRADICTED"}


def runner(least, asked):
    """Return what runs cells: verdicts are right from a size on."""

    def run(plans):
        asked.extend(dict.fromkeys(plan.cell.groups for plan in plans))
        return {
            plan.cell: [
                Row(
                    0,
                    RIGHT[plan.cell.world] if plan.cell.groups >= least else "",
                    *[0] * 7,
                )
            ]
            for plan in plans
        }

    return run


@pytest.mark.parametrize(
    ("least", "tried"),
    [
        (100, [300, 100, 50]),
        (10, [300, 100, 50]),
        (1000, [300, 1000]),
        (5000, [300, 1000, 3000, 10_000]),
    ],
)
def test_search_stops_where_the_least_is_known(least, tried):
    """Downwards to the first size that fails, or upwards to the first that does not."""
    asked = []
    found = search_least_size([SUBJECTS["DOM>"]], 1, runner(least, asked))

    assert asked == tried
    assert [
        size.groups for size in list_sizes_tried(SUBJECTS["DOM>"], found)
    ] == sorted(tried)


def test_search_goes_no_further_than_is_affordable():
    """A subject says how many groups are too many."""
    asked = []
    search_least_size([replace(SUBJECTS["DOM>"], largest=1000)], 1, runner(5000, asked))

    assert asked == [300, 1000]


@pytest.mark.parametrize(("least", "replicates"), [(1000, 20), (300, 60)])
def test_clear_size_is_not_tried_further(least, replicates):
    """What never or always comes out right needs no two hundred replicates."""
    one = replace(SUBJECTS["DOM>"], largest=300)
    plans = []

    def run(asked):
        plans.extend(asked)
        single = runner(least, [])(asked)
        return {plan.cell: single[plan.cell] * plan.replicates for plan in asked}

    search_least_size([one], 200, run)

    assert (
        max(plan.replicates for plan in plans if plan.cell.groups == 300) == replicates
    )


def test_undecided_subject_has_no_size():
    """A rule that no data decide has no right verdict to look for."""
    asked = []

    assert (
        search_least_size([SUBJECTS["s2-overload-fatigue"]], 1, runner(1, asked)) == {}
    )
    assert asked == []
