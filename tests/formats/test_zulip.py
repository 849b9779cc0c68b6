"""Zulip's public archives and realm exports."""

import io
import json
import tarfile

import pytest

from helpers.formats import FORMATS, recognise_format
from helpers.formats.reading.source import Source
from helpers.formats.rows.losses import THREAD
from tests.raw_corpora import SHARED

NCAR = SHARED / "ncar_zulip"
TIME = 1_600_000_000


def archive(*messages, size=None, folder="27-dask", file="Dask.20Tutorial.json"):
    """The files of an archive with one stream and one topic."""
    topics = {"t": {"size": len(messages) if size is None else size, "latest_date": 0}}
    stream = {"id": 27, "latest_id": 0, "topic_data": topics}
    return {
        "zulip_json/stream_index.json": {"time": 0, "streams": {"dask": stream}},
        f"zulip_json/{folder}/{file}": list(messages),
    }


def reduced(number, name, content="<p>hi</p>"):
    """A message with the four fields that many archives publish."""
    who = {"sender_full_name": name, "timestamp": TIME + number}
    return {"id": number, "content": content} | who


def full(number, sender=5, **others):
    """A message with its sender's id."""
    entry = reduced(number, f"n{sender}") | {"sender_id": sender, "subject": "✔ topic"}
    return entry | others


def test_the_reduced_schema_knows_people_by_name_and_reports_it(read):
    """Four fields have no ids and no reactions."""
    found = read("zulip_archive", archive(reduced(1, "Ann B")), None)
    assert found.recognised
    assert found.column("message", "sender", "topic", "rule") == [
        ("name:Ann B", "Dask Tutorial", "zulip.by-name"),
    ]
    assert found.source.observed["sender_ids"] == "by name"


def test_renamed_person_is_merged_by_mentions(read):
    """A mention shows which id a name belongs to."""
    mention = '<span class="user-mention" data-user-id="7">@{}</span>'
    found = read("zulip_archive", archive(
        reduced(1, "Old Name"), reduced(2, "New Name"),
        reduced(3, "Bob", mention.format("Old Name") + mention.format("New Name")),
    ), None)  # fmt: skip
    people = found.source.people
    assert {people.resolve("27", f"name:{n} Name") for n in ("Old", "New")} == {"7"}


def test_a_resolved_topic_is_the_same_topic_and_bots_are_no_people(read):
    """The check mark is a state; Notification Bot writes notices."""
    bot = full(2, 9) | {"sender_full_name": "Notification Bot"}
    found = read("zulip_archive", archive(full(1), bot), None)
    assert found.column("message", "topic", "kind", "bot") == [
        ("topic", "text", False), ("topic", "notice", True),
    ]  # fmt: skip


def test_html_becomes_words_and_code_and_links_are_counted_first(read):
    """Stripping tags must not lose what they said."""
    content = (
        '<p>see <a href="https://x.org">this</a> <code>f(x)</code> &amp; that?</p>'
    )
    found = read("zulip_archive", archive(full(1, content=content)), None)
    (row,) = found.rows["message"]
    assert row["text"] == "see [this](https://x.org) f(x) & that?"
    assert (row["links"], row["has_code"], row["has_question"]) == (1, True, True)


def test_mismatch_with_the_declared_message_count_is_noted(read):
    """A topic's size in the index is what should be there."""
    found = read("zulip_archive", archive(full(1), size=3), None)
    assert ("note", "messages of stream 27: 3 declared, 1 found", 2) in found.losses


def test_reactions_name_their_people(read):
    """The full schema has an id for each."""
    reaction = {"emoji_name": "tada", "user_id": 8}
    found = read("zulip_archive", archive(full(1, reactions=[reaction])), None)
    assert found.column("reaction", "message", "person") == [("1", "8")]


@pytest.mark.shared
@pytest.mark.skipif(not NCAR.exists(), reason="../shared is absent")
def test_the_ncar_archive_is_read_whole():
    """6,707 messages of 32 streams in 832 files, as many as the index declares."""
    source, messages, groups = Source(NCAR), 0, 0
    for batch in FORMATS["zulip_archive"].read(source):
        messages += batch.table.num_rows if batch.kind == "message" else 0
        groups += batch.table.num_rows if batch.kind == "group" else 0
    files = [name for name in source.names if name.endswith(".json")]
    assert (messages, groups, len(files)) == (6707, 32, 832)
    said = [(one.reason, one.rows) for one in source.losses]
    assert said == [(THREAD, 831)]


