"""Mattermost's bulk export."""

import json

MS = 1_600_000_000_123


def lines(*entries):
    """JSON Lines that begin with their version."""
    return "".join(
        f"{json.dumps(e)}\n" for e in ({"type": "version", "version": 1}, *entries)
    )


def post(user="ann", kind="", **others):
    """One post in the channel t/general."""
    where = {"team": "t", "channel": "general", "user": user}
    what = {"message": "hi", "create_at": MS, "type": kind}
    return {"type": "post", "post": where | what | others}


def test_replies_stand_inside_what_they_answer(read):
    """They become messages of the same channel that point to it."""
    reply = {"user": "bob", "message": "yo", "create_at": MS + 5}
    found = read("mattermost", lines(post(replies=[reply])), "export.jsonl")
    first, second = found.rows["message"]
    assert found.recognised
    assert (second["group"], second["reply_to"]) == ("t/general", first["id"])


def test_membership_changes_are_posts_of_a_kind_of_their_own(read):
    """Who was added or removed stands in the props."""
    found = read("mattermost", lines(
        post("bob", "system_join_channel", props={"username": "bob"}),
        post(kind="system_add_to_channel", props={"addedUsername": "cid"}),
        post("bob", "system_leave_channel", props={"username": "bob"}),
        post(kind="system_remove_from_channel", props={"removedUsername": "cid"}),
    ), "export.jsonl")  # fmt: skip
    assert found.column("event", "kind", "subject", "actor") == [
        ("join", "bob", None), ("join", "cid", "ann"), ("leave", "bob", None),
        ("kick", "cid", "ann"),
    ]  # fmt: skip
    assert found.column("message", "kind", "sender") == [("system", None)] * 4


def test_silent_members_and_their_last_look_are_kept(read):
    """A user's channels are the roster; the last look is not a read message."""
    channels = [{"name": "general", "roles": "channel_admin", "last_viewed_at": MS}]
    user = {
        "username": "zoe",
        "email": "z@x.org",
        "teams": [{"name": "t", "channels": channels}],
    }
    found = read("mattermost", lines({"type": "user", "user": user}), "export.jsonl")
    assert found.column("membership", "group", "person", "role") == [
        ("t/general", "zoe", "admin")
    ]
    assert found.column("read", "message", "person", "time_us") == [
        (None, "zoe", MS * 1000)
    ]
    assert "z@x.org" not in found.source.people.names


def test_webhooks_are_bots_and_direct_posts_have_their_own_group(read):
    """A hook writes under somebody's name; a conversation is named by its members."""
    direct = {
        "channel_members": ["bob", "ann"],
        "user": "ann",
        "message": "x",
        "create_at": MS,
    }
    found = read("mattermost", lines(
        post(props={"from_webhook": "true"}),
        {"type": "direct_post", "direct_post": direct},
    ), "export.jsonl")  # fmt: skip
    assert found.column("message", "group", "bot") == [
        ("t/general", True), ("direct:ann,bob", False),
    ]  # fmt: skip
