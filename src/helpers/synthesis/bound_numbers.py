"""Numbers of an evidence synthesis, by name, that sentences may quote.

A sentence holds fields such as ``{estimate}``, ``{fcc_gitter.low}`` or
``{qiu-2016.estimate:of100}``; no number is typed into it.
"""

from __future__ import annotations

import math
import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from helpers.claims.contract.card import Of
from helpers.claims.contract.finding import Range
from helpers.claims.evaluation.claimed import describe_claimed_range
from helpers.inference.fixed_effects import average_fixed_effects
from helpers.prose import THIN, format_share
from helpers.survival import Interval
from helpers.synthesis.component import Component
from helpers.synthesis.pooling import FEWEST_POOLED
from helpers.synthesis.published import list_published
from helpers.synthesis.readings import Reading
from helpers.synthesis.sensitivity import (
    REGISTERED,
    list_redefined,
    list_with_excluded,
)
from helpers.synthesis.synthesis import Synthesis

LIMITS = ("estimate", "low", "high")
PARSER = string.Formatter()


@dataclass(frozen=True, slots=True)
class Bound:
    """An estimate quoted in a sentence: its name, value and formatted text."""

    name: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Named:
    """An estimate that a sentence may quote by name, with its default number format."""

    value: float
    of: str


def list_named_numbers(synthesis: Synthesis) -> dict[str, Named]:
    """Return the numbers of an evidence synthesis that conclusions may quote, by name.

    ``estimate``, ``low``, ``high`` are pooled, or of the only source; ``new_low``,
    ``new_high`` where a new source may lie; ``least``, ``most`` the smallest and
    the largest estimate, ``most_high`` the highest upper limit; ``k`` sources,
    ``n`` units. ``<source>.low`` is of a source or of a published study,
    ``<source>.least`` the smallest of its networks' estimates, ``part1.…`` of the
    second component of a rule. ``bar`` is the value that the claim must pass. Where
    sources are strata of one estimate, ``place/<source>.…`` is of each alone,
    ``places.…`` their average at random effects (``places/<sizes>.…`` of one
    comparison, ``places/<sizes>/ten or more.…`` without places of fewer than ten
    groups of either size), ``<source>/<name>.…`` what a source shows beside its
    estimate, ``<source>/control/<name>.…`` its negative controls, ``i2`` how much the
    strata differ, and ``component1.…`` the second number of that estimate.
    ``otherwise/<name>.least`` and ``….most`` are over what another definition gives
    in the sources that decide, ``otherwise/<name>.estimate`` their average.
    ``with/<source>.…`` the average with a source that was excluded,
    ``registered/with/<source>.…`` the same over the groups of the registered rule.
    ``pairs.least`` and ``pairs.most`` are over all pairs that a rule compares.
    ``wide_low`` and ``wide_high`` are at the confidence ``level`` at which a part
    alone refutes a claim.

    Examples
    --------
    >>> from helpers.synthesis.synthesis import run_synthesis
    >>> sorted(list_named_numbers(run_synthesis("s0-three-month-death", [])))
    ['kraut-2014.estimate', 'kraut-2014.n', 'qiu-2016.estimate', 'qiu-2016.n']
    """
    numbers: dict[str, Named] = {}
    for component in synthesis.components:
        own = list_component_numbers(component)
        numbers |= {
            f"part{component.number}.{name}": number for name, number in own.items()
        }
        if component is (synthesis.headline or synthesis.components[0]):
            numbers |= own
    if lead := synthesis.headline:
        claimed = describe_claimed_range(synthesis.about, lead.number)
        if claimed and claimed.bar is not None:
            numbers["bar"] = Named(claimed.bar, lead.measure.of)
    for row in list_published(synthesis.about):
        numbers[f"{row.key}.estimate"] = Named(row.span.estimate, "share")
        if row.n:
            numbers[f"{row.key}.n"] = Named(row.n, "count")
    if synthesis.k:
        numbers["k"] = Named(synthesis.k, "count")
    return {
        name: number for name, number in numbers.items() if math.isfinite(number.value)
    }


def list_component_numbers(component: Component) -> dict[str, Named]:
    """Return the numbers on one quantity, by name: pooled, and of each source."""
    return dict(_list_component(component))


