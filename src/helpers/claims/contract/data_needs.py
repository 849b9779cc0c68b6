"""Data that a claim needs from a study, and the error message if they are missing.

A claim is never left without a word: either its estimator is asked, or the refusal
names the column, field, label or event that the study lacks. `data_needs.toml` says
what each claim needs, and where it would stand.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pandas as pd

from helpers.claims.contract.gates import HAND_LABELS, Gate
from helpers.errors import NotIdentifiableError
from helpers.small_counts import People
from helpers.study.publish.study import Tables
from helpers.study.tables.definitions.tables import TABLES
from helpers.wording import join_messages

UNKNOWN = (False, "none", "unknown")
QUESTIONS = (
    "tone", "advertisement", "content", "off_topic", "question", "usefulness",
)  # fmt: skip
CODED = frozenset({"codings", "kinds"})
DATED_BY = MappingProxyType({"rules": "rules_day"})  # facts of `groups.csv` with a day


@dataclass(frozen=True, slots=True)
class Need:
    """A kind of data that an estimate requires, and the table that records it.

    Attributes
    ----------
    name
        As `data_needs.toml` calls it.
    what
        In words.
    where
        ``observability.<field>``, ``labels.<kind>``, ``events.<kind>``,
        ``codings.<fact>`` (of `facts` too), ``kinds.<of what>``, ``<table>``,
        ``<table>.<column>`` or ``<table>.<column>=<value>``.
    """

    name: str
    what: str
    where: str

    @property
    def place(self) -> tuple[str, str]:
        """The table (or ``observability``, ``labels``) and column with the data."""
        table, _, column = self.where.partition(".")
        return table, column

    @property
    def recorded_nowhere(self) -> bool:
        """Whether the table format has no place for these data, in any study."""
        table, column = self.place
        if table == "observability" or table in CODED:
            return False
        if table == "labels":
            return column not in QUESTIONS
        if table not in TABLES:
            return True
        if table == "events":
            return False  # of any kind that somebody dates
        names = {field.name for field in TABLES[table].columns}
        return bool(column) and column not in names

    def met_by(self, study: Tables) -> bool:
        """Return whether a study's tables contain these data, in at least one row."""
        table, column = self.place
        column, _, value = column.partition("=")
        if table == "observability":
            return getattr(study.observability, column) not in UNKNOWN
        if table in CODED:
            return _is_coded(study, column, several=table == "kinds")
        rows = _get_table(study, table)
        return rows is not None and _has_value(rows, table, column, value)

    def __str__(self) -> str:
        """Describe the need and the table in which it would be recorded."""
        if self.place[0] != "labels":
            return f"{self.what} ({self.where})"
        return (
            f"{HAND_LABELS} hand labels of {self.what} from this corpus ({self.where})"
        )

    @property
    def lacking(self) -> str:
        """The end of an error message: how the study fails to provide the data."""
        if self.place[0] == "labels":
            return "has none"
        return "has no such table" if self.where in TABLES else "does not record it"


def _has_value(rows: pd.DataFrame, table: str, column: str, value: str) -> bool:
    """Return whether any row has the needed value; hand labels need 300 rows."""
    if table == "labels":
        return int(rows["kind"].eq(column).sum()) >= HAND_LABELS
    if table == "events":
        return bool(rows["kind"].eq(column).any())
    if column not in rows:
        return not column
    return bool((rows[column].eq(value) if value else rows[column].notna()).any())


def _get_table(study: Tables, name: str) -> pd.DataFrame | None:
    try:
        return study.table(name)
    except NotIdentifiableError:  # a study has the tables that its source can show
        return None


def _is_coded(study: Tables, fact: str, *, several: bool) -> bool:
    """Return whether any group has a hand-coded or recorded value of a fact."""
    tables = (_get_table(study, name) for name in ("codings", "facts"))
    facts = [rows["fact"] for rows in tables if rows is not None]
    if several:
        return any(each.str.startswith(f"{fact}: ").any() for each in facts)
    return any(each.isin([fact, DATED_BY.get(fact, fact)]).any() for each in facts)


