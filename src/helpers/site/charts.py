"""Charts of the home page, the claims' pages and the heat map.

A chart is drawn for a desk and for a phone; pictures to download have title and note.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator

from helpers.citation import read_project
from helpers.claims import Answer
from helpers.claims.answer import name_kind
from helpers.claims.pooling import select_pooled
from helpers.claims.register import Claimed
from helpers.claims.words import KINDS, LEVELS
from helpers.figures import (
    BLUE,
    BODY,
    GREY,
    INK,
    MM,
    NARROW,
    ORANGE,
    PALE,
    PAPER,
    SKY,
    SMALL,
    VERMILION,
    WIDE,
    apply_style,
    draw_png,
    draw_svg,
    finish_svg,
    frame_figure,
    inline_svg,
    measure_width,
    settle_layout,
    wrap_text,
)
from helpers.files import to_csv_text, write_text
from helpers.site.language import Reader, of_hundred
from helpers.site.sources import shorten_source
from helpers.site.tables import READINGS, iterate_rows

MIDDLE = 112.0  # mm: legible on a desk and, a little smaller, on a phone
LABELS = {WIDE: 62.0, MIDDLE: 45.0, NARROW: 33.0}  # mm, of rows' labels
ROW, UNDER, OVER = 17.0, 36.0, 14.0  # points: a row of estimates, and around all
MOST_LINES = 5  # of a label
SIDES = {  # colours of words: for the claim, against it; others lie between
    "very likely": BLUE, "probably": BLUE,
    "probably not": VERMILION, "very unlikely": VERMILION,
}  # fmt: skip
TIMES = (0.1, 0.2, 0.5, 1, 2, 5, 10)  # the claimed number
Draw = Callable[[Axes, float, Reader], None]


@dataclass(frozen=True, eq=False)
class Chart:
    """A chart of the site: words in a language, and how it is drawn at a width."""

    name: str
    title: str
    note: str
    data: pd.DataFrame
    height: Callable[[float], float]  # of the axes in points, by width in mm
    draw: Draw
    alt: str = ""
    margins: Callable[[float], tuple[float, float, float, float]] | None = None
    widths: tuple[float, ...] = (WIDE, NARROW)

    @property
    def words(self) -> str:
        """The alternative text."""
        return self.alt or f"{self.title.rstrip('.。')}. {self.note}"


def write_chart(chart: Chart, reader: Reader, folder: Path) -> str:
    """Write a chart's files; return it as HTML for a page, drawn for desk and phone."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    with apply_style():
        for width, name in zip(chart.widths, ("wide", "narrow"), strict=False):
            figure = Figure()
            figure.set_size_inches(width * MM, chart.height(width) / 72)
            ax = figure.subplots()
            chart.draw(ax, width, reader)
            margins = chart.margins(width) if chart.margins else None
            frame_figure(figure, chart.title, chart.note, width, margins)
            if margins is None:
                settle_layout(figure)
            svg = draw_svg(figure)
            inlined = inline_svg(svg, f"{chart.name}-{name}", chart.words)
            kind = f"chart-{name}" if len(chart.widths) > 1 else "chart-only"
            parts.append(f'<div class="{kind}">{inlined}</div>')
            if name == "wide":
                write_text(
                    folder / f"{chart.name}.svg",
                    finish_svg(svg, chart.title, chart.words),
                )
                (folder / f"{chart.name}.png").write_bytes(draw_png(figure))
    write_text(folder / f"{chart.name}.csv", to_csv_text(chart.data))
    return "\n".join(parts)


def cite_chart(name: str, title: str, reader: Reader, folder: str) -> str:
    """Return the line *cite · PNG · SVG · CSV* below a chart, as HTML."""
    project, title = read_project(), title.rstrip(".。")
    bibtex = project.format_bibtex(f"shequn-{name}", title)
    shown = f"{project.format_line(title)}\n\n{bibtex}"
    links = " · ".join(
        f'<a href="{folder}/{name}.{ending}" download>{ending.upper()}</a>'
        for ending in ("png", "svg", "csv")
    )
    return (
        f'<details class="cite"><summary>{reader("cite")}</summary>'
        f'<pre tabindex="0">{html.escape(shown)}</pre></details>'
        f'<span class="files"> · {links}</span>'
    )


# ---- rows of estimates ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a chart: label, estimate with interval, further points, and a text."""

    label: str
    at: tuple[float, float, float] | None = None
    points: Sequence[float] = ()
    mark: str = "D"
    colour: str = BLUE
    text: str = ""
    small: bool = False
    hollow: bool = False


