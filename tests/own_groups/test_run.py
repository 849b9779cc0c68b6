"""`shequn run`: what a user says about the exports is checked against them."""

import json
import os
import re
from dataclasses import replace
from datetime import date

import pytest

from helpers.errors import BrokenFileError, ShequnError
from helpers.own_groups.group_facts import read_group_facts
from helpers.own_groups.listing import list_named_groups
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study, run_study
from helpers.paths import RAW
from helpers.store.discovery import list_exports
from helpers.store.ingest import Terms

LINES = "time,sender,text\n2024-01-05T10:00:00Z,ann,hello\n"
HEAD = "key,label,fee,born"


@pytest.fixture
def plan(tmp_path):
    """Return a plan for one export, with further settings."""
    (tmp_path / "tea.csv").write_text(LINES, "utf-8")
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")

    def build(day=None, **more):
        terms = Terms(key=tmp_path / "key", exported=day)
        exports = [tmp_path / "tea.csv"]
        return Plan(exports=exports, out=tmp_path / "out", terms=terms, **more)

    return build


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    """Return the key of the group of every plan."""
    room = tmp_path_factory.mktemp("keys")
    (room / "tea.csv").write_text(LINES, "utf-8")
    (room / "key").write_text("07" * 32, encoding="ascii")
    groups, *_ = list_named_groups([room / "tea.csv"], Terms(key=room / "key"))
    return groups["key"].item()


def test_export_day_before_the_last_message_is_refused(plan):
    """`--exported 2001-01-01` was accepted and ignored."""
    with pytest.raises(ShequnError, match="messages from 2024-01-0"):
        make_study(plan(date(2001, 1, 1)))


def test_chart_of_a_group_that_died_shows_its_last_messages(plan):
    """Of one silent for years it was of an empty year, and shaded in a wrong place."""
    page = run_study(plan(date(2026, 1, 5))).page.read_text("utf-8")
    assert re.search(r"Messages per week, \d{4}-\d\d-\d\d to 2024-06-\d\d;", page)
    chart = page.partition("Messages per week, ")[0].rpartition("<svg")[2]
    bars = re.search(r'd="([^"]*)"[^>]*chart-blue', chart)[1]
    heights = [float(y) for y in re.findall(r"[ML][\d.]+ ([\d.]+)", bars)]
    assert max(heights) - min(heights) > 50  # points: a bar of full height is seen


def test_group_founded_after_its_messages_is_refused(plan, tmp_path, key):
    """A year mistyped as 2030 made the window end in 2030."""
    facts = tmp_path / "groups.csv"
    facts.write_text(f"{HEAD}\n{key},,,2030-01-01\n", "utf-8")
    with pytest.raises(BrokenFileError, match="row 2, column born: '2030-01-01'"):
        make_study(plan(groups=facts))


@pytest.mark.parametrize(("born", "cut"), [("2024-01-05", False), ("2024-01-04", True)])
def test_export_that_begins_on_the_founding_day_is_not_cut(
    plan, tmp_path, key, born, cut
):
    """The card said that the export may begin later than the group."""
    facts = tmp_path / "groups.csv"
    facts.write_text(f"{HEAD}\n{key},,,{born}\n", "utf-8")
    study, _ = make_study(plan(groups=facts))
    assert study.table("shown")["left_truncated"].tolist() == [cut]


def test_facts_saved_by_excel_are_read(plan, tmp_path, key):
    """Excel saves GB18030 in China and semicolons in Germany."""
    facts = tmp_path / "groups.csv"
    text = f"{HEAD}\n{key},读书会,99,2023-12-30\n".replace(",", ";")
    facts.write_bytes(text.encode("gb18030"))
    study, _ = make_study(plan(groups=facts, k=1))

    assert study.table("groups")["label"].tolist() == ["读书会"]


def test_facts_in_chinese_words_and_a_spreadsheet_s_days_are_read(tmp_path):
    """Excel rewrites 2023-12-30 as 2023/12/30; a label is never translated."""
    facts = tmp_path / "groups.csv"
    row = "abc,学习,学习,是,2023/12/30"
    facts.write_text(f"key,label,type,offline_first,born\n{row}\n", "utf-8")
    group = read_group_facts(facts, {"abc"})["abc"]

    assert (group.label, group.type) == ("学习", "learning")
    assert group.offline_first is True
    assert group.born == date(2023, 12, 30)


def _run_with_owner(tmp_path, owner):
    chat = tmp_path / "chat.txt"
    lines = ["2024/1/5 10:00 - 欧阳柚柚: 早", "2024/1/5 10:01 - 甲: 早"]
    chat.write_text("\n".join(lines * 3) + "\n", "utf-8")
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    terms = Terms(key=tmp_path / "key")
    facts = tmp_path / "群表.csv"
    key = list_named_groups([chat], terms)[0]["key"].item()
    facts.write_text(f"key,owner\n{key},{owner}\n", "utf-8")
    out = tmp_path / "out"
    plan = Plan(exports=[chat], out=out, terms=terms, every_table=True, groups=facts)
    return make_study(plan)[0]


