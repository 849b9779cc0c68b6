"""Survival study of a user's list of groups with first and last dates."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.citation import read_project
from helpers.derive.tables.groups import compute_batches
from helpers.errors import BrokenFileError
from helpers.files import (
    compute_checksum,
    read_own_rows,
    write_text,
)
from helpers.formats.privacy.pseudonyms import SHORT, Pseudonyms, load_key
from helpers.formats.reading.outside_lists import normalise_header, read_csv_rows
from helpers.formats.reading.source import LEAST
from helpers.group_lives.silence import SILENCE_DAYS
from helpers.library.frames import UNUSED, exclude_unusable, find_reasons
from helpers.own_groups.group_facts import COLUMNS as FACT_COLUMNS
from helpers.own_groups.group_facts import GroupFacts, parse_cell, parse_whole
from helpers.own_groups.page import list_answers
from helpers.own_groups.plan import PAGE, Plan
from helpers.own_groups.report.answers import OwnAnswer
from helpers.own_groups.report.layout import render_page
from helpers.own_groups.sentences import (
    NONE,
    describe_rest,
    hide_small,
    is_pseudonym,
    name_group,
)
from helpers.own_groups.user_study import write_own_study
from helpers.records import DAY_US, to_day_us, to_iso_day
from helpers.study.ledger import Ledger
from helpers.study.study import (
    NETWORK,
    YOURS,
    FileFacts,
    Manifest,
    Study,
)
from helpers.wording import Verbatim, join_messages, say, say_counts, say_in, say_plural

_TABLE = read_own_rows("own_groups", "group_list.toml")
NAMES: Mapping[str, Sequence[str]] = _TABLE["columns"]
OURS = {normalise_header(one): name for name, all_ in NAMES.items() for one in all_}
NEEDED = ("born", "last")
IN_GUIDE = {"born": "founded", "type": "kind"}  # as the guide calls them
ROWS = say("give a CSV file with one row per group")
MOST_ROWS = 10  # whose numbers are printed
FRAME_NOTES = (
    say("down: groups that were left, deleted or never listed are not here"),
)
GAPS = tuple(map(say, _TABLE["gaps"]))


def read_group_list(path: Path) -> pd.DataFrame:
    """Read a user's CSV list of groups with dates: one row per group.

    The index is the number of the row in the file, whose header is row 1.

    Headers are recognised in English and Chinese; fields may be separated by commas,
    semicolons or tabs, and the file be UTF-8 or GB18030.
    """
    reader = read_csv_rows(path, ROWS)
    columns = _find_columns(path, reader.fieldnames or ())
    rows = {
        nth: {ours: parse_cell(path, nth, theirs.strip().strip("\ufeff"),
                               row.get(theirs) or "", PARSERS[ours])
              for theirs, ours in columns.items()}
        for nth, row in enumerate(reader, 2)  # row 1 is the header
        if any("".join(cell or "").strip() for cell in row.values())
    }  # fmt: skip
    if not rows:
        raise BrokenFileError(say("has no row"), where=str(path), remedy=ROWS)
    return pd.DataFrame(
        [dict.fromkeys(NAMES) | row for row in rows.values()],
        index=list(rows),
        columns=list(NAMES),
        dtype=object,
    )


def _find_columns(path: Path, header: Any) -> dict[str, str]:  # noqa: ANN401 - csv's
    columns = {one: OURS.get(normalise_header(one)) for one in header}
    known = {theirs: name for theirs, name in columns.items() if name is not None}
    spelled = {
        one: f"{IN_GUIDE.get(one, NAMES[one][0])} ({NAMES[one][-1]})" for one in NAMES
    }
    if missing := [spelled[one] for one in NEEDED if one not in known.values()]:
        needed, others = (
            [spelled[one] for one in NAMES if (one in NEEDED) == is_needed]
            for is_needed in (True, False)
        )
        raise BrokenFileError(
            say("row 1: no column {names}", names=", ".join(missing)),
            where=str(path),
            remedy=say(
                "{needed} are required; {others} may be there",
                needed=", ".join(needed),
                others=", ".join(others),
            ),
        )
    if len({*known.values()}) < len(known):
        raise BrokenFileError(say("row 1: two columns mean the same"), where=str(path))
    return known


def list_ignored_columns(path: Path) -> list[str]:
    """List the columns of a user's list of groups that have no known name."""
    header = read_csv_rows(path, ROWS).fieldnames or ()
    return [one for one in header if one.strip() and normalise_header(one) not in OURS]


