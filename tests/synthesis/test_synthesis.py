"""What enters, what decides and how certain it is, on planted sources."""

from dataclasses import replace

import pytest

from helpers.claims.evaluation.standing import Agreement
from helpers.claims.rules.interval_rules import Word
from helpers.synthesis.certainty import Certainty
from helpers.synthesis.decision import Answer, withhold_biased
from helpers.synthesis.synthesis import run_synthesis
from tests.claims.intervals import around
from tests.synthesis.planted import AGE, PARTS, RATIO, SHARE, curve, shares, verdict

PROXY = {"qualifiers": ("proxy",)}
FEW_BY_FIRST_COUNT = Agreement(counted=10, agreeing=5, opposite=0, decisive=())

SIZES = "s0-size-10-30-best"


def of(*verdicts, claim_id=SHARE, **fields):
    """Return the synthesis of some sources."""
    return run_synthesis(claim_id, verdicts, **fields)


def codes(found):
    """Return the reasons that move a grade."""
    return {reason.code for reason in found.grade.reasons if reason.steps}


def test_three_agreeing_sources_support_with_high_certainty():
    """Nothing lowers it: counted, one side, a narrow prediction, most agree."""
    found = of(*shares(0.80, 0.81, 0.82, se=0.05))

    assert (found.answer, found.k) == (Answer.SUPPORTED, 3)
    assert found.grade.level is Certainty.HIGH
    assert found.wechat is Certainty.LOW
    assert found.headline.pool.mean.estimate == pytest.approx(0.81, abs=0.005)


def test_networks_do_not_count_as_sources():
    """Four channels of one workspace are one source, not four."""
    parts = tuple(shares(0.7, 0.8, 0.7, 0.8))
    parts = tuple(replace(part, study=f"a/{part.study}") for part in parts)
    one = replace(verdict("a", None, word=Word.SUPPORTED), parts=parts)

    found = of(one, verdict("b", 0.75))

    assert found.k == 2
    assert [e.reading.parts for e in found.headline.entering] == [4, 1]


def test_one_network_in_two_studies_counts_once():
    """R-Ladies' chapters stand in two data sets; the larger one keeps them."""
    within = {"qualifiers": ("within rladies",)}
    small, large = verdict("a", 0.7, n=50, **within), verdict("b", 0.8, n=90, **within)

    assert [e.reading.study for e in of(small, large).headline.entering] == ["b"]


def test_indirect_measures_are_not_pooled_with_direct_ones():
    """They are pooled apart, and decide only where nothing direct does."""
    direct, proxies = shares(0.8, 0.8, 0.8), shares(0.1, 0.1, 0.1, **PROXY)
    proxies = [replace(one, study=f"p{one.study}") for one in proxies]

    mixed, alone = of(*direct, *proxies), of(*proxies)

    assert (mixed.answer, mixed.k) == (Answer.SUPPORTED, 3)
    assert (alone.answer, alone.k) == (Answer.NOT_SUPPORTED, 3)
    assert "indirect" in codes(alone)


def test_one_indirect_source_never_decides():
    """However clear its number is."""
    assert of(verdict("a", 0.9, **PROXY)).answer is Answer.UNDECIDED
    assert of(verdict("a", 0.9)).answer is Answer.SUPPORTED


def test_a_bound_is_not_pooled():
    """A source that may only support is drawn beside the three that are pooled."""
    bound = verdict("b", 0.99, may="support")

    found = of(*shares(0.2, 0.21, 0.22, se=0.05), bound)

    assert found.k == 3
    assert found.deciding.role(found.deciding.bounds[0]) == "bound"
    assert found.answer is Answer.DEPENDS  # both sides are decided, each by its own


def test_bounds_alone_decide_on_their_own_side_only():
    """Two that may support do; two that may only contradict do not."""
    may = {"support": Answer.SUPPORTED, "contradict": Answer.UNDECIDED}
    for side, answer in may.items():
        assert of(*shares(0.8, 0.9, may=side)).answer is answer


def test_two_sources_are_not_pooled_and_must_agree():
    """One clear and one open source do not decide."""
    assert of(*shares(0.8, 0.9)).answer is Answer.SUPPORTED
    assert of(*shares(0.8, 0.9)).headline.pool is None
    assert of(*shares(0.8, 0.52)).answer is Answer.UNDECIDED


