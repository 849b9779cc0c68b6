"""`groups.csv`: the user's facts about their groups, such as fee or purpose."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.files import to_csv_text
from helpers.formats.rows.times import get_now_us
from helpers.records import DAY_US, SECOND_US, to_day_us
from helpers.study.tables.definitions.tables import TABLES, Column, Table
from helpers.wording import say

TYPES = (
    "interest",
    "learning",
    "friends",
    "events",
    "fans",
    "customers",
    "work",
    "local",
    "family",
    "other",
)
PURPOSES = (
    "learning", "discussion", "service", "sales", "coordination", "support", "social",
    "other",
)  # fmt: skip
ONE_OF_TYPES = say(
    "one of interest, learning, friends, events, fans, customers, work, local, family,"
    " other"
)
ONE_OF_PURPOSES = say(
    "one of learning, discussion, service, sales, coordination, support, social, other"
)
IN_ENGLISH: Mapping[str, str] = {
    "是": "yes", "有": "yes", "否": "no", "无": "no", "没有": "no",
    "兴趣": "interest", "学习": "learning", "朋友": "friends", "活动": "events",
    "粉丝": "fans", "客户": "customers", "工作": "work", "同城": "local",
    "家庭": "family", "其他": "other", "讨论": "discussion", "服务": "service",
    "销售": "sales", "协调": "coordination", "支持": "support", "社交": "social",
}  # fmt: skip
UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
ZIPPED = b"PK\x03\x04"  # as .xlsx is, whatever its name
WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers", ".et")
LONGEST_CELL = 2**17  # characters
SEPARATORS = ",;\t"  # of columns; Excel writes semicolons in much of Europe
LONGEST = 60  # characters of a label
SPELLINGS = {"微信": "wechat", "weixin": "wechat", "企业微信": "wechat"}
NO_ALIASES: Mapping[str, str] = MappingProxyType({})
# spreadsheets rewrite days as 2024/5/31
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?"
)
SHOWN = ("key", "name", "messages", "first_day", "last_day")  # for whoever fills it in


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """The user's facts about one group (`groups.csv`); None if a cell is empty."""

    key: str
    row: int = 0  # where the table says so
    file: str = "groups.csv"  # the table, as the user named it
    label: str | None = None  # what to call it on pages
    type: str | None = None  # one of `TYPES`
    fee: float | None = None  # price of entry when it began, 0 for free
    # whether its members met in person before it began
    offline_first: bool | None = None
    purpose: str | None = None  # one of `PURPOSES`
    rules: bool | date | None = None  # whether it had rules, or since which day
    cap: int | None = None  # most members allowed when it began
    # the owner's id in the export, or the name where the export has names only
    owner: str | None = None
    # the same cell taken as a name, once hidden (`listing.hide_owners`)
    owner_by_name: str | None = None
    parent: str | None = None  # the key of the group that it split off from
    platform: str | None = None  # where it is
    born: date | None = None  # the day on which it was made
    closed: date | None = None  # the day on which it was closed
    exported: date | None = None  # the day on which its export was made

    @property
    def as_facts(self) -> dict[str, int]:
        """The facts about a group, such as fee or size limit, as integers by name."""
        since = self.rules if isinstance(self.rules, date) else None
        facts: dict[str, Any] = {
            "paid": None if self.fee is None else self.fee > 0,
            "fee": self.fee,
            "offline_first": self.offline_first,
            "rules": None if self.rules is None else bool(self.rules),
            "rules_day": None if since is None else to_day_us(since) // DAY_US,
            "cap": self.cap,
        }
        named = {"type": self.type, "purpose": self.purpose}
        facts |= {f"{name}: {value}": 1 for name, value in named.items() if value}
        return {name: int(v) for name, v in facts.items() if v is not None}


def _build_choice(allowed: tuple[str, ...], wanted: str) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        word = IN_ENGLISH.get(cell, cell.lower())
        if word not in allowed:
            raise ValueError(wanted)
        return word

    return parse


def _parse_yes_no(cell: str) -> bool:
    word = IN_ENGLISH.get(cell, cell.lower())
    if word not in {"yes", "no"}:
        raise ValueError(say("yes or no"))
    return word == "yes"


def parse_day(cell: str) -> date:
    """Parse a date written year first, or raise a ValueError with an example.

    >>> [parse_day(one).isoformat() for one in ("2024/5/31", "2024年5月31日")]
    ['2024-05-31', '2024-05-31']
    """
    if not (parts := _DAY.fullmatch(cell)):
        raise ValueError(say("a day such as 2024-05-31, the year first"))
    try:
        return date(*map(int, parts.groups()))
    except ValueError:
        raise ValueError(say("a day that exists, such as 2024-05-31")) from None


