"""Telegram Desktop's JSON."""

import json

from helpers.formats.rows.times import UNTIMED


def service(action, number=1, **others):
    """A service message by Ann."""
    entry = {
        "id": number,
        "type": "service",
        "date_unixtime": str(1_709_254_800 + number),
    }
    return (
        entry
        | {"actor": "Ann", "actor_id": "user1", "action": action, "text": ""}
        | others
    )


def message(number, text="hi", **others):
    """A message by Cid."""
    entry = {
        "id": number,
        "type": "message",
        "date_unixtime": str(1_709_254_800 + number),
    }
    return entry | {"from": "Cid", "from_id": "user3", "text": text} | others


def chat(*messages, number=7, name="读书群", kind="private_supergroup"):
    """One chat."""
    return {"name": name, "type": kind, "id": number, "messages": list(messages)}


def test_leaving_is_distinguished_from_being_removed_and_joining_from_being_invited(
    read,
):
    """Actor and member of the same name did it themselves."""
    found = read("telegram", chat(
        service("invite_members", members=["Bob"]),
        service("invite_members", members=["Ann"]),
        service("remove_members", members=["Ann"]),
        service("remove_members", members=["Bob"]),
        service("join_group_by_link", inviter="Bob"),
    ))  # fmt: skip
    assert found.recognised
    assert found.column("event", "kind", "actor", "subject") == [
        ("join", "user1", "name:Bob"),
        ("join", None, "user1"),
        ("leave", None, "user1"),
        ("kick", "user1", "name:Bob"),
        ("join", "name:Bob", "user1"),
    ]  # fmt: skip


def test_names_are_resolved_only_if_one_person_bore_them_and_flagged(read):
    """Members are named, not numbered, in Telegram's own words."""
    found = read(
        "telegram", chat(message(1), service("invite_members", 2, members=["Cid"]))
    )
    (event,) = found.rows["event"]
    assert event["rule"] == "telegram.invite_members (by name)"
    assert found.source.people.resolve("7", event["subject"]) == "user3"


def test_founders_are_members_and_not_joins(read):
    """The creator and those named at creation were there from the start."""
    found = read(
        "telegram", chat(service("create_group", title="G", members=["Bob", None]))
    )
    assert found.column("membership", "person") == ["user1", "name:Bob"]
    assert found.column("event", "kind") == ["create"]


def test_an_invited_person_without_a_name_is_one_unknown_join(read):
    """A deleted account is null in the list."""
    found = read("telegram", chat(service("invite_members", members=[None])))
    assert found.column("event", "kind", "subject", "value") == [
        ("join", None, "unknown person")
    ]


def test_broken_escapes_and_unquoted_ids_are_repaired(read):
    """Control characters leave the exporter as no JSON; real backslashes stay."""
    raw = json.dumps(chat(message(1, "a?b"), message(2, "literal \\x08"))).replace(
        "a?b", "a\\x08b"
    )
    raw = raw.replace('"id": 1,', '"id": 1, "document_id": video_files/sticker.webm,')
    found = read("telegram", raw)
    assert found.column("message", "text") == ["a\bb", "literal \\x08"]
    assert [kind for kind, _, _ in found.losses] == ["note"]


def test_a_broken_chat_name_is_repaired_too(read):
    """The head is spelled by the same hand as the messages."""
    raw = json.dumps(chat(message(1), name="a?b")).replace("a?b", "a\\x08b")
    assert read("telegram", raw).column("group", "label") == ["a\bb"]


def test_an_account_is_read_whole_chats_left_included(read):
    """A chat the exporter left ends for them, and says so."""
    account = {
        "about": "",
        "personal_information": {},
        "chats": {"list": [chat(message(1))]},
    }
    left = chat(message(2), number=8)
    found = read("telegram", account | {"left_chats": {"list": [left]}})
    assert found.recognised
    assert found.column("message", "group") == ["7", "8"]
    assert found.column("group", "group", "closed_kind") == [
        ("7", None),
        ("8", "exporter_left"),
    ]


def test_a_group_that_moved_is_not_dead(read):
    """A basic group and the supergroup it became are one group; ids stay apart."""
    old = chat(
        service("create_group", 1, members=[]), message(2),
        service("migrate_to_supergroup", 3), number=5, kind="private_group",
    )  # fmt: skip
    new = chat(service("migrate_from_group", 3, title="读书群"), message(4))
    found = read("telegram", {"about": "", "chats": {"list": [old, new]}})
    assert set(found.column("message", "group")) == {"7"}
    assert len(set(found.column("message", "id"))) == len(found.rows["message"])
    ((group, created, closed),) = found.column(
        "group", "group", "created_us", "closed_us"
    )
    assert (group, created, closed) == ("7", 1_709_254_801_000_000, None)


def test_group_that_moved_away_is_closed_as_migrated(read):
    """Its silence afterwards is no death."""
    found = read("telegram", chat(message(1), service("migrate_to_supergroup", 2)))
    assert found.column("group", "closed_kind") == ["migrated"]


