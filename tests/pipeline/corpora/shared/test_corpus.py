"""What is read of a corpus's files."""

from pipeline.corpora.shared import corpus


def test_units_kept_aside_are_read_with_the_rest(written):
    """A quarter in a folder of its own is a part of the source, once."""
    given = written(**{"a__csv": "x\n1\n2\n", "heldout_quarter/a__csv": "x\n3\n"})
    raw = corpus.RawFolder.of(given.path, given.names, given.tally)
    assert raw.names == ["a.csv"]
    assert raw.rows("a.csv")["x"].tolist() == [1, 2, 3]
    assert raw.parts("a")["x"].tolist() == [1, 2, 3]
    assert raw.tally == {"a.csv": 2, "heldout_quarter/a.csv": 1}
