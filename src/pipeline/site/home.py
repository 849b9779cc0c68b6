"""The home page: your group first, then five charts; each number is from a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from helpers.claims.answer import Answer
from helpers.claims.pool import pool_rows
from helpers.claims.words import (
    AGAINST,
    FOR,
    WORDS,
    format_number,
    name_kind,
    name_kinds,
)
from helpers.forecast import predict_silence
from helpers.wording import render
from pipeline.site import tables
from pipeline.site.answers import format_bars
from pipeline.site.charts import (
    Chart,
    chart_answers,
    chart_pauses,
    chart_shares,
    cite_chart,
    is_related,
    list_meanings,
    tabulate_distances,
    write_chart,
)
from pipeline.site.follow_up import (
    WECHAT,
    chart_forecast,
    chart_forty,
    find_left_out,
    list_facts,
    list_first_month,
    list_followed,
    select_follow_up,
    tabulate_forecast,
)
from pipeline.site.language import Reader, of_hundred
from pipeline.site.sources import describe_reference, name_study

THREE_MONTHS, YEAR = 105, 365
DIES, FAILS, LURKS, BELONGS = (
    "s0-three-month-death",
    "s1-over-90-fail",
    "s0-lurkers-are-many",
    "s0-lurkers-still-identify",
)
LIKELY = ("very likely", "probably", "near", FOR)
UNLIKELY = (AGAINST, "probably not", "very unlikely")
ASKED = ("one count", "a poll")  # on WeChat
# age, days since the last message, messages and writers of the last 28 days
ALONE, SIX = (28, 27, 1, 1), (28, 2, 20, 6)
MOST_KINDS = 2  # of places, that are named
FEWEST = 2  # places of a kind that home shows
FAMOUS = 1  # priority of claims that readers know


class Home:
    """The numbers and charts of the home page, in a language."""

    def __init__(self, answers: Sequence[Answer], reader: Reader) -> None:
        self.answers = {answer.claim.id: answer for answer in answers}
        self.measured = [answer for answer in answers if answer.is_measured]
        self.reader = reader
        self.pauses = tables.tabulate_pauses(self._list_direct(DIES))
        self.forecast = tabulate_forecast()
        self.followed = select_follow_up()

    # numbers ------------------------------------------------------------

    def list_numbers(self) -> dict[str, str]:
        """Return every number of the page's prose, by the name that its text uses."""
        silent = self._pause("silent for good", THREE_MONTHS)
        lurks = self.answers[LURKS].overall
        pooled = {
            "silent": silent,
            "year": self._pause("silent for good", YEAR),
            "paused": self._pause("ever paused 60 days", THREE_MONTHS),
            "quiet": self._pause("ever paused 30 days", THREE_MONTHS),
            "lurkers": lurks,
            "chats": self._find_row(LURKS, lurks["reading"], "chat"),
            "quiet_first": self._find_row(LURKS, f"{lurks['reading']}~1"),
            "belong": self._find_row(BELONGS, "clearly"),
            "somewhat": self._find_row(BELONGS, "somewhat"),
        }
        numbers = {}
        for name, row in pooled.items():
            numbers[name] = of_hundred(float(row["mean"]))
            numbers[f"{name}_range"] = self.reader.bracket(row["low"], row["high"])
            numbers[f"{name}_groups"] = f"{row.get('groups', 0):,.0f}"
        told = [answer for answer in self.measured if not is_related(answer)]
        words = Counter(answer.word for answer in told)
        there = Counter(kind for a in told for kind in a.overall["kinds"].split())
        most = [kind for kind, _ in there.most_common(MOST_KINDS)]
        kinds = name_kinds(" ".join(most))
        ends = self.reader.range_of(*pooled["belong"][["low", "high"]])
        return numbers | {
            "belong_such": self.reader(" ({ends} in such places)", ends=ends),
            "bars": format_bars(self.answers[FAILS], self.reader).removesuffix("%"),
            "pause_sources": f"{silent['sources']:.0f}",
            "year_places": f"{pooled['year']['sources']:.0f}",
            "claims": f"{len(self.answers)}",
            "measured": f"{len(self.measured)}",
            "told": f"{len(told)}",
            "likely": f"{sum(words[word] for word in LIKELY)}",
            "unlikely": f"{sum(words[word] for word in UNLIKELY)}",
            "weakly_likely": f"{words[FOR]}",
            "weakly_unlikely": f"{words[AGAINST]}",
            "open": f"{words['open']}",
            "depends": f"{sum(n for word, n in words.items() if 'depends' in word)}",
            "related": f"{len(self.measured) - len(told)}",
            "asked": f"{sum(a.on_wechat.startswith(ASKED) for a in told)}",
            "kinds": render(kinds, self.reader.language),
            **list_followed(self.reader),
            **list_first_month(self.reader),
            **self._list_foretold(),
        }

    def _list_foretold(self) -> dict[str, str]:
        """Return how the forecast did, and the two shares that open the page."""
        left_out, places = find_left_out()
        told = (predict_silence(*each)[:3] for each in (ALONE, SIX))
        alone, six = (of_hundred(x) + self.reader.bracket(*ends) for x, *ends in told)
        return {
            "better": f"{left_out['better_in']:.0f}",
            "holds": f"{left_out['holds']:.0f}",
            "places": f"{places}",
            "alone": alone,
            "six": six,
        }

    def _list_direct(self, claim: str) -> list[str]:
        rows = self.answers[claim].estimates
        key = self.answers[claim].claim.readings[0].key
        return [*rows.loc[rows["reading"].eq(key) & rows["role"].eq("direct"), "study"]]

    def _pause(self, reading: str, age: int) -> pd.Series[Any]:
        table = self.pauses
        return table[table["reading"].eq(reading) & table["age_days"].eq(age)].iloc[0]

    def _find_row(self, claim: str, key: str, kind: str = "all") -> pd.Series[Any]:
        """Return a claim's number by its reading and a kind of place."""
        rows = self.answers[claim].by_kind
        return rows[rows["reading"].eq(key) & rows["kind"].eq(kind)].iloc[0]

    def _list_famous(self) -> list[Answer]:
        return [
            answer
            for answer in self.measured
            if answer.claim.row.priority == FAMOUS
            and answer.claim.readings[0].claimed_range.numbers
        ]

    # charts ------------------------------------------------------------

    def list_charts(self) -> Iterator[Chart]:
        """Yield the charts of home and of *your group*, with titles and notes."""
        reader, numbers = self.reader, self.list_numbers()
        yield chart_forecast(
            self.forecast,
            reader(
"Of 100 chat groups 120 days old with three writers, {a} stay silent for two months if "
"the last message was three days ago, {b} if it was twenty",
**dict(zip("ab", self._list_told(3, 20), strict=True)),
            ),
            reader(
"Chat groups 120 days old. Lines: writers in the last 28 days; bands: range in an "
"unseen community."
            ),
            reader,
        )  # fmt: skip
        yield from self._chart_lives()
        yield chart_shares(
            "home-silence", list(self._list_silence()),
            reader(
"{lurkers}{lurkers_range} of 100 members who stayed in chats and question sites "
"wrote nothing in their first twelve weeks; of 100 silent people in two surveys "
"{somewhat}{somewhat_range} feel at least somewhat like members, in one {belong}"
"{belong_such} clearly"
            ).format_map(numbers),
            reader("Bars: 95% intervals; mailing lists, working groups: lower bounds."),
            reader,
        )  # fmt: skip
        yield chart_answers(
            tabulate_distances(self._list_famous()), *self._name_meanings(),
            (
                reader(
"What the articles got right, and wrong, mostly in {kinds} (bars: 95% intervals)"
                ).format_map(numbers),
                reader(
"{shown} answers. Blue: likely right; orange: likely wrong, in the places measured; "
"grey: rest. Bars: 95% intervals; ●: how sure.",
shown=len(self._list_famous()),
                ),
            ),
            reader,
        )  # fmt: skip

    def _chart_lives(self) -> Iterator[Chart]:
        """Yield the charts of what a window shows, and of silence and pauses by age."""
        reader, numbers = self.reader, self.list_numbers()
        yield chart_forty(
            (pool_rows(self.followed, "earnest").mean,
             pool_rows(self.followed, "again").mean),
            reader(
"{again}{again_range} of 100 groups without a message in days 31–34 had spoken again "
"by day 200: mean of {followed} chats, drawn as forty groups"
            ).format_map(numbers),
            reader("In earnest: ten messages, two people on a day."),
            reader,
        )  # fmt: skip
        yield chart_pauses(
            self.pauses,
            reader(
"In {pause_sources} open communities, {silent}{silent_range} of 100 groups that spoke "
"were silent for good by day 105; {paused}{paused_range} had begun a pause of two "
"months"
            ).format_map(numbers),
            reader(
"{silent_groups} groups; pauses: {paused_groups}, {quiet_groups}, from their start; "
"bands: 95%."
            ).format_map(numbers),
            reader,
        )  # fmt: skip

    def _list_told(self, *days: int) -> list[str]:
        rows = self.forecast[self.forecast["writers"].eq(3)]
        told = rows.set_index("days_since").loc[[*days]].to_numpy()
        return [of_hundred(x) + self.reader.bracket(*ends) for _, x, *ends in told]

    def _name_meanings(
        self,
    ) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str]]:
        """Return labels and words of the famous answers, by claim and reading."""
        labels, texts = {}, {}
        for answer in self._list_famous():
            rows = list_meanings(answer)
            for at, row in enumerate(rows):
                key = answer.claim.id, row["reading"]
                labels[key] = self._name_meaning(answer, at, of=len(rows))
                related = is_related(answer)  # a heading says so
                word = (
                    "" if related else render(WORDS[row["word"]], self.reader.language)
                )
                told = format_number(float(row["mean"]), str(row["of"]))
                bars = told if at else format_bars(answer, self.reader)
                texts[key] = (
                    self.reader("{word}: {bars}", word=word, bars=bars)
                    if bars
                    else word
                )
        return labels, texts

    def _name_meaning(self, answer: Answer, at: int, of: int) -> str:
        """Name a claim; where it has several meanings, also the one of a row."""
        claim = answer.claim.short[self.reader.language]
        if of == 1:
            return claim
        label = answer.claim.readings[at].label[self.reader.language]
        meaning = label.split(self.reader(": "))[0]
        return f"– {meaning}" if at else f"{claim} – {meaning}"

    def _list_silence(self) -> Iterator[tuple[str, pd.DataFrame]]:
        reader, lurks = self.reader, self.answers[LURKS]
        rows = lurks.by_kind.rename(columns={"mean": "estimate"})
        shown = rows["n_sources"].ge(FEWEST) & rows["kind"].ne("published")  # asked
        rows = rows[rows["reading"].eq(lurks.claim.readings[0].key) & shown]
        rows = rows.sort_values("estimate", kind="stable").assign(pooled=True)
        names = [
            reader("chats and question sites together") if kind == "all"
            else render(name_kind(kind), reader.language) for kind in rows["kind"]
        ]  # fmt: skip
        rows = rows.assign(label=names)
        columns = ["label", "estimate", "low", "high", "pooled"]
        yield reader("Members who stayed and write nothing"), rows[columns]
        silent, clear, rather = (
            reader("silent members"), reader("clearly"), reader("at least somewhat")
        )  # fmt: skip
        found = {
            "clearly~2": f"{reader('those who write')}{reader(', ')}{clear}",
            "clearly": f"{silent}{reader(', ')}{clear}",
            "somewhat": f"{silent}{reader(', ')}{rather}",
        }
        said = [self._find_row(BELONGS, key) for key in found]
        told = pd.DataFrame(said)[["mean", "low", "high"]].assign(pooled=True)
        told = told.rename(columns={"mean": "estimate"}).assign(label=[*found.values()])
        yield reader("Members who feel that they belong, in surveys"), told

    def build(self, out: Path, files: str) -> dict[str, Any]:
        """Write the charts; return what the page's template needs."""
        charts, places = {}, self._list_places()
        for drawn in self.list_charts():
            short = drawn.name.removeprefix("home-")
            page = f"index.html#{short}"
            chart = replace(drawn, places=places.get(short, ()))
            charts[short] = {
                "svg": write_chart(chart, self.reader, out, page),
                "title": chart.title,
                "note": chart.note,
                "cite": cite_chart(chart.name, chart.title, self.reader, files, page),
            }
        return {
            "n": self.list_numbers(),
            "charts": charts,
            "references": [describe_reference(WECHAT, self.reader)],
            "own": list_facts(self.reader)
            | {"quiet_first": self.list_numbers()["quiet_first"]},
        }

    def _list_places(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the sources behind the charts that show their mean."""
        studies: dict[str, Iterable[Any]] = {
            "pauses": self._list_direct(DIES),
            "forecast": tables.read_tables().first_month["place"].dropna(),
            "forty": self.followed["source"],
            "silence": [
                *self.answers[LURKS].estimates["study"],
                *self.answers[BELONGS].estimates["study"],
            ],
        }
        return {
            chart: tuple(
                dict.fromkeys(name_study(str(study), self.reader) for study in own)
            )
            for chart, own in studies.items()
        }
