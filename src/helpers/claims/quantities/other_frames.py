"""Failure probability in alternative sampling frames of a source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.specification import Specification
from helpers.claims.contract.study_view import Evidence
from helpers.claims.quantities.death_definitions import SHOWN, estimate_failure
from helpers.claims.quantities.deaths import Ends, define_by_silence
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval, Lifetimes


def list_other_frames(evidence: Evidence, horizon: float) -> Iterator[Specification]:
    """Yield the failure probability in each alternative frame of a source.

    A frame of groups that reached a bar whenever they did is of survivors, and shown.
    """
    try:
        frames = evidence.study.table("frames")
    except NotIdentifiableError:
        return
    own = _compute_own(frames, evidence)
    columns = ["end_day", "least_messages", "bar"]
    bar_frames = frames.assign(bar=frames["within_days"].fillna(0).astype("int64"))
    for end_day, least, bar in (
        bar_frames[columns].drop_duplicates().to_numpy().tolist()
    ):
        if (end_day, least, bar) == own:
            continue
        period = f"in {bar} days" if bar else "whenever"
        date = pd.Timestamp(end_day, unit="D").date()
        rows = bar_frames[columns].eq([end_day, least, bar]).all(axis=1)
        yield Specification.tried(
            f"{least} posts {period}, until {date}",
            partial(_estimate_share, evidence, frames[rows], horizon),
            counts=bool(bar),
        )


def _compute_own(frames: pd.DataFrame, evidence: Evidence) -> tuple[int, int, int]:
    """Return end date and minimum posts of the study's own frame."""
    table = frames.dropna(subset=["within_days", "group"])
    groups = evidence.groups.set_index("group")
    alike = pd.Series(data=True, index=table.index)
    for column in ("last_us", "entry_us"):
        alike &= table["group"].map(groups[column]).eq(table[column])
    by = ["end_day", "least_messages", "within_days"]
    end_day, least, bar = table[alike].value_counts(by).index[0]
    return int(end_day), int(least), int(bar)


def _estimate_share(
    evidence: Evidence, frame: pd.DataFrame, horizon: float
) -> Interval:
    older = set(evidence.study.table("groups")["group"]) - set(evidence.groups["group"])
    frame_groups = frame[~frame["group"].isin(older)]
    groups = frame_groups.assign(
        group=range(len(frame_groups)), closed_us=float("nan"), closed_kind=None
    )
    view = replace(evidence, groups=groups)
    none = pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")
    ends = define_by_silence(view.groups, none)
    gates.pass_gates(*gates.require_failure_gates(ends.lives, horizon))
    error = evidence.time_error_days
    return estimate_failure(ends, horizon, error_days=error, replicates=SHOWN)


def list_frames_and_bounds(
    ends: Ends, horizon: float, error: float
) -> Iterator[Specification]:
    """Yield failure among groups that ever started, and bounds."""
    started = ~ends.lives.never_active
    views = {"ever started": ends.lives.where(started)}
    views["all slow groups dead"], views["all slow groups alive"] = ends.lives.bounds()
    for name, lives in views.items():
        estimate = partial(
            estimate_failure, _select_ends(ends, lives), horizon, error_days=error
        )
        yield Specification.tried(name, estimate, counts=False, decisive=True)


def estimate_common_frame(
    ends: Ends, horizon: float, error: float, own: Interval
) -> Interval | None:
    """Estimate failure among groups that ever started, or None if impossible.

    It is the source's own where all of its groups did.
    """
    started = ~ends.lives.never_active
    if started.all():
        return own
    view = _select_ends(ends, ends.lives.where(started))
    estimate = partial(estimate_failure, view, horizon, error_days=error)
    return next(iter(Specification.tried("ever started", estimate).legs), None)


def _select_ends(ends: Ends, lives: Lifetimes) -> Ends:
    """Restrict lifetimes and their competing events to given groups."""
    is_competing = ends.competing[np.isin(ends.lives.group, lives.group)]
    return ends._replace(lives=lives, competing=is_competing)
