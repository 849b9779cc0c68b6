"""`shequn score`: lines in, CSV out."""

import io

import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.sentiment import scoring
from helpers.sentiment.scoring import score_raw

LINES = ["今天天气真不错", "", "😂", "哈哈", "nice work", "a\x85b\u2028c", "坏\r"]


def run(path, lines, raw):
    """Return the CSV rows for a file of lines."""
    path.write_bytes("\n".join(lines).encode("utf-8-sig"))
    out = io.StringIO()
    scoring.score_lines_of_file(path, raw, out)
    header, *rows = out.getvalue().splitlines()
    assert header == "score,kept,known,instrument"
    return [row.split(",") for row in rows]


def test_raw_scores_are_given_for_every_line(tmp_path):
    """Raw scores read back to the same float, line by line."""
    rows = run(tmp_path / "a.txt", LINES, raw=True)
    expected = score_raw([line.removesuffix("\r") for line in LINES])
    assert [float(row[0]) for row in rows] == expected.score.tolist()
    assert [int(row[1]) for row in rows] == expected.kept.tolist()


def test_nulls_are_empty_fields(tmp_path):
    """A line without information keeps its row and its counts."""
    rows = run(tmp_path / "a.txt", LINES, raw=False)
    assert [bool(row[0]) for row in rows] == [
        True,
        False,
        False,
        False,
        True,
        False,
        True,
    ]
    assert rows[3] == ["", "0", "0", "snownlp"]
    assert rows[4][3] == "vader"


def test_lone_surrogate_does_not_affect_other_lines(tmp_path):
    """Halves of surrogate pairs, NUL and overrides are scored or null, line by line."""
    path = tmp_path / "odd.txt"
    odd = "这个群真的很好\n\ud800好\nb\x00c\n\u202e好\n这个群真的很好\n"
    path.write_bytes(odd.encode("utf-8", "surrogatepass"))
    for raw in (False, True):
        out = io.StringIO()
        scoring.score_lines_of_file(path, raw=raw, out=out)
        lines = out.getvalue().splitlines()
        assert len(lines) == 6
        assert lines[1] == lines[5]
        assert lines[1].endswith(",4,4,snownlp")


def test_scores_do_not_depend_on_block_size(tmp_path, monkeypatch):
    """Scoring a few lines at a time gives the same rows."""
    whole = run(tmp_path / "a.txt", LINES, raw=False)
    monkeypatch.setattr(scoring, "BLOCK", 2)
    assert run(tmp_path / "a.txt", LINES, raw=False) == whole


def test_unreadable_file_is_named_in_one_sentence(tmp_path):
    """A missing file and another encoding are one sentence each."""
    with pytest.raises(MissingSourceError, match="no such file"):
        scoring.score_lines_of_file(tmp_path / "none.txt", raw=False, out=io.StringIO())
    (tmp_path / "gbk.txt").write_bytes("今天".encode("gbk"))
    with pytest.raises(BrokenFileError, match="UTF-8"):
        scoring.score_lines_of_file(tmp_path / "gbk.txt", raw=False, out=io.StringIO())
