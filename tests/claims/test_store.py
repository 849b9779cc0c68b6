"""Stored answers: computed from the tables, byte for byte, and what they say."""

import json
import re
import subprocess
import sys

import pandas as pd
import pytest

from helpers import paths
from helpers.claims import get_answer
from helpers.claims.computation import compute_answers
from helpers.claims.estimate import (
    check_declarations,
    estimate_claim,
    open_evidence,
)
from helpers.claims.quantity import get_quantity
from helpers.claims.register import get_claim, read_claim, read_register
from helpers.claims.source_descriptions import (
    convert_declaration,
    read_declaration,
)
from helpers.claims.store import (
    build_descriptor,
    list_differences,
    read_answers,
)
from helpers.cli import main
from helpers.errors import ShequnError
from helpers.study import open_study

LONGEST_EN, LONGEST_ZH = 28, 58  # words, Chinese characters
READING = {
    "key": "a", "label": ["a", "b"], "quantities": ["q"], "claimed": "> 1",
    "of": "ratio",
}  # fmt: skip


def test_stored_answers_are_those_of_the_tables():
    """Whatever changes a table, an estimator or the pool shows here."""
    assert list_differences(read_answers(), compute_answers()) == []


def test_famous_claims_say_what_was_found():
    """What readers know the project for, by the words of the method."""
    words = {
        "s0-three-month-death": "very unlikely",
        "s1-over-90-fail": "depends on the bar",
        "s0-success-below-5pct": "depends on the bar",
        "s0-half-are-lost-type": "near",
        "s0-lurkers-still-identify": "very likely",
        "s0-novelty-decay": "very likely",
        "s4-many-centres": "related number",
        "s4-owner-indispensable": "weak signs for",
        "s1-rules-needed": "open",
    }
    assert {name: get_answer(name).word for name in words} == words


def test_success_and_failure_are_one_reading_from_two_sides():
    """What is a success is no failure, in every source and under every bar."""
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
    """Weak signs are called weak."""
    loud = {"very likely", "probably", "probably not", "very unlikely"}
    rows = read_answers().answers
    assert not set(rows.loc[rows["certainty"].eq("very low"), "word"]) & loud
    related = rows["related"].eq(True)  # noqa: FBT003 - pandas'
    assert not set(rows.loc[related, "word"]) - {"related number"}


def test_sentences_that_name_their_word_have_it():
    """Numbers move: a sentence never says open, near or a bar beside another word."""
    begins = {
        "Depends on the bar": "depends on the bar", "Open:": "open",
        "Slightly against it": "weak signs against",
    }  # fmt: skip
    for name in read_register():
        found = get_answer(name)
        for begin, word in begins.items():
            if found.is_measured and found.sentence.startswith(begin):
                assert found.word == word, name


def test_enough_claims_say_something():
    """Of those that measure their claim: a side, weak signs, depends or near."""
    own = [
        found
        for found in map(get_answer, read_register())
        if found.is_measured and not found.overall["related"]
    ]
    told = [found for found in own if found.word != "open"]
    assert len(told) >= 16
    assert sum(found.certainty in {"moderate", "high"} for found in told) >= 5


def test_every_measured_claim_has_a_line_on_wechat():
    """A published count, a poll, or that nobody has counted it."""
    for name in read_register():
        found = get_answer(name)
        if not found.is_measured:
            continue
        said = found.say_on_wechat("en"), found.say_on_wechat("zh")
        assert all(said), name
        assert ("Nobody has counted" in said[0]) == ("没人数过" in said[1]), name


def test_novelty_fades_in_every_chat():
    """The sentence says so of all places that are pooled."""
    found = get_answer("s0-novelty-decay")
    own = found.estimates[found.estimates["reading"].eq("declines")]
    assert (own.loc[own["role"].eq("direct"), "estimate"] < 1).all()


def test_units_of_readings_are_those_of_their_quantities():
    """The register says the unit, so that no page needs an estimator."""
    for claim in read_register().values():
        for reading in claim.readings:
            units = {get_quantity(name).of for name in reading.quantities}
            assert units == {reading.of}, (claim.id, reading.key)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"en": "a"}, "article"),
        ({"readings": [{"key": "a"}]}, "label"),
        ({}, "no needs"),
        ({"readings": [READING | {"claimed": "about half"}]}, "no claimed number"),
        ({"readings": [READING | {"of": "percent"}]}, "percent"),
        ({"readings": [READING | {"quantities": []}]}, "quantities"),
        ({"readings": [READING | {"clamed": "> 2"}]}, "clamed"),
        ({"readings": [READING | {"claimed": "2 to 1"}]}, "no number is"),
        ({"readings": [READING, READING]}, "one key"),
        ({"readings": [READING]}, "no sentence and no chapter"),
    ],
)
def test_a_row_that_lacks_something_is_named(row, said):
    """The error names claim and field, and no traceback is shown."""
    whole = {"article": "S0", "theme": "t", "priority": 1, "en": "a", "zh": "b"}
    with pytest.raises(ShequnError, match=r"claims\.toml, s9-made") as caught:
        read_claim("s9-made", row if "en" in row else whole | row)
    assert said in str(caught.value)


def test_a_broken_description_of_a_source_is_named(monkeypatch):
    """A wrong role was an unexpected error that named no file."""
    broken = {"carries": {"silent_by_day": {"role": "directly"}}}
    module = "helpers.claims.source_descriptions.read_description"
    monkeypatch.setattr(module, lambda _: broken)
    with pytest.raises(ShequnError, match=r"fcc_made\.toml.*directly"):
        read_declaration("fcc_made")


def test_a_claim_that_is_not_yet_computed_says_so():
    """A new row of the register was an IndexError."""
    none = read_answers()._replace(answers=read_answers().answers.iloc[:0])
    with pytest.raises(ShequnError, match="no stored answer yet"):
        none.get("s0-three-month-death")


def test_every_sentence_resolves_and_stands_alone():
    """No name in braces is left, and no sentence outgrows its line."""
    for name in read_register():
        answer = get_answer(name)
        if not answer.is_measured:
            assert all(answer.claim.needs), name
            continue
        en, zh = answer.say("en"), answer.say("zh")
        chinese = sum("\u4e00" <= letter <= "\u9fff" for letter in zh)
        assert not {"{", "}"} & set(en + zh), name
        assert len(en.split()) <= LONGEST_EN, name
        assert chinese <= LONGEST_ZH, name


def test_no_sentence_contradicts_its_word():
    """A claim that is very likely has its mean where the claim is true."""
    for name, claim in read_register().items():
        row = get_answer(name).overall
        if row["word"] in {"very likely", "probably"}:
            assert claim.readings[0].claimed_range.holds(row["mean"]), name
        if row["word"] in {"very unlikely", "probably not"}:
            assert not claim.readings[0].claimed_range.holds(row["mean"]), name


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
    declared = convert_declaration({"kind": "meetup", "carries": {"centres": {}}})
    monkeypatch.setattr("helpers.claims.estimate.read_declaration", lambda _: declared)
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
        "print(*{'scipy', 'numba', 'matplotlib', 'helpers.corpora'} & {*sys.modules})"
    )
    run = [sys.executable, "-c", told]
    done = subprocess.run(run, capture_output=True, check=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1] == ""
