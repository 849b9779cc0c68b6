"""Every claim's synthesis over the public sources, computed once."""

import pytest

from helpers.claims.evaluation.verdict_store import report, report_together
from helpers.claims.fixed.register import read_register
from helpers.claims.fixed.target_population import chinese_chats
from helpers.study import open_studies
from helpers.synthesis.synthesis import synthesise


@pytest.fixture(scope="module")
def syntheses(kept_verdicts):  # noqa: ARG001 - is read from there
    """Return each claim's synthesis, by claim."""
    studies = open_studies()
    wechat = chinese_chats(studies)
    return {
        name: synthesise(
            name,
            [report(name, study) for study in studies],
            strata=report_together(name, studies),
            wechat=wechat,
        )
        for name in read_register()
    }
