"""What is said over several sources, worked out again from their verdicts.

Written from the register's §7 and amendment 6 alone; means by statsmodels. The
verdicts are those of the sources at hand, all of them.
"""

from __future__ import annotations

from collections import Counter

import pytest

from helpers.claims import combine_verdicts, read_register
from helpers.claims.evaluation.verdict_store import load_verdict, report_together
from helpers.claims.fixed.register import get_rule
from helpers.claims.rules.interval_rules import Word
from helpers.paths import list_study_folders
from helpers.site.languages import Words
from helpers.study import open_study

OPEN = {Word.INCONCLUSIVE, Word.FRAGILE}
SIDE = {"support": Word.SUPPORTED, "contradict": Word.CONTRADICTED}
LEVEL = ("P", "LIT")  # beginnings of rules on failure by an age
MANY = 5
TESTABLE = [name for name, one in read_register().items() if one.status == "testable"]


@pytest.fixture(scope="module")
def told(kept_verdicts):  # noqa: ARG001 - is read from there
    """Return each claim's verdicts, that of strata, and what they combine to."""
    studies = [open_study(folder) for folder in list_study_folders()]
    found = {}
    for name in TESTABLE:
        verdicts = [load_verdict(name, study) for study in studies]
        strata = report_together(name, studies)
        both = combine_verdicts(read_register()[name], verdicts, strata=strata)
        found[name] = verdicts, strata, both
    return found


def own(rule, verdict):
    """Return a source's word, under the definition that all share if there is one."""
    if verdict.shared is None or verdict.word is Word.FRAGILE:
        return verdict.word
    return rule.decide(verdict.shared).word


def entering(name, verdicts):
    """Return the sources that speak, and whether they differ in what is listed."""
    entry, rule = read_register()[name], get_rule(read_register()[name])
    able = [v for v in verdicts if v.word and v.word is not Word.UNTESTABLE]
    able = [v for v in able if not v.stand_in] or able
    side = {"both": None} | SIDE
    may = [v for v in able if side.get(v.speaks_for, "") in {None, own(rule, v)}]
    level = entry.theme in {"lifetime", "failure"} and (
        rule.code.startswith(LEVEL) or rule.code.startswith("ALL(P")
    )
    by = Counter(v.frame for v in may)
    if not level or len(by) < 2 or all(v.shared for v in may):
        return able, may
    most = max(by.values())
    if list(by.values()).count(most) > 1:
        return able, []
    (frame,) = [frame for frame, many in by.items() if many == most]
    return able, [v for v in may if v.frame == frame]


def in_words(words):
    """Return the word of fewer than five, and how many say it."""
    many = len(words)
    counts = Counter(words)
    if many == 1:
        return words[0], None
    if counts[Word.FRAGILE] * 2 >= many:
        return Word.FRAGILE, None
    sides = set(words) - OPEN
    if len(sides) > 1:
        return Word.INCONCLUSIVE, "corpora disagree"
    word = sides.pop() if sides else Word.INCONCLUSIVE
    every = counts[word] == many
    return word, f"in all {many}" if every else f"in {counts[word]} of {many}"


def number(verdict):
    """Return what a source's number is: of the common definition, else its own."""
    return verdict.shared or verdict.interval


@pytest.mark.parametrize("name", TESTABLE)
def test_summary_equals_the_verdicts_of_its_sources(told, name):
    """Who enters, the range, and the word with its count; or why there is none."""
    verdicts, strata, found = told[name]
    able, speaking = entering(name, verdicts)
    assert found.entering == tuple(v.study for v in speaking)
    ends = [number(v).estimate for v in speaking if number(v)]
    assert found.spread == ((min(ends), max(ends)) if ends else None)
    if strata is not None and strata.word is not Word.UNTESTABLE:
        assert (found.word, found.reason) == (strata.word, strata.reason)
    elif not able:
        assert found.word is Word.UNTESTABLE
    elif not speaking:
        assert found.word is None
        assert found.reason.startswith("not combined: ")
        assert all(v.study in found.reason for v in able)
    elif found.mean is None:
        rule = get_rule(read_register()[name])
        word, many = in_words([own(rule, v) for v in speaking])
        assert found.word is word
        assert many is None or many in found.qualifiers


def test_every_displayed_part_of_a_verdict_has_chinese_words(told):
    """What was measured, gates, other ways of counting, numbers beside."""
    t, said, names = Words("zh"), set(), set()
    for verdicts, *_ in told.values():
        for one in (part for v in verdicts for part in (v, *v.parts)):
            names |= {gate.name for gate in one.gates}
            said |= {gate.detail for gate in one.gates if gate.detail}
            if one.interval:
                said |= {one.definition, one.note, *(way.name for way in one.beside)}
                said |= {way.name for way in one.specifications if way.components}
    assert sorted(text for text in said if text and not t.sentence(text)) == []
    assert sorted(name for name in names if t.gate(name) == name) == []


def test_verdicts_of_networks_are_combined_without_the_shared_definition(told):
    """The definition that sources share is for several sources, not within one."""
    apart = [
        (name, v)
        for name, (verdicts, *_) in told.items()
        for v in verdicts
        if v.parts and v.interval is None and len(v.parts) < MANY
    ]
    assert apart
    for name, v in apart:
        words = [part.word for part in v.parts if part.word is not Word.UNTESTABLE]
        said = in_words(words)[0] if words else Word.UNTESTABLE
        if "corpora disagree" in v.qualifiers:  # a part that may not decide objects
            said = Word.INCONCLUSIVE
        assert (name, v.study, v.word) == (name, v.study, said)
