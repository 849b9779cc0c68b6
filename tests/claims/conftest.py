"""Studies with planted truth, as tables: each group lives at one pace until it dies."""

from dataclasses import dataclass, field, replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, Observability

END_DAYS = 1700
SPANS = [(0, 27), (1, 13), (28, 55), (28, 83), (56, 83), (84, 181), (152, 179)]
SPANS += [(337, 364)]


@dataclass(frozen=True)
class Planted:
    """What the claims see of a study, held in memory."""

    tables: dict
    observability: Observability
    manifest: SimpleNamespace = field(
        default_factory=lambda: SimpleNamespace(
            title_en="a planted world",
            frame_notes=(),
            time_error_days=0.0,
            day_offset_us=0,
            looked_at=False,
            centres_from="explicit",
        )
    )
    name: str = "planted"
    checksum: str = "0" * 64

    def __post_init__(self):
        """Let the manifest list the tables that there are."""
        self.manifest.tables = self.tables

    def table(self, name):
        """Return a table, or say that there is none, as a study does."""
        if name not in self.tables:
            raise NotIdentifiableError(f"{self.name} has no table {name!r}")
        return self.tables[name]

    def coded(self, fact, values, *, coders=("a", "b"), age=-3):
        """Record a fact of every group, a number or one each, known from an age on."""
        groups = self.tables["groups"]
        day = np.floor(groups["origin_us"] / DAY_US).astype(int) + age
        rows = pd.DataFrame({"group": groups["group"], "fact": fact, "day": day})
        rows["value"] = np.broadcast_to(np.asarray(values, float), len(groups))
        several = [rows.dropna().assign(coder=coder) for coder in coders]
        before = [self.tables[name] for name in ("codings",) if name in self.tables]
        self.tables["codings"] = pd.concat([*before, *several], ignore_index=True)
        return self

    def typed(self, names, of="type"):
        """Record the kind of every group, of each a name."""
        for name in sorted(set(names)):
            here = np.where(np.asarray(names) == name, 1.0, np.nan)
            self.coded(f"{of}: {name}", here)
        return self

    def happened(self, kind, group, age):
        """Record events at ages of groups, in days."""
        born = self.tables["groups"].set_index("group").loc[group, "origin_us"]
        at = (born.to_numpy() + np.asarray(age) * DAY_US).astype("int64")
        rows = pd.DataFrame({"group": group, "kind": kind, "time_us": at, "value": 0})
        before = [self.tables[name] for name in ("events",) if name in self.tables]
        both = pd.concat([*before, rows], ignore_index=True)
        both = both.sort_values(["group", "time_us"], ignore_index=True)
        nth = both.groupby("group").cumcount()
        self.tables["events"] = both.assign(nth=nth)
        return self

    def seen(self, **changes):
        """Return the same study, otherwise observed."""
        return replace(self, observability=replace(self.observability, **changes))


@pytest.fixture
def plant():
    """Return the function that plants studies."""
    return planted


def planted(seed=1, n=400, *, life=500.0, networks=1, **world):
    """Plant n groups with lifetimes of mean `life` days (a number or one each).

    `world` may set, as numbers or arrays: rate (messages a day), later (factor on the
    rate from day 28 on), posters, reply_ratio, top_share, centres, owner_share,
    owner_top, entry (age in days), lived (lifetimes themselves, not their means).
    """
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({"group": np.arange(n, dtype=np.int32)})
    defaults = {
        "rate": rng.uniform(2, 6, n), "later": 1.0, "posters": 8, "reply_ratio": 0.5,
        "top_share": rng.uniform(0.2, 0.3, n), "centres": rng.uniform(2, 4, n),
        "owner_share": np.nan, "owner_top": None, "entry": 0.0, "lived": np.nan,
    }  # fmt: skip
    frame = frame.assign(**(defaults | world))
    frame["origin"] = rng.uniform(0, END_DAYS - 200, n)
    drawn = rng.exponential(1.0, n) * life
    frame["life"] = frame["lived"].where(frame["lived"].notna(), drawn)
    frame["end"] = END_DAYS - frame["origin"]
    frame["last"] = np.minimum(frame["life"], frame["end"])
    frame["network"] = [f"network {i}" for i in np.arange(n) % networks]
    return Planted(_tables(frame), _observability())


