"""Which messages people are asked about, and by what name each goes."""

from dataclasses import replace

import pytest

from helpers import cli
from helpers.errors import BrokenFileError, MissingSourceError
from helpers.own_groups.hand_labels import read_messages, select_written
from helpers.own_groups.run import Plan, make_study
from helpers.records import from_rows
from helpers.study.store.ingest import Terms, ingest_exports
from helpers.study.store.store import write_store


def store(folder, *rows):
    """Return a store of messages."""
    filled = [
        {"kind": "text", "bot": False, "time_us": 0, "group": "g"} | r for r in rows
    ]
    return write_store([from_rows("message", filled)], folder, {})


def test_only_messages_written_by_people_are_labelled(tmp_path):
    """Notices, bots, blanks and messages without text are left out."""
    held = store(
        tmp_path / "s",
        {"id": "1", "text": "hi"},
        {"id": "2", "text": "on duty", "bot": True},
        {"id": "3", "text": "Ann joined", "kind": "notice"},
        {"id": "4", "text": "  "},
        {"id": "5", "text": None, "kind": "image"},
        {"id": "6", "text": "yo", "bot": None},
        {"id": "6", "text": "yo", "bot": None},
    )
    assert select_written([held])["message"].tolist() == ["1", "6"]


def test_messages_without_id_have_names_that_stay(tmp_path):
    """A name is the time and the place in it; a later export changes none."""
    rows = [{"time_us": t, "text": text} for t, text in ((5, "a"), (5, "b"), (7, "c"))]
    one = store(tmp_path / "1", *rows)
    before = select_written([one])
    two = store(tmp_path / "2", {"time_us": 5, "text": "d"})
    after = select_written([one, two])
    assert before["message"].tolist() == ["5-0", "5-1", "7-0"]
    assert after["message"].tolist() == [*before["message"], "5-2"]


def test_files_of_lines_and_tables(tmp_path):
    """Lines go by their number; a table says the group; both are masked."""
    plain, table = tmp_path / "a.txt", tmp_path / "b.csv"
    plain.write_text("早\n\ncall 138-1234-5678\n", encoding="utf-8")
    table.write_text('group,text\nx,"one\ntwo"\ny,three\n', encoding="utf-8")
    lines = read_messages(plain)
    assert lines["message"].tolist() == ["1", "3"]
    assert "1234" not in lines["text"][1]
    assert read_messages(table)[["group", "text"]].values.tolist() == [
        ["x", "one\ntwo"],
        ["y", "three"],
    ]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [("a.csv", b"group,words\nx,y\n", "no column text"), ("b.txt", b"\xff", "as text")],
)
def test_unreadable_sources_are_named(tmp_path, name, content, said):
    """A file without texts, or not of text, ends in a sentence."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(BrokenFileError, match=said):
        read_messages(tmp_path / name)


def test_missing_sources_are_named(tmp_path):
    """No file, or a folder that no run made, says what to do."""
    for source in (tmp_path, tmp_path / "x"):
        with pytest.raises(MissingSourceError, match="shequn run"):
            read_messages(source)


@pytest.fixture
def labelled(tmp_path, monkeypatch):
    """Return the plan of a run on nine messages, with three answers to four asked."""
    chat, out, labels = (tmp_path / name for name in ("a.csv", "run", "labels.csv"))
    rows = [f"2024-01-0{day} 10:00:00,s{day % 3},g,好 {day}\n" for day in range(1, 10)]
    chat.write_text(f"time,sender,group,text\n{''.join(rows)}", encoding="utf-8")
    ingest_exports([chat], out / "store", Terms())
    monkeypatch.setattr("sys.stdin", iter(["p\n", "s\n", "n\n"]))
    assert cli.main(["label", str(out), "-o", str(labels), "--size", "4"]) == 0
    return Plan(exports=[chat], out=out, labels=labels)


def test_labels_of_a_run_become_tables_of_its_study(labelled):
    """Answers with their probability; beside them what the machine made of all."""
    study, _ = make_study(labelled)
    labels, readings = study.table("labels"), study.table("readings")
    assert sorted(labels["label"]) == ["negative", "positive"]
    assert labels["probability"].tolist() == pytest.approx([4 / 9 * 2 / 4] * 2)
    assert readings["age_day"].tolist() == list(range(9))
    assert readings["messages"].tolist() == [1] * 9
    days = readings.set_index("age_day")["predicted"]
    assert labels["predicted"].tolist() == days[labels["age_day"]].tolist()


def test_a_sample_of_fewer_messages_is_refused(labelled, tmp_path):
    """After more exports the sample is no longer one of all messages."""
    more = tmp_path / "b.csv"
    more.write_text("time,sender,group,text\n2024-02-01 10:00:00,s1,g,later\n")
    plan = replace(labelled, exports=[*labelled.exports, more])
    with pytest.raises(BrokenFileError, match="of 9 messages, and there are 10 now"):
        make_study(plan)


def test_whole_groups_are_read_to_their_end(tmp_path, monkeypatch):
    """Groups drawn whole reach the study as such, the half-read one left out."""
    chat, out, labels = (tmp_path / name for name in ("a.csv", "run", "labels.csv"))
    rows = [
        f"2024-01-{day:02} 10:00:00,s{day % 3},g{day % 4},好 {day}\n"
        for day in range(1, 21)
    ]
    chat.write_text(f"time,sender,group,text\n{''.join(rows)}", encoding="utf-8")
    ingest_exports([chat], out / "store", Terms())
    monkeypatch.setattr("sys.stdin", iter(["y\n"] * 7))
    asked = ["--kind", "off_topic", "--size", "10", "--whole-groups"]
    assert cli.main(["label", str(out), "-o", str(labels), *asked]) == 0
    study, _ = make_study(Plan(exports=[chat], out=out, labels=labels))
    read = study.table("labels")
    assert read["drawn"].tolist() == ["group"] * 5
    assert read["group"].tolist() == [read["group"].iloc[0]] * 5
    assert read["probability"].tolist() == [0.25] * 5  # one of two of four to its end
    assert study.table("readings")["predicted"].tolist() == [0.5] * 20


def test_run_with_a_sample_of_which_nothing_is_labelled_yet(labelled):
    """Found by damage: an unexpected error, where somebody had stopped at once."""
    lines = labelled.labels.read_text("utf-8").splitlines()
    blank = [lines[0], *(line.rpartition(",")[0] + "," for line in lines[1:])]
    labelled.labels.write_text("\n".join(blank) + "\n", "utf-8")
    study, _ = make_study(labelled)
    assert study.table("labels").empty
    labelled.labels.write_text(lines[0] + "\n", "utf-8")
    with pytest.raises(MissingSourceError, match="no labels yet"):
        make_study(labelled)
