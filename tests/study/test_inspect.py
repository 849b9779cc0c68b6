"""What `shequn inspect` says, and what it must never say."""

import json
import re
import subprocess
import sys
import zipfile

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.formats.reading.source import Options
from helpers.store.discovery import list_candidates
from pipeline.validation.export_writers import WRITERS, Change, Community, Person, Post

CHAT = (
    "13/04/2024, 10:00 - Zebulon: a secret\n"
    "13/04/2024, 10:01 - Yolanda left\n"
    "13/04/2024, 10:02 - Zebulon: <Media omitted>\n"
)


@pytest.fixture
def chat(put):
    """A chat of WhatsApp."""
    return put(CHAT, "chat.txt")


def test_pdf_and_empty_folder_are_named(tmp_path):
    """They were "not text in UTF-8" and "of no format: 0 files"."""
    (tmp_path / "a.pdf").write_bytes(
        b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256))
    )
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4\n1 0 obj\n")
    (tmp_path / "empty").mkdir()
    paths = [tmp_path / name for name in ("a.pdf", "b.pdf", "empty")]
    errors = [findings.error for findings in inspect_exports(paths).exports]
    assert [error.partition(".")[0] for error in errors] == [
        "is a PDF, which is not read",
        "is a PDF, which is not read",
        "is of no format that is known here: no file",
    ]


def test_rows_of_a_table_without_a_time_are_numbered(tmp_path):
    """The advice for two empty cells was to export by the usual calendar."""
    path = tmp_path / "t.csv"
    path.write_text("time,sender,text\n2024-01-05 10:00,a,b\n,a,b\nsoon,a,b\n", "utf-8")
    text = inspect_exports([path]).as_text()
    assert "fill in the time of these rows" in text
    assert "(the first below the header is 1): 2, 3" in text


def test_columns_of_a_table_are_not_printed(tmp_path):
    """A header may hold names of people."""
    path = tmp_path / "t.csv"
    path.write_text("Ann Lee,Bob\n1,2\n", "utf-8")
    report = inspect_exports([path], Options(columns={"time": "when"}))
    for language in ("en", "zh"):
        assert "when" in report.as_text(language)
        assert "Ann Lee" not in report.as_text(language)


def test_no_word_and_no_name_is_in_a_report(chat):
    """Neither as text nor as JSON."""
    report = inspect_exports([chat])
    shown = report.as_text() + json.dumps(report.as_dict())
    assert not [word for word in ("Zebulon", "Yolanda", "secret") if word in shown]


def test_a_report_counts_what_is_there(chat):
    """Format, groups, people, messages, events, days."""
    (found,) = inspect_exports([chat]).exports
    assert (found.form, found.groups, found.members, found.speakers) == (
        "WhatsApp TXT",
        1,
        2,
        1,
    )
    assert (found.messages, found.events) == (2, {"leave": 1})
    assert found.period == ("2024-04-13", "2024-04-13")
    assert found.observability.time_zone_known is False


def test_report_counts_people_and_writers_separately(chat):
    """Somebody who only left is counted, and is none of those who wrote."""
    lines = inspect_exports([chat]).as_text().splitlines()
    counts = lines[: lines.index("  what it can show")]
    told = dict(line.split(maxsplit=1) for line in counts[1:])
    assert (told["groups"], told["people"]) == ("1", "2, of whom 1 wrote")
    assert told["messages"] == "2"


def test_report_counts_messages_and_days_as_a_run_does(put):
    """Deleted texts and bots were counted; a message of 01:05 was of the day before."""
    rows = ["time,sender,text,bot", "2025-03-01T17:05:00Z,ann,hello,"]
    rows += ["2025-03-02T01:00Z,ann,[deleted],", "2025-03-02T02:00Z,robot,ping,true"]
    report = inspect_exports([put("\n".join(rows) + "\n", "log.csv")])
    (found,) = report.exports
    assert (found.messages, found.sums["bots"], found.sums["blanks"]) == (1, 1, 1)
    assert found.period == ("2025-03-02", "2025-03-02")
    assert "2025-03-02 至 2025-03-02（Asia/Shanghai）" in report.as_text("zh")


