"""Worlds planted as tables go the long way: equal tables row for row, equal verdicts.

What happened → a platform's exports → readers → store → measures → processed tables →
verdict, for a true and a false world of every claim that is planted as tables.
"""

import pytest

from validation.coverage.subjects import SUBJECTS
from validation.long_way.kept import kept
from validation.long_way.reads import CLAIMS, ROWS
from validation.long_way.way import covered, equal, long_way, world
from validation.worlds.claims.subject import evaluate_in_memory

# a true world of each kind of tables: the others take minutes together
IN_EVERY_RUN = {
    "s0-bridging-breaks-silos", "s0-course-groups-no-seeds", "s0-decentralised-better",
    "s2-low-value-majority", "s4-organisation-not-media",
    "s4-retention-beats-acquisition",
}  # fmt: skip
NOT_THE_LONG_WAY: dict[str, str] = {}  # claims, each with the reason
OTHERWISE = {  # columns of a claim that are told otherwise
    "s1-many-factors-no-single": {"windows.posters"},  # fewer than the core
    "s3-interest-groups-wither": {"windows.replies"},  # no whole messages, half of them
}
LEAST_KEPT = 0.75  # of what was planted and can be told; groups that die at once can't
TOLD = [name for name in CLAIMS if name not in NOT_THE_LONG_WAY]
WORLDS = [
    pytest.param(
        claim, nth, id=f"{claim}-{word}",
        marks=() if word == "true" and claim in IN_EVERY_RUN else pytest.mark.long,
    )
    for claim in TOLD
    for nth, word in enumerate(("true", "false"))
]  # fmt: skip


@pytest.mark.parametrize(("claim", "nth"), WORLDS)
def test_long_way_leads_to_the_same_tables_and_verdict(claim, nth, tmp_path):
    """What was planted is told, and the claim reads the same and says the same."""
    told = world(claim, nth)
    less = {name for name, share in kept(told).items() if share < LEAST_KEPT}
    assert less <= OTHERWISE.get(claim, set())

    short, long = long_way(told, tmp_path)

    for name in sorted(told.reads.keys() - ROWS.keys()):
        ours, theirs = (_read(study.table(name), name, told) for study in (short, long))
        assert len(ours) == len(theirs), name
        for column in sorted(told.reads[name]):
            equal(ours[column], theirs[column], f"{name}.{column}")
    ours, theirs = (evaluate_in_memory(claim, study) for study in (short, long))
    assert ours.word is theirs.word, theirs.reason
    assert ours.word is told.truth.right or not SUBJECTS[claim].sure
    assert _numbers(ours) == pytest.approx(_numbers(theirs), rel=1e-9)


def _read(table, name, told):
    """Return the rows of a table that a claim reads; every month of any it reads."""
    if name == "windows":
        table = table[table["window"].isin(told.reads["in_windows"])]
    return table.reset_index(drop=True)


def _numbers(said):
    return [
        number
        for interval in (*said.components, *(one.interval for one in said.beside))
        if interval is not None
        for number in (interval.estimate, interval.low, interval.high)
    ]


def test_every_claim_simulated_as_tables_goes_the_long_way():
    """None is left out silently."""
    assert {*TOLD} >= IN_EVERY_RUN
    assert [name for name in TOLD if not covered(name)] == []
    assert {*NOT_THE_LONG_WAY} <= {*CLAIMS}
