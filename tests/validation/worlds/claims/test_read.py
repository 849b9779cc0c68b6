"""Labels and readings of messages say what was planted."""

import numpy as np
import pandas as pd
import pytest

from validation.worlds.claims.read import Talk

CELLS = pd.DataFrame({"group": [0, 0, 1, 2], "age_day": [0, 7, 0, 3]})
CELLS["messages"] = [40, 10, 0, 50]
YES = np.array([30, 0, 0, 20])


def talk(seed=1):
    """Return the same messages as an instrument reads them."""
    return Talk.of(np.random.default_rng(seed), CELLS, YES, "content")


def test_people_who_read_all_find_what_was_planted():
    """Labels of whole groups are as many messages, yes and readings as there are."""
    told = talk()
    labels = told.label_whole_groups({0, 2}, 0.5)
    by = labels.groupby(["group", "age_day"])

    assert by.size().tolist() == [40, 10, 50]
    assert by["label"].apply(lambda said: (said == "yes").sum()).tolist() == [30, 0, 20]
    read = told.readings.set_index(["group", "age_day"])["predicted"]
    assert by["predicted"].sum().equals(read.loc[by.size().index].astype(float))


def test_a_sample_corrects_the_instrument():
    """Over draws, what it says plus corrections over π is what people would say."""
    rng = np.random.default_rng(2)
    found = []
    for seed in range(100):
        told = talk(seed)
        labels = told.sampled(rng, 0.3)
        more = (labels["label"].eq("yes") - labels["predicted"]).sum() / 0.3
        found.append(told.readings["predicted"].sum() + more)

    assert np.mean(found) == pytest.approx(YES.sum(), abs=3 * np.std(found) / 10)


def test_words_are_those_of_the_question():
    """Tone is answered in its own words, the first being yes."""
    rng = np.random.default_rng(3)
    words = ("positive", "negative")
    told = Talk.of(rng, CELLS, YES, "tone", words=words).label_whole_groups({0}, 1.0)

    assert told["label"].value_counts().to_dict() == {"positive": 30, "negative": 20}
