"""Charts of the home page and of the claims' pages.

A chart is drawn for a desk and for a phone; pictures to download have title and note.
"""

from __future__ import annotations

import csv
import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.citation import read_project
from helpers.claims.answer import Answer
from helpers.claims.pooling import select_pooled
from helpers.claims.register import Claimed
from helpers.claims.words import (
    AGAINST,
    FOR,
    RELATED,
    count_marks,
    draw_marks,
    name_kind,
    order_kinds,
)
from helpers.figures.drawing import (
    BLUE,
    BODY,
    GREY,
    INK,
    LEADING,
    MARGIN,
    MM,
    NARROW,
    ORANGE,
    PALE,
    PAPER,
    SKY,
    SMALL,
    TITLE,
    VERMILION,
    WIDE,
    Drawing,
    Point,
    Shape,
    measure_width,
    wrap_text,
)
from helpers.figures.saving import write_figure
from helpers.figures.svg import SavedFigure
from helpers.files import to_csv_text
from helpers.wording import render
from pipeline.site.cards import write_lines
from pipeline.site.embedded import inline_svg
from pipeline.site.language import Reader, of_hundred
from pipeline.site.sources import cite_part, name_published, name_study, shorten_source
from pipeline.site.tables import READINGS, iterate_rows

LABELS = {True: 62.0, False: 33.0}  # mm, of rows' labels on a desk and on a phone
ROW, LINE, OVER, TICKS = 17.0, 11.0, 14.0, 13.0  # points: rows, lines, around axes
MOST_LINES = 5  # of a label
MOST_TICKS = 7
HEAD = 18.0  # points: an answer
CODES = ("study", "source")  # columns of them
FILES = (("png", "PNG"), ("svg", "SVG"), ("csv", "CSV"))  # CSVW: found by its name
SIDES = {  # colours of words: for the claim, against it; others lie between
    "very likely": BLUE, "probably": BLUE, FOR: BLUE, AGAINST: VERMILION,
    "probably not": VERMILION,
    "very unlikely": VERMILION,
}  # fmt: skip
TIMES = (0.1, 0.2, 0.5, 1, 2, 5, 10)  # the claimed number
Draw = Callable[[Drawing, float], float]  # from a height on; returns where it ends


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart of the site: words in a language, data, and how it is drawn."""

    name: str
    title: str
    note: str
    data: pd.DataFrame
    draw: Draw
    alt: str = ""
    places: tuple[str, ...] = ()  # names of sources that its data do not list
    above: str = ""  # of a claim: what it asks,
    headline: str = ""  # the answer,
    colour: str = INK  # and the side that it is on

    @property
    def words(self) -> str:
        """The alternative text."""
        return self.alt or f"{self.title.rstrip('.。')}. {self.note}"


def write_chart(chart: Chart, reader: Reader, folder: Path, page: str = "") -> str:
    """Write a chart's files; return it as HTML for a page, drawn for desk and phone."""
    parts = []
    for width, name in ((WIDE, "wide"), (NARROW, "narrow")):
        drawing = Drawing(width * MM * 72, 0)
        drawing.height = round(chart.draw(drawing, 2 * MARGIN) + MARGIN, 1)
        inlined = inline_svg(drawing.to_svg(), f"{chart.name}-{name}", chart.words)
        parts.append(f'<div class="chart-{name}">{inlined}</div>')
    drawing = frame_chart(chart)
    table = name_studies(to_csv_text(chart.data), reader)
    places = chart.places or tuple(list_places(table, reader))
    saved = SavedFigure(
        chart.name, chart.title, chart.note, chart.words, drawing.to_svg(), table,
        drawing.to_png(), places, is_stamped=True,
    )  # fmt: skip
    write_figure(saved, folder, reader.locate(page))
    return "\n".join(parts)


def frame_chart(chart: Chart) -> Drawing:
    """Draw a chart as cards are: question and answer, finding, picture, note, name."""
    drawing = Drawing(WIDE * MM * 72, 0)
    across, y = drawing.width - 2 * MARGIN, MARGIN
    for text, size, colour in (
        (chart.above, BODY, GREY), (chart.headline, HEAD, chart.colour),
        (chart.title, TITLE, INK),
    ):  # fmt: skip
        lines = wrap_text(text, across, size) if text else []
        write_lines(
            drawing, (MARGIN, y + size), lines, size, colour, is_bold=size == HEAD
        )
        y += len(lines) * size * LEADING
    y = chart.draw(drawing, y + MARGIN) + MARGIN + SMALL
    tail = wrap_text(chart.note, across, SMALL)
    write_lines(drawing, (MARGIN, y), tail, SMALL, GREY)
    y += len(tail) * SMALL * LEADING
    right = (drawing.width - MARGIN, y)
    drawing.write(right, read_project().stamp, SMALL, GREY, anchor="end")
    drawing.height = round(y + MARGIN, 1)
    return drawing