def draw_rows(ax: Axes, rows: Sequence[Row], width: float) -> None:
    """Draw rows of estimates from the top down, their labels at the left."""
    places = place_rows(rows, width)
    placed = [
        (place, row, row.at)
        for place, row in zip(places, rows, strict=True)
        if row.at is not None
    ]
    for small in (False, True):
        own = [
            (place, row.colour, at)
            for place, row, at in placed
            if row.small is small and np.isfinite(at).all()
        ]
        if own:
            heights, colours, ats = zip(*own, strict=True)
            low, high = zip(*(at[1:] for at in ats), strict=True)
            ax.hlines(heights, low, high, colors=colours, lw=1.1 if small else 2.2)
    points = [(point, place) for place, row, _ in placed for point in row.points]
    if points:
        across, down = zip(*points, strict=True)
        ax.scatter(across, down, 10, color=GREY, lw=0, zorder=3)
    _draw_marks(ax, placed)
    beside = ax.get_yaxis_transform()
    for place, row in zip(places, rows, strict=True):
        if row.at is None:
            ax.annotate(
                row.label, (0.008, place), fontsize=BODY, color=INK, va="center",
                xycoords=("figure fraction", "data"), annotation_clip=False,
            )  # fmt: skip
        elif row.text and width >= MIDDLE:
            ax.text(
                1.01,
                place,
                row.text,
                fontsize=SMALL,
                color=INK,
                va="center",
                transform=beside,
            )
    labels = ["\n".join(_wrap_label(row, width)) if row.at else "" for row in rows]
    ax.set_yticks(places, labels)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.set_ylim(sum(_list_heights(rows, width)), 0)


def _draw_marks(
    ax: Axes, placed: Sequence[tuple[float, Row, tuple[float, ...]]]
) -> None:
    for mark in sorted({row.mark for _, row, _ in placed}):
        own = [(at[0], place, row) for place, row, at in placed if row.mark == mark]
        values, places, rows = zip(*own, strict=True)
        colours = [row.colour for row in rows]
        ax.scatter(
            values, places, [18 if row.small else 38 for row in rows], marker=mark,
            facecolor=[PAPER if row.hollow else row.colour for row in rows],
            edgecolor=colours, lw=1, zorder=4,
        )  # fmt: skip


def _wrap_label(row: Row, width: float) -> list[str]:
    """Return a row's label in at most four lines."""
    lines = wrap_text(row.label, LABELS[width] * MM * 72, SMALL)
    return (
        lines
        if len(lines) <= MOST_LINES
        else [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]
    )


def _list_heights(rows: Sequence[Row], width: float) -> list[float]:
    return [
        max(ROW, 11.0 * len(_wrap_label(row, width)) + 5) if row.at else ROW + 3
        for row in rows
    ]


def place_rows(rows: Sequence[Row], width: float) -> list[float]:
    """Return the middles of rows, in points from the top."""
    heights = np.array(_list_heights(rows, width))
    return list(np.cumsum(heights) - heights / 2)


def measure_rows(rows: Sequence[Row], width: float) -> float:
    """Return the height that rows need at a width, in points."""
    return sum(_list_heights(rows, width)) + UNDER + OVER


def measure_margins(
    rows: Sequence[Row], width: float
) -> tuple[float, float, float, float]:
    """Return what rows need around their axes at a width, in points."""
    lines = [line for row in rows if row.at for line in _wrap_label(row, width)]
    left = max((measure_width(line, SMALL) for line in lines), default=0.0) + 10
    texts = [measure_width(row.text, SMALL) for row in rows] if width >= MIDDLE else []
    return left, max(texts, default=0.0) + 14, UNDER, OVER


def _set_percent(ax: Axes, label: str) -> None:
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
    ax.set_xlabel(label)
    ax.set_xticks(np.arange(0, 1.01, 0.25))
    ax.grid(visible=True, axis="x", color=PALE, lw=0.6)


def _draw_claimed(ax: Axes, number: float, text: str) -> None:
    ax.axvline(number, color=VERMILION, lw=1, ls=(0, (4, 2)))
    ax.annotate(
        text, (number, 1), (3, 2), xycoords=("data", "axes fraction"),
        textcoords="offset points", fontsize=SMALL, color=VERMILION,
    )  # fmt: skip


