"""Whatever estimators and gates write beside a number is there in Chinese.

Their modules are read rather than run: what a source makes of a claim tomorrow is
written there today. What is filled in at run time stands for any word or number.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import helpers.claims
from helpers.claims.rules.interval_rules import Word
from helpers.site.languages import NUMBER, PERCENT, Words, read_entries
from helpers.study import open_studies, open_study
from helpers.study.own.own_manifest import FRAME_NOTES

FOLDER = Path(helpers.claims.__file__).parent
WRITTEN = {
    "note",
    "detail",
    "definition",
}  # what is read on a page, by the name of its argument
FILLED = "\0"
# what asks for a gate: which argument says what there is, and what is put around it
GATES = {
    "Gate": (2, "{}"),
    "at_least": (3, f"{{}}, {FILLED} needed"),
    "units": (1, f"{FILLED} {{}}, {FILLED} needed"),
}
JOINTS = re.compile(r"; |, ")


def _texts(node):
    """Return what a piece of code may write, `FILLED` for what it fills in."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.JoinedStr(values=parts):
            return ["".join(_texts(part)[0] for part in parts)]
        case ast.IfExp(body=one, orelse=other):
            return [*_texts(one), *_texts(other)]
        case ast.BinOp(left=one, right=other, op=ast.Add()):
            return [a + b for a in _texts(one) for b in _texts(other)]
        case ast.Tuple(elts=parts):
            return [text for part in parts for text in _texts(part)]
    return [FILLED]


def _named(nodes):
    """Return what each name stands for, all values that it is given."""
    named = {}
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                named.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.AST() as value):
                named.setdefault(name, []).append(value)
    return named


def _said(tree):
    """Yield what is written as a note or a gate's detail, and as a qualifier."""
    constants = _named(tree.body)
    for part in tree.body:
        named = constants | _named(ast.walk(part))
        for call in (node for node in ast.walk(part) if isinstance(node, ast.Call)):
            for name, around, value in _given(call):
                own = (
                    named.get(value.id, []) if isinstance(value, ast.Name) else [value]
                )
                for text in (text for one in own for text in _texts(one)):
                    yield name, around.format(text)


def _given(call):
    """Yield what a call is given by name, and a gate's detail by its place."""
    yield from ((one.arg, "{}", one.value) for one in call.keywords)
    at, around = GATES.get(ast.unparse(call.func).rpartition(".")[2], (0, ""))
    if 0 < at < len(call.args):
        yield "detail", around, call.args[at]


@cache
def _all_said():
    trees = (
        (path.stem, ast.parse(path.read_text("utf-8")))
        for path in sorted(FOLDER.rglob("*.py"))
    )
    return [(where, *said) for where, tree in trees for said in _said(tree)]


def _worded(piece):
    """Say whether a piece has Chinese words, whatever is filled in."""
    plain = PERCENT.sub("# %", NUMBER.sub("#", piece))
    if not plain.strip(f"{FILLED}# %."):
        return True  # all of it is filled in
    any_word = ".*".join(map(re.escape, plain.split(FILLED)))
    return any(re.fullmatch(any_word, one) for one in read_entries("phrases")["phrase"])


def _told(text):
    whole = text.split("; ")
    return _worded(text) or all(
        _worded(one) or all(map(_worded, JOINTS.split(one))) for one in whole
    )


def test_every_definition_note_and_gate_has_chinese_words():
    """Piece by piece, as pages put them into Chinese."""
    said = [(where, text) for where, name, text in _all_said() if name in WRITTEN]
    assert len(said) > 150  # code was read
    assert sorted({one for one in said if not _told(one[1])}) == []


def test_every_qualifier_has_chinese_words():
    """What is printed after a verdict is read in its language."""
    t = Words("zh")
    said = {text for _, name, text in _all_said() if name in {"qualifiers", "prints"}}
    told = {one for one in said if FILLED not in one and one}
    assert {"proxy", "upper bound"} <= told
    assert sorted(one for one in told if t.qualifier(one) == one) == []


@pytest.mark.parametrize("word", Word)
def test_what_each_network_says_is_chinese(word):
    """Its name as the source is called, its verdict as pages call it."""
    told = Words("zh").sentence(
        f"zulip_archives/lean {word}; zulip_archives/rust {word}"
    )
    assert told.count(Words("zh").verdict(word)) == 2
    assert "zulip_archives" not in told


def test_what_a_small_study_says_is_chinese(board, study):
    """Of a board that was computed: notes, qualifiers, and gates that were asked."""
    t, name = Words("zh"), open_study(study).name
    cells = [answer.cell(name) for answer in board.answers]
    said = [
        text for one in cells for text in (one.note, *(c.detail for c in one.checks))
    ]
    said += [way.name for one in cells for way in (*one.ways, *one.beside)]
    said += [one.definition for one in cells]
    assert len({text for text in said if text}) > 10
    assert [text for text in said if text and not t.sentence(text)] == []
    marks = [mark for one in cells for mark in one.qualifiers]
    assert [mark for mark in marks if t.qualifier(mark) == mark] == []


def test_what_pushes_a_sources_estimates_is_chinese():
    """The notes on each source's frame, on its page and in the chapter on trust."""
    t = Words("zh")
    notes = [note for one in open_studies() for note in one.manifest.frame_notes]
    notes += FRAME_NOTES
    assert [note for note in notes if not t.sentence(note)] == []
