"""The kernel equals SnowNLP itself, to the last bit and in both counts of words."""

import csv
import itertools

import pytest

from helpers.sentiment import building as reference
from helpers.sentiment import snow
from tests.raw_corpora import SHARED

SHORT, LONG = 1_000, 16_000

pytestmark = pytest.mark.equality


def assert_equal(texts, threads=2):
    """Raise unless scores and both counts are the same; name no text."""
    ours, theirs = (
        snow.measure_encoded(snow.encode_texts(texts), threads),
        reference.measure_texts(texts),
    )
    for mine, its in zip(ours.columns, theirs.columns, strict=True):
        assert mine.dtype == its.dtype
        wrong = (mine != its).nonzero()[0]
        assert not len(wrong), f"{len(wrong)} differ, first at {wrong[0]}"


def test_score_equals_snownlp_on_generated_texts(fuzzed):
    """2,500 strings of every kind of character score the same."""
    assert_equal(fuzzed(2_500, seed=1))


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_equals_on_any_number_of_threads(fuzzed, threads):
    """Blocks on threads write to their own rows, whatever their number."""
    texts = fuzzed(300, seed=3)
    assert len(snow.Rows.of(snow.encode_texts(texts * 200)).blocks()) > threads
    alone = snow.measure_encoded(snow.encode_texts(texts), 1)
    many = snow.measure_encoded(snow.encode_texts(texts * 200), threads)
    assert many.score.tolist() == alone.score.tolist() * 200


@pytest.mark.parametrize("length", [SHORT, pytest.param(LONG, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "unit",
    [
        pytest.param("好", id="one character"),
        pytest.param("\u9f98", id="rare character"),
        pytest.param("龘", id="unseen character"),
        pytest.param("不开心", id="phrase"),
        pytest.param("龘一", id="unseen and seen in turn"),
        pytest.param("一龘龘二", id="two unseen"),
        pytest.param("〇", id="not segmented"),
    ],
)
def test_equals_on_long_runs(unit, length):
    """Runs of thousands of characters keep their ties and their rounding."""
    text = unit * (length // len(unit))
    assert_equal([text])


def test_equals_on_every_short_run():
    """Unseen characters and paths of no probability are followed exactly."""
    characters = "一的龘\u9fa5\u4e00魑鬯 a"
    runs = (itertools.product(characters, repeat=length) for length in range(5))
    texts = ["".join(run) for some in runs for run in some]
    assert_equal(texts)


def test_white_space_is_that_of_python():
    """Every character that splits for Python splits here, and no other does."""
    texts = [f"a{chr(point)}好{chr(point)}{chr(point)}b" for point in range(0x3100)]
    assert_equal(texts)


@pytest.mark.long
def test_equals_on_many_generated_texts(fuzzed):
    """50,000 more strings score the same."""
    assert_equal(fuzzed(50_000, seed=4))


def chinese_texts():
    """Return every Chinese text of the shared corpora."""
    for path in sorted((SHARED / "chinese_sentiment").rglob("*.csv")):
        yield from column(path, "review")
    yield from column(SHARED / "v2ex_nodes" / "v2ex_topics_page1.csv", "title")


def column(path, name):
    """Return one column of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from (row[name] for row in csv.DictReader(file))


def english_texts():
    """Return the messages of freeCodeCamp's rooms."""
    for path in sorted((SHARED / "fcc_gitter" / "archives").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from (row[6] for row in csv.reader(file, delimiter="\t"))


@pytest.mark.long
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not there")
@pytest.mark.parametrize(
    ("source", "at_least"), [(chinese_texts, 11_800), (english_texts, 10_000)]
)
def test_equals_on_shared_corpora(source, at_least):
    """Every tenth Chinese text and English message: SnowNLP reads 250 a second."""
    texts = list(itertools.islice(source(), 0, 120_000, 10))
    assert len(texts) >= at_least
    assert_equal(texts)
