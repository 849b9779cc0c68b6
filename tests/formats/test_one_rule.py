"""One rule of each kind, the same on every platform that can show it."""

import json
import time
from datetime import UTC, datetime

import pytest

from helpers.derive.inspect import inspect_exports
from helpers.formats.reading.source import Options
from helpers.formats.rows.losses import GAPS, IMPORTED, THREAD
from helpers.formats.rows.times import LATE

MADE = datetime(2024, 9, 1, tzinfo=UTC)
MADE_US = int(MADE.timestamp()) * 1_000_000
SAID = int(datetime(2024, 3, 1, 4, tzinfo=UTC).timestamp())
FUTURE = int(time.time()) + 200 * 86_400


def _discord(said=SAID, **channel):
    moment = datetime.fromtimestamp(said, UTC).isoformat()
    author = {"id": "9", "name": "ann", "isBot": False}
    entry = {"id": "1", "timestamp": moment, "content": "hi", "author": author}
    return {
        "guild": {"id": "7", "name": "G"},
        "channel": {"id": "100", "type": "GuildTextChat", "name": "c"} | channel,
        "exportedAt": MADE.isoformat(),
        "messages": [entry],
    }


def _chatlab(said=SAID):
    head = {"version": "0.0.2", "exportedAt": MADE_US // 1_000_000}
    meta = {"name": "g", "platform": "wechat", "type": "group", "groupId": "100"}
    entry = {"sender": "a", "accountName": "A", "timestamp": said, "type": 0}
    return {
        "chatlab": head,
        "meta": meta,
        "members": [],
        "messages": [entry | {"content": "hi"}],
    }


def _weflow(said=SAID):
    entry = {"createTime": said, "type": "文本消息", "content": "hi"}
    return {
        "weflow": {"version": "5", "exportedAt": MADE_US // 1_000_000},
        "session": {"wxid": "100", "type": "群聊"},
        "messages": [entry | {"senderUsername": "a", "senderDisplayName": "A"}],
    }


def _qce(said=SAID):
    entry = {"id": "1", "timestamp": said * 1000, "sender": {"uid": "a", "name": "A"}}
    return {
        "metadata": {"name": "QQChatExporter", "exportTime": MADE.isoformat()},
        "chatInfo": {"name": "g", "type": "group", "peerUin": "100"},
        "messages": [entry | {"content": {"text": "hi"}}],
    }


def _telegram(said=SAID, **entry):
    row = {"id": 1, "type": "message", "date_unixtime": str(said), "text": "hi"}
    row |= {"from": "A", "from_id": "user1"} | entry
    return {"name": "g", "type": "public_supergroup", "id": 100, "messages": [row]}


def _matrix(said=SAID):
    entry = {"type": "m.room.message", "sender": "@a:x", "event_id": "$1"}
    content = {"msgtype": "m.text", "body": "hi"}
    entry |= {"origin_server_ts": said * 1000, "content": content, "room_id": "100"}
    return {"room_name": "g", "messages": [entry]}


STATING = {"discord": _discord, "chatlab": _chatlab, "weflow": _weflow, "qce": _qce}
DATED = STATING | {"telegram": _telegram, "matrix": _matrix}


@pytest.mark.parametrize("form", STATING)
def test_an_export_that_states_its_day_is_observed_until_then(read, form):
    """Lively groups counted as dead by the last line of another export."""
    assert read(form, STATING[form]()).source.exported == {"100": MADE_US}


@pytest.mark.parametrize("form", STATING)
def test_a_stated_day_that_is_damaged_states_nothing(read, form):
    """And it never costs the messages."""
    text = json.dumps(STATING[form]())
    for spelled in (f'"{MADE.isoformat()}"', str(MADE_US // 1_000_000)):
        text = text.replace(spelled, '{"x": []}')
    found = read(form, text)
    assert not found.source.exported
    assert len(found.rows["message"]) == 1


@pytest.mark.parametrize("form", DATED)
def test_a_clock_in_the_future_is_a_counted_loss(read, form):
    """One line dated next year made other groups dead."""
    found = read(form, DATED[form](FUTURE))
    assert not found.rows.get("message")
    assert ("loss", LATE, 1) in found.losses


def test_a_future_line_of_whatsapp_and_of_a_table_is_a_counted_loss(read):
    """Local clocks are no exception."""
    year = datetime.fromtimestamp(FUTURE, UTC).strftime("%d/%m/%Y, %H:%M")
    lines = f"27/01/2024, 10:00 - Ann: hi\n{year} - Ann: hi\n"
    chat = read(
        "whatsapp", lines, "WhatsApp Chat with G.txt", Options(date_order="dmy")
    )
    table = read("table", f"time,sender\n{SAID},a\n{FUTURE},a\n", "t.csv")
    for found in (chat, table):
        assert len(found.rows["message"]) == 1
        assert ("loss", LATE, 1) in found.losses


@pytest.mark.parametrize("kind", ["GuildPublicThread", "GuildPrivateThread"])
def test_threads_and_forum_posts_are_topics_of_their_parent(read, kind):
    """A healthy server of five channels counted as 155 groups, most of them dead."""
    post = {
        "id": "200",
        "type": kind,
        "categoryId": "100",
        "category": "c",
        "name": "t",
    }
    found = read("discord", _discord(**post))
    assert found.column("message", "group", "topic") == [("100", "t")]
    assert ("note", THREAD, 1) in found.losses


def test_a_telegram_topic_is_no_reply_to_its_notice(read):
    """Whoever opened a topic seemed to be answered by everybody."""
    export = _telegram(id=3, reply_to_message_id=2)
    notice = {"id": 2, "type": "service", "action": "topic_created", "title": "T"}
    export["messages"].insert(0, notice | {"date_unixtime": str(SAID)})
    export["messages"].append(
        export["messages"][1] | {"id": 4, "reply_to_message_id": 3}
    )
    found = read("telegram", export)
    rows = found.column("message", "reply_to", "topic")
    assert rows == [(None, "T"), (None, "T"), ("3", "T")]


def test_what_a_channel_forwards_itself_is_nobodys(read):
    """Announcements kept a dead group alive, and the channel was a person."""
    own = {"from": "News", "from_id": "channel7", "forwarded_from": "News"}
    forward = read("telegram", _telegram(**own, saved_from="News"))
    assert forward.column("message", "sender", "kind") == [(None, "announcement")]
    anonymous = read("telegram", _telegram(**{"from": "g", "from_id": "channel100"}))
    assert anonymous.column("message", "sender", "kind") == [("channel100", "text")]


def test_a_new_number_is_the_same_person(read):
    """One person was two after a change of number."""
    lines = (
        "27/01/2024, 10:00 - +1 777 555 0100: hi\n"
        "27/01/2024, 10:01 - +1 777 555 0100 changed to +1 777 555 0101\n"
        "27/01/2024, 10:02 - +1 777 555 0101: hi\n"
    )
    found = read("whatsapp", lines, "WhatsApp Chat with G.txt")
    senders = {sender for sender in found.column("message", "sender") if sender}
    assert {found.source.people.resolve("G", one) for one in senders} == {
        "name:+1 777 555 0101"
    }


def test_imported_history_and_missing_numbers_are_said(read):
    """Their times are not those of writing; what is not there is no silence."""
    export = _telegram()
    first = export["messages"][0]
    export["messages"] = [first | {"id": n} for n in range(1, 151)]
    export["messages"].append(first | {"id": 500, "date_unixtime": str(SAID + 9)})
    found = read("telegram", export)
    assert ("note", IMPORTED, 150) in found.losses
    assert ("note", GAPS, 349) in found.losses


def test_one_damaged_day_does_not_cost_the_days_behind_it(put, tmp_path):
    """Reading a workspace stopped at the first broken file."""
    day = [{"type": "message", "user": "U1", "text": "hi", "ts": f"{SAID}.000100"}]
    put([{"id": "C1", "name": "c", "members": ["U1"]}], "export/channels.json")
    put([{"id": "U1", "name": "a"}], "export/users.json")
    put('[{"type": "mess', "export/c/2024-01-01.json")
    put(day, "export/c/2024-01-02.json")
    (found,) = inspect_exports([tmp_path / "export"]).exports
    assert found.messages == 1
    assert "breaks off" in found.error


def test_people_who_only_reacted_are_seen(put):
    """Silent members were left out of the people."""
    export = _discord()
    users = [{"id": n, "name": n, "isBot": n == "3"} for n in ("1", "2", "3")]
    reaction = {"emoji": {"name": "+"}, "count": 3, "users": users}
    export["messages"][0]["reactions"] = [reaction]
    (found,) = inspect_exports([put(export, "a.json")]).exports
    assert (found.members, found.speakers) == (3, 1)  # a program is nobody
