"""Compare the speed of the compiled sentiment scorer with SnowNLP.

Unique short messages: the first 3 to 40 characters of ../shared's reviews where they
are, else strings of SnowNLP's own words. Rates of one core by CPU time, best of rounds
taken in turn, so that other work on the machine flatters neither.
"""

from __future__ import annotations

import csv
import itertools
import random
import time
from collections.abc import Callable

from helpers import paths
from helpers.sentiment import snow
from helpers.sentiment.scoring import score_texts

Work = Callable[[], object]

SHORTEST, LONGEST, MESSAGES, SAMPLE, ROUNDS = 3, 40, 100_000, 2_000, 3


def messages() -> list[str]:
    """Return distinct short messages to be scored."""
    folder = paths.ROOT.parent / "shared" / "corpora" / "chinese_sentiment"
    texts = list[str]()
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            texts += [row["review"] for row in csv.DictReader(file)]
    if not texts:
        from helpers.sentiment.building import draw_golden_texts  # noqa: PLC0415 - 420 MB

        texts = draw_golden_texts(MESSAGES)
    lengths = itertools.cycle(range(SHORTEST, LONGEST + 1))
    cut = (text.strip()[:n] for text, n in zip(texts, lengths, strict=False))
    unique = sorted({text for text in cut if len(text) >= SHORTEST})
    random.Random(1).shuffle(unique)  # noqa: S311 - a fixed order
    return unique[:MESSAGES]


def find_fastest(works: dict[str, Work]) -> dict[str, float]:
    """Return the least CPU time of each function over several rounds."""
    least = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            began = time.process_time()
            work()
            least[name] = min(least[name], time.process_time() - began)
    return least


def main() -> None:
    """Print messages per second of SnowNLP and of the scorer, which equal each other.

    Raises
    ------
    SystemExit
        If they differ.
    """
    from helpers.sentiment import building as reference  # noqa: PLC0415 - takes 420 MB

    texts = messages()
    encoded, sample = snow.encode_texts(texts), texts[:SAMPLE]
    theirs = [reference.classify_text(text) for text in sample]
    if snow.measure_encoded(encoded).score[:SAMPLE].tolist() != theirs:
        raise SystemExit("the kernel does not equal SnowNLP: nothing to race")
    least = find_fastest(
        {
            "SnowNLP": lambda: [reference.classify_text(text) for text in sample],
            "ours": lambda: score_texts(texts, threads=1),
            "ours, kernel only": lambda: snow.measure_encoded(encoded, 1),
        }
    )
    base = SAMPLE / least["SnowNLP"]
    print(f"{'tone':<20}{'messages/s':>12}{'× SnowNLP':>12}")
    for name, seconds in least.items():
        rate = (SAMPLE if name == "SnowNLP" else len(texts)) / seconds
        print(f"{name:<20}{rate:>12,.0f}{rate / base:>12,.1f}", flush=True)


if __name__ == "__main__":
    main()
