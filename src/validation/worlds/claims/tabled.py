"""Simulated studies as tables in memory, without messages.

Each group lives at one pace until it dies. A world for a claim starts from
`simulate_exponential`
and adds the tables that the claim's estimator reads, with the truth planted in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import SimpleNamespace
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Ints
from helpers.errors import NotIdentifiableError
from helpers.measures.windows import SPANS
from helpers.records import DAY_US, Observability

END_DAYS = 1700
START_US = 10_227 * DAY_US  # 1998-01-01: readers take nothing before 1981 for a time
FOREVER = 90_000.0  # days
LATEST_DAYS = 200  # groups are born so long before the end, or earlier
NAMES = [f"{start}-{stop}" for start, stop in SPANS]
SUSTAINED = 28


def select_every_other(groups: int) -> Bools:
    """Return a mask that is true for every other group."""
    half: Bools = np.arange(groups) % 2 == 0
    return half


def repeat_owners(many: Ints) -> tuple[Ints, Ints]:
    """Return each item's owner by index, and the item's rank within its owner.

    >>> [one.tolist() for one in repeat_owners(np.array([2, 0, 1]))]
    [[0, 0, 2], [0, 1, 0]]
    """
    whose = np.repeat(np.arange(len(many)), many)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(many) - many, many)


def _build_manifest() -> SimpleNamespace:
    return SimpleNamespace(
        title_en="a planted world",
        frame_notes=(),
        frame_bias=(),
        pooled=True,
        time_error_days=0.0,
        day_offset_us=0,
        looked_at=False,
        centres_from="explicit",
    )


@dataclass(frozen=True, eq=False)  # each is its own, as a study's folder is
class Planted:
    """A simulated study as tables in memory.

    Attributes
    ----------
    tables
        Processed tables by name; worlds add to them and change them in place.
    observability
        What the source is said to show.
    manifest
        What estimators ask of a manifest.
    name, checksum
        As of a study.
    """

    tables: dict[str, pd.DataFrame]
    observability: Observability
    manifest: SimpleNamespace = field(default_factory=_build_manifest)
    name: str = "planted"
    checksum: str = "0" * 64

    def __post_init__(self) -> None:
        """List the study's tables in its manifest."""
        self.manifest.tables = self.tables

    def table(self, name: str) -> pd.DataFrame:
        """Return a table by name, or raise if it is missing.

        Raises
        ------
        NotIdentifiableError
            If there is none.
        """
        if name not in self.tables:
            raise NotIdentifiableError(f"{self.name} has no table {name!r}")
        return self.tables[name]

    def with_tables(self, **tables: pd.DataFrame) -> Self:
        """Add or replace tables of the simulated study."""
        self.tables.update(tables)
        return self

    def coded(
        self,
        fact: str | Sequence[str],
        values: npt.ArrayLike,
        *,
        coders: Sequence[str] = ("a", "b"),
        age: float = -3,
    ) -> Self:
        """Add a hand-coded fact about each group, dated at an age of the group.

        The fact is one of all, or one each. A group whose value is nan has no row.
        """
        groups = self.tables["groups"]
        day = (np.floor(groups["origin_us"] / DAY_US) + age).astype(int)
        rows = pd.DataFrame({"group": groups["group"], "fact": fact, "day": day})
        rows["value"] = np.broadcast_to(np.asarray(values, float), len(groups))
        several = [rows.dropna().assign(coder=coder) for coder in coders]
        before = [self.tables[name] for name in ("codings",) if name in self.tables]
        self.tables["codings"] = pd.concat([*before, *several], ignore_index=True)
        return self

    def typed(self, names: npt.ArrayLike, of: str = "type") -> Self:
        """Add the kind of each group as a hand-coded fact."""
        fact = [f"{of}: {name}" for name in np.asarray(names)]
        return self.coded(fact, 1.0)

    def happened(self, kind: str, group: npt.ArrayLike, age: npt.ArrayLike) -> Self:
        """Add events to groups at given ages, in days."""
        born = self.tables["groups"].set_index("group")["origin_us"]
        at = born.loc[np.atleast_1d(group)].to_numpy() + np.asarray(age, float) * DAY_US
        rows = pd.DataFrame({"group": group, "kind": kind, "time_us": at, "value": 0})
        rows = rows.astype({"time_us": "int64"})
        before = [self.tables[name] for name in ("events",) if name in self.tables]
        both = pd.concat([*before, rows], ignore_index=True)
        both = both.sort_values(["group", "time_us"], ignore_index=True)
        nth = both.groupby("group").cumcount()
        self.tables["events"] = both.assign(nth=nth)
        return self

    def seen(self, **changes: Any) -> Self:  # noqa: ANN401 - fields of `Observability`
        """Return the study with changes in what its source records."""
        return replace(self, observability=replace(self.observability, **changes))