def describe_unused_rows(path: Path, seen: int | None = None) -> str:
    """Describe which rows of a user's list are not counted, and why."""
    reasons = find_reasons(_add_times(read_group_list(path), seen))
    unused = reasons[reasons != ""]
    order = list(UNUSED.values())
    named = unused.sort_values(kind="stable", key=lambda why: why.map(order.index))
    named = named[:MOST_ROWS]
    parts = [
        say("{rows} ({why})", rows=", ".join(map(str, rows)), why=say(str(why)))
        for why, rows in named.groupby(named, sort=False).groups.items()
    ]
    if more := len(unused) - len(named):
        parts.append(say("{n:,} more", n=more))
    if not parts:
        return ""
    rows = join_messages("; ", parts)
    return say("rows not counted (row 1 is the header): {rows}", rows=rows)


PARSERS: Mapping[str, Callable[[str], Any]] = {
    **{name: FACT_COLUMNS[name] for name in NAMES if name in FACT_COLUMNS},
    "name": str,
    "members": partial(parse_whole, least=0),
    **dict.fromkeys(("last", "seen"), FACT_COLUMNS["born"]),
}


def publish_list(
    path: Path, folder: Path, *, seen: int | None, k: int, key: Path | None
) -> Study:
    """Write the study of a user's list, observed until `seen` where it has no date."""
    listed = read_group_list(path)
    _check_last_day(path, listed, seen)
    groups, excluded = exclude_unusable(_add_times(listed, seen))
    if groups.empty:
        counts = join_messages(
            "; ", [say("{why}: {n}", why=say(why), n=n) for why, n in excluded.items()]
        )
        raise BrokenFileError(
            say("no row can be used ({counts})", counts=counts),
            where=str(path),
            remedy=say(
                "correct the dates named; a group without any message has the"
                " day of founding as that of its last message"
            ),
        )
    registry = _build_registry(groups, k, Pseudonyms(load_key(key)))
    tables = {"registry": registry, **_build_further_tables(groups, registry)}
    kept: dict[str | None, int] = {None: len(groups)}
    kept.update(excluded)
    ledger = Ledger.of({"list": len(listed)}, kept)
    manifest = _build_manifest(path, registry, tables)
    command = "shequn run --list"
    return write_own_study(folder, tables, ledger, manifest, k=k, command=command)


def _check_last_day(path: Path, listed: pd.DataFrame, seen: int | None) -> None:
    """Raise if rows without a day of their own, the longest lives, end after `seen`."""
    if seen is None:
        return
    days = _add_times(listed[listed["seen"].isna()], seen)
    late = (days["last_us"] > seen) | (days["origin_us"] > seen)
    late = late.fillna(value=False)
    if late.any():
        latest = days[["origin_us", "last_us"]][late].max().max()
        raise BrokenFileError(
            say_plural(
                "{n:,} group has a date after {day}, the day given with --exported",
                "{n:,} groups have dates after {day}, the day given with --exported",
                n=int(late.sum()),
                day=to_iso_day(seen),
            ),
            where=str(path),
            remedy=say(
                "give {latest} or later, or say in a column 'seen until' until when"
                " each group is known",
                latest=to_iso_day(int(latest)),
            ),
        )


def _add_times(listed: pd.DataFrame, seen: int | None) -> pd.DataFrame:
    """Convert listed dates to timestamps; a last date counts to the end of its day."""
    days: dict[str, pd.Series[Any]] = {
        name: listed[name].map(to_day_us, na_action="ignore").astype("Int64")
        for name in ("born", "last", "seen", "closed")
    }
    times = listed.assign(
        origin_us=days["born"],
        last_us=days["last"],
        closed_us=days["closed"] + DAY_US - 1,
    )
    dated = [days[name].max() for name in ("born", "last")]
    latest = max((int(day) for day in dated if day is not pd.NA), default=0)
    latest += DAY_US - 1
    end = days["seen"] + DAY_US - 1
    return times.assign(end_us=end.fillna(latest if seen is None else seen))


