"""Topics opened by others than the top poster: planted true and false."""

import numpy as np
import pytest

from helpers.validation.coverage.subjects import SUBJECTS
from helpers.validation.worlds.claims.subject import verdict

CLAIM = "s3-self-growth"
grown = SUBJECTS[CLAIM].way.world


def _opened(hazard, groups=400, *, topics=200):
    study = grown(hazard, groups, np.random.default_rng(8))
    coded = study.tables.pop("codings").drop_duplicates("group")
    others = (coded["value"] * topics).round().astype(int)
    rows = coded[["group"]].assign(topics=topics, by_others=others)
    both = rows.assign(shared=rows["topics"], shared_by_others=rows["by_others"])
    return study.with_tables(openings=both)


@pytest.mark.parametrize(
    ("hazard", "word"), [(0.8, "SUPPORTED"), (1.1, "CONTRADICTED")]
)
def test_topics_opened_by_others(hazard, word):
    """Hazards change so much with ten points more."""
    found = verdict(CLAIM, _opened(hazard))
    assert found.word == word
    assert found.low < hazard < found.high
    assert "proxy" in found.qualifiers


def test_a_small_effect_is_not_ruled_out():
    """The top poster is no staff: half the effect may be seen of what there is."""
    assert verdict(CLAIM, _opened(0.93, 1500)).word == "INCONCLUSIVE"


def test_thirty_groups_in_either_third():
    """Where nearly all topics are others' there is nothing to compare."""
    study = _opened(0.8, 80)
    found = verdict(CLAIM, study)
    assert found.word == "UNTESTABLE"
    assert "30 needed" in found.reason


def test_two_topics_tell_nothing():
    """Three topics are asked for."""
    assert verdict(CLAIM, _opened(0.8, topics=2)).word == "UNTESTABLE"
