"""Which exports lie in a folder."""

from pathlib import Path
from shutil import make_archive

import pytest

from helpers.errors import BrokenFileError
from helpers.store.discovery import OF_ONE_FILE, list_exports
from pipeline.validation.export_writers import WRITERS
from tests.communities import talk

FORMS = sorted(form for form in WRITERS if WRITERS[form].options is None)


@pytest.mark.some(9)
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


def test_files_of_windows_beside_exports_are_not_named_as_unreadable(tmp_path):
    """Each Thumbs.db was left aside aloud, and `inspect` and `convert` failed."""
    WRITERS["qq"].write(talk(every=86_400), tmp_path)
    (tmp_path / "Thumbs.db").write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    (tmp_path / "Desktop.ini").write_text("[.ShellClassInfo]\n", "utf-8")
    found = list_exports([tmp_path])
    assert len(found.exports) == 1
    assert found.others == ()


@pytest.mark.parametrize("is_zipped", [False, True])
def test_pictures_beside_exports_are_one_line(tmp_path, is_zipped):
    """A WeFlow folder with 1,201 pictures: "1201 of 1204 not read; 601 damaged"."""
    place = tmp_path / "export"
    WRITERS["weflow"].write(talk(every=86_400), place / "texts")
    for name in ("avatars/a.PNG", "texts/media/b.jpg", "texts/media/voices/c.silk"):
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_bytes(b"\xff\xd8\xff\xe0\0")
    if is_zipped:
        place = Path(make_archive(str(place), "zip", place))
    found = list_exports([place])
    assert len(found.exports) == 1
    assert [str(one) for one in found.others] == [
        "3 pictures, sounds and films, which are not read."
    ]


def test_a_file_of_windows_given_by_name_is_refused(tmp_path):
    """Who names it is told why it is not read."""
    path = tmp_path / "desktop.ini"
    path.write_text("[.ShellClassInfo]\n", "utf-8")
    with pytest.raises(BrokenFileError, match="of no format"):
        list_exports([path])


@pytest.mark.some(40)
@pytest.mark.parametrize("name", ["0.json", "zz.json", "zz.txt"])
@pytest.mark.parametrize("form", sorted(OF_ONE_FILE & {*WRITERS} | {"whatsapp"}))
def test_unreadable_file_beside_a_single_export_is_reported(form, name, tmp_path):
    """It was passed over in silence if its name came after that of the export."""
    WRITERS[form].write(talk(), tmp_path)
    (tmp_path / name).write_text('{"a": 1}' if ".json" in name else "notes", "utf-8")
    found = list_exports([tmp_path])
    assert [*found.exports.values()] == [WRITERS[form].format]
    assert [error.where for error in found.others] == [str(tmp_path / name)]


def test_folder_without_any_readable_file_is_counted(tmp_path):
    """Only its first file was named, as if it were the only one."""
    for number in range(3):
        (tmp_path / f"n{number}.txt").write_text("notes\n", "utf-8")
    with pytest.raises(BrokenFileError, match=r"none of 3 files .*n0\.txt: is of no"):
        list_exports([tmp_path])
