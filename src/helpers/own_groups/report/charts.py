"""Charts of own groups: drawn for a desk and a phone, in both languages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape
from math import cos, pi, sin
from typing import NamedTuple
from unicodedata import combining

from helpers.figures.drawing import (
    BLUE,
    GREY,
    INK,
    MM,
    NARROW,
    ORANGE,
    PALE,
    SMALL,
    WIDE,
    Drawing,
    Point,
    name_colours,
)
from helpers.own_groups.cards.card import Card
from helpers.own_groups.cards.counts import WEEK
from helpers.wording import render, say
from helpers.wording.messages import LANGUAGES, Language
from helpers.wording.terminal import count_columns

HEIGHT, LOW = 170.0, 58.0  # points: of a chart, and of a strip of weeks
LEFT, TOP, BELOW = 28.0, 10.0, 30.0  # around what is drawn
APART = 1.25 * SMALL  # between labels
MOST_NODES, BENDS = 12, 12
UPRIGHT = 0.3  # sine of the angle, below which a name stands above or below
ZWJ = "\u200d"
JOINING = {ZWJ, "\ufe0f", *map(chr, range(0x1F3FB, 0x1F400))}  # joiner, style, skins
Draw = Callable[[float, Language], Drawing]  # by width in points


class Band(NamedTuple):
    """A range by age."""

    ages: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def show_chart(title: str, draw: Draw) -> str:
    """Return a chart as HTML: for a desk and a phone, in English and Chinese."""
    alternatives = [render(title, language) for language in LANGUAGES]
    parts = []
    for millimetres, name in ((WIDE, "wide"), (NARROW, "narrow")):
        drawn = [draw(millimetres * MM * 72, language) for language in LANGUAGES]
        is_one = drawn[0] == drawn[1]
        svgs = [name_colours(one.to_svg()) for one in drawn[: 2 - is_one]]
        parts += [f'<div class="chart-{name}">']
        if is_one:
            parts += [_name(svgs[0], " · ".join(alternatives)), "</div>"]
            continue
        for language, svg, alt in zip(LANGUAGES, svgs, alternatives, strict=True):
            parts.append(f'<div lang="{language}">{_name(svg, alt)}</div>')
        parts.append("</div>")
    return "".join(parts)


def _name(svg: str, alt: str) -> str:
    """Give a picture its alternative text, and the width of the page."""
    _, _, rest = svg.partition("viewBox")
    label = escape(alt, quote=True)
    return f'<svg class="chart" role="img" aria-label="{label}" viewBox{rest}'


def draw_curve(
    steps: Sequence[tuple[float, float]],
    band: Band | None,
    ticks: Sequence[int],
    labels: Mapping[str, str],
) -> str:
    """Draw the share of groups still alive by age, with the range of other places.

    `steps`: ages and shares from which on they hold; `labels`: ``title, own, band, x``.
    """

    def draw(width: float, language: Language) -> Drawing:
        drawing, most, right = Drawing(width, HEIGHT), float(ticks[-1]), 58.0

        def at(age: float, share: float) -> Point:
            across, down = width - LEFT - right, HEIGHT - TOP - BELOW
            return LEFT + across * min(age, most) / most, TOP + down * (1 - share)

        _rule_shares(drawing, (0.0, 0.25, 0.5, 0.75, 1.0), most, at)
        for tick in ticks:
            place = (at(tick, 0)[0], HEIGHT - BELOW + 11)
            drawing.write(place, str(tick), SMALL, GREY, anchor="middle")
        ends = [(labels["own"], _draw_steps(drawing, steps, most, at))]
        if band is not None:
            upper = [at(*pair) for pair in zip(band.ages, band.high, strict=True)]
            lower = [at(*pair) for pair in zip(band.ages, band.low, strict=True)]
            drawing.fill_area([*upper, *reversed(lower)], BLUE, 0.16)
            ends.append((labels["band"], (upper[-1][1] + lower[-1][1]) / 2))
        ends.sort(key=lambda end: end[1])
        floor = 0.0
        for text, y in ends:
            floor = max(y + 3, floor + APART)
            place = (width - right + 4, floor)
            drawing.write(place, render(text, language), SMALL, GREY)
        drawing.write((LEFT, HEIGHT - 4), render(labels["x"], language), SMALL, GREY)
        return drawing

    return show_chart(labels["title"], draw)


def _rule_shares(
    drawing: Drawing,
    shares: Iterable[float],
    most: float,
    at: Callable[[float, float], Point],
) -> None:
    """Draw a pale line across at each share, with its number before it."""
    for share in shares:
        start, end = at(0, share), at(most, share)
        drawing.draw_line([start, end], PALE, 0.5)
        place = (LEFT - 4, start[1] + 3)
        drawing.write(place, f"{share:.0%}", SMALL, GREY, anchor="end")


def _draw_steps(
    drawing: Drawing,
    steps: Sequence[tuple[float, float]],
    most: float,
    at: Callable[[float, float], Point],
) -> float:
    """Draw a curve that falls in steps; return the height at which it ends."""
    points, before = [at(0, 1)], 1.0
    for age, share in steps:
        if age > most:
            break
        points += [at(age, before), at(age, share)]
        before = share
    last = steps[-1][0] if steps else most
    points.append(at(min(last, most), before))
    drawing.draw_line(points, BLUE, 2)
    return points[-1][1]


def paint_months(
    drawing: Drawing, counts: Sequence[tuple[str, int]], corner: Point, floor: float
) -> None:
    """Paint bars by month from an upper left corner down, with first and last named."""
    tallest = max(1, *(n for _, n in counts))
    left, top = corner
    right = drawing.width - left
    step = (right - left) / len(counts)
    for nth, (month, n) in enumerate(counts):
        height = (floor - top) * n / tallest
        start = (left + nth * step + 0.5, floor - height)
        size = (max(step - 1, 0.5), height)
        drawing.fill_box(start, size, BLUE, told=f"{month}: {n:,}")
    drawing.draw_line([(left, floor), (right, floor)], GREY, 0.5)
    drawing.write((left, floor + 11), counts[0][0], SMALL, GREY)
    drawing.write((right, floor + 11), counts[-1][0], SMALL, GREY, anchor="end")


def draw_months(counts: Sequence[tuple[str, int]], title: str) -> str:
    """Draw messages by month as bars with the first, last and tallest named."""

    def draw(width: float, language: Language) -> Drawing:
        drawing = Drawing(width, 0.7 * HEIGHT)
        words = f"{render(title, language)} (0–{max(n for _, n in counts):,})"
        drawing.write((0, SMALL), words, SMALL, GREY)
        paint_months(drawing, counts, (0, SMALL + 8), drawing.height - BELOW)
        return drawing

    return show_chart(title, draw)


def draw_weeks(card: Card, title: str) -> str:
    """Draw a group's messages by week, and the silence that would be its end."""
    weeks = card.weeks
    last = WEEK * len(weeks) - min(card.silent_days, card.death_days)
    shaded = card.death_days if card.has_silence_to_come else 0
    most_days = max(WEEK * len(weeks), last + shaded)
    tallest = max(weeks, default=0) or 1

    def draw(width: float, _: Language) -> Drawing:
        drawing, scale = Drawing(width, LOW), width / most_days
        drawing.fill_box((max(last, 0) * scale, 0), (shaded * scale, LOW), ORANGE, 0.2)
        outline = [(0.0, LOW)]
        for nth, week in enumerate(weeks):
            x, y = WEEK * nth * scale, LOW - (LOW - 6) * week / tallest
            end = x + WEEK * scale
            gap = 0.2 * WEEK * scale
            outline += [(x, LOW), (x, y), (end - gap, y), (end - gap, LOW)]
        drawing.fill_area([*outline, (WEEK * len(weeks) * scale, LOW)], BLUE)
        end = WEEK * len(weeks) * scale
        drawing.draw_line([(end, 0), (end, LOW)], GREY, 0.7, dash=(2, 2))
        drawing.draw_line([(0, LOW), (width, LOW)], GREY, 0.5)
        return drawing

    return show_chart(title, draw)


