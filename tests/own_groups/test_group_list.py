"""`shequn run --list groups.csv`: a list with two dates per group becomes a study."""

import datetime as dt
import re

import pandas as pd
import pytest

import helpers as sq
from helpers.errors import BrokenFileError, MissingSourceError, ShequnError
from helpers.formats.reading.source import Options
from helpers.library.lifetimes import silence
from helpers.own_groups.group_list import (
    describe_unused_rows,
    list_ignored_columns,
    list_rows,
    publish_list,
    read_group_list,
)
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study, run_study
from helpers.records import DAY_US, to_day_end_us, to_day_us
from helpers.store.ingest import Terms
from helpers.wording.messages import render

HEAD_EN = "name,founded,last message,seen until,members,kind"
HEAD_ZH = "群名;建群日期;最后发言;截至;人数;类型"
ROWS = [
    ("readers", "2023-01-10", "2023-04-02", "2024-01-01", "40", "learning"),
    ("runners", "2023-02-01", "2023-12-28", "2024-01-01", "3", "interest"),
    ("cooks", "2023-03-05", "2023-03-05", "2024-01-01", "", ""),
]


@pytest.fixture(autouse=True)
def own_key(monkeypatch, tmp_path):
    """Keep the key away from the user's own."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path))


def write(path, head, rows, separator=",", encoding="utf-8"):
    """Write a list and return its path."""
    lines = [head, *(separator.join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding)
    return path


def write_day(day):
    """Return a day as Chinese spreadsheets write it."""
    return day.replace("-", "年", 1).replace("-", "月") + "日"


def publish(path, **more):
    """Make the study of a list."""
    options = {"seen": None, "k": 5, "key": None} | more
    return publish_list(path, path.parent / "study", **options)


def test_chinese_excel_list_is_read_like_the_english_one(tmp_path):
    """Excel saves GB18030 with semicolons, and days as 2023年1月10日."""
    english = write(tmp_path / "en.csv", HEAD_EN, ROWS)
    types = {"learning": "学习", "interest": "兴趣", "": ""}
    rows = [
        (name, write_day(born), last.replace("-", "/"), seen, members, types[kind])
        for name, born, last, seen, members, kind in ROWS
    ]  # fmt: skip
    chinese = write(tmp_path / "zh.csv", HEAD_ZH, rows, ";", "gb18030")

    assert read_group_list(chinese).equals(read_group_list(english))


def test_common_chinese_headers_are_read_and_notes_are_ignored(tmp_path):
    """建群时间 was refused, and so was a column of remarks."""
    head = "群名,建群时间,最后消息,成员数,备注"
    path = write(tmp_path / "g.csv", head, [("读书会", "2023-01-10", "", "40", "好")])
    assert list_ignored_columns(path) == ["备注"]
    assert read_group_list(path)["members"].tolist() == [40]


def test_list_of_few_groups_gives_a_page_with_all_of_them(tmp_path):
    """Four groups made no page at all, though the guide promised their days."""
    path = write(tmp_path / "g.csv", HEAD_EN, ROWS)
    lines = []
    plan = Plan(exports=[], listed=path, out=tmp_path / "s", report=lines.append)
    run_study(plan)
    page = (tmp_path / "s" / "your-groups.html").read_text("utf-8")
    assert page.partition("</table>")[0].count("<tr>") == len(ROWS) + 1
    assert ">82<" in page  # readers: days from founding to the last message
    assert ">40<" in page
    assert "fewer than 5" in page
    assert "no message after the founding day" in page
    assert "60 days without a message" in page
    assert len(lines) == len(ROWS) + 1


@pytest.mark.parametrize(
    ("last", "days", "state"),
    [
        ("2024-03-01", 0, "alive"),
        ("2024-01-02", 59, "alive"),
        ("2024-01-01", 60, "inactive"),
    ],
)
def test_days_of_silence_are_days_of_the_calendar(tmp_path, last, days, state):
    """A group that wrote on the last day was silent for a day, and 59 days were 60."""
    path = write(
        tmp_path / "g.csv", HEAD_EN, [("a", "2023-06-01", last, "2024-03-01", "", "")]
    )
    (row,) = list_rows(publish(path))
    assert (row.silent_days, row.state) == (days, state)


def test_label_of_few_members_is_hidden(tmp_path):
    """A group of three is known by its name."""
    rows = [(*row, "shown") for row in ROWS[:2]]
    path = write(tmp_path / "groups.csv", HEAD_EN + ",label", rows)

    registry = publish(path).table("registry")
    assert registry["label"].tolist() == ["shown", "–"]
    assert "readers" not in registry.to_csv()  # groups go by keyed hashes
    assert publish(path, k=1).table("registry")["label"].tolist() == ["shown"] * 2


def test_last_day_counts_as_observed(tmp_path):
    """A group seen until 1 January was observed until that day ended."""
    registry = publish(write(tmp_path / "g.csv", HEAD_EN, ROWS)).table("registry")

    assert set(registry["end_us"]) == {to_day_end_us(dt.date(2024, 1, 1))}
    assert (registry["last_us"] == registry["origin_us"]).sum() == 1


def test_members_and_facts_have_tables(tmp_path):
    """A count opens the claims that need one, a fee those about fees."""
    rows = [(*row, fee) for row, fee in zip(ROWS, ("0", "99", ""), strict=True)]
    study = publish(write(tmp_path / "g.csv", HEAD_EN + ",fee", rows))
    snapshots, facts = study.table("snapshots"), study.table("facts")

    assert snapshots["members"].tolist() == [40, 3]
    assert (snapshots["day"] == to_day_us(dt.date(2024, 1, 1)) // DAY_US).all()
    assert facts[facts["fact"] == "paid"]["value"].tolist() == [0, 1]
    assert study.observability.members_source == "count"


def test_unused_rows_are_counted_and_named_with_what_each_lacks(tmp_path):
    """Only their number was told, so that nobody knew which rows to correct."""
    bad = [("x", "", "2023-02-01", "2024-01-01", "", ""),
           ("w", "2023-05-01", "", "2024-01-01", "", ""),
           ("", "", "", "", "", ""),
           ("y", "2023-05-01", "2023-02-01", "2024-01-01", "", ""),
           ("z", "2023-05-01", "2024-02-01", "2024-01-01", "", "")]  # fmt: skip
    path = write(tmp_path / "g.csv", HEAD_EN, [*ROWS, *bad])
    ledger, told = publish(path).ledger, describe_unused_rows(path)
    assert (sum(ledger.set_aside.values()), ledger.kept[""]) == (4, 3)
    assert (
        ": 5 (no founding date); 6 (no date of the last message); 8 (last mess" in told
    )
    assert {*ledger.set_aside} < set(re.findall(r"\((.*?)\)", told))
    assert "5（没有建群日期）；6（没有最后发言日期）" in render(told, "zh")
    assert describe_unused_rows(write(tmp_path / "good.csv", HEAD_EN, ROWS)) == ""


def test_an_end_of_observation_from_outside_decides_which_rows_are_late(tmp_path):
    """The day of --exported holds where the list has none."""
    path = write(tmp_path / "g.csv", "founded,last message", [])
    path.write_text("founded,last message\n2023-01-01,2023-05-01\n", "utf-8")

    assert describe_unused_rows(path) == ""
    late = describe_unused_rows(path, to_day_end_us(dt.date(2023, 2, 28)))
    assert late.endswith(": 2 (a date after the end of observation)")


def test_list_is_not_cut_at_an_export_day_before_its_last_dates(tmp_path):
    """Rows with later dates were left out: the groups that survived."""
    rows = [(*row[:3], "", *row[4:]) for row in ROWS]
    path = write(tmp_path / "g.csv", HEAD_EN, rows)
    with pytest.raises(BrokenFileError, match=r"after 2023-02-28.*give 2023"):
        publish(path, seen=to_day_end_us(dt.date(2023, 2, 28)))


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
@pytest.mark.parametrize("is_told", [True, False])
def test_a_list_ends_with_a_day_in_run_and_library(tmp_path, zone, is_told):
    """A day told ended hours off one in the list, and a day off the library's."""
    path = tmp_path / "g.csv"
    rows = [("2023-01-01", "2023-11-02"), ("2023-01-02", "2023-11-03")]
    text = "".join(f"{born},{last},2024-01-01\n" for born, last in rows)
    path.write_text(f"founded,last message,seen until\n{text}", "utf-8")
    frame, day = pd.read_csv(path), dt.date(2024, 1, 1)
    if is_told:
        cut = frame.drop(columns="seen until")
        cut.to_csv(path, index=False)
    terms = Terms(options=Options(zone=zone), exported=day if is_told else None)
    plan = Plan(exports=[], out=tmp_path / "out", listed=path, terms=terms)
    ours = silence(make_study(plan)[0])
    seen = day if is_told else "seen until"
    groups = sq.groups_from(frame, born="founded", last="last message", seen=seen)
    theirs = silence(groups)
    assert ours.ended.tolist() == theirs.ended.tolist() == [True, False]
    assert ours.durations.tolist() == theirs.durations.tolist()


