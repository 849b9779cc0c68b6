"""Every text format in every encoding, with every line end, whole and cut off."""

from itertools import product

import pytest

from helpers.errors import ShequnError
from helpers.formats import FORMATS, Source
from pipeline.validation.export_writers import WRITERS, Change
from tests.communities import talk

TEXTUAL = sorted(set(WRITERS) - {"table_parquet", "slackdump"})
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
SAVED = [*product(TEXTUAL, ENCODINGS)]
SAVED.remove(("kakaotalk", "gb18030"))  # nobody saves Korean so


def community():
    """Two people, a dozen posts and a join; names and words in two scripts."""
    who = {"actor": "10001", "subjects": ("10002",)}
    join = Change(time_us=1_700_000_720 * 10**6, kind="join", **who)
    said = "第{}条，大家好 and hello"
    return talk(("甲一", "Ann"), 12, said=said, changes=[join], name="读书群")


def files(path):
    """The files of an export."""
    return [one for one in [path, *sorted(path.rglob("*"))] if one.is_file()]


def heard(name, path):
    """What a reader makes of it: message and event rows, and what it entered."""
    source = Source(path, WRITERS[name].options)
    form = FORMATS[WRITERS[name].format]
    assert form.has_signature(source.head)
    rows, stopped = [], None
    try:
        for batch in form.read(source):
            if batch.kind in {"message", "event"}:
                rows += batch.table.drop_columns("position").to_pylist()
    except ShequnError as error:
        stopped = error
    return rows, [(one.kind, one.reason) for one in source.losses], stopped


@pytest.mark.some(100)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize(("name", "encoding"), SAVED)
def test_every_encoding_and_line_end_reads_alike(name, encoding, end, tmp_path):
    """With a mark and without, as Notepad or an old build may have saved it."""
    path = WRITERS[name].write(community(), tmp_path)
    expected = heard(name, path)
    for file in files(path):
        text = file.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
        file.write_bytes(text.replace("\n", end).encode(encoding))
    assert heard(name, path) == expected


@pytest.mark.parametrize("name", TEXTUAL)
def test_truncated_export_loses_only_its_tail_and_reports_it(name, tmp_path):
    """Everything whole before the cut is read; a cut in a text message is its end."""
    path = WRITERS[name].write(community(), tmp_path)
    whole, entered, _ = heard(name, path)
    longest = max(files(path), key=lambda file: file.stat().st_size)
    data = longest.read_bytes()
    longest.write_bytes(data[: data.rindex("第10条".encode()) + len("第10条".encode())])
    rows, now, stopped = heard(name, path)
    texts = [row.get("text") for row in rows if "text" in row]
    ten = [row["text"] for row in whole if "text" in row][:10]
    assert texts[:10] == ten
    assert stopped or now != entered or texts[10:] == ["第10条"]
