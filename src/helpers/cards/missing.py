"""Claims that a user's exports cannot answer, by the data they need."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpers.cards.sentences import Text

if TYPE_CHECKING:  # claims take a second to import
    from helpers.claims import Verdict
    from helpers.study import Study

# columns of groups.csv, by the fact of it that a claim may need
COLUMNS: Mapping[str, str] = {
    "type": "type",
    "purpose": "purpose",
    "fee": "fee",
    "rules": "rules",
    "offline_first": "offline_first",
    "cap": "cap",
    "owner_known": "owner",
    "births": "born",
}
COUNTED = re.compile(r"^(\d[\d,]*) groups?\b.*?, (\d[\d,]*) needed")
MORE = Text("More groups would answer these claims", "再多些群就能回答")
COLUMN = Text("One column of groups.csv would help", "在 groups.csv 里填一列就有用")
NEVER = Text("Records of another kind are needed", "要靠别的记录才能回答")


@dataclass(frozen=True, slots=True)
class Missing:
    """Claims without an answer, by the data that they need.

    Attributes
    ----------
    more_groups
        Question, with the groups there are and those needed.
    one_column
        Question, with the columns of ``groups.csv``.
    never
        Questions that need records of another kind.
    """

    more_groups: tuple[Text, ...]
    one_column: tuple[Text, ...]
    never: tuple[Text, ...]

    def list_parts(self) -> tuple[tuple[Text, tuple[Text, ...]], ...]:
        """Return the unanswered claims as three lists with headings."""
        return (
            (MORE, self.more_groups),
            (COLUMN, self.one_column),
            (NEVER, self.never),
        )


def find_missing(study: Study) -> Missing:
    """Sort the unanswered claims by the kind of data that is missing."""
    from helpers.claims import read_register, report_verdict  # noqa: PLC0415
    from helpers.claims.claim import Claim  # noqa: PLC0415
    from helpers.claims.evaluation.answers import SILENT  # noqa: PLC0415

    more, column, never = [], [], []
    for name, entry in read_register().items():
        verdict = report_verdict(name, study)
        if verdict.word not in SILENT:
            continue
        claim = Claim.of(name)
        question = Text(*claim.wording.question)
        lacking = [need for need in claim.needs if not need.met_by(study)]
        wanted = [find_column(need.place) for need in lacking]
        if lacking and all(wanted):
            columns = ", ".join(dict.fromkeys(column for column in wanted if column))
            column.append(
                Text(f"{question.en} ({columns})", f"{question.zh}（{columns}）")
            )
        elif not lacking and entry.status == "testable":
            more.append(_add_group_count(question, verdict))
        else:
            never.append(question)
    return Missing(tuple(more), tuple(column), tuple(never))


def find_column(place: tuple[str, str]) -> str:
    """Return the column of ``groups.csv`` in which users can add missing data, or "".

    >>> find_column(("codings", "fee")), find_column(("labels", "tone"))
    ('fee', '')
    """
    table, column = place
    if table not in {"codings", "kinds", "observability", "facts"}:
        return ""
    return COLUMNS.get(column, "")


def _add_group_count(question: Text, verdict: Verdict) -> Text:
    """Append how many groups the user has, and how many the claim requires."""
    for gate in verdict.gates:
        if not gate.passed and (match := COUNTED.match(gate.detail)):
            there, needed = match.groups()
            return Text(
                f"{question.en} ({there} of {needed} groups)",
                f"{question.zh}（需要 {needed} 个群，现有 {there} 个）",
            )
    return question