FIRST = ",".join(ROWS[0][1:])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{HEAD_EN}\na,10/01/2023,,,,", "row 2, column founded: '10/01"),
        (f"{HEAD_EN}\na,2023-02-30,,,,", "a day that exists"),
        (f"{HEAD_EN}\na,2023-01-10,,,many,", "column members: 'many'"),
        (f"{HEAD_EN}\na,2023-01-10,,,,sect", "column kind: 'sect'"),
        ("name,founded\na,2023-01-10", "row 1: no column last message"),
        ("name\na", "no column founded (建群日期), last message (最后发言)"),
        ('{"groups": [\na', "is JSON, not a table"),
        ("name,born,founded,last\na,a,a,a", "two columns mean the same"),
        (f'{HEAD_EN}\n"readers,{FIRST}\nb,{FIRST}', "is not a CSV file"),
        (f"{HEAD_EN}\n{'x' * 200_000},{FIRST}", "is not a CSV file"),
        (f"{HEAD_EN}\n", "has no row"),
        (b"PK\x03\x04" + bytes(range(256)), "save it as CSV UTF-8"),
    ],
)
def test_what_is_no_list_is_named_with_what_is_allowed(put, text, words):
    """A month that may be a day is not guessed; long cells crashed, open marks ate."""
    with pytest.raises(BrokenFileError) as error:
        read_group_list(put(text, "g.csv"))
    assert words in str(error.value)


