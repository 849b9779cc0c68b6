"""True, false and boundary worlds lie where the rules' definitions put them."""

import pytest

from helpers.claims import Word, parse_rule
from helpers.claims.fixed.evidence_plan import read_amendments
from helpers.errors import ShequnError
from validation.coverage.subjects import SUBJECTS
from validation.coverage.truths import build_sure_worlds, list_truths


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("HR>(1.25)", [1.5625, 1.0, 1.25]),
        ("HR<(0.80)", [0.64, 1.0, 0.80]),
        ("Δ>(0.05)", [0.10, 0.0, 0.05]),
        ("Δ<(0.03)", [-0.06, 0.0, -0.03]),
        ("noRR>(1.11)", [1.0, 1.2321, 1.11]),
        ("LIT>(3)", [4.6875, 1.92, 3.0]),
        ("P>(0.90)", [0.97262, 0.77091, 0.90]),
        ("P≈(0.50, 0.10)", [0.5, 0.7, 0.6]),
        ("EQ(0.8,1.25)", [1.0, 1.5625, 1.25]),
        ("D", [0.0, 0.07702, 0.05]),
    ],
)
def test_worlds_of_a_rule(code, values):
    """Twice the margin, no effect or the mirror, and the boundary."""
    found = [truth.value for truth in list_truths(parse_rule(code))]

    assert found == pytest.approx(values, abs=1e-5)


def test_several_components_have_no_one_truth():
    """Which component is false is decided where a world is planted."""
    with pytest.raises(ShequnError, match="several legs"):
        list_truths(parse_rule("ALL(P>(0.5); P>(0.5))"))


@pytest.mark.parametrize("subject", SUBJECTS.values(), ids=lambda one: one.name)
def test_each_subject_can_be_right_and_wrong(subject):
    """True and false worlds; neither if a component lacks or a measure is withdrawn."""
    right = {truth.right for truth in subject.truths} - {None}

    if right:
        assert Word.SUPPORTED in right
        assert len(right) > 1
    else:
        withdrawn = {one.claim for one in read_amendments() if one.may == "nothing"}
        assert subject.template.startswith("ALL(") or subject.name in withdrawn
    assert all(truth.wrong for truth in subject.truths)


def test_every_template_of_the_register_is_calibrated():
    """No kind of rule decides claims untried."""
    from helpers.claims import read_register

    templates = [one for one in SUBJECTS.values() if one.kind == "template"]
    tried = {type(parse_rule(one.component)).__name__ for one in templates}
    tried |= {type(parse_rule(one.template)).__name__ for one in templates}
    used = {
        type(parse_rule(entry.template)).__name__
        for entry in read_register().values()
        if entry.template
    }
    assert used <= tried


@pytest.mark.parametrize(
    "code",
    ["P>(0.50)", "P<(0.05)", "LIT<(60)", "HR>(1.25)", "RR<(0.50)", "noHR<(0.87)"],
)
def test_sure_worlds_lie_beyond_those_of_the_calibration(code):
    """What a test relies on is further from the threshold, on the same side."""
    true, false, middle = (one.value for one in list_truths(parse_rule(code)))
    far, other = (one.value for one in build_sure_worlds(parse_rule(code)))

    assert abs(far - middle) > abs(true - middle)
    assert (far - middle) * (true - middle) >= 0
    assert (other - middle) * (false - middle) > 0
