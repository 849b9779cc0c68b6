"""Strings that try a segmenter, drawn with a seed."""

import random

import pytest

HAN = [chr(point) for point in range(0x4E00, 0x9FA6)]
SPACES = [chr(point) for point in range(0x3001) if chr(point).isspace()]
ODD = [
    *"〇\u9fa6\u9fff\u3400\U00020000\u4dff\u200b\ufeff\x00\x1b\x7f\u202e\u2066\u0301",
    *(
        "\ud800",
        "\udfff",
        "😂",
        "👨\u200d👩\u200d👧",
        "🇨🇳",
        "[doge]",
        "！！！",
        "，",
        "。",
    ),
]
LATIN = ["ok", "hello,", "666", "a.cn/x", "é", "ß", "ﬁ", "Ａ", "я", "ק", "한", "か"]


@pytest.fixture(scope="session")
def fuzzed():
    """Return a function that draws so many strings with a seed."""
    from helpers.sentiment import building as reference

    classes = reference.sentiment.classifier.classifier.d.values()
    words = sorted(set().union(*(counts.d for counts in classes)))
    stop_words = sorted(reference.sentiment.normal.stop)
    seen = sorted({c for c, _ in reference.sentiment.seg.segger.segger.uni.d})
    pools = (words, stop_words, seen, HAN, SPACES, ODD, LATIN)

    def draw(count, seed):
        chance = random.Random(seed)  # noqa: S311 - test data
        return [_string(chance, pools) for _ in range(count)]

    return draw


def _string(chance, pools):
    weights = [chance.random() ** 3 for _ in pools]
    length = min(int(chance.paretovariate(0.9)), 600)
    parts = chance.choices(pools, weights, k=length)
    return "".join(chance.choice(pool) for pool in parts)
