"""Work on folders, topics opened by others: planted; and refusals by count."""

import numpy as np
import pytest

from tests.claims.registers import as_of, facts, registry
from validation.coverage.subjects import SUBJECTS
from validation.worlds.claims.subject import evaluate_in_memory

CLAIM, GROWN = "s2-needs-no-operation", "s3-self-growth"
N, END = 900, 4000


def _study(hazard):
    """Plant groups whose hazard of being closed changes per doubling of files."""
    rng = np.random.default_rng(12)
    files = rng.integers(0, 64, N)
    born = rng.integers(0, 1000, N)
    mean = 600 / hazard ** (np.log2(1 + files) - 3)
    life = 56 + rng.exponential(mean)
    end = np.minimum(born + life, END)
    worked = dict.fromkeys(
        ("files_by_day_28", "governing_files_by_day_28"), files.astype(float)
    )
    closed = np.where(born + life < END, end, np.nan)
    return as_of(
        "sig_groups",
        registry=registry(N, end, born, closed=closed, kind="sig", last_us=np.nan),
        facts=facts(N, **worked),
    )


@pytest.mark.parametrize(
    ("hazard", "word"), [(1.0, "SUPPORTED"), (0.7, "CONTRADICTED")]
)
def test_hazard_per_doubling_of_operators_is_recovered(hazard, word):
    """No effect supports that none is needed, with both limits doubled."""
    found = evaluate_in_memory(CLAIM, _study(hazard))
    assert found.low < hazard < found.high
    assert found.word == word
    assert {"proxy", "association"} <= set(found.qualifiers)


def test_completed_groups_are_a_competing_event():
    """Completed groups are censored when they were: nobody is left to die."""
    study = _study(1.0)
    study.tables["registry"]["closed_kind"] = "completed"
    found = evaluate_in_memory(CLAIM, study)
    assert found.word == "UNTESTABLE"
    assert "0 deaths for 1 coefficients, 10 needed" in found.reason


def _opened(hazard, groups=400, *, topics=200):
    study = SUBJECTS[GROWN].way.world(hazard, groups, np.random.default_rng(8))
    coded = study.tables.pop("codings").drop_duplicates("group")
    others = (coded["value"] * topics).round().astype(int)
    rows = coded[["group"]].assign(topics=topics, by_others=others)
    both = rows.assign(shared=rows["topics"], shared_by_others=rows["by_others"])
    return study.with_tables(openings=both)


@pytest.mark.parametrize(
    ("hazard", "word"), [(0.8, "SUPPORTED"), (1.1, "CONTRADICTED")]
)
def test_hazard_by_topics_opened_by_others_is_recovered(hazard, word):
    """Hazards change so much with ten points more."""
    found = evaluate_in_memory(GROWN, _opened(hazard))
    assert found.word == word
    assert found.low < hazard < found.high
    assert "proxy" in found.qualifiers


def test_small_effect_of_misread_staff_is_inconclusive():
    """The top poster is no staff: half the effect may be seen of what there is."""
    assert evaluate_in_memory(GROWN, _opened(0.93, 1500)).word == "INCONCLUSIVE"


@pytest.mark.parametrize(
    ("few", "told"),
    [({"groups": 80}, "bottom, 30 needed"), ({"topics": 2}, "0 in the bottom")],
)
def test_fewer_than_thirty_groups_in_a_tercile_are_refused(few, told):
    """Few groups have three topics, or a third of these is too small."""
    found = evaluate_in_memory(GROWN, _opened(0.8, **few))
    assert found.word == "UNTESTABLE"
    assert told in found.reason
