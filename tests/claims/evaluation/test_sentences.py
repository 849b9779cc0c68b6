"""One sentence a claim: short, in both languages, with the numbers of its verdicts."""

import re
from dataclasses import replace
from importlib.resources import files
from math import inf

import pytest

from helpers.claims import read_register
from helpers.claims.contract.card import format_number, get_card
from helpers.claims.contract.gates import require_groups
from helpers.claims.evaluation.sentences import (
    LONGEST,
    get_answer_word,
    measure_length,
    write_sentence,
)
from helpers.claims.evaluation.verdict import FAILED, Verdict
from helpers.claims.fixed.register import get_rule
from helpers.claims.rules.interval_rules import Word
from helpers.site.languages import Words
from tests.claims.intervals import fixed

REGISTER = read_register()
TESTED = [name for name, one in REGISTER.items() if one.status != "unfalsifiable"]
SOURCES = ["fcc_gitter", "zulip_archives", "w3c_groups", "community_reads"]
CODES = re.compile(
    "|".join(
        file.name.removesuffix(".toml")
        for file in files("helpers.corpora.sources").iterdir()
        if file.name.endswith(".toml")
    )
    + r"|_|\bHR\b|SUPPORTED|INCONCLUSIVE|proxy"
)
WORDS = [
    [Word.SUPPORTED], [Word.CONTRADICTED], [Word.TOO_SMALL], [Word.INCONCLUSIVE],
    [Word.FRAGILE], [Word.SUPPORTED] * 3, [Word.CONTRADICTED, Word.SUPPORTED],
    [Word.CONTRADICTED, Word.INCONCLUSIVE, Word.INCONCLUSIVE, Word.FRAGILE],
    [Word.TOO_SMALL, Word.CONTRADICTED, Word.SUPPORTED, Word.FRAGILE],
]  # fmt: skip
NUMBERS = (0.1237, 0.2349, 0.4561, 0.6783)


def count_components(name):
    """Return how many components a claim's rule takes."""
    if name not in TESTED:
        return 1
    rule = get_rule(REGISTER[name])
    return max(len(getattr(rule, "rules", (rule,))), len(get_card(name).components))


def planted(name, words, **more):
    """Return a verdict a source, each component of it at a number of its own."""
    return [
        Verdict(
            claim=name, study=source, word=word, checksum="",
            components=(fixed(0.9 * at, at, 1.1 * at),) * count_components(name),
            **more,
        )
        for source, word, at in zip(SOURCES, words, NUMBERS, strict=False)
    ]  # fmt: skip


def only_first_component(verdict):
    """Return the verdict as a source gives it that records one component only."""
    others = [None] * len(verdict.components[1:])
    return replace(verdict, components=(verdict.components[0], *others))


@pytest.mark.parametrize("name", REGISTER)
def test_no_sentence_is_too_long_or_contains_code_names(name):
    """Whatever the verdicts are, as stand-ins too, it stays short and plain."""
    sets = [planted(name, words) for words in WORDS]
    sets += [planted(name, words, qualifiers=("proxy",)) for words in WORDS]
    sets += [
        planted(name, words, qualifiers=("proxy",), decides=False)
        for words in WORDS[:4]
    ]
    sets += [[only_first_component(verdict) for verdict in each] for each in sets]
    for verdicts in [[], *sets]:
        for language, longest in LONGEST.items():
            told = write_sentence(name, verdicts, language)
            assert measure_length(told, language) <= longest, told
            assert not CODES.search(told), told
            assert not re.search(r"[{}]|\s[,.;]", told), told
            assert told[-1] == {"en": ".", "zh": "。"}[language]


@pytest.mark.parametrize("name", TESTED)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_numbers_in_a_sentence_equal_the_verdicts(name, language):
    """One source is told with its limits where there is room, several by both ends."""
    of = next(
        (
            component.of
            for component in get_card(name).components
            if component.shown == "lead"
        ),
        get_card(name).components[0].of,
    )
    (one,) = planted(name, [Word.FRAGILE])
    assert format_number(of, one.estimate, language) in write_sentence(
        name, [one], language
    )
    several = planted(name, [Word.FRAGILE] * 4)
    told = write_sentence(name, several, language)
    assert format_number(of, NUMBERS[0], language) in told
    assert format_number(of, NUMBERS[-1], language) in told


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        ([Word.SUPPORTED], "Most groups die within three", "多数群活不过三个半月"),
        ([Word.CONTRADICTED] * 3, "a half months in all 3 sources", "3 个来源都显示，"),
        (
            [*[Word.CONTRADICTED] * 3, Word.INCONCLUSIVE],
            "in 3 of 4 sources, undecided in 1",
            "4 个来源中有 3 个显示，多数群活过了三个半月",
        ),
        (
            [Word.CONTRADICTED, *[Word.INCONCLUSIVE] * 3],
            "Undecided: most groups do not die",
            "说不准：4 个来源中只有 1 个",
        ),
        (
            [Word.SUPPORTED, Word.CONTRADICTED],
            "It depends on the group: supported in 1, not supported in 1 of 2",
            "要看是哪类群，2 个里 1 个支持、1 个不支持",
        ),
        ([Word.FRAGILE] * 2, "Fragile: ", "不稳："),
        ([Word.INCONCLUSIVE] * 2, "Undecided whether most groups die", "说不准"),
    ],
)
def test_sentence_form_follows_the_mix_of_verdicts(words, english, chinese):
    """What most sources say leads; where they differ, the counts do."""
    verdicts = planted("s0-three-month-death", words)
    assert english in write_sentence("s0-three-month-death", verdicts, "en")
    assert chinese in write_sentence("s0-three-month-death", verdicts, "zh")


