"""WeChat's and QQ's system lines."""

import time
import tomllib
from pathlib import Path

import pytest

from helpers.formats.rows.events import load_grammar
from helpers.formats.wechat import wechat

WECHAT = tomllib.loads(Path(__file__).with_name("wordings.toml").read_text("utf-8"))[
    "wechat"
]


def bare(person):
    """The name in a stand-in id."""
    return person and person.removeprefix("name:")


@pytest.mark.parametrize(("line", "kind", "actor", "subjects", "method"), WECHAT)
def test_wechat_system_lines_become_the_documented_events(
    line, kind, actor, subjects, method
):
    """Every documented wording, in both languages."""
    event = wechat.parse_event(line)
    told = (event.kind, bare(event.actor) or "", event.method or "")
    assert told == (kind, actor, method)
    assert [bare(one) for one in event.subjects] == subjects


def test_members_who_were_there_already_are_listed():
    """群聊参与人还有 lists silent members."""
    event = wechat.parse_event('"甲"邀请你加入了群聊，群聊参与人还有：丙、丁')
    assert [bare(one) for one in event.members] == ["丙", "丁"]


def test_known_name_containing_a_separator_is_not_split():
    """Lists are matched against known members first, longest first."""
    known = {"乙、丙", "乙"}
    event = wechat.parse_event('"甲"邀请"乙、丙、丁"加入了群聊', lambda: known)
    assert [bare(one) for one in event.subjects] == ["乙、丙", "丁"]


@pytest.mark.parametrize("name", ['x"邀请"y', "加入了群聊", "撤回了一条消息", "“q”"])
def test_names_may_hold_quotes_and_the_wording_itself(name):
    """Anchored, greedy patterns keep strange names whole."""
    event = wechat.parse_event(f'你将"{name}"移出了群聊')
    assert event.kind == "kick"
    assert bare(event.subjects[0]).strip("“”") == name.strip("“”")


@pytest.mark.parametrize(
    "line",
    ["今天天气很好", "他说加入了群聊很好", '我看到"甲"邀请"乙"加入了群聊的消息了'],
)
def test_unrelated_lines_are_not_parsed_as_events(line):
    """Patterns match whole lines only."""
    assert wechat.parse_event(line) is None


def test_a_revoke_in_xml_is_read_without_its_tags():
    """Both the old and the plain variant of 4.x."""
    for tag in ("content", "replacemsg"):
        body = f'<{tag}><![CDATA["乙" 撤回了一条消息]]></{tag}>'
        xml = f'<sysmsg type="revokemsg"><revokemsg>{body}</revokemsg></sysmsg>'
        assert wechat.parse_event(xml).actor == "name:乙"


def test_a_pat_in_xml_gives_ids():
    """${wxid} templates."""
    words = '"${wxid_a}" 拍了拍 "${wxid_b}"'
    xml = f'<sysmsg type="pat"><pat><template>{words}</template></pat></sysmsg>'
    assert wechat.parse_event(xml)[2:4] == ("wxid_a", ("wxid_b",))


@pytest.mark.parametrize("platform", ["wechat", "qq"])
@pytest.mark.parametrize(
    "piece",
    ['"甲"邀请你和"', "邀请 ", '"', "通过扫描", " 被管理员 ", "<username>", "、"],
)
def test_hostile_lines_do_not_cause_backtracking(platform, piece):
    """No pattern backtracks beyond the line's square, and length is bounded."""
    started = time.process_time()
    for length in (8_000, 200_000):
        load_grammar(platform).match(piece * (length // len(piece)))
        wechat.parse_event("<sysmsg " + piece * (length // len(piece)))
    assert time.process_time() - started < 2


def test_a_line_break_ends_a_system_line():
    """What a broken header glued below a notice is no part of a name."""
    assert wechat.parse_event('你将"乙"移出了群聊\n2024-01-01 丙') is None
    assert load_grammar("qq").match("甲 加入本群。\n乙(10002)\n早") is None


def test_group_names_in_full_width_quotes_are_read():
    """People's stand in plain ones; a group may be called with quotes of its own."""
    event = wechat.parse_event('"甲"修改群名为“读“书”群”')
    assert (event.kind, event.value) == ("rename", "读“书”群")


@pytest.mark.parametrize("leak", ["$username$", "$names$", "$adder$", "$others$", ""])
def test_unresolved_template_fields_are_unknown_people(leak):
    """Exporters leave them unresolved."""
    event = wechat.parse_event(f'"甲"邀请"{leak}"加入了群聊')
    assert (event.kind, event.subjects) == ("join", (None,))
    assert wechat.parse_event(f'"{leak or "$from$"}"邀请"乙"加入了群聊').actor is None


def test_a_list_of_todo_is_an_announcement_and_removal_by_link_has_ids():
    """Both are told in XML."""
    assert wechat.parse_event('<sysmsg type="roomtoolstips"><x/></sysmsg>').kind == (
        "announcement"
    )
    members = "<memberlist><username>wxid_b</username></memberlist>"
    body = f'<plain>你邀请"乙"加入了群聊</plain><link>{members}</link>'
    xml = f'<sysmsg type="delchatroommember"><delchatroommember>{body}'
    event = wechat.parse_event(xml + "</delchatroommember></sysmsg>")
    assert (event.kind, event.subjects) == ("join", ("wxid_b",))
