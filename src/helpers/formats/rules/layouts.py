"""Find how the headers of a text's messages look, and what stands above the first."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import takewhile
from pathlib import PurePosixPath
from typing import NamedTuple

from helpers.formats.reading.source import Head, Source, Weight, names_chat
from helpers.formats.rules.headers import LEVELS, is_group_column
from helpers.formats.rules.patterns import Header, compile_header, has_days
from helpers.formats.rules.programs import Program

_HALF, _NEARLY = 0.5, 0.9
_LEAST_LINES, _LEAST_OWN = 3, 2  # of no known program's, of one's
_FACT = re.compile(r"[^\w\n]*([^\W\d][^\n:：\d]{0,24}?) ?[:：]\s*([^\n]{1,200}?)\s*$")
_HEAD = re.compile(rf"\W*$|{_FACT.pattern}|\W{{2,}}.{{1,40}}\W{{2,}}$")
_RULE = re.compile(r"^[=\-*_—]{3,}$", re.MULTILINE)
_MADE = re.compile(r"导出(?:时间|日期)|匯出時間|[Ee]xport(?:ed)?(?: (?:time|date))?")
_WITH_ID = re.compile(r"(.+?)\s*[(（]([\w.-]+@[\w.-]+|[\w.-]*\d[\w.-]{2,})[)）]")
_OF_WECHAT = re.compile("微信|WeChat|@chatroom")
_NUMBERED = re.compile(r"[^\w\n]*\d")
_TIMED = re.compile(r"^\d{4}-\d\d-\d\d[ T]\d\d:\d\d\b.*", re.MULTILINE)
_MOST_FACTS, _LEAST_FACTS = 40, 2  # lines above the first message
_BEGINNING = 2000  # characters in which exports of one chat without a name are alike
_MARK = "\u200e"  # of WhatsApp
_MINUTE = len("2024-03-31 08:00")
_LEVEL = re.compile(
    rf"\b(?:{'|'.join(LEVELS).upper()})\b|(?i:[\[(<] ?(?:{'|'.join(LEVELS)}) ?[\])>])"
)
_CHAT = re.compile("chat|聊天", re.IGNORECASE)
_BESIDE = 24  # characters of what is written, in which a log names levels


class Layout(NamedTuple):
    """The pattern of a text's headers that fits most of its lines."""

    pattern: str
    header: Header
    names: Counter[str]  # of senders, in the first look
    lines: int  # with a stamp
    first: int  # where the first stands

    def weigh(self) -> int:
        """Score by the lines with a sender, and by how often senders repeat."""
        lines, people = self.names.total(), len(self.names)
        is_odd = not 1 < people < lines or is_log(self.names.elements())
        return lines > 0 if is_odd else 2 * lines - people

    def names_levels(self, text: str) -> bool:
        """Return whether most lines of a text name levels of a program's log."""
        found = self.header.find.finditer(text)
        lines = (text[one.start() : one.end() + _BESIDE] for one in found)
        return is_log("" if _CHAT.search(one) else one for one in lines)

    def has_seconds(self, time: str) -> bool:
        """Return whether a time of such a text is one to the second."""
        sign = "[:.]" if "date" in self.header.find.groupindex else ":"
        return re.search(rf"\d{sign}\d\d{sign}\d\d", time) is not None


class Facts(NamedTuple):
    """What a text says of its chat above the first message."""

    name: str | None = None
    id: str | None = None
    kind: str | None = None
    platform: str | None = None
    made: str | None = None  # when it was exported


@lru_cache(maxsize=8)  # who detects a file also reads it
def find_layout(text: str, program: Program, day: str = "") -> Layout | None:
    """Return the layout of most lines with a sender, or None if there is none.

    Clocks need a day: above them, or that of the file's name.
    """
    layouts = [_try_layout(text, pattern, day) for pattern in program.lines]
    is_own = program.has_own_lines
    counts = [one.lines if is_own else one.weigh() for one in layouts]
    most = max(counts, default=0)
    if not most:  # maybe chats in which nobody wrote
        return layouts[0] if program.section and program.begins(text) else None
    # others may be quoted; of those that begin alike the first with nearly all lines
    likely = [
        (one.first, n < most * _NEARLY, at, one)
        for at, (one, n) in enumerate(zip(layouts, counts, strict=True))
        if n >= most * _HALF
    ]
    wide = layout = min(likely)[-1]
    for piece, narrow in program.narrower:
        if piece in layout.pattern:
            closer = _try_layout(text, layout.pattern.replace(piece, narrow), day)
            kept, names = closer.names.items(), layout.names
            is_whole = "{colon}" in narrow and closer.names.total() == names.total()
            is_whole |= bool(kept) and kept <= names.items()
            layout = closer if is_whole and closer.first == wide.first else layout
    return layout._replace(pattern=wide.pattern)


