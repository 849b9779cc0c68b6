"""The first pause: planted levels come out, and so does the stored table."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

import helpers as sq
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.forecast import first_pause
from helpers.forecast.random_places import fit_levels
from helpers.study import open_studies
from pipeline.validation.forecast import divisions

LEVELS, SPREAD = np.array([-1.0, 0.5, 1.5]), 0.6


def plant(places=12, groups=60, seed=3):
    """Return a row per group of places whose effects spread."""
    chance = np.random.default_rng(seed)
    rows = pd.DataFrame({"place": np.repeat(np.arange(places), groups)})
    rows["band"] = chance.integers(0, len(LEVELS), len(rows))
    effects = chance.normal(0, SPREAD, places)
    odds = LEVELS[rows["band"]] + effects[rows["place"]]
    return rows.assign(still=chance.random(len(rows)) < expit(odds))


def test_levels_are_those_of_statsmodels():
    """A mixed model by another package, with places as random effects, agrees.

    By variational Bayes: its joint mode lies at a spread of nought, and where the
    search for it stops depends on its random start (shares differed by .05).
    """
    rows = plant()
    found = fit_levels(*first_pause.count_cells(rows, rows["band"]))
    model = BinomialBayesMixedGLM.from_formula(
        "still ~ 0 + C(band)", {"place": "0 + C(place)"}, rows.astype({"still": int})
    )
    second = model.fit_vb()
    ours = [found.share(band)[0] for band in range(3)]
    assert ours == pytest.approx(expit(second.fe_mean), abs=0.005)
    tau = float(np.exp(second.vcp_mean[0]))
    low, high = found.next_share(1)
    width = 2 * 1.96 * tau
    assert np.diff(np.log([low / (1 - low), high / (1 - high)]))[0] >= width


@pytest.mark.parametrize(("band", "truth"), [*enumerate(expit(LEVELS))])
def test_ranges_hold_the_planted_share(band, truth):
    """The mean's interval holds the level, the next place's is wider."""
    rows = plant(places=20, groups=90)
    levels = fit_levels(*first_pause.count_cells(rows, rows["band"]))
    _, low, high = levels.share(band)
    assert low < truth < high
    next_low, next_high = levels.next_share(band)
    assert next_low < low < high < next_high


@pytest.fixture(scope="module")
def rows():
    """What groups of public sources began with, and what came of it."""
    return first_pause.collect_beginnings(open_studies())


@pytest.mark.long
def test_stored_divisions_are_those_of_the_life_tables(rows):
    """A rule moved the Life Tables, and four rows stayed as they were."""
    made = divisions.tabulate_divisions(rows, pd.read_csv(divisions.SHARES))
    stored = pd.read_csv(divisions.FOLDER / "divisions.csv", keep_default_na=False)
    numbers = made.select_dtypes("number").columns
    for name in numbers:
        assert made[name].to_numpy() == pytest.approx(stored[name], abs=1e-4)


def test_stored_table_is_that_of_the_tables(rows):
    """Whatever changes a table or the model shows here."""
    made = pd.DataFrame(first_pause.tabulate_first_pause(rows))
    stored = pd.read_csv(first_pause.TABLE)
    for name in ("no_pause", "no_pause_high", "next_low", "groups"):
        both = made[name].astype(float), stored[name].astype(float)
        assert both[0].to_numpy() == pytest.approx(both[1], abs=1e-4, nan_ok=True)


def test_only_messages_after_the_first_week_foretell_the_first_pause():
    """Told with and without the largest chat; kind tells nothing."""
    table = pd.read_csv(divisions.FOLDER / "divisions.csv", keep_default_na=False)
    chosen = table[table["chosen"] & table["outcome"].ne(divisions.LATER)]  # a check
    assert set(chosen["outcome"]) == {first_pause.PAUSED}
    for day in first_pause.DAYS:
        own = chosen[chosen["age_days"].eq(day)]
        own = own[own["division"].eq("messages in days 8-28")]
        assert len(own) == 2  # with and without
        assert (own["better_in"] == own["places"]).all()
        assert own["coverage"].min() >= divisions.ENOUGH
    kind = table[table["division"].eq(divisions.KIND)]
    assert len(kind) == 2 * 2 * 2
    assert kind["gain"].max() < 0


def test_busier_first_months_go_on_longer():
    """The order of the bands is that of the chances, by both days."""
    for day in first_pause.DAYS:
        chances = [sq.chance_of_no_pause(n, day).chance for n in (0, 9, 10, 500)]
        assert chances == sorted(chances)
        assert len(set(chances)) == 4


def test_what_was_not_measured_is_refused():
    """No forecast without messages counted, and none for another day."""
    with pytest.raises(ShequnError, match="no number of messages"):
        sq.chance_of_no_pause(-1)
    with pytest.raises(NotIdentifiableError, match="105 and 365"):
        sq.chance_of_no_pause(3, day=200)
