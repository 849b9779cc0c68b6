"""One rule of each kind, the same on every platform that can show it."""

from datetime import UTC, datetime

from helpers.derive.inspect import inspect_exports
from helpers.formats.rows.losses import GAPS, IMPORTED

SAID = int(datetime(2024, 3, 1, 4, tzinfo=UTC).timestamp())


def test_imported_history_and_missing_numbers_are_said(read):
    """Their times are not those of writing; what is not there is no silence."""
    row = {"type": "message", "from": "A", "from_id": "user1", "text": "hi"}
    rows = [row | {"id": n, "date_unixtime": str(SAID)} for n in range(1, 151)]
    rows.append(row | {"id": 500, "date_unixtime": str(SAID + 9)})
    chat = {"name": "g", "type": "public_supergroup", "id": 100, "messages": rows}
    found = read("telegram", chat)
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
    users = [{"id": n, "name": n, "isBot": n == "3"} for n in ("1", "2", "3")]
    said = {"id": "1", "timestamp": "2024-03-01T04:00:00Z", "content": "hi"}
    said |= {"author": {"id": "9", "name": "ann", "isBot": False}}
    said |= {"reactions": [{"emoji": {"name": "+"}, "count": 3, "users": users}]}
    export = {"guild": {"id": "7"}, "channel": {"id": "1"}, "messages": [said]}
    (found,) = inspect_exports([put(export, "a.json")]).exports
    assert (found.members, found.speakers) == (3, 1)  # a program is nobody