def lay_out(pattern: str) -> Layout:
    """Return the layout of a pattern that is a program's only one."""
    return Layout(pattern, compile_header(pattern), Counter(), 0, 0)


def _try_layout(text: str, pattern: str, day: str) -> Layout:
    header = compile_header(pattern)
    found = [*header.find.finditer(text)]
    if found and "{clock}" in pattern and not (day or found[0]["day"]):
        found = []
    if not found:
        return Layout(pattern, header, Counter(), 0, len(text))
    place = "time" if "time" in header.find.groupindex else "clock"
    stamped = [match for match in found if match[place]]
    names = Counter(match["who"].strip() for match in stamped if match["who"])
    return Layout(pattern, header, names, len(stamped), found[0].start())


def fits(head: Head, program: Program) -> bool:
    """Return whether an export is a program's text, by how its first file begins."""
    if not head.names or not (program.starts or program.has_own_lines):
        return False  # as whatever is told by its keys
    text, is_single = clean_start(head.start), len(head.names) == 1
    if program.begins(text):
        return True
    if not program.has_own_lines:
        return False
    name = head.names[0].lower()
    is_own = name.endswith(program.endings) if program.endings else is_single
    rivals = (re.search(one, f"{head.name}\n{head.names[0]}") for one in program.rivals)
    if not is_own or any(rivals) or (program.rivals and _MARK in text):
        return False
    if not _begins_at_once(text, program):
        return False
    layout = find_layout(text, program)
    return layout is not None and _is_own(layout, text, name, program)


def _begins_at_once(text: str, program: Program) -> bool:
    """Return whether a text begins with a header, unless its program writes titles."""
    own = [one for one in program.lines if has_days(one) or not program.starts]
    headers = [compile_header(pattern).find for pattern in own]
    has_titles = bool(program.titles) and not program.starts
    return has_titles or any(header.match(text) for header in headers)


def clean_start(text: str) -> str:
    """Return a text without what may stand at its very beginning."""
    return text.lstrip("\ufeff\n ")


def _is_own(layout: Layout, text: str, name: str, program: Program) -> bool:
    above = skip_title(text[: layout.first], program)
    is_odd = layout.names_levels(text) or _goes_on(layout, text)
    if is_odd or (above.strip() and not _is_head(above)):
        return False
    if layout.pattern.startswith("{iso}"):  # as logs have, so all must be messages
        timed = _TIMED.findall(text[layout.first :].rpartition("\n")[0])
        all_fit = all(map(layout.header.find.match, timed))
        return name.endswith(".txt") and len(timed) >= _LEAST_OWN and all_fit
    first = layout.header.find.match(text, layout.first)
    if re.search(program.strangers, (first and first["who"]) or ""):
        return False
    if not first or not has_days(layout.pattern) or first["day"]:
        return True
    found = [*layout.header.find.finditer(text)]
    if len(found) < _LEAST_OWN:
        return False
    ends = [*(one.start() for one in found[1:]), len(text)]
    bodies = zip(found, ends, strict=True)
    return any(text[match.end() : end].strip() for match, end in bodies)


def _goes_on(layout: Layout, text: str) -> bool:
    """Return whether more lines in words are later than these than have a header.

    They are messages of another layout: nobody quotes what is written later.
    """
    if "{full}" not in layout.pattern:
        return False
    heads = {one.start("time"): one[0] for one in layout.header.find.finditer(text)}
    now, later = text, 0
    for line in _TIMED.finditer(text):
        now = heads.get(line.start(), now)
        later += line[0][:_MINUTE] > now[:_MINUTE]
    return later > len(heads)


def _is_head(above: str) -> bool:
    """Return whether facts, or a title between rules, stand above the first line."""
    lines = above.split("\n")
    is_short = len(lines) <= _MOST_FACTS // 2
    return is_short and bool(_RULE.search(above) or any(map(_FACT.match, lines)))


def weigh(head: Head, program: Program) -> Weight:
    """Return how strongly a beginning, or lines of its own, indicate a program."""
    text = clean_start(head.start)
    if program.begins(text):
        return Weight(own=True, begins=True, lines=1 << 21)
    layout = find_layout(text, program)
    own, lines = not (program.starts or program.keys), layout.lines if layout else 0
    return Weight(own=own, begins=True, lines=lines)


