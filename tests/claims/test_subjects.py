"""A number carries its subject: sentences written by hand against the register."""

import re
import tomllib
from pathlib import Path

import pytest

from helpers.claims import get_answer
from helpers.claims.printed import FIELD as POLL
from helpers.claims.printed import list_polls
from helpers.claims.register import FIELD, read_register
from helpers.paths import ROOT
from tests.subjects import find_faults, list_printed

MEASURED = [key for key, claim in read_register().items() if claim.readings]
DIGITS = re.compile(r"(?<![A-Za-z\d])\d[\d,.]*(?<![,.])")
# as they stood, and what is wrong with each
TOLD = Path(__file__).with_name("subjects.toml").read_text("utf-8")
REFUSED = tomllib.loads(TOLD)["rows"]


@pytest.mark.parametrize(("sentence", "fault"), REFUSED.items())
def test_a_sentence_that_lost_its_subject_is_refused(sentence, fault):
    """A mean of places told of people, a share told as a count, a guessed cause."""
    told = find_faults(sentence, home=True, title="clearly" in sentence)
    assert any(each.startswith(fault) for each in told), told


@pytest.mark.parametrize("name", MEASURED)
def test_finding_says_what_its_numbers_are_of(name):
    """Subject, denominator and n of both languages are those of the register."""
    answer = get_answer(name)
    row = answer.claim.row
    readings = {each.key: each for each in row.readings}
    main = row.readings[0].key
    labels = " ".join(
        text
        for each in row.readings
        for label in (each.label, *(other.label for other in each.also))
        for text in label
    )
    typed = {*DIGITS.findall(labels.replace("–", " ")), "100"}
    places = answer.by_kind[answer.by_kind["kind"].eq("all")].set_index("reading")
    for language in ("en", "zh"):
        text = row.sentence[language]
        for key, _, number in (f[0].rpartition(".") for f in FIELD.findall(text)):
            reading = readings.get(key.split("~")[0], readings[main])
            if number == "n_units":
                assert places.loc[key or main, "places"] == 1, "n of several places"
            for word in (reading.what, reading.among) if number == "mean" else ():
                assert word[language] in text, (key, word)
        for digits in DIGITS.findall(FIELD.sub("", text).replace("–", " ")):
            assert digits in typed or digits.startswith("20"), digits
        assert find_faults(answer.say(language), title=True) == []
        for other in (answer.say_on_wechat(language), row.limits[language]):
            assert find_faults(other) == []


def test_register_names_the_unit_of_every_number():
    """What a number is over is what its sources counted."""
    for name in MEASURED:
        answer = get_answer(name)
        for reading in answer.claim.readings:
            own = answer.estimates[answer.estimates["reading"].eq(reading.key)]
            own = own[~own["role"].isin(["part", "published"])]
            assert reading.over in {*own["unit"]}, (name, reading.key)


@pytest.mark.parametrize("file", ["README.md", "README.zh.md"])
def test_readme_says_what_its_numbers_are_of(file):
    """The front page of the repository is read first, and quoted."""
    text = (ROOT / file).read_text("utf-8").split("\n## ")[0]
    for sentence in re.split(r"(?<=[.。])\s+|\n|(?<=[.。]\*\*)|(?<=。)", text):
        assert find_faults(sentence, home=True) == [], sentence


def test_wechat_lines_print_numbers_of_the_tables():
    """None is typed; what is called a poll asks the claim's own question."""
    polls = list_polls().set_index("number")
    for name in MEASURED:
        row = get_answer(name).claim.row
        for language in ("en", "zh"):
            rest = DIGITS.findall(POLL.sub("", row.on_wechat[language]))
            days = {"34", "30", "100", "27", "1", "3"}  # of the studies and polls
            assert {n for n in rest if not n.startswith("20")} <= days, (name, rest)
        if row.wechat.startswith("a poll"):
            first = POLL.findall(row.on_wechat.en)[0][0]
            assert polls.loc[int(first), "own"], name
    assert list_printed()
