"""Every format has a writer, which tests of all formats go through."""

from helpers.formats import FORMATS
from pipeline.validation.export_writers import WRITERS


def test_every_format_has_a_writer_in_validation():
    """A reader without one is in no round trip, no fuzz and no pair in a ZIP."""
    written = {writer.format for writer in WRITERS.values()}
    assert written == set(FORMATS) - {"by_rule", "kakaotalk", "line", "signal"}
