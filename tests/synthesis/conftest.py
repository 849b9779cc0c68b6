"""Every claim's synthesis over the public sources, computed once a module."""

import pytest

from helpers.study import open_studies
from helpers.synthesis.table import list_syntheses


@pytest.fixture(scope="module")
def syntheses(kept_verdicts):  # noqa: ARG001 - is read from there
    """Return each claim's synthesis, by claim."""
    return {one.claim: one for one in list_syntheses(open_studies())}
