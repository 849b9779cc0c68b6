"""Stored answers: computed from the tables, byte for byte, and what they say."""

import json
import re
import subprocess
import sys
from dataclasses import replace as replace_field
from unittest.mock import Mock

import pandas as pd
import pytest
from msgspec.structs import replace

from helpers import paths
from helpers.claims import get_answer
from helpers.claims.own import shares
from helpers.claims.quantity import get_quantity
from helpers.claims.register import Claim, get_claim, read_claim, read_register
from helpers.claims.source_descriptions import Declared, read_declaration
from helpers.claims.store import read_answers
from helpers.cli import main
from helpers.errors import ShequnError
from helpers.files import read_description
from helpers.group_lives.last_activity import read_dates
from helpers.study import open_studies, open_study
from pipeline.answers import (
    build_descriptor,
    check_declarations,
    compute_answers,
    estimate_claim,
    list_differences,
    open_evidence,
    tabulate_coverage,
)
from pipeline.corpora.shared.corpus import load_description
from pipeline.row_checks import check_claim, check_publications, check_source

LIKELY, UNLIKELY = ("very likely", "probably"), ("very unlikely", "probably not")
LONGEST_EN, LONGEST_ZH = 33, 50  # words, Chinese characters, outside brackets
BRACKET = r" ?[(（][^)）]*[)）]"
READING = {
    "key": "a", "label": ["a", "b"], "what": ["a", "b"], "among": ["a", "b"],
    "over": "groups", "quantities": ["silent_by_day"],
    "params": {"day": 105}, "claimed": "> 0.5", "of": "share",
}  # fmt: skip
CORE, THIN = {"quantities": ["core_against_size"]}, {"quantities": ["thin_content"]}


def test_stored_answers_are_those_of_the_tables():
    """Whatever changes a table, an estimator or the pool shows here."""
    assert list_differences(read_answers(), compute_answers()) == []


def test_success_and_failure_are_one_reading_from_two_sides():
    """What is a success is no failure, in every source and under every threshold."""
    success, failure = map(get_answer, ("s0-success-below-5pct", "s1-over-90-fail"))
    pairs = {"busy": "unsuccessful", "busy~3": "unsuccessful~1"}
    pairs |= {f"busy~{n}": f"unsuccessful~{n - 2}" for n in (4, 5, 6)}
    for one, other in pairs.items():
        rows = [
            found.estimates[found.estimates["reading"].eq(key)].set_index("study")
            for found, key in ((success, one), (failure, other))
        ]
        assert len(rows[0]) >= 4
        total = rows[0]["estimate"] + rows[1]["estimate"]
        assert total.to_numpy() == pytest.approx(1, abs=1e-5)
    for name in ("s0-success-below-5pct", "s1-over-90-fail"):
        assert len(re.findall(r"\d+", get_answer(name).sentence)) >= 3


def test_very_low_certainty_never_speaks_loudly():
    """Weak evidence is called weak."""
    rows = read_answers().answers
    faint = set(rows.loc[rows["certainty"].eq("very low"), "word"])
    assert not faint & {*LIKELY, *UNLIKELY}
    related = rows["related"].eq(True)  # noqa: FBT003 - pandas'
    assert not set(rows.loc[related, "word"]) - {"related number"}
    every = read_answers().get_all()
    none = [found for found in every if found.word == "related number"]
    assert {(found.marks, found.explain()) for found in none} == {(0, ())}