def parse_past_day(cell: str) -> date:
    """Parse a date that is not after today (in any zone), or raise a ValueError."""
    day = parse_day(cell)
    if to_day_us(day) > get_now_us() + DAY_US:
        raise ValueError(say("a day that is not after today"))
    return day


def _parse_rules(cell: str) -> bool | date:
    try:
        return _parse_yes_no(cell)
    except ValueError:
        pass
    try:
        return parse_day(cell)
    except ValueError:
        raise ValueError(
            say("yes, no, or the day of the first rules (2024-05-31)")
        ) from None


def _parse_fee(cell: str) -> float:
    wanted = say("a price from 0 on, digits and a point only")
    try:
        fee = float("0" if cell in {"免费", "free"} else cell)
    except ValueError:
        raise ValueError(wanted) from None
    if not 0 <= fee < 1e9:  # noqa: PLR2004 - nan fails too
        raise ValueError(wanted)
    return fee


def _parse_cap(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and 0 < int(cell) < 1 << 31):
        raise ValueError(say("a whole number from 1 on"))
    return int(cell)


def _parse_label(cell: str) -> str:
    if len(cell) > LONGEST or not cell.isprintable():
        raise ValueError(say("at most {n} printable characters", n=LONGEST))
    return cell


def _parse_platform(cell: str) -> str:
    return SPELLINGS.get(cell.lower(), _parse_label(cell).lower())


COLUMNS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "label": _parse_label,
        "type": _build_choice(TYPES, ONE_OF_TYPES),
        "fee": _parse_fee,
        "offline_first": _parse_yes_no,
        "purpose": _build_choice(PURPOSES, ONE_OF_PURPOSES),
        "rules": _parse_rules,
        "cap": _parse_cap,
        "owner": str,
        "parent": str,
        "platform": _parse_platform,
        "born": parse_day,
        "closed": parse_day,
        "exported": parse_past_day,
    }
)


def read_group_facts(
    path: Path, keys: Collection[str], aliases: Mapping[str, str] = NO_ALIASES
) -> dict[str, GroupFacts]:
    """Read and check the user's facts about groups in `groups.csv`, by group key.

    Parameters
    ----------
    keys
        The groups of the store.
    aliases
        Groups that turned out to be others of the store, by whose key.

    Raises
    ------
    MissingSourceError
        If there is no such file.
    BrokenFileError
        Naming row, column and allowed values of the first cell that is wrong.
    """
    rows: dict[str, GroupFacts] = {}
    for number, row in enumerate(_iterate_rows(path), 2):  # row 1 is the header
        own = aliases.get(row["key"])
        if own and not any(row.get(name) for name in COLUMNS):
            continue  # what is known of it stands in the other's row
        facts = _build_facts(path, number, row | {"key": own or row["key"]})
        if facts.key not in keys:
            raise BrokenFileError(
                say(
                    "row {number}, column key: {key!r} is no group of these exports",
                    number=number,
                    key=facts.key,
                ),
                where=str(path),
                remedy=say(
                    "use a key of the template, with all its exports, or drop it"
                ),
            )
        if facts.key in rows:
            raise _make_cell_error(path, number, "key", facts.key, "each group once")
        if facts.parent is not None and facts.parent not in set(keys) - {facts.key}:
            raise _make_cell_error(
                path, number, "parent", facts.parent, "another group's key"
            )
        if facts.born and facts.closed and facts.closed < facts.born:
            raise _make_cell_error(
                path, number, "closed", facts.closed, "not before born"
            )
        rows[facts.key] = facts
    return rows


def read_csv_rows(path: Path) -> csv.DictReader[str]:
    """Open a user's CSV file; iterate over its rows as dicts by column name."""
    text, separator, _ = read_csv_lines(path)
    return csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)