def test_sources_on_opposite_sides_give_the_answer_depends():
    """A mean over them would hide it."""
    assert of(*shares(0.9, 0.9, 0.1, 0.9)).answer is Answer.DEPENDS


def test_frames_are_not_mixed():
    """Groups that ever started are pooled where more sources show them."""
    own = {"claim_id": AGE, "frame": "all created, from creation"}
    started = {"claim_id": AGE, "frame": "started, from first message"}
    common = around(0.2, 0.05, "logit")
    chats = [verdict(f"c{n}", 0.2, se=0.05, **started) for n in range(2)]
    chats = [replace(one, shared=one.components[0]) for one in chats]
    few, many = (verdict("l", share, shared=common, **own) for share in (0.3, 0.9))

    found, late = (run_synthesis(AGE, [*chats, lists]) for lists in (few, many))

    assert (found.answer, found.k) == (Answer.NOT_SUPPORTED, 3)
    roles = {r.frame: found.deciding.role(r) for r in found.deciding.others}
    assert roles == {"all created": "other frame"}
    # the choice of groups was made late: it may withdraw an answer, not make one
    assert (late.answer, late.k) == (Answer.UNDECIDED, 3)
    assert late.grade.reasons[-1].code == "undecided-late"


def test_withheld_verdicts_alone_do_not_decide_the_pool():
    """Sources that may not say it themselves do not say it together."""
    held = shares(0.9, 0.9, 0.9, 0.9, se=0.05, word=Word.INCONCLUSIVE)
    free = [replace(one, word=Word.SUPPORTED) for one in held]

    one_free = of(*held[:3], free[3])

    assert of(*held).answer is Answer.UNDECIDED
    assert of(*free).grade.level is Certainty.HIGH
    assert one_free.answer is Answer.SUPPORTED
    assert "one-source" in codes(one_free)


def test_a_composite_claim_of_which_a_part_holds_is_partly_supported():
    """And one part that is ruled out refutes the whole."""
    some = [verdict(f"s{n}", 1.5, None, claim_id=PARTS, se=0.05) for n in range(3)]
    none = [verdict(f"s{n}", 1.5, 0.9, claim_id=PARTS, se=0.02) for n in range(3)]

    assert run_synthesis(PARTS, some).answer is Answer.PARTLY
    assert run_synthesis(PARTS, none).answer is Answer.NOT_SUPPORTED


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"curve": curve(*[0.8] * 7, 0.2, 0.2, 0.2)}, "few-agree"),
        ({"n": 3}, "small"),
        ({"agreement": FEW_BY_FIRST_COUNT}, "few-first"),
    ],
)
def test_each_limitation_lowers_certainty_by_one_level(fields, code):
    """Fragile definitions, survivors and small sources, each by itself."""
    claim_id = AGE if code != "few-agree" else SHARE
    clear, weak = (
        run_synthesis(
            claim_id, shares(0.80, 0.81, 0.82, se=0.05, claim_id=claim_id, **f)
        )
        for f in ({"n": 5000}, {"n": 5000} | fields)
    )

    assert codes(weak) - codes(clear) == {code}
    assert weak.grade.level == clear.grade.level - 1


def test_an_answer_has_to_hold_without_the_sources_biased_towards_it():
    """Two of three sources that list survivors only had given an answer."""
    free = shares(*[0.80] * 7, se=0.05, n=5000, claim_id=AGE, speaks_for="both")
    biased = [replace(one, speaks_for="contradict") for one in free]

    clear, few, one, none = (
        of(*free[:k], *biased[k:most], claim_id=AGE)
        for k, most in ((7, 7), (3, 7), (1, 3), (0, 3))
    )

    assert few.answer is Answer.SUPPORTED
    assert codes(few) - codes(clear) == {"survivors"}
    assert few.grade.level == clear.grade.level - 1
    assert one.answer is Answer.SUPPORTED
    assert "one-source" in codes(one)
    assert none.answer is Answer.UNDECIDED


def test_a_source_biased_both_ways_decides_neither_way():
    """It was treated as if it had no bias, since not all of its biases agree."""
    both_ways = shares(*[0.80] * 3, se=0.05, n=5000, claim_id=AGE, speaks_for="neither")

    assert of(*both_ways, claim_id=AGE).answer is Answer.UNDECIDED
    assert {withhold_biased(one).word for one in both_ways} == {Word.INCONCLUSIVE}