def _list_component(component: Component) -> Iterator[tuple[str, Named]]:
    of, entering = component.measure.of, component.entering
    if component.measure.days:
        yield "days", Named(component.measure.days, "days")
    yield from _list_average(component)
    if entering:
        estimates = [entry.interval.estimate for entry in entering]
        yield "least", Named(min(estimates), of)
        yield "most", Named(max(estimates), of)
        yield "most_high", Named(max(e.interval.high for e in entering), of)
        yield "n", Named(sum(entry.interval.n for entry in entering), "count")
        yield "k", Named(component.k, "count")
    if component.strata:
        yield from _list_strata(component)
    yield from _list_pairs(component)
    shown = component.deciding.all_readings
    for entry in reversed(
        component.entries(shown)
    ):  # what decides is named last, and stays
        yield from _list_limits(f"{entry.reading.study}.", entry.interval, of)
        yield f"{entry.reading.study}.n", Named(entry.interval.n, "count")
        if spans := entry.reading.list_networks(component.number):
            estimates = [span.estimate for span in spans.values()]
            yield f"{entry.reading.study}.least", Named(min(estimates), of)
            yield f"{entry.reading.study}.most", Named(max(estimates), of)
        yield from _list_beside(entry.reading, of)
    for other in list_redefined(component):
        yield f"otherwise/{other.name}.least", Named(other.least, of)
        yield f"otherwise/{other.name}.most", Named(other.most, of)
        yield f"otherwise/{other.name}.k", Named(other.k, "count")
        if other.mean is not None:
            yield from _list_limits(f"otherwise/{other.name}.", other.mean, of)


def _list_average(component: Component) -> Iterator[tuple[str, Named]]:
    """Yield the average, or the only source's estimate, with what varies it."""
    of, pool, mean = component.measure.of, component.pool, component.mean
    if mean is None:
        return
    yield from _list_limits("", mean, of)
    if component.level is not None:
        wide = mean.at_level(component.level)
        yield "level", Named(component.level, "share")
        yield "wide_low", Named(wide.low, of)
        yield "wide_high", Named(wide.high, of)
    if pool:
        yield "new_low", Named(pool.prediction.low, of)
        yield "new_high", Named(pool.prediction.high, of)
        for line in list_with_excluded(component):
            yield from _list_limits(f"with/{line.of}.", line.mean, of)
        for line in list_with_excluded(component, registered=True):
            yield from _list_limits(f"{REGISTERED}/with/{line.of}.", line.mean, of)


def _list_beside(reading: Reading, of: Of) -> Iterator[tuple[str, Named]]:
    """Yield a source's supplementary estimates and negative controls, by name."""
    for name, interval, _ in reading.verdict.beside:
        yield from _list_limits(f"{reading.study}/{name}.", interval, of)
        yield f"{reading.study}/{name}.n", Named(interval.n, "count")
    for name, found in reading.controls:
        yield from _list_limits(f"{reading.study}/control/{name}.", found, of)


def _list_strata(component: Component) -> Iterator[tuple[str, Named]]:
    """Yield the estimate in each stratum by name, and the I² of their differences."""
    of, places = component.measure.of, component.strata
    verdict = component.entering[0].reading.verdict
    for place in places:
        yield from _list_limits(f"place/{place.name}.", place.interval, of)
    for number, interval in enumerate(verdict.components):
        if interval is not None:
            yield from _list_limits(f"component{number}.", interval, of)
    average = average_fixed_effects([p.interval for p in places], component.scale)
    yield "i2", Named(average.i2, "share")
    if free := component.places:
        yield from _list_limits("places.", free.mean, of)
        yield "places.new_low", Named(free.prediction.low, of)
        yield "places.new_high", Named(free.prediction.high, of)
    for sizes, pool in component.comparisons.items():
        yield from _list_limits(f"places/{sizes}.", pool.mean, of)
    for sizes, pool in component.comparisons_of_many.items():
        yield from _list_limits(f"places/{sizes}/ten or more.", pool.mean, of)


def _list_pairs(component: Component) -> Iterator[tuple[str, Named]]:
    """Yield the smallest and the largest estimate where a rule asks for many pairs."""
    if component.rule is not None or len(component.entering) != 1 or component.strata:
        return
    pairs = component.entering[0].reading.verdict.components
    estimates = [pair.estimate for pair in pairs if pair is not None]
    if len(estimates) >= FEWEST_POOLED:
        yield "pairs.least", Named(min(estimates), component.measure.of)
        yield "pairs.most", Named(max(estimates), component.measure.of)


