"""Whatever groups a user has, each claim ends in a verdict or in a plain reason."""

import pytest

from helpers import cli
from helpers.claims import evaluate, read_register
from helpers.claims.evaluation import verdict_store
from helpers.claims.evaluation.verdict_store import (
    keep_verdicts_in,
    list_failures,
    make_verdicts,
)
from helpers.claims.rules.interval_rules import Word
from helpers.files import write_text
from helpers.site.languages import Words
from helpers.study.own import run
from tests.simulated import groups, study_of

WORLDS = {
    "one group": groups(1, (200, 200)),
    "nobody alive at day 84": groups(60, (5, 60), rate=2),
    "a few days": groups(60, (0.5, 3), people=3, rate=8),
}


@pytest.fixture(scope="module", params=WORLDS)
def study(request, tmp_path_factory):
    """Return a small study."""
    return study_of(WORLDS[request.param], tmp_path_factory.mktemp("small"))


def test_no_estimator_crashes_on_too_few_groups(study):
    """Novelty among survivors crashed the run where no group survived."""
    words = {name: evaluate(name, study).word for name in read_register()}
    assert Word.UNTESTABLE in words.values()


def _evaluate(claim_id, study):
    if claim_id == "s0-novelty-decay":
        raise ValueError("Ann said something")
    return evaluate(claim_id, study)


@pytest.fixture
def little(tmp_path):
    """Return a study of two groups."""
    return study_of(groups(2, (5, 60)), tmp_path)


def test_failing_estimator_loses_only_one_claim(little, tmp_path, monkeypatch):
    """The run goes on, and the claim says where it failed, in both languages."""
    monkeypatch.setattr(verdict_store, "evaluate", _evaluate)
    with keep_verdicts_in(tmp_path / "verdicts"):
        make_verdicts([little])
        failed = list_failures(little)
    (reason,) = failed.values()
    assert list(failed) == ["s0-novelty-decay"]
    assert reason.startswith("could not be computed: ValueError")
    assert "Ann" not in reason
    assert "没能算出来" in Words("zh").sentence(reason)


def test_failing_estimator_stops_a_run_on_public_sources(monkeypatch, little):
    """Else a fault of ours would read as missing data."""
    monkeypatch.setattr(verdict_store, "evaluate", _evaluate)
    monkeypatch.setattr(verdict_store, "is_public", lambda _: True)
    with pytest.raises(ValueError, match="Ann"):
        verdict_store.load_verdict("s0-novelty-decay", little)


def test_failed_claim_gives_a_nonzero_exit_status(
    little, monkeypatch, tmp_path, capsys
):
    """All that was computed is there, and the status is not that of success."""
    done = run.Done(little, tmp_path / "site", (), {"s0-x": "could not be computed: X"})
    monkeypatch.setattr(run, "run_study", lambda _: done)
    write_text(tmp_path / "a.txt", "")
    assert cli.main(["run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "o")]) == 1
    assert "s0-x could not be computed: X" in capsys.readouterr().err