# ---- home ------------------------------------------------------------


def chart_pauses(table: pd.DataFrame, title: str, note: str) -> Chart:
    """Return the chart of groups silent or paused by an age, by reading."""

    def draw(ax: Axes, width: float, reader: Reader) -> None:
        colours = dict(zip(READINGS, (SKY, ORANGE, BLUE), strict=True))
        styles = dict(zip(READINGS, ((0, (1, 1.2)), (0, (5, 2)), "-"), strict=True))
        room = 92 if width == WIDE else 58
        for at, reading in enumerate(READINGS):
            own = table[table["reading"].eq(reading)].sort_values("age_days")
            x, y, low, high = (
                [0.0, *own[column]] for column in ("age_days", "mean", "low", "high")
            )
            colour = colours[reading]
            band = ax.fill_between(x, low, high, color=colour, alpha=0.16, lw=0)
            (line,) = ax.plot(x, y, color=colour, ls=styles[reading], lw=2, marker="o")
            text = ax.annotate(
                "\n".join(wrap_text(name_reading(reading, reader), room, SMALL)),
                (x[-1], y[-1]), (6, 0),
                textcoords="offset points", va="center", fontsize=SMALL, color=INK,
                annotation_clip=False,
            )  # fmt: skip
            for part, artist in enumerate((band, line, text)):
                artist.set_gid(f"reading{at}p{part}")
        ax.axvline(105, color=GREY, lw=0.8, ls=(0, (4, 2)))
        ax.annotate(
            reader("three months and a half"), (105, 1), (3, 3), color=GREY,
            xycoords=("data", "axes fraction"), textcoords="offset points",
            fontsize=SMALL,
        )  # fmt: skip
        ax.set_xlim(0, 365)
        ax.set_xticks([0, 30, 105, 182, 365])
        ax.set_ylim(0, 1)
        ax.yaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}")
        ax.set_xlabel(reader("days since the group began"))
        ax.set_ylabel(reader("of 100 groups that ever spoke"))
        ax.grid(visible=True, axis="y", color=PALE, lw=0.6)

    return Chart(
        "home-pauses", title, note, table, lambda w: 235 if w == WIDE else 250, draw
    )


def name_reading(reading: str, reader: Reader) -> str:
    """Return what a reading of a group's end is called on the site."""
    names = {
        "ever paused 30 days": reader("paused 30 days"),
        "ever paused 60 days": reader("paused 60 days"),
        "silent for good": reader("silent for good"),
    }
    return names[reading]


def chart_places(answer: Answer, title: str, note: str, reader: Reader) -> Chart:
    """Return the chart of groups silent by three months, a row per kind of place."""
    key = answer.claim.readings[0].key
    kinds = answer.by_kind[answer.by_kind["reading"].eq(key)].set_index("kind")
    estimates = answer.estimates[answer.estimates["reading"].eq(key)]
    rows, data = [], []
    for kind in sorted(kinds.index.drop("all"), key=lambda k: kinds.loc[k, "mean"]):
        mean, own = kinds.loc[kind], estimates[estimates["kind"].eq(kind)]
        at = (mean["mean"], mean["low"], mean["high"])
        mark = "s" if kind == "published" else "D"
        text = f"{of_hundred(at[0])}{reader.bracket(*at[1:])}"
        rows.append(
            Row(
                name_kind(kind)[reader.language],
                at,
                tuple(own["estimate"]),
                mark,
                text=text,
                hollow=kind == "published",
            )
        )
        data.append(own.assign(kind_mean=at[0], kind_low=at[1], kind_high=at[2]))
    claimed = answer.claim.readings[0].claimed_range.numbers

    def draw(ax: Axes, width: float, reader: Reader) -> None:
        draw_rows(ax, rows, width)
        _set_percent(ax, reader("silent by day 105, of 100 groups"))
        for number in claimed:
            _draw_claimed(ax, number, reader("claimed: more than half"))

    return Chart(
        "home-places", title, note, pd.concat(data, ignore_index=True),
        lambda w: measure_rows(rows, w) + 10, draw,
        margins=lambda w: measure_margins(rows, w),
    )  # fmt: skip


WRITERS = ((1, "1–2"), (3, "3–9"), (10, "10–29"), (30, "30+"))
AGES = (
    (0, "under 4 weeks"), (28, "4 to 12 weeks"), (92, "3 to 12 months"),
    (366, "over a year"),
)  # fmt: skip


