"""wx-cli's outputs, and those of programs that write the same, by their sources."""

import json
import zipfile

import pytest
import yaml

from helpers.errors import BrokenFileError
from helpers.formats import recognise_format

INVITED = '"阿木"邀请"小北"加入了群聊'
MESSAGES = [
    ("阿木", "第一行\n第二行", "文本", "text", "第一行\n第二行"),
    ("小北", "[图片]", "文本", "text", "[图片]"),  # typed, says the type
    ("小北", "[图片] local_id=3", "图片", "image", None),
    ("阿木", "[引用] 好\n  ↳ 去吗", "链接/文件", "reply", "好"),
    ("阿木", "[文件] a.pdf", "链接/文件", "file", "a.pdf"),
    ("阿木", "[链接|书单](http://a)", "share", "link", "书单"),
    ("阿木", "[语音通话]", "voip", "call", None),
    ("", f"[系统] {INVITED}", "系统", "system", INVITED),
]


def build(**more):
    """Return what the program writes of these messages, with more in each."""
    said = [
        {"timestamp": 1_704_096_000 + n, "time": "2024-01-01 08:00", "sender": who,
         "content": words, "type": label, "local_id": n} | more
        for n, (who, words, label, *_) in enumerate(MESSAGES)
    ]  # fmt: skip
    return {
        "chat": "读书会", "username": "5@chatroom", "is_group": True, "count": 8,
        "chat_type": "group", "messages": said,
    }  # fmt: skip


def to_yaml(document):
    """Return YAML as serde writes it: keys in order, times without quotes."""
    return yaml.safe_dump(document, allow_unicode=True).replace(
        "'2024-01-01 08:00'", "2024-01-01 08:00"
    )


@pytest.mark.parametrize(
    ("name", "spell"), [("g.json", json.dumps), ("g.yaml", to_yaml), ("g.yml", to_yaml)]
)
def test_types_and_words_in_brackets_are_told_apart(read, name, spell):
    """What others said in a quote was the sender's, a typed [图片] a picture."""
    found = read("wxcli", spell(build()), name)
    assert found.recognised
    assert found.column("message", "kind", "text") == [row[3:] for row in MESSAGES]
    assert found.column("event", "kind") == ["join"]


def test_people_without_an_account_are_known_by_name(read):
    """Names were taken for ids, so that an id elsewhere was somebody else."""
    assert read("wxcli", json.dumps(build())).column("message", "sender") == [
        (row[0] and f"name:{row[0]}") or None for row in MESSAGES
    ]
    known = read("wxcli", json.dumps(build(sender_username="wxid_1")))
    assert "sender_ids" not in known.source.observed


MARKDOWN = (
    "# 读书会（群聊）\n\n> 导出 3 条消息\n\n"
    "### 2024-01-01 08:00\n\n**阿木**: 第一行\n> 第二行\n\n"
    f"### 2024-01-01 08:01\n\n[系统] {INVITED}\n\n"
    "### 2024-01-01 08:02\n\n**小*北**: [图片] local_id=4\n"
)
TEXT = (
    "=== 读书会[群] (3 条) ===\n\n[2024-01-01 08:00] 阿木: 第一行\n第二行\n"
    f"[2024-01-01 08:01] [系统] {INVITED}\n[2024-01-01 08:02] 小*北: [图片] local_id=4"
)
ENGLISH = {
    "（群聊）": " (group)",
    "导出 3 条消息": "Exported 3 messages",
    "[群] (3 条)": "[group] (3 messages)",
}


@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize(("name", "text"), [("a.md", MARKDOWN), ("a.txt", TEXT)])
def test_text_and_markdown_say_the_same(read, name, text, english):
    """Markdown was refused, and lines of the app were nobody's words unread."""
    for before, after in ENGLISH.items() if english else ():
        text = text.replace(before, after)
    found = read("transcript", text, name)
    assert found.recognised
    assert found.column("message", "sender", "kind", "text") == [
        ("name:阿木", "text", "第一行\n第二行"),
        (None, "system", INVITED),
        ("name:小*北", "image", None),
    ]
    assert found.column("event", "kind") == ["join"]
    assert found.column("group", "label", "kind") == [("读书会", "group")]


