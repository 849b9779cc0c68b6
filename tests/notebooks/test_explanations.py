"""Explanations: a reader sees why a clear interval did not decide."""

from __future__ import annotations

import pytest

from helpers.claims import report_verdict
from helpers.notebooks import explain_verdict
from helpers.study import open_studies


def explain(claim_id, source):
    """Explain a committed verdict."""
    [study] = open_studies([source])
    return explain_verdict(report_verdict(claim_id, study))


@pytest.mark.parametrize(
    ("claim_id", "source", "english", "chinese"),
    [
        (
            "s4-owner-indispensable",
            "w3c_chairs",
            "only when it shows the opposite",
            "另一边时才算数",
        ),
        ("s0-200-of-343-shells", "fcc_gitter", "favours exactly", "偏向这一边"),
        ("s1-good-groups-have-schedule", "fcc_gitter", "can be no effect", "对照"),
        ("s0-later-cohorts-harder", "zulip_archives", "was withdrawn", "不再用来"),
        ("s1-over-90-fail", "fcc_gitter", "*failed for good*", "失败后没恢复"),
        ("s3-paid-belonging", "twitch_paid_free", "1 saying", "相反的有 1 种"),
    ],
)
def test_reason_against_the_interval_is_given(claim_id, source, english, chinese):
    """What overrides the rule is named, in both languages."""
    told = explain(claim_id, source)
    assert "supported" in told.markdown
    assert english in told.markdown
    assert "“支持”" in told.chinese
    assert chinese in told.chinese


def test_verdict_by_the_rule_needs_no_other_reason():
    """An interval across the threshold is undecided by the rule itself."""
    told = explain("s0-three-month-death", "fcc_gitter")
    assert told.markdown == "By the rule, this source alone says *undecided*."
    assert told.chinese == "照规则，单看这个来源是“说不准”。"
