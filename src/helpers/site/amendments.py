"""Choices for a claim that were made after a number had been seen, by decision note."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from helpers import paths
from helpers.claims.fixed.register import read_register
from helpers.site.documents import CHINESE, DECISIONS, LINK

COLUMN = "changed after a number was seen"
SEEN = ["claim", "seen", "decided"]  # a table of such choices only
CLAIM = re.compile(r"\bs\d-[a-z0-9-]+")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
INDEX = {"en": f"{DECISIONS}/README.md", "zh": next(d for d in CHINESE if "deci" in d)}


@dataclass(frozen=True, slots=True)
class Amendment:
    """A decision note with a choice for a claim made after a number was seen."""

    date: str
    note: str

    def title(self, language: str) -> str:
        """Return the note's short title, or its date if it is not in the index.

        >>> Amendment("2026-11-22", "2026-11-22-one-family-of-tests.md").title("en")
        'Multiple tests'
        """
        return _read_titles(language).get(self.note, self.date)


@cache
def list_amendments() -> dict[str, list[Amendment]]:
    """List the amendments of each claim that the decision notes mark with "yes".

    Empty where the notes are not at hand, as in an installed package.
    """
    found: dict[str, list[Amendment]] = {}
    for file in sorted((paths.ROOT / DECISIONS).glob("2*.md")):
        date = DATE.match(file.name)
        for claim in sorted(set(_list_changed_claims(file))):
            amendment = Amendment(date[0] if date else "", file.name)
            found.setdefault(claim, []).append(amendment)
    return found


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
