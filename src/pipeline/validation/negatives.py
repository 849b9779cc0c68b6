"""Negative messages of rooms: `python -m pipeline.validation.negatives RAW`.

It needs the environment of `make instruments`. What is read, and how the learner was
chosen: docs/decisions/2026-11-29-which-instrument-hears-negatives.md.
"""

import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.arrays import Bools
from helpers.files import write_csv
from helpers.records import DAY_US
from helpers.sentiment import vader
from helpers.sentiment.error_draws import LEARNER
from helpers.study import open_study
from helpers.text.languages import detect_language
from pipeline.validation.instruments import ask_learners, read_english_sets
from pipeline.validation.room_tone.questions import (
    LEAST_SCORED,
    SEED,
    Estimate,
    add_corrected,
    estimate_hazards,
    estimate_last_months,
    select_months,
)
from pipeline.validation.room_tone.rooms import (
    FOLDER,
    LENGTHS,
    MONTH_DAYS,
    SOURCES,
    read_texts,
)

SOURCE = "fcc_gitter"
SAMPLED = 10  # messages of a room and month, by lot
KEYS = ["source", "group", "month"]
CORRECTED = ("share", "low", "high")


def sample_messages(raw: Path) -> pd.DataFrame:
    """Sample English messages per room and month."""
    study, prefix = SOURCES[SOURCE]
    groups = open_study(study).table("groups")
    rows = read_texts(SOURCE, raw)
    rows["group"] = (prefix + rows["key"]).map(groups.set_index("key")["group"])
    rows = rows.dropna(subset="group").astype({"group": "int64"})
    order = ["group", "time_us", "file", "position"]
    rows = rows.sort_values(order, kind="stable").assign(source=SOURCE)
    origin = rows["group"].map(groups.set_index("group")["origin_us"])
    rows["month"] = (rows["time_us"] - origin) // DAY_US // MONTH_DAYS
    english = detect_language(rows["text"].tolist()).to_numpy(zero_copy_only=False)
    rows = rows[(english == "en") & (rows["month"] >= 0)]
    rows = rows[rows.groupby(KEYS)["text"].transform("size") >= LEAST_SCORED]
    lot = pd.Series(np.random.default_rng(SEED).random(len(rows)), rows.index)
    drawn = lot.groupby([rows[key] for key in KEYS]).rank() <= SAMPLED
    sample: pd.DataFrame = rows.loc[drawn, [*KEYS, "text"]].reset_index(drop=True)
    return sample


def read_negatives(corpora: Path, texts: list[str]) -> Bools:
    """Classify texts as negative by the learner fitted to all labelled sets."""
    sets = [each.as_row() for each in read_english_sets(corpora)]
    rooms = {"texts": texts, "vader": vader.compute_compounds(texts).tolist()}
    asked = {"sets": sets, "instrument": LEARNER, "rooms": rooms}
    return np.array(ask_learners(asked)) >= 0


def count_by_month(sample: pd.DataFrame, negative: Bools) -> pd.DataFrame:
    """Count sampled and negative messages by month, with corrected shares."""
    longer = np.searchsorted([40, 120], sample["text"].str.len())
    read = sample[KEYS].assign(
        scored=1, negative=negative,
        **{name: longer == nth for nth, name in enumerate(LENGTHS)},
    )  # fmt: skip
    counts = read.groupby(KEYS).sum().astype("int64").reset_index()
    return add_corrected(counts, CORRECTED, LEARNER)


def write_estimates(sample: pd.DataFrame, negative: Bools, folder: Path) -> None:
    """Write counts by month, the event study and the hazards as CSV."""
    counts = count_by_month(sample, negative)
    known = pd.read_csv(folder / "rooms_by_month.csv")[[*KEYS, "writers"]]
    by_month = counts.merge(known, on=KEYS).assign(positive=0)
    months = select_months(by_month, pd.read_csv(folder / "rooms.csv"))
    tables: dict[str, pd.DataFrame | list[Estimate]] = {
        "negatives_by_month": counts,
        "negatives_event_study": estimate_last_months(months, LEARNER),
        "negatives_hazard": estimate_hazards(months, LEARNER),
    }
    for name, table in tables.items():
        rows = table if isinstance(table, pd.DataFrame) else [*map(asdict, table)]
        write_csv(folder / f"{name}.csv", pd.DataFrame(rows), digits=4)


if __name__ == "__main__":
    given = Path(sys.argv[1])
    sampled = sample_messages(given)
    write_estimates(sampled, read_negatives(given, sampled["text"].tolist()), FOLDER)
