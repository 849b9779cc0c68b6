"""Web page "What happens to 100 groups": pictures of 100 dots."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from types import MappingProxyType

from markupsafe import Markup

from helpers.claims.claim import Claim, PublishedFinding
from helpers.claims.contract.card import Text
from helpers.claims.fixed.source_names import get_plain_name
from helpers.figures.citation import format_page_bibtex, read_commit, read_project
from helpers.prose import format_count, write_numbers_plainly
from helpers.site.answers.board import Board
from helpers.site.answers.quotable import Number, Numbers
from helpers.site.claim_citations import (
    cite_sources,
    cite_study,
    describe_commit,
    write_national,
    write_request,
)
from helpers.site.languages import LANGUAGES, Language, Words, read_entries
from helpers.site.rendering import (
    FILES,
    find_in_language,
    find_study_page,
    render_template,
)
from helpers.study import Study
from helpers.survival import Interval
from helpers.synthesis.first_year import (
    CLAIM,
    FirstYear,
    Pooled,
    estimate_first_year,
    list_deciding_sources,
)
from helpers.synthesis.pooling import Pool
from helpers.synthesis.published import Published, list_published

PAGE = "hundred-groups.html"
LOWER, UPPER = Text("lower limit", "下限"), Text("upper limit", "上限")
CSV = f"{FILES}/hundred-groups.csv"
WECHAT, OTHER = "qiu-2016", "kraut-2014"
AGES = (7, 30, 105, 365)
CITED = AGES[2:]  # of which a citation has the number of groups
ENDINGS = (("", "mean"), ("_low", "low"), ("_high", "high"))  # of names in a text
REGISTERED = f"{CLAIM}.quoted.otherwise.registered"  # unused groups counted, too
REGISTERED_ENDINGS = (("", "estimate"), *ENDINGS[1:])
HUNDRED, ROW, STEP, RADIUS = 100, 10, 10, 3.6


@dataclass(frozen=True, slots=True)
class Dots:
    """A picture of 100 groups as dots, with the inactive ones coloured."""

    low: int
    mean: int
    high: int
    name: str = ""
    href: str = ""
    kind: str = "quiet"

    @classmethod
    def of(
        cls, span: Interval, name: str = "", href: str = "", kind: str = "quiet"
    ) -> Dots:
        """Build the picture of 100 dots for a share of groups and its interval."""
        low, mean, high = map(count_of_hundred, (span.low, span.estimate, span.high))
        return cls(low, mean, high, name, href, kind)

    @property
    def svg(self) -> Markup:
        """The picture of 100 dots as SVG."""
        dots = "".join(
            f'<circle cx="{STEP * (place % ROW) + STEP / 2:g}" '
            f'cy="{STEP * (place // ROW) + STEP / 2:g}" r="{RADIUS}" '
            f'class="{self.classify(place)}"/>'
            for place in range(HUNDRED)
        )
        return Markup(  # noqa: S704 - ours
            f'<svg viewBox="0 0 100 100" class="dots-of-hundred" aria-hidden="true">'
            f"{dots}</svg>"
        )

    def classify(self, place: int) -> str:
        """Return the class of dot n: dead, probably dead, possibly dead, or active."""
        if place < self.mean:
            return self.kind if place < self.low else f"{self.kind} likely"
        return "maybe" if place < self.high else "active"


@dataclass(frozen=True, slots=True)
class Scene:
    """A title, a sentence with its numbers, and pictures of 100 dots.

    `legend` explains shades that differ from the page's; `sources` names what is
    averaged.
    """

    name: str
    title: str
    line: Markup
    pictures: tuple[Dots, ...] = ()
    legend: str = ""
    sources: str = ""


def count_of_hundred(share: float) -> int:
    """Convert a share of groups to a number out of 100 groups.

    >>> count_of_hundred(0.168)
    17
    """
    return round(HUNDRED * share)


@dataclass(frozen=True)
class Story:
    """Estimates that the page "What happens to 100 groups" shows."""

    year: FirstYear

    @cached_property
    def numbers(self) -> list[Number]:
        """All quotable numbers on the page about 100 groups."""
        return list(self._list_numbers())

    def _list_numbers(self) -> Iterator[Number]:
        for day in AGES:
            label = Text(
                f"that ever spoke, silent by day {day}", f"说过话的，到第 {day} 天沉寂"
            )
            yield from _list_pool(f"day{day}", self.year.inactive[day], label)
        label = Text(
            "that paused for 60 days, active again", "停过 60 天、又有人说话的"
        )
        yield from _list_pool("revived", self.year.revived, label)
        never = Text("created, never active", "从没有人说话")
        silent = Text("that ever spoke, silent by day 105", "说过话的，到第 105 天沉寂")
        parts = (("never", self.year.never, never), ("kind", self.by_place, silent))
        for name, pooled, label in parts:
            for source, span in pooled.by_source.items():
                en, zh = (get_plain_name(source, language) for language in LANGUAGES)
                of = Text(f"{label.en}: {en}", f"{label.zh}：{zh}")
                yield _build_number(f"{name}.{source}", span.estimate, of)
                groups = Text(f"{of.en}: groups", f"{of.zh}，群数")
                yield _build_count(f"{name}.{source}.n", span.n, groups)
                for limit, told in (("low", LOWER), ("high", UPPER)):
                    which = Text(f"{of.en}: {told.en}", f"{of.zh}，{told.zh}")
                    yield _build_number(
                        f"{name}.{source}.{limit}", getattr(span, limit), which
                    )
        for row in self.published.values():
            of = Text(
                f"in the study {row.key}, not active", f"研究 {row.key}，不再活着的"
            )
            groups = Text(f"groups in {row.key}", f"研究 {row.key} 的群数")
            yield _build_number(f"{row.key}.estimate", row.span.estimate, of)
            yield _build_count(f"{row.key}.n", row.n, groups)
            if row.measured.longest:
                days = Text("days followed", "跟踪的天数")
                yield _build_count(f"{row.key}.longest", row.measured.longest, days)

    @cached_property
    def published(self) -> dict[str, Published]:
        """Published studies of the shares shown on the page."""
        return {row.key: row for row in list_published(Claim.of(CLAIM))}

    @property
    def by_place(self) -> Pooled:
        """Share of groups inactive by day 105, by source."""
        return self.year.inactive[105]

    def pool(self, day: int) -> Pool:
        """Return the pooled share of groups inactive by a day of age.

        Raises
        ------
        LookupError
            If fewer than three sources show it.
        """
        pool = self.year.inactive[day].pool
        if pool is None:
            raise LookupError(day)
        return pool

    @property
    def is_complete(self) -> bool:
        """Whether there is an estimate for every picture of the page."""
        pools = [self.year.inactive[day].pool for day in AGES]
        keys = {WECHAT, OTHER} <= set(self.published)
        two = len(self.year.never.by_source) > 1
        return all(pools) and self.year.revived.pool is not None and keys and two


def _list_pool(name: str, pooled: Pooled, label: Text) -> Iterator[Number]:
    pool = pooled.pool
    if pool is None:
        return
    values = {
        "mean": (pool.mean.estimate, "average", "平均"),
        "low": (pool.mean.low, "lower limit", "下限"),
        "high": (pool.mean.high, "upper limit", "上限"),
        "new_low": (
            pool.prediction.low,
            "another such source, lower limit",
            "换一个同类来源，下限",
        ),
        "new_high": (
            pool.prediction.high,
            "another such source, upper limit",
            "换一个同类来源，上限",
        ),
    }
    for what, (value, en, zh) in values.items():
        of = Text(f"{label.en}: {en}", f"{label.zh}：{zh}")
        yield _build_number(f"{name}.{what}", value, of)
    counts = {
        "k": (len(pooled.by_source), "number of sources", "来源数"),
        "n": (_count_groups(pooled.by_source), "number of groups", "群数"),
    }
    for what, (count, en, zh) in counts.items():
        of = Text(f"{label.en}: {en}", f"{label.zh}：{zh}")
        yield _build_count(f"{name}.{what}", count, of)


def _count_groups(by_source: Mapping[str, Interval]) -> int:
    return sum(span.n for span in by_source.values())


def _build_number(name: str, share: float, label: Text) -> Number:
    text = str(count_of_hundred(share))
    en, zh = f"of 100 groups {label.en}", f"100 个群里，{label.zh}"
    return Number(f"hundred.{name}", share, text, PAGE, en, "share", zh)


def _build_count(name: str, count: int, label: Text) -> Number:
    name, text = f"hundred.{name}", format_count(count)
    return Number(name, count, text, PAGE, label.en, "count", label.zh)


def build_story(board: Board, studies: Iterable[Study]) -> Story | None:
    """Compute the shares on the page about 100 groups; None if a source is missing."""
    answers = {answer.claim: answer for answer in board.answers}
    if CLAIM not in answers or (synthesis := answers[CLAIM].synthesis) is None:
        return None
    names = list_deciding_sources(synthesis)
    chosen = [study for study in studies if study.name in names]
    if not names or len(chosen) < len(names):
        return None
    story = Story(estimate_first_year(chosen))
    return story if story.is_complete else None


def list_scenes(story: Story, numbers: Numbers, language: Language) -> list[Scene]:
    """Return the pictures of 100 groups on the page, each with title and sentence."""
    return [
        _tell_never(story, numbers, language),
        *(_tell_day(story, day, numbers, language) for day in AGES),
        _tell_revived(story, numbers, language),
        _tell_places(story, numbers, language),
        _tell_published(story, numbers, language),
        _tell_unknown(numbers, language),
    ]


def _build_scene(
    name: str,
    language: Language,
    values: dict[str, Markup | str],
    pictures: Sequence[Dots] = (),
    averaged: Mapping[str, Interval] = MappingProxyType({}),
) -> Scene:
    t, words = Words(language), read_entries("hundred")[name]
    line = Markup(t.either(words["line"])).format(**values)  # noqa: S704 - ours
    legend = t.either(words["legend"]) if "legend" in words else ""
    sources = _name_averaged(averaged, t)
    return Scene(name, t.either(words["title"]), line, tuple(pictures), legend, sources)


def _name_averaged(by_source: Mapping[str, Interval], t: Words) -> str:
    """Return a sentence that names the sources of an average; empty without any."""
    if not by_source:
        return ""
    names = t("told.joint").join(
        f"{t.source(name)}{t('told.opening')}{format_count(span.n)}{t('told.closing')}"
        for name, span in by_source.items()
    )
    sentence = t.either(read_entries("hundred")["page"]["average"])
    n = format_count(_count_groups(by_source))
    return sentence.format(k=len(by_source), n=n, names=names)


def _tell_never(story: Story, numbers: Numbers, language: Language) -> Scene:
    t, shares = Words(language), story.year.never.by_source
    ordered = sorted(shares, key=lambda name: shares[name].estimate)
    least, most = (
        count_of_hundred(shares[name].estimate) for name in (ordered[0], ordered[-1])
    )
    values: dict[str, Markup | str] = {
        "least": numbers(f"hundred.never.{ordered[0]}"),
        "most": numbers(f"hundred.never.{ordered[-1]}"),
        "first": t.source(ordered[0]),
        "second": t.source(ordered[-1]),
        "first_n": numbers(f"hundred.never.{ordered[0]}.n"),
        "second_n": numbers(f"hundred.never.{ordered[-1]}.n"),
    }
    return _build_scene("never", language, values, [Dots(least, least, most)])


def _list_values(name: str, numbers: Numbers) -> dict[str, Markup | str]:
    parts = ("mean", "low", "high", "new_low", "new_high")
    return {part: numbers(f"hundred.{name}.{part}") for part in parts}


def _tell_day(story: Story, day: int, numbers: Numbers, language: Language) -> Scene:
    name = f"day{day}"
    return _build_scene(
        name,
        language,
        _list_values(name, numbers),
        [Dots.of(story.pool(day).mean)],
        story.year.inactive[day].by_source,
    )


def _tell_revived(story: Story, numbers: Numbers, language: Language) -> Scene:
    pool = story.year.revived.pool
    assert pool is not None  # noqa: S101 - only complete stories are told
    picture = Dots.of(pool.mean, kind="revived")
    values, averaged = _list_values("revived", numbers), story.year.revived.by_source
    return _build_scene("revived", language, values, [picture], averaged)


def _tell_places(story: Story, numbers: Numbers, language: Language) -> Scene:
    t, shares = Words(language), story.by_place.by_source
    ordered = sorted(shares, key=lambda name: shares[name].estimate)
    first, last = ordered[0], ordered[-1]
    values: dict[str, Markup | str] = {
        "least": numbers(f"hundred.kind.{first}"),
        "most": numbers(f"hundred.kind.{last}"),
        "first": t.source(first),
        "last": t.source(last),
    }
    pictures = [
        Dots.of(shares[name], name=t.source(name), href=find_study_page(name, language))
        for name in ordered
    ]
    return _build_scene("kind", language, values, pictures)


def _tell_published(story: Story, numbers: Numbers, language: Language) -> Scene:
    values: dict[str, Markup | str] = {}
    for key, role in ((WECHAT, "wechat"), (OTHER, "other")):
        values[role] = numbers(f"hundred.{key}.estimate")
        values[f"{role}_n"] = numbers(f"hundred.{key}.n")
    share = count_of_hundred(story.published[WECHAT].span.estimate)
    picture = Dots(share, share, share, kind="published")
    return _build_scene("wechat", language, values, [picture])


def _tell_unknown(numbers: Numbers, language: Language) -> Scene:
    longest = numbers(f"hundred.{WECHAT}.longest")
    return _build_scene("unknown", language, {"longest": longest})


def format_hundred_csv(numbers: Numbers) -> str:
    """Format the numbers of the page as CSV text, each with its permanent name."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    about_code = (read_project().version, read_commit())
    columns = ("name", "value", "text", "what", "what_zh", "version", "commit")
    writer.writerow(columns)
    for name in sorted(numbers.by_name):
        if name.startswith(("hundred.", REGISTERED)):
            one = numbers.by_name[name]
            said = map(write_numbers_plainly, (one.text, one.label, one.chinese))
            writer.writerow((name, one.value, *said, *about_code))
    return written.getvalue()