def has_head(text: str) -> bool:
    """Return whether facts stand above the first line with a number in front."""
    lines = clean_start(text).split("\n")[:_MOST_FACTS]
    above = takewhile(lambda line: not _NUMBERED.match(line), lines)
    return sum(bool(_FACT.match(line)) for line in above) >= _LEAST_FACTS


def is_chat(text: str, layout: Layout, day: str, *, is_named: bool) -> bool:
    """Return whether the lines of a text of no known program are those of a chat.

    Those of a log name levels or parts of a program instead of people, unless they or
    their folder's name say that it is one. A file of one day may have a single line.
    """
    if layout.names.total() < (1 if day else _LEAST_LINES):
        return False
    lines, people = layout.names.total(), len(layout.names)
    is_alone = bool(day) and not (layout.pattern.endswith("\n") and lines == people > 1)
    is_likely = 1 < people < lines or is_alone  # names above words come again
    is_most = is_likely and layout.lines * _HALF <= lines
    return is_most and (is_named or not layout.names_levels(text))


def is_log(names: Iterable[str]) -> bool:
    """Return whether most senders, or lines, have levels of a program's log in them.

    >>> is_log(["app.INFO", "db.ERROR", "Ann"]), is_log(["Ann", "Bob"])
    (True, False)
    """
    levels = [bool(_LEVEL.search(name)) for name in names]
    return sum(levels) > _HALF * len(levels)


def skip_title(above: str, program: Program) -> str:
    """Return what stands below the title, above the first message."""
    match = _match_title(clean_start(above), program)
    return clean_start(above)[match.end() :] if match else above


def _match_title(text: str, program: Program) -> re.Match[str] | None:
    return next(filter(None, (re.match(one, text) for one in program.titles)), None)


def list_strays(above: str, program: Program) -> list[str]:
    """List the lines above the first message that are neither title nor facts."""
    rest = skip_title(above, program)
    if program.has_own_lines and (rest != above or _is_head(rest)):
        return []
    rows = rest.strip("\ufeff \n").split("\n")[bool(program.titles and rest == above) :]
    return [one for one in rows if not _HEAD.match(one)]


def read_facts(source: Source, layout: Layout, program: Program) -> Facts:
    """Return what stands above a text's first message of its chat."""
    above = clean_start(source.head.start)[: layout.first]
    facts = dict[str, str | None]()
    for key, said in _list_facts(above):
        if is_group_column(key):
            match = _WITH_ID.fullmatch(said)
            facts.setdefault("name", match[1] if match else said)
            facts.setdefault("id", match[2] if match else None)
        elif _MADE.fullmatch(key):
            facts["made"] = said
        elif said in program.chats:
            facts["kind"] = program.chats[said]
    title = _match_title(above, program)
    name, kind = (*(title.groups() if title else ()), None, None)[:2]
    facts |= {"name": name.strip()} if name else {}
    facts |= {"kind": program.chats.get(kind, kind)} if kind else {}
    is_wechat = title or _OF_WECHAT.search(above) or "·" in layout.pattern
    platform = program.platform or ("wechat" if is_wechat else None)
    return Facts(**{"name": _name_chat(source, program)} | facts, platform=platform)


def _list_facts(above: str) -> Iterator[tuple[str, str]]:
    for line in above.split("\n")[:_MOST_FACTS]:
        if fact := _FACT.match(line):
            yield fact[1].strip(), fact[2]


def _name_chat(source: Source, program: Program) -> str:
    """Return a chat's name by its file, archive or folder, else by how it begins."""
    stem = PurePosixPath(source.name).stem.removesuffix("_utf8")
    is_unnamed = re.fullmatch(program.unnamed, stem)
    for name in (source.stem, source.path.parent.name) if is_unnamed else ():
        match = re.fullmatch(program.archives, name)
        if match and not re.fullmatch(program.unnamed, name):
            return match[1]
    is_own = stem == source.stem or not names_chat(stem)
    stem = (source.chat_name if is_own else stem).removesuffix("_utf8")
    if not re.fullmatch(program.unnamed, stem):
        return stem
    start = clean_start(source.head.start)[:_BEGINNING]
    return f"{stem} {blake2b(start.encode(), digest_size=8).hexdigest()}"


def find_foot(body: str, above: str) -> re.Match[str] | None:
    """Return what stands below the last message, behind a rule of signs."""
    foot = _FOOT.search(body)
    is_rule = foot and (len(foot[1]) >= _LONG_RULE or foot[1] in above.split("\n"))
    return foot if is_rule else None


_FOOT = re.compile(r"\n(([=*_#—-])\2{2,})(?=\n)(?:\n[^\n]*){0,4}\Z")
_LONG_RULE = 8
