"""The traps of the Gitter rooms."""

from pipeline.corpora.sources.fcc_gitter import to_creation_us


def test_room_creation_time_is_read_from_its_id():
    """The first eight hex digits are seconds since 1970."""
    assert to_creation_us("0000000a" + "f" * 16) == 10_000_000
