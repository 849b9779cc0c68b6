"""All sources of a chapter in one picture: a panel a claim, a row a source."""

from __future__ import annotations

from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator, PercentFormatter
from seaborn import objects as so

from helpers.claims import claim, parse
from helpers.claims.rules.interval_rules import All, Beyond, Effect
from helpers.figures import show
from helpers.figures.lettering import shorten, wrap
from helpers.figures.style import BLUE, GREY, INK, SMALL, VERMILION
from helpers.notebooks.chapter import is_share, plain_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from helpers.figures import SavedFigure
    from helpers.study import Study

__all__ = ["deciding_line", "forest"]

ROW, HEAD = 0.19, 0.52  # inches of a row, and of a panel's words
ACROSS, NAMES = 300.0, 150.0  # points of a panel's title, and of a source's name
LOOKS = {
    "fits": (BLUE, "o"),
    "does not hold": (VERMILION, "X"),
    "true, but smaller": (INK, "v"),
    "not settled": (GREY, "D"),
    "shaky": (GREY, "P"),
}
NARROW, FINE = (1.0, 1.2, 1.5, 2.0, 3.0, 5.0, 7.0, 8.0, 9.0), 5.0  # ticks of a ratio
WIDEST = 100.0  # a ratio's axis ends here, whatever its interval does


def forest(
    answers: pd.DataFrame,
    studies: Sequence[Study],
    figure_id: str,
    *,
    title: str,
    zh: str,
) -> SavedFigure:
    """Draw every answer of a chapter with its interval, by claim and source.

    The tinted side is the claim's; a dotted line is no effect.

    Parameters
    ----------
    answers
        As `helpers.notebooks.answers_of` returns it; at least one row.
    title, zh
        The finding, in both languages.
    """
    names = list(dict.fromkeys(answers["claim"]))
    sizes = [int((answers["claim"] == name).sum()) for name in names]
    figure, panels = plt.subplots(
        len(names),
        figsize=(7.2, sum(sizes) * ROW + len(names) * HEAD),
        height_ratios=[size + 1 for size in sizes],
        squeeze=False,
    )
    for axes, name in zip(panels[:, 0], names, strict=True):
        _panel(axes, answers[answers["claim"] == name])
    drawn = [s for s in studies if s.name in set(answers["study"])]
    words = {_title(claim(n).en): _title(claim(n).zh) for n in names}
    words |= {_source(s.manifest.title_en): _source(s.manifest.title_zh) for s in drawn}
    return show(
        figure,
        figure_id,
        data=answers.drop(columns="why"),
        title=title,
        zh=zh,
        studies=drawn,
        claims=names,
        words=words,
    )


def _panel(axes: Axes, rows: pd.DataFrame) -> None:
    name = str(rows["claim"].iloc[0])
    shares = is_share(name)
    rows = rows.assign(source=rows["source"].map(_source), line=np.arange(len(rows)))
    plot = so.Plot(rows, x="estimate", y="line", color="answer", marker="answer")
    colours, markers = ({a: look[i] for a, look in LOOKS.items()} for i in (0, 1))
    plot = plot.add(so.Range(), orient="y", xmin="low", xmax="high", legend=False)
    plot = plot.add(so.Dot(pointsize=5), legend=False)
    plot = plot.scale(color=so.Nominal(colours), marker=so.Nominal(markers))
    plot.on(axes).plot()
    (_share_axis if shares else _ratio_axis)(axes, rows)
    axes.set_yticks(rows["line"], rows["source"])
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="", ylabel="")
    axes.set_title(_title(claim(name).en))
    for line, answer in zip(rows["line"], rows["answer"], strict=True):
        place = (1.02, line)
        axes.annotate(
            answer, place, xycoords=axes.get_yaxis_transform(), va="center",
            color=LOOKS[answer][0], annotation_clip=False,
        )  # fmt: skip
    _claimed(axes, name)


def _share_axis(axes: Axes, rows: pd.DataFrame) -> None:
    inside = rows["low"].ge(0).all() and rows["high"].le(1).all()
    if inside:
        axes.set_xlim(0, 1)
        axes.xaxis.set_major_formatter(PercentFormatter(1))


def _ratio_axis(axes: Axes, rows: pd.DataFrame) -> None:
    if not rows["low"].gt(0).all():
        return  # a difference
    axes.set_xscale("log")
    low, high = rows["low"].min() / 1.2, min(rows["high"].max(), WIDEST) * 1.2
    axes.set_xlim(min(low, 1 / 1.5), max(high, 1.5))
    subs = NARROW if high / low < FINE else (1.0, 2.0, 5.0)
    axes.xaxis.set_major_locator(LogLocator(subs=subs))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_locator(NullLocator())


def _claimed(axes: Axes, name: str) -> None:
    """Tint the side of the axis that the claim speaks of, and mark no effect."""
    if axes.get_xscale() == "log":
        axes.axvline(1.0, color=GREY, lw=0.8, ls=":", zorder=0)
    found = deciding_line(name)
    if found is None:
        return
    value, above = found
    low, high = axes.get_xlim()
    side = (value, max(high, value)) if above else (min(low, value), value)
    axes.axvspan(*side, color=BLUE, alpha=0.08, lw=0, zorder=0)
    axes.set_xlim(min(low, value), max(high, value))


def deciding_line(claim_id: str) -> tuple[float, bool] | None:
    """Return the number that decides a claim's first leg, and whether it says more.

    >>> deciding_line("s0-three-month-death"), deciding_line("s0-novelty-decay")
    ((0.5, True), (0.5, False))
    """
    if not (template := claim(claim_id).template):
        return None
    rule = parse(template)
    leg = rule.rules[0] if isinstance(rule, All) else rule
    if isinstance(leg, Effect):
        return leg.margin, leg.sign > 0
    return (leg.threshold, leg.sign > 0) if isinstance(leg, Beyond) else None


def _title(text: str) -> str:
    return "\n".join(wrap(text.replace("’", "'"), ACROSS, SMALL))


def _source(title: str) -> str:
    return shorten(plain_name(title), NAMES, SMALL)