def draw_hours(
    counts: Mapping[tuple[int, int], int], days: Sequence[str], title: str
) -> str:
    """Draw messages by weekday and hour as a grid of shades with a legend."""
    most = max(counts.values(), default=1) or 1

    def draw(width: float, language: Language) -> Drawing:
        high = 13.0
        drawing, cell = Drawing(width, 7 * high + 34), (width - LEFT) / 24
        for day, name in enumerate(days):
            place = (LEFT - 4, day * high + 10)
            drawing.write(place, render(name, language), SMALL, GREY, anchor="end")
            for hour in range(24):
                n = counts.get((day, hour), 0)
                corner, size = (
                    (LEFT + hour * cell, day * high),
                    (cell - 0.7, high - 0.7),
                )
                told = f"{hour}:00: {n:,}"
                drawing.fill_box(corner, size, BLUE, _shade(n / most), told=told)
        for hour in range(0, 24, 3):
            place = (LEFT + hour * cell, 7 * high + 10)
            drawing.write(place, str(hour), SMALL, GREY)
        for nth in range(5):
            corner = (LEFT + nth * 16, 7 * high + 20)
            drawing.fill_box(corner, (16, 8), BLUE, _shade(nth / 4))
        words = say("0 to {most:,} messages", most=most)
        place = (LEFT + 88, 7 * high + 27)
        drawing.write(place, render(words, language), SMALL, GREY)
        return drawing

    return show_chart(title, draw)


