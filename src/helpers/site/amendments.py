"""Choices for a claim that were made after a number had been seen.

Decision notes that name them, changes to its rule, and sources that decide no longer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers import paths
from helpers.claims.contract.card import Text
from helpers.claims.fixed.evidence_plan import (
    REVIEW,
    May,
    read_amendments,
    read_late_choices,
)
from helpers.claims.fixed.register import read_register
from helpers.claims.rules.interval_rules import Word
from helpers.site.answers.board import Answer
from helpers.site.documents import CHINESE, DECISIONS, LINK
from helpers.site.languages import Words, read_entries
from helpers.site.rendering import split_note
from helpers.synthesis.certainty import Certainty
from helpers.synthesis.conclusion import get_answer_name, get_certainty_name
from helpers.synthesis.decision import Answer as CombinedAnswer
from helpers.synthesis.decision import find_withheld
from helpers.synthesis.synthesis import Synthesis

LEVELS = {level.word: level for level in Certainty}
COLUMN = "changed after a number was seen"
SEEN = ["claim", "seen", "decided"]  # a table of such choices only
CLAIM = re.compile(r"\bs\d-[a-z0-9-]+")
HEAD = re.compile(r"\| (?:date \| decision|日期 \| 决定) \|")  # of the list of notes
NOTE = re.compile(r"\| \d{4}-\d\d-\d\d \| \[[^]]*\]\([^)#]*#(?P<label>[^)]+)\) \|")
POOLED = "2026-11-22-answers-come-from-pooled-estimates.md"
COUNTS = "2026-11-25-a-late-count-raises-no-certainty.md"
BIAS = "2026-11-27-no-answer-by-sources-biased-towards-it.md"
GROUPS = "2026-11-27-a-late-choice-of-groups-makes-no-answer.md"
VOTES = "2026-11-22-what-votes-towards-fragile.md"
ADDED = {  # to a rule after it was fixed: which words, and the note that says so
    "s1-over-90-fail": (
        ("pooled", POOLED),
        ("frame", POOLED),
        ("s1-over-90-fail-recovered", VOTES),
        ("s1-over-90-fail-silence", POOLED),
    ),
    "s0-three-month-death": (
        ("pooled", POOLED),
        ("frame", POOLED),
        ("s0-three-month-death-votes", VOTES),
        ("s0-three-month-death-lounges", REVIEW),
        ("s0-three-month-death-counts", COUNTS),
        ("s0-three-month-death-late", GROUPS),
    ),
    "s0-200-of-343-shells": (
        ("s0-200-of-343-shells-quarters", VOTES),
        ("s0-200-of-343-shells-biased", BIAS),
    ),
    "s0-lurkers-still-identify": (("s0-lurkers-still-identify-follow-up", REVIEW),),
    "s0-owner-alone-fails": (("s0-owner-alone-fails-silence", REVIEW),),
}
INDEX = {"en": f"{DECISIONS}/README.md", "zh": next(d for d in CHINESE if "deci" in d)}


@dataclass(frozen=True, slots=True)
class Amendment:
    """A decision note with a choice for a claim made after a number was seen."""

    note: str

    @property
    def date(self) -> str:
        """Date of the note."""
        return split_note(self.note)[0]

    @property
    def label(self) -> str:
        """Name of the note's place on the page of all notes."""
        return split_note(self.note)[1]

    def title(self, language: str) -> str:
        """Return the note's short title, or its date if it is not in the index.

        >>> Amendment("2026-11-22-one-family-of-tests.md").title("en")
        'Multiple tests'
        """
        return _read_titles(language).get(self.note, self.date)


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Sources barred from a verdict on a claim after their estimates had been seen.

    Attributes
    ----------
    studies
        Names of the sources.
    may
        Which verdict they may still give.
    why
        The reason, in words.
    said
        What the estimate of each would say alone.
    """

    date: str
    studies: tuple[str, ...]
    may: May
    why: str
    said: tuple[Word, ...]


def list_withdrawals(synthesis: Synthesis) -> list[Withdrawal]:
    """List the sources barred from a verdict on a claim after being seen, by reason.

    >>> from helpers.synthesis.synthesis import run_synthesis
    >>> list_withdrawals(run_synthesis("s0-three-month-death", []))
    []
    """
    readings = synthesis.deciding.all_readings
    verdicts = {reading.study: reading.verdict for reading in readings}
    found = []
    for amendment in read_amendments():
        said = {
            study: find_withheld(verdict) or verdict.word or Word.INCONCLUSIVE
            for study, verdict in verdicts.items()
            if amendment.claim == synthesis.claim
            and amendment.concerns(study, verdict.variant)
        }
        if said and not amendment.foreseen:
            found.append(
                Withdrawal(
                    amendment.date.isoformat(),
                    tuple(said),
                    amendment.may,
                    amendment.why,
                    tuple(said.values()),
                )
            )
    return found


@dataclass(frozen=True, slots=True)
class WithdrawnAnswer:
    """A combined answer that was published on the website and later withdrawn.

    Attributes
    ----------
    name, grades
        What the answer was; how certain it was, each grade with its first day.
    first, last
        Its first and last day.
    why
        The reason for which it was withdrawn, in both languages.
    """

    claim: str
    name: Text
    grades: tuple[tuple[str, Text], ...]
    first: str
    last: str
    amendment: Amendment
    why: Text


def list_withdrawn_answers() -> list[WithdrawnAnswer]:
    """List each combined answer that the website published and later withdrew.

    >>> sorted({one.name.en for one in list_withdrawn_answers()})
    ['Not supported', 'Partly supported', 'Supported']
    """
    return [
        WithdrawnAnswer(
            claim,
            get_answer_name(CombinedAnswer(entry["answer"])),
            tuple(
                (day, get_certainty_name(LEVELS[level]))
                for day, level in entry["certainty"]
            ),
            entry["days"][0],
            entry["days"][1],
            Amendment(entry["note"]),
            Text(entry["en"], entry["zh"]),
        )
        for claim, entry in read_entries("withdrawn").items()
    ]


def list_late_choices(answer: Answer) -> list[tuple[str, str]]:
    """List the sources of a claim with another late choice, and what was chosen."""
    speaking = {cell.study for cell in answer.speaking}
    return [
        (study, choice.what)
        for choice in read_late_choices()
        if choice.claim == answer.claim
        for study in choice.sources
        if study in speaking
    ]


def count_amended(answers: Iterable[Answer]) -> int:
    """Count the tested claims with a choice made after a number had been seen."""
    return sum(one.tested and one.claim in list_amendments() for one in answers)


@cache
def list_amendments() -> dict[str, list[Amendment]]:
    """List the decision notes with late choices for each claim.

    Those that mark one with "yes", and those of its amendments and added rules. Empty
    where the notes are not at hand, as in an installed package.
    """
    notes: dict[str, set[str]] = {}
    for file in (paths.ROOT / DECISIONS).glob("2*.md"):
        for claim in _list_changed_claims(file):
            notes.setdefault(claim, set()).add(file.name)
    if notes:
        for one in read_amendments():
            notes.setdefault(one.claim, set()).add(one.note)
        for claim, added in ADDED.items():
            notes.setdefault(claim, set()).update(note for _, note in added)
    return {
        claim: list(map(Amendment, sorted(names))) for claim, names in notes.items()
    }


def add_late_choices(page: str, t: Words) -> str:
    """Add to the list of decision notes the claims that each changed late.

    Parameters
    ----------
    page
        Markdown text whose table has a row for each note.
    """
    changed = Counter(
        note.label for notes in list_amendments().values() for note in notes
    )
    lines = page.split("\n")
    for place, line in enumerate(lines):
        if HEAD.match(line):
            lines[place] = f"{line} {t('amendments.claims')} |"
            lines[place + 1] += "---|"
        elif row := NOTE.match(line):
            lines[place] = f"{line} {changed[row['label']] or ''} |"
    return "\n".join(lines)


def _list_changed_claims(file: Path) -> Iterator[str]:
    """Yield the claims that a note marks as changed after a number was seen."""
    place, yes = None, ""
    for line in file.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|"):
            place = None
        elif COLUMN in cells:
            place, yes = cells.index(COLUMN), "yes"
        elif cells == SEEN:
            place, yes = 0, ""
        elif place is not None and " ".join(cells[place:]).startswith(yes):
            named = set(CLAIM.findall(" ".join(cells[: place or None])))
            yield from named & set(read_register())


@cache
def _read_titles(language: str) -> dict[str, str]:
    file = paths.ROOT / INDEX[language]
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return {Path(link["target"]).name: link["text"] for link in LINK.finditer(text)}
