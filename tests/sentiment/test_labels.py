"""Samples have known probabilities and survive being stopped."""

import numpy as np
import pandas as pd
import pytest

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.sentiment import labels as sample


def messages(groups=(400, 80, 19, 1)):
    """Return ids, groups and scores of messages; every tenth has no score."""
    group = np.repeat(np.arange(len(groups)), groups)
    score = np.random.default_rng(1).random(len(group))
    return (
        np.arange(len(group)),
        group,
        np.where(np.arange(len(group)) % 10, score, np.nan),
    )


def test_every_message_is_drawn_as_often_as_stated():
    """Over many seeds each message's share equals its probability."""
    ids, group, score = messages()
    times = np.zeros(len(ids))
    for seed in range(1_000):
        drawn = sample.draw_sample(ids, group, score, size=50, seed=seed)
        times[drawn["message"].astype(int)] += 1
    spread = np.sqrt(0.1 * 0.9 / 1_000)
    assert abs(times / 1_000 - drawn["probability"][0]).max() < 4.5 * spread


def test_groups_and_scores_have_their_share():
    """Each group and each half of its scores gives its share to within one."""
    ids, group, score = messages()
    drawn = sample.draw_sample(ids, group, score, size=100, seed=3)
    assert len(drawn) == drawn["message"].nunique() == 100
    counts = drawn["group"].value_counts().reindex(range(4), fill_value=0)
    assert abs(counts - np.array([80, 16, 3.8, 0.2])).max() <= 1
    big = drawn[(drawn["group"] == 0)]
    median = np.nanmedian(score[group == 0])
    assert abs((big["score"] <= median).sum() - 36) <= 2


def test_sample_is_determined_by_its_seed():
    """The same seed draws the same rows in the same order; another does not."""
    first, again, other = (
        sample.draw_sample(*messages(), size=40, seed=seed) for seed in (5, 5, 6)
    )
    assert first.equals(again)
    assert not first.equals(other)


def test_labelling_resumes_where_it_stopped(tmp_path):
    """What was labelled is read back; what is left keeps its order."""
    path = tmp_path / "labels.csv"
    ids, group, score = messages()
    labels = sample.draw_sample(
        ids.astype(str), group.astype(str), score, size=30, seed=2
    )
    order = sample.list_pending(labels).tolist()
    sample.write_labels(path, sample.record_label(labels, order[0], "positive"))
    back = sample.read_labels(path)
    assert sample.list_pending(back).tolist() == order[1:]
    assert back["label"].dropna().tolist() == ["positive"]
    assert back["score"].equals(labels["score"])
    assert back["probability"].equals(labels["probability"])


WORD_FOR_NUMBER = ",".join(sample.COLUMNS) + "\n1,g,tone,0.5,often,message,\n"


@pytest.mark.parametrize(
    "damage", ["", "message,label\n1,x\n", "a\0b", WORD_FOR_NUMBER]
)
def test_damaged_labels_are_refused(tmp_path, damage):
    """A file that is not what was written is named, never read in part."""
    path = tmp_path / "labels.csv"
    with pytest.raises(MissingSourceError):
        sample.read_labels(path)
    path.write_text(damage)
    with pytest.raises(BrokenFileError, match=r"labels\.csv"):
        sample.read_labels(path)


def test_impossible_probabilities_are_refused(tmp_path):
    """A probability above one was not drawn by us."""
    labels = sample.draw_sample(*messages(), size=5, seed=2).assign(probability=1.5)
    sample.write_labels(tmp_path / "labels.csv", labels)
    with pytest.raises(BrokenFileError, match="probability"):
        sample.read_labels(tmp_path / "labels.csv")


def test_files_without_kinds_are_about_tone(tmp_path):
    """Labels of an earlier version had no column kind."""
    path = tmp_path / "labels.csv"
    labels = sample.draw_sample(*messages(), size=5, seed=2)
    path.write_text(labels.drop(columns="kind").to_csv(index=False))
    assert sample.read_labels(path)["kind"].unique().tolist() == ["tone"]


def test_unfinished_labelling_lowers_the_sampling_probability():
    """Of 50 drawn, 20 read and 5 skipped: each had 20/500 to be read, kind by kind."""
    tone = sample.draw_sample(*messages(), size=50, seed=2)
    labels = pd.concat([tone, tone.assign(kind="question")], ignore_index=True)
    for row in range(25):
        labels = sample.record_label(
            labels, row, "positive" if row % 5 else sample.SKIPPED
        )
    read = sample.select_labelled(labels)
    assert len(read) == 20
    assert read["probability"].tolist() == pytest.approx([20 / 500] * 20)


def test_whole_groups_are_drawn_as_often_as_stated():
    """Over many seeds each group's share equals its probability, messages complete."""
    ids, group, score = messages()
    times = np.zeros(4)
    for seed in range(400):
        drawn = sample.draw_whole_groups(ids, group, score, size=250, seed=seed)
        counts = drawn["group"].value_counts()
        assert counts.to_dict() == {g: (group == g).sum() for g in counts.index}
        times[counts.index] += 1
    assert drawn["probability"].unique().tolist() == [0.5]
    assert abs(times / 400 - 0.5).max() < 4.5 * np.sqrt(0.25 / 400)


def test_both_questions_sample_the_same_groups():
    """Seed and groups alone decide which groups are drawn."""
    ids, group, score = messages()
    one = sample.draw_whole_groups(ids, group, score, size=250, seed=3)
    other = sample.draw_whole_groups(ids, group, -score, size=250, seed=3)
    assert one["group"].unique().tolist() == other["group"].unique().tolist()


def test_partly_labelled_group_is_excluded():
    """Of two groups drawn, one read to its end: it alone, with half the probability."""
    ids, group, score = messages((5, 5, 5, 5))
    labels = sample.draw_whole_groups(ids, group, score, size=10, seed=1)
    for row in range(7):
        labels = sample.record_label(labels, row, "yes")
    read = sample.select_labelled(labels)
    assert read["group"].tolist() == [read["group"].iloc[0]] * 5
    assert read["probability"].unique().tolist() == [0.25]
