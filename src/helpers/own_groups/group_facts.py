"""`groups.csv`: the user's facts about their groups, such as fee or purpose."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from helpers.errors import BrokenFileError
from helpers.files import read_own_rows, to_csv_text
from helpers.formats.reading.outside_lists import normalise_header, read_csv_rows
from helpers.formats.rows.days import parse_day, parse_past_day
from helpers.records import DAY_US, to_day_us
from helpers.wording import say

_WORDS = read_own_rows("own_groups", "group_facts.toml")
IN_ENGLISH: Mapping[str, str] = _WORDS["in_english"]
SPELLINGS: Mapping[str, str] = _WORDS["platforms"]
ONE_OF_TYPES = say(
    "one of interest, learning, friends, events, fans, customers, work, local, family,"
    " other"
)
ONE_OF_PURPOSES = say(
    "one of learning, discussion, service, sales, coordination, support, social, other"
)
LONGEST = 60  # characters of a label
NO_ALIASES: Mapping[str, str] = MappingProxyType({})
SHOWN = ("key", "name", "messages", "first_day", "last_day")  # for whoever fills it in


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFacts:
    """The user's facts about one group (`groups.csv`); None if a cell is empty."""

    key: str
    row: int = 0  # where the table says so
    file: str = "groups.csv"  # the table, as the user named it
    label: str | None = None  # what to call it on pages
    type: str | None = None  # as `group_facts.toml` lists
    fee: float | None = None  # price of entry when it began, 0 for free
    # whether its members met in person before it began
    offline_first: bool | None = None
    purpose: str | None = None  # likewise
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


def _build_choice(kind: str, wanted: str) -> Callable[[str], str]:
    def parse(cell: str) -> str:
        word = IN_ENGLISH.get(cell, cell.lower())
        if word not in _WORDS[kind]:
            raise ValueError(wanted)
        return word

    return parse


def _parse_yes_no(cell: str) -> bool:
    word = IN_ENGLISH.get(cell, cell.lower())
    if word not in {"yes", "no"}:
        raise ValueError(say("yes or no"))
    return word == "yes"


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


def parse_whole(cell: str, least: int = 1) -> int:
    """Parse a whole number from a least one on."""
    if not (cell.isascii() and cell.isdigit() and least <= int(cell) < 1 << 31):
        raise ValueError(say("a whole number from {least} on", least=least))
    return int(cell)


def _parse_label(cell: str) -> str:
    if len(cell) > LONGEST or not cell.isprintable():
        raise ValueError(say("at most {n} printable characters", n=LONGEST))
    return cell


COLUMNS: Mapping[str, Callable[[str], Any]] = MappingProxyType(
    {
        "label": _parse_label,
        "type": _build_choice("types", ONE_OF_TYPES),
        "fee": _parse_fee,
        "offline_first": _parse_yes_no,
        "purpose": _build_choice("purposes", ONE_OF_PURPOSES),
        "rules": _parse_rules,
        "cap": parse_whole,
        "owner": str,
        "parent": str,
        "platform": lambda cell: SPELLINGS.get(
            cell.lower(), _parse_label(cell).lower()
        ),
        **dict.fromkeys(("born", "closed", "exported"), parse_past_day),
    }
)


def read_group_facts(
    path: Path, keys: Collection[str], aliases: Mapping[str, str] = NO_ALIASES
) -> dict[str, GroupFacts]:
    """Read and check the user's facts about groups in `groups.csv`, by group key.

    `keys` are the groups of the store, `aliases` groups that turned out to be others of
    them, by whose key.
    """
    rows: dict[str, GroupFacts] = {}
    for number, row in enumerate(_iterate_rows(path), 2):  # row 1 is the header
        own = aliases.get(row["key"])
        if own and not any(row.get(name) for name in COLUMNS):
            continue  # what is known of it stands in the other's row
        facts = _build_facts(path, number, row | {"key": own or row["key"]})
        twice = (rows.get(facts.key), facts)
        days = {one.exported for one in twice if one and one.exported}
        faults = {
            "exported": say("one day for a group: that of its latest export")
            if len(days) > 1
            else "",
            "key": say("the key of a group of these exports, each once")
            if facts.key not in keys or facts.key in rows
            else "",
            "parent": say("another group's key")
            if facts.parent is not None and facts.parent not in {*keys} - {facts.key}
            else "",
            "closed": say("not before born")
            if facts.born and facts.closed and facts.closed < facts.born
            else "",
        }
        for column, allowed in faults.items():
            if allowed:
                cell = getattr(facts, column)
                raise _make_cell_error(path, number, column, cell, allowed)
        rows[facts.key] = facts
    return rows


def _iterate_rows(path: Path) -> list[dict[str, str]]:
    reader = read_csv_rows(path, say("write one with `shequn groups-template`"))
    usual = {normalise_header(name): name for name in (*COLUMNS, *SHOWN)}
    given = [name.strip() for name in reader.fieldnames or ()]
    names = [usual.get(normalise_header(name), name) for name in given]
    unknown = sorted(set(names) - {*COLUMNS, *SHOWN})
    fault = ""
    if not {*names} & {*COLUMNS, *SHOWN}:  # a row of the table, perhaps with an owner
        fault = say("row 1 does not name the columns")
    elif unknown:
        listed = ", ".join(map(repr, unknown))
        fault = say("row 1: unknown column {names}", names=listed)
    elif "key" not in names:
        fault = say("row 1: no column 'key'")
    if fault:
        remedy = say("columns are key, {names}", names=", ".join(COLUMNS))
        raise BrokenFileError(fault, where=str(path), remedy=remedy)
    reader.fieldnames = names
    return list(reader)


def _build_facts(path: Path, number: int, row: dict[str, Any]) -> GroupFacts:
    if None in row or None in row.values():
        wanted = say("as many cells as the header has")
        raise _make_cell_error(path, number, "(all)", "", wanted)
    fields = {
        name: parse_cell(path, number, name, row.get(name) or "", parse)
        for name, parse in COLUMNS.items()
    }
    key = row["key"].strip().removeprefix("'")
    return GroupFacts(key=key, row=number, file=str(path), **fields)


def parse_cell(
    path: Path, row: int, column: str, cell: str, parse: Callable[[str], Any]
) -> Any:  # noqa: ANN401 - of the column's type
    """Parse a cell of a user's file; None if empty."""
    cell = cell.strip().removeprefix("'")
    try:
        return parse(cell) if cell else None
    except ValueError as error:
        raise _make_cell_error(path, row, column, cell, error.args[0]) from None


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

    The day of the export is filled in, as the export or its file's date has it.

    >>> import pandas as pd
    >>> groups = pd.DataFrame([["a1", "=x", 2, "", ""]], columns=list(SHOWN))
    >>> build_template(groups).splitlines()[1]
    "a1,'=x,2,,,,,,,,,,,,,,,"
    """
    blank = dict.fromkeys(COLUMNS, "")
    dated = {name: groups[name] for name in ("exported",) if name in groups}
    return to_csv_text(groups[list(SHOWN)].assign(**blank | dated))
