"""Each language has its instrument; no information is null and counted."""

import pandas as pd
import pyarrow as pa
import pytest

from helpers.sentiment import snow
from helpers.sentiment.scoring import score_raw, score_texts
from helpers.text.normalising import normalise_texts

ODD = [
    "\ud800",
    "\x00",
    "\u202e好\u202c",
    None,
    float("nan"),
    7,
    b"x",
    "",
    " \n",
    "\udc00好",
]


def test_odd_input_is_scored_or_null():
    """Nothing in a batch raises, whatever stands in it."""
    scored = score_texts(ODD)
    assert len(scored) == len(ODD)
    assert scored.score.is_valid().to_pylist() == [t in (ODD[2], ODD[-1]) for t in ODD]
    assert scored.unscored["missing"] == 4


def test_unscored_reasons_add_up_to_the_nulls():
    """Every null has one reason, and there is a null for every reason counted."""
    texts = [
        *ODD,
        "哈哈",
        "好好学习",
        "привет всем",
        "the tables are here",
        "nice work",
    ]
    scored = score_texts(texts)
    assert sum(scored.unscored.values()) == scored.score.null_count
    assert scored.unscored["prior"] == scored.unscored["other language"] == 1
    assert scored.unscored["unknown"] == 1


@pytest.mark.parametrize("count", [1, 2, 50])
def test_message_of_unknown_tokens_has_no_score(count):
    """However many tokens nobody has met, there is no score; raw shows the drift."""
    text = " ".join(["龘龘"] * count)
    scored = score_texts([text, f"{text} 满意"], language=["zh", "zh"])
    assert scored.score.is_valid().to_pylist() == [False, True]
    assert scored.unscored["unknown"] == 1
    assert scored.kept[0].as_py() >= count
    assert scored.known[0].as_py() == 0
    assert score_raw([text]).score[0] <= 0.5


def test_unscored_english_has_a_reason():
    """Words without a valence are unknown; a text too long to be read is even."""
    unscored = score_texts(
        ["the tables", "fine " * 2_001], language=["en", "en"]
    ).unscored
    assert (unscored["unknown"], unscored["even"]) == (1, 1)


def test_chinese_is_normalised_first():
    """The score is SnowNLP's of the normalised text."""
    texts = [
        "今天天氣真不錯[微笑]😂",
        "@阿明 好好好好好好 https://a.cn/x",
        "这家店太差了",
    ]
    expected = snow.measure_encoded(
        normalise_texts(texts).cast(pa.large_binary())
    ).score.tolist()
    assert score_texts(texts).score.to_pylist() == expected


@pytest.mark.parametrize(
    "held", [list, pd.Series, pa.array, lambda t: pa.chunked_array([t, t])]
)
def test_every_kind_of_column(held):
    """Lists, pandas and Arrow columns score alike."""
    texts = ["这家店太差了", "good job", "这家店太差了"]
    scored = score_texts(held(texts)).score.to_pylist()
    assert scored[:3] == score_texts(texts).score.to_pylist()
    assert scored[0] == scored[2]


def test_given_language_selects_the_instrument():
    """A message is read by the instrument of the language it is said to have."""
    scored = score_texts(
        ["good 好", "good 好", "good 好"], language=["zh", "en", "other"]
    )
    assert scored.instrument.to_pylist() == ["snownlp", "vader", None]


def test_token_counts_are_null_only_without_an_instrument():
    """Counts are null only where no instrument read the message."""
    frame = (
        score_texts(["qqx 好 满意", "哈哈", "bonjour à tous les amis"])
        .table()
        .to_pandas()
    )
    assert frame["known"].tolist()[:2] == [2, 0]
    assert (frame["known"] <= frame["kept"])[:2].all()
    assert frame["kept"].isna().tolist() == [False, False, True]


def test_raw_has_no_nulls():
    """Raw scores are SnowNLP's own: the prior for nothing, .5 for the unknown."""
    raw = score_raw(["", "😂", "恭喜發財", "恭喜发财", "\ud800", None])
    assert raw.score.round(3).tolist() == [0.526, 0.5, 0.976, 0.5, 0.5, 0.526]


def test_scoring_no_message_gives_no_score():
    """No message gives no score."""
    assert len(score_texts([])) == len(score_raw([]).score) == 0
