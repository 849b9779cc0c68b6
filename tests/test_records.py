"""The records and what a source can show."""

import pytest

from helpers.errors import NotIdentifiableError
from helpers.records import SCHEMAS, Observability, from_rows

BLIND = Observability(
    members_source="none", joins_observed=False, leaves_observed=False,
    reads_observed="none", reactions_observed=False, replies="none",
    births="unknown", owner_known=False, roles_known=False, sender_ids=False,
    text=False, time_zone_known=False, left_truncated=True,
    never_active_listed=False, window_us=(0, 1), resolution="month",
)  # fmt: skip


@pytest.mark.parametrize("need", ["replies", "sender_ids"])
def test_unobserved_property_is_refused_with_its_source(need):
    """Each blind spot has its own words and names the source."""
    with pytest.raises(NotIdentifiableError, match="demo: not identifiable: "):
        BLIND.require(need, source="demo")


def test_observability_is_read_back_unchanged():
    """What a manifest stores reads back equal."""
    assert Observability.from_dict(BLIND.as_dict()) == BLIND


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_every_record_carries_its_provenance(kind):
    """File, position and rule close every schema."""
    assert SCHEMAS[kind].names[-3:] == ["file", "position", "rule"]


def test_an_unknown_column_is_refused():
    """A misspelt field is an error, not a silent null."""
    with pytest.raises(KeyError, match="sendr"):
        from_rows("message", [{"sendr": "x"}])


def test_rows_keep_their_order_and_nulls():
    """A batch holds the rows as given; what is left out is null."""
    batch = from_rows("message", [{"id": "2"}, {"id": "1", "text": "x"}])
    assert batch.table["id"].to_pylist() == ["2", "1"]
    assert batch.table["text"].to_pylist() == [None, "x"]
