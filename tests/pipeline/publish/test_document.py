"""docs/tables.md is what the definitions say."""

from pipeline.publish.document import PLACE, build_tables_text


def test_the_reference_of_tables_is_current():
    """`make tables` would change nothing."""
    assert PLACE.read_text("utf-8") == build_tables_text()