@cache
def _read_toml() -> Mapping[str, Any]:
    text = files(__package__).joinpath("data_needs.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def get_need(name: str) -> Need:
    """Get a data need (data that a claim requires) by its name, or by table or column.

    >>> get_need("births").where, get_need("lives.measure=posting").what
    ('observability.births', 'lives.measure=posting')
    """
    return Need(name, *_read_toml()["needs"].get(name, (name, name)))


def list_all_needs() -> tuple[Need, ...]:
    """List the data needs of all claims and of their indirect measures."""
    return tuple(get_need(name) for name in _read_toml()["needs"])


def needs_of(claim: str) -> tuple[Need, ...]:
    """List the data that a claim needs; empty if the claim is not tested.

    >>> [need.name for need in needs_of("s1-not-centralised")]
    ['groups', 'births', 'senders']
    """
    return tuple(get_need(name) for name in _read_toml()["claims"].get(claim, ()))


def list_group_needs(claim: str) -> tuple[Need, ...]:
    """List the data that each single group must contain if a study mixes formats.

    >>> [need.name for need in list_group_needs("s2-overload-fatigue")]
    ['people_across']
    """
    return tuple(get_need(name) for name in _read_toml()["by_group"].get(claim, ()))


def needs_people(needs: Sequence[Need]) -> bool:
    """Return whether some need requires stable person ids across messages or groups.

    >>> needs_people(needs_of("s1-not-centralised")), needs_people([get_need("births")])
    (True, False)
    """
    return any(need.name in _read_toml()["of_people"]["needs"] for need in needs)


def check_data(needs: Sequence[Need], study: Tables) -> Gate:
    """Check that a study has all data that a claim needs; list what is missing."""
    lacking = [need for need in needs if not need.met_by(study)]
    if lacking:
        return Gate("data", passed=False, detail=format_refusal(lacking, study.name))
    return Gate(
        "data", passed=True, detail=join_messages("; ", (n.what for n in needs))
    )


def get_refusal_text(claim: str, study: Tables) -> str:
    """Return the hand-written reason why a study cannot test a claim, or "".

    Either what its files do not hold, or how few units there could be at the most.

    >>> from helpers.study import open_study
    >>> get_refusal_text("s0-many-groups-exit", open_study("rcontrib_slack"))
    'rcontrib_slack records no leaving, so nobody can be seen to exit'
    >>> get_refusal_text("s3-self-growth", open_study("rust_teams"))[:43]
    'thirds: 45 streams whose staff is listed, 6'
    """
    words: str = _read_toml()["in_words"].get(study.name, {}).get(claim, "")
    weak = _read_toml()["too_weak"].get(study.name, {}).get(claim)
    return words or (weak and _format_too_few(weak, study)) or ""


def _format_too_few(weak: Mapping[str, Any], study: Tables) -> str:
    """Return a text "n of m units needed", or "" if there are enough."""
    counts = {name: _count_units(study, *of) for name, of in weak["counts"].items()}
    enough = next(iter(counts.values())) >= weak["least"]
    return "" if enough else weak["words"].format(least=weak["least"], **counts)


def _count_units(study: Tables, table: str, rows: str, people: str = "") -> int:
    """Count the rows of a table that match a query, or the people in these rows."""
    held = study.table(table).query(rows)
    return People(held[people].sum()) if people else len(held)


def format_refusal(lacking: Sequence[Need], study: str) -> str:
    """Format the message that needed data are missing from a study.

    >>> inviter = Need("x", "inviter of each join", "memberships.inviter")
    >>> format_refusal([inviter], "raku_irc")
    'needs inviter of each join (memberships.inviter); raku_irc does not record it'
    """
    *before, last = map(str, lacking)
    needs = f"{', '.join(before)} and {last}" if before else last
    end = "has none of these" if before else lacking[0].lacking
    return f"needs {needs}; {study} {end}"
