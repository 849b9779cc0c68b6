"""Slack's workspace export."""

import io
import json
import zipfile

import pytest

from helpers.formats import slack
from helpers.formats.reading.source import Source
from tests.raw_corpora import SHARED

CREATED = 1_427_000_000
HOUSTON = SHARED / "houston_slack"
USERS = [
    {"id": "U1", "name": "ann", "is_bot": False},
    {"id": "U2", "name": "bob", "is_bot": None},
    {"id": "B9", "name": "robot", "is_bot": True},
]


def row(at, user="U1", text="hi", **others):
    """One message, `at` microseconds after the channel was made."""
    entry = {"type": "message", "user": user, "text": text, "ts": f"{CREATED}.{at:06d}"}
    return entry | others


def workspace(*rows, **others):
    """The files of a workspace with one channel."""
    channel = {"id": "C1", "name": "general", "created": CREATED, "creator": "U1"}
    channel |= {"is_archived": False, "members": ["U1", "U2", "B9"]} | others
    return {
        "users.json": USERS,
        "channels.json": [channel],
        "general/2015-03-22.json": list(rows),
    }


def test_members_who_never_posted_are_listed_and_bots_are_marked(read):
    """The roster shows who is silent; a bot is no member to count."""
    found = read("slack", workspace(row(1)), None)
    assert found.recognised
    assert found.column("membership", "person", "bot") == [
        ("U1", False), ("U2", False), ("B9", True),
    ]  # fmt: skip
    assert found.column("group", "member_count") == [2]


def test_slack_timestamp_is_not_rounded_as_a_float(read):
    """Six digits behind the point tell two messages apart."""
    found = read("slack", workspace(row(136), row(137)), None)
    assert found.column("message", "id", "time_us") == [
        (f"{CREATED}.000136", CREATED * 1_000_000 + 136),
        (f"{CREATED}.000137", CREATED * 1_000_000 + 137),
    ]


def test_a_null_beside_texts_is_nothing_written(read):
    """Inspection and run counted it as a message that `clean` dropped."""
    found = read("slack", workspace(row(1), row(2, text=None)), None)
    assert found.column("message", "text") == ["hi", ""]


def test_joins_name_their_inviter_and_removals_their_actor(read):
    """One subtype is written for leaving and for being removed."""
    found = read("slack", workspace(
        row(1, "U2", "<@U2> joined", subtype="channel_join", inviter="U1"),
        row(2, "U2", "<@U2> has left the channel", subtype="channel_leave"),
        row(3, "U2", "<@U2> was removed by <@U1>", subtype="channel_leave"),
    ), None)  # fmt: skip
    assert found.column("event", "kind", "subject", "actor") == [
        ("join", "U2", "U1"), ("leave", "U2", None), ("kick", "U2", "U1"),
    ]  # fmt: skip


def test_a_reply_shown_in_the_channel_too_is_one_message(read):
    """The copy stays a row and is no message."""
    thread = {"thread_ts": f"{CREATED}.000001"}
    found = read("slack", workspace(
        row(1, **thread), row(2, "U2", "yo", **thread),
        row(3, "U2", "yo", subtype="thread_broadcast", **thread),
    ), None)  # fmt: skip
    assert found.column("message", "kind") == ["text", "text", "notice"]
    assert found.column("message", "reply_to")[:2] == [None, f"{CREATED}.000001"]


def test_two_messages_of_one_time_are_two(read):
    """Damage to a digit made one of them vanish without a word."""
    rows = row(2, "U1", "first"), row(2, "U2", "second"), row(2, "U1", "first")
    found = read("slack", workspace(*rows), None)
    assert found.column("message", "text") == ["first", "second"]


def test_a_reply_broadcast_alone_is_the_message(read):
    """Newer exports write it once."""
    alone = row(2, subtype="thread_broadcast", thread_ts=f"{CREATED}.000001")
    found = read("slack", workspace(alone), None)
    assert found.column("message", "kind") == ["text"]


def test_no_id_is_left_in_a_text(read):
    """Mentions are ids in brackets; they go into their own column."""
    found = read("slack", workspace(row(1, text="<@U2|bob> &lt;3 <#C1|general>")), None)
    assert found.column("message", "text", "mentions") == [
        ("[name] <3 #general", ["U2"]),
    ]


def test_people_of_another_workspace_are_members_too(read):
    """They stand in no list, only beside what they wrote."""
    profile = {"name": "zoe", "email": "z@x.org"}
    found = read("slack", workspace(row(1, "U7", user_profile=profile)), None)
    assert ("U7", "guest") in found.column("membership", "person", "role")


