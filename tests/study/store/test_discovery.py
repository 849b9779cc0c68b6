"""Which exports lie in a folder."""

import pytest

from helpers.study.store.discovery import exports_in
from helpers.validation.export_writers import (
    WRITERS,
    Community,
    Person,
    Post,
)

FORMS = sorted(form for form in WRITERS if WRITERS[form].options is None)


def community(number):
    """Return a group of two people, each of whom wrote."""
    people = (Person("10001", "甲"), Person("10002", "乙"))
    said = tuple(
        Post(
            id=f"{900 + n}", time_us=(1_700_000_000 + 86_400 * n) * 10**6,
            sender=people[n % 2].id, text=f"第{n}条",
        )
        for n in range(6)
    )  # fmt: skip
    ids = tuple(person.id for person in people)
    return Community(id=f"{700 + number}", name=f"群{number}", people=people,
                     members=ids, happenings=said)  # fmt: skip


@pytest.mark.parametrize("one", FORMS)
def test_two_exports_side_by_side_are_two(tmp_path, one):
    """Found by damage: one of them may make the folder around both look so."""
    for other in FORMS:
        room = tmp_path / other
        for number, form in enumerate((one, other)):
            (room / str(number)).mkdir(parents=True)
            WRITERS[form].write(community(number), room / str(number))
        expected = [WRITERS[form].format for form in (one, other)]
        assert [*exports_in([room]).exports.values()] == expected
