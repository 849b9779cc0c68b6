"""Curves kept as tables come back as they were; stale ones are refused."""

from dataclasses import replace

import pytest

from helpers.claims.claim import Claim
from helpers.claims.contract.finding import (
    Choice,
    Finding,
    Outcome,
    Range,
    Specification,
)
from helpers.claims.contract.permutation import Null
from helpers.claims.evaluation.curves import (
    Curve,
    StoredCurves,
    read_curves,
    write_curves,
)
from helpers.claims.fixed.register import get_claim
from helpers.claims.rules.interval_rules import Word
from helpers.errors import BrokenFileError
from helpers.inference import compute_exact_interval

ENTRY = get_claim("s0-three-month-death")
FOUND = compute_exact_interval(60, 100)
COMPONENT = Range(FOUND.estimate, FOUND.low, FOUND.high)
SILENT = Outcome(
    name="no data",
    choices=(),
    counts=True,
    decisive=False,
    word=Word.UNTESTABLE,
    beyond=(),
    components=(),
)
OTHER = Outcome(
    name="W = 30, from origin",
    choices=(Choice("w", "W = 30"), Choice("clock", "from origin")),
    counts=False,
    decisive=True,
    word=Word.SUPPORTED,
    beyond=(True, None),
    components=(Range(0.7, 0.6, 0.8), None),
)
CURVE = Curve(
    claim=ENTRY.id,
    study="here",
    components=(COMPONENT,),
    outcomes=(SILENT, OTHER),
    of=107,
    null=Null(3, 499),
    tables="t",
)


def finding():
    """Return a finding with one specification that a run would compute."""
    way = Specification.tried("on the run", lambda: FOUND)
    return Finding(components=(FOUND,), definition="", gates=(), specifications=(way,))


def test_curves_survive_a_round_trip_to_parquet(tmp_path):
    """Every field, missing components and refusals included; twice the same bytes."""
    paths = [tmp_path / name for name in ("a.parquet", "b.parquet")]
    for path in paths:
        write_curves(path, [replace(CURVE, study="there"), CURVE])

    assert read_curves(paths[0])[(ENTRY.id, "here")] == CURVE
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_curve_of_these_tables_and_this_estimate_is_used():
    """Then nothing is computed, and nothing is said."""
    kept = StoredCurves({(ENTRY.id, "here"): CURVE}, "t")

    assert kept.curve(Claim(ENTRY), "here", finding()) == (CURVE, "")


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"tables": "of yesterday"}, "its tables have changed"),
        (
            {"components": (COMPONENT._replace(low=COMPONENT.low + 1e-4),)},
            "the estimate is another",
        ),
        ({"components": (COMPONENT, COMPONENT)}, "the estimate is another"),
        ({"components": (None,)}, "the estimate is another"),
    ],
)
def test_a_stale_curve_is_refused_and_flagged(change, why):
    """It is computed anew, and the verdict says why."""
    kept = StoredCurves({(ENTRY.id, "here"): replace(CURVE, **change)}, "t")
    curve, told = kept.curve(Claim(ENTRY), "here", finding())

    assert [one.name for one in curve.outcomes] == ["on the run"]
    assert why in told


def test_rounding_does_not_make_a_curve_stale():
    """Another machine's last digits are the same estimate."""
    close = replace(
        CURVE, components=(COMPONENT._replace(low=COMPONENT.low * (1 + 1e-9)),)
    )

    assert close.belongs_to((FOUND,))


def test_broken_curve_table_names_the_remedy(tmp_path):
    """A file that is no table of curves names the command that makes it again."""
    path = tmp_path / "x.parquet"
    path.write_bytes(b"PAR1 no")

    with pytest.raises(BrokenFileError, match="make evidence"):
        read_curves(path)