def test_bots_and_deleted_ghost_user_are_not_people(read):
    """A bot's message is marked, the ghost's has no sender."""
    found = read("slack", workspace(row(1, "B9"), row(2, "U00")), None)
    assert found.column("message", "sender", "bot") == [("B9", True), (None, False)]


def test_a_first_message_long_after_creation_is_left_truncation(read):
    """A free workspace hides what is old: no late birth."""
    late = row(1) | {"ts": f"{CREATED + 90 * 86_400}.000001"}
    found = read("slack", workspace(late), None)
    assert found.source.observed["left_truncated"] is True


def test_a_zip_with_a_folder_around_it_reads_the_same(read):
    """People pack the folder, not what is in it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in workspace(row(1)).items():
            archive.writestr(f"export/{name}", json.dumps(content))
    found = read("slack", packed.getvalue(), "workspace.zip")
    assert found.recognised
    assert found.column("message", "text") == ["hi"]


@pytest.mark.shared
@pytest.mark.skipif(not HOUSTON.exists(), reason="../shared is absent")
def test_the_houston_export_is_read_whole():
    """320 joins, 3 leaves, 71 members of whom 39 never posted, 9 archived channels."""
    source = Source(HOUSTON)
    rows = {
        kind: [] for kind in ("message", "event", "membership", "group", "reaction")
    }
    for batch in slack.read(source):
        rows[batch.kind] += batch.table.to_pylist()
    kinds = [event["kind"] for event in rows["event"]]
    members = {row["person"] for row in rows["membership"]}
    posted = {row["sender"] for row in rows["message"]}
    assert (kinds.count("join"), kinds.count("leave")) == (320, 3)
    assert (len(members), len(members - posted)) == (71, 39)
    assert sum(row["closed_kind"] == "archived" for row in rows["group"]) == 9
    assert (len(rows["message"]), list(source.losses)) == (1382, [])


def test_file_comment_belongs_to_its_author(read):
    """The row names whoever uploaded the file; the comment has its own author."""
    comment = row(1, subtype="file_comment", comment={"user": "U2"})
    found = read("slack", workspace(comment), None)
    assert found.column("message", "sender", "kind") == [("U2", "text")]


def test_enterprise_grid_user_list_is_read(read):
    """Enterprise Grid writes org_users.json."""
    files = workspace(row(1, "B9"))
    files["org_users.json"] = files.pop("users.json")
    found = read("slack", files, None)
    assert found.recognised
    assert found.column("message", "bot") == [True]


def test_a_folder_in_no_list_is_read_and_noted(read):
    """A list that lost a channel, or an entry that is none, hides no message."""
    day = [{"type": "message", "user": "U1", "text": "hi", "ts": "1427135733.000068"}]
    files = {
        "users.json": [{"id": "U1", "name": "ann"}, "?"],
        "channels.json": [{"name": "without id"}],
        "lost/2015-03-23.json": day,
    }
    found = read("slack", files, None)
    assert found.column("message", "group", "sender") == [("lost", "U1")]
    assert ("note", "channel in no list", 1) in found.losses
    assert sum(rows for kind, _, rows in found.losses if kind == "loss") == 2


def test_direct_conversations_lie_in_folders_named_by_their_id(read):
    """They have no name."""
    files = workspace() | {
        "dms.json": [{"id": "D1", "created": CREATED, "members": ["U1", "U2"]}],
        "D1/2015-03-22.json": [row(5)],
    }
    found = read("slack", files, None)
    assert found.column("message", "group") == ["D1"]
    assert found.column("group", "group", "kind") == [
        ("C1", "channel"), ("D1", "dm"),
    ]  # fmt: skip


def test_mail_phone_and_avatar_are_not_read(read):
    """Profiles hold them; no record and no name does."""
    private = {"email": "a@x.org", "phone": "138", "image_72": "https://x/y.png"}
    users = [{"id": "U1", "name": "ann", "profile": private | {"real_name": "Ann"}}]
    found = read("slack", workspace(row(1)) | {"users.json": users}, None)
    told = repr(found.rows) + repr(sorted(found.source.people.names))
    assert "Ann" in told
    assert not [one for one in private.values() if one in told]


def test_files_hidden_by_a_plan_and_tombstones_keep_their_row(read):
    """What a file was may be gone; that it was shared is not."""
    hidden = {"mode": "hidden_by_limit"}
    found = read("slack", workspace(
        row(1, text="", files=[hidden]), row(2, subtype="tombstone", text="gone"),
    ), None)  # fmt: skip
    assert found.column("message", "kind") == ["file", "system"]
    assert found.column("event", "kind") == ["recall"]