def chart_writers(table: pd.DataFrame, title: str, note: str) -> Chart:
    """Return the heat map of survival by age of the group and recent writers."""

    def draw(ax: Axes, width: float, reader: Reader) -> None:
        low, high = np.array([233, 243, 251]), np.array([0, 90, 150])
        for cell in iterate_rows(table):
            row = [each for each, _ in WRITERS].index(int(cell.writers_from))
            column = [each for each, _ in AGES].index(int(cell.age_from))
            if not np.isfinite(cell.mean):
                continue
            part = np.clip((cell.mean - 0.25) / 0.75, 0, 1)
            shade = "#{:02x}{:02x}{:02x}".format(
                *(low + part * (high - low)).astype(int)
            )
            box = ax.bar(column, 0.94, 0.94, row - 0.47, color=shade)[0]
            box.set_gid(f"cell{row}x{column}")
            dark = part > 0.55  # noqa: PLR2004 - where white letters read better
            colour = "#fefefe" if dark else "#1b1b1b"
            ax.text(column, row + 0.08, of_hundred(cell.mean), ha="center", va="center",
                    fontsize=14, color=colour)  # fmt: skip
            ax.text(column, row - 0.3, reader.range_of(cell.low, cell.high),
                    ha="center", va="center", fontsize=SMALL, color=colour)  # fmt: skip
        ax.set_xlim(-0.5, 3.5)
        ax.set_ylim(-0.5, 3.5)
        ages = [reader(name) for _, name in AGES]
        if width == NARROW:
            ages = ["\n".join(wrap_text(name, 48, SMALL)) for name in ages]
        ax.set_xticks(range(4), ages)
        ax.set_yticks(range(4), [name for _, name in WRITERS])
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel(reader("age of the group"))
        ax.set_ylabel(reader("people who wrote in the last 28 days"))

    return Chart(
        "home-writers", title, note, table, lambda w: 245 if w == WIDE else 240, draw
    )


def chart_silence(
    groups: Sequence[tuple[str, pd.DataFrame]], title: str, note: str
) -> Chart:
    """Return the chart of silent members and quiet groups: headed rows of shares."""
    rows, data = [], []
    for heading, table in groups:
        rows.append(Row(heading))
        data.append(table.assign(what=heading))
        rows += [
            Row(each.label, (each.estimate, each.low, each.high), mark="o", colour=BLUE,
                text=of_hundred(each.estimate))
            for each in iterate_rows(table)
        ]  # fmt: skip

    def draw(ax: Axes, width: float, reader: Reader) -> None:
        draw_rows(ax, rows, width)
        _set_percent(ax, reader("of 100"))

    return Chart(
        "home-silence", title, note, pd.concat(data, ignore_index=True),
        lambda w: measure_rows(rows, w), draw,
        margins=lambda w: measure_margins(rows, w),
    )  # fmt: skip


def _clip(
    at: tuple[float, float, float], ends: tuple[float, float]
) -> tuple[float, float, float]:
    value, low, high = (min(max(number, ends[0]), ends[1]) for number in at)
    return value, low, high


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
    """Return how far estimates fulfil their claims, most likely claims first."""
    rows = []
    for answer in answers:
        claimed, main = answer.claim.readings[0].claimed_range, answer.overall
        ends = [measure_distance(main[end], claimed) for end in ("low", "high")]
        at = measure_distance(main["mean"], claimed)
        rows.append(
            {
                "claim": answer.claim.id,
                "word": answer.word,
                "certainty": answer.certainty,
                "marks": answer.marks,
                "p_claim": main["p_claim"],
                "mean": main["mean"],
                "claimed": main["claimed"],
                "times": at,
                "low": min(*ends, at),
                "high": max(*ends, at),
            }
        )
    ordered: pd.DataFrame = pd.DataFrame(rows).sort_values(
        "p_claim", ascending=False, ignore_index=True
    )
    return ordered