def _shade(share: float) -> float:
    return round(0.06 + 0.94 * share, 2) if share else 0.03


def draw_replies(pairs: Iterable[tuple[str, str, int]], title: str) -> str:
    """Draw replies between people on a circle; thicker lines for more replies."""
    rows = list(pairs)
    weight: dict[str, int] = {}
    for one, other, n in rows:
        weight[one] = weight.get(one, 0) + n
        weight[other] = weight.get(other, 0) + n
    names = sorted(weight, key=lambda name: (-weight[name], name))[:MOST_NODES]
    shown = [row for row in rows if {row[0], row[1]} <= set(names)]
    most = max((n for _, _, n in shown), default=1)

    def draw(width: float, _: Language) -> Drawing:
        height = min(width, 1.3 * HEIGHT)
        drawing, centre = Drawing(width, height), (width / 2, height / 2)
        radius = (min(width / 2 - 62, 1.6 * height / 2), height / 2 - 22)
        turn = {name: 2 * pi * nth / len(names) for nth, name in enumerate(names)}
        places = {
            name: (centre[0] + radius[0] * sin(a), centre[1] - radius[1] * cos(a))
            for name, a in turn.items()
        }
        for one, other, n in shown:
            points = _bend(places[one], places[other])
            colour, thick = BLUE, 0.5 + 4.5 * n / most
            drawing.draw_line(points, colour, thick, opacity=0.45)
        for name, at in places.items():
            drawing.draw_mark(at, "circle", 3.5, BLUE)
            aside, words = sin(turn[name]), shorten_name(name)
            if abs(aside) < UPRIGHT:
                place = (at[0], at[1] + (14 if at[1] > centre[1] else -8))
                drawing.write(place, words, SMALL, INK, anchor="middle")
            elif aside > 0:
                drawing.write((at[0] + 7, at[1] + 3), words, SMALL, INK)
            else:
                drawing.write((at[0] - 7, at[1] + 3), words, SMALL, INK, anchor="end")
        return drawing

    return show_chart(title, draw)


def _bend(start: Point, end: Point) -> list[Point]:
    """Return points of a line that is bent to one side, of the two directions."""
    (x, y), (u, v) = start, end
    by = ((x + u) / 2 + (v - y) * 0.15, (y + v) / 2 + (x - u) * 0.15)
    steps = [nth / BENDS for nth in range(BENDS + 1)]
    return [
        (
            (1 - t) ** 2 * x + 2 * t * (1 - t) * by[0] + t**2 * u,
            (1 - t) ** 2 * y + 2 * t * (1 - t) * by[1] + t**2 * v,
        )
        for t in steps
    ]


def draw_shares(points: Sequence[tuple[int, float]], title: str) -> str:
    """Draw a share by week as a line from all of them on."""

    def draw(width: float, language: Language) -> Drawing:
        drawing, most = Drawing(width, 0.6 * HEIGHT), points[-1][0]
        floor = drawing.height - BELOW

        def at(week: float, share: float) -> Point:
            return LEFT + (width - LEFT - 12) * week / most, floor - (floor - 8) * share

        _rule_shares(drawing, (0.0, 0.5, 1.0), most, at)
        drawing.draw_line([at(0, 1), *(at(*point) for point in points)], BLUE, 2)
        for week, _ in [(0, 1.0), *points]:
            place = (at(week, 0)[0], floor + 11)
            drawing.write(place, str(week), SMALL, GREY, anchor="middle")
        words = render(say("weeks later"), language)
        drawing.write((LEFT, floor + 24), words, SMALL, GREY)
        return drawing

    return show_chart(title, draw)


def shorten_name(name: str, most: int = 12) -> str:
    """Shorten a name for a chart, without cutting an emoji of several signs.

    `most`: half the widths of Chinese characters that it may be wide.

    >>> shorten_name("a very long name of somebody"), shorten_name("Zoë the 👩‍👩‍👧‍👦")
    ('a very long…', 'Zoë the …')
    >>> shorten_name("名字特别长的一个人")
    '名字特别长…'
    """
    if count_columns(name) <= most:
        return name
    cut = sum(count_columns(name[: at + 1]) < most for at in range(len(name)))
    while cut and (
        name[cut] in JOINING or combining(name[cut]) or name[cut - 1] == ZWJ
    ):
        cut -= 1
    return f"{name[:cut]}…"