def realm(**others):
    """The files of a realm with one stream."""
    base = {
        "zerver_userprofile": [
            {"id": 1, "full_name": "Ann", "role": 100, "is_bot": False},
            {"id": 2, "full_name": "Bob", "is_bot": True, "long_term_idle": True},
        ],
        "zerver_stream": [{"id": 7, "name": "general", "date_created": TIME}],
        "zerver_recipient": [
            {"id": 3, "type": 2, "type_id": 7}, {"id": 4, "type": 1, "type_id": 2},
        ],
    }  # fmt: skip
    part = {
        "zerver_usermessage": [
            {"user_profile": 1, "message": 10, "flags_mask": 3},
            {"user_profile": 2, "message": 10, "flags_mask": 2},
        ],
        "zerver_message": [
            {"id": 10, "sender": 1, "recipient": 3, "content": "@**Bob** hi",
             "date_sent": TIME + 0.25},
            {"id": 11, "sender": 1, "recipient": 4, "content": "x", "pub_date": TIME},
        ],
    }  # fmt: skip
    return {"realm.json": base | others, "messages-000001.json": part}


def test_the_audit_log_dates_joins_and_leaves_and_names_who_did_it(read):
    """301 and 302 are joins, 303 a leave, or a removal by somebody else."""
    log = [
        {"event_type": kind, "event_time": TIME, "modified_user": 2,
         "modified_stream": 7, "acting_user": actor}
        for kind, actor in [(301, 1), (302, 2), (303, 2), (303, 1), (101, 1)]
    ]  # fmt: skip
    found = read("zulip_realm", realm(zerver_realmauditlog=log), None)
    assert found.recognised
    assert found.column("event", "kind", "subject", "actor") == [
        ("join", "2", "1"), ("join", "2", None),
        ("leave", "2", None), ("kick", "2", "1"),
    ]  # fmt: skip


def test_only_the_lowest_bit_of_the_flags_means_read(read):
    """Who received a message and did not read it is not a reader."""
    found = read("zulip_realm", realm(), None)
    assert found.column("read", "group", "message", "person") == [("7", "10", "1")]
    assert ("note", "long idle: no reads kept", 1) in found.losses


def test_old_and_new_times_and_direct_conversations_are_read(read):
    """date_sent was called pub_date; a direct message is in no stream."""
    found = read("zulip_realm", realm(), None)
    assert found.column("message", "group", "time_us", "mentions") == [
        ("7", TIME * 1_000_000 + 250_000, ["2"]), ("direct:4", TIME * 1_000_000, None),
    ]  # fmt: skip


def test_subscriptions_list_silent_members_and_reactions_find_their_stream(read):
    """An inactive subscription is nobody's; a reaction is filed under its message."""
    found = read("zulip_realm", realm(
        zerver_subscription=[
            {"user_profile": 1, "recipient": 3, "active": True},
            {"user_profile": 2, "recipient": 3, "active": False},
        ],
        zerver_reaction=[{"user_profile": 2, "message": 10, "emoji_name": "tada"}],
    ), None)  # fmt: skip
    assert found.column("membership", "person", "role") == [("1", "owner")]
    assert found.column("reaction", "group", "person") == [("7", "2")]


def test_a_realm_packed_as_it_is_exported_reads_the_same(tmp_path):
    """manage.py export writes a tar.gz with a folder in it."""
    path = tmp_path / "realm.tar.gz"
    with tarfile.open(path, "w:gz") as archive_:
        for name, content in realm().items():
            data = json.dumps(content).encode()
            member = tarfile.TarInfo(f"zulip-export/{name}")
            member.size = len(data)
            archive_.addfile(member, io.BytesIO(data))
    source = Source(path)
    assert recognise_format(source) is FORMATS["zulip_realm"]
    batches = list(FORMATS["zulip_realm"].read(source))
    assert sum(b.table.num_rows for b in batches if b.kind == "message") == 2
