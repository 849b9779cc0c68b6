"""One bad name or link costs what it names, and no more."""

import os
import shutil
import sys

import pytest

from helpers import cli
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.store.ingest import Terms
from pipeline.validation.export_writers import WRITERS
from tests.communities import START, talk


def _study(exports, tmp_path):
    return make_study(Plan(exports=[exports], out=tmp_path / "out", terms=Terms()))


def _good(folder):
    folder.mkdir(parents=True)
    return WRITERS["chatlab"].write(talk(id="1", name="good"), folder)


def test_dangling_link_does_not_stop_a_run(tmp_path):
    """`could not be written: free some space` was said of a dangling link."""
    for nth, form in enumerate(("discord", "zulip_archive")):
        room = tmp_path / "in" / form
        room.mkdir(parents=True)
        WRITERS[form].write(talk(id=f"70{nth}", start=START + nth * 86_400), room)
        inside = next(path for path in room.rglob("*") if path.is_file()).parent
        (inside / "gone.json").symlink_to(tmp_path / "nowhere")
    _good(tmp_path / "in" / "two")
    study, _ = _study(tmp_path / "in", tmp_path)
    assert len(study.table("groups")) == 3


@pytest.mark.skipif(sys.platform != "linux", reason="other systems' names are text")
def test_undecodable_folder_name_does_not_stop_a_run(tmp_path, capsys):
    """A Chinese ZIP unpacked on Linux has names in GB18030 bytes."""
    _good(tmp_path / "in" / "two")
    _good(tmp_path / "in" / "one")
    strange = os.fsencode(tmp_path / "in") + b"/\xc8\xba\xc1\xc4"
    os.rename(tmp_path / "in" / "one", strange)  # noqa: PTH104 - bytes
    note = os.path.join(strange, b"\xc8\xba.txt")  # noqa: PTH118 - bytes
    with open(note, "wb") as file:  # noqa: PTH123 - bytes
        file.write(b"a note\n")
    study, _ = _study(tmp_path / "in", tmp_path)
    assert len(study.table("groups")) == 1  # the same group twice
    assert cli.main(["inspect", str(tmp_path / "in")]) == 1  # the note is no export
    said = capsys.readouterr()
    assert "unexpected" not in said.out + said.err
    shutil.rmtree(strange)


def test_a_discord_export_of_any_name_is_read(tmp_path):
    """It was recognised, and 0 messages were read without a note."""
    (tmp_path / "in").mkdir()
    for nth, name in enumerate(("export.txt", "export.bak", "export")):
        group = talk(posts=6, id=f"70{nth}", first=900 + 10 * nth)
        made = WRITERS["discord"].write(group, tmp_path)
        made.rename(tmp_path / "in" / name)
    study, _ = _study(tmp_path / "in", tmp_path)
    assert study.table("groups")["messages"].tolist() == [6] * 3


@pytest.mark.parametrize("form", ["discord", "telegram"])
def test_truncated_export_keeps_its_whole_messages(tmp_path, capsys, form):
    """It said that what stands before was read, and dropped all of it."""
    (tmp_path / "in").mkdir()
    path = WRITERS[form].write(talk(posts=8), tmp_path / "in")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    study, (told,) = _study(path, tmp_path)
    kept = study.ledger.kept[""]
    assert 3 <= kept < 8
    assert "breaks off" in str(told)
    assert not any("not read" in gap for gap in study.manifest.gaps)
    words = ("convert", str(path), "--to", "chatlab", "-o", str(tmp_path / "c"))
    assert cli.main(words) == 1
    (written,) = (tmp_path / "c").iterdir()
    assert written.read_text("utf-8").count('"_type": "message"') == kept
    assert "read in part" in capsys.readouterr().err