def _tell_short(numbers: Numbers, t: Words) -> Markup:
    """Return the page's first sentences, each number with its name."""
    values = {
        f"{day}{ending}": numbers(f"hundred.{day}.{limit}")
        for day, (ending, limit) in product(("day105", "day365"), ENDINGS)
    }
    words = read_entries("hundred")["page"]
    short = Markup(t.either(words["short"]))  # noqa: S704 - ours
    return short.format(**values, unused=tell_unused(numbers, t))


def tell_unused(numbers: Numbers, t: Words) -> Markup:
    """Return the sentence on the average that includes unused groups."""
    values = {
        f"registered{ending}": _mark_of_hundred(f"{REGISTERED}.{limit}", numbers)
        for ending, limit in REGISTERED_ENDINGS
    }
    unused = Markup(t.either(read_entries("hundred")["page"]["unused"]))  # noqa: S704
    return unused.format(**values)


def _mark_of_hundred(name: str, numbers: Numbers) -> Markup:
    """Return a share by name as a number out of 100 groups."""
    one = numbers.by_name[name]
    return replace(one, text=str(count_of_hundred(one.value))).marked


def _quote_short(numbers: Numbers, t: Words) -> str:
    """Return the page's first sentences, definition and numbers of groups, to cite."""
    words = read_entries("hundred")["page"]
    days = {f"day{day}": numbers(f"hundred.day{day}.n").striptags() for day in CITED}
    counted = t.either(words["counted"]).format(**days)
    space = " " if t.language == "en" else ""
    told = _tell_short(numbers, t).striptags()
    return space.join([told, t.either(words["quiet"]), counted])


