"""Functions shared by WeChat readers: message types, senders, system XML."""

import html
import re
from collections.abc import Sequence
from contextlib import suppress

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from helpers.files import read_own_rows
from helpers.formats.rows.events import Event, Known, load_grammar
from helpers.formats.rows.people import is_nobody, to_name_id
from helpers.text.columns import to_text_array

_APP, _SYSTEM, _LOW = 49, 10000, 1 << 32
_TOLD = read_own_rows("formats", "wechat", "wechat_events.toml")
_KINDS, _APP_KINDS = (
    {
        int(number): str(kind)
        for kind, numbers in _TOLD[name].items()
        for number in numbers
    }
    for name in ("kinds", "app_kinds")
)
_TITLE = re.compile(r"<title>(?:<!\[CDATA\[)?([^<\]]*)", re.DOTALL)
_LEFTOVER = re.compile(r"\s*(?:\$revoke\$|\[撤销\])\s*$")
_LEAKED = re.compile(r"^(wxid_\w+|[\w-]+(?:@openim)?):\n")
_MARK = re.compile(r"^\[(?:系统(?:消息)?|撤回)\] ?")
# in the XML of system messages
_TYPE = re.compile(r'<sysmsg\s[^>]*?type="(\w+)"')
_LINK = re.compile(r'<link\s[^>]*?name="(\w+)"(.*?)</link>', re.DOTALL)
_MEMBER = re.compile(
    r"<username>(?:<!\[CDATA\[)?([^<\]]*)(?:\]\]>)?</username>"
    r"(?:\s*<nickname>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</nickname>)?",
    re.DOTALL,
)
_PLACE = re.compile(r"\$\{?(\w+)\}?\$?")


def classify_chat(chat: str) -> str | None:
    """Return group, official account, private or saved notes, from a WeChat chat's id.

    >>> [*map(classify_chat, ("1@chatroom", "gh_a", "filehelper", "wxid_a", "a"))]
    ['group', 'official', 'saved', 'private', None]
    """
    if chat.endswith("chatroom"):
        return "group"
    if chat.startswith("gh_"):
        return "official"
    if chat.startswith("wxid_") or chat.endswith("@openim"):
        return "private"
    return "saved" if chat == "filehelper" else None


def classify_type(kind: int, subtype: int = 0) -> str:
    """Return a WeChat message's kind, such as image or reply, from its type number.

    WeChat 4 keeps the subtype in the upper 32 bits.

    >>> classify_type(49, 2001), classify_type(57 << 32 | 49), classify_type(777)
    ('red_packet', 'reply', 'other')
    """
    if kind >= _LOW:
        kind, subtype = kind % _LOW, kind // _LOW
    if kind == _APP:
        return _APP_KINDS.get(subtype, "share")
    return _KINDS.get(kind, "other")


def classify_types(
    kinds: Sequence[int | str | None], subtypes: Sequence[int | str | None]
) -> list[str]:
    """Return the kind, such as image, of WeChat messages with given types and subtypes.

    >>> classify_types([49, "1", "?"], ["2001", None, None])
    ['red_packet', 'text', 'other']
    """
    pairs = list(zip(kinds, subtypes, strict=True))
    known = dict.fromkeys(pairs, "other")
    for kind, subtype in known:
        with suppress(ValueError):
            known[kind, subtype] = classify_type(int(kind or 0), int(subtype or 0))
    return [known[pair] for pair in pairs]


def is_system_sender(sender: str | None) -> bool:
    """Return whether a WeChat message was sent by the system.

    >>> is_system_sender("1@chatroom"), is_system_sender("wxid_a")
    (True, False)
    """
    return not sender or is_nobody(sender) or sender.endswith("@chatroom")


def strip_mark(text: str) -> str:
    """Return a system line without the word in brackets that a program puts before it.

    >>> strip_mark("[系统] 甲邀请乙加入了群聊"), strip_mark("[撤回] 甲撤回了一条消息")
    ('甲邀请乙加入了群聊', '甲撤回了一条消息')
    """
    return _MARK.sub("", text)


def strip_sender_prefix(text: str, known: set[str] | frozenset[str]) -> str:
    r"""Strip the sender's id that WeChat 4 puts before a group message.

    >>> [strip_sender_prefix(f"{one}:\nhi", {"wxid_a"}) for one in ("wxid_a", "note")]
    ['hi', 'note:\nhi']
    """
    match = _LEAKED.match(text)
    return text[match.end() :] if match and match[1] in known else text


def build_place_ids(sender: Sequence[str | None], seconds: pa.Array) -> pa.Array:
    """Build message ids from sender and second; number messages of the same second.

    For exports without message ids whose quotes name the sender and time quoted.

    >>> build_place_ids(["a", "b", "a"], pa.array([7, 7, 7])).to_pylist()
    ['a@7', 'b@7', 'a@7#2']
    """
    parts = (
        pc.fill_null(to_text_array(column), "None") for column in (sender, seconds)
    )
    base_ids = pc.binary_join_element_wise(*parts, "@")
    codes = base_ids.dictionary_encode()
    if len(codes.dictionary) == len(base_ids):
        return base_ids
    indices = pd.Series(codes.indices.to_numpy())
    before = pa.array(indices.groupby(indices).cumcount())
    numbered = pc.binary_join_element_wise(
        base_ids, pc.add(before, 1).cast(pa.string()), "#"
    )
    return pc.if_else(pc.greater(before, 0), numbered, base_ids)


