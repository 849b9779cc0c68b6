"""Which chats are groups."""

import tomllib
from pathlib import Path

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.formats import Options, read_export

KINDS = {
    "personal_chat": "private", "bot_chat": "bots", "saved_messages": "saved",
    "private_channel": "channels", "public_channel": "channels",
    "private_group": None, "private_supergroup": None, "public_supergroup": None,
}  # fmt: skip


def account():
    """Everything that a full account of Telegram holds, two messages a chat."""
    chats = [
        {"id": n, "name": f"chat {n}", "type": kind, "messages": [
            {"id": m, "type": "message", "date_unixtime": f"{1_709_254_800 + m}",
             "from": "Ann", "from_id": "user1", "text": "hi"}
            for m in (1, 2)
        ]}
        for n, kind in enumerate(KINDS, 1)
    ]  # fmt: skip
    about = {"about": "x", "personal_information": {"user_id": 1}}
    return about | {"chats": {"about": "y", "list": chats}}


@pytest.mark.parametrize("include", [(), ("private",), ("bots", "channels", "saved")])
def test_a_full_account_of_telegram_has_the_groups_only(put, key, include):
    """Private chats, saved messages, bots and channels are none unless named."""
    path, options = put(account(), "result.json"), Options(include=include)
    wanted = sum(word is None or word in include for word in KINDS.values())
    reading = read_export(path, key=key, options=options)
    batches = list(reading)
    for kind, rows in (("group", wanted), ("message", 2 * wanted)):
        assert sum(b.table.num_rows for b in batches if b.kind == kind) == rows
    assert sum(reading.frame.messages.values()) == 2 * (len(KINDS) - wanted)
    (found,) = inspect_exports([path], options).exports
    heard = wanted - ("bots" in include)  # in that chat only a bot wrote
    assert (found.groups, found.messages) == (heard, 2 * heard)
    assert sum(found.others.values()) == len(KINDS) - wanted


OTHERS = tomllib.loads(Path(__file__).with_name("chats_of_two.toml").read_text("utf-8"))


@pytest.mark.some(2)
@pytest.mark.parametrize("form", sorted(OTHERS))
def test_a_chat_of_two_is_no_group_in_any_format_that_tells(put, form):
    """It is said what was left out, and that it can be asked for."""
    content, word = OTHERS[form]
    path = put(content, "export.json")
    (found,) = inspect_exports([path]).exports
    assert (found.groups, found.messages, found.others) == (0, 0, {word: 1})
    assert f"--include {word}" in found.as_text()
    (asked,) = inspect_exports([path], Options(include=(word,))).exports
    assert (asked.groups, asked.messages) == (1, 1)


def test_a_section_of_friends_in_qqs_own_text_is_no_group(put):
    """Its name is one that the user gave; that of groups has 群 in it."""
    line = "=" * 64
    parts = (
        f"{line}\n消息分组:{sort}\n{line}\n消息对象:{name}\n{line}\n\n"
        "2019-07-16 8:15:05 甲(1)\n早\n\n"
        for sort, name in (("我的QQ群", "读书群"), ("同学", "乙"))
    )
    (found,) = inspect_exports([put("".join(parts), "a.txt")]).exports
    assert (found.groups, found.messages, found.others) == (1, 1, {"private": 1})