def _list_limits(
    prefix: str, interval: Interval | Range, of: Of
) -> Iterator[tuple[str, Named]]:
    for limit in LIMITS:
        yield f"{prefix}{limit}", Named(float(getattr(interval, limit)), of)


def fill_template(
    template: str, numbers: Mapping[str, Named]
) -> tuple[str | Bound, ...]:
    """Fill a sentence template with numbers; return its pieces of text and numbers.

    Raises
    ------
    KeyError
        If it names a number that there is not.

    Examples
    --------
    >>> half = {"low": Named(0.5, "share")}
    >>> fill_template("Over {low:of100} of 100", half)
    ('Over ', Bound(name='low', value=0.5, text='50'), ' of 100')
    """
    pieces: list[str | Bound] = []
    for text, name, how, _ in PARSER.parse(template):
        if text:
            pieces.append(text)
        if name is not None:
            number = numbers[name]
            write = WRITERS[how or number.of]
            pieces.append(Bound(name, number.value, write(number.value)))
    return tuple(pieces)


def _write_times(value: float) -> str:
    """Format a ratio with two significant digits.

    >>> _write_times(2.884), _write_times(1.168), _write_times(12.7)
    ('2.9', '1.2', '13')
    """
    digits = 0 if abs(value) >= TEN else 1 if abs(value) >= 1 else 2
    return f"{value:.{digits}f}".replace("-", "−")


def _write_change(ratio: float) -> str:
    """Write a ratio as a change from 1; as a multiple from `MANIFOLD` on.

    >>> _write_change(1.05), _write_change(0.9), _write_change(12.94)
    ('5% higher', '10% lower', '12.9 times as high')
    """
    if ratio >= MANIFOLD:
        return f"{ratio:.1f} times as high"
    return f"{abs(ratio - 1):.0%} {'higher' if ratio >= 1 else 'lower'}"


def _write_signed(points: float) -> str:
    """Write a difference of shares in percentage points with its sign, never as -0.

    >>> _write_signed(0.16), _write_signed(-0.004), _write_signed(0.0)
    ('+16', '−0.4', '+0')
    """
    written = f"{100 * points:+.0f}"
    if written in {"-0", "+0"} and points:
        written = f"{100 * points:+.1g}"
    return written.replace("-", "−")


def _write_of_100(share: float) -> str:
    """Write how many of 100; near 100 never all of them.

    >>> _write_of_100(0.9994), _write_of_100(1.0), _write_of_100(0.861)
    ('99.9', '100', '86')
    """
    return format_share(share).replace(THIN, "").rstrip("%")


def _write_small(count: float, words: str) -> str:
    """Write a count as a word if it is small, in digits otherwise.

    >>> _write_small(3, EN), _write_small(2, ZH), _write_small(14, EN)
    ('three', '两', '14')
    """
    listed = words.split()
    return listed[round(count)] if count < len(listed) else f"{count:.0f}"


EN = "no one two three four five six seven eight nine ten eleven twelve"
ZH = "零 一 两 三 四 五 六 七 八 九 十"
MANIFOLD = 3  # from here on, a percentage of change is hard to read
TEN = 9.95  # from here on, two digits need no decimal
WRITERS: Mapping[str, Callable[[float], str]] = {
    "share": lambda share: format_share(share).replace(THIN, ""),
    "finer": lambda ratio: f"{ratio:.3f}",
    "higher": _write_change,
    "exact": lambda share: f"{100 * share:.3g}%",
    "of100": lambda share: f"{100 * share:.0f}",
    "per100": _write_of_100,
    "not": lambda share: format_share(1 - share).replace(THIN, ""),
    "not100": lambda share: f"{100 - 100 * share:.0f}",
    "more": lambda ratio: f"{100 * (ratio - 1):.0f}%",
    "less": lambda ratio: f"{100 * (1 - ratio):.0f}%",
    "ratio": _write_times,
    "fine": lambda ratio: f"{ratio:.2f}",
    "inverse": lambda ratio: _write_times(1 / ratio),
    "number": _write_times,
    "difference": _write_times,
    "points": lambda points: f"{abs(100 * points):.0f}",
    "signed": _write_signed,
    "days": lambda days: f"{days:,.0f}",
    "count": lambda count: f"{count:,.0f}",
    "word": lambda count: _write_small(count, EN),
    "han": lambda count: _write_small(count, ZH),
    "wan": lambda count: f"{count / 10_000:.0f}万",
}  # fmt: skip