def simulate_exponential(
    rng: np.random.Generator,
    groups: int = 400,
    *,
    life: npt.ArrayLike = 500.0,
    networks: int = 1,
    **world: Any,  # noqa: ANN401 - numbers or arrays, one each
) -> Planted:
    """Simulate groups with exponential lifetimes of mean `life` days.

    Parameters
    ----------
    groups
        How many.
    life : scalar or shape (groups,)
        Mean days from birth to the last message.
    networks
        Groups are dealt out to so many in turn.
    world
        Any of these, a number or one each: ``rate`` (messages a day), ``later``
        (factor on it from day 28 on), ``posters``, ``reply_ratio``, ``top_share``,
        ``centres``, ``owner_share``, ``owner_top``, ``entry`` (age in days), ``lived``
        (lifetimes themselves, not their means; nan where they are to be drawn) and
        ``origin`` (day of birth, by default uniform up to 200 days before the end).

    Examples
    --------
    >>> study = simulate_exponential(np.random.default_rng(1), 3, lived=100.0)
    >>> rows = study.table("groups")
    >>> ((rows["last_us"] - rows["origin_us"]) / DAY_US).round(3).tolist()
    [100.0, 100.0, 100.0]
    """
    frame = pd.DataFrame({"group": np.arange(groups, dtype=np.int32)})
    defaults: dict[str, Any] = {
        "rate": rng.uniform(2, 6, groups), "later": 1.0, "posters": 8,
        "reply_ratio": 0.5, "top_share": rng.uniform(0.2, 0.3, groups),
        "centres": rng.uniform(2, 4, groups), "owner_share": np.nan,
        "owner_top": None, "entry": 0.0, "lived": np.nan,
        "origin": rng.uniform(0, END_DAYS - LATEST_DAYS, groups),
    }  # fmt: skip
    frame = frame.assign(**(defaults | world))
    drawn = rng.exponential(1.0, groups) * np.asarray(life, float)
    frame["life"] = frame["lived"].where(frame["lived"].notna(), drawn)
    frame["end"] = END_DAYS - frame["origin"]
    frame["last"] = np.minimum(frame["life"], frame["end"])
    frame["network"] = [f"network {i}" for i in np.arange(groups) % networks]
    return Planted(_build_tables(frame), _build_observability())


def _build_observability() -> Observability:
    return Observability(
        members_source="speakers", joins_observed=False, leaves_observed=False,
        reads_observed="none", reactions_observed=False, replies="explicit",
        births="creation", owner_known=True, roles_known=False, sender_ids=True,
        text=False, time_zone_known=True, left_truncated=False,
        never_active_listed=True, resolution="second",
        window_us=(START_US, START_US + END_DAYS * DAY_US),
    )  # fmt: skip


def _build_tables(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    none = pd.DataFrame({"group": [], "start_us": [], "end_us": []})
    daily = {
        "group": frame["group"],
        "day": 0,
        "messages": _count_messages_between(frame, 0, SUSTAINED),
    }
    return {
        "groups": _build_groups(frame),
        "silences": none.astype(int),
        "daily": pd.DataFrame(daily),
        "rates": _compare_rates(frame),
        "windows": _build_windows(frame),
    }


def _count_messages_between(
    frame: pd.DataFrame, start: npt.ArrayLike, stop: npt.ArrayLike
) -> Ints:
    """Return each group's number of messages between two ages."""
    rate, later, last = (frame[name].to_numpy() for name in ("rate", "later", "last"))
    until = np.minimum(last, stop)
    days = np.maximum(until - start, 0)
    late = np.maximum(until - np.maximum(start, SUSTAINED), 0)
    messages: Ints = np.rint(rate * (days - (1 - later) * late)).astype(np.int64)
    return messages


def _to_microseconds(days: pd.Series[float]) -> pd.Series[int]:
    return (days * DAY_US).round().astype("int64")


def _build_groups(frame: pd.DataFrame) -> pd.DataFrame:
    origin = _to_microseconds(frame["origin"]) + START_US
    end = START_US + END_DAYS * DAY_US
    silent = frame["life"] == 0
    last = (origin + _to_microseconds(frame["last"])).clip(
        upper=end
    )  # rounding may lead past it
    return pd.DataFrame(
        {
            "group": frame["group"],
            "key": frame["group"].astype(str),
            "network": frame["network"],
            "batch": frame["group"].astype(str),
            "created_us": origin,
            "origin_us": origin,
            "entry_us": origin + _to_microseconds(frame["entry"]),
            "end_us": end,
            "closed_us": np.nan,
            "closed_kind": None,
            "first_us": origin.astype(float).mask(silent),
            "last_us": last.astype(float).mask(silent),
            "messages": _count_messages_between(frame, 0, END_DAYS),
            "posters": frame["posters"].mask(silent, 0),
            "early_messages": _count_messages_between(frame, 0, SUSTAINED),
            "members": np.nan,
        }
    )


def _compare_rates(frame: pd.DataFrame) -> pd.DataFrame:
    alive = frame[frame["life"] > 0]
    full = (SUSTAINED * alive["rate"]).round().astype(int)
    first = pd.DataFrame({"group": alive["group"], "age_day": 0, "messages_28": full})
    gone = alive[alive["last"] + SUSTAINED < alive["end"]]
    silent_from = np.floor(gone["last"]).astype(int) + SUSTAINED
    last = pd.DataFrame({"group": gone["group"], "age_day": silent_from})
    rows = [
        first.assign(posters_28=alive["posters"]),
        last.assign(messages_28=0, posters_28=0),
    ]
    return pd.concat(rows).sort_values(["group", "age_day"], ignore_index=True)


def _build_windows(frame: pd.DataFrame) -> pd.DataFrame:
    """Build the window table of all groups."""
    start, stop = (np.array(ages)[:, None] for ages in zip(*SPANS, strict=True))
    messages = _count_messages_between(frame, start, stop + 1)
    of = {name: frame[name].to_numpy() for name in frame}
    replies = np.rint(messages * of["reply_ratio"])
    columns = {
        "group": of["group"], "window": np.array(NAMES, object)[:, None],
        "from_day": start, "to_day": stop, "observed": of["end"] > stop + 1,
        "messages": messages, "posters": np.where(messages > 0, of["posters"], 0),
        "top_share": of["top_share"], "gini": 0.5, "replies": replies,
        "replies_explicit": replies, "centres": of["centres"], "centres_null": 6.0,
        "owner_share": of["owner_share"], "owner_top": of["owner_top"],
    }  # fmt: skip
    return pd.DataFrame(
        {
            name: np.broadcast_to(column, messages.shape).ravel()
            for name, column in columns.items()
        }
    )