def cite_chart(
    name: str, title: str, reader: Reader, folder: str, page: str = "", *,
    english: str = "",
) -> str:  # fmt: skip
    """Return the line *cite · PNG · SVG · CSV* below a chart, as HTML.

    `english` is the folder of a PNG that is there in English only; the page's script
    draws it in the page's language.
    """
    project, address = read_project(), reader.locate(page)
    places = {ending: (folder, label) for ending, label in FILES}
    if english:
        places["png"] = (english, reader("PNG, in English"))
    drawn = f'data-stamp="{html.escape(project.stamp)}" ' if english else ""
    files = " · ".join(
        f'<a href="{where}/{name}.{ending}" {drawn * (ending == "png")}'
        f'download="shequn-evidence-{project.version}-{name}.{ending}">{label}</a>'
        for ending, (where, label) in places.items()
    )
    shown = html.escape(cite_part(f"shequn-{name}", title, reader, address))
    return (
        f'<details class="cite"><summary>{reader("cite")}</summary>'
        f'<pre tabindex="0">{shown}</pre></details>'
        f'<span class="files"> · {files}</span>'
    )


def list_places(table: str, reader: Reader) -> list[str]:
    """Return the names of the sources in a table of CSV, each once."""
    rows = csv.DictReader(io.StringIO(table))
    names = (name_study(row[column], reader) for row in rows for column in CODES
             if row.get(column))  # fmt: skip
    return [*dict.fromkeys(names)]


def name_studies(table: str, reader: Reader) -> str:
    r"""Return a table of CSV with the names of its sources next to their codes.

    >>> print(name_studies("study,n\nso_survey_2017,3\n", Reader("en")))
    study,study_name,n
    so_survey_2017,"Stack Overflow's survey of 2017: ...",3
    <BLANKLINE>
    """
    head, *rows = csv.reader(io.StringIO(table))
    at = next((head.index(name) for name in CODES if name in head), None)
    if at is None:
        return table
    named = [[*head[: at + 1], f"{head[at]}_name", *head[at + 1 :]]]
    for row in rows:
        name = name_study(row[at], reader) if row[at] else ""
        named.append([*row[: at + 1], name, *row[at + 1 :]])
    held = io.StringIO()
    csv.writer(held, lineterminator="\n").writerows(named)
    return held.getvalue()


# ---- rows of estimates ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart: label, estimate with interval, and a text at the right."""

    label: str
    at: tuple[float, float, float] | None = None
    mark: Shape = "diamond"
    colour: str = BLUE
    text: str = ""
    small: bool = False
    hollow: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Scale:
    """A horizontal scale, linear or logarithmic, with the numbers that it shows."""

    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def place(self, value: float, left: float, right: float) -> float:
        """Return the position of a value between two ends, clipped to them.

        >>> Scale(1, 100, (), log=True).place(10, 0, 50)
        25.0
        """
        low, value, high = (
            float(np.log(max(each, 1e-12)) if self.log else each)
            for each in (self.low, value, self.high)
        )
        share = min(max((value - low) / (high - low), 0.0), 1.0)
        return left + share * (right - left)


PERCENT = Scale(0, 1, tuple((n / 100, f"{n}") for n in (0, 25, 50, 75, 100)))


