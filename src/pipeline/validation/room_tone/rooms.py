"""Monthly counts of negative and positive messages in public English rooms.

Texts are read from the raw corpora, scored and counted; nothing of them is kept.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import narwhals as nw
import numpy as np
import pandas as pd

from helpers.arrays import Floats, Ints
from helpers.derive.measures import DUCKDB, open_engine
from helpers.derive.tables.derive import mark_messages
from helpers.paths import PROCESSED
from helpers.records import DAY_US
from helpers.sentiment.error_draws import draw_rates
from helpers.sentiment.vader import SIDED, compute_compounds
from helpers.store.store import write_store
from helpers.study import open_study
from helpers.text.languages import detect_language
from pipeline import corpora
from pipeline.publish.build import build_terms

FOLDER = PROCESSED / "tone"
MONTH_DAYS, SILENT_DAYS = 28, 60
KEYS = ["source", "group", "month"]
LENGTHS = ("short", "middle", "long")  # up to 40 characters, up to 120, longer
# sources with English texts, the study that publishes their groups, and what it
# writes before the keys
SOURCES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"fcc_gitter": ("fcc_gitter", ""), "ncar_zulip": ("zulip_archives", "ncar/")}
)


@dataclass(frozen=True)
class Talk:
    """Messages of public rooms with their tone, and the rooms' observation."""

    messages: pd.DataFrame
    rooms: pd.DataFrame


def read_talk(raw: Path) -> Talk:
    """Read and score the messages of all English sources with text."""
    parts = [_read_source(name, *there, raw) for name, there in SOURCES.items()]
    return Talk(
        pd.concat([part.messages for part in parts], ignore_index=True),
        pd.concat([part.rooms for part in parts], ignore_index=True),
    )


def _read_source(name: str, study: str, prefix: str, raw: Path) -> Talk:
    rows = read_texts(name, raw)
    rows = rows.assign(key=prefix + rows["key"])
    rooms = open_study(study).table("groups").assign(source=name)
    rooms = rooms[rooms["key"].str.startswith(prefix)]
    numbers = rooms.set_index("key")["group"]
    rows = rows[rows["key"].isin(numbers.index)]
    rows = rows.assign(source=name, group=rows["key"].map(numbers).astype("int64"))
    member = pd.factorize(rows["sender"], sort=True)[0]
    kept = rows.assign(
        member=member, day=rows["time_us"] // DAY_US, side=_read_sides(rows["text"]),
        chars=rows["text"].str.len().astype("int64"),
    )  # fmt: skip
    kept = kept.sort_values(["group", "time_us", "file", "position"], kind="stable")
    return Talk(
        kept[["source", "group", "member", "day", "time_us", "side", "chars"]],
        rooms[["source", "group", "origin_us", "end_us"]],
    )


def read_texts(name: str, raw: Path) -> pd.DataFrame:
    """Return the messages that people wrote, by the rules of the studies."""
    with tempfile.TemporaryDirectory() as room:
        tally: Counter[str] = Counter()
        store = write_store(corpora.read(name, raw, tally), Path(room) / "store", tally)
        with open_engine(DUCKDB) as run:
            terms = build_terms(corpora.load_corpus(name))
            marked = mark_messages(run, store, terms).filter(nw.col("reason").is_null())
            texts = run.scan(*store.parts("message")).select(
                "file", "position", "text", "sender"
            )
            columns = marked.select("file", "position", "time_us", "group")
            both = columns.join(texts, on=["file", "position"], how="inner")
            rows = run.fetch(both, "file", "position")
    rows = rows.rename(columns={"group": "key"})
    rows["sender"] = rows["sender"].astype(str)
    rows["key"] = rows["key"].astype(str)
    return rows.dropna(subset=["text", "sender"])


def _read_sides(texts: pd.Series[str]) -> Floats:
    """Return −1, 0 or 1 for English messages, at VADER's own cuts; NaN for the rest."""
    english = detect_language(texts.tolist()).to_numpy(zero_copy_only=False) == "en"
    sides = np.full(len(texts), np.nan)
    compound = compute_compounds(texts[english].tolist())
    sides[english] = np.sign(compound).astype(np.int64) * (np.abs(compound) >= SIDED)
    return sides


def count_by_month(talk: Talk) -> pd.DataFrame:
    """Count each room's messages, scored and of either tone, by month of its age."""
    rows = talk.messages.merge(talk.rooms, on=["source", "group"])
    age = (rows["time_us"] - rows["origin_us"]) // DAY_US
    scored = rows["side"].notna()
    longer = np.searchsorted([40, 120], rows["chars"])  # as errors were measured
    rows = rows.assign(
        month=age // MONTH_DAYS, scored=scored,
        negative=rows["side"] == -1, positive=rows["side"] == 1,
        **{name: scored & (longer == nth) for nth, name in enumerate(LENGTHS)},
    )  # fmt: skip
    by = rows[rows["month"] >= 0].groupby(KEYS)
    counts = by[["scored", "negative", "positive", *LENGTHS]].sum()
    counts.insert(0, "messages", by.size())
    counts.insert(1, "writers", by["member"].nunique())
    return counts.astype("int64").reset_index()


def find_ends(talk: Talk) -> pd.DataFrame:
    """Find each room's first silence of 60 days, in days of its age."""
    room = ["source", "group"]
    rows = talk.messages[[*room, "day"]].drop_duplicates()
    ends = talk.rooms.assign(day=talk.rooms["end_us"] // DAY_US)[[*room, "day"]]
    days = pd.concat([rows, ends]).sort_values([*room, "day"])
    gap = -days.groupby(room)["day"].diff(-1)
    silences = days[gap > SILENT_DAYS].drop_duplicates(room)
    rooms = talk.rooms.merge(silences, "left", room)
    origin = rooms["origin_us"] // DAY_US
    silent = (rooms["day"] - origin).astype("Int64")
    seen = rooms["end_us"] // DAY_US - origin
    return rooms[room].assign(silent=silent, seen=seen)


def correct_months(
    read: Ints, lengths: Floats, rng: np.random.Generator, draws: int,
    instrument: str = "vader",
) -> Floats:  # fmt: skip
    """Correct counts of negative messages for errors of reading (Rogan, Gladen 1978).

    Limits hold the errors' uncertainty and the number of messages.
    """
    n = lengths.sum(axis=1, keepdims=True)
    rates = draw_rates("negative", rng, draws, instrument)
    hit, passed = np.tensordot(rates, lengths / n, axes=(1, 1)).swapaxes(1, 2)
    seen = read[:, None]
    drawn = rng.beta(seen + 0.5, n - seen + 0.5, (len(read), draws))
    share = np.hstack([seen / n, drawn])
    true = (share + passed - 1) / (hit + passed - 1)
    ends = np.percentile(true[:, 1:], (2.5, 97.5), axis=1).T
    return np.asarray(np.clip(np.column_stack([true[:, :1], ends]), 0, 1))