def chart_answers(
    table: pd.DataFrame,
    labels: dict[str, str],
    words: dict[str, str],
    title: str,
    note: str,
) -> Chart:
    """Return the chart of answers: how far each claim is fulfilled, and how sure."""

    def list_rows(width: float) -> list[Row]:
        rows = []
        for each in iterate_rows(table):
            sure = "●" * each.marks + "○" * (len(LEVELS) - each.marks)
            word, label = f"{words[each.word]} {sure}", labels[each.claim]
            at = _clip((each.times, each.low, each.high), (TIMES[0], TIMES[-1]))
            shown = label if width >= MIDDLE else f"{label} ({word})"
            colour = SIDES.get(each.word, GREY)
            rows.append(Row(shown, at, mark="o", colour=colour, text=word))
        return rows

    def draw(ax: Axes, width: float, reader: Reader) -> None:
        ax.axvspan(1, TIMES[-1], color=PALE, alpha=0.4, lw=0)
        draw_rows(ax, list_rows(width), width)
        ax.axvline(1, color=GREY, lw=0.8)
        ax.set_xscale("log")
        ax.set_xlim(TIMES[0], TIMES[-1])
        times = TIMES if width == WIDE else (0.1, 1, 10)
        ax.set_xticks(times, [f"{number:g}×" for number in times])
        ax.minorticks_off()
        ax.set_xlabel(reader("times the claimed number (“less than” turned round)"))
        for at, text, aside in (
            (0.0, reader("← falls short"), "left"),
            (1.0, reader("the claim holds →"), "right"),
        ):
            ax.annotate(
                text, (at, 1), (0, 5), fontsize=SMALL, color=GREY, ha=aside,
                xycoords="axes fraction", textcoords="offset points",
            )  # fmt: skip

    return Chart(
        "home-answers",
        title,
        note,
        table,
        lambda w: measure_rows(list_rows(w), w) + 22,
        draw,
        margins=lambda w: measure_margins(list_rows(w), w),
    )


# ---- claims ------------------------------------------------------------


def _label_source(each: Any, reader: Reader) -> str:  # noqa: ANN401 - a row of estimates
    name = shorten_source(each.study, reader.language)
    return f"{name} ({each.n:,})" if each.n else name


def chart_claim(answer: Answer, reader: Reader) -> Chart:
    """Return the chart of a claim: a row per source by kind, a diamond per kind."""
    reading = answer.claim.readings[0]
    estimates = answer.estimates[answer.estimates["reading"].eq(reading.key)]
    pooled = answer.by_kind[answer.by_kind["reading"].eq(reading.key)].set_index("kind")
    order = sorted(
        (kind for kind in KINDS if kind in pooled.index),
        key=lambda kind: (kind == "published", -float(pooled["n_units"][kind])),
    )
    by_size, rows = estimates.sort_values("estimate"), list[Row]()
    counted = {
        study
        for _, own in estimates.groupby("kind")
        for study in select_pooled(own)["study"]
    }
    for kind in order:
        mean: Any = pooled.loc[kind]
        rows.append(
            Row(
                name_kind(kind)[reader.language],
                (mean["mean"], mean["low"], mean["high"]),
            )
        )
        rows += [
            Row(_label_source(each, reader),
                (each.estimate, each.low, each.high), colour=GREY, small=True,
                mark="s" if each.role == "published" else "o",
                hollow=each.role == "published" or each.study not in counted)
            for each in iterate_rows(by_size[by_size["kind"].eq(kind)])
        ]  # fmt: skip
    of = str(answer.overall["of"])

    def draw(ax: Axes, width: float, reader: Reader) -> None:
        draw_rows(ax, rows, width)
        label = re.sub(r"\s+", " ", reading.label[reader.language])
        across = 70 * MM * 72
        if of == "share":
            percent = wrap_text(f"{label}{reader(', of 100')}", across, SMALL)
            _set_percent(ax, "\n".join(percent))
        else:
            if of in {"ratio", "days", "count"}:
                ax.set_xscale("log")
                ax.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5), numticks=8))
                ax.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
                ax.xaxis.set_minor_formatter(lambda *_: "")
            ax.set_xlabel("\n".join(wrap_text(label, across, SMALL)))
            ax.grid(visible=True, axis="x", color=PALE, lw=0.6)
        for number in reading.claimed_range.numbers:
            ours = reader("our line") if reading.ours else reader("claimed")
            _draw_claimed(ax, number, ours)

    return Chart(
        answer.claim.id, answer.say(reader.language), reader(
"Diamonds: kinds of places; dots: sources, with n; hollow: shown, "
"not counted; squares: published studies. Bars: 95% intervals."
),
        estimates, lambda w: measure_rows(rows, w) + 10, draw,
        margins=lambda w: measure_margins(rows, w), widths=(MIDDLE,), alt=reader(
"Estimates by kind of group and source, beside the claimed "
"number."
) + " " + answer.say(reader.language),
    )  # fmt: skip
