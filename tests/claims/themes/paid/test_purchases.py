"""Who buys again, and who ever buys: planted both ways."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from tests.claims.registers import as_of, facts, registry
from tests.raw_corpora import SHARED, needs_raw

AGAIN, EVER = "s1-repeat-purchase", "s3-willing-to-pay"


def _risk(ratio, lead=1.0, days=4000, seed=3):
    """Plant a hazard of one in 500 days; askers are more active, which doubles it."""
    rng = np.random.default_rng(seed)
    rows = []
    factor = {"asked": ratio, "soon": lead, "no": 1.0}
    for awaited, week, asked, active in itertools.product(
        ("new purchase", "any purchase"), range(8), factor, (0, 8)
    ):
        share = 0.8 if (asked == "asked") == (active > 0) else 0.2
        at_risk = round(days * share)
        rate = factor[asked] * (2.0 if active else 1.0) / 500
        rows.append(
            {
                "group": 0,
                "awaited": awaited,
                "plan": "Annual",
                "week": week,
                "asked": asked,
                "active_days": active,
                "days": at_risk,
                "purchases": rng.poisson(at_risk * rate),
            }
        )
    return as_of(
        "learning365",
        registry=registry(1, 300),
        purchase_risk=pd.DataFrame(rows),
        facts=facts(1, buyers=900.0, buyers_who_asked=200.0),
    )


@pytest.mark.parametrize(("ratio", "word"), [(2.0, "SUPPORTED"), (0.5, "CONTRADICTED")])
def test_simulated_repurchase_ratio_is_recovered(ratio, word):
    """Activity confounds and is adjusted; the control shows nothing."""
    found = evaluate(AGAIN, _risk(ratio))
    assert found.components[0].estimate == pytest.approx(ratio, rel=0.25)
    assert found.word == word
    assert [one.failed for one in found.controls] == [False]


def test_no_effect_on_purchases_is_found_where_none_is_simulated():
    """Askers are more active, and nothing else makes them buy."""
    (found,) = evaluate(AGAIN, _risk(1.0)).components
    assert found.low < 1 < found.high
    assert found.estimate == pytest.approx(1, rel=0.25)


def test_without_activity_the_ratio_is_confounded():
    """The specification shows what adjusting is for."""
    found = evaluate(AGAIN, _risk(1.0))
    (crude,) = (
        one
        for one in found.curve.outcomes
        if one.name == "recent activity not adjusted"
    )
    assert crude.components[0].estimate > 1.25 * found.components[0].estimate


def test_an_effect_before_the_question_fails_the_control():
    """Who will ask buys as often already: asking is not the cause."""
    found = evaluate(AGAIN, _risk(3.0, lead=3.0, days=8000))
    assert found.word == "INCONCLUSIVE"
    assert "fails its negative control" in found.qualifiers


def _registered(share, n=2000):
    bought = round(n * share)
    rows = [(10, "bought", bought), (200, "open", n - bought)]
    lives = pd.DataFrame(rows, columns=["days", "ending", "people"])
    return as_of(
        "learning365",
        registry=registry(1, 300),
        lives=lives.assign(group=0, measure="until the first purchase", cohort="all"),
    )


@pytest.mark.parametrize(
    ("share", "word"), [(0.1, "CONTRADICTED"), (0.8, "INCONCLUSIVE")]
)
def test_a_free_registration_never_supports(share, word):
    """It is a weaker offer than a price that was shown."""
    found = evaluate(EVER, _registered(share))
    assert found.estimate == pytest.approx(share)
    assert found.word == word


@needs_raw
def test_share_of_buyers_is_recomputed_from_raw_students():
    """Independent recomputation: product over days of one minus the daily hazard.

    Published days of few purchases are a mean of days, which moves the share by 1e-5.
    """
    folder = SHARED / "learning365"
    students = pd.read_csv(folder / "students.csv.gz").set_index("student")
    first = pd.read_csv(folder / "purchases.csv.gz").groupby("student")["day"].min()
    days = (first.reindex(students.index).fillna(292) - students["registered"]).clip(0)
    raw = pd.DataFrame({"days": days, "bought": students.index.isin(first.index)})
    lives = open_study("learning365").table("lives")
    lives = lives.loc[lives.index.repeat(lives["people"])]
    published = lives.assign(bought=lives["ending"].eq("bought"))
    found = evaluate(EVER, open_study("learning365")).estimate
    assert found == pytest.approx(_bought_within_90(published))
    assert found == pytest.approx(_bought_within_90(raw), abs=1e-5)


def _bought_within_90(students):
    alive = 1.0
    for day in range(91):
        buys = ((students["days"] == day) & students["bought"]).sum()
        alive *= 1 - buys / (students["days"] >= day).sum()
    return 1 - alive
