"""Kinds of groups, by which answers are given."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from helpers.claims.register import Text

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "chat": Text("chat servers and rooms", "聊天服务器和聊天室"),
        "forum": Text("forum lounges and boards", "论坛闲聊区和版块"),
        "open": Text("platforms where anybody opens a group", "人人随手建群的平台"),
        "list": Text("mailing lists and working groups", "邮件列表和工作组"),
        "meetup": Text("meet-ups", "线下聚会小组"),
        "qa": Text("question-and-answer sites", "问答网站"),
        "course": Text("study and check-in groups", "学习群和打卡群"),
        "survey": Text("surveys of members", "成员问卷"),
        "own": Text("your groups", "你的群"),
        "published": Text(
            "messenger and platform groups, published studies",
            "通讯软件和平台上的群（已发表研究）",
        ),
    }
)
ALL = Text("all kinds measured", "测过的所有群")
