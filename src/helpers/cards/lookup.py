"""Web page that looks up the outcome of groups similar to one's own.

Kind, age, writers of the last month and days since the last message are looked up in
the committed table of groups in the same state. The page needs no server.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from helpers.cards.page import open_page, show_both
from helpers.cards.sentences import Text, describe_failure, name_source
from helpers.files import write_text
from helpers.forecast.alike import AGES, MESSAGES, SILENT, WRITERS
from helpers.forecast.record import read_record
from helpers.inference import compute_wilson_interval
from helpers.small_counts import get_notice

NAME = "your-group.html"
TITLE = Text("Your group, without an export", "不用导出，看看你的群")
HOME = {
    "en": ("index.html", "← Shequn Evidence: the claims"),
    "zh": ("zh/index.html", "← 社群实证：五篇文章的说法"),
}
LEAD = Text(
    "A few facts that you know by heart, and what became of public groups with about"
    " the same ones. The numbers below are an example: put in yours. Nothing that you"
    " type leaves this page.",
    "填几件你随口说得出的事，看看情形相近的公开群后来怎样。下面的数只是例子，请改成你的。"
    "填的东西不会离开这一页。",
)
NOT_WECHAT = Text(
    "None of these is WeChat. Each line counts its own source only. In brackets, 95%"
    " intervals (Wilson), too narrow, as groups of one source are alike. Age, writers"
    " (or messages) and days of silence are compared in classes, so yours need not be"
    " the same to the day. Each group counts once, averaged over the days on which it"
    " was in the same classes. The two spans of days do not overlap, so a group silent"
    " in the first may write in the second.",
    "这些来源没有一个是微信。每一行只数它自己的来源。括号里是 95% 区间（Wilson），"
    "没算进同一来源的群彼此相像，所以偏窄。群龄、说话的人数（或消息数）和没消息的天数都分档比，"
    "不必和你的一模一样。一个群若有好几天在同一档，先取这几天的平均，只算一个群；两段日子不重叠，"
    "前一段没人说话的群，后一段可能又有人说。",
)
NOT_FORECAST = Text(
    "The percentages above are counts. A forecast was tried and is not used here.",
    "上面是实际的计数，不是预测。我们另试过预测，这里不用。",
)
KINDS: Mapping[str, Text] = {
    "chat": Text("chat group", "聊天群"),
    "lounge": Text("forum lounge", "论坛专楼"),
    "mailing list": Text("mailing list", "邮件列表"),
}
ASKED = (
    ("age", Text("Age of the group, in days", "建群多少天了"), "200"),
    ("silent", Text("Days since the last message", "最后一条消息过去几天了"), "3"),
)
BUSY = {
    "people": Text("People who wrote in the last 28 days", "最近 28 天有几个人说话"),
    "messages": Text("Messages of the last 28 days", "最近 28 天有几条消息"),
}
KIND_ASKED = Text("Kind", "类型")
WORDS: Mapping[str, Text] = {
    "range": Text(
        "In short: of groups like this, {again} had a message within 60 days, and"
        " {alive} one 90 to 149 days later, depending on the source ({k} of them).",
        "总的看：这样的群，此后六十天内又有消息的占 {again}，"
        "此后第 90 到 149 天有消息的占 {alive}，因来源而异（{k} 个来源）。",
    ),
    "found": Text(
        "{source}: of {groups} groups like this, {again} had a message within 60 days"
        " from then; of those followed that far, {alive} had a message"
        " 90 to 149 days later",
        "{source}：这样的群有 {groups} 个，此后六十天内又有消息的占 {again}，"
        "看得到那么久的群里，此后第 90 到 149 天有消息的占 {alive}",
    ),
    "share": Text("{n}% ({low}% to {high}%)", "{n}%（{low}%–{high}%）"),
    "none": Text(
        "{source}: fewer than ten groups like this, so no number",
        "{source}：这样的群不到十个，不给数",
    ),
    "incomplete": Text("Fill in all numbers.", "请把数都填上。"),
    "impossible": Text(
        "The last message cannot be older than the group.",
        "最后一条消息不会比群还早。",
    ),
}


def write_lookup_page(folder: Path) -> Path:
    """Write the web page ``your-group.html`` into a folder; return its path."""
    path = folder / NAME
    write_text(path, "".join(_build_page()))
    return path


def build_counts() -> dict[str, Any]:
    """Return by source the percentage of public groups that later had messages."""
    table = read_record("alike")
    sources = []
    for source, rows in table.groupby("source"):
        name = name_source(str(source))
        states = rows[["age", "writers", "silent"]].astype(str).agg(" ".join, axis=1)
        cells = map(_list_percentages, rows["groups"], rows["again"], rows["alive"])
        kind = str(rows["kind"].iloc[0])
        listed = dict(zip(states, cells, strict=True))
        sources.append({"en": name.en, "zh": name.zh, "kind": kind, "cells": listed})
    counted = table.groupby("kind")["counted"].first().to_dict()
    bands = {"age": AGES, "people": WRITERS, "messages": MESSAGES, "silent": SILENT}
    words = {name: text._asdict() for name, text in WORDS.items()}
    return {"sources": sources, "counted": counted, "bands": bands, "words": words}


def _list_percentages(groups: int, *shares: float) -> list[int]:
    """Return a number of groups and, for each share of them, it and its limits in %.

    The same group may be in a state more than once, so a share need not be of whole
    groups; its interval is that of the nearest number of groups.
    """
    cell = [groups]
    for share in shares:
        interval = compute_wilson_interval(share * groups, groups)
        cell += [round(100 * one) for one in (share, interval.low, interval.high)]
    return cell


def _build_page() -> Iterator[str]:
    script = files(__package__).joinpath("lookup.js").read_text("utf-8")
    counts = json.dumps(build_counts(), ensure_ascii=False, separators=(",", ":"))
    yield from open_page(TITLE)
    if notice := get_notice():  # it is a page of a site that shows small counts
        yield f"<p>{escape(notice)}</p>"
    for language, (at, words) in HOME.items():
        yield f'<p lang="{language}"><a href="{at}">{words}</a></p>'
    yield f"<h1>{show_both(TITLE)}</h1><p>{show_both(LEAD)}</p></header><main>"
    yield '<form id="state"><p><label for="kind">'
    yield f'{show_both(KIND_ASKED)}</label><select id="kind" name="kind">'
    for kind, text in KINDS.items():
        at = escape(kind, quote=True)
        both = f'data-en="{escape(text.en)}" data-zh="{escape(text.zh)}"'
        yield f'<option value="{at}" {both}>{escape(text.en)}</option>'
    yield "</select></p>"
    (age, age_words, age_value), (silent, silent_words, silent_value) = ASKED
    yield _ask_number(age, show_both(age_words), age_value)
    busy = "".join(
        f'<span data-counted="{counted}">{show_both(text)}</span>'
        for counted, text in BUSY.items()
    )
    yield _ask_number("writers", busy, "6")
    yield _ask_number(silent, show_both(silent_words), silent_value)
    yield '</form><section id="found" aria-live="polite"></section>'
    yield f"<p><strong>{show_both(NOT_WECHAT)}</strong></p>"
    failure = f"{show_both(NOT_FORECAST)} {show_both(describe_failure())}"
    yield f'<p class="small">{failure}</p></main>'
    yield f'<script type="application/json" id="counts">{counts}</script>'
    yield f"<script>\n{script}</script>"
    yield "</body></html>\n"


def _ask_number(name: str, label: str, value: str) -> str:
    return (
        f'<p><label for="{name}">{label}</label><input type="number" min="0"'
        f' id="{name}" name="{name}" value="{value}"></p>'
    )
