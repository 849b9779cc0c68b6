"""Data gates: what a corpus must show before a number may speak; no gate sees deaths.

The gates are those of the register's shared rules. A gate never depends on the
outcome that it gates, with two exceptions that the rules name: a contrast and a
regression need a number of deaths over all arms together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from helpers.errors import NotIdentifiableError

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy.typing as npt

    from helpers.records import Observability

__all__ = [
    "Gate", "arms", "circularity", "coefficients", "entered_before", "follow_up",
    "groups", "labels", "observed", "selection", "timing", "units_of_clustering",
]  # fmt: skip

LEAST_GROUPS = 50
LEAST_FOLLOWED = 20
LEAST_IN_ARM = 30
LEAST_DEATHS = 30
LEAST_DEATHS_IN_ARM = 5
DEATHS_PER_COEFFICIENT = 10
HAND_LABELS = 300
FEW_NETWORKS, SOME_NETWORKS, MANY_BATCHES = 2, 8, 20
LAG_DAYS = 7

Cluster = Literal["network", "batch", "group", "each"]


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition on the data, whether it holds, and the numbers behind it."""

    name: str
    passed: bool
    detail: str


def groups(number: int, least: int = LEAST_GROUPS) -> Gate:
    """Ask for enough groups.

    >>> groups(49)
    Gate(name='groups', passed=False, detail='49 groups, 50 needed')
    """
    return Gate("groups", number >= least, f"{number} groups, {least} needed")


def follow_up(potential_days: npt.ArrayLike, horizon: float) -> Gate:
    """Ask for 20 groups whose potential follow-up reaches the horizon.

    Potential follow-up is END − W − origin, whether the group died or not: counting
    only survivors would let the outcome decide who may answer.

    >>> follow_up([100.0] * 30 + [400.0] * 19, 365).passed
    False
    """
    followed = int(np.sum(np.asarray(potential_days) >= horizon))
    detail = f"{followed} groups followed for {horizon:g} d, {LEAST_FOLLOWED} needed"
    return Gate("potential follow-up", followed >= LEAST_FOLLOWED, detail)


def arms(exposed: npt.ArrayLike, ended: npt.ArrayLike) -> tuple[Gate, ...]:
    """Ask for 30 groups in each arm, 30 deaths over both and 5 in each.

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
            min(deaths) >= LEAST_DEATHS_IN_ARM,
            f"{deaths[0]} and {deaths[1]}; a hazard ratio needs {LEAST_DEATHS_IN_ARM}",
        ),
    )


def coefficients(deaths: int, number: int) -> Gate:
    """Ask for ten deaths per coefficient of a regression.

    >>> coefficients(39, 4).passed
    False
    """
    least = DEATHS_PER_COEFFICIENT * number
    detail = f"{deaths} deaths for {number} coefficients, {least} needed"
    return Gate("deaths per coefficient", deaths >= least, detail)


def units_of_clustering(
    networks: Collection[object], batches: Collection[object]
) -> tuple[Cluster, Gate]:
    """Choose what is resampled, by the number of operators K.

    K ≥ 8 networks: networks. 2 ≤ K < 8: no pooled interval (``each`` network on its
    own). One operator: batches of groups opened together if there are 20, else
    groups; the verdict then holds within that network.

    >>> units_of_clustering(["a"] * 60, range(60))[0]
    'batch'
    """
    k, of_batches = len(set(networks)), len(set(batches))
    cluster: Cluster = "network"
    if FEW_NETWORKS <= k < SOME_NETWORKS:
        cluster = "each"
    elif k < FEW_NETWORKS:
        cluster = "batch" if of_batches >= MANY_BATCHES else "group"
    detail = f"{k} networks, {of_batches} batches: units are {cluster}"
    return cluster, Gate("clustering", cluster != "each", detail)


def entered_before(entry_days: npt.ArrayLike, horizon: float) -> Gate:
    """Refuse a sample in which every group entered after the horizon."""
    entered = int(np.sum(np.asarray(entry_days) < horizon))
    detail = f"{entered} groups were watched before day {horizon:g}"
    return Gate("entry", entered >= LEAST_FOLLOWED, detail)


def selection(*, survivors_only: bool) -> Gate:
    """Refuse a frame that lists only groups alive when they were collected."""
    detail = "lists only groups alive at collection" if survivors_only else "none known"
    return Gate("selection", not survivors_only, detail)


def timing(last_exposure_day: float, landmark: float, lag: float = 0.0) -> Gate:
    """Refuse an exposure neither dated before the landmark nor lagged by a week.

    >>> timing(27, 28).passed, timing(28, 28).passed
    (True, False)
    """
    passed = last_exposure_day < landmark or lag >= LAG_DAYS
    detail = f"exposure to day {last_exposure_day:g}, risk from day {landmark:g}"
    return Gate("timing", passed, detail)


def circularity(exposure: Collection[str], outcome: Collection[str]) -> Gate:
    """Refuse an outcome made of what makes the exposure.

    >>> circularity({"ads"}, {"silence", "ads"}).passed
    False
    """
    shared = sorted(set(exposure) & set(outcome))
    detail = f"in both: {', '.join(shared)}" if shared else "nothing in both"
    return Gate("circularity", not shared, detail)


def labels(hand_labels: int, f1: Sequence[float] = ()) -> Gate:
    """Ask for 300 hand labels from the same corpus, with each class's F1 reported."""
    scores = ", ".join(f"{score:.2f}" for score in f1) or "not reported"
    detail = f"{hand_labels} hand labels, {HAND_LABELS} needed; F1 {scores}"
    return Gate("labels", hand_labels >= HAND_LABELS and bool(f1), detail)


def observed(observability: Observability, *needs: str, source: str) -> Gate:
    """Ask a source whether it shows what an estimate needs."""
    try:
        observability.require(*needs, source=source)
    except NotIdentifiableError as error:
        return Gate("observed", passed=False, detail=error.what)
    return Gate("observed", passed=True, detail=", ".join(needs))
