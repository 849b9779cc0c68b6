"""One room's payers and others, one site's years: planted effects and second routes."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.paid.subscribers import paying_is_a_gap
from helpers.study import open_study
from tests.claims.registers import as_of, registry

BANDS = ("0 days", "1-2 days")
COLUMNS = ["measure", "cohort", "days", "ending"]
END = 4000


def _of_one_room(lives):
    """Return a room of which these lives are told."""
    told = lives.assign(group=0, people=1)
    room = registry(1, END)
    return as_of("twitch_paid_free", named=False, registry=room, lives=told)


def _room(paid, free, *, back=(0.8, 0.5), many=(300, 3000)):
    """Plant a room: hazards of stopping, and shares who write again, of two arms."""
    rng = np.random.default_rng(12)
    rows = []
    for arm, hazard, again, size in zip(
        ("paid", "free"), (paid, free), back, many, strict=True
    ):
        # payers come from the lively band, where everybody stays longer
        lively = rng.random(size) < (0.8 if arm == "paid" else 0.2)
        life = rng.exponential(1 / (hazard * np.where(lively, 0.5, 1.0)), size)
        returned = rng.random(size) < again
        for one, band, wrote in zip(life, lively, returned, strict=True):
            cohort = f"{arm}: {BANDS[int(band)]}"
            stopped = "stopped" if one < 600 else "open"
            rows.append(("writing", cohort, int(min(one, 600)), stopped))
            rows.append(("first 60 days", cohort, int(wrote), "counted"))
    return _of_one_room(pd.DataFrame(rows, columns=COLUMNS))


def test_simulated_hazard_of_payers_is_recovered():
    """Planted ratios, though payers had been livelier before."""
    found = evaluate("s3-paid-belonging", _room(0.002, 0.004))
    hazard, share = found.components
    assert hazard.low < 0.5 < hazard.high
    assert share.low < 0.8 / 0.5 < share.high
    assert found.word == "SUPPORTED"
    assert {"proxy", "within one"} <= set(found.qualifiers)


def test_earlier_activity_is_not_taken_for_an_effect_of_paying():
    """Equal hazards within bands: the crude contrast would find one."""
    found = evaluate("s3-paid-belonging", _room(0.004, 0.004, back=(0.5, 0.5)))
    assert found.word != "SUPPORTED"
    assert found.components[0].low < 1 < found.components[0].high


def test_fewer_than_thirty_payers_are_untestable():
    """Thirty are needed on either side."""
    found = evaluate("s3-paid-belonging", _room(0.002, 0.004, many=(29, 900)))
    assert found.word == "UNTESTABLE"


def test_difference_is_standardised_to_the_payers():
    """A second route: shares by band, the others' weighed by payers' bands."""
    study = _room(0.002, 0.004)
    lives = study.table("lives").query("measure == 'first 60 days'")
    back = (lives["days"] > 0).groupby(lives["cohort"]).mean()
    size = lives.groupby("cohort").size()
    payers = np.array([size[f"paid: {band}"] for band in BANDS])
    by = {
        arm: np.array([back[f"{arm}: {band}"] for band in BANDS])
        for arm in ("paid", "free")
    }
    expected = ((by["paid"] - by["free"]) @ payers) / payers.sum()
    (jump, higher) = paying_is_a_gap(Evidence.of(study)).components
    assert jump.estimate == pytest.approx(expected)
    assert higher is None


def test_effect_of_a_paid_gate_equals_the_step_off_the_trend():
    """Ordinary least squares by hand, on the committed years of joining."""
    study = open_study("metafilter_paid_gate")
    finding = paying_is_a_gap(Evidence.of(study))
    component = finding.components[0]
    groups = study.table("registry").query("kind == 'joiners of a year'")
    year = groups["key"].str[-4:].astype(int).set_axis(groups["group"])
    months = study.table("snapshots").query("group in @year.index")
    months = months.assign(year=months["group"].map(year))
    then = pd.to_datetime(months["day"], unit="D").dt.year
    made = study.table("funnels").query("step == 'registered'")
    made = made.set_index(made["cohort"].astype(int))["people"]
    share = months[then == months["year"] + 1].groupby("year")["active"].mean() / made
    kept = [y for y in range(1999, 2013) if y not in {2003, 2004}]
    design = np.column_stack([np.ones(len(kept)), np.array(kept) >= 2005, kept])
    step = np.linalg.lstsq(design, share[kept].to_numpy(), rcond=None)[0][1]
    assert component.estimate == pytest.approx(step, rel=1e-6)
    assert "interrupted series" in finding.qualifiers


@pytest.mark.parametrize("ratio", [0.6, 1.5])
def test_simulated_effect_of_a_paid_gate_is_recovered(ratio):
    """A step of the hazard in 2005, off a steady trend, and no cap beside it."""
    year = np.arange(1999, 2013)
    hazard = np.exp(-0.3 + 0.05 * (year - 1999)) * np.where(year >= 2005, ratio, 1)
    people = 5_000
    later = pd.to_datetime(pd.Series(year + 1).astype(str) + "-06-15")
    rng = np.random.default_rng(12)
    tables = {
        "registry": registry(
            len(year), END, kind="joiners of a year",
            key=[f"joined/{one}" for one in year],
        ),
        "snapshots": pd.DataFrame(
            {
                "group": np.arange(len(year)),
                "day": later.to_numpy("M8[D]").astype(int),
                "active": rng.binomial(people, np.exp(-hazard)),
            }
        ),
        "funnels": pd.DataFrame(
            {
                "group": 0, "cohort": year.astype(str), "step": "registered",
                "people": people,
            }
        ),
    }  # fmt: skip
    study = as_of("metafilter_paid_gate", named=False, **tables)
    door, cap = evaluate("s4-entry-threshold-cap", study).components
    assert door.low < ratio < door.high
    assert (door.high < 1) is (ratio < 1)
    assert cap is None


def test_claim_on_threshold_and_cap_is_inconclusive_without_a_cap():
    """One component of two: the door's own, in the direction of the step of shares."""
    found = evaluate("s4-entry-threshold-cap", open_study("metafilter_paid_gate"))
    door, cap = found.components
    assert cap is None
    assert found.word == "INCONCLUSIVE"
    assert door.estimate < 1


def _members(ratio):
    rng = np.random.default_rng(5)
    rows = []
    for nth in range(6):
        life = rng.exponential(1 / (0.004 * ratio**nth), 400)
        rows += [
            ("membership by year", str(2018 + nth), int(min(one, 900)),
             "left" if one < 900 else "open")
            for one in life
        ]  # fmt: skip
    return _of_one_room(pd.DataFrame(rows, columns=COLUMNS))


@pytest.mark.parametrize(
    ("ratio", "word"),
    [(1.2, "SUPPORTED"), (1.0, "CONTRADICTED"), (0.9, "CONTRADICTED")],
)
def test_hazard_by_year_of_joining_is_recovered(ratio, word):
    """A planted ratio a year of joining, which the plan lets decide nothing."""
    found = evaluate("s0-later-cohorts-harder", _members(ratio))
    assert found.low < ratio < found.high
    assert found.word == "INCONCLUSIVE"
    assert found.reason.startswith(word)
