"""What surrounds a file: inputs of the kinds of public reports."""

import json
import zipfile

import pytest

import helpers as sq
from helpers.derive.inspect import inspect_exports
from helpers.formats.rows.losses import ROUNDED, SHARED


@pytest.mark.filterwarnings("ignore:Groups with a stretch")  # between the files
def test_rows_numbered_anew_in_every_file_are_other_messages(tmp_path):
    """Files of a group with rows numbered from one lost all but the first file's."""
    for part in range(3):
        rows = "".join(
            f"{n},2024-01-{5 * part + n:02d}T10:00:00Z,{who},hi {part},g\n"
            for n, who in enumerate("xyxyx", 1)
        )
        path = tmp_path / f"{part}.csv"
        path.write_text(f"id,time,sender,text,group\n{rows}", "utf-8")
    (tmp_path / "key").write_text("0" * 64)
    table = sq.clean(sq.read_messages(tmp_path, key=tmp_path / "key"))
    assert (len(table), table["group"].nunique()) == (15, 1)


def test_an_id_that_two_people_share_at_one_time_is_none(put):
    """Of two messages within a minute one was left."""
    rows = "".join(f"5,2024-01-01 08:00,{'AB'[n % 2]},hi\n" for n in range(4))
    path = put(f"id,time,sender,text\n{rows}", "g.csv")
    assert len(sq.clean(sq.read_messages(path, zone="UTC"))) == 4


@pytest.mark.parametrize("ids", ["7.32E+18", "7320000000000000000"])
def test_ids_that_a_spreadsheet_rounded_leave_all_messages(put, ids):
    """One of sixty messages was left."""
    rows = "".join(f"{ids},2024-01-01 08:{n}0,{'AB'[n % 2]},hi\n" for n in range(6))
    path = put(f"id,time,sender,text\n{rows}", "g.csv")
    (found,) = inspect_exports([path]).exports
    assert found.messages == len(sq.clean(sq.read_messages(path, zone="UTC"))) == 6
    assert {why for _, why, _ in found.doubts} & {ROUNDED, SHARED}


@pytest.mark.parametrize("one", ["7.32E+18", "1,23E+17", "732120000000004000"])
def test_rounded_ids_of_senders_are_refused(put, one):
    """They would make one person of many."""
    rows = "".join(f'"{one}",n{n},2024-01-01 08:{n}0,hi\n' for n in range(4))
    path = put(f"user_id,name,time,text\n{rows}", "g.csv")
    (found,) = inspect_exports([path]).exports
    assert "a spreadsheet rounded" in found.error


def test_an_empty_text_beside_texts_is_nothing_written(put):
    """Inspection and run counted a null as a message that `clean` dropped."""
    said = [
        {"sender": "u", "timestamp": 1704103200, "type": 0, "content": content}
        for content in ("a", None, "")
    ]
    export = {"chatlab": {"version": "0.0.2"}, "meta": {"name": "g"}, "messages": said}
    path = put(json.dumps(export), "g.json")
    (found,) = inspect_exports([path]).exports
    assert found.messages == len(sq.clean(sq.read_messages(path, zone="UTC"))) == 1


_NATIVE = (
    "·甲\n2026年9月5日 08:05\n[图片] 图片_1.jpg\n\n"
    "·乙\n2026年9月5日 下午 8:06\n第一行\n\n· 不是人\n\n"
    "·甲\n2026年9月14日 12:32\n好\n"
)


@pytest.mark.parametrize(
    ("names", "groups"),
    [
        (("读书会的聊天.zip", "跑步的聊天.zip"), 2),
        (("a/读书会的聊天.zip", "b/读书会的聊天(1).zip"), 1),
        (("a.zip", "b.zip"), 2),
    ],
)
@pytest.mark.filterwarnings("ignore:Groups with a stretch")
def test_wechats_own_exports_are_groups_by_the_names_of_their_archives(
    tmp_path, names, groups
):
    """All texts have one name; without a name two are one only if they begin alike."""
    for month, name in enumerate(names, 1):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("聊天记录.txt", _NATIVE.replace("年9月", f"年{month}月"))
    (tmp_path / "key").write_text("0" * 64)
    table = sq.read_messages(tmp_path, key=tmp_path / "key", zone="Asia/Shanghai")
    assert (len(table), table["group"].nunique()) == (6, groups)