def read_csv_lines(path: Path) -> tuple[str, str, list[list[str]]]:
    """Read a user's CSV file: its text, separator and rows.

    Raises
    ------
    BrokenFileError
        If it is a workbook, no text, or has an unclosed quotation mark.
    """
    with path.open("rb") as file:
        is_zipped = file.read(len(ZIPPED)) == ZIPPED
    if is_zipped or path.suffix.lower() in WORKBOOKS:
        raise BrokenFileError(
            say("is a workbook of Excel or another spreadsheet"),
            where=str(path),
            remedy=say("open it there, save it as CSV UTF-8, and give that file"),
        )
    try:
        text = read_csv_text(path)
    except UnicodeDecodeError as error:
        raise BrokenFileError(
            say("is neither UTF-8 nor GB18030"),
            where=str(path),
            remedy=say("save it as CSV UTF-8"),
        ) from error
    separator = max(SEPARATORS, key=text.partition("\n")[0].count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    limit = csv.field_size_limit(LONGEST_CELL)  # readers of exports raise it
    try:  # strict: an unclosed quotation mark would swallow the rows behind it
        return text, separator, list(rows)
    except csv.Error as error:
        raise BrokenFileError(
            say("is not a CSV file ({error})", error=error),
            where=str(path),
            remedy=say("open it in a spreadsheet and save it as CSV UTF-8"),
        ) from error
    finally:
        csv.field_size_limit(limit)


def read_csv_text(path: Path) -> str:
    """Read a user's CSV text in UTF-8, GB18030 or UTF-16 (both from Excel).

    Raises
    ------
    UnicodeDecodeError
        If it is none of them.
    """
    data = path.read_bytes()
    if data.startswith(UTF_16_MARKS):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _iterate_rows(path: Path) -> list[dict[str, str]]:
    try:
        reader = read_csv_rows(path)
    except OSError as error:
        raise MissingSourceError(
            say("there is no such table of groups"),
            where=str(path),
            remedy=say("write one with `shequn groups-template`"),
        ) from error
    names = [name.strip() for name in reader.fieldnames or ()]
    if not {*names} & {*COLUMNS, *SHOWN}:  # a row of the table, perhaps with an owner
        raise BrokenFileError(
            say("row 1 does not name the columns"),
            where=str(path),
            remedy=say("columns are key, {names}", names=", ".join(COLUMNS)),
        )
    if unknown := sorted(set(names) - {*COLUMNS, *SHOWN}):
        raise BrokenFileError(
            say("row 1: unknown column {names}", names=", ".join(map(repr, unknown))),
            where=str(path),
            remedy=say("columns are key, {names}", names=", ".join(COLUMNS)),
        )
    if "key" not in names:
        raise BrokenFileError(
            say("row 1: no column 'key'"),
            where=str(path),
            remedy=say("begin with the file that `shequn groups-template` writes"),
        )
    reader.fieldnames = names
    return list(reader)


def _build_facts(path: Path, number: int, row: dict[str, Any]) -> GroupFacts:
    if None in row or None in row.values():
        raise _make_cell_error(
            path, number, "(all)", "", "as many cells as the header has"
        )
    fields = {}
    for name, parse in COLUMNS.items():
        if cell := row.get(name, "").strip().removeprefix("'"):
            try:
                fields[name] = parse(cell)
            except ValueError as error:
                raise _make_cell_error(path, number, name, cell, str(error)) from None
    key = row["key"].strip().removeprefix("'")
    return GroupFacts(key=key, row=number, file=str(path), **fields)


def _make_cell_error(
    path: Path, row: int, column: str, cell: object, allowed: str
) -> BrokenFileError:
    return BrokenFileError(
        say(
            "row {row}, column {column}: {cell!r} can't be read",
            row=row,
            column=column,
            cell=str(cell),
        ),
        where=str(path),
        remedy=say(
            "allowed: {allowed}; an empty cell means not known", allowed=allowed
        ),
    )


def build_template(groups: pd.DataFrame) -> str:
    """Return an empty `groups.csv` with one row per group, for the user to fill in.

    Parameters
    ----------
    groups
        Columns ``key, name, messages, first_day, last_day``.

    Examples
    --------
    >>> import pandas as pd
    >>> groups = pd.DataFrame([["a1", "=x", 2, "", ""]], columns=list(SHOWN))
    >>> build_template(groups).splitlines()[1]
    "a1,'=x,2,,,,,,,,,,,,,,,"
    """
    blank = dict.fromkeys(COLUMNS, "")
    return to_csv_text(groups[list(SHOWN)].assign(**blank))


BESIDE = ("snapshots", "rhythm", "events")  # known better than exports know it
BRINGABLE: Mapping[str, Table] = {
    name: table for name, table in TABLES.items() if table.brought or name in BESIDE
}
COUNTED = ("nth",)  # made here, not brought
YES_NO = {"yes": True, "no": False, "1": True, "0": False}


def read_user_tables(folder: Path, keys: Collection[str]) -> dict[str, pd.DataFrame]:
    """Read and validate the user's CSV tables in a folder, by table name.

    Raises
    ------
    MissingSourceError
        If there is no such folder, or no CSV file in it.
    BrokenFileError
        Naming file, row, column and what is allowed at the first wrong cell.
    """
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise MissingSourceError(
            say("there is no table to read here"),
            where=str(folder),
            remedy=say(
                "name files {names}",
                names=", ".join(f"{name}.csv" for name in BRINGABLE),
            ),
        )
    return {path.stem: _read_file(path, keys) for path in paths}


def _read_file(path: Path, keys: Collection[str]) -> pd.DataFrame:
    table = BRINGABLE.get(path.stem)
    if table is None:
        raise BrokenFileError(
            say("this is not the name of a table that users can supply"),
            where=str(path),
            remedy=say("tables are {names}", names=", ".join(BRINGABLE)),
        )
    fields = {c.name: c for c in table.columns if c.name not in COUNTED}
    columns = {"key" if name == "group" else name: c for name, c in fields.items()}
    rows = [
        {c.name: _parse_cell(path, nth, row, name, keys) for name, c in columns.items()}
        for nth, row in enumerate(
            _iterate_table_rows(path, columns), 2
        )  # row 1 is the header
    ]
    frame = pd.DataFrame(rows, columns=[c.name for c in columns.values()])
    return frame.rename(columns={"group": "key"})


def _iterate_table_rows(
    path: Path, columns: Mapping[str, Column]
) -> list[dict[str, Any]]:
    reader = read_csv_rows(path)
    if sorted(reader.fieldnames or ()) != sorted(columns):
        raise BrokenFileError(
            say("row 1: these are not the columns of this table"),
            where=str(path),
            remedy=say("columns are {names}", names=", ".join(columns)),
        )
    return [row | {"": columns} for row in reader]


def _parse_cell(
    path: Path, nth: int, row: dict[str, Any], name: str, keys: Collection[str]
) -> object:
    column: Column = row[""][name]
    cell = (row[name] or "").strip()
    try:
        if name == "key":
            return _parse_key(cell, keys)
        if not cell and column.nullable:
            return None
        return _read_value(cell, column)
    except ValueError as error:
        raise BrokenFileError(
            say(
                "row {nth}, column {name}: {cell!r} can't be read",
                nth=nth,
                name=name,
                cell=cell,
            ),
            where=str(path),
            remedy=say("allowed: {error}", error=error),
        ) from None


def _parse_key(cell: str, keys: Collection[str]) -> str:
    if cell not in keys:
        raise ValueError(say("a key of the template of groups.csv"))
    return cell


def _read_value(cell: str, column: Column) -> object:
    """Parse one CSV cell to the type of its column, or raise ValueError.

    >>> columns = {column.name: column for column in TABLES["codings"].columns}
    >>> _read_value("1970-01-03", columns["day"]), _read_value("2.5", columns["value"])
    (2, 2.5)
    """
    if column.name.endswith("_us"):
        return _parse_moment(cell)
    if column.name == "day":
        return to_day_us(parse_day(cell)) // DAY_US
    if pa.types.is_boolean(column.type):
        return _parse_flag(cell)
    if pa.types.is_integer(column.type):
        return _parse_whole(cell)
    if pa.types.is_floating(column.type):
        return _parse_number(cell)
    if not cell:
        raise ValueError(say("some word"))
    return cell


def _parse_moment(cell: str) -> int:
    try:
        moment = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(say("a time such as 2024-05-31T09:00:00+08:00")) from None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return int(aware.timestamp()) * SECOND_US


def _parse_flag(cell: str) -> bool:
    if cell.lower() not in YES_NO:
        raise ValueError(say("yes or no"))
    return YES_NO[cell.lower()]


def _parse_whole(cell: str) -> int:
    if not (cell.isascii() and cell.isdigit() and int(cell) < 1 << 31):
        raise ValueError(say("a whole number from 0 on"))
    return int(cell)


def _parse_number(cell: str) -> float:
    number = float(cell) if cell.replace(".", "", 1).lstrip("-").isdigit() else None
    if number is None:
        raise ValueError(say("a number, digits and a point only"))
    return number


def place_user_tables(
    tables: Mapping[str, pd.DataFrame],
    brought: Mapping[str, pd.DataFrame],
    ordinal: pd.Series[int],
) -> dict[str, pd.DataFrame]:
    """Add the tables that a user supplied as CSV to those computed from exports.

    Hours that were brought for a group hold in the place of those counted.
    """
    placed_tables = {}
    for name, rows in brought.items():
        group_rows = rows
        if "key" in rows:
            group_rows = rows[rows["key"].isin(ordinal.index)]
            group_rows = group_rows.assign(group=group_rows["key"].map(ordinal)).drop(
                columns="key"
            )
        placed_tables[name] = group_rows
    if "rhythm" in placed_tables and "rhythm" in tables:
        counted = tables["rhythm"]
        others = counted[~counted["group"].isin(placed_tables["rhythm"]["group"])]
        placed_tables["rhythm"] = pd.concat(
            [others, placed_tables["rhythm"]], ignore_index=True
        )
    if "events" in placed_tables:
        every = [
            *([tables["events"]] if "events" in tables else []),
            placed_tables["events"],
        ]
        events = pd.concat(every, ignore_index=True)
        events = events.sort_values(["group", "time_us"], kind="stable")
        placed_tables["events"] = events.assign(nth=events.groupby("group").cumcount())
    return placed_tables
