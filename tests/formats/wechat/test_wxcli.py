"""wx-cli's outputs, and those of programs that write the same, by their sources."""

import zipfile

import yaml

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


def test_yaml_in_an_archive_is_read(tmp_path):
    """Its size was taken for a swollen header."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.yaml", to_yaml(build()))
    assert recognise_format(tmp_path / "a.zip").NAME == "wx-cli"
