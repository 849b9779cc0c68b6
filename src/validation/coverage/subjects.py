"""Rules and claims to be calibrated by simulation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from helpers.claims import read_register
from helpers.discovery import import_modules_in
from helpers.errors import ShequnError
from validation.coverage.cells import Subject
from validation.coverage.template_worlds import TEMPLATES
from validation.worlds.claims.subject import SUBJECTS as ENTERED


def _check_unique(subjects: Iterable[Subject]) -> Mapping[str, Subject]:
    """Return subjects by name; raise if two share a name."""
    listed = list(subjects)
    twice = [
        name for name, n in Counter(subject.name for subject in listed).items() if n > 1
    ]
    if twice:
        raise ShequnError(
            f"planted twice: {', '.join(twice)}",
            where="validation.coverage.subjects",
            remedy="leave each claim its world in one module",
        )
    return MappingProxyType({subject.name: subject for subject in listed})


def _list_claim_subjects() -> list[Subject]:
    """List the claims to be calibrated, in register order."""
    list(import_modules_in("validation.worlds.claims"))  # each enters its worlds
    place = {name: nth for nth, name in enumerate(read_register())}
    return sorted(ENTERED, key=lambda subject: place[subject.name])


SUBJECTS: Mapping[str, Subject] = _check_unique([*TEMPLATES, *_list_claim_subjects()])