def _observability():
    return Observability(
        members_source="speakers", joins_observed=False, leaves_observed=False,
        reads_observed="none", reactions_observed=False, replies="explicit",
        births="creation", owner_known=True, roles_known=False, sender_ids=True,
        text=False, time_zone_known=True, left_truncated=False,
        never_active_listed=True, window_us=(0, END_DAYS * DAY_US), resolution="second",
    )  # fmt: skip


def _said(frame, start, stop):
    """Return the whole messages of each group between two ages."""
    days = (frame["last"].clip(upper=stop) - start).clip(lower=0)
    late = (frame["last"].clip(upper=stop) - max(start, 28)).clip(lower=0)
    return (frame["rate"] * (days - (1 - frame["later"]) * late)).round().astype(int)


def _tables(frame):
    return {
        "groups": _groups(frame),
        "silences": pd.DataFrame({"group": [], "start_us": [], "end_us": []}).astype(
            int
        ),
        "daily": pd.DataFrame(
            {"group": frame["group"], "day": 0, "messages": _said(frame, 0, 28)}
        ),
        "rates": _rates(frame),
        "windows": pd.concat([_window(frame, *span) for span in SPANS]),
    }


def _us(days):
    return (days * DAY_US).round().astype("int64")


def _groups(frame):
    origin = _us(frame["origin"])
    silent = frame["life"] == 0
    return pd.DataFrame(
        {
            "group": frame["group"],
            "network": frame["network"],
            "batch": frame["group"].astype(str),
            "created_us": origin,
            "origin_us": origin,
            "entry_us": origin + _us(frame["entry"]),
            "end_us": END_DAYS * DAY_US,
            "closed_us": np.nan,
            "closed_kind": None,
            "first_us": origin.astype(float).mask(silent),
            "last_us": (origin + _us(frame["last"]))
            .clip(upper=END_DAYS * DAY_US)  # rounding may lead past the end
            .astype(float)
            .mask(silent),
            "messages": _said(frame, 0, END_DAYS),
            "posters": frame["posters"].mask(silent, 0),
            "early_messages": _said(frame, 0, 28),
            "members": np.nan,
        }
    )


def _rates(frame):
    alive = frame[frame["life"] > 0]
    full = (28 * alive["rate"]).round().astype(int)
    first = pd.DataFrame({"group": alive["group"], "age_day": 0, "messages_28": full})
    gone = alive[alive["last"] + 28 < alive["end"]]
    last = pd.DataFrame(
        {"group": gone["group"], "age_day": np.floor(gone["last"]).astype(int) + 28}
    )
    rows = pd.concat(
        [
            first.assign(posters_28=alive["posters"]),
            last.assign(messages_28=0, posters_28=0),
        ]
    )
    return rows.sort_values(["group", "age_day"], ignore_index=True)


def _window(frame, start, stop):
    said = _said(frame, start, stop + 1)
    replies = (said * frame["reply_ratio"]).round()
    return pd.DataFrame(
        {
            "group": frame["group"], "window": f"{start}-{stop}", "from_day": start,
            "to_day": stop, "observed": frame["end"] > stop + 1, "messages": said,
            "posters": frame["posters"].where(said > 0, 0),
            "top_share": frame["top_share"], "gini": 0.5, "replies": replies,
            "replies_explicit": replies, "centres": frame["centres"],
            "centres_null": 6.0, "owner_share": frame["owner_share"],
            "owner_top": frame["owner_top"],
        }
    )  # fmt: skip