def test_a_source_biased_towards_its_verdict_is_listed_as_undecided():
    """A page called its answer not counted, and listed it as supporting."""
    (free,) = shares(0.80, se=0.05, claim_id=AGE, speaks_for="both")
    able = replace(free, speaks_for="support")
    biased = withhold_biased(replace(free, speaks_for="contradict"))

    assert biased.word is Word.INCONCLUSIVE
    assert Word.SUPPORTED in biased.reason
    assert [withhold_biased(one) for one in (free, able)] == [free, able]


def test_alternatives_are_counted_against_the_printed_answer():
    """A source that is undecided itself has alternatives on the answer's side."""
    undecided = verdict("c", 0.7, se=0.5, curve=curve(0.8, 0.8, 0.2))

    found = of(*shares(0.8, 0.8, 0.8, se=0.05), undecided)
    agreed = next(r for r in found.grade.reasons if r.code.endswith("agree"))

    assert found.answer is Answer.SUPPORTED
    assert undecided.word is Word.INCONCLUSIVE
    assert agreed.numbers == (32, 33, 0, 0)


def test_alternatives_are_of_the_groups_that_the_answer_counts():
    """Those of all groups founded are others, and none of them counts."""
    common = around(0.2, 0.05, "logit")
    lists = [
        verdict(
            f"s{nth}",
            0.3,
            claim_id=AGE,
            frame="all created, from creation",
            shared=common,
            shared_curve=curve(0.2, 0.25, claim_id=AGE),
        )
        for nth in range(3)
    ]

    found = run_synthesis(AGE, [*lists, verdict("c", 0.2, claim_id=AGE, shared=common)])
    agreed = next(r for r in found.grade.reasons if r.code.endswith("agree"))

    assert found.answer is Answer.NOT_SUPPORTED
    assert agreed.numbers == (6, 6, 0, 0)


def test_sources_alike_are_not_said_to_differ():
    """An average with an open interval and no spread between the sources."""
    found = of(*shares(0.52, 0.52, 0.52, se=0.3))

    assert codes(found) >= {"prediction-crosses-alike"}
    assert "prediction-crosses" not in codes(found)


def test_heterogeneous_sources_lower_certainty():
    """The next place may be on the other side."""
    found = of(*shares(0.75, 0.85, 0.95, 0.75, 0.95))

    assert (found.answer, codes(found)) == (Answer.SUPPORTED, {"prediction-crosses"})
    assert found.grade.level is Certainty.MODERATE


def test_association_is_low_certainty_unless_it_is_large():
    """The limit's E-value is 2 and more."""
    mark = {"claim_id": RATIO, "qualifiers": ("association",), "se": 0.05}
    small, large = (
        run_synthesis(RATIO, shares(*[ratio] * 3, **mark)) for ratio in (1.7, 3.0)
    )

    assert (small.answer, small.grade.level) == (Answer.SUPPORTED, Certainty.LOW)
    assert (large.answer, large.grade.level) == (Answer.SUPPORTED, Certainty.MODERATE)


def test_wechat_sources_give_wechat_certainty_directly():
    """It is that of their own sources, not one below."""
    found = of(*shares(0.80, 0.81, 0.82, se=0.05), wechat=["s0", "s1", "s2"])

    assert found.wechat is found.grade.level is Certainty.HIGH


def test_undecided_answer_never_has_high_certainty():
    """We cannot tell, whatever the reasons."""
    found = of(*shares(0.50, 0.51, 0.52, se=0.05))

    assert (found.answer, found.grade.level) == (Answer.UNDECIDED, Certainty.VERY_LOW)


@pytest.mark.parametrize(
    ("verdicts", "reason"),
    [
        (shares(0.50, 0.51, 0.52, se=0.05), "undecided"),
        ([verdict("s", 0.90, word=Word.INCONCLUSIVE)], "withheld"),
        (
            [verdict("s", 1.0, None, claim_id=PARTS, se=0.01, **PROXY)],
            "indirect-alone",
        ),
        ([verdict("s", 1.05, 1.0, claim_id=PARTS, se=0.084)], "undecided-wider"),
        (
            [verdict("s", 1.17, 1.24, 0.93, claim_id=SIZES, se=0.045)],
            "undecided-sizes",
        ),
    ],
)
def test_undecided_answer_gives_its_own_reason(verdicts, reason):
    """An interval clear of the threshold was said to lie on both sides of it."""
    found = run_synthesis(verdicts[0].claim, verdicts)

    assert found.answer is Answer.UNDECIDED
    assert found.grade.reasons[-1].code == reason