def test_every_row_of_the_registers_names_what_exists():
    """Users read them unchecked."""
    check_publications()
    for claim in read_register().values():
        check_claim(claim)
    for study in open_studies():
        check_source(study.name)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"en": "a"}, "article"),
        ({"theme": "life"}, "life"),
        ({"chapter": 99}, "chapter"),
        ({"priority": 7}, "priority"),
        ({"readings": [{"key": "a"}]}, "label"),
        ({}, "another says what it needs"),
        (READING | {"label": ["a"]}, "label"),
        (READING | {"label": ["a", " "]}, "label"),
        (READING | {"claimed": "about half"}, "no claimed number"),
        (READING | {"claimed": "0.2 to 0.1"}, "no share is '0.2 to 0.1'"),
        (READING | {"claimed": "> 50"}, "no share is 50"),
        (READING | {"claimed": "> 1"}, "no share is '> 1'"),
        (READING | {"about": 50}, "no share is 50"),
        (READING | {"of": "percent"}, "percent"),
        (READING | {"of": "ratio"}, "silent_by_day is a share"),
        (READING | {"quantities": []}, "quantities"),
        (READING | {"quantities": ["silent_by_dy"]}, "did you mean silent_by_day"),
        (READING | {"params": {}}, "missing required field `day`"),
        (READING | {"params": {"day": "105"}}, "Expected `float`"),
        (READING | CORE | {"params": {"core": "core_9"}}, "value 'core_9'"),
        (READING | THIN | {"params": {"definition": "lng"}}, "value 'lng'"),
        (READING | {"also": [{"label": ["a", "b"], "params": {"dy": 1}}]}, "a~1: .*dy"),
        (READING | {"clamed": "> 2"}, "clamed"),
        ({"readings": [READING, READING]}, "one key"),
        (READING, "a sentence and a chapter"),
        (READING | {"in": "{men}"}, "no number 'men' .did you mean mean"),
        (READING | {"in": "{b.mean}"}, "no reading 'b'"),
        (READING | {"in": "{mean:points}"}, "'points' is no form of a share"),
        (READING | {"in": "{Mean}"}, "a name in braces"),
    ],
)
def test_a_row_that_lacks_something_is_named(row, said):
    """The error names claim and field, and no traceback is shown."""
    whole = {"article": "S0", "theme": "lifetime", "priority": 1, "en": "a", "zh": "b"}
    if sentence := row.pop("in", ""):
        whole |= {"chapter": 2, "sentence": ["a", sentence]}
    row = {"readings": [row]} if "key" in row else row
    with pytest.raises(ShequnError, match=rf"claims\.toml, s0-made.*{said}"):
        check_claim(read_claim("s0-made", row if "en" in row else whole | row))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title_en": None}, "title_en"),
        ({"licence": None}, "licence"),
        ({"licence": {"members": "yes"}}, "bool"),
        ({"kind": None}, "no kind"),
        ({"kind": "chats"}, "did you mean chat"),
        ({"end": "2016-02-30"}, "date"),
        ({"observability": {"repliez": "none"}}, "repliez"),
        ({"lives": {"window": 60}}, r"\[lives\]: .*window"),
        ({"carries": {"silent_by_dy": {}}}, "did you mean silent_by_day"),
        ({"carries": {"silent_by_day": {"role": "directly"}}}, "directly"),
        ({"carries": {"silent_by_day": {"role": "bound"}}}, "at least"),
        ({"carries": {"silent_by_day": {"pushes": "up"}}}, "why"),
    ],
)
def test_a_broken_description_of_a_source_is_named(change, said, monkeypatch):
    """Bare errors without a file, dates that do not exist, quantities that vanished."""
    facts = {**read_description("fcc_gitter")} | change
    facts = {key: value for key, value in facts.items() if value is not None}
    monkeypatch.setattr("helpers.files.read_own_rows", lambda *_: facts)
    with pytest.raises(ShequnError, match=rf"made\.toml.*{said}"):
        _read_all("made")


def _read_all(source):
    read_declaration.cache_clear()
    for read in (check_source, read_dates.__wrapped__, load_description):
        read(source)


def test_a_renamed_reading_asks_for_its_answers(monkeypatch):
    """The stored rows of the old name were a RuntimeError, or an empty line."""
    claim = get_claim("s0-three-month-death")
    reading = replace(claim.readings[0], key="dead", also=())
    new = Claim(claim.id, replace(claim.row, readings=(reading,)))
    monkeypatch.setattr(
        "helpers.claims.store.read_register", lambda: {**read_register(), new.id: new}
    )
    with pytest.raises(ShequnError, match=r"answers to silent.*lacks.*pipeline"):
        list(read_answers().get_all())


def test_a_claim_that_is_not_yet_computed_says_so():
    """A new row of the register was an IndexError."""
    none = read_answers()._replace(answers=read_answers().answers.iloc[:0])
    with pytest.raises(ShequnError, match="no stored answer yet"):
        none.get("s0-three-month-death")


def test_stored_coverage_is_that_of_the_ranges(monkeypatch):
    """Widths of an earlier weight of other places stood there for a day."""
    monkeypatch.setattr("pipeline.answers.SIZES", (3,))
    stored = pd.read_csv(shares.FILE)
    own = stored[stored["groups"].eq(3)].reset_index(drop=True)
    pd.testing.assert_frame_equal(tabulate_coverage(), own, atol=1e-4)


def test_every_sentence_resolves_and_stands_alone():
    """No name in braces is left, and no sentence outgrows its line."""
    for name in read_register():
        answer = get_answer(name)
        if not answer.is_measured:
            assert all(answer.claim.needs), name
            continue
        en, zh = (re.sub(BRACKET, "", answer.say(each)) for each in ("en", "zh"))
        assert not {"{", "}"} & set(en + zh), name
        assert len(en.split()) <= LONGEST_EN, name
        assert len(re.findall("[\u4e00-\u9fff]", zh)) <= LONGEST_ZH, name


