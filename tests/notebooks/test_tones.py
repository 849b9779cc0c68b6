"""Tone over life is corrected by labels, or refused by name."""

from types import SimpleNamespace

import numpy as np
import pandas as pd

from helpers.errors import NotIdentifiableError
from helpers.notebooks.tones import instruments_table, tone_over_life
from helpers.validation.worlds.messages.labelled import asked


def study(name, tables):
    """Return a study of a hundred groups that has these tables."""
    group = np.arange(100)
    whose = {"group": group, "network": "one", "batch": group.astype(str)}
    held = {"groups": pd.DataFrame(whose), **tables}

    def table(wanted):
        if wanted not in held:
            raise NotIdentifiableError(f"has no table {wanted}")
        return held[wanted]

    return SimpleNamespace(name=name, table=table)


def labelled(late):
    """Return tables: a third positive in days 0–27, `late` of all after day 28."""
    group, day = np.repeat(np.arange(100), 40), np.tile(np.arange(0, 56, 1.4), 100)
    said = pd.DataFrame({"group": group, "age_day": day.astype(int)})
    share = np.where(said["age_day"] < 28, 1 / 3, late)
    answers = np.random.default_rng(1).random(len(said)) < 1 - share
    words = ("negative", "positive")
    return asked(said, answers, kind="tone", words=words, share=0.3, seed=1)


def test_each_phase_has_its_corrected_share():
    """The planted shares lie in the intervals; the machine's lies elsewhere."""
    frame = tone_over_life([study("own", labelled(0.9))]).frame.set_index("age")
    for age, true in (("days 0–27", 1 / 3), ("days 28–83", 0.9)):
        row = frame.loc[age]
        assert row["low"] <= true <= row["high"]
        assert not row["low"] <= row["as SnowNLP has it"] <= row["high"]
    assert "days 84–364" not in frame.index


def test_a_study_without_labels_is_refused_by_name():
    """There is no row and no number, but a sentence."""
    table = tone_over_life([study("plain", {})])
    assert table.frame.empty
    assert table.notes == ("No corrected share for plain: there are no hand labels.",)


def test_too_few_labels_are_refused_by_number():
    """A study of 299 labels is told how many it has."""
    tables = labelled(0.9)
    few = tables | {"labels": tables["labels"].head(299)}
    (note,) = tone_over_life([study("own", few)]).notes
    assert "needs 300 hand labels of tone" in note
    assert "there are 299" in note


def test_agreement_stands_with_its_interval():
    """Each measure is written with its limits."""
    row = {"set": "s", "instrument": "i", "n": 9, "no_score": 1}
    for name in ("accuracy", "auc", "calibration_error"):
        row |= {name: 0.5, f"{name}_low": 0.25, f"{name}_high": 0.75}
    written = instruments_table(pd.DataFrame([row])).written
    assert written["AUC"].tolist() == ["0.500 [0.250, 0.750]"]
