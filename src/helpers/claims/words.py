"""Words, kinds of groups and numbers of answers, in both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from helpers.claims.register import Text

FOR, AGAINST, NEAR, OPEN = "weak signs for", "weak signs against", "near", "open"
BY_BAR, BY_READING, BY_KIND = (
    "depends on the bar", "depends on what counts", "depends on the kind",
)  # fmt: skip
RELATED, NOT_MEASURED = "related number", "not measured"
WORDS: Mapping[str, Text] = MappingProxyType(
    {
        "very likely": Text("very likely", "很可能对"),
        "probably": Text("probably", "多半对"),
        FOR: Text("weak signs for it", "略有支持"),
        NEAR: Text("near the number", "接近"),
        BY_BAR: Text("depends on the bar", "看门槛"),
        BY_READING: Text("depends on what counts", "看怎么算"),
        BY_KIND: Text("depends on the kind", "看是哪种群"),
        OPEN: Text("open", "说不准"),
        AGAINST: Text("weak signs against it", "略有反证"),
        "probably not": Text("probably not", "多半不对"),
        "very unlikely": Text("very unlikely", "基本不对"),
        RELATED: Text("a related number", "旁证"),
        NOT_MEASURED: Text("not measured", "没有测"),
    }
)
CERTAINTIES: Mapping[str, Text] = MappingProxyType(
    {
        "high": Text("high", "很有把握"),
        "moderate": Text("moderate", "较有把握"),
        "low": Text("low", "把握不大"),
        "very low": Text("very low", "把握很小"),
    }
)
LEVELS = ("very low", "low", "moderate", "high")  # of certainty
TWO_DIGITS = 1.95  # ratios from here on are printed with one digit
HUNDRED = 100
REASONS: Mapping[str, Text] = MappingProxyType(
    {
        "association": Text(
            "an association: groups may differ in other ways, too",
            "只是相关：这些群别的方面也可能不同",
        ),
        "large": Text("but a large one", "但差得很多"),
        "one source": Text("a single source", "只有一个来源"),
        "indirect": Text("measured indirectly", "只能间接地量"),
        "said": Text(
            "what people say in polls, not what they were seen to do",
            "是问卷里的说法，不是看到的做法",
        ),
        "places differ": Text(
            "places differ much",
            "各处差得多",
        ),
        "biased": Text(
            "known biases push towards this answer", "已知的偏差正好推向这个答案"
        ),
        "imprecise": Text("the range is wide", "范围太宽"),
        "few places": Text("fewer than five places", "不到五处"),
        "stand-in": Text("our stand-in for a judgement", "用我们定的标准代替人的判断"),
    }
)


def format_number(value: float, of: str, form: str = "", column: str = "mean") -> str:
    """Format a number of an answer for a sentence.

    >>> format_number(0.168, "share"), format_number(0.168, "share", "of100")
    ('17%', '17')
    >>> format_number(2.138, "ratio"), format_number(0.55, "ratio", "less")
    ('2.1', '45%')
    >>> format_number(0.021, "difference", "points")
    '2.1'
    """
    if column.startswith("n_"):
        return f"{int(value):,}"
    return FORMS[form or of](value).replace("-", "−")


def _format_percent(share: float) -> str:
    """Format a share: whole percent, one digit where it is below 1 or above 99."""
    percent = HUNDRED * share
    digits = 1 if (0 < abs(percent) < 1 or 0 < HUNDRED - percent < 1) else 0
    return f"{percent:.{digits}f}%"


FORMS: Mapping[str, Callable[[float], str]] = MappingProxyType(
    {
        "of100": lambda value: f"{HUNDRED * value:.0f}",
        "share": _format_percent,
        "sd": lambda value: f"{value:.2f}",
        "less": lambda value: _format_percent(1 - value),
        "more": lambda value: _format_percent(value - 1),
        "points": lambda value: f"{HUNDRED * value:.1f}",
        "days": lambda value: f"{value:,.0f}",
        "difference": lambda value: f"{value:+.2f}",
        "count": lambda value: f"{value:.1f}" if value < HUNDRED else f"{value:,.0f}",
        "ratio": lambda value: f"{value:.{1 if value >= TWO_DIGITS else 2}f}",
    }
)


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
        "poll": Text("what WeChat users say, in polls", "微信用户自己的说法（问卷）"),
        "trial": Text("tried elsewhere by lot", "别处抽签试过的"),
        "contributed": Text("groups whose owners gave counts", "群主自愿交来计数的群"),
        "own": Text("your groups", "你的群"),
        "published": Text(
            "messenger and platform groups, published studies",
            "通讯软件和平台上的群（已发表研究）",
        ),
    }
)
SHORT_NAMES: Mapping[str, str] = MappingProxyType(  # in tables
    {
        "chat": "chats",
        "forum": "forums",
        "open": "open platforms",
        "list": "mailing lists",
        "meetup": "meet-ups",
        "qa": "Q&A sites",
        "course": "courses",
        "survey": "surveys",
        "poll": "polls",
        "trial": "published trials",
        "contributed": "groups given by their owners",
        "own": "your groups",
        "published": "published studies",
    }
)
ALL = Text("all kinds measured", "测过的所有群")


def name_kind(kind: str) -> Text:
    """Return the name of a kind of groups; ``all`` are all kinds measured."""
    return ALL if kind == "all" else KINDS[kind]
