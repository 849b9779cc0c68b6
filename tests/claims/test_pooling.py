"""Words, kinds and certainty of answers on made estimates."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.answer import Answer, fill_sentence
from helpers.claims.estimate import COLUMNS
from helpers.claims.grading import choose_word
from helpers.claims.pooling import pool_estimates
from helpers.claims.quantity import quantity
from helpers.claims.register import Alternative, Claim, Reading, Text, _Row
from helpers.claims.store import read_answers
from helpers.errors import ShequnError
from pipeline.site.charts import chart_claim
from pipeline.site.language import Reader

ROLES = ("direct", "indirect", "bound", "said", "published")
quantity("made_share", of="share")(lambda _: None)
quantity("made_ratio", of="ratio")(lambda _: None)


def make_claim(*readings):
    """Return a claim of some readings."""
    row = _Row(
        article="S0", theme="t", priority=1, en="c", zh="c", readings=readings,
        sentence=Text("{mean} ({low}–{high}), {other.mean:of100}", "{mean}"),
    )  # fmt: skip
    return Claim("c", row)


def read_as(key="a", of="share", claimed="> 0.50", **more):
    """Return a reading."""
    return Reading(
        key=key, label=Text(key, key), what=Text(key, key), among=Text(key, key),
        over="groups", quantities=(f"made_{of}",),
        claimed=claimed, of=of,
        **more,
    )  # fmt: skip


def estimate(study, value, half, **more):
    """Return an estimate of a study as a row."""
    row = {
        "claim": "c", "reading": "a", "study": study, "kind": "chat", "role": "direct",
        "estimate": value, "low": value - half, "high": value + half, "n": 100,
        "unit": "groups", "pushes": "", "randomised": False,
    }  # fmt: skip
    return row | more


def answer(claim, *rows):
    """Return the answer on made estimates."""
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return Answer(claim, pool_estimates(frame, {"c": claim}), frame)


def list_two_kinds(**more):
    """Return two sources of chats, and two of forums on the other side."""
    chats = [estimate("a", 0.2, 0.05), estimate("b", 0.15, 0.05)]
    forums = [estimate(s, 0.85, 0.03, kind="forum", **more) for s in "fg"]
    return chats, forums


def test_kinds_with_two_places_each_depend_on_the_kind():
    """No kind outvotes another where both were seen in two places."""
    chats, forums = list_two_kinds()
    assert answer(make_claim(read_as()), *chats, *forums).word == "depends on the kind"


@pytest.mark.parametrize("role", ["published", "bound"])
def test_one_place_or_a_weaker_measure_is_no_other_kind(role):
    """A lone place, a bound or a published number does not split the answer."""
    chats, forums = list_two_kinds()
    alone = answer(make_claim(read_as()), *chats, *forums[:1])
    assert alone.word != "depends on the kind"
    _, weaker = list_two_kinds(role=role)
    assert answer(make_claim(read_as()), *chats, *weaker).word == "very unlikely"


@pytest.mark.parametrize(
    ("meaning", "word"), [("article", "depends on what counts"), ("", "very unlikely")]
)
def test_only_meanings_of_the_article_depend_on_what_counts(meaning, word):
    """A variant, or a second limit, makes no claim depend on what counts."""
    rows = [estimate(s, 0.2, 0.05) for s in "xyz"]
    rows += [estimate(s, 0.9, 0.03, reading="other") for s in "xyz"]
    readings = [read_as(meaning=meaning), read_as("other", meaning=meaning)]
    found = answer(make_claim(*readings), *rows)
    assert found.word == word
    assert found.sentence.endswith(", 90")


def test_a_number_of_ours_that_turns_the_word_is_a_threshold():
    """More than 20 % is ours: halved it is true, doubled it is not."""
    rows = [estimate(s, 0.2, 0.02) for s in "vwxyz"]
    ours = make_claim(read_as(claimed="> 0.20", ours=True))
    assert answer(ours, *rows).word == "depends on the threshold"
    assert answer(make_claim(read_as(claimed="> 0.20")), *rows).word == "open"


def test_a_definition_of_ours_that_turns_the_word_is_a_threshold():
    """The other definition is on the other side, and counts if the number is ours."""
    rows = [estimate(s, 0.2, 0.03) for s in "xyz"]
    rows += [estimate(s, 0.8, 0.03, reading="a~1") for s in "xyz"]
    words = []
    for turned in (True, False):
        also = (Alternative(label=Text("half", "一半"), turned=turned),)
        words.append(answer(make_claim(read_as(also=also)), *rows).word)
    assert words == ["depends on the threshold", "very unlikely"]


def test_a_related_number_gets_no_word():
    """It keeps its number, and is neither right nor wrong."""
    rows = [estimate(s, 0.1, 0.03) for s in "vwxyz"]
    found = answer(make_claim(read_as(related=True)), *rows)
    assert found.word == "related number"
    assert bool(found.overall["related"])
    assert found.overall["mean"] == pytest.approx(0.1, abs=0.02)


def test_a_number_of_the_article_inside_the_interval_is_near():
    """Half of all, and the interval holds one half."""
    rows = [estimate(s, v, 0.05) for s, v in zip("xyz", (0.45, 0.55, 0.6), strict=True)]
    near = make_claim(read_as(claimed="0.40 to 0.60", about=0.5))
    assert answer(near, *rows).word == "near"


def test_a_near_number_that_another_threshold_refutes_depends_on_it():
    """Near is where the claim is true: half adrift was near, and 71 by the next."""
    rows = [estimate(s, v, 0.05) for s, v in zip("xyz", (0.45, 0.55, 0.6), strict=True)]
    rows += [estimate(s, 0.8, 0.03, reading="a~1") for s in "xyz"]
    also = (Alternative(label=Text("double", "两倍"), turned=True),)
    near = make_claim(read_as(claimed="0.40 to 0.60", about=0.5, also=also))
    assert answer(near, *rows).word == "depends on the threshold"


def test_parts_of_a_claim_are_answered_one_by_one():
    """No part speaks for the whole, and the word has each of them."""
    rows = [estimate(s, 0.2, 0.05) for s in "xyz"]
    rows += [estimate(s, 0.9, 0.03, reading="other") for s in "xyz"]
    readings = [read_as(meaning="part", name=Text("few", "少")),
                read_as("other", meaning="part", name=Text("many", "多"))]  # fmt: skip
    found = answer(make_claim(*readings), *rows)
    assert found.word == "depends on the part"
    assert found.say_word().endswith("(few: very unlikely; many: very likely)")


def test_the_word_carries_its_places():
    """The places are those that are pooled, the largest kind first."""
    chats, forums = list_two_kinds()
    forums = [row | {"n": 500} for row in forums]
    found = answer(make_claim(read_as()), *chats, *forums)
    assert found.list_words() == [
        "In forums, chats: depends on the kind ●●○○", "On WeChat: not counted"
    ]  # fmt: skip


def test_a_bound_decides_in_its_own_direction(monkeypatch):
    """At least 14 % never makes more than half unlikely; at most 14 % does."""
    rows = [estimate(s, 0.14, 0.03, role="bound") for s in "vwxyz"]
    words = {}
    for bound in ("at least", "at most"):
        monkeypatch.setattr("helpers.claims.grading.read_bound", lambda *_, b=bound: b)
        words[bound] = answer(make_claim(read_as()), *rows).word
    assert words == {"at least": "open", "at most": "very unlikely"}


@pytest.mark.parametrize(
    ("chance", "words"),
    [
        (0.96, "very likely,very likely,probably,weak evidence for"),
        (0.9, "probably,probably,probably,weak evidence for"),
        (0.5, "open,open,open,open"),
        (0.1, "probably not,probably not,probably not,weak evidence against"),
        (0.02, "very unlikely,very unlikely,probably not,weak evidence against"),
    ],
)
def test_words_follow_from_probability_and_certainty(chance, words):
    """The table of the method, from high certainty to very low."""
    found = [choose_word(chance, level) for level in (3, 2, 1, 0)]
    assert ",".join(found) == words


def test_high_certainty_needs_five_places():
    """Four agreeing places are moderate, and so is a stand-in in any number."""
    rows = [estimate(s, 0.1, 0.02) for s in "vwxyz"]
    claim = make_claim(read_as())
    assert answer(claim, *rows).certainty == "high"
    assert answer(claim, *rows[:4]).certainty == "moderate"
    assert answer(make_claim(read_as(stands_in=True)), *rows).certainty == "moderate"


def test_a_single_study_is_marked_by_study():
    """Four parts of one study are one study, however many places they are."""
    rows = [estimate(f"one: {part}", 0.1, 0.02) for part in "vwxyz"]
    found = answer(make_claim(read_as()), *rows)
    assert "one source" in found.grade.reasons
    assert (found.overall["places"], found.overall["studies"]) == (5, 1)


def test_certainty_is_of_the_estimate_not_of_the_side():
    """The same estimate is as sure whatever number it is held against."""
    rows = [estimate(s, 0.3, 0.03) for s in "vwxyz"]
    sure = {
        answer(make_claim(read_as(claimed=f"> {number}")), *rows).certainty
        for number in (0.1, 0.28, 0.3, 0.9)
    }
    assert len(sure) == 1


def test_intervals_that_reach_an_end_are_not_pooled_as_symmetric():
    """A hazard ratio down to 0, or a share from 2 to 97, is shown and not pooled."""
    ratios = [estimate(s, 1.0, 0.2) for s in "ab"]
    wide = [estimate("w", 3.0, 0) | {"low": 0.0, "high": 9.0}]
    found = answer(make_claim(read_as(of="ratio", claimed="> 1")), *ratios, *wide)
    assert found.overall["places"] == 2
    shares = [estimate(s, 0.4, 0.05) for s in "ab"]
    wide = [estimate("w", 0.5, 0) | {"low": 0.02, "high": 0.97}]
    found = answer(make_claim(read_as()), *shares, *wide)
    assert found.overall["places"] == 2


def _list_counted(rows, of):
    """Recount by plain rules: the best estimates with an interval inside its scale."""
    rows = rows[np.isfinite(rows["estimate"]) & rows["low"].notna()]
    ranks = [rows["randomised"], *(rows["role"].eq(role) for role in ROLES)]
    best = next(rows[rank] for rank in ranks if rank.any())
    width = best["high"] - best["low"]
    inside = {
        "share": best["low"].gt(0) & best["high"].lt(1) & width.le(0.94)
        | best["estimate"].isin([0, 1]),
        "difference": np.isfinite(width),
    }
    return best[inside.get(of, best["low"].gt(0) & np.isfinite(best["high"]))]


def test_places_and_studies_of_every_reading_are_recounted():
    """Answers and charts of claims count the same places, by plain rules of pandas."""
    for each in read_answers().get_all():
        if not each.is_measured:
            continue
        table = each.by_kind[~each.by_kind["reading"].str.contains("~")]
        for row in table[table["kind"].eq("all")].to_dict("records"):
            own = each.estimates[each.estimates["reading"].eq(row["reading"])]
            used = _list_counted(own, row["of"])
            studies = used["study"].str.split("/|: ", regex=True).str[0]
            found = (used["study"].nunique(), studies.nunique(), used["n"].sum())
            assert found == (row["places"], row["studies"], row["n_units"]), row
        main = each.main_estimates
        drawn = chart_claim(each, "", "", Reader("en")).draw.__self__.rows
        counted = sum(
            len(_list_counted(own, each.overall["of"]))
            for kind, own in main.groupby("kind")
            if kind != "published"
        )
        assert sum(row.small for row in drawn) == len(main), each.claim.id
        assert sum(row.small and not row.hollow for row in drawn) == counted


def test_direct_estimates_are_pooled_before_indirect_ones():
    """An indirect estimate is printed and not pooled where there is a direct one."""
    found = answer(
        make_claim(read_as()),
        estimate("a", 0.2, 0.05), estimate("i", 0.9, 0.02, role="indirect"),
    )  # fmt: skip
    assert found.overall["n_sources"] == 1
    assert "one source" in found.grade.reasons


def test_randomised_estimates_come_first():
    """A trial is not averaged with associations."""
    claim = make_claim(read_as(of="ratio", claimed="> 1.0"))
    found = answer(
        claim,
        estimate("o", 3.0, 0.2), estimate("t", 1.05, 0.02, randomised=True),
    )  # fmt: skip
    assert found.overall["mean"] == pytest.approx(1.05, abs=0.01)
    assert "association" not in found.grade.reasons


def test_associations_start_low_and_large_ones_rise():
    """GRADE: an association starts low, one beyond twice as much goes up by one."""
    claim = make_claim(read_as(of="ratio", claimed="> 1.5"))
    found = answer(claim, *[estimate(s, 6.0, 0.5) for s in "abcdefgh"])
    assert found.certainty == "moderate"
    assert found.grade.reasons[:2] == ("association", "large")


def test_biases_towards_the_answer_lower_the_certainty():
    """Most sources err low, and the answer is that the share is low."""
    rows = [estimate(s, 0.1, 0.04, pushes="down") for s in "abcde"]
    lowered = answer(make_claim(read_as()), *rows)
    kept = answer(make_claim(read_as()), *(row | {"pushes": "up"} for row in rows))
    assert "biased" in lowered.grade.reasons
    assert lowered.marks == kept.marks - 1


def test_shares_of_none_are_pooled():
    """None of a hundred gets one half added, and no infinite logit."""
    found = answer(
        make_claim(read_as()), estimate("a", 0.0, 0.0), estimate("b", 0.1, 0.05)
    )
    assert 0 < found.overall["mean"] < 0.1


def test_a_claim_without_estimates_says_what_it_needs():
    """Nothing is made up where nothing was measured."""
    claim = Claim("c", _Row(article="S0", theme="t", priority=1, en="c", zh="c",
                            needs=Text("dates", "日期")))  # fmt: skip
    found = answer(claim)
    assert (found.word, found.sentence, found.marks) == ("not measured", "dates", 0)


def test_a_name_that_does_not_resolve_is_an_error():
    """A sentence never prints a name in braces."""
    found = answer(make_claim(read_as()), estimate("a", 0.2, 0.05))
    with pytest.raises(ShequnError, match="nobody, of which there is no stored"):
        fill_sentence("{nobody.mean}", found.by_kind)
