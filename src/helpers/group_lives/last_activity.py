"""Last activity: groups of which a source knows two dates, or that it lists at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache, lru_cache
from typing import Annotated, Literal

import msgspec
import pandas as pd

from helpers.errors import ShequnError, name_broken_row
from helpers.files import read_description
from helpers.group_lives.ends import (
    FULFILLED,
    KEPT,
    Ends,
    follow_closed_groups,
    follow_fulfilled_groups,
)
from helpers.group_lives.evidence import Evidence
from helpers.group_lives.silence import (
    LONGEST_DAYS,
    SILENCE_DAYS,
    Form,
    add_fulfilled_purposes,
    define_lifetimes_by_dates,
    define_silent,
)
from helpers.survival.lifetimes import assemble_lifetimes, compute_observation_ages


class Dates(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Table ``[lives]`` of a source's description: dates, parts and places."""

    life_tables: bool = False  # whether its groups stand in the Group Life Tables
    what: str = "message"  # the last activity, in words
    # the only kind of groups, and the facts with their values, that count
    kind: str = ""
    where: Mapping[str, float] = {}
    # days of silence that are a death; limits enclose those of all
    windows: tuple[Annotated[float, msgspec.Meta(gt=0)], ...] = (
        SILENCE_DAYS,
        LONGEST_DAYS,
    )  # no traffic is known
    # what a closing is: an end of its own (``end``), or how the source shows that a
    # group is silent (``silence``), such as a server that no longer answers
    closing: Literal["end", "silence"] = "end"
    # the date on which groups are called silent, where one was fixed
    silent_on: date | None = None
    # facts that split its groups into parts of one place, shown below it
    parts: tuple[str, ...] = ()


@cache
def read_dates(source: str) -> Dates:
    """Read what the dates of a source mean; of one's own groups they are messages.

    >>> read_dates("v2ex_nodes").what
    'topic or reply'
    """
    facts = read_description(source)
    with name_broken_row(f"{source}.toml, [lives]"):
        return msgspec.convert(facts.get("lives", {}), Dates)


NO_DEATH = (*FULFILLED, "administrative")  # of those that are taken off a list


def select_followed(evidence: Evidence) -> tuple[Evidence, Dates]:
    """Select groups with a usable date of last activity; return what it is."""
    source = read_dates(evidence.name)
    groups = evidence.ended.groups
    if source.kind:
        groups = groups[groups["kind"] == source.kind]
    for fact, value in source.where.items():
        facts = evidence.table("facts")
        own = facts.loc[facts["fact"].eq(fact) & facts["value"].eq(value), "group"]
        groups = groups[groups["group"].isin(own)]
    return replace(evidence, groups=groups), source


@lru_cache(maxsize=KEPT)
def list_last_activity_ends(
    evidence: Evidence, *, spoke: bool = False
) -> tuple[Evidence, tuple[Ends, ...]]:
    """Return the groups that can be followed, and their lifetimes for each W.

    `spoke`: whether only groups that ever were active count.
    """
    rows, source = select_followed(evidence)
    if spoke:
        rows = rows.only(rows.groups.loc[rows.groups["last_us"].notna(), "group"])
    return rows, tuple(define_by_last_activity(rows, w) for w in source.windows)


def define_by_last_activity(evidence: Evidence, w_days: float) -> Ends:
    """Return lifetimes from creation to last activity, with W days of silence after it.

    What never was active is dead at 0. Groups that were closed are watched until then;
    a purpose fulfilled competes. A day on which many groups were last active is no gap
    in the record, as long as others were active later.
    """
    rows = _date_first_activity(evidence.ended.groups)
    is_silence = read_dates(evidence.name).closing == "silence"
    follow = follow_closed_groups if is_silence else follow_fulfilled_groups
    lives = define_lifetimes_by_dates(follow(rows), w_days)
    return add_fulfilled_purposes(rows, lives)


def _date_first_activity(groups: pd.DataFrame) -> pd.DataFrame:
    """Take the creation of groups that were ever active for their first activity."""
    return groups.assign(first_us=groups["origin_us"].where(groups["last_us"].notna()))


def extend_to_record_end(groups: pd.DataFrame) -> pd.DataFrame:
    """Extend follow-up of closed groups to the end of the record."""
    administered = groups["closed_kind"].isin(NO_DEATH)
    followed = follow_closed_groups(_date_first_activity(groups))
    return followed.assign(
        closed_kind=groups["closed_kind"].mask(administered, FULFILLED[0])
    )


@lru_cache(maxsize=KEPT)
def define_by_listing(evidence: Evidence) -> Ends:
    """Return lifetimes until a group is taken off a list.

    The others are watched to its end; those that fulfilled their purpose compete.
    """
    rows = extend_to_record_end(evidence.ended.groups)
    is_delisted = rows["closed_us"].notna().to_numpy(bool)
    dated = rows.assign(last_us=rows["last_us"].fillna(rows["closed_us"]))
    ages = compute_observation_ages(dated.assign(first_us=dated["origin_us"]))
    lives = assemble_lifetimes(
        dated, ages, ages.last, is_delisted, ages.end, definition="taken off the list"
    )
    completed = rows.set_index("group")["closed_kind"].isin(FULFILLED)
    return Ends(lives, completed.reindex(lives.group).to_numpy(bool))


def define_lives(evidence: Evidence, *, w_days: float | None, form: Form) -> Ends:
    """Return lifetimes until silence for good, from messages or two dates a group."""
    if evidence.has("silences"):
        return define_silent(evidence, w_days=w_days or SILENCE_DAYS, form=form)
    if form == "first_gap":
        raise ShequnError(
            "a list with two dates per group has no gaps between messages",
            where=evidence.name,
            remedy='leave out form="first_gap"',
        )
    rows, source = select_followed(evidence)
    return define_by_last_activity(rows, w_days or source.windows[0])