def test_untestable_component_is_stated_separately_from_a_supported_one():
    """Many centres are seen, who owns the group is not."""
    name = "s4-many-centres"
    verdicts = [
        replace(one, components=(fixed(5.0, 6.0, 7.0), None))
        for one in planted(name, [Word.INCONCLUSIVE])
    ]
    assert write_sentence(name, verdicts, "en") == (
        "Partly supported in chat rooms for learning to code: replies centre"
        " on more than three people (6.00 [5.00–7.00] people); whether the owner is"
        " seldom the one answered most cannot be tested."
    )
    assert get_answer_word(name, verdicts, "zh") == "部分成立"


def test_direct_measures_precede_proxies_and_both_are_named():
    """A stand-in is told of only where nothing else is, and says so."""
    own, other = planted("s0-owner-alone-fails", [Word.SUPPORTED, Word.CONTRADICTED])
    stand_in = replace(other, qualifiers=("proxy",), variant="chairs")
    assert "one leader" not in write_sentence(own.claim, [own, stand_in], "en")
    alone = write_sentence(own.claim, [stand_in], "en")
    assert "one leader" in alone
    assert alone.endswith("(indirect).")
    assert write_sentence(own.claim, [stand_in], "zh").endswith("（间接测量）。")


def test_non_deciding_estimate_is_flagged_before_its_number():
    """That it is only shown is said before the number, in both languages."""
    name = "s1-single-tactics-dont-last"
    (one,) = planted(name, [Word.INCONCLUSIVE], decides=False)
    for language, said in (("en", "decides nothing"), ("zh", "不能作判断")):
        told = write_sentence(name, [one], language)
        assert 0 < told.index(said) < told.index(format_number("ratio", one.estimate))
        assert said not in write_sentence(name, [replace(one, decides=True)], language)


def test_an_unanswered_claim_says_what_is_missing_and_who_could_record_it():
    """Nothing recorded and too little recorded are not the same."""
    name = "s0-lurk-from-fear"
    blank = Verdict(claim=name, study="fcc_gitter", word=Word.UNTESTABLE, checksum="")
    assert write_sentence(name, [blank], "en").startswith("No data: no source records")
    gated = replace(blank, gates=(require_groups(40), require_groups(60)))
    assert write_sentence(name, [gated], "en") == "No data: 40 groups, 50 needed."
    zh = write_sentence(name, [gated], "zh", translate=Words("zh").sentence)
    assert zh == "缺数据：有 40 个群，需要 50 个。"
    told = write_sentence(name, [gated, replace(gated, study="own")], "en")
    assert "in the 2 sources" in told
    assert "40 groups, 50 needed" in told
    assert get_answer_word(name, [gated], "en") == "no data"


def test_failed_estimator_is_reported_first():
    """Data were there; the fault is ours, and is told before anything else."""
    failed = Verdict(
        claim="s0-novelty-decay", study="own", word=Word.UNTESTABLE, checksum="",
        reason=f"{FAILED}ValueError at clusters.py, line 107",
    )  # fmt: skip
    told = write_sentence("s0-novelty-decay", [failed], "en")
    assert told == "Could not be computed: ValueError at clusters.py, line 107."


def test_an_undetermined_fit_says_why_it_is_not_settled():
    """There is no number, so the reason stands in its place."""
    open_ = Verdict(
        claim="s4-retention-beats-acquisition", study="own", word=Word.INCONCLUSIVE,
        checksum="", reason="the fit does not converge",
    )  # fmt: skip
    told = write_sentence(open_.claim, [open_], "en")
    assert told.endswith("in your own data: the fit does not converge.")


def test_sentence_of_a_pooled_estimate_names_all_sources_as_pooled():
    """An estimate over strata speaks for all of its sources."""
    verdicts = planted("s0-100-fanatics", [Word.INCONCLUSIVE] * 3)
    (whole,) = planted("s0-100-fanatics", [Word.CONTRADICTED])
    told = write_sentence("s0-100-fanatics", verdicts, "en", strata=whole)
    assert "in the sources taken together" in told


def test_network_estimates_are_shown_if_their_source_has_none():
    """Parts give the numbers of a study without one of its own."""
    parts = tuple(planted("s0-three-month-death", [Word.SUPPORTED] * 2))
    whole = replace(parts[0], components=(), parts=parts)
    told = write_sentence("s0-three-month-death", [whole], "en")
    assert "12 % and 23 %" in told.replace("\u202f", " ")


def test_networks_with_different_verdicts_are_counted_separately():
    """A source supported in one of two parts is not told as one that supports."""
    words = [Word.SUPPORTED, Word.INCONCLUSIVE]
    parts = tuple(planted("s0-three-month-death", words))
    whole = replace(parts[0], components=(), parts=parts)
    told = write_sentence("s0-three-month-death", [whole], "en")
    assert "in 1 of 2 sources, undecided in 1" in told


def test_sentence_quotes_the_deciding_component_of_a_composite_rule():
    """Too strict is what lies beyond the turn, not before it."""
    (one,) = planted("s1-rules-too-strict", [Word.SUPPORTED])
    verdict = replace(one, components=(fixed(0.5, 0.6, 0.7), fixed(1.1, 1.3, 1.6)))
    told = write_sentence("s1-rules-too-strict", [verdict], "en")
    assert "1.30" in told
    assert "0.60" not in told


def test_estimate_with_infinite_limits_is_not_printed():
    """Where the data cannot tell the size at all, no size is printed."""
    (one,) = planted("s0-100-fanatics", [Word.INCONCLUSIVE])
    verdict = replace(one, components=(fixed(-inf, -0.4, inf),))
    told = write_sentence("s0-100-fanatics", [verdict], "en")
    assert "no limit" in told
    assert "0.4" not in told
