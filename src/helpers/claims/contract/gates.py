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
from helpers.survival.bootstrap import FEWEST_NETWORKS, Clusters
from helpers.wording import join_messages, say, say_plural

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

    def __init__(self, gates: Sequence[Gate]) -> None:
        self.gates = tuple(gates)
        failed = [gate for gate in gates if not gate.passed]
        self.only_networks = {gate.name for gate in failed} == {"clustering"}
        reasons = [join_messages(": ", (gate.name, gate.detail)) for gate in failed]
        super().__init__(join_messages("; ", reasons))


def require_at_least(
    name: str, number: float, least: float, template: str, /, **values: object
) -> Gate:
    """Check that the data have at least a required number of units, such as groups.

    The template says how many there are, and how many ``{least}`` are needed.

    >>> require_at_least("window", 1.52, 2, "{n:.1f} years, {least} needed", n=1.52)
    Gate(name='window', passed=False, detail='1.5 years, 2 needed')
    """
    detail = say(template, least=least, **values)
    return Gate(name, bool(number >= least), detail)


def require_units(
    number: int,
    template: str = "{n} groups, {least} needed",
    least: int = FEWEST_NETWORKS,
    **values: object,
) -> Gate:
    """Check that there are enough units, by default 8 networks, for an interval.

    The template says how many ``{n}`` there are, and how many ``{least}`` are needed;
    the gate is named after its second word.

    >>> require_units(7)
    Gate(name='groups', passed=False, detail='7 groups, 8 needed')
    >>> require_units(5, "{n} births in the first 14 months, {least} needed", 5).name
    'births'
    """
    name = template.split()[1].rstrip(",")
    return require_at_least(name, number, least, template, n=number, **values)


def require_groups(number: int, least: int = LEAST_GROUPS) -> Gate:
    """Check that the data contain at least `least` groups, by default 50.

    >>> require_groups(49)
    Gate(name='groups', passed=False, detail='49 groups, 50 needed')
    """
    detail = say_plural(
        "{n} group, {least} needed", "{n} groups, {least} needed", n=number, least=least
    )
    return Gate("groups", number >= least, detail)


def require_follow_up(potential_days: npt.ArrayLike, horizon: float) -> Gate:
    """Check that 20 groups could be followed up to the horizon.

    Potential follow-up is END − W − origin, whether the group died or not: counting
    only survivors would let the outcome decide who may answer.

    >>> require_follow_up([100.0] * 30 + [400.0] * 19, 365).passed
    False
    """
    followed = int(np.sum(np.asarray(potential_days) >= horizon))
    detail = say_plural(
        "{n} group followed for {days:g} d, {least} needed",
        "{n} groups followed for {days:g} d, {least} needed",
        n=followed,
        days=horizon,
        least=LEAST_FOLLOWED,
    )
    return Gate("potential follow-up", followed >= LEAST_FOLLOWED, detail)


