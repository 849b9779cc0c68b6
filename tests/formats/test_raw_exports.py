"""Whole public exports: what was counted of them by other means."""

from collections import defaultdict

import pytest

from helpers.formats import FORMATS, Source
from helpers.formats.rows.losses import THREAD
from tests.raw_corpora import SHARED

FREECODECAMP = {"message": 211_983, "groups": 521, "senders": 7_503}
NCAR = {"message": 6_707, "group": 32, "files": 832}  # as many as its index declares
HOUSTON = {"message": 1_382, "joins": 320, "leaves": 3, "members": 71, "silent": 39}
HOUSTON |= {"archived": 9}
READ = {"sender", "person", "kind", "group", "closed_kind"}


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "form", "right", "losses"),
    [
        ("fcc_gitter", "gitter", FREECODECAMP, []),
        ("ncar_zulip", "zulip_archive", NCAR, [("note", THREAD, 831)]),
        ("houston_slack", "slack", HOUSTON, []),
    ],
)
def test_a_raw_export_is_read_whole(name, form, right, losses):
    """Rows, people and rooms, and nothing lost."""
    if not (SHARED / name).exists():
        pytest.skip("../shared is absent")
    source, found = Source(SHARED / name), defaultdict(list)
    for batch in FORMATS[form].read(source):
        for column in batch.table.column_names:
            if column in READ:
                found[batch.kind, column] += batch.table[column].to_pylist()
    wrote = {*found["message", "sender"]}
    members = {*found["membership", "person"]}
    happened = found["event", "kind"]
    told = {kind: len(found[kind, "group"]) for kind in ("message", "group")} | {
        "files": sum(one.endswith(".json") for one in source.names),
        "groups": len({*found["message", "group"]}),
        "senders": len(wrote),
        "joins": happened.count("join"),
        "leaves": happened.count("leave"),
        "members": len(members),
        "silent": len(members - wrote),
        "archived": found["group", "closed_kind"].count("archived"),
    }
    assert {what: told[what] for what in right} == right
    assert [(one.kind, one.reason, one.rows) for one in source.losses] == losses