def test_no_sentence_contradicts_its_word():
    """A claim that is very likely has its mean where the claim is true."""
    for name, claim in read_register().items():
        row = get_answer(name).overall
        if row["word"] in {*LIKELY, *UNLIKELY}:
            low, high = claim.readings[0].claimed_range
            assert (low < row["mean"] < high) == (row["word"] in LIKELY), name


def test_descriptor_names_every_column():
    """Catalogues can read the tables."""
    text = build_descriptor(read_answers())
    stored = paths.PROCESSED / "answers" / "datapackage.json"
    assert stored.read_text("utf-8") == text
    for resource in json.loads(text)["resources"]:
        head = pd.read_csv(stored.with_name(resource["path"]), nrows=0).columns
        assert [f["name"] for f in resource["schema"]["fields"]] == list(head)


def test_unknown_claim_is_one_sentence(capsys):
    """A slip of the pen names the claim that was meant."""
    assert main(["claims", "s0-three-month-deth"]) == 1
    assert "did you mean s0-three-month-death" in capsys.readouterr().err


def test_command_prints_one_answer_and_json(capsys):
    """The command prints what is stored."""
    assert main(["claims", "s4-many-centres"]) == 0
    assert get_answer("s4-many-centres").sentence in capsys.readouterr().out
    assert main(["claims", "s4-many-centres", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["claim"] == "s4-many-centres"


def test_a_source_that_cannot_give_what_it_declares_is_named(monkeypatch):
    """A wrong line of a description ends in one sentence, not in a traceback."""
    study = open_study("chicago_rug")
    declared = Declared(kind="meetup", carries={})
    monkeypatch.setattr("pipeline.answers.read_declaration", lambda _: declared)
    claim = get_claim("s4-many-centres")
    quantity = claim.readings[0].quantities[0]
    declared.carries[quantity] = read_declaration("fcc_gitter").carries[quantity]
    evidence = open_evidence([study])
    rows = list(estimate_claim(claim, evidence))
    with pytest.raises(ShequnError, match=r"chicago_rug: declares .* Hint"):
        check_declarations([claim], evidence, rows)


@pytest.mark.slow
def test_own_study_is_asked_for_its_own_groups_only():
    """No estimate of a public source stands in a user's answer."""
    answer = get_answer("s0-three-month-death", open_study("fcc_gitter"))
    assert set(answer.estimates["kind"]) == {"own"}
    assert answer.overall["n_sources"] == 1


def test_printing_stored_answers_loads_no_estimator():
    """`shequn claims` prints in a second: no scipy, no tables, no drawing."""
    told = (
        "import sys; from helpers.cli import main; main(['claims']);"
        "print(*{'scipy', 'numba', 'matplotlib', 'pipeline'} & {*sys.modules})"
    )
    run = [sys.executable, "-c", told]
    done = subprocess.run(run, capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == ""


def _compute(claim: str, monkeypatch, **params: str):
    """Compute the answer to a claim with other parameters of its first reading."""
    row = get_claim(claim).row
    reading = replace(row.readings[0], params=row.readings[0].params | params, also=())
    changed = Claim(claim, replace(row, readings=(reading,)))
    computing = "pipeline.answers"
    monkeypatch.setattr(f"{computing}.get_claim", lambda _: changed)
    studies = [open_study("zh_s1_lounges")]
    monkeypatch.setattr(f"{computing}.open_studies", lambda: studies)
    return compute_answers(claim_id=claim)


def test_a_parameter_that_no_table_has_is_named(monkeypatch):
    """The reading vanished in silence."""
    said = r"claims\.toml, s4-many-centres, .*no source gives an estimate"
    with pytest.raises(ShequnError, match=said):
        _compute("s4-many-centres", monkeypatch, window="1-2")


@pytest.mark.parametrize("fault", [KeyError("posters"), ValueError("odd")])
def test_a_fault_of_an_estimator_is_not_told_of_the_row(fault, monkeypatch):
    """The row would be searched for a slip that is in the code."""
    estimate = Mock(side_effect=fault)
    broken = replace_field(get_quantity("reply_centres"), estimate=estimate)
    monkeypatch.setattr("pipeline.answers.get_quantity", lambda _: broken)
    with pytest.raises(type(fault), match=str(fault)):
        _compute("s4-many-centres", monkeypatch)
