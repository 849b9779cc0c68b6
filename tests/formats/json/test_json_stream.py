"""Splitting huge JSON documents."""

import json
import tracemalloc

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import BrokenFileError
from helpers.formats.json import json_cut
from helpers.formats.json.json_cut import split_elements
from helpers.formats.json.json_stream import (
    SKIP,
    decode_blocks,
    decode_envelope,
    decode_json_lines,
)
from helpers.formats.reading.source import Source

VALUES = st.recursive(
    st.none()
    | st.integers(-9, 9)
    | st.text(max_size=8)
    | st.sampled_from(['"},{"', "\\"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner)
    ),
    max_leaves=8,
)
ANY = msgspec.json.Decoder(list[object])


def source_of(path, content):
    """An export of one file."""
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Source(path)


def gather(source, found):
    """Add the decoded messages to `found` as they come."""
    for values, *_ in decode_blocks(source, source.name, ANY, "messages"):
        found += values


def all_of(source, *arrays):
    """Every element, decoded."""
    blocks = decode_blocks(source, source.name, ANY, *arrays)
    return [value for values, *_ in blocks for value in values]


@settings(max_examples=60, deadline=None)
@given(
    items=st.lists(VALUES, max_size=12),
    chunk=st.integers(1, 40),
    indent=st.none() | st.just(1),
)
def test_json_elements_do_not_depend_on_chunk_size(
    tmp_path_factory, items, chunk, indent
):
    """Strings with brackets, nesting and any chunk size change nothing."""
    path = tmp_path_factory.mktemp("json") / "a.json"
    document = {"a": [1, {"messages": [2]}], "messages": items, "z": {"b": "]"}}
    source = source_of(path, json.dumps(document, ensure_ascii=False, indent=indent))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_cut, "CHUNK", chunk)
        assert all_of(source, "messages") == items
        kept = decode_envelope(source, source.name, dict, "messages")
    assert kept == document | {"messages": []}


def test_paths_lead_into_lists_of_chats(tmp_path):
    """chats.list[].messages are told apart by `outer`."""
    document = {"chats": {"list": [{"messages": [1]}, {"messages": [2, 3]}]}}
    source = source_of(tmp_path / "a.json", json.dumps(document))
    blocks = decode_blocks(source, source.name, ANY, "chats.list[].messages")
    assert [(block.outer, block.values) for block in blocks] == [(0, [1]), (1, [2, 3])]


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_truncated_document_yields_what_is_whole_and_names_the_place(tmp_path, cut):
    """The error comes after the whole elements; the loss is entered."""
    text = json.dumps({"messages": [{"n": n} for n in range(9)]})[:-cut]
    source, found = source_of(tmp_path / "a.json", text), []
    with pytest.raises(BrokenFileError, match=r"byte \d+"):
        gather(source, found)
    whole = text.count("}, ") + text.endswith("}]")
    assert found == [{"n": n} for n in range(whole)]
    assert source.losses.rows == 1


def test_invalid_element_loses_only_itself(tmp_path):
    """A value of the wrong type is a loss with its entry number."""
    decoder = msgspec.json.Decoder(list[dict[str, int]])
    source = source_of(tmp_path / "a.json", '[{"a": 1}, {"a": "secret"}, {"a": 3}]')
    ((values, positions, *_),) = decode_blocks(source, source.name, decoder, "")
    assert (values, list(positions)) == ([{"a": 1}, {"a": 3}], [1, 3])
    assert "secret" not in str(list(source.losses))


def test_invalid_json_string_is_repaired_and_noted(tmp_path):
    """Half an emoji and a raw line end in a string are read, not lost."""
    source = source_of(tmp_path / "a.json", '["half \\ud83d", "two\nlines", "ok"]')
    assert all_of(source, "") == ["half �", "two lines", "ok"]
    assert [(e.kind, e.rows) for e in source.losses] == [("note", 2)]


def test_memory_does_not_grow_with_the_file(tmp_path):
    """Forty times the messages, the same peak."""
    peaks = []
    for count in (20_000, 400_000):
        source = source_of(
            tmp_path / f"{count}.json", b"[" + b'{"a":"bbbbbbbbbbbbb"},' * count + b"1]"
        )
        tracemalloc.start()
        blocks = decode_blocks(source, source.name, SKIP, "")
        total = sum(len(values) for values, *_ in blocks)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert total == count + 1
    assert peaks[1] < 3 * peaks[0] + 30_000_000


def test_deep_nesting_is_refused(tmp_path):
    """A hundred thousand brackets raise one clear error."""
    source = source_of(tmp_path / "a.json", '{"a":' + "[" * 100_000)
    with pytest.raises(BrokenFileError, match="nests deeper"):
        decode_envelope(source, source.name, dict)


def test_lines_skip_blanks_and_comments_and_count_them(tmp_path):
    """Positions are line numbers."""
    source = source_of(tmp_path / "a.jsonl", "1\n\n# c\n2\r\n3")
    blocks = decode_json_lines(source, source.name, ANY)
    assert [n for _, positions in blocks for n in positions] == [1, 4, 5]


def test_a_document_that_does_not_begin_as_json_is_broken(tmp_path):
    """Half an element in front hides everything behind it."""
    path = tmp_path / "a.json"
    path.write_text('r": {"id": 1}}, [{"id": 2}]', encoding="utf-8")
    with pytest.raises(BrokenFileError, match="doesn't begin as JSON"):
        list(decode_blocks(Source(path), "a.json", ANY, ""))


@settings(max_examples=60, deadline=None)
@given(items=st.lists(VALUES, max_size=12))
def test_json_elements_are_split_where_they_end(items):
    """Commas in strings and within elements part nothing."""
    told = [json.dumps(item).encode() for item in items]
    assert split_elements(b",".join(told)) == told


def test_elements_that_begin_like_what_is_in_them_are_cut_whole(tmp_path, monkeypatch):
    """Each message and each piece of its text began with the same key."""
    monkeypatch.setattr(json_cut, "CHUNK", 100)
    pieces = [{"type": "plain"}, {"type": "link"}]
    rows = [{"type": "message", "id": n, "text": pieces} for n in range(40)]
    source = source_of(tmp_path / "a.json", json.dumps({"messages": rows, "end": 1}))
    assert all_of(source, "messages") == rows
    assert not [*source.losses]
