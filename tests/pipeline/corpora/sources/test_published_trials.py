"""Effects of published trials: intervals are intervals, and nothing is above."""

from __future__ import annotations

import pytest

from helpers.claims.register import read_register
from helpers.claims.trials import list_trials
from helpers.errors import BrokenFileError
from pipeline.corpora.sources import published_trials
from tests.raw_corpora import needs_raw, read_whole

HEAD = "id,authors,year,title,doi,platform,n,unit,design,treatment,outcome,estimate,\
low,high,scale,as_printed,read,page,claim,practice\n"
ROW = "A,2010,T,,site,9,person,randomised"


def _trials(counted, *rows):
    text = HEAD + "".join(f"{row}\n" for row in rows)
    return counted(published_trials, trials__csv=text).tables["trials"]


def test_range_of_estimates_is_no_interval(counted):
    """Two limits without an estimate were drawn as a confidence interval."""
    trials = _trials(
        counted,
        f"a,{ROW},thanks,stays,,1.1,1.4,ratio,a range,abstract,p,c,thank",
        f"b,{ROW},as above,works,1.2,1.1,1.3,ratio,1.2,abstract,p,c,thank",
    )
    assert trials["low"].isna().tolist() == [True, False]
    assert trials["treatment"].tolist() == ["thanks", "thanks"]


def test_effect_on_an_unknown_scale_is_refused(counted):
    """Whether it is better or worse than nothing could not be said."""
    with pytest.raises(BrokenFileError, match="line 2 is on a scale"):
        _trials(counted, f"a,{ROW},thanks,stays,1,,,odds,x,abstract,p,c,thank")


def test_effects_name_claims_of_the_register_in_both_languages():
    """A claim's page lists its trials by id."""
    trials = list_trials()
    assert set(trials["claim"]) <= {*read_register()}
    assert trials[["practice_zh", "treatment_zh", "outcome_zh"]].notna().all(axis=None)


@needs_raw
def test_nothing_is_lost_on_the_way_from_the_list():
    """Independent recomputation: effects, studies, numbers, intervals, drawn by lot."""
    rows = read_whole("published_trials", "trials.csv").to_dict("records")
    told = [row for row in rows if row["estimate"] == row["estimate"]]
    whole = [row for row in told if row["low"] == row["low"]]
    trials = list_trials()
    assert (len(trials), trials["study"].nunique()) == (len(rows), 59)
    assert trials["estimate"].notna().sum() == len(told)
    assert trials["low"].notna().sum() == len(whole) == 22
    assert trials["lot"].sum() == sum(row["design"] == "randomised" for row in rows)
