"""SnowNLP's score on threads: published figures, odd input, self-check."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from helpers.sentiment import snow
from helpers.sentiment.tables import Golden

# measured with SnowNLP 0.12.3 itself before the kernel was written
PUBLISHED = {
    "不开心": 0.604,
    "不喜欢": 0.551,
    "！！！": 0.206,
    "哈哈哈": 0.868,
    "哈哈": 0.526,
    "恭喜發財": 0.976,
    "恭喜发财": 0.500,
    "😂": 0.5,
    "": 0.526,
    "😂 [doge]": 0.474,
    " ".join(["x9"] * 50): 0.006,
}


def test_scores_equal_published_snownlp_scores():
    """The scores are those that were measured with SnowNLP beforehand."""
    scores = snow.measure_encoded(snow.encode_texts(PUBLISHED)).score
    assert scores == pytest.approx(list(PUBLISHED.values()), abs=5e-4)


def test_text_without_words_has_the_prior_score():
    """A text without words has the prior, to the last digit known."""
    assert snow.compute_prior() == pytest.approx(0.5262327818, abs=5e-11)


def test_counts_kept_and_known():
    """Stop words are not kept; unseen words are kept and not known."""
    measured = snow.measure_encoded(snow.encode_texts(["没有 好 qqxyz", "哈哈", ""]))
    assert measured.kept.tolist() == [2, 0, 0]
    assert measured.known.tolist() == [1, 0, 0]


@pytest.mark.parametrize("rows", [slice(2, 5), slice(0, 0), slice(5, 9)])
def test_sliced_column_scores_equal_the_whole(rows):
    """A slice of a column scores what the slice holds."""
    texts = ["好", "坏", "不错", "", "糟糕", "垃圾", "满意", "哈", "很好"]
    whole = snow.measure_encoded(snow.encode_texts(texts)).score
    part = snow.encode_texts(texts)[rows.start : rows.stop]
    assert snow.measure_encoded(part).score.tolist() == whole[rows].tolist()


def test_message_of_a_million_characters_is_scored():
    """One enormous message gets a score and disturbs no neighbour."""
    texts = ["好", "不开心" * 333_334, "坏"]
    scores = snow.measure_encoded(snow.encode_texts(texts)).score
    assert np.isfinite(scores).all()
    assert (
        scores[[0, 2]].tolist()
        == snow.measure_encoded(snow.encode_texts(["好", "坏"])).score.tolist()
    )


def test_invalid_utf8_does_not_leak_into_other_rows():
    """Bytes cut inside a character neither crash nor leak into the next row."""
    texts = snow.encode_texts(["好" * 3, "好"])
    offsets, data = texts.buffers()[1:]
    cut = np.frombuffer(offsets, np.int64).copy()
    cut[1] = 7
    broken = snow.Rows(np.frombuffer(data, np.uint8), cut)
    measured = snow._measure_rows(snow._open_tables()[0], _readonly(broken), 1)
    assert measured.kept.tolist() == [2, 2]


def _readonly(rows):
    for part in rows:
        part.setflags(write=False)
    return rows


def test_falls_back_to_snownlp_when_the_check_fails(monkeypatch):
    """A kernel that differs in one golden score does not score at all."""
    tables, golden = snow._open_tables()
    spoilt = Golden(
        golden.texts, [*golden.scores[:-1], golden.scores[-1] + 1e-16 + 0.5]
    )
    monkeypatch.setattr(snow, "_open_tables", lambda: (tables, spoilt))
    with pytest.warns(RuntimeWarning, match="SnowNLP itself scores"):
        instrument = snow.load_instrument.__wrapped__()
    texts = snow.encode_texts(["今天天气真不错", "\ud800", ""])
    theirs, ours = instrument(texts, 2), snow.measure_encoded(texts)
    assert theirs.score.tolist() == ours.score.tolist()
    assert theirs.known.tolist() == ours.known.tolist()


START = """
import sys
from pathlib import Path
from helpers.sentiment.scoring import score_texts
score_texts(["今天天气真不错"])
heavy = {"snownlp", "vaderSentiment", "scipy.sparse"} & sys.modules.keys()
lines = Path("/proc/self/status").read_text().splitlines()
peak = next(line.split()[1] for line in lines if line.startswith("VmHWM"))
assert not heavy, heavy
print(int(peak) / 2**10)  # its own, where getrusage has ours too
sys.exit(len(heavy))
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs /proc")
def test_first_score_needs_at_most_300_mb():
    """A first score takes 300 MB at most: SnowNLP's own 420 MB are not loaded."""
    snow.load_instrument()
    child = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=True
    )
    assert float(child.stdout) <= 300
