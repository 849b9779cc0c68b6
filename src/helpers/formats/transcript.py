"""Read transcripts of lines ``[2024-01-01 08:00:00] name: text``, of any platform.

The brackets may be missing, and the name may stand in ``<name>``; lines of IRC that
begin with a mark are notices, or what somebody does (``* ann waves``). Above the first
line may stand facts on the chat, between rules of signs.

Programs for WeChat (wx-cli) and QQ (WeQ) write them, and people do. Who wrote is known
by what stands before the colon; wx-cli names the chat in a line of its own at the top,
and writes Markdown, too: a heading with the time, and the name in bold. WeChat itself
(2026, several messages selected and shared) writes ``·name``, the time, the words.
WhatsApp's files of Swedish iPhones look alike, and are told by its marks and its names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import blake2b
from itertools import chain
from pathlib import PurePosixPath

from helpers.files import read_own_rows
from helpers.formats.reading.chat import Chat, Talk, Transcript
from helpers.formats.reading.source import LEAST, Head, Source, Weight
from helpers.formats.rows.clock import from_wall
from helpers.formats.rows.events import Event, Known, load_grammar
from helpers.formats.rows.people import is_nobody, is_unknown, to_name_id
from helpers.formats.rows.placeholders import split_placeholders
from helpers.formats.rules.lines import is_log
from helpers.formats.wechat import wechat
from helpers.records import Batch, from_rows

NAME = "transcript"
OBSERVES = replace(
    LEAST, sender_ids="by name", time_zone_known=False, left_truncated=True,
    joins_observed=True, resolution="minute",
)  # fmt: skip
OUTSIDE = {"private": "private", "official": "channels"}
_TIME = (
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?"
    r"(?: ?(?:Z|UTC|[-+]\d\d:?\d\d))?"
)
_WHO = r"<?((?<=<)[^<>\n]{1,64}(?=> )|[^:：\n]{1,64}(?=[:：]))(?:> |[:：] ?)"
_NOTICE = r"(?:\*{1,3}|-!-|--?>|<--?)\s"
HEADER = re.compile(rf"(?:\A|(?<=\n))\[({_TIME})\] (?:(?!{_NOTICE}){_WHO})?")
_BARE = re.compile(rf"(?:\A|(?<=\n))({_TIME})[ \t](?:(?={_NOTICE})|(?![-–\[*]){_WHO})")
_OF_IRC = re.compile(rf"{_NOTICE}+(.*)", re.DOTALL)
_ACTION = re.compile(r"\* (\S+) (.+)", re.DOTALL)
_RULE = re.compile(r"^[=\-*_—]{3,}$", re.MULTILINE)
_FACT = re.compile(r"^([^\n:：]{1,20})[:：][ \t]*(\S[^\n]{0,99})$", re.MULTILINE)
_HEADING = re.compile(rf"(?:(?:[^\n]{{0,120}})\n){{1,20}}?(?=\[{_TIME}\] )")
_WITH_ID = re.compile(r"(.+?)\s*[(（]([\w-]+@chatroom|\d{5,12})[)）]")
_MADE = re.compile(r"导出(?:时间|日期)|匯出時間|[Ee]xport(?:ed)?(?: (?:time|date))?")
_LONGEST_FOOT = 4  # lines
_TOTAL = re.compile(r"(\d+) ?(?:条|則|messages)")
_TIMED = re.compile(rf"^{_TIME}\b.*", re.MULTILINE)
_MARKDOWN = re.compile(
    rf"(?:\A|(?<=\n))### ({_TIME})\n\n(?:\*\*([^\n]{{1,64}}?)\*\*: ?)?"
)
_NATIVE = re.compile(
    r"(?:\A|(?<=\n))·(?=[^\n]{1,64}\n"
    r"(\d{4}年\d{1,2}月\d{1,2}日 .{0,4}\d{1,2}:\d\d(?::\d\d)?)(?:\n|\Z))"
    r"([^\n]+)\n[^\n]+\n?"
)
_SENT = re.compile(r"(\[\w{1,8}\]) [^\n]+\.\w{1,5}")  # a file, by its kind and name
_TITLE = re.compile(
    r"\s*(?:=== ?(?P<name>.+?)(?:\[(?P<kind>[^\[\]]*)\])? \(\d+ (?:条|messages)\) ?==="
    r"|# (?P<heading>[^\n]+?)(?: ?[（(](?P<of>群聊|group)[)）])?\n+"
    r"> (?:导出|Exported) \d+ (?:条消息|messages))"
)
_KINDS = {
    "群": "group", "群聊": "group", "group": "group", "公众号": "official",
    "私聊": "private",
}  # fmt: skip
_ENDINGS = (".txt", ".log", ".md", ".markdown")
_OF_WHATSAPP = re.compile(r"\A_chat\b|WhatsApp")
_LAYOUTS = (HEADER, _MARKDOWN, _BARE, _NATIVE)
_UNNAMED = re.compile(r"聊天记录(?:\s*\(?\d+\)?)?")  # as WeChat calls every chat
_OF_CHAT = re.compile(r"(.+?)的?聊天(?:记录)?(?:\s*\(?\d+\)?)?")
_BEGINNING = 2000  # characters in which exports of one chat without a name are alike
_LEAST_LINES = 2  # that begin with a time, of a text without brackets around it
_SECONDS = len("2024-01-01 08:00:00")
_NUMBER = re.compile(r"\d{5,12}")  # of QQ, which is an id


def has_signature(head: Head) -> bool:
    """Detect a transcript by its first line, unless it has WhatsApp's marks."""
    if not head.names or not head.names[0].lower().endswith(_ENDINGS):
        return False
    text = head.start
    if "\u200e" in text or _OF_WHATSAPP.search(f"{head.name}\n{head.names[0]}"):
        return False
    layout = _find_layout(text.lstrip("\ufeff\n "), head.names[0])
    return layout is not None and not is_log(who for _, who in layout.findall(text))


