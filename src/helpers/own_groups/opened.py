"""A folder made by `shequn run`, opened in a notebook: tables, sentences, plots."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.derive.frame import select_texts
from helpers.derive.measures import DUCKDB
from helpers.errors import MissingSourceError, report_system_errors
from helpers.library.life_tables import load_life_tables
from helpers.own_groups.cards.card import Card
from helpers.own_groups.hand_labels import TONE, read_labels, read_messages
from helpers.own_groups.record import (
    STORE,
    Record,
    add_moments,
    count_replies,
    read_adjustments,
    read_record,
)
from helpers.store.exports import open_exports
from helpers.study.study import OF_A_RUN, Study, open_study
from helpers.survival.lifetimes import Lifetimes
from helpers.wording import Message, say

TEXTS, SEED = 20_000, 20240701
LEAST_TONED = 50  # messages of a month, from which its tone is shown
INSTRUMENTS = ("chat_line", "vader")
ANSWERS = [*TONE.values()]


@dataclass(frozen=True)
class Run:
    """The results of one `shequn run`."""

    folder: Path  # where the run wrote
    study: Study  # its processed tables

    @cached_property
    def lives(self) -> Lifetimes:
        """When each group fell silent, or until when it was seen alive."""
        from helpers.library.lifetimes import silence  # noqa: PLC0415 - slow to import

        return silence(self.study)

    def texts(self, most: int = TEXTS) -> pd.DataFrame:
        """Return at most so many messages with text, drawn at random, by time.

        They come from the store of the run: names in them are masked.
        """
        rows = select_texts(self.record.messages)
        if len(rows) > most:
            rng = np.random.default_rng(SEED)
            rows = rows.iloc[np.sort(rng.choice(len(rows), most, replace=False))]
        return add_moments(rows, self.study.manifest.day_offset_us)

    @report_system_errors()
    def labels(self) -> pd.DataFrame:
        """Return messages that the user labelled by tone: ``group, text, label``.

        They are in `labels.csv` of the folder, of ``shequn label``; else there is none.
        """
        if not (path := self.folder / "labels.csv").exists():
            return pd.DataFrame(columns=["group", "text", "label"])
        given = read_labels(path).query("kind == 'tone' and label in @ANSWERS")
        told = given.merge(read_messages(self.folder), on=["group", "message"])
        return told[["group", "text", "label"]]

    @cached_property
    @report_system_errors()
    def record(self) -> Record:
        """Messages that count, joins, members and reactions, by pseudonym."""
        exports, _ = open_exports(self.folder / STORE, {})
        adjust = read_adjustments((self.folder / OF_A_RUN).parent)
        return read_record(self.study, exports, adjust, DUCKDB)

    def joins(self) -> pd.DataFrame:
        """Return who joined when: ``group, person, time``."""
        return _add_times(self.record.joins)

    def reactions(self) -> pd.DataFrame:
        """Return who reacted or read when, where it is dated: ``group, person, time``.

        Reactions without a time have none in the column.
        """
        return _add_times(self.record.seen)

    def replies(self) -> pd.DataFrame:
        """Return replies by sender and recipient: ``group, sender, to, replies``.

        Column ``recorded`` says whether replies are on record; otherwise whoever
        speaks next within ten minutes counts as replying.
        """
        parts = []
        for group in self.study.table("groups")["key"]:
            counts, recorded = count_replies(self.record.within(group))
            parts.append(counts.assign(group=group, recorded=recorded))
        columns = ["group", "sender", "to", "replies", "recorded"]
        return pd.concat(parts, ignore_index=True)[columns]


def _add_times(rows: pd.DataFrame) -> pd.DataFrame:
    time = pd.to_datetime(rows["time_us"].astype("Int64"), unit="us", utc=True)
    table = rows[["group", "person"]].assign(time=time)
    return table.sort_values(["time", "group", "person"], ignore_index=True)


def open_run(folder: str | Path) -> Run:
    """Open a folder made by `shequn run`, with its tables, sentences and plots.

    Parameters
    ----------
    folder
        As given to ``-o``.

    Raises
    ------
    ShequnError
        If no run wrote there.

    Examples
    --------
    >>> open_run("nowhere")
    Traceback (most recent call last):
    helpers.errors.MissingSourceError: nowhere: no run wrote here. Hint: ...
    """
    place = Path(folder)
    if not (place / OF_A_RUN / "manifest.json").is_file():
        raise MissingSourceError(
            say("no run wrote here"),
            where=str(folder),
            remedy=say("name the folder that you gave to -o of `shequn run`"),
        )
    return Run(place, open_study((place / OF_A_RUN).resolve()))


def describe_by_age(card: Card) -> Message | None:
    """Describe how many public chat groups had fallen silent by a group's age."""
    rows = select_silent()
    reached = rows["age_days"][rows["age_days"] <= card.age_days]
    if reached.empty or card.is_cut:
        return None
    age = reached.max()
    own = rows[rows["age_days"].eq(age)]
    low, high = (round(100 * float(end)) for end in own["share"].agg(["min", "max"]))
    return say(
        "By day {age}, {low}–{high} of 100 chat groups in {n} public communities were"
        " silent for good.",
        age=age,
        low=low,
        high=high,
        n=own["source"].nunique(),
    )


@cache
def select_silent() -> pd.DataFrame:
    """Select the life tables of public chat groups that were silent for good."""
    rows = load_life_tables().groups
    return rows[
        rows["kind"].eq("chat")
        & rows["reading"].eq("silent for good")
        & rows["population"].eq("ever spoke")
        & rows["part"].eq("all")
        & rows["share"].notna()
    ]