def test_lines_about_joining_are_no_member_list_where_others_wrote(chat):
    """Members were known from events, and the card said that no list is there."""
    (found,) = inspect_exports([chat]).exports
    assert found.observability.members_source == "speakers"


def test_start_that_may_be_missing_is_called_possible(chat):
    """An export from the group's first line had a missing start."""
    assert re.search(r"left truncated +possible\b", inspect_exports([chat]).as_text())


def test_a_bad_file_in_a_folder_is_reported_as_itself(tmp_path):
    """Not as a folder without text, nor by the name that it has in a ZIP."""
    (tmp_path / "in").mkdir()
    with zipfile.ZipFile(bad := tmp_path / "in" / "a.zip", "w") as archive:
        archive.writestr("_chat.txt", "[13/01/2024, 11:00:00] Ann: hi\n")
    data = bytearray(bad.read_bytes())
    data[45] ^= 255  # within what is packed: its sum is another now
    bad.write_bytes(data)
    assert list_candidates([tmp_path / "in"]) == [bad]
    (found,) = inspect_exports(list_candidates([tmp_path / "in"])).exports
    assert "damaged" in found.error


def test_unreadable_file_does_not_hide_readable_ones(tmp_path):
    """One bad file does not hide the good one."""
    good, bad = tmp_path / "chat.txt", tmp_path / "undecided.txt"
    good.write_text(CHAT, encoding="utf-8")
    bad.write_text("03/04/2024, 10:00 - Ann: hi\n", encoding="utf-8")
    first, second, third = inspect_exports([bad, good, tmp_path / "absent"]).exports
    assert "--date-order" in first.error
    assert (second.error, second.messages) == (None, 2)
    assert "not there" in third.error


CANARY = "kanarie"


def planted():
    """A community in which every name, word, title and id is a canary."""
    ids = ("7799001", "7799002")
    people = tuple(Person(one, f"{CANARY}{n}") for n, one in enumerate(ids))
    when = 1_700_000_000 * 10**6
    said = f'{CANARY} "version": "{CANARY}" {CANARY}1 138-0013-8000'
    happenings = (
        Post(id="88990001", time_us=when, sender=ids[0], text=said),
        Post(id="88990002", time_us=when, sender=ids[1], text="1", reply_to="88990001",
             reactions=((ids[0], CANARY),)),
        Change(time_us=when, kind="join", actor=ids[0], subjects=(ids[1],)),
        Change(time_us=when, kind="rename", actor=ids[0], value=CANARY),
    )  # fmt: skip
    return Community(id="6699003", name=CANARY, people=people, owner=ids[0],
                     members=ids, happenings=happenings)  # fmt: skip


def say_each(paths, options=None):
    """All that a report says, of each export and as a whole: texts and JSON."""
    report = inspect_exports(paths, options)
    for one in (*report.exports, report):
        shown = json.dumps(one.as_dict(), ensure_ascii=False)
        yield one.as_text() + one.as_text("zh") + shown


