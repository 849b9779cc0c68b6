"""What happened to a group, in the words that ChatLab's own readers understand.

ChatLab has no events, only the text of system messages: WeChat's wording, or QQ's for
groups of QQ. People stand in it as the ids that their messages bear.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

WORDED = ("join", "leave", "kick", "rename")
_NOBODY = "$names$"  # as WeChat's exporters leave what they can't resolve
_WECHAT = {
    ("join", True): '"{actor}"邀请"{subjects}"加入了群聊',
    ("join", False): '"{subjects}"加入了群聊',
    ("leave", False): '"{subjects}"退出了群聊',
    ("kick", True): '"{actor}"将"{subjects}"移出了群聊',
    ("kick", False): '"$adder$"将"{subjects}"移出了群聊',
    ("rename", True): '"{actor}"修改群名为“{value}”',
    ("rename", False): '"$adder$"修改群名为“{value}”',
}
_QQ = {
    ("join", True): "{actor} 邀请 {subjects} 加入本群",
    ("join", False): "{subjects} 加入本群",
    ("leave", False): "{subjects} 退出本群",
    ("kick", True): "{subjects} 被管理员 {actor} 移出本群",
    ("kick", False): "{subjects} 被移出本群",
    ("rename", True): "{actor} 修改群名为“{value}”",
    ("rename", False): "$adder$ 修改群名为“{value}”",
}


def worded(events: Sequence[dict[str, Any]], platform: str | None) -> str | None:
    """Return one line for the events of one row, or None where there is no wording.

    Parameters
    ----------
    events
        Records of events of one kind, as dictionaries.

    Examples
    --------
    >>> worded([{"kind": "join", "actor": "a", "subject": "b", "value": None}], "slack")
    '"a"邀请"b"加入了群聊'
    """
    first = events[0]
    words = _QQ if platform == "qq" else _WECHAT
    acted = first["kind"] != "leave" and first["actor"] is not None
    if (template := words.get((first["kind"], acted))) is None:
        return None
    subjects = "、".join(one["subject"] or _NOBODY for one in events)
    value = first["value"] or ""
    return template.format(actor=first["actor"], subjects=subjects, value=value)
