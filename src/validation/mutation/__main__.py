"""Run mutation testing: each small change of the rules must fail a test.

``python -m validation.mutation [MODULE …]`` runs the tests of each module on every
mutant. ``data/processed/calibration/mutants.csv`` counts them, and
``survivors.csv`` there lists those that no test noticed, each with its reason from
``survivors.toml`` here; one without fails the run. What became of every mutant is
kept in ``build/mutants.csv``: ``--again`` tries only what is not listed there as
killed, as tests may be added, and a change stays killed.

``survival/naive.py`` is not changed: its readings are wrong by design.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from validation.mutation.mutants import SOURCES, mutants
from validation.mutation.trials import BrokenTestsError, survived

ROOT = SOURCES.parents[1]
KEPT = ROOT / "build" / "mutants.csv"
PUBLISHED = ROOT / "data" / "processed" / "calibration"
REASONS = Path(__file__).with_name("survivors.toml")
COLUMNS = ("module", "function", "change", "outcome")
TESTS_OF = {  # each module with the tests that must notice a change of it
    "claims/rules/interval_rules": ("claims/rules/interval_rules", "claims/edges"),
    "claims/rules/templates": (
        "claims/rules/templates", "claims/rules/interval_rules",
        "claims/fixed/register", "claims/rules/rule_of_claim",
    ),
    "claims/rules/multi_estimate_rules": ("claims/rules/multi_estimate_rules",),
    "claims/contract/gates": ("claims/contract/gates", "claims/edges"),
    "claims/evaluation/standing": ("claims/evaluation/standing", "claims/edges"),
    "survival/lifetimes": ("survival/lifetimes",),
    "survival/curves/kaplan_meier": (
        "survival/curves/kaplan_meier", "survival/curves/quantiles",
        "survival/showing",
    ),
    "survival/curves/restricted_mean": ("survival/curves/restricted_mean",),
    "survival/interval": ("survival/interval",),
    "survival/curves/proportion": ("survival/curves/proportion", "survival/interval"),
    "survival/curves/aalen_johansen": ("survival/curves/aalen_johansen",),
    "survival/bootstrap": (
        "survival/bootstrap", "survival/hazards/partial_likelihood",
        "survival/hazards/cox", "survival/stratified_contrasts",
    ),
    "survival/estimates": (
        "survival/estimates", "survival/survival_band", "survival/curves/proportion",
    ),
    "survival/contrasts": ("survival/contrasts", "survival/estimates"),
    "survival/stratified_contrasts": ("survival/stratified_contrasts",),
    "survival/hazards/partial_likelihood": (
        "survival/hazards/partial_likelihood", "survival/hazards/cox",
        "survival/hazards/proportionality",
    ),
    "survival/hazards/cox": ("survival/hazards/cox", "claims/designs/separation"),
    "survival/hazards/regression": (
        "survival/hazards/regression", "survival/hazards/cox",
        "survival/hazards/proportionality",
    ),
    "survival/hazards/discrete": (
        "survival/hazards/discrete", "claims/designs/separation",
    ),
}  # fmt: skip


def _test_file(name: str) -> str:
    room, _, stem = name.rpartition("/")
    return f"tests/{room}/test_{stem}.py"


TESTS = {
    f"{module}.py": [f"src/helpers/{module}.py", *map(_test_file, tests)]
    for module, tests in TESTS_OF.items()
}


def main(words: Sequence[str]) -> int:
    """Test all mutants; return 1 if one survives without a stated reason."""
    modules = [word for word in words if not word.startswith("-")]
    killed = _killed() if "--again" in words else Counter()
    try:
        for module in modules or TESTS:
            _try(module, killed)
    except BrokenTestsError as error:
        print(f"without any change these fail: {error}", file=sys.stderr)
        return 1
    return _report()


def _try(module: str, killed: Counter[tuple[str, ...]]) -> None:
    """Run the tests on all mutants of a module and store the results."""
    every = list(mutants(module))
    # a function may hold the same change at several places, new ones among them
    alike = Counter(mutant[:3] for mutant in every)
    open_ = [m for m in every if killed[m[:3]] != alike[m[:3]]]
    tests = TESTS[module]
    alive = {
        id(mutant)
        for mutant, yes in zip(open_, survived(open_, tests), strict=True)
        if yes
    }
    rows = [(*mutant[:3], _outcome(id(mutant) in alive)) for mutant in every]
    kept = [row for row in _kept() if row[0] != module] + rows
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    _write(KEPT, COLUMNS, kept)
    print(f"{module}: {len(every)} changes, {len(alive)} survived", flush=True)


def _outcome(alive: bool) -> str:  # noqa: FBT001 - what it says
    return "survived" if alive else "killed"


def _kept() -> list[tuple[str, ...]]:
    """Read the stored mutation-test result of every mutant."""
    if not KEPT.exists():
        return []
    with KEPT.open(encoding="utf-8", newline="") as opened:
        rows = [tuple(row) for row in list(csv.reader(opened))[1:]]
    order = list(TESTS)
    return sorted((r for r in rows if r[0] in TESTS), key=lambda r: order.index(r[0]))


def _killed() -> Counter[tuple[str, ...]]:
    """Count the mutants that tests detected, where none of the same words survived."""
    outcomes = _kept()
    alive = {row[:3] for row in outcomes if row[3] == _outcome(alive=True)}
    return Counter(row[:3] for row in outcomes if row[:3] not in alive)


def _report() -> int:
    """Write counts and surviving mutants; return 1 if unexplained."""
    reasons, rows = tomllib.loads(REASONS.read_text("utf-8")), _kept()
    alive = [row[:3] for row in rows if row[3] == _outcome(alive=True)]
    survivors = [(*row, reasons.get(" | ".join(row), "")) for row in alive]
    counts = [
        (module, len(of), sum(row[3] == _outcome(alive=False) for row in of))
        for module in TESTS
        if (of := [row for row in rows if row[0] == module])
    ]
    _write(PUBLISHED / "mutants.csv", ("module", "mutants", "killed"), counts)
    columns = ("module", "function", "change", "reason")
    _write(PUBLISHED / "survivors.csv", columns, survivors)
    missing = [" | ".join(row[:3]) for row in survivors if not row[3]]
    for each in missing:
        print(f"no reason: {each}", file=sys.stderr)
    return int(bool(missing))


def _write(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> None:
    with path.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.writer(opened, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
