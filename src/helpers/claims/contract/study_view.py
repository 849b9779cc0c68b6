"""The data that a claim needs, and a study's tables as estimators read them.

`data_needs.toml` names kinds of data; a claim's card lists those that it needs. A study
that lacks one gets an error that names the missing column, field, label or event, and
no estimate. `Evidence` is a study as estimators read it: all of its groups, or those of
one network.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal, Self

import pandas as pd

from helpers.claims.contract.gates import HAND_LABELS, Gate, require_observed
from helpers.claims.fixed.evidence_plan import May
from helpers.errors import NotIdentifiableError
from helpers.records import DAY_US, Observability
from helpers.small_counts import People
from helpers.study.publish.study import Tables
from helpers.study.tables.definitions.tables import TABLES
from helpers.wording import join_messages, say

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
    """Return whether any group has a coded or recorded value of a given property."""
    tables = (_get_table(study, name) for name in ("codings", "facts"))
    facts = [rows["fact"] for rows in tables if rows is not None]
    if several:
        return any(each.str.startswith(f"{fact}: ").any() for each in facts)
    return any(each.isin([fact, DATED_BY.get(fact, fact)]).any() for each in facts)


@cache
def read_card_entries() -> Mapping[str, Any]:
    """Read the entries of all claims' cards, by claim id."""
    entries: dict[str, Any] = {}
    for folder in files("helpers.claims.themes").iterdir():
        file = folder.joinpath("cards.toml")
        if file.is_file():
            entries |= tomllib.loads(file.read_text("utf-8"))
    return MappingProxyType(entries)


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


