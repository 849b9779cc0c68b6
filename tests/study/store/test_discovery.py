"""Which exports lie in a folder."""

import pytest

from helpers.study.store.discovery import list_exports
from tests.communities import talk
from validation.export_writers import WRITERS

FORMS = sorted(form for form in WRITERS if WRITERS[form].options is None)


@pytest.mark.parametrize("one", FORMS)
def test_two_exports_in_one_folder_are_found(tmp_path, one):
    """Found by damage: one of them may make the folder around both look so."""
    for other in FORMS:
        room = tmp_path / other
        for number, form in enumerate((one, other)):
            (room / str(number)).mkdir(parents=True)
            told = talk(every=86_400, id=f"{700 + number}", name=f"群{number}")
            WRITERS[form].write(told, room / str(number))
        expected = [WRITERS[form].format for form in (one, other)]
        assert [*list_exports([room]).exports.values()] == expected