def _find_layout(start: str, name: str) -> re.Pattern[str] | None:
    r"""Return the headers of a text's messages, or None if it is no transcript.

    >>> _find_layout(
    ...     "2024-01-02 08:00 a: hi\n2024-01-02 08:01 b: x\n", "a.txt"
    ... ) is _BARE
    True
    """
    title = _TITLE.match(start)
    if title and title["heading"]:
        return _MARKDOWN if _MARKDOWN.search(start, title.end()) else None
    heading = title or _find_heading(start)
    body = start[heading.end() :].lstrip() if heading else start
    for layout in (HEADER, _NATIVE):
        if layout.match(body):
            return layout
    if not name.endswith(".txt") or not _BARE.match(body):
        return None
    timed = _TIMED.findall(body.rpartition("\n")[0])  # the last may be cut off
    is_bare = len(timed) >= _LEAST_LINES and all(map(_BARE.match, timed))
    return _BARE if is_bare else None


def _find_heading(start: str) -> re.Match[str] | None:
    """Return what stands above the first line: facts, or a title between rules."""
    heading = _HEADING.match(start)
    is_one = heading and (_FACT.search(heading[0]) or _RULE.search(heading[0]))
    return heading if is_one else None


def weight(head: Head) -> Weight:
    """Return how strongly a text indicates a transcript: more than WhatsApp's."""
    lines = sum(1 for _ in chain(*(one.finditer(head.start) for one in _LAYOUTS)))
    return Weight(own=True, begins=True, lines=lines)


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of one transcript, of one group."""
    name, start = source.name, source.head.start.lstrip("\ufeff\n ")
    title = _TITLE.match(start)
    heading = None if title else _find_heading(start)
    facts = _read_facts(title, heading)
    layout = _find_layout(start, name) or HEADER
    is_wechat = layout is _NATIVE or facts.get("platform") == "wechat"
    label = facts.get("name") or _name_group(source)
    group = facts.get("id") or label
    chat = Chat(source, name, group, _parse_event)
    for at, talk in enumerate(Transcript(source, name, layout).talks()):
        if (at or not heading) and _TITLE.sub("", talk.before.lstrip("\ufeff")).strip():
            source.losses.lost("text before the first message", name, 1)
        declared = _cut_foot(talk, heading)
        yield from _read_entries(source, talk, chat, layout)
        source.losses.balance("messages", name, declared=declared, found=chat.rows)
    row = {"group": group, "label": label, "file": name, "position": 1}
    row["platform"] = "wechat" if is_wechat else None
    row["kind"] = facts.get("kind")
    if made := facts.get("made"):
        (time_us,) = from_wall([made], source.options.zone).to_pylist()
        source.state_export(group, time_us, name)
    yield from_rows("group", [row])


def _read_facts(
    title: re.Match[str] | None, heading: re.Match[str] | None
) -> dict[str, str]:
    """Return the chat's name, id, kind and platform, and the day of its export."""
    if title:
        kind = title["kind"] or title["of"]
        facts = {"name": title["name"] or title["heading"], "platform": "wechat"}
        return facts | ({"kind": _KINDS.get(kind, kind)} if kind else {})
    said = dict(_FACT.findall(heading[0])) if heading else {}
    known = read_own_rows("formats", "table_columns.toml")["columns"]
    names = {*known["group"], *known["envelope"], "聊天对象", "群聊名称", "chat name"}
    facts = {}
    for key, fact in said.items():
        if key.strip().lower() in names:
            match = _WITH_ID.fullmatch(fact)
            facts |= {"name": match[1], "id": match[2]} if match else {"name": fact}
        elif _MADE.fullmatch(key.strip()):
            facts["made"] = fact
        elif fact.strip() in _KINDS:
            facts["kind"] = _KINDS[fact.strip()]
    if heading and re.search("微信|WeChat|@chatroom", heading[0]):
        facts["platform"] = "wechat"
    return facts