def test_wrong_cell_of_a_chinese_table_is_named_in_its_words(tmp_path):
    """The error named an English column and English kinds."""
    rows = [("a", "2023-01-10", "2023-02-10", "", "", "团购")]
    path = write(tmp_path / "g.csv", HEAD_ZH, rows, ";")
    with pytest.raises(BrokenFileError) as error:
        read_group_list(path)
    told = render(error.value.message, "zh")
    assert "类型" in told
    assert "兴趣、学习" in told


def test_missing_or_empty_list_error_says_what_to_do(tmp_path):
    """No file, no date."""
    with pytest.raises(MissingSourceError, match="one row per group"):
        read_group_list(tmp_path / "none.csv")
    useless = write(tmp_path / "h.csv", HEAD_EN, [("a", "", "", "", "", "")])
    with pytest.raises(BrokenFileError, match="no founding date: 1"):
        publish(useless)


def test_group_list_cannot_be_combined_with_exports(tmp_path):
    """One study is of one kind."""
    path = write(tmp_path / "g.csv", HEAD_EN, ROWS)
    plan = Plan(exports=[path], listed=path, out=tmp_path / "out")
    with pytest.raises(ShequnError, match="--list cannot be combined with exports"):
        make_study(plan)


def test_name_that_begins_with_small_is_not_hidden(tmp_path):
    """The note on small groups stood on the page of a group called so."""
    rows = [("small tea party", *ROWS[0][1:])]
    head = HEAD_EN + ",label"
    listed = write(tmp_path / "g.csv", head, [(*rows[0], "small tea party")])
    page = run_study(Plan(exports=(), out=tmp_path / "out", listed=listed)).page
    assert "small tea party" in page.read_text("utf-8")
    assert "stay hidden" not in page.read_text("utf-8")
