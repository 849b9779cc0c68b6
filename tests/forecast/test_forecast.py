"""The chance that a group goes on: planted chances come out, others are refused."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy.special import expit, logit

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.forecast import going_on as forecast
from helpers.records import DAY_US
from helpers.study import open_studies, open_study
from pipeline.validation.forecast import fitting
from tests.printed import is_same_file

SLOPE, AGEING = 0.8, 0.3


def plant(slope=SLOPE, groups=120, seed=1, kinds=("chat", "chat", "chat", "forum")):
    """Return moments of several sources whose groups go on by their writers."""
    chance, parts = np.random.default_rng(seed), []
    for nth, kind in enumerate(kinds):
        n = groups * 8
        writers = np.ceil(np.exp(chance.normal(1 + nth / 3, 0.9, n))).astype(int)
        age = np.tile(28 * np.arange(1, 9), groups)
        level = logit(0.6 + nth / 12)
        centred = np.log(writers) - np.log(writers).mean()
        odds = level + slope * centred + AGEING * np.log(age / forecast.YEAR)
        parts.append(
            pd.DataFrame(
                {
                    "source": f"s{nth}", "kind": kind, "age": age, "writers": writers,
                    "group": np.repeat(np.arange(groups), 8),
                    "alive": chance.random(n) < expit(odds),
                }
            )
        )  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def test_planted_coefficients_are_recovered():
    """The slopes on writers and on age are those that made the data."""
    _, slope, ageing = fitting.fit_chances(plant(groups=600))
    assert slope == pytest.approx(SLOPE, abs=0.1)
    assert ageing == pytest.approx(AGEING, abs=0.1)


def test_fit_is_that_of_statsmodels():
    """A binomial regression with an offset and weights, a second way."""
    rows = plant()
    bases = fitting.find_bases(rows)
    offset, design = forecast.build_design(rows, bases.loc[rows["source"]])
    weights = 1 / bases.loc[rows["source"], "rows"].to_numpy(float)
    expected = sm.GLM(
        rows["alive"].astype(float).to_numpy(), design, offset=offset,
        family=sm.families.Binomial(), freq_weights=weights,
    ).fit()  # fmt: skip
    assert fitting.fit_chances(rows) == pytest.approx(expected.params, abs=1e-6)


def test_skill_is_there_where_writers_tell_and_not_elsewhere():
    """Random fates are not foretold, whatever the model says."""
    for slope, there in ((1.2, True), (0.0, False)):
        rows = plant(slope=slope, kinds=("chat",) * 4)
        scores = fitting.score_left_out(fitting.predict_left_out(rows))
        whole = scores[(scores["source"] == "") & (scores["base"] == "own")]
        assert (whole["skill_low"] > 0).tolist() == [there]


def test_a_left_out_source_is_not_in_its_own_fit():
    """Turning one source's fates over changes predictions of the others alone."""
    rows = plant()
    turned = rows.assign(alive=rows["alive"] ^ rows["source"].eq("s1"))
    first, second = (
        fitting.predict_left_out(each).query("base == 'kind' and source == 's1'")
        for each in (rows, turned)
    )
    assert first["predicted"].tolist() == pytest.approx(second["predicted"].tolist())


def test_going_on_is_a_message_in_days_90_to_149():
    """A message on day 89 or 150 after is none of these."""
    study = open_study("komodo_discord")
    rows = forecast.list_moments(study)
    days = study.table("daily").astype("int64")
    origin = study.table("groups").set_index("group")["origin_us"] // DAY_US
    ages = (days["day"] - days["group"].map(origin)).groupby(days["group"]).agg(set)
    drawn = rows.sample(200, random_state=1)
    expected = [
        any(age + after in ages[group] for after in range(90, 150))
        for group, age in zip(drawn["group"], drawn["age"], strict=True)
    ]
    assert drawn["alive"].tolist() == expected
    assert rows["writers"].min() >= 1


def test_own_base_rate_moves_the_chance():
    """Groups of a livelier place go on more often, with as many writers."""
    chances = [
        forecast.chance_of_going_on(5, 300, "chat", rate).chance for rate in (0.4, 0.9)
    ]
    assert chances[0] < chances[1]
    few = forecast.chance_of_going_on(5, 300, "chat", 0.7, typical_writers=3)
    many = forecast.chance_of_going_on(5, 300, "chat", 0.7, typical_writers=30)
    assert few.chance > many.chance


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ((0, 300, "chat"), "silent groups are not forecast"),
        ((5, 3, "chat"), "3 days of age are outside what was measured, 28 to"),
        ((9_999, 300, "chat"), "9999 writers are outside"),
        ((5, 300, "meetup"), "no public source of kind 'meetup'.*measured are chat"),
    ],
)
def test_what_was_not_measured_is_refused_in_words(state, words):
    """A group silent for eight years was "in the same state" as others."""
    with pytest.raises(NotIdentifiableError, match=words):
        forecast.chance_of_going_on(*state)


def test_a_base_rate_is_a_share():
    """Ninety per cent were given as 90."""
    with pytest.raises(ShequnError, match="90 is no share between 0 and 1"):
        forecast.chance_of_going_on(5, 300, "chat", 90)


def test_a_kind_without_skill_is_refused():
    """Where left-out sources gain nothing, the base rate is all there is."""
    _, scores = forecast._read_record()
    whole = scores[(scores["source"] == "") & (scores["base"] == "own")]
    for row in whole.itertuples():
        if row.skill_low > 0:
            assert forecast.chance_of_going_on(8, 300, row.kind, 0.7).chance > 0
        else:
            with pytest.raises(NotIdentifiableError, match="no better than the base"):
                forecast.chance_of_going_on(8, 300, row.kind, 0.7)


def test_stored_tables_are_reproduced(tmp_path):
    """Committed files are what the studies and this code give."""
    fitting.write_forecast(fitting.collect_moments(open_studies()), tmp_path)
    for made in sorted(tmp_path.iterdir()):
        assert is_same_file(made, forecast.FOLDER / made.name), made.name
