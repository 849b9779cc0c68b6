"""Stored answers: computed from the tables, byte for byte, and what they say."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers import paths
from helpers.claims.computation import compute_answers
from helpers.claims.estimate import estimate_claim, estimate_places, open_evidence
from helpers.claims.quantity import get_quantity
from helpers.claims.register import get_claim, read_register
from helpers.claims.source_descriptions import (
    convert_declaration,
    read_declaration,
)
from helpers.claims.store import (
    build_descriptor,
    get_answer,
    list_differences,
    read_answers,
)
from helpers.cli import main
from helpers.errors import ShequnError
from helpers.group_lives.evidence import Evidence
from helpers.study import open_study

BEFORE = Path(__file__).with_name("estimates_before.csv")
LONGEST_EN, LONGEST_ZH = 26, 46  # words, Chinese characters


def test_stored_answers_are_those_of_the_tables():
    """Whatever changes a table, an estimator or the pool shows here."""
    assert list_differences(read_answers(), compute_answers()) == []


@pytest.mark.slow
def test_estimates_equal_those_before_the_method_changed():
    """Verdicts went; estimates, intervals and numbers of groups stayed."""
    rows = pd.read_csv(BEFORE).to_dict("records")
    evidence = {name: Evidence.of(open_study(name)) for name in _list_sources(rows)}
    wrong = [row for row in rows if not _is_reproduced(row, evidence)]
    assert len(rows) > 80
    assert wrong == []


def _list_sources(rows):
    return {row["study"].partition("/")[0] for row in rows}


def _is_reproduced(row, evidence):
    """Return whether a quantity of the unsplit source gives the same interval."""
    source = row["study"].partition("/")[0]
    reading = {each.key: each for each in get_claim(row["claim"]).readings}[
        row["reading"].partition("~")[0]
    ]
    params = dict(reading.params)
    if "~" in row["reading"]:
        params |= reading.also[int(row["reading"].partition("~")[2]) - 1].params
    found = estimate_places(get_quantity(row["quantity"]), evidence[source], params)
    interval = found.get(row["study"]) or found.get(source)
    expected = [row["estimate"], row["low"], row["high"], row["n"]]
    got = [interval.estimate, interval.low, interval.high, interval.n]
    pairs = [
        pair for pair in zip(got, expected, strict=True) if np.isfinite(pair).all()
    ]
    return np.allclose(*zip(*pairs, strict=True), rtol=1e-6)


def test_famous_claims_say_what_was_found():
    """What readers know the project for, by the words of the method."""
    words = {
        "s0-three-month-death": "depends on the kind",
        "s0-lurkers-still-identify": "depends on what counts",
        "s0-size-10-30-best": "probably not",
        "s1-over-90-fail": "very unlikely",
    }
    assert {name: get_answer(name).word for name in words} == words
    kinds = get_answer("s0-three-month-death").by_kind.set_index("kind")["word"]
    assert kinds["chat"] == "very unlikely"
    assert kinds["published"] == "probably"


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
    with pytest.raises(ShequnError, match=r"chicago_rug: declares .* Hint"):
        list(estimate_claim(claim, open_evidence([study])))


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
