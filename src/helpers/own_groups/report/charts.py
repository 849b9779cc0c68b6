"""Charts of the pages of own groups, as SVG in the colours of the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from math import cos, pi, sin
from typing import NamedTuple

from helpers.own_groups.sentences import Text

WIDTH, HEIGHT = 640.0, 260.0
LEFT, RIGHT, TOP, BOTTOM = 46.0, 96.0, 14.0, 44.0
LEGEND = 20.0  # between labels at the right edge
MOST_NODES = 12


class Band(NamedTuple):
    """A range by age."""

    ages: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]


def write_both(text: Text, **where: object) -> str:
    """Return a label of a chart in both languages, of which one is visible."""
    given = " ".join(
        f'{name.replace("_", "-")}="{value}"' for name, value in where.items()
    )
    return "".join(
        f'<text {given} lang="{language}">{escape(words)}</text>'
        for language, words in zip(("en", "zh"), text, strict=True)
    )


def draw_curve(
    steps: Sequence[tuple[float, float]],
    band: Band | None,
    ticks: Sequence[int],
    labels: Mapping[str, Text],
) -> str:
    """Draw the share of groups still alive by age, with the range of other places.

    `steps`: ages and shares from which on they hold; `labels`: ``title, own, band, x``.
    """
    most = float(ticks[-1])

    def at(age: float, share: float) -> str:
        x = LEFT + (WIDTH - LEFT - RIGHT) * min(age, most) / most
        y = TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)
        return f"{x:.1f},{y:.1f}"

    parts = [_open(labels["title"])]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        left, right = at(0, share), at(most, share)
        parts.append(_draw_line(left, right, "grid"))
        y = float(left.split(",")[1]) + 4
        parts.append(
            f'<text x="{LEFT - 8}" y="{y:.1f}" text-anchor="end">{share:.0%}</text>'
        )
    for tick in ticks:
        x = at(tick, 0).split(",")[0]
        parts.append(
            f'<text x="{x}" y="{HEIGHT - 26}" text-anchor="middle">{tick}</text>'
        )
    if band is not None:
        upper = [at(*pair) for pair in zip(band.ages, band.high, strict=True)]
        lower = [at(*pair) for pair in zip(band.ages, band.low, strict=True)]
        outline = " ".join([*upper, *reversed(lower)])
        parts.append(f'<polygon class="band" points="{outline}"/>')
        y = (float(upper[-1].split(",")[1]) + float(lower[-1].split(",")[1])) / 2
        parts.append(write_both(labels["band"], x=WIDTH - RIGHT + 6, y=f"{y:.1f}"))
    points, before = [at(0, 1)], 1.0
    for age, share in steps:
        if age > most:
            break
        points += [at(age, before), at(age, share)]
        before = share
    points.append(
        at(most if steps and steps[-1][0] >= most else _find_last(steps, most), before)
    )
    parts.append(f'<polyline class="curve" points="{" ".join(points)}"/>')
    y = float(points[-1].split(",")[1]) - 6
    parts.append(write_both(labels["own"], x=WIDTH - RIGHT + 6, y=f"{max(y, 12):.1f}"))
    parts.append(write_both(labels["x"], x=LEFT, y=HEIGHT - 6))
    return "".join([*parts, "</svg>"])


def _find_last(steps: Sequence[tuple[float, float]], most: float) -> float:
    return steps[-1][0] if steps else most


def draw_months(counts: Sequence[tuple[str, int]], title: Text) -> str:
    """Draw messages by month as bars with the first, last and tallest named."""
    tallest = max(1, *(n for _, n in counts))
    step = (WIDTH - LEFT) / len(counts)
    parts = [_open(title)]
    for nth, (month, n) in enumerate(counts):
        height = (HEIGHT - TOP - BOTTOM) * n / tallest
        x, y = LEFT + nth * step, HEIGHT - BOTTOM - height
        parts.append(
            f'<rect class="bar" x="{x + 1:.1f}" y="{y:.1f}"'
            f' width="{max(step - 2, 1):.1f}" height="{height:.1f}">'
            f"<title>{month}: {n:,}</title></rect>"
        )
    parts.append(
        _draw_line(f"{LEFT},{HEIGHT - BOTTOM}", f"{WIDTH},{HEIGHT - BOTTOM}", "axis")
    )
    parts.append(f'<text x="{LEFT}" y="{HEIGHT - 26}">{counts[0][0]}</text>')
    parts.append(
        f'<text x="{WIDTH}" y="{HEIGHT - 26}" text-anchor="end">{counts[-1][0]}</text>'
    )
    parts.append(
        f'<text x="{LEFT - 6}" y="{TOP + 8}" text-anchor="end">{tallest:,}</text>'
    )
    return "".join([*parts, "</svg>"])


def draw_hours(
    counts: Mapping[tuple[int, int], int], days: Sequence[Text], title: Text
) -> str:
    """Draw messages by weekday and hour as a grid of shades with a legend."""
    most = max(counts.values(), default=1) or 1
    cell, height = (WIDTH - LEFT) / 24, 22.0
    parts = [_open(title, 7 * height + 58)]
    for day in range(7):
        parts.append(
            write_both(
                days[day], x=LEFT - 8, y=f"{day * height + 15:.0f}", text_anchor="end"
            )
        )
        for hour in range(24):
            n = counts.get((day, hour), 0)
            shade = 0.06 + 0.94 * n / most if n else 0.03
            parts.append(
                f'<rect class="bar" x="{LEFT + hour * cell:.1f}"'
                f' y="{day * height:.0f}" width="{cell - 1:.1f}"'
                f' height="{height - 1:.0f}" opacity="{shade:.2f}">'
                f"<title>{hour}:00: {n:,}</title></rect>"
            )
    y = 7 * height + 16
    parts += [
        f'<text x="{LEFT + hour * cell:.1f}" y="{y:.0f}">{hour}</text>'
        for hour in range(0, 24, 3)
    ]
    y += 16
    parts += [
        f'<rect class="bar" x="{LEFT + nth * 28:.0f}" y="{y:.0f}" width="28"'
        f' height="12" opacity="{0.06 + 0.94 * nth / 4:.2f}"/>'
        for nth in range(5)
    ]
    parts.append(
        write_both(
            Text(f"0 to {most:,} messages", f"0 到 {most:,} 条消息"),
            x=LEFT + 150,
            y=f"{y + 11:.0f}",
        )
    )
    return "".join([*parts, "</svg>"])


def draw_replies(pairs: Iterable[tuple[str, str, int]], title: Text) -> str:
    """Draw replies between people on a circle; thicker lines for more replies."""
    rows = list(pairs)
    weight: dict[str, int] = {}
    for one, other, n in rows:
        weight[one] = weight.get(one, 0) + n
        weight[other] = weight.get(other, 0) + n
    names = sorted(weight, key=lambda name: (-weight[name], name))[:MOST_NODES]
    centre, radius = (WIDTH / 2, 170.0), 120.0
    place = {
        name: (
            centre[0] + radius * 1.5 * cos(2 * pi * nth / len(names) - pi / 2),
            centre[1] + radius * sin(2 * pi * nth / len(names) - pi / 2),
        )
        for nth, name in enumerate(names)
    }
    most = max((n for one, other, n in rows if {one, other} <= place.keys()), default=1)
    parts = [_open(title, 2 * centre[1])]
    for one, other, n in rows:
        if {one, other} <= place.keys():
            (x, y), (u, v) = place[one], place[other]
            bend = ((x + u) / 2 + (v - y) * 0.15, (y + v) / 2 + (x - u) * 0.15)
            parts.append(
                f'<path class="tie" d="M{x:.0f},{y:.0f} Q{bend[0]:.0f},{bend[1]:.0f}'
                f' {u:.0f},{v:.0f}" stroke-width="{1 + 7 * n / most:.1f}"/>'
            )
    for name, (x, y) in place.items():
        parts.append(f'<circle class="bar" cx="{x:.0f}" cy="{y:.0f}" r="7"/>')
        below = 22 if y >= centre[1] else -12
        parts.append(
            f'<text x="{x:.0f}" y="{y + below:.0f}" text-anchor="middle">'
            f"{escape(shorten_name(name))}</text>"
        )
    return "".join([*parts, "</svg>"])


def shorten_name(name: str, most: int = 14) -> str:
    """Shorten a name for a chart.

    >>> shorten_name("a very long name of somebody")
    'a very long n…'
    """
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _open(title: Text, height: float = HEIGHT) -> str:
    words = f"{title.en} · {title.zh}"
    return (
        f'<svg class="chart" role="img" viewBox="0 0 {WIDTH:.0f} {height:.0f}">'
        f"<title>{escape(words)}</title>"
    )


def _draw_line(start: str, end: str, kind: str) -> str:
    (x, y), (u, v) = start.split(","), end.split(",")
    return f'<line class="{kind}" x1="{x}" y1="{y}" x2="{u}" y2="{v}"/>'


def iterate_steps(
    times: Iterable[float], shares: Iterable[float]
) -> Iterator[tuple[float, float]]:
    """Yield ages and shares at which a curve steps."""
    yield from zip(map(float, times), map(float, shares), strict=True)