def test_reactions_keep_their_count_and_known_people(read):
    """Those who are only counted are one row without a person."""
    reaction = {
        "type": "emoji",
        "count": 3,
        "emoji": "👍",
        "recent": [{"from_id": "user1"}],
    }
    found = read("telegram", chat(message(1, reactions=[reaction])))
    assert found.column("reaction", "person", "count") == [("user1", 1), (None, 2)]


def test_exports_before_2021_have_no_known_time_zone(read):
    """Without date_unixtime the time is the exporter's own."""
    old = {
        "id": 1,
        "type": "message",
        "date": "2020-03-01T09:00:00",
        "from_id": 4422,
        "text": "x",
    }
    found = read("telegram", chat(old))
    assert found.source.observed["time_zone_known"] is False
    assert found.column("message", "sender", "time_us") == [
        ("user4422", 1_583_024_400_000_000)
    ]


def test_unsupported_entries_are_lost_and_noted(read):
    """They have an id and nothing else, no time either."""
    found = read("telegram", chat({"id": 1, "type": "unsupported"}, message(2)))
    assert found.column("message", "id") == ["2"]
    assert ("loss", UNTIMED, 1) in found.losses
    assert ("note", "unsupported by the exporter", 1) in found.losses


def test_a_text_in_styled_pieces_is_one_text_and_its_mentions_are_retained(read):
    """Text is a string or a list of strings and spans."""
    pieces = [
        "hi ", {"type": "mention_name", "text": "Bob", "user_id": 2},
        {"type": "bold", "text": "!"},
    ]  # fmt: skip
    found = read("telegram", chat(message(1, pieces)))
    assert found.column("message", "text", "mentions") == [("hi [name]!", ["user2"])]


def test_personal_pieces_that_telegram_marks_are_masked_whole(read):
    """Of a name without a user name all was kept, of a card its ends."""
    marked = {
        "mention_name": "Xanthippe Quellbrunn", "phone": "555-0199",
        "email": "a@b.example", "bank_card": "4111111111111111",
    }  # fmt: skip
    pieces = [{"type": kind, "text": text} for kind, text in marked.items()]
    found = read("telegram", chat(message(1, pieces)))
    assert found.column("message", "text") == ["[name][phone][email][number]"]


def test_saved_messages_and_chats_without_a_name_are_read(read):
    """Some kinds of chat have none, and a name may be null."""
    chats = [
        {"type": "saved_messages", "id": 1, "messages": [message(1)]},
        {"name": None, "type": "private_group", "id": 2, "messages": [message(2)]},
    ]
    account = {"about": "x", "personal_information": {}, "chats": {"list": chats}}
    found = read("telegram", account, "result.json")
    assert found.recognised
    assert found.column("group", "group", "label") == [("1", None), ("2", None)]


def test_changes_of_title_pins_and_calls_are_events(read):
    """And what no rule knows is counted as unrecognised."""
    found = read("telegram", chat(
        service("edit_group_title", title="新"), service("pin_message", message_id=1),
        service("group_call"), service("future_action"),
    ))  # fmt: skip
    assert found.column("event", "kind") == ["rename", "pin", "call", "unrecognised"]
    assert ("note", "service message, unrecognised", 1) in found.losses


def test_media_are_reported_by_their_type_even_if_the_file_was_not_included(read):
    """A path or an excuse stands in its place."""
    absent = "(File not included. Change data exporting settings to download.)"
    found = read("telegram", chat(
        message(1, media_type="sticker", file=absent), message(2, photo=absent),
        message(3, poll={"question": "?"}), message(4, forwarded_from=None),
    ))  # fmt: skip
    assert found.column("message", "kind") == ["sticker", "image", "poll", "forward"]


def test_a_reply_to_another_chat_answers_no_message_of_this_one(read):
    """The number is the other chat's; here it may be anybody's message or topic."""
    away = message(3, reply_to_message_id=2, reply_to_peer_id="channel8")
    found = read("telegram", chat(service("topic_created", 2, title="a"), away))
    assert found.column("message", "reply_to", "topic") == [(None, "a"), (None, None)]


def test_messages_without_words_are_messages_of_another_kind(read):
    """A game or a list of tasks has no text and is not an empty message."""
    found = read("telegram", chat(message(1, "", todo_list={"title": "a"})))
    assert found.column("message", "kind") == ["other"]


def test_a_formatted_message_has_its_words(read):
    """Since 2026 they stand in blocks, and the text is empty or missing."""
    blocks = [
        {"type": "heading", "text": "Plan"},
        {"type": "paragraph", "text": ["call ", {"type": "phone", "text": "123"}]},
        {"type": "list", "items": [{"text": "a"}, {"text": "b"}]},
    ]
    formatted = message(1, "", rich_message={"blocks": blocks})
    del formatted["text"]
    found = read("telegram", chat(formatted, message(2)))
    ((kind, text), _) = found.column("message", "kind", "text")
    assert (kind, text.splitlines()[::3]) == ("text", ["Plan", "b"])
    assert "123" not in text