def test_report_contains_no_marker_word_of_any_format(tmp_path):
    """Whole, cut off, or with every word made something else: names stay inside."""
    folder = tmp_path / CANARY
    own = "table_parquet"  # with columns of its own
    paths = {form: folder / form for form in sorted(WRITERS)}
    for form, room in paths.items():
        room.mkdir(parents=True)
        paths[form] = WRITERS[form].write(planted(), room)
    tables = [paths.pop(own)], WRITERS[own].options

    def tell():
        told = zip([*paths, "report"], say_each(paths.values()), strict=True)
        return [*told, *((own, one) for one in say_each(*tables))]

    whole = tell()
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            file.write_bytes(
                data[: len(data) * 2 // 3].replace(b"time", CANARY.encode())
            )
    marks = CANARY, "7799", "8899", "6699", "0013"
    leaks = [(form, m) for form, told in (*whole, *tell()) for m in marks if m in told]
    assert leaks == []


@pytest.mark.parametrize("year", [1445, 2567])
def test_dates_of_another_calendar_are_reported_with_what_to_do(put, year):
    """Hijri and Buddhist years are counted losses, and no year of ours."""
    path = put(CHAT.replace("2024", str(year)), "chat.txt")
    (found,) = inspect_exports([path]).exports
    assert (found.messages, found.period) == (0, None)
    assert "export with dates of the usual calendar" in found.as_text()


def test_errors_in_a_report_name_no_key_and_no_file(tmp_path):
    """A list of users by id has ids for keys; an archive has names of files."""
    keys, packed = tmp_path / f"{CANARY}.json", tmp_path / "b.zip"
    keys.write_text(json.dumps({CANARY: 1, f"wxid_{CANARY}": 2}), encoding="utf-8")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(f"it's {CANARY}.zip", "x")
    told = "".join(say_each([keys, packed, tmp_path / f"{CANARY}.txt"]))
    assert CANARY not in told
    assert "known here: JSON." in told
    assert "known here: text without message lines." in told
    assert "is not there, but … is" in told
    assert "不存在，倒是有 …" in told


def test_only_a_version_of_the_exports_own_is_shown(put):
    """Somebody may write of versions."""
    path = put(CHAT + '13/04/2024, 10:03 - A: "version": "1.2"\n', "chat.txt")
    (found,) = inspect_exports([path]).exports
    assert found.version is None


def test_a_table_of_what_can_be_seen_is_shown(put):
    """Time-zone certainty, losses and every field of the observability."""
    shown = inspect_exports([put("no header\n" + CHAT, "chat.txt")]).as_text()
    lines = (
        "a clock without a zone, to the minute",
        "loss",
        "members source",
        "replies",
    )
    assert not [line for line in lines if line not in shown]


def test_report_is_chinese_whole(put):
    """English words stood between Chinese ones, or the whole report was English."""
    bad = put("nothing of a chat", "bad.txt")
    report = inspect_exports([put("no header\n" + CHAT, "chat.txt"), bad])
    text = report.as_text("zh")
    words = set(re.findall("[A-Za-z]+", text))
    guide = {"docs", "getting", "your", "data", "zh", "md"}
    options = {"exported", "files", "time", "sender", "text"}  # and columns
    assert words == {"txt", "WhatsApp", "TXT", "Asia", "Shanghai"} | options | guide
    assert "读不了" in text
    assert "读到一半停下" not in text
    assert "第一条消息之前的文字：1" in text
    assert "2，其中 1 人发过言" in text


LOADED = """
import sys
from helpers.derive import inspect
print({"numba", "scipy"} & sys.modules.keys())
"""


def test_compiler_waits_for_exports():
    """Whoever misspells a path need not wait for what takes long to load."""
    words = [sys.executable, "-c", LOADED]
    told = subprocess.run(words, capture_output=True, check=True, encoding="utf-8")
    assert told.stdout.split() == ["set()"]


def test_id_in_place_of_a_version_is_not_printed(put):
    """Found by damage: versions are short numbers, ids are not."""
    head = {"version": "779913001", "exportedAt": 1}
    chat = {"chatlab": head, "meta": {"name": "g"}, "members": [], "messages": []}
    (found,) = inspect_exports([put(chat, "a.json")]).exports
    assert (found.form, found.version) == ("ChatLab", None)
    head["version"] = "0.0.2"
    (found,) = inspect_exports([put(chat, "a.json")]).exports
    assert found.version == "0.0.2"


def test_a_thousand_unreadable_files_take_a_few_lines(tmp_path):
    """Each had three lines; `--json` has all of them."""
    for number in range(30):
        (tmp_path / f"n{number}.txt").write_text("notes\n", "utf-8")
    report = inspect_exports(list_candidates([tmp_path]))
    text = report.as_text()
    assert text.count("not read  is of no format") == 10
    assert "20 more not read: is of no format" in text
    assert "另有 20 份读不了" in report.as_text("zh")
    assert len(report.as_dict()["exports"]) == 30
