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


def test_nested_replies_point_to_their_post(read):
    """They become messages of the same channel that point to it."""
    reply = {"user": "bob", "message": "yo", "create_at": MS + 5}
    found = read("mattermost", lines(post(replies=[reply])), "export.jsonl")
    first, second = found.rows["message"]
    assert found.recognised
    assert (second["group"], second["reply_to"]) == ("t/general", first["id"])


def test_membership_posts_become_events(read):
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


def test_silent_members_and_their_last_visit_are_kept(read):
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


def test_posts_without_ids_are_identified_by_channel_person_time_and_length(read):
    """Two posts of one millisecond stay two."""
    found = read("mattermost", lines(post(), post(message="other")), "export.jsonl")
    ids = found.column("message", "id")
    assert len(set(ids)) == 2
    assert all("t/general:ann" in one for one in ids)


def test_line_without_its_content_is_counted_as_a_loss(read):
    """A post called otherwise would vanish."""
    odd = {"type": "post", "Post": post()["post"]}
    found = read("mattermost", lines(odd), "export.jsonl")
    assert ("loss", "line without its post", 1) in found.losses