def needs_people(needs: Sequence[Need]) -> bool:
    """Return whether some need requires stable person ids across messages or groups.

    >>> needs_people([get_need("senders")]), needs_people([get_need("births")])
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


def format_too_few(weak: Mapping[str, Any], study: Tables) -> str:
    """Return a text "n of m units needed", or "" if there are enough.

    Parameters
    ----------
    weak
        ``counts``: a table, its rows and a column of people to be summed, by name;
        ``least`` of the first of them; ``words``.
    """
    counts = {name: _count_units(study, *of) for name, of in weak["counts"].items()}
    enough = next(iter(counts.values())) >= weak["least"]
    return "" if enough else say(weak["words"], least=weak["least"], **counts)


def _count_units(study: Tables, table: str, rows: str, people: str = "") -> int:
    """Count the rows of a table that match a query, or the people in these rows."""
    matching_rows = study.table(table).query(rows)
    return People(matching_rows[people].sum()) if people else len(matching_rows)


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


STRATUM = "stratum"
SpeaksFor = Literal["both", "support", "contradict", "neither"]


@dataclass(frozen=True, eq=False)
class Evidence:
    """A study's tables restricted to some of its groups, as estimators read them.

    Attributes
    ----------
    study
        Where they come from.
    groups
        Its table of groups, or the rows of one network.
    """

    study: Tables
    groups: pd.DataFrame

    @classmethod
    def of(cls, study: Tables) -> Self:
        """Build the view of all groups in table ``groups``, else in ``registry``."""
        try:
            return cls(study, study.table("groups"))
        except NotIdentifiableError:
            return cls(study, study.table("registry"))

    def within(self, network: str) -> Self:
        """Return the same tables, restricted to the groups of one network."""
        return replace(self, groups=self.groups[self.groups["network"] == network])

    def only(self, groups: pd.Series[int]) -> Self:
        """Return the same tables, restricted to given groups."""
        return replace(self, groups=self.groups[self.groups["group"].isin(groups)])

    def records(self, *needs: str) -> bool:
        """Return whether the study has all of the named kinds of data."""
        return all(get_need(name).met_by(self.study) for name in needs)

    @property
    def has_places(self) -> bool:
        """Whether sources were pooled as strata, with comparisons within each only."""
        return STRATUM in self.groups

    @property
    def networks(self) -> list[str]:
        """Sorted names of the networks (such as sites or servers) of the groups."""
        return sorted(self.groups["network"].unique())

    @property
    def from_birth(self) -> pd.DataFrame:
        """Return groups observed from their origin, none older than the data.

        Who enters a frame late, by having been busy, may be recorded from its origin.
        """
        own = self.groups["group"]
        watched = self.groups["entry_us"] <= self.groups["origin_us"]
        watched |= own.isin(self._with_fact["recorded_from_origin"])
        return self.groups[watched & ~own.isin(self._with_fact["there_at_first"])]

    @cached_property
    def of_known_age(self) -> Self:
        """The same tables, without groups that existed before the record began."""
        older = self.groups["group"].isin(self._with_fact["there_at_first"])
        return replace(self, groups=self.groups[~older]) if older.any() else self

    @property
    def busy_spells(self) -> bool:
        """Whether the source lists and observes groups only while they are active.

        Silence is then an upper bound of death, of groups that were busy early.
        """
        return bool(self._with_fact["recorded_from_origin"])

    @property
    def answers(self) -> str:
        """Name of the replies column to use: all replies, or only explicit ones."""
        return "replies_explicit" if self.busy_spells else "replies"

    @property
    def may_die(self) -> May:
        """Verdicts on group death that a source may give: both, or contradicting."""
        return "contradict" if self.busy_spells else "both"

    @property
    def busy_only(self) -> tuple[str, ...]:
        """Qualifier of verdicts on groups listed for early activity, or ""."""
        return ("groups that were busy early",) if self.busy_spells else ()

    @cached_property
    def _with_fact(self) -> dict[str, frozenset[int]]:
        """Return ids of groups recorded from origin, and of groups older than data."""
        names = ("recorded_from_origin", "there_at_first")
        if "facts" not in self.study.manifest.tables:
            return dict.fromkeys(names, frozenset())
        facts = self.study.table("facts")
        true_facts = facts[facts["value"] == 1]
        return {
            name: frozenset(true_facts.loc[true_facts["fact"] == name, "group"])
            for name in names
        }

    @property
    def name(self) -> str:
        """Name of the study, and of the network if restricted to one."""
        return self.study.name

    @property
    def observability(self) -> Observability:
        """What the data source records, such as join dates and replies."""
        return self.study.observability

    @property
    def time_error_days(self) -> float:
        """Largest error of a message's timestamp, in days."""
        return self.study.manifest.time_error_days

    @cached_property
    def silences(self) -> pd.DataFrame:
        """Table of gaps of 28 days or more between messages."""
        return self.table("silences")

    @cached_property
    def rates(self) -> pd.DataFrame:
        """Table of messages and posters in the 28 days up to each age, by group."""
        rates = self.table("rates")
        stored = self.study.table("groups").set_index("group")["origin_us"]
        later = self.groups.set_index("group")["origin_us"] - stored
        shift_days = rates["group"].map(later // DAY_US).astype("int64")
        return rates.assign(age_day=rates["age_day"] - shift_days)

    @cached_property
    def daily(self) -> pd.DataFrame:
        """Table of message counts by group and calendar day."""
        return self.table("daily")

    @cached_property
    def windows(self) -> pd.DataFrame:
        """Table of messages, posters and replies by group and range of ages."""
        return self.table("windows")

    @cached_property
    def months(self) -> pd.DataFrame:
        """Table of counts of core, new and returning posters by 28-day month of age."""
        return self.table("months")

    @cached_property
    def counted(self) -> pd.DataFrame:
        """Table of dated member counts per group, with the group's age in days."""
        rows = self.table("snapshots").dropna(subset="members")
        origin = rows["group"].map(self.groups.set_index("group")["origin_us"])
        age = rows["day"] + 1 - origin / DAY_US
        return rows.assign(age=age).sort_values(["group", "day"])

    @cached_property
    def beginnings(self) -> pd.DataFrame:
        """Table of messages and posters in the first 28 days of each group."""
        return self.table("beginnings").set_index("group")

    def table(self, name: str) -> pd.DataFrame:
        """Return the rows of a named table that belong to the selected groups."""
        table = self.study.table(name)
        return table[table["group"].isin(self.groups["group"])]

    def window(self, name: str) -> pd.DataFrame:
        """Return groups fully observed in an age window, with their activity in it.

        One row a group of known age, the columns of `groups` beside those of
        `windows`; messages and posters are the window's.
        """
        rows = self.windows[self.windows["window"].eq(name)]
        rows = rows[rows["observed"].astype(bool)]
        groups = self.of_known_age.groups.drop(columns=["messages", "posters"])
        return groups.merge(rows, on="group", validate="one_to_one")

    def shows(self, *needs: str) -> Gate:
        """Raise unless the source records given features, such as replies."""
        return require_observed(self.observability, *needs, source=self.name)

    @property
    def population(self) -> str:
        """The population of groups to which a verdict on these tables generalises."""
        started = "" if self.observability.never_active_listed else " that ever started"
        return f"groups{started} in {self.study.manifest.title_en}"

    @property
    def frame(self) -> str:
        """Name of the sampling frame: groups listed, and their time origin."""
        every = self.observability.never_active_listed
        births = {
            "creation": say("from creation"),
            "first_message": say("from first message"),
            "unknown": say("from unknown"),
        }[self.observability.births]
        listed = say("all created") if every else say("started")
        return join_messages(", ", (listed, births))

    @property
    def apart(self) -> bool:
        """Whether the source's list of groups is too different for pooling."""
        return not self.study.manifest.pooled

    @property
    def frame_bias(self) -> frozenset[str]:
        """Directions (up, down) in which the source biases the share that dies."""
        return frozenset(self.study.manifest.frame_bias)

    def speaks_for(self) -> SpeaksFor:
        """Which verdicts on the share of dead groups sampling bias cannot explain.

        A frame that can only push failure down supports "most fail" a fortiori and
        cannot contradict it; one that can only push it up is the mirror image.
        """
        if not (bias := self.frame_bias):
            return "both"
        if len(bias) > 1:
            return "neither"
        return "support" if "down" in bias else "contradict"