def require_arms(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> tuple[Gate, ...]:
    """Check that two arms have 30 groups each and 30 deaths in total.

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
            say(
                "{exposed} exposed and {others} not, {least} needed in each",
                exposed=sizes[0],
                others=sizes[1],
                least=LEAST_IN_ARM,
            ),
        ),
        Gate(
            "deaths",
            sum(deaths) >= LEAST_DEATHS,
            say_plural(
                "{n} death, {least} needed over both arms",
                "{n} deaths, {least} needed over both arms",
                n=sum(deaths),
                least=LEAST_DEATHS,
            ),
        ),
        Gate(
            "deaths in each arm",
            passed=True,
            detail=say(
                "{exposed} and {others}; with fewer than {least} rates are compared,"
                " no hazard ratio",
                exposed=deaths[0],
                others=deaths[1],
                least=LEAST_DEATHS_IN_ARM,
            ),
        ),
    )


def require_ends_in_each_arm(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> Gate:
    """Check for 5 events in each arm, as a ratio of event times requires.

    >>> require_ends_in_each_arm([1, 0] * 4 + [1], [1] * 9)
    Gate(name='ends in each arm', passed=False, detail='5 and 4 ends, 5 needed')
    """
    arm, end = np.asarray(exposed, bool), np.asarray(ended, bool)
    each = int(end[arm].sum()), int(end[~arm].sum())
    return require_at_least(
        "ends in each arm",
        min(each),
        LEAST_DEATHS_IN_ARM,
        "{exposed} and {others} ends, {least} needed",
        exposed=each[0],
        others=each[1],
    )


def require_events_per_coefficient(deaths: int, number: int) -> Gate:
    """Check for ten deaths per regression coefficient.

    >>> require_events_per_coefficient(39, 4).passed
    False
    """
    return require_at_least(
        "deaths per coefficient",
        deaths,
        DEATHS_PER_COEFFICIENT * number,
        "{n} deaths for {coefficients} coefficients, {least} needed",
        n=deaths,
        coefficients=number,
    )


def require_filled(groups_full: int, least: int) -> Gate:
    """Check that at least `least` groups have reached their member limit.

    >>> require_filled(9, 10).detail
    '9 groups filled, 10 needed'
    """
    return require_at_least(
        "filled",
        groups_full,
        least,
        "{n} groups filled, {least} needed",
        n=groups_full,
    )


def require_cohorts(template: str, years: int, least: int) -> Gate:
    """Check that the groups were founded in at least `least` different years.

    >>> require_cohorts("founded in {n} years, {least} needed", 1, 2).detail
    'founded in 1 years, 2 needed'
    """
    return require_at_least("cohorts", years, least, template, n=years)


def require_clusters(network: npt.ArrayLike, batch: npt.ArrayLike) -> Gate:
    """Check for enough networks (one, or at least 8); return the bootstrap clusters.

    One operator gives batches or groups, and a verdict within that network.

    >>> require_clusters(["a"] * 60, [i // 2 for i in range(60)]).detail
    'resampling 30 batches'
    """
    try:
        clusters = choose_clusters(network, batch)
    except NotIdentifiableError as error:
        return Gate("clustering", passed=False, detail=error.what)
    return Gate("clustering", passed=True, detail=say_resampled(clusters))


def say_resampled(clusters: Clusters) -> str:
    """Describe which units the bootstrap resamples, and how many."""
    n = clusters.count
    kinds = {
        "batch": say_plural("resampling {n} batch", "resampling {n} batches", n=n),
        "group": say_plural("resampling {n} group", "resampling {n} groups", n=n),
        "network": say_plural("resampling {n} network", "resampling {n} networks", n=n),
    }
    return kinds[clusters.kind]


def require_sampled(rows: pd.DataFrame, least: int = LEAST_GROUPS) -> tuple[Gate, ...]:
    """Check for at least `least` groups (one per row), and 1 or at least 8 networks.

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


def pass_gates(*gates: Gate) -> tuple[Gate, ...]:
    """Return the data requirements if all are met, else raise GateError.

    Raises
    ------
    GateError
        Saying which are not.
    """
    if not all(gate.passed for gate in gates):
        raise GateError(gates)
    return gates


def require_entry_before(entry_days: npt.ArrayLike, horizon: float) -> Gate:
    """Check that at least 20 groups entered observation before the horizon."""
    entered = int(np.sum(np.asarray(entry_days) < horizon))
    detail = say_plural(
        "{n} group watched before day {day:g}, {least} needed",
        "{n} groups watched before day {day:g}, {least} needed",
        n=entered,
        day=horizon,
        least=LEAST_FOLLOWED,
    )
    return Gate("entry", entered >= LEAST_FOLLOWED, detail)


def refuse_survivor_frame(*, survivors_only: bool) -> Gate:
    """Check that the source's list of groups is not limited to groups still alive."""
    alive, none = say("lists only groups alive at collection"), say("none known")
    detail = alive if survivors_only else none
    return Gate("selection", not survivors_only, detail)


def require_dated_exposure(
    last_exposure_day: float, landmark: float, lag: float = 0.0
) -> Gate:
    """Check that exposure ends before follow-up starts, or that a lag separates them.

    >>> require_dated_exposure(27, 28).passed, require_dated_exposure(28, 28).passed
    (True, False)
    """
    passed = last_exposure_day < landmark or lag >= LAG_DAYS
    detail = say(
        "exposure to day {last:g}, risk from day {landmark:g}",
        last=last_exposure_day,
        landmark=landmark,
    )
    return Gate("timing", passed, detail)


def require_explicit_replies(centres_from: str) -> Gate:
    """Check that replies are explicit, not inferred from adjacency.

    >>> require_explicit_replies("adjacent").passed
    False
    """
    kinds = {
        "explicit": say("replies are explicit"),
        "mention": say("replies are mention"),
        "adjacent": say("replies are adjacent"),
        "none": say("replies are none"),
    }
    detail = kinds.get(centres_from, f"replies are {centres_from}")
    return Gate("replies", centres_from == "explicit", detail)


def require_labels(hand_labels: int, f1: Sequence[float] = ()) -> Gate:
    """Check that there are 300 hand labels and that classifier F1 is reported."""
    scores = ", ".join(f"{score:.2f}" for score in f1) or say("not reported")
    detail = say(
        "{n} hand labels, {least} needed; F1 {scores}",
        n=hand_labels,
        least=HAND_LABELS,
        scores=scores,
    )
    return Gate("labels", hand_labels >= HAND_LABELS and bool(f1), detail)


def require_observed(observability: Observability, *needs: str, source: str) -> Gate:
    """Check that a study's metadata list given data, such as replies, as observed."""
    try:
        observability.require(*needs, source=source)
    except NotIdentifiableError as error:
        return Gate("observed", passed=False, detail=error.what)
    return Gate("observed", passed=True, detail=", ".join(needs))