def _cut_foot(talk: Talk, heading: re.Match[str] | None) -> int | None:
    """Cut what stands below the last line, behind a rule as above the first one.

    Returns the number of messages that it states, if any.
    """
    rules = _RULE.findall(heading[0]) if heading and talk.body else []
    for rule in rules[-1:]:
        body, is_found, foot = talk.body[-1].rpartition(f"\n{rule}\n")
        if is_found and foot.count("\n") < _LONGEST_FOOT:
            talk.body[-1] = body
            stated = _TOTAL.search(foot)
            return int(stated[1]) if stated else None
    return None


def _parse_event(line: str, known: Known) -> Event | None:
    """Return the group event in a line of WeChat's, QQ's or a program's for IRC."""
    notice = _OF_IRC.fullmatch(line)
    if notice:
        return load_grammar("irc").match(notice[1], known)
    return wechat.parse_event(line, known) or load_grammar("qq").match(line, known)


def _name_group(source: Source) -> str:
    """Return a chat's name by its file, archive or folder, else by how it begins."""
    stem = PurePosixPath(source.name).stem
    if not _UNNAMED.fullmatch(stem):
        return stem
    for name in (source.stem, source.path.parent.name):
        if not _UNNAMED.fullmatch(name) and (match := _OF_CHAT.fullmatch(name)):
            return match[1]
    start = source.head.start[:_BEGINNING]
    return f"{stem} {blake2b(start.encode(), digest_size=8).hexdigest()}"


def _read_entries(
    source: Source, talk: Talk, chat: Chat, layout: re.Pattern[str]
) -> Iterator[Batch]:
    if any(len(time) >= _SECONDS for time in talk.time[:1]):
        source.observed["resolution"] = "second"
    names = [_bare_nick((who or "").strip()) for who in talk.who]
    bodies = [body.strip("\n") for body in talk.body]
    for at, name in enumerate(names):
        action = None if name else _ACTION.fullmatch(bodies[at])
        if action and _parse_event(bodies[at], tuple) is None:
            nick = _bare_nick(action[1])
            if to_name_id(nick) in chat.spoke or nick in names:
                names[at], bodies[at] = nick, action[2]
    if layout is _MARKDOWN:
        bodies = [body.replace("\n> ", "\n") for body in bodies]
    if layout is _NATIVE:
        sent = map(_SENT.fullmatch, bodies)
        bodies = [
            file[1] if file else body for file, body in zip(sent, bodies, strict=True)
        ]
    kinds, words = split_placeholders(bodies)
    is_app = [is_nobody(name) and not is_unknown(name) for name in names]
    kind = ["system" if app else k for app, k in zip(is_app, kinds, strict=True)]
    told = zip(kind, bodies, words, strict=True)
    text = [
        wechat.strip_mark(body) if k == "system" else word for k, body, word in told
    ]
    people = map(_identify_person, names)
    sender = [None if app else who for app, who in zip(is_app, people, strict=True)]
    chat.names(zip(sender, names, strict=True))
    yield from chat.batches(
        position=talk.line,
        time_us=talk.time_us,
        sender=sender,
        kind=kind,
        text=text,
        rule=talk.rules,
    )


def _bare_nick(name: str) -> str:
    """Return a nick without IRC's mark of who may speak or is an operator."""
    return name[1:] if name[:1] in {"@", "+", "%", "&"} and name[1:].strip() else name


def _identify_person(name: str) -> str:
    return name if _NUMBER.fullmatch(name) else to_name_id(name)
