"""Survival estimates against R's package survival, run live."""

import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from helpers.survival.bootstrap import RiskSets
from helpers.survival.hazards.cox import fit_cox
from helpers.survival.hazards.partial_likelihood import PartialLikelihood
from helpers.survival.kaplan_meier import estimate_survival
from tests.plain_curves import integrate_curve

pytestmark = pytest.mark.r

SCALES = {"plain": "plain", "log": "log", "log-log": "loglog"}
CLOSE = {"abs": 1e-6, "rel": 1e-6}


def random_tables():
    """Return lifetimes with many ties, without and with late entry."""
    rng = np.random.default_rng(1)
    n = 300
    ties = pd.DataFrame(
        {"durations": rng.integers(0, 12, n), "ended": rng.random(n) < 0.6}
    )
    entry, stay = rng.integers(0, 9, n), rng.integers(1, 8, n)
    ended = rng.random(n) < 0.6
    late = pd.DataFrame(
        {
            "entry": entry,
            "durations": entry + stay,
            "ended": ended,
            "cause": np.where(ended, rng.integers(1, 3, n), 0),
            "x": rng.normal(size=n).round(3),
            "group": rng.integers(0, 25, n),
        }
    )
    return ties, late


@pytest.fixture(scope="module")
def r(tmp_path_factory):
    """Return a reader of what R computed."""
    if shutil.which("Rscript") is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI must have R with the package survival")
        pytest.skip("Rscript is not installed; the anchors in tests/data still hold")
    folder = tmp_path_factory.mktemp("r")
    for name, frame in zip(("ties", "late"), random_tables(), strict=True):
        frame.astype(float).to_csv(folder / f"{name}.csv", index=False)
    script = Path(__file__).with_name("against_r.R")
    done = subprocess.run(
        [shutil.which("Rscript"), str(script), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"R failed: {done.stderr}")
    return lambda name: pd.read_csv(folder / f"{name}.csv", skipinitialspace=True)


@pytest.fixture
def curves(table):
    """Return the curves that R draws too."""
    lung, heart = table("lung"), table("heart")
    ties, late = random_tables()
    return {
        "lung": estimate_survival(lung["time"], lung["status"] == 2),
        "heart": estimate_survival(heart["stop"], heart["event"], heart["start"]),
        "ties": estimate_survival(ties["durations"], ties["ended"]),
        "late": estimate_survival(late["durations"], late["ended"], late["entry"]),
    }


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", ["lung", "heart", "ties", "late"])
def test_survival_curves_equal_r(r, curves, name, scale):
    """Risk sets, ends, survival, errors and limits at every end."""
    theirs, ours = r(f"{name}-{scale}"), curves[name]
    index = np.searchsorted(ours.times, theirs["time"])
    assert ours.at_risk[index] == pytest.approx(theirs["at_risk"])
    assert ours.events[index] == pytest.approx(theirs["events"])
    assert (ours.events > 0).sum() == len(theirs)
    assert ours.survival[index] == pytest.approx(theirs["survival"], **CLOSE)
    lower, upper = (each[index] for each in ours.limits(0.95, SCALES[scale]))
    inner = theirs["survival"].between(0, 1, inclusive="neither").to_numpy()
    assert inner.sum() > 5
    assert lower[inner] == pytest.approx(theirs["lower"][inner], **CLOSE)
    assert upper[inner] == pytest.approx(theirs["upper"][inner], **CLOSE)
    errors = [ours.interval(t, scale="plain").wald.se for t in theirs["time"][inner]]
    assert errors == pytest.approx(theirs["error"][inner], **CLOSE)


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", ["lung", "heart", "ties", "late"])
def test_quantiles_and_their_limits_equal_r(r, curves, name, scale):
    """Quartile and median, and the median's limits; not reached is infinite."""
    theirs = r(f"{name}-{scale}-quantiles").fillna(np.inf)
    ours = curves[name]
    median = ours.median_interval(scale=SCALES[scale])
    assert [ours.quantile(0.25), ours.median] == theirs["estimate"].tolist()
    assert [median.low, median.high] == theirs.loc[1, ["lower", "upper"]].tolist()


def test_conditional_survival_equals_r(r, curves):
    """Survival given that one outlived age 5 is R's; nothing happens at 5.5."""
    theirs, whole = r("late-start"), curves["late"]
    after = np.cumsum(whole.entered - whole.events - whole.censored)
    earlier, watched = after[whole.times < 5].max(), after[whole.times <= 5][-1]
    assert earlier < watched
    ours = whole.from_at_risk(watched)
    assert ours.times[0] == 5
    found = [ours.at(t) for t in theirs["time"]]
    assert found == pytest.approx(theirs["survival"].tolist(), **CLOSE)


@pytest.mark.parametrize(("name", "horizon"), [("lung", 730), ("ties", 9)])
def test_restricted_means_equal_r(r, curves, name, horizon):
    """Mean to a horizon."""
    found = integrate_curve(curves[name], horizon)
    assert found == pytest.approx(r("means")[name][0], **CLOSE)


def test_cumulative_incidence_equals_r(r):
    """Competing ends of 1384 patients with many ties, and of lives seen late."""
    _, late = random_tables()
    for name, data in (("mgus2", r("mgus2")), ("late", late)):
        theirs, causes = r(f"{name}-incidence"), data["cause"].to_numpy()
        lives = np.asarray(data["durations"], float)
        entry = np.asarray(data.get("entry", np.zeros(len(data))), float)
        risk = RiskSets(lives, causes > 0, entry)
        at = np.searchsorted(risk.times, theirs["time"], side="right")
        for cause, column in ((1, "one"), (2, "two")):
            found = risk.incidence(np.ones((1, len(data))), causes == cause)[0]
            ours = np.r_[0.0, found][at]
            assert ours == pytest.approx(theirs[column].to_numpy(), **CLOSE)


def models(table, mgus2):
    """Return the arguments of each model that R fits too."""
    lung, heart, (_, late) = table("lung"), table("heart"), random_tables()
    four = heart[["age", "year", "surgery", "transplant"]]
    rows = late["durations"], late["ended"], late[["x"]], late["entry"], late["group"]
    return {
        "lung": (lung["time"], lung["status"] == 2, lung[["age", "sex"]], None, None),
        "heart": (heart["stop"], heart["event"], four, heart["start"], heart["id"]),
        "mgus2": (
            mgus2["durations"], mgus2["cause"] == 1, mgus2[["age", "male"]], None, None,
        ),
        "late": rows,
        "weighted": rows,
    }  # fmt: skip


def weights_of(name, cluster):
    """Return how often each row counts; None where once."""
    return (1 + cluster.to_numpy() % 4) / 2 if name == "weighted" else None


def plain_errors(rows, cluster, weights, beta, ties):
    """Return the sandwich's errors from our parts in the score, uncorrected."""
    durations, ended, x, entry = rows
    start = np.zeros(len(x)) if entry is None else np.asarray(entry, float)
    ends, exits = np.asarray(ended, bool), np.asarray(durations, float)
    model = PartialLikelihood(
        exits, ends, start, x.to_numpy(float), ties == "efron", weights
    )
    parts = model.score_residuals(beta)
    sums = pd.DataFrame(parts).groupby(np.asarray(cluster)).sum()
    moved = sums.to_numpy() @ np.linalg.inv(model.at(beta).information)
    return np.sqrt(np.diag(moved.T @ moved))


@pytest.mark.parametrize("ties", ["efron", "breslow"])
@pytest.mark.parametrize("name", ["lung", "heart", "mgus2", "late", "weighted"])
def test_cox_coefficients_and_errors_equal_r(r, table, name, ties):
    """Coefficients, likelihood, and errors: the model's or the clusters'."""
    theirs = r(f"cox-{name}-{ties}")
    durations, ended, x, entry, cluster = models(table, r("mgus2"))[name]
    weights = weights_of(name, cluster)
    fit = fit_cox(
        durations, ended, x, entry=entry, cluster=cluster, weights=weights, ties=ties
    )
    beta, errors = np.array([c.wald.on_scale("log") for c in fit.coefficients]).T
    if cluster is not None:  # R's are not corrected for leverage
        rows = (durations, ended, x, entry)
        errors = plain_errors(rows, cluster, weights, beta, ties)
    assert beta == pytest.approx(theirs["beta"], **CLOSE)
    assert errors == pytest.approx(theirs["error"], **CLOSE)
    assert fit.log_likelihood == pytest.approx(theirs["loglik"][0], **CLOSE)
