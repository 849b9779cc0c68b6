"""Compare the speed of the compiled sentiment scorer with SnowNLP.

Unique short messages: the first 3 to 40 characters of ../shared's reviews where they
are, else strings of SnowNLP's own words. Rates per core are by CPU time, best of rounds
taken in turn, so that other work on the machine flatters neither; threads and starts
are by the clock.
"""

from __future__ import annotations

import csv
import itertools
import random
import subprocess
import sys
import time
from collections.abc import Callable

from helpers import paths
from helpers.sentiment import score_texts, snow

Work = Callable[[], object]

SHORTEST, LONGEST, MESSAGES, SAMPLE, ROUNDS = 3, 40, 100_000, 2_000, 5
START = """
import time; begin = time.perf_counter()
import resource
from helpers.sentiment import score_texts
score_texts(["今天天气真不错"])
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(time.perf_counter() - begin, time.process_time(), peak / 1024)
"""


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


def fastest(works: dict[str, Work], clock: Callable[[], float]) -> dict[str, float]:
    """Return the shortest time of each function over several rounds."""
    least = dict.fromkeys(works, float("inf"))
    for _ in range(ROUNDS):
        for name, work in works.items():
            begin = clock()
            work()
            least[name] = min(least[name], clock() - begin)
    return least


def rates(texts: list[str]) -> dict[str, float]:
    """Return messages per second: user call, compiled scorer, SnowNLP."""
    from helpers.sentiment import building as reference  # noqa: PLC0415 - takes 420 MB

    encoded, n, sample = snow.encode_texts(texts), len(texts), texts[:SAMPLE]
    if snow.measure_encoded(encoded).score[:SAMPLE].tolist() != list(
        map(reference.classify_text, sample)
    ):
        raise SystemExit("the kernel does not equal SnowNLP: nothing to race")
    cores: dict[str, Work] = {
        "sentiment.classify": lambda: [
            reference.classify_text(text) for text in sample
        ],
        "score, as called": lambda: score_texts(texts, threads=1),
        "kernel": lambda: snow.measure_encoded(encoded, 1),
    }
    threads: dict[str, Work] = {
        "one thread": lambda: snow.measure_encoded(encoded, 1),
        "two threads": lambda: snow.measure_encoded(encoded, 2),
    }
    least = fastest(cores, time.process_time) | fastest(threads, time.perf_counter)
    return {
        n_: (SAMPLE if n_ == "sentiment.classify" else n) / t for n_, t in least.items()
    }


def start() -> None:
    """Print the start-up time when lookup tables exist."""
    child = subprocess.run(  # noqa: S603 - our own interpreter and words
        [sys.executable, "-c", START], capture_output=True, text=True, check=True
    )
    wall, cpu, peak = map(float, child.stdout.split())
    print(
        f"start to first score: {wall:.1f} s ({cpu:.1f} s CPU), {peak:.0f} MB resident"
    )


def main() -> None:
    """Print the scoring speeds and their ratios."""
    start()  # first: a child's peak memory counts its parent's at birth
    found = rates(messages())
    base = found["sentiment.classify"]
    print(f"{'':20}{'messages/s':>12}{'× classify':>12}")
    for name, rate in found.items():
        print(f"{name:20}{rate:12,.0f}{rate / base:12,.1f}")
    print(f"two threads / one: {found['two threads'] / found['one thread']:.2f} ×")


if __name__ == "__main__":
    main()