def fit_scale(values: Sequence[float], *, log: bool, times: int = 1) -> Scale:
    """Return a scale over the range of values, with round numbers as ticks.

    `times`: what its numbers are multiplied by, such as 100 for points.

    >>> fit_scale([0.6, 3], log=True).ticks
    ((1.0, '1'), (2.0, '2'))
    >>> fit_scale([-0.2, 0.31], log=False).ticks[0]
    (-0.2, '-0.2')
    """
    known = [v for v in values if np.isfinite(v) and (v > 0 or not log)]
    low, high = min(known), max(known)
    if log:
        low, high = low / 1.15, high * 1.15
        decades = range(int(np.floor(np.log10(low))), int(np.ceil(np.log10(high))) + 1)
        steps: tuple[int, ...] = (1, 2, 5)
        if len(decades) * len(steps) > 3 * MOST_TICKS / 2:
            steps = (1,)
        ticks = [step * 10.0**decade for decade in decades for step in steps]
    else:
        room = 0.05 * (high - low) or 1.0
        low, high = low - room, high + room
        unit = 10 ** np.floor(np.log10((high - low) / 2))
        step = next(
            unit * n for n in (1, 2, 5, 10) if (high - low) / (unit * n) < MOST_TICKS
        )
        first = int(np.ceil(low / step))
        ticks = [at * step for at in range(first, int(high / step) + 1)]
    shown = [(float(f"{tick:.6g}"), f"{times * tick:.4g}") for tick in ticks]
    held = tuple((value, text) for value, text in shown if low <= value <= high)
    return Scale(float(low), float(high), held, log)


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of estimates over one scale, with its title and the claimed limits."""

    rows: Sequence[Row]
    scale: Scale
    title: str
    claimed: Sequence[float] = ()
    whose: str = ""
    holds_from: float = float("nan")  # a shaded side
    sides: tuple[str, str] = ("", "")  # words above its ends

    def draw(self, drawing: Drawing, top: float) -> float:
        """Draw the rows from a height down, labels at the left."""
        wide = drawing.width > NARROW * MM * 72 + 1
        rows = self.rows
        labels = [_wrap_label(row, wide=wide) for row in rows]
        of_rows = zip(labels, rows, strict=True)
        lines = [line for own, row in of_rows for line in own if row.at]
        edge = [measure_width(line, SMALL) for line in lines]
        beside = [measure_width(row.text, SMALL) for row in rows if wide and row.text]
        left = MARGIN + max(edge, default=0.0) + 10
        right = drawing.width - max([*beside, 0.0]) - 14
        top += OVER
        heights = [
            max(ROW, LINE * len(lines) + 5) if row.at else ROW + 3
            for lines, row in zip(labels, rows, strict=True)
        ]
        bottom = top + fsum(heights)
        ends = self._draw_scale(drawing, (left, top, right, bottom))
        y = top
        for row, lines, height in zip(rows, labels, heights, strict=True):
            self._draw_row(
                drawing, row, lines, (left, y + height / 2, right), wide=wide
            )
            y += height
        return ends

    def _draw_scale(
        self, drawing: Drawing, box: tuple[float, float, float, float]
    ) -> float:
        left, top, right, bottom = box

        def place(value: float) -> float:
            return self.scale.place(value, left, right)

        if np.isfinite(self.holds_from):
            start = place(self.holds_from)
            drawing.fill_box((start, top), (right - start, bottom - top), PALE, 0.4)
            drawing.draw_line([(start, top), (start, bottom)], GREY, 0.8)
        for value, text in self.scale.ticks:
            x = place(value)
            drawing.draw_line([(x, top), (x, bottom)], PALE, 0.6)
            drawing.write((x, bottom + TICKS), text, colour=INK, anchor="middle")
        drawing.draw_line([(left, bottom), (right, bottom)], GREY, 0.6)
        before, after = self.sides
        drawing.write((left, top - 4), before, colour=GREY)
        drawing.write((right, top - 4), after, colour=GREY, anchor="end")
        for limit in self.claimed:
            x = place(limit)
            drawing.draw_line([(x, top), (x, bottom)], VERMILION, dash=(4, 2))
        if self.claimed:  # a text above the lines, on the side with room for it
            start, end = place(self.claimed[0]), place(self.claimed[-1])
            if end + measure_width(self.whose, SMALL) + 6 > right + 10:
                at = (start + 3, top - 4)
                drawing.write(at, self.whose, colour=VERMILION, anchor="end")
            else:
                drawing.write((end - 3, top - 4), self.whose, colour=VERMILION)
        lines = wrap_text(self.title, right - left + 10, SMALL)
        middle = (left + right) / 2
        write_lines(
            drawing, (middle, bottom + TICKS + LINE + 3), lines, SMALL, anchor="middle"
        )
        return bottom + TICKS + (LINE + 0.5) * len(lines) + 5

    def _draw_row(
        self, drawing: Drawing, row: Row, lines: Sequence[str],
        place: tuple[float, float, float], *, wide: bool,
    ) -> None:  # fmt: skip
        left, y, right = place
        if row.at is None:
            drawing.write((MARGIN, y + 3), row.label, BODY)
            return
        first = y + 3 - LINE * (len(lines) - 1) / 2
        told = _wrap_text(row, wide=wide)
        named = lines[: len(lines) - len(told)]
        write_lines(
            drawing, (left - 8, first), named, SMALL, anchor="end", href=row.href
        )
        below = (left - 8, first + LINE * len(named))
        write_lines(drawing, below, told, SMALL, GREY, anchor="end")
        mean, low, high = (
            self.scale.place(value, left, right) if np.isfinite(value) else np.nan
            for value in row.at
        )
        if np.isfinite(low) and np.isfinite(high):
            thick = 1.1 if row.small else 2.2
            drawing.draw_line([(low, y), (high, y)], row.colour, thick)
        drawing.draw_mark(
            (mean, y), row.mark, 2.2 if row.small else 3.2, row.colour,
            fill=PAPER if row.hollow else "",
        )  # fmt: skip
        if wide:
            drawing.write((right + 7, y + 3), row.text, colour=INK)


def _wrap_label(row: Row, *, wide: bool) -> list[str]:
    """Return a row's label in at most five lines; on a phone, its text below."""
    lines = wrap_text(row.label, LABELS[wide] * MM * 72, SMALL)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]
    return [*lines, *_wrap_text(row, wide=wide)]