def _build_registry(groups: pd.DataFrame, k: int, hidden: Pseudonyms) -> pd.DataFrame:
    numbers = pd.Series(range(1, len(groups) + 1), groups.index).astype(str)
    names = groups["name"].where(groups["name"].notna(), "row " + numbers)
    if (twice := names.duplicated()).any():
        names = names.where(~twice, names + " " + numbers)
    keys = [hidden.of("group", name) for name in names]
    few = groups["members"].map(lambda n: n is not None and n < k).astype(bool)
    pseudonyms = [f"group {key[:SHORT]}" for key in keys]
    label = groups["label"].where(groups["label"].notna(), pseudonyms)
    closed = groups["closed_us"].notna()
    end = groups["end_us"].where(~closed, groups[["end_us", "closed_us"]].min(axis=1))
    table = pd.DataFrame(
        {
            "key": keys,
            "label": label.where(~few, "–"),
            "network": NETWORK,
            "kind": groups["type"].where(groups["type"].notna(), "group"),
            "origin_us": groups["origin_us"],
            "entry_us": groups["origin_us"],
            "end_us": end,
            "closed_us": groups["closed_us"],
            "closed_kind": pd.Series("stated", groups.index).where(closed),
            "last_us": groups["last_us"],
        }
    )
    ordered = table.assign(row=groups.index).sort_values(["origin_us", "key"])
    ordered = ordered.reset_index(drop=True)
    return ordered.assign(
        group=np.arange(len(ordered), dtype=np.int32),
        batch=compute_batches(ordered["network"], ordered["origin_us"]),
    )