def _cite_page(story: Story, told: str, t: Words) -> str:
    """Return the citation of the page: its numbers, data sources and version."""
    project = read_project()
    names = [t.credit(name) for name in story.by_place.by_source]
    names += [found.authors for found in _list_published_studies()]
    words = read_entries("hundred")["page"]
    return t.either(words["citation"]).format(
        year=project.year,
        title=t.either(words["title"]),
        told=told,
        data=t("told.joint").join(names),
        version=project.version,
        built=describe_commit(t),
        address=f"{project.url}/{PAGE}" if project.url else PAGE,
        licence=project.licence,
    )


def _list_published_studies() -> list[PublishedFinding]:
    """List the published studies that the page draws."""
    claim = Claim.of(CLAIM)
    drawn = {row.key for row in list_published(claim)}
    return [found for found in claim.literature if found.key in drawn]


def _format_bibtex(story: Story, told: str, t: Words) -> str:
    """Return BibTeX entries of the page's data sources, then of the page itself."""
    words = read_entries("hundred")["page"]
    note = t.either(words["version"]).format(
        told=told,
        version=read_project().version,
        built=describe_commit(t),
    )
    sources = cite_sources(story.by_place.by_source, t)
    sources += [cite_study(found, t) for found in _list_published_studies()]
    title = t.either(words["title"])
    page = format_page_bibtex("shequn-hundred-groups", title, sources, note)
    return f"{write_request(t)}{page}".strip()


def render_hundred_page(story: Story, numbers: Numbers, language: Language) -> str:
    """Render the page "What happens to 100 groups"."""
    t, shares = Words(language), story.by_place.by_source
    words = read_entries("hundred")["page"]
    scenes = list_scenes(story, numbers, language)
    told = _quote_short(numbers, t)
    return render_template(
        "hundred.md",
        PAGE,
        language,
        words={name: t.either(pair) for name, pair in words.items()},
        scenes=scenes,
        short=_tell_short(numbers, t),
        first=Dots(0, 0, 0),
        sources=[
            (t.source(name), find_study_page(name, language), format_count(span.n))
            for name, span in shares.items()
        ],
        claim=find_in_language(f"claims/{CLAIM}.html", language),
        posters=[
            (kind, f"figures/poster-{language}.{kind}") for kind in ("pdf", "png")
        ],
        csv=CSV,
        cited=_cite_page(story, told, t),
        national=write_national(t.either(words["title"]), t),
        bibtex=_format_bibtex(story, told, t),
    )
