"""SnowNLP on a real Chinese group: days and pooled scores of a public log.

``python -m pipeline.validation.gzlug RAW`` reads the daily logs of #gzlug
(``RAW/gzlug_irc/raw``; `shequn fetch gzlug` brings them) and writes, into
``data/processed/tone``, counts by day and estimates; no text and no name.
"""

import re
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from snownlp import SnowNLP

from helpers.files import write_csv
from helpers.paths import PROCESSED

FOLDER = PROCESSED / "tone"
BOT = re.compile(r".*bot\d*_*")  # by their names
BRIDGES = frozenset({"tg2gzlug", "teleboto"})  # of Telegram
LINE = re.compile(r"\[\d\d:\d\d:\d\d\] (?P<nick>[^:\s]+): (?P<text>.*)")
COLOUR = re.compile(r"[\x02\x0f\x1d\x1f]|\x03\d{0,2}(?:,\d{1,2})?")  # of IRC
RELAYED = re.compile(r"\[(?P<name>[^\]]+)\] ?(?P<text>.*)")
LINK, ADDRESSED = re.compile(r"https?://\S+"), re.compile(r"^\S+: ")
HAN, LEAST_HAN, EVEN = "[\u4e00-\u9fff]", 2, 0.5
EARLIER, FURTHEST, DRAWS, SEED = 10, 60, 399, 7
Z = 95  # per cent of draws within the limits


def read_messages(folder: Path) -> pd.DataFrame:
    """Read who wrote what on which day; joins, quits and bots are left out."""
    rows = []
    for file in sorted(folder.glob("*.log")):
        for line in file.read_text("utf-8", errors="replace").split("\n"):
            if (
                not (said := LINE.fullmatch(COLOUR.sub("", line).strip()))
                or said["nick"] == "--"
            ):
                continue
            name, text = said["nick"], said["text"]
            if name in BRIDGES and (inside := RELAYED.fullmatch(text)):
                name, text = inside["name"], inside["text"]
            if name not in BRIDGES and not BOT.fullmatch(name.lower()):
                rows.append((file.stem, name.lower(), text))
    return pd.DataFrame(rows, columns=["day", "member", "text"])


def score_messages(messages: pd.DataFrame) -> pd.DataFrame:
    """Add SnowNLP's score of each message with two Chinese characters or more."""
    bare = messages["text"].str.replace(LINK, "", regex=True)
    bare = bare.str.replace(ADDRESSED, "", regex=True).str.strip()
    chinese = bare.str.count(HAN).ge(LEAST_HAN)
    scores = {text: SnowNLP(text).sentiments for text in bare[chinese].unique()}
    return messages.assign(score=bare.where(chinese).map(scores))


def average_earlier(member: pd.Series, score: pd.Series) -> pd.Series:
    """Return the mean score of the ten messages before by others, or nothing."""
    who, values, means = member.to_numpy(object), score.to_numpy(), []
    for at in range(len(who)):
        since = max(at - FURTHEST, 0)
        others = values[since:at][who[since:at] != who[at]]
        means.append(others[-EARLIER:].mean() if len(others) >= EARLIER else np.nan)
    return pd.Series(means, score.index)


def estimate_slope(rows: pd.DataFrame) -> float:
    """Return standard deviations of a score per one of the ten before, in a person."""
    kept = rows.dropna(subset="before")
    within = kept[["score", "before"]] - kept.groupby("member")[
        ["score", "before"]
    ].transform("mean")
    return float(within["score"].corr(within["before"]))


def estimate_following(scored: pd.DataFrame) -> pd.DataFrame:
    """Estimate how much a message follows the ten before, and that within a day.

    Within a day: less what other orders of the same day's messages give. Limits by
    days drawn again.
    """
    rng = np.random.default_rng(SEED)
    rows = scored.assign(before=average_earlier(scored["member"], scored["score"]))
    by_chance = np.mean([estimate_slope(_shuffle(scored, rng)) for _ in range(20)])
    days = dict(iter(rows.groupby("day", sort=True)))
    names = list(days)
    drawn = []
    for _ in range(DRAWS):
        chosen = rng.choice(len(names), len(names))
        drawn.append(estimate_slope(pd.concat([days[names[one]] for one in chosen])))
    low, high = np.percentile(drawn, [(100 - Z) / 2, (100 + Z) / 2])
    raw = estimate_slope(rows)
    table = pd.DataFrame({"measure": ["raw", "within a day"]}).assign(
        estimate=[raw, raw - by_chance],
        low=[low, low - by_chance],
        high=[high, high - by_chance],
    )
    return table.assign(n=int(rows["before"].notna().sum()), days=len(names))


def _shuffle(scored: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return the same messages, those of each day in another order."""
    order = np.lexsort((rng.random(len(scored)), scored["day"]))
    rows = scored.iloc[order].reset_index(drop=True)
    return rows.assign(before=average_earlier(rows["member"], rows["score"]))


def write_tables(raw: Path) -> None:
    """Write counts by day and the estimates."""
    messages = score_messages(read_messages(raw / "gzlug_irc" / "raw"))
    messages["negative"] = messages["score"].le(EVEN)
    by_day = messages.groupby("day").agg(
        messages=("text", "size"),
        writers=("member", "nunique"),
        scored=("score", "count"),
        negative=("negative", "sum"),
    )
    scored = messages.dropna(subset="score").reset_index(drop=True)
    for name, table in {
        "gzlug_days": by_day.reset_index(),
        "gzlug_following": estimate_following(scored),
    }.items():
        write_csv(FOLDER / f"{name}.csv", table, digits=4)


if __name__ == "__main__":
    write_tables(Path(sys.argv[1]))