def _build_further_tables(
    groups: pd.DataFrame, registry: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """Build the tables of member counts and of listed attributes, such as fees."""
    number = pd.Series(registry["group"].to_numpy(), registry["row"])
    members = groups["members"].dropna()
    facts = [
        (int(number.loc[row]), name, float(value))
        for row, one in zip(groups.index, groups.to_dict("records"), strict=True)
        for name, value in _list_facts(one).items()
    ]
    tables = {}
    if len(members):
        day = groups.loc[members.index, "end_us"] // DAY_US
        counts = pd.DataFrame(
            {"group": number[members.index].to_numpy(), "day": day.to_numpy(),
             "members": members.to_numpy()}
        )  # fmt: skip
        rows = counts.reindex(
            columns=["group", "day", "members", "joined", "readers", "active", "posts"]
        )
        tables["snapshots"] = rows.sort_values(["group", "day"], ignore_index=True)
    if facts:
        table = pd.DataFrame(facts, columns=["group", "fact", "value"])
        tables["facts"] = table.sort_values(["group", "fact"], ignore_index=True)
    return tables


def _list_facts(row: Mapping[Any, Any]) -> dict[str, int]:
    known = {
        name: row[name]
        for name in ("type", "fee", "offline_first", "purpose", "rules")
        if row[name] is not None
    }
    platform = {f"platform: {row['platform']}": 1} if row["platform"] else {}
    return GroupFacts(key="", **known).as_facts | platform


def _build_manifest(
    path: Path, registry: pd.DataFrame, tables: Mapping[str, pd.DataFrame]
) -> Manifest:
    window = int(registry["origin_us"].min()), int(registry["end_us"].max())
    shown = LEAST.as_dict() | {
        "members_source": "count" if "snapshots" in tables else "none",
        "births": "creation",
        "sender_ids": False,
        "text": False,
        "never_active_listed": False,
        "resolution": "day",
        "window_us": list(window),
    }
    return Manifest(
        study=NETWORK,
        title_en="Your groups",
        title_zh="你的群",
        source=say("a list of groups read by shequn run --list"),
        commit=compute_checksum(path)[:12],
        licence=YOURS,
        code_version=read_project().version,
        row=say("a group of a list"),
        day_offset_us=0,
        time_error_days=1.0,
        centres_from="none",
        frame_notes=FRAME_NOTES,
        gaps=GAPS,
        quarter_ends=(),
        observability=type(LEAST).from_dict(shown),
        files=(FileFacts("list", len(registry), ""),),
        tables={},
    )


STATES = {
    "closed": say_in("list of groups", "closed"),
    "never": say("no message after the founding day"),
    "inactive": say("inactive"),
    "alive": say_in("list of groups", "alive"),
}
MOST_LINES = 5


class Row(NamedTuple):
    """A group of a user's list: how long it lived, and its state when last seen."""

    name: str
    state: str
    born: str
    alive_days: int | None
    silent_days: int | None
    members: int | None
    until: str
    is_small: bool  # so that its name stays hidden


def list_rows(study: Study) -> list[Row]:
    """Return one row per group in a user's table of groups, the inactive ones last."""
    groups = study.table("registry")
    members: Mapping[int, int] = {}
    if "snapshots" in study.manifest.tables:
        counts = study.table("snapshots").dropna(subset="members")
        members = dict(zip(counts["group"], counts["members"].astype(int), strict=True))
    hidden = (groups["label"] == "–").cumsum()
    rows = [
        _build_row(group, members.get(group["group"]), number)
        for group, number in zip(groups.to_dict("records"), hidden, strict=True)
    ]
    order = list(STATES)
    return sorted(rows, key=lambda row: (-order.index(row.state), row.silent_days or 0))


def _build_row(group: Mapping[Any, Any], members: int | None, number: int) -> Row:
    born, end = int(group["origin_us"]), int(group["end_us"])
    last = None if pd.isna(group["last_us"]) else int(group["last_us"])
    if last is not None and last <= born:  # no message after the founding day
        last = None
    label = str(group["label"])
    is_small = label == "–"
    # from the day of the last message to the last day seen, which ends at `end`
    silent = None if last is None else max(end - last, 0) // DAY_US
    state = "alive"
    if not pd.isna(group["closed_us"]):
        state = "closed"
    elif silent is None:
        state = "never"
    elif silent >= SILENCE_DAYS:
        state = "inactive"
    return Row(
        name_group(f"small group {number}" if is_small else label),
        state,
        to_iso_day(born),
        None if last is None else (last - born) // DAY_US,
        silent,
        members,
        to_iso_day(end),
        is_small,
    )


def _describe_spans(row: Row, k: int) -> Iterator[str]:
    if row.alive_days is not None:
        yield say("{days} alive", days=say_counts(days=row.alive_days))
    if row.silent_days is not None:
        yield say("silent for {days}", days=say_counts(days=row.silent_days))
    if row.members is not None:
        shown = hide_small(row.members, k)
        yield say("{shown} members", shown=shown)


def write_list_page(study: Study, plan: Plan, answers: Sequence[OwnAnswer]) -> Path:
    """Write the HTML page of a list of groups; report what is on it."""
    rows, k = list_rows(study), plan.k
    whole = render_page(
        "list.html.j2", rows=[[*_list_cells(row, k)] for row in rows], k=k,
        days=int(SILENCE_DAYS), has_small=any(row.is_small for row in rows),
        has_codes=any(is_pseudonym(row.name) for row in rows),
        answers=list_answers(answers, len(rows), is_compared=plan.compare),
        excluded=study.ledger.set_aside,
    )  # fmt: skip
    path = plan.out / PAGE
    write_text(path, whole)
    for row in rows[:MOST_LINES]:
        words = join_messages(", ", [STATES[row.state], *_describe_spans(row, k)])
        plan.tell(join_messages(": ", [row.name, words]))
    if (rest := len(rows) - MOST_LINES) > 0:
        plan.tell(describe_rest(rest))
    plan.tell(say("Your groups: {page}", page=Verbatim(path)))
    return path


def _list_cells(row: Row, k: int) -> Iterator[str]:
    yield row.name
    yield STATES[row.state]
    yield Verbatim(row.born)
    for days in (row.alive_days, row.silent_days):
        yield NONE if days is None else Verbatim(f"{days:,}")
    yield NONE if row.members is None else hide_small(row.members, k)
    yield Verbatim(row.until)