def _wrap_text(row: Row, *, wide: bool) -> list[str]:
    """Return a row's text as lines below its label, on a phone."""
    if wide or not row.text or row.at is None:
        return []
    return wrap_text(row.text, LABELS[wide] * MM * 72, SMALL)


# ---- curves over a group's age --------------------------------------------------


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve of shares by days of age, with its band, name and colour."""

    name: str
    points: Sequence[tuple[float, float, float, float]]  # day, mean, low, high
    colour: str
    dash: tuple[float, ...] = ()
    group: str = ""

    def name_part(self, nth: int) -> str:
        """Return the id of a part of it, if it has one."""
        return f"{self.group}p{nth}" if self.group else ""


@dataclass(frozen=True, eq=False)
class Curves:
    """Curves over days, each named where it ends."""

    curves: Sequence[Curve]
    days: Sequence[float]
    titles: tuple[str, str]  # of the axes

    def draw(self, drawing: Drawing, top: float) -> float:
        """Draw the curves from a height down, each named at its end."""
        wide = drawing.width > NARROW * MM * 72 + 1
        room, tall = (96.0, 200.0) if wide else (60.0, 205.0)
        top += OVER + SMALL
        left, right, bottom = MARGIN + 22, drawing.width - room - 8, top + tall
        last = self.days[-1]

        def place(day: float, share: float) -> Point:
            return left + (right - left) * day / last, bottom - tall * share

        for share in (0, 0.25, 0.5, 0.75, 1):
            y = place(0, share)[1]
            drawing.draw_line([(left, y), (right, y)], PALE, 0.6)
            drawing.write((left - 5, y + 3), of_hundred(share), anchor="end")
        frame = [(left, top), (left, bottom), (right, bottom)]
        drawing.draw_line(frame, GREY, 0.6, group="frame")
        for day in self.days:
            x = place(day, 0)[0]
            drawing.draw_line([(x, bottom), (x, bottom + 3)], GREY, 0.6)
            drawing.write((x, bottom + TICKS), f"{day:g}", anchor="middle")
        drawing.write((MARGIN, top - SMALL), self.titles[1])
        self._draw_curves(drawing, place, room)
        middle = (left + right) / 2
        drawing.write(
            (middle, bottom + TICKS + LINE + 3), self.titles[0], anchor="middle"
        )
        return bottom + TICKS + LINE + 8

    def _draw_curves(
        self, drawing: Drawing, place: Callable[[float, float], Point], room: float
    ) -> None:
        ends: list[tuple[Point, Curve, list[str]]] = []
        for curve in self.curves:
            days, means, lows, highs = zip(*curve.points, strict=True)
            band = [*map(place, days, lows), *reversed([*map(place, days, highs)])]
            drawing.fill_area(band, curve.colour, 0.14, group=curve.name_part(0))
            line, group = [*map(place, days, means)], curve.name_part(1)
            drawing.draw_line(line, curve.colour, 2, dash=curve.dash, group=group)
            ends.append((line[-1], curve, wrap_text(curve.name, room, SMALL)))
        free = 0.0
        for (x, y), curve, lines in sorted(ends, key=lambda end: end[0][1]):
            first = max(y + 3 - LINE * (len(lines) - 1) / 2, free)
            write_lines(drawing, (x + 6, first), lines, SMALL, group=curve.name_part(2))
            free = first + LINE * len(lines) + 2


# ---- home ------------------------------------------------------------


def chart_pauses(table: pd.DataFrame, title: str, note: str, reader: Reader) -> Chart:
    """Return the chart of groups silent or paused by an age, by reading."""
    looks = ((SKY, (1.2, 1.4)), (ORANGE, (5.0, 2.0)), (BLUE, ()))
    curves = []
    for at, (reading, (colour, dash)) in enumerate(zip(READINGS, looks, strict=True)):
        own = table[table["reading"].eq(reading)].sort_values("age_days", kind="stable")
        rows = own[["age_days", "mean", "low", "high"]].to_numpy()
        points = [(0.0, 0.0, 0.0, 0.0), *map(tuple, rows)]
        name = reader.name("pause", reading)
        curves.append(Curve(name, points, colour, dash, f"reading{at}"))
    drawn = Curves(
        curves, (0, 30, 105, 182, 365),
        (reader("days since the group began"), reader("of 100 groups that ever spoke")),
    )  # fmt: skip
    return Chart("home-pauses", title, note, table, drawn.draw)


def chart_shares(
    name: str, groups: Sequence[tuple[str, pd.DataFrame]], title: str, note: str,
    reader: Reader,
) -> Chart:  # fmt: skip
    """Return a chart of shares: rows under headings."""
    rows, data = [], []
    for heading, table in groups:
        rows.append(Row(heading))
        data.append(table.assign(what=heading))
        for each in iterate_rows(table):
            at = (each.estimate, each.low, each.high)
            mark: Shape = "diamond" if each.pooled else "circle"
            ends = reader.bracket(*at[1:]) if np.isfinite(each.low) else ""
            text = f"{of_hundred(at[0])}{ends}"
            rows.append(Row(each.label, at, mark, text=text))
    drawn = Table(rows, PERCENT, reader("of 100"))
    data_shown = pd.concat(data, ignore_index=True)
    return Chart(name, title, note, data_shown, drawn.draw)


def measure_distance(value: float, claimed: Claimed) -> float:
    """Return how many times over a value fulfils a claim; below 1 it falls short.

    >>> from helpers.claims.register import Claimed
    >>> measure_distance(0.2, Claimed(0.5, float("inf")))
    0.4
    >>> measure_distance(0.1, Claimed(float("-inf"), 0.05))
    0.5
    """
    value = max(value, TIMES[0] ** 9)
    above = value / claimed.low if np.isfinite(claimed.low) else np.inf
    below = claimed.high / value if np.isfinite(claimed.high) else np.inf
    return float(min(above, below))


def tabulate_distances(answers: Sequence[Answer]) -> pd.DataFrame:
    """Return how far estimates fulfil their claims, most likely claims first.

    Where the word depends on what is meant, each meaning has a row below the first.
    """
    ordered = sorted(answers, key=lambda a: (is_related(a), -a.overall["p_claim"]))
    return pd.DataFrame(
        [
            _measure_meaning(answer, row)
            for answer in ordered
            for row in list_meanings(answer)
        ]
    )


def list_meanings(answer: Answer) -> list[pd.Series[Any]]:
    """Return the rows of an answer over all kinds: a depending one by its readings."""
    rows = answer.by_kind[answer.by_kind["kind"].eq("all")]
    rows = rows[~rows["reading"].str.contains("~")]
    own = rows[rows["word"].ne(RELATED) | (rows.index == rows.index[0])]
    shown = own if answer.word.startswith("depends") else rows.iloc[:1]
    return [row for _, row in shown.iterrows()]


def _measure_meaning(answer: Answer, row: pd.Series[Any]) -> dict[str, Any]:
    readings = {reading.key: reading for reading in answer.claim.readings}
    claimed = readings[row["reading"]].claimed_range
    ends = [measure_distance(row[end], claimed) for end in ("low", "high")]
    at = measure_distance(row["mean"], claimed)
    return {
        "claim": answer.claim.id,
        "reading": row["reading"],
        "related": is_related(answer),
        "word": row["word"],
        "certainty": row["certainty"],
        "marks": 0 if is_related(answer) else count_marks(row["certainty"]),
        "p_claim": row["p_claim"],
        "mean": row["mean"],
        "claimed": row["claimed"],
        "times": at,
        "low": min(*ends, at),
        "high": max(*ends, at),
    }


def is_related(answer: Answer) -> bool:
    """Return whether what was measured is related to the claim, and not its own."""
    return answer.word == RELATED


def chart_answers(
    table: pd.DataFrame,
    labels: Mapping[tuple[str, str], str],
    texts: Mapping[tuple[str, str], str],
    words: tuple[str, str],
    reader: Reader,
) -> Chart:
    """Return the chart of answers: how far each claim is fulfilled, and how sure.

    `labels` and `texts` of the rows are by claim and reading; `words` are title and
    note.
    """

    def draw(drawing: Drawing, top: float) -> float:
        rows, apart = [], False
        for each in iterate_rows(table):
            if each.related and not apart:
                rows.append(Row(reader("Related numbers: beside what the claim asks")))
                apart = True
            key = (each.claim, each.reading)
            marks = draw_marks(each.marks) if each.marks else ""
            word, label = f"{texts[key]} {marks}".strip(), labels[key]
            at = (each.times, each.low, each.high)
            colour = GREY if each.related else SIDES.get(each.word, GREY)
            href = f"claims/{each.claim}.html"
            rows.append(Row(label, at, "circle", colour, word, href=href))
        wide = drawing.width > NARROW * MM * 72 + 1
        times = TIMES if wide else (0.1, 1, 10)
        scale = Scale(
            TIMES[0],
            TIMES[-1],
            tuple((n, reader.multiply(f"{n:g}")) for n in times),
            log=True,
        )
        shown_table = Table(
            rows, scale, reader(
                "1× = the claimed number, or ours; to its right the claim holds"
            ),
            holds_from=1, sides=(reader("← falls short"), reader("the claim holds →")),
        )  # fmt: skip
        return shown_table.draw(drawing, top)

    return Chart("home-answers", *words, table, draw)


# ---- claims ------------------------------------------------------------


def _label_source(each: Any, reader: Reader) -> str:  # noqa: ANN401 - a row of estimates
    name = (
        name_published(each.study, each.estimate)[reader.language]
        if each.role == "published"
        else shorten_source(each.study, reader.language)
    )
    return f"{name}{reader.enclose(format(each.n, ','))}" if each.n else name


def chart_claim(answer: Answer, asked: str, told: str, reader: Reader) -> Chart:
    """Return the chart of a claim: a row per source by kind, a diamond per kind."""
    reading = answer.claim.readings[0]
    estimates = answer.main_estimates
    pooled = answer.by_kind[answer.by_kind["reading"].eq(reading.key)].set_index("kind")
    sizes = pooled["n_units"].reindex(estimates["kind"].unique()).fillna(0)
    by_size, rows = estimates.sort_values("estimate", kind="stable"), list[Row]()
    counted = {
        study
        for _, own in estimates.groupby("kind")
        for study in select_pooled(own, reading)["study"]
    }
    for kind in order_kinds(sizes):
        at: Any = None  # of a kind without a pooled mean
        if kind in pooled.index:
            at = tuple(pooled.loc[kind, ["mean", "low", "high"]])
        rows.append(Row(render(name_kind(kind), reader.language), at))
        rows += [
            Row(_label_source(each, reader),
                (each.estimate, each.low, each.high), colour=GREY, small=True,
                mark="square" if each.role == "published" else "circle",
                hollow=each.role == "published" or each.study not in counted)
            for each in iterate_rows(by_size[by_size["kind"].eq(kind)])
        ]  # fmt: skip
    of = str(answer.overall["of"])
    label = re.sub(r"\s+", " ", reading.label[reader.language])
    claimed = reading.claimed_range.numbers
    values = [value for row in rows if row.at for value in row.at]
    scale = (
        PERCENT
        if of == "share"
        else fit_scale(
            [*values, *claimed],
            log=of in {"ratio", "days", "count"},
            times=100 if answer.form == "points" else 1,
        )
    )
    drawn = Table(
        rows, scale, label + (reader(", of 100") if of == "share" else ""), claimed,
        reader("our line") if reading.ours else reader("claimed"),
    )  # fmt: skip
    return Chart(
        answer.claim.id, answer.say(reader.language), reader(
"Diamonds: kinds of places; dots: sources, with n; hollow: shown, "
"not counted; squares: published studies. Bars: 95% intervals."
),
        estimates, drawn.draw, alt=reader(
"Estimates by kind of group and source, beside the claimed "
"number."
) + " " + answer.say(reader.language),
        above=asked, headline=told, colour=SIDES.get(answer.word, INK),
    )  # fmt: skip