def test_template_counts_messages_as_the_card_does(tmp_path):
    """It counted notices and deleted messages, too."""
    chat = tmp_path / "chat.txt"
    bodies = ["甲: 早", "甲: 此消息已删除", "甲创建了群组“买菜”", "乙: 早"]
    lines = [f"2024/1/{13 + at} 10:00 - {body}" for at, body in enumerate(bodies)]
    chat.write_text("\n".join(lines) + "\n", "utf-8")
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    groups, *_ = list_named_groups([chat], Terms(key=tmp_path / "key"))
    assert groups["messages"].tolist() == [2]


@pytest.mark.parametrize("owner", ["欧阳柚柚", "name:欧阳柚柚"])
def test_owner_by_name_is_found_where_an_export_has_names_only(tmp_path, owner):
    """The guide asks for the name, and every name was refused."""
    study = _run_with_owner(tmp_path, owner)
    assert study.table("windows")["owner_share"].dropna().between(0.4, 0.6).any()


def test_wrong_owner_is_refused_by_the_table_s_own_file_name(tmp_path):
    """The error named `groups.csv`, whatever the table was called."""
    with pytest.raises(BrokenFileError, match="row 2, column owner") as caught:
        _run_with_owner(tmp_path, "乙")
    assert "群表.csv" in str(caught.value.where)


def test_facts_of_a_group_that_was_not_exported_name_it(plan, tmp_path):
    """The hint said "a key of the template" of a key that the template has."""
    facts = tmp_path / "groups.csv"
    facts.write_text(f"{HEAD}\nabc,,,\n", "utf-8")
    with pytest.raises(BrokenFileError, match=r"'abc'.*a group of these exports"):
        make_study(plan(groups=facts))


def test_run_outputs_are_not_read_as_exports(tmp_path):
    """A second `shequn run . -o my-study` read the study's own files as exports."""
    (tmp_path / "tea.csv").write_text(LINES, "utf-8")
    (tmp_path / "key").write_text("07" * 32, encoding="ascii")
    terms = Terms(key=tmp_path / "key")
    for out in (tmp_path / "my-study", tmp_path):
        run_study(Plan(exports=[tmp_path / "tea.csv"], out=out, terms=terms))
    found = list_exports([tmp_path])

    assert [*found.exports] == [tmp_path / "tea.csv"]
    assert [error.where for error in found.others] == [str(tmp_path / "key")]


def test_full_disk_during_a_run_does_not_claim_that_nothing_was_changed(plan):
    """Store and tables were there, and "nothing was changed" was said."""

    def fill(*_):
        raise OSError(28, "No space left on device")

    full = replace(plan(), describe=fill)
    with pytest.raises(ShequnError, match="what was finished is kept") as caught:
        run_study(full)
    assert "nothing was changed" not in str(caught.value)


def test_results_are_not_mixed_into_the_exports(tmp_path):
    """`-o` named the folder of the exports, and the results lay between them."""
    with pytest.raises(ShequnError, match="folder of the exports"):
        run_study(Plan(exports=[tmp_path], out=tmp_path))
    assert not [*tmp_path.iterdir()]


def test_failed_run_leaves_no_empty_folder(tmp_path):
    """Every mistyped path left a folder with an empty store."""
    plan = Plan(exports=[tmp_path / "gone"], out=tmp_path / "study")
    with pytest.raises(ShequnError, match="is not there"):
        run_study(plan)
    assert not [*tmp_path.iterdir()]


def test_events_of_a_group_of_bots_are_left_out_with_it(tmp_path):
    """The run ended with an unexpected error."""
    said = {"type": "message", "text": "hi"}
    feed = said | {"subtype": "bot_message", "bot_id": "B1", "username": "feed"}
    rows = {
        "talk": [
            said | {"user": "U1", "ts": f"{1714557600 + n}.0001"} for n in range(3)
        ],
        "feed": [
            feed | {"ts": "1714557601.0001"},
            said | {"subtype": "channel_join", "user": "U1", "ts": "1714557602.0001"},
        ],
    }
    tables = {"users": [{"id": "U1", "name": "x"}]} | {
        "channels": [{"id": f"C{n}", "name": name} for n, name in enumerate(rows)]
    }
    tables |= {f"{name}/2024-05-01": content for name, content in rows.items()}
    for name, content in tables.items():
        path = tmp_path / "export" / f"{name}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), "utf-8")
    plan = Plan(exports=[tmp_path / "export"], out=tmp_path / "out")
    assert len(make_study(plan)[0].table("groups")) == 1


@pytest.mark.skipif(os.name != "posix", reason="Windows has no such modes")
def test_only_the_owner_reads_the_files_of_a_run(tmp_path):
    """Every account of the computer could read who wrote what."""
    export = RAW / "demo" / "chatlab-01.zip"
    out = tmp_path / "out"
    (tmp_path / "key").write_text("07" * 32, "ascii")
    run_study(
        Plan(exports=[export], out=out, terms=Terms(key=tmp_path / "key"), mine=True)
    )
    open_ = {p.name for p in [out, *out.rglob("*")] if p.stat().st_mode & 0o077}
    assert open_ == {"your-groups.html"}
