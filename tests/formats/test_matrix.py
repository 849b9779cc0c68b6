"""Element's export of a Matrix room."""

import json
import zipfile

import pytest

from helpers.formats import FORMATS, Source, recognise_format


def event(kind, content, sender="@a:x", number=1, **others):
    """One raw event."""
    stamp = {
        "event_id": f"${number}",
        "room_id": "!r:x",
        "origin_server_ts": 1_600_000_000_123,
    }
    return {"type": kind, "sender": sender, "content": content} | stamp | others


def member(after, before=None, who="@b:x", sender="@b:x"):
    """A change of membership."""
    unsigned = {"prev_content": {"membership": before}} if before else {}
    return event(
        "m.room.member", {"membership": after}, sender, state_key=who, unsigned=unsigned
    )


def room(*events):
    """One room."""
    return {"room_name": "Reading", "messages": list(events)}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (member("join"), "join"),
        (member("join", "invite"), "join"),
        (member("join", "join"), "settings"),
        (member("leave", "join"), "leave"),
        (member("leave", "invite"), "settings"),
        (member("leave", "join", sender="@a:x"), "kick"),
        (member("leave", "ban", sender="@a:x"), "settings"),
        (member("ban", "join", sender="@a:x"), "kick"),
        (member("ban", "leave", sender="@a:x"), "settings"),
        (member("invite", sender="@a:x"), "settings"),
    ],
)
def test_only_crossing_the_threshold_is_joining_or_leaving(read, change, kind):
    """Profile changes, declined invitations and bans of outsiders are not."""
    found = read("matrix", room(change))
    assert found.recognised
    assert found.column("event", "kind") == [kind]


def test_a_join_after_an_invitation_names_the_inviter(read):
    """The invitation says who."""
    found = read(
        "matrix", room(member("invite", sender="@a:x"), member("join", "invite"))
    )
    assert found.column("event", "kind", "actor")[1] == ("join", "@a:x")


def test_edits_and_reactions_are_not_counted_as_messages(read):
    """An edit repeats a message, a reaction is none."""
    text = {"msgtype": "m.text", "body": "hi"}
    edit = text | {"m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}
    thumb = {
        "m.relates_to": {"rel_type": "m.annotation", "event_id": "$1", "key": "👍"}
    }
    found = read("matrix", room(
        event("m.room.message", text), event("m.room.message", edit, number=2),
        event("m.reaction", thumb, "@b:x", 3),
    ))  # fmt: skip
    assert found.column("message", "kind") == ["text", "edit", "notice"]
    assert found.column("reaction", "message", "person", "kind") == [
        ("$1", "@b:x", "👍")
    ]


def test_quoted_copy_in_a_reply_is_removed(read):
    """Clients repeat the answered words in front."""
    about = {"m.in_reply_to": {"event_id": "$1"}}
    content = {
        "msgtype": "m.text",
        "body": "> <@a:x> hi\n> you\n\nhello",
        "m.relates_to": about,
    }
    found = read("matrix", room(event("m.room.message", content, number=2)))
    assert found.column("message", "text", "reply_to") == [("hello", "$1")]


def test_withdrawn_and_undecryptable_messages_are_labelled(read):
    """A redacted message keeps its author, an encrypted one is no text."""
    redacted = event("m.room.message", {}, unsigned={"redacted_because": {}})
    found = read("matrix", room(redacted, event("m.room.encrypted", {}, number=2)))
    assert found.column("message", "kind", "sender") == [
        ("recalled", "@a:x"), ("other", "@a:x"),
    ]  # fmt: skip


def test_replaced_room_is_migrated_not_dead(read):
    """A tombstone names the room that follows."""
    found = read("matrix", room(
        event("m.room.create", {}, state_key=""),
        event("m.room.tombstone", {"replacement_room": "!s:x"}, state_key="", number=2),
    ))  # fmt: skip
    assert found.column("group", "closed_kind", "owner") == [("migrated", "@a:x")]


def test_export_without_room_creation_is_left_truncated(read):
    """Element exports as many messages as it was asked for."""
    found = read(
        "matrix", room(event("m.room.message", {"msgtype": "m.text", "body": "x"}))
    )
    assert found.source.observed["left_truncated"] is True


def test_zipped_export_with_media_is_read(tmp_path):
    """The document is called export.json."""
    said = event("m.room.message", {"msgtype": "m.text", "body": "hi"})
    path = tmp_path / "matrix.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("room/export.json", json.dumps(room(said)))
        archive.writestr("room/images/a.png", b"x")
    source = Source(path)
    assert recognise_format(source) is FORMATS["matrix"]
    (first, *_) = FORMATS["matrix"].read(source)
    assert first.table["text"].to_pylist() == ["hi"]


def test_times_are_milliseconds(read):
    """A thousandth of a second tells order."""
    found = read("matrix", room(event("m.room.message", {"msgtype": "m.text"})))
    assert found.column("message", "time_us") == [1_600_000_000_123_000]