def extract_text(text: str | None, kind: str) -> str | None:
    """Return a WeChat message's own text; of XML, only its title.

    >>> extract_text("<msg><appmsg><title>A &amp; B</title></appmsg></msg>", "link")
    'A & B'
    >>> extract_text("<msg><location x='1'/></msg>", "location") is None
    True
    """
    if not text or kind in {"text", "system"} or not text.lstrip().startswith("<"):
        return text
    match = _TITLE.search(text)
    return html.unescape(match[1].strip()) or None if match else None


def extract_texts(
    texts: Sequence[str | None], kinds: Sequence[str]
) -> list[str | None]:
    """Return the own text of each message in a column."""
    return [
        text if kind == "text" else extract_text(text, kind)
        for text, kind in zip(texts, kinds, strict=True)
    ]


def parse_quote(text: str, tag: str) -> tuple[str, str] | None:
    """Return sender and time, or content, of the message quoted in a reply's XML.

    >>> parse_quote("<refermsg><chatusr>a</chatusr><content>hi</content>", "content")
    ('a', 'hi')
    """
    _, _, refer = text.partition("<refermsg>")
    sender = _extract_tag(refer, "chatusr") or _extract_tag(refer, "fromusr")
    told = html.unescape(_extract_tag(refer, tag))
    return (sender, told) if sender and told else None


def find_quoted_messages(
    quotes: Sequence[tuple[str, str] | None], sender: Sequence[str | None],
    text: Sequence[str | None], ids: pa.Array,
) -> list[str | None]:  # fmt: skip
    """Find for each quote the last earlier message with its sender and text.

    For quotes that don't say when the message was written; only the rows that are read
    at once are looked through.

    >>> ids = pa.array(["a@7", "b@8"])
    >>> find_quoted_messages([None, ("a", "hi")], ["a", "b"], ["hi", "yes"], ids)
    [None, 'a@7']
    """
    answered_ids: list[str | None] = [None] * len(quotes)
    if not any(quotes):
        return answered_ids
    last: dict[tuple[str | None, str | None], str] = {}
    for at, own in enumerate(ids.to_pylist()):
        if quote := quotes[at]:
            answered_ids[at] = last.get(quote)
        last[sender[at], text[at]] = own
    return answered_ids


def parse_event(text: str, known: Known = tuple) -> Event | None:
    """Return the group event in a WeChat system message, or None.

    Only call it for messages whose type says that they are system messages: anybody
    can write the same words.

    >>> parse_event('你将"乙"移出了群聊').kind
    'kick'
    >>> parse_event(
    ...     '<sysmsg type="revokemsg"><revokemsg><content>"乙" 撤回了一条消息'
    ...     "</content></revokemsg></sysmsg>"
    ... ).actor
    'name:乙'
    """
    if "<sysmsg" in text:
        return _parse_xml_event(text, known)
    return load_grammar("wechat").match(_LEFTOVER.sub("", text), known)


def _parse_xml_event(text: str, known: Known) -> Event | None:
    kind = match[1] if (match := _TYPE.search(text)) else ""
    if kind == "sysmsgtemplate":
        return _match_template(text)
    if kind == "pat":
        return _parse_pat(text)
    if kind == "roomtoolstips":
        return Event("wechat.xml-todo", "announcement")
    told = (_extract_tag(text, tag) for tag in ("replacemsg", "content", "plain"))
    plain = next(filter(None, told), "<sysmsg")
    parsed_event = None if "<sysmsg" in plain else parse_event(plain, known)
    if parsed_event and kind == "delchatroommember" and (ids := _list_ids(text)):
        return parsed_event._replace(rule="wechat.xml-invite", subjects=ids)
    return parsed_event


def _match_template(text: str) -> Event | None:
    """Parse the event in a WeChat system message's template, with members' ids."""
    parsed_event = load_grammar("wechat").match(
        _LEFTOVER.sub("", _extract_tag(text, "template")).replace("$", "¤")
    )
    if parsed_event is None:
        return None
    links = {name: _list_ids(body) for name, body in _LINK.findall(text)}

    def filled(person: str | None) -> tuple[str | None, ...]:
        place = (person or "").removeprefix("name:").strip("¤")
        return links.get(place) or (None if "¤" in (person or "") else person,)

    subjects = tuple(
        filled_id for person in parsed_event.subjects for filled_id in filled(person)
    )
    members = (
        filled_id for person in parsed_event.members for filled_id in filled(person)
    )
    return parsed_event._replace(
        rule=parsed_event.rule.replace("wechat.", "wechat.xml-"),
        actor=filled(parsed_event.actor)[0],
        subjects=subjects,
        members=tuple(member for member in members if member),
    )


def _parse_pat(text: str) -> Event | None:
    actor = _extract_tag(text, "fromusername")
    subject = _extract_tag(text, "pattedusername")
    if not actor:
        actor, subject, *_ = [*re.findall(r"\$\{([\w@-]+)\}", text), "", ""]
    who = (subject or None,)
    return Event("wechat.xml-patted", "poke", actor, who) if actor else None


def _extract_tag(text: str, tag: str) -> str:
    pattern = rf"<{tag}>(?:<!\[CDATA\[)?(.*?)(?:\]\]>)?</{tag}>"
    match = re.search(pattern, text, re.DOTALL)
    return match[1].strip() if match else ""


def _list_ids(text: str) -> tuple[str, ...]:
    """Return the member ids in WeChat XML, or nicknames without ids."""
    listed = ((match[1], match[2]) for match in _MEMBER.finditer(text))
    return tuple(id_ or to_name_id(nick) for id_, nick in listed if id_ or nick)