@pytest.mark.parametrize("text", ["a: [1,\nb", "a: &x [1]\nb: *x\n", "a: 1\na\n"])
def test_yaml_that_cannot_be_read_is_told(put, text):
    """Names for parts could be repeated until the memory is full."""
    with pytest.raises(BrokenFileError, match="YAML") as told:
        recognise_format(put(text, "a.yaml"))
    assert "--json" in told.value.remedy


def test_yaml_in_an_archive_is_read(tmp_path):
    """Its size was taken for a swollen header."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.yaml", to_yaml(build()))
    assert recognise_format(tmp_path / "a.zip").NAME == "wx-cli"


def test_weqs_first_json_names_the_remedy(put):
    """A bare list of messages says neither group nor day."""
    text = '[{"msgId": "1", "msgSeq": "2", "senderUin": "3"}]'
    with pytest.raises(BrokenFileError, match="WeQ") as told:
        recognise_format(put(text, "a.json"))
    assert "ChatLab" in told.value.remedy


WEQ = "时间,发送者QQ,发送者ID,内容,消息ID,序号\n"


@pytest.mark.parametrize(
    ("words", "kind", "text"),
    [
        ("[图片][图片]", "image", None), ("[文件: a.pdf]", "file", "a.pdf"),
        ("[图片 → media/image/a.jpg]", "image", None), ("[卡片消息]", "share", None),
        ("[回复: 去吗] 去", "reply", "去"), ("[红包/转账]", "red_packet", None),
        ("[微笑]", "text", "[微笑]"), ("[图片]看", "text", "[图片]看"),
        ("[合并转发]\n　甲: 别人的话", "forward", None),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", ["table", "transcript"])
def test_weqs_words_in_brackets_are_no_texts(read, form, words, kind, text):
    """They were scored as texts, forwarded people's words with them."""
    told = {
        "table": f'{WEQ}2024-01-01 08:00:00,200011,u_1,"{words}",71,1\n',
        "transcript": f"[2024-01-01 08:00:00] 200011: {words}\n",
    }
    name = {"table": "g.csv", "transcript": "g.txt"}[form]
    found = read(form, told[form], name)
    assert found.column("message", "sender", "kind", "text") == [("200011", kind, text)]


def test_what_is_no_message_is_none_in_a_table(read):
    """A pat was one, and the platform's own lines had senders."""
    rows = "".join(
        f"2024-01-01 08:0{n}:00,20001{n},u,[{word}],7{n},{n}\n"
        for n, word in enumerate(("戳一戳", "群提示", "撤回了一条消息"))
    )
    found = read("table", WEQ + rows, "g.csv")
    assert found.column("message", "sender", "kind") == [
        (None, "system"), (None, "system"), ("200012", "recalled"),
    ]  # fmt: skip


def test_chatlogs_text_is_without_quotes_and_pictures(read):
    """Its CSV writes pictures as links, and who is quoted above an answer."""
    head = "MessageID,Time,SenderName,Sender,TalkerName,Talker,Content\n"
    rows = (
        "1,2024-01-01 08:00:00,阿木,wxid_1,G,5@chatroom,![图片](http://h/image/a)\n"
        "2,2024-01-01 08:01:00,小北,wxid_2,G,5@chatroom,"
        '"> 阿木(wxid_1) 01-01 08:00:00\n> [图片]\n好看"\n'
    )
    found = read("chatlog", head + rows, "g.csv")
    assert found.column("message", "kind", "text", "id") == [
        ("image", None, "1"), ("reply", "好看", "2"),
    ]  # fmt: skip
