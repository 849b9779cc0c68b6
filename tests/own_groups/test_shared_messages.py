"""A renamed group that was exported twice is noticed."""

import pytest

from helpers.own_groups.plan import Plan
from helpers.own_groups.run import run_study
from helpers.store.ingest import Terms


def write_chat(path, numbers, word="hello"):
    """Write a WhatsApp chat with one message an hour."""
    lines = (
        f"{13 + n // 24:02d}/04/2024, {n % 24:02d}:00 - P{n % 6}: {word} {n}\n"
        for n in numbers
    )
    path.write_text("".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def report(tmp_path):
    """Return a function that runs exports and returns the lines of the terminal."""
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")

    def run(*exports):
        lines = []
        plan = Plan(
            exports=exports, out=tmp_path / "out", terms=Terms(key=tmp_path / "key"),
            report=lines.append,
        )  # fmt: skip
        run_study(plan)
        return [line for line in lines if " share " in line or " such pair" in line]

    return run


def test_renamed_group_exported_twice_is_named(report, tmp_path):
    """Its messages were counted in both, without a word."""
    old = write_chat(tmp_path / "WhatsApp Chat with Old.txt", range(60))
    new = write_chat(tmp_path / "WhatsApp Chat with New.txt", range(30, 90))
    (line,) = report(old, new)
    assert "share 30 messages" in line


def test_a_file_alone_in_its_folder_goes_by_its_own_name(report, tmp_path):
    """The app puts each file into a folder: "0 and 1 share 30 messages"."""
    for number, (one, hours) in enumerate({"Old": (0, 60), "New": (30, 90)}.items()):
        room = tmp_path / "chosen" / str(number)
        room.mkdir(parents=True)
        write_chat(room / f"WhatsApp Chat with {one}.txt", range(*hours))
    (line,) = report(tmp_path / "chosen")
    assert "Old.txt" in line
    assert "New.txt" in line


def test_groups_of_one_table_cannot_be_left_out(report, tmp_path):
    """The remedy, to leave out one of the exports, could not be followed."""
    rows = [f"2024-04-{1 + n // 24:02d}T{n % 24:02d}:00:00Z,P{n % 6},hello {n}"
            for n in range(60)]  # fmt: skip
    table = [f"{row},{group}\n" for group in "ab" for row in rows]
    (tmp_path / "log.csv").write_text("time,sender,text,group\n" + "".join(table))
    assert report(tmp_path / "log.csv") == []


def test_many_pairs_of_equal_groups_are_counted(report, tmp_path):
    """Four exports of one chat are six pairs; those of ten filled the screen."""
    chats = [
        write_chat(tmp_path / f"WhatsApp Chat with {one}.txt", range(n, n + 60))
        for n, one in enumerate("ABCD")
    ]
    *lines, last = report(*chats)
    assert len(lines) == 5
    assert last == "and 1 more such pair"


def test_groups_that_talk_at_the_same_hours_are_not_named(report, tmp_path):
    """Neither times alone nor a few copied messages make one group of two."""
    one = write_chat(tmp_path / "WhatsApp Chat with One.txt", range(60))
    other = write_chat(tmp_path / "WhatsApp Chat with Two.txt", range(60), "servus")
    with other.open("a", encoding="utf-8") as file:
        file.writelines(one.read_text("utf-8").splitlines(keepends=True)[:15])
    assert report(one, other) == []
