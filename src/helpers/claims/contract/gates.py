"""Data requirements (gates) that are checked before anything is estimated.

The gates are those of the register's shared rules. A gate never depends on the
outcome that it gates, with two exceptions that the rules name: a contrast and a
regression need a number of deaths over all arms together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.records import Observability
from helpers.survival import Lifetimes, choose_clusters
from helpers.survival.clusters import FEWEST_NETWORKS

LEAST_GROUPS = 50
LEAST_FOLLOWED = 20
LEAST_IN_ARM = 30
LEAST_DEATHS = 30
LEAST_DEATHS_IN_ARM = 5
DEATHS_PER_COEFFICIENT = 10
HAND_LABELS = 300
LAG_DAYS = 7


@dataclass(frozen=True, slots=True)
class Gate:
    """A requirement on the data, whether it is met, and the counts behind it."""

    name: str
    passed: bool
    detail: str


class GateError(NotIdentifiableError):
    """The data do not meet a requirement, so there is no verdict."""

    def __init__(self, asked: Sequence[Gate]) -> None:
        self.gates = tuple(asked)
        failed = [gate for gate in asked if not gate.passed]
        self.only_networks = {gate.name for gate in failed} == {"clustering"}
        super().__init__("; ".join(f"{gate.name}: {gate.detail}" for gate in failed))


def require_at_least(name: str, number: float, least: float, told: str) -> Gate:
    """Check that the data have at least a number of units.

    >>> require_at_least("people", 99, 100, "99 people")
    Gate(name='people', passed=False, detail='99 people, 100 needed')
    """
    return Gate(name, bool(number >= least), f"{told}, {least} needed")


def require_units(
    number: int, what: str = "groups", least: int = FEWEST_NETWORKS
) -> Gate:
    """Check that there are enough units, such as networks, for an interval.

    >>> require_units(7)
    Gate(name='groups', passed=False, detail='7 groups, 8 needed')
    >>> require_units(5, "births in the first 14 months", 5).name
    'births'
    """
    return require_at_least(what.partition(" ")[0], number, least, f"{number} {what}")


def require_groups(number: int, least: int = LEAST_GROUPS) -> Gate:
    """Check that there are enough groups.

    >>> require_groups(49)
    Gate(name='groups', passed=False, detail='49 groups, 50 needed')
    """
    return require_at_least("groups", number, least, _format_groups(number))


def _format_groups(number: int) -> str:
    return f"{number} group{'s' * (number != 1)}"


def require_follow_up(potential_days: npt.ArrayLike, horizon: float) -> Gate:
    """Check that 20 groups have a potential follow-up up to the horizon.

    Potential follow-up is END − W − origin, whether the group died or not: counting
    only survivors would let the outcome decide who may answer.

    >>> require_follow_up([100.0] * 30 + [400.0] * 19, 365).passed
    False
    """
    followed = int(np.sum(np.asarray(potential_days) >= horizon))
    phrase = f"{_format_groups(followed)} followed for {horizon:g} d"
    return require_at_least("potential follow-up", followed, LEAST_FOLLOWED, phrase)


def require_arms(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> tuple[Gate, ...]:
    """Check for 30 groups in each arm and 30 deaths in total.

    With fewer than 5 in one it is decided on rates (`sparse_arms`), and not refused.

    Parameters
    ----------
    exposed, ended
        Booleans, one per group at risk.
    """
    in_arm, dead = np.asarray(exposed, bool), np.asarray(ended, bool)
    sizes = int(in_arm.sum()), int((~in_arm).sum())
    deaths = int(dead[in_arm].sum()), int(dead[~in_arm].sum())
    return (
        Gate(
            "arms",
            min(sizes) >= LEAST_IN_ARM,
            f"{sizes[0]} exposed and {sizes[1]} not, {LEAST_IN_ARM} needed in each",
        ),
        Gate(
            "deaths",
            sum(deaths) >= LEAST_DEATHS,
            f"{sum(deaths)} deaths, {LEAST_DEATHS} needed over both arms",
        ),
        Gate(
            "deaths in each arm",
            passed=True,
            detail=f"{deaths[0]} and {deaths[1]}; with fewer than"
            f" {LEAST_DEATHS_IN_ARM} rates are compared, no hazard ratio",
        ),
    )


def require_ends_in_each_arm(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> Gate:
    """Check for 5 events in each arm, as only a time ratio can be estimated.

    >>> require_ends_in_each_arm([1, 0] * 4 + [1], [1] * 9)
    Gate(name='ends in each arm', passed=False, detail='5 and 4 ends, 5 needed')
    """
    arm, end = np.asarray(exposed, bool), np.asarray(ended, bool)
    each = int(end[arm].sum()), int(end[~arm].sum())
    phrase = f"{each[0]} and {each[1]} ends"
    return require_at_least("ends in each arm", min(each), LEAST_DEATHS_IN_ARM, phrase)


def require_events_per_coefficient(deaths: int, number: int) -> Gate:
    """Check for ten deaths per regression coefficient.

    >>> require_events_per_coefficient(39, 4).passed
    False
    """
    least, phrase = DEATHS_PER_COEFFICIENT * number, f"{deaths} deaths for {number}"
    return require_at_least(
        "deaths per coefficient", deaths, least, f"{phrase} coefficients"
    )


def require_filled(groups_full: int, least: int) -> Gate:
    """Check that enough groups reached their member limit.

    >>> require_filled(9, 10).detail
    '9 groups filled, 10 needed'
    """
    return require_at_least(
        "filled", groups_full, least, f"{groups_full} groups filled"
    )


def require_cohorts(told: str, years: int, least: int) -> Gate:
    """Check that the groups were founded in enough different years.

    >>> require_cohorts("founded in {} years", 1, 2).detail
    'founded in 1 years, 2 needed'
    """
    return require_at_least("cohorts", years, least, told.format(years))


def require_clusters(network: npt.ArrayLike, batch: npt.ArrayLike) -> Gate:
    """Check that networks are one or at least 8; name the clusters.

    One operator gives batches or groups, and a verdict within that network.

    >>> require_clusters(["a"] * 60, [i // 2 for i in range(60)]).detail
    'resampling 30 batches'
    """
    try:
        clusters = choose_clusters(network, batch)
    except NotIdentifiableError as error:
        return Gate("clustering", passed=False, detail=error.what)
    kind = {"batch": "batches"}.get(clusters.kind, f"{clusters.kind}s")
    return Gate("clustering", passed=True, detail=f"resampling {clusters.count} {kind}")


def require_sampled(rows: pd.DataFrame, least: int = LEAST_GROUPS) -> tuple[Gate, ...]:
    """Check for enough groups (one row each) and enough clusters.

    >>> rows = pd.DataFrame({"network": ["one"] * 50, "batch": ["first"] * 50})
    >>> [gate.detail for gate in require_sampled(rows)]
    ['50 groups, 50 needed', 'resampling 50 groups']
    """
    return require_groups(len(rows), least), require_clusters(
        rows["network"], rows["batch"]
    )


def require_failure_gates(lives: Lifetimes, horizon: float) -> tuple[Gate, ...]:
    """Check the data requirements of a failure probability at a horizon."""
    return (
        require_groups(len(lives)),
        require_follow_up(lives.potential, horizon),
        require_entry_before(lives.entry, horizon),
        require_clusters(lives.network, lives.batch),
    )


def pass_gates(*asked: Gate) -> tuple[Gate, ...]:
    """Return the data requirements if all are met, else raise GateError.

    Raises
    ------
    GateError
        Saying which are not.
    """
    if not all(gate.passed for gate in asked):
        raise GateError(asked)
    return asked


def require_entry_before(entry_days: npt.ArrayLike, horizon: float) -> Gate:
    """Check that enough groups entered observation before the horizon."""
    entered = int(np.sum(np.asarray(entry_days) < horizon))
    phrase = f"{_format_groups(entered)} watched before day {horizon:g}"
    return require_at_least("entry", entered, LEAST_FOLLOWED, phrase)


def refuse_survivor_frame(*, survivors_only: bool) -> Gate:
    """Check that the source does not list only groups still alive."""
    detail = "lists only groups alive at collection" if survivors_only else "none known"
    return Gate("selection", not survivors_only, detail)


def require_dated_exposure(
    last_exposure_day: float, landmark: float, lag: float = 0.0
) -> Gate:
    """Check that an exposure precedes the landmark, or is lagged a week.

    >>> require_dated_exposure(27, 28).passed, require_dated_exposure(28, 28).passed
    (True, False)
    """
    passed = last_exposure_day < landmark or lag >= LAG_DAYS
    detail = f"exposure to day {last_exposure_day:g}, risk from day {landmark:g}"
    return Gate("timing", passed, detail)


def require_explicit_replies(centres_from: str) -> Gate:
    """Check that replies are explicit, not inferred from adjacency.

    >>> require_explicit_replies("adjacent").passed
    False
    """
    return Gate("replies", centres_from == "explicit", f"replies are {centres_from}")


def require_labels(hand_labels: int, f1: Sequence[float] = ()) -> Gate:
    """Check for 300 hand labels, and the classifier's F1 for each class."""
    scores = ", ".join(f"{score:.2f}" for score in f1) or "not reported"
    detail = f"{hand_labels} hand labels, {HAND_LABELS} needed; F1 {scores}"
    return Gate("labels", hand_labels >= HAND_LABELS and bool(f1), detail)


def require_observed(observability: Observability, *needs: str, source: str) -> Gate:
    """Check that a source observes what an estimate needs."""
    try:
        observability.require(*needs, source=source)
    except NotIdentifiableError as error:
        return Gate("observed", passed=False, detail=error.what)
    return Gate("observed", passed=True, detail=", ".join(needs))
