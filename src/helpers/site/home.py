"""The home page: a story in five charts, each number from the tables of answers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.claims import Answer
from helpers.claims.answer import name_kind
from helpers.claims.words import WORDS, format_number
from helpers.site import tables
from helpers.site.charts import (
    AGES,
    WRITERS,
    Chart,
    chart_answers,
    chart_pauses,
    chart_places,
    chart_silence,
    chart_writers,
    cite_chart,
    tabulate_distances,
    write_chart,
)
from helpers.site.language import Reader, of_hundred
from helpers.site.sources import shorten_source

THREE_MONTHS, YEAR = 105, 365
MANY = 10**6  # writers
WECHAT = "qiu-2016"
DIES, SIZE, LURKS, BELONGS = (
    "s0-three-month-death",
    "s0-size-10-30-best",
    "s0-lurkers-are-many",
    "s0-lurkers-still-identify",
)
LIKELY, UNLIKELY = ("very likely", "probably"), ("probably not", "very unlikely")
DEPENDS = ("depends on the kind", "depends on what counts")
FAMOUS = 1  # priority of claims that readers know


class Home:
    """The numbers and charts of the home page, in a language."""

    def __init__(self, answers: Sequence[Answer], reader: Reader) -> None:
        self.answers = {answer.claim.id: answer for answer in answers}
        self.measured = [answer for answer in answers if answer.is_measured]
        self.reader = reader
        self.pauses = tables.tabulate_pauses(self._list_direct(DIES))
        self.writers = tables.tabulate_writers()

    # numbers ------------------------------------------------------------

    def list_numbers(self) -> dict[str, str]:
        """Return every number of the page's prose, by the name that its text uses."""
        silent, year = (
            self._pause("silent for good", age) for age in (THREE_MONTHS, YEAR)
        )
        paused = self._pause("ever paused 60 days", THREE_MONTHS)
        few, many = self._band(1, 2), self._band(10, MANY)
        returns = tables.tabulate_returns("silent for")
        quiet = returns.loc[returns["silent_from"].eq(7), "again_60"]
        belonging, somewhat = self._list_belonging()
        rising, steps = tables.count_rising_steps()
        words = Counter(answer.word for answer in self.measured)
        size = self.answers[SIZE].overall
        kinds = self.answers[DIES].by_kind
        main = kinds["reading"].eq(kinds["reading"].iloc[0])
        places = kinds.loc[main & ~kinds["kind"].isin(["all", "published"]), "mean"]
        return {
            "silent": of_hundred(silent["mean"]),
            "silent_range": self.reader.bracket(silent["low"], silent["high"]),
            "paused": of_hundred(paused["mean"]),
            "paused_range": self.reader.bracket(paused["low"], paused["high"]),
            "year": of_hundred(year["mean"]),
            "year_range": self.reader.bracket(year["low"], year["high"]),
            "wechat": of_hundred(self._find_estimate(DIES, WECHAT)),
            "place_least": of_hundred(places.min()),
            "place_most": of_hundred(places.max()),
            "size": format_number(float(size["mean"]), "ratio"),
            "size_range": "–".join(
                format_number(float(size[end]), "ratio") for end in ("low", "high")
            ),
            "pause_sources": f"{silent['sources']:.0f}",
            "pause_groups": f"{silent['groups']:,.0f}",
            "few": few,
            "many": many,
            "rising": f"{rising}",
            "steps": f"{steps}",
            "lurkers": of_hundred(float(self.answers[LURKS].overall["mean"])),
            "lurkers_range": self.reader.bracket(
                *(float(self.answers[LURKS].overall[end]) for end in ("low", "high"))
            ),
            "belong": of_hundred(belonging),
            "somewhat": of_hundred(somewhat),
            "quiet": self.reader.range_of(float(quiet.min()), float(quiet.max())),
            "measured": f"{len(self.measured)}",
            "likely": f"{sum(words[word] for word in LIKELY)}",
            "unlikely": f"{sum(words[word] for word in UNLIKELY)}",
            "open": f"{words['open']}",
            "depends": f"{sum(words[word] for word in DEPENDS)}",
        }

    def _list_direct(self, claim: str) -> list[str]:
        rows = self.answers[claim].estimates
        key = self.answers[claim].claim.readings[0].key
        return [*rows.loc[rows["reading"].eq(key) & rows["role"].eq("direct"), "study"]]

    def _pause(self, reading: str, age: int) -> pd.Series[Any]:
        table = self.pauses
        return table[table["reading"].eq(reading) & table["age_days"].eq(age)].iloc[0]

    def _band(self, least: int, most: int) -> str:
        own = self.writers[self.writers["writers_from"].between(least, most)]["mean"]
        return f"{of_hundred(own.min())}–{of_hundred(own.max())}"

    def _list_belonging(self) -> list[float]:
        rows = self.answers[BELONGS].estimates
        own = rows[rows["kind"].eq("survey")].groupby("reading", sort=False)
        keys = [each.key for each in self.answers[BELONGS].claim.readings[:2]]
        return [float(own.get_group(key)["estimate"].iloc[0]) for key in keys]

    def _find_estimate(self, claim: str, study: str) -> float:
        rows = self.answers[claim].estimates
        return float(rows.loc[rows["study"].eq(study), "estimate"].iloc[0])

    def _list_famous(self) -> list[Answer]:
        return [
            answer
            for answer in self.measured
            if answer.claim.row.priority == FAMOUS
            and answer.claim.readings[0].claimed_range.numbers
        ]

    # charts ------------------------------------------------------------

    def list_charts(self) -> list[Chart]:
        """Return the five charts, with their titles and notes."""
        reader, numbers = self.reader, self.list_numbers()
        labels = {a.claim.id: a.claim.short[reader.language] for a in self.measured}
        words = {word: text[reader.language] for word, text in WORDS.items()}
        return [
            chart_pauses(
                self.pauses,
                reader(
"By day 105, {silent} of 100 groups are silent for good; "
"{paused} have begun a pause of two months"
).format_map(numbers),
                reader(
"{pause_sources} places, {pause_groups} groups that ever spoke; a pause "
"counts from its first day; bands: 95% intervals."
).format_map(numbers),
            ),
            chart_places(
                self.answers[DIES],
                reader(
"How many groups fall silent in three months depends on "
"the place"
),
                reader(
"Diamonds: kinds of places, with 95% intervals; dots: "
"sources; squares: published studies."
),
                reader,
            ),
            chart_writers(
                self.writers,
                reader(
"The more people wrote lately, the more groups still talk "
"three to five months later"
),
                reader(
"Chats still talking three to five months later, of 100; small: 95% "
"interval; empty: too few."),
            ),
            chart_silence(
                self._list_silence(),
                reader(
"Silent members are the rule, and quiet groups often speak "
"again"
),
                reader(
"Bars: 95% intervals. Members: no message in twelve "
"weeks. Groups: a message within two months."
),
            ),
            chart_answers(
                tabulate_distances(self._list_famous()), labels, words,
                reader("What the articles got right, and wrong"),
                reader(
"The articles' main claims. Blue: likely right; orange: likely "
"wrong. “Depends”: kinds or definitions disagree. Bars: 95% intervals; ●: how sure."
                ),
            ),
        ]  # fmt: skip

    def _list_silence(self) -> list[tuple[str, pd.DataFrame]]:
        reader = self.reader
        lurking = self.answers[LURKS].by_kind
        main = lurking["reading"].eq(self.answers[LURKS].claim.readings[0].key)
        members = lurking[main & ~lurking["kind"].isin(["all", "course"])]
        members = members.assign(
            label=[name_kind(kind)[reader.language] for kind in members["kind"]],
            estimate=members["mean"],
        )
        belonging = self.answers[BELONGS].estimates
        belonging = belonging[
            belonging["kind"].eq("survey") & ~belonging["reading"].str.contains("~")
        ]
        labels = {
            each.key: re.split(", of |，", each.label[reader.language])[
                -1 if reader.language == "zh" else 0
            ]
            for each in self.answers[BELONGS].claim.readings
        }
        belonging = belonging.assign(label=belonging["reading"].map(labels))
        quiet = tables.tabulate_returns("silent for")
        quiet = quiet[quiet["silent_from"].eq(7)].rename(
            columns={
                "again_60": "estimate",
                "again_60_low": "low",
                "again_60_high": "high",
            }
        )
        parts = [
            (reader("Members who write nothing"), members),
            (reader("Silent members who feel they belong"), belonging),
            (reader("Groups silent for one to four weeks that speak again"), quiet),
        ]
        return [
            (heading, self._label(rows)[["label", "estimate", "low", "high"]])
            for heading, rows in parts
            if len(rows)
        ]

    def _label(self, rows: pd.DataFrame) -> pd.DataFrame:
        if "label" in rows:
            return rows.sort_values("estimate")
        column = "study" if "study" in rows else "source"
        names = [shorten_source(name, self.reader.language) for name in rows[column]]
        return rows.assign(label=names).sort_values("estimate")

    def build(self, out: Path, files: str) -> dict[str, Any]:
        """Write the charts; return what the page's template needs."""
        charts = {}
        for chart in self.list_charts():
            charts[chart.name.removeprefix("home-")] = {
                "svg": write_chart(chart, self.reader, out),
                "title": chart.title,
                "note": chart.note,
                "cite": cite_chart(chart.name, chart.title, self.reader, files),
            }
        return {"n": self.list_numbers(), "charts": charts, "cells": self.list_cells()}

    def list_cells(self) -> list[dict[str, Any]]:
        """Return the heat map's cells, as the "your group" field looks them up."""
        cells = []
        for cell in tables.iterate_rows(self.writers):
            if cell.mean != cell.mean:
                continue
            cells.append(
                {
                    "row": [least for least, _ in WRITERS].index(
                        int(cell.writers_from)
                    ),
                    "column": [least for least, _ in AGES].index(int(cell.age_from)),
                    "mean": of_hundred(cell.mean),
                    "range": f"{of_hundred(cell.low)}–{of_hundred(cell.high)}",
                    "groups": f"{cell.groups:,.0f}",
                    "sources": int(cell.sources),
                }
            )
        return cells
