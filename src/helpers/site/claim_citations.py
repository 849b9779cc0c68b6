"""How to cite the answer to a claim, and files with its estimates."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import itemgetter

from markupsafe import Markup

from helpers import paths
from helpers.claims.claim import PublishedFinding
from helpers.claims.contract.card import Measure, format_number
from helpers.figures.citation import (
    ClaimCitation,
    Source,
    format_publication,
    read_commit,
    read_commit_date,
    read_project,
)
from helpers.prose import THIN
from helpers.site.answers.board import Answer
from helpers.site.answers.evidence_chart import group_rows, list_place_averages
from helpers.site.answers.quotable import Numbers, describe_frame
from helpers.site.answers.quoted import (
    POOLED,
    fill_note,
    give_reason,
    list_bounds,
    list_quoted_definitions,
)
from helpers.site.answers.strips import name_entry
from helpers.site.languages import LANGUAGES, Words, read_entries
from helpers.site.rendering import FILES, LEVEL
from helpers.survival import Interval
from helpers.synthesis.bound_numbers import LIMITS, Bound
from helpers.synthesis.component import Component, Entry, name_other_size
from helpers.synthesis.conclusion import draw_conclusion
from helpers.synthesis.record import Record, build_row, record_of
from helpers.synthesis.synthesis import Synthesis

FOLDER = f"{FILES}/claims"
COLUMNS = (
    "part", "measure", "unit", "role", "source", "source_en", "source_zh",
    "decides", "one_sided", "biased", "estimate", "low", "high", "least", "most",
    "k", "n", "cases", "variant", "frame", "verdict", "certainty", "certainty_wechat",
    "claim", "version", "commit",
)  # fmt: skip

SUPPLEMENTARY, QUOTED = "Supplementary", "Quoted in a sentence"
CONTROL, NETWORK = "Negative control", "One community of a source"


@dataclass(frozen=True, slots=True)
class Cited:
    """Citation of a claim, and the files offered under "Cite this claim"."""

    plain: str
    short: str
    national: str
    bibtex: str
    csv: str
    bib: str
    tables: tuple[str, ...]
    commit: str


def cite_claim(answer: Answer, t: Words) -> Cited:
    """Return a claim's citation and the links to its files."""
    cited = build_citation(answer, t)
    needs = answer.about.needs if answer.tested else ()
    tables = dict.fromkeys(need.place[0] for need in needs)
    return Cited(
        _write_citation(cited, answer, t),
        _write_short_citation(cited, answer, t),
        _write_national_claim(cited, t),
        cited.bibtex.strip(),
        f"{FOLDER}/{answer.claim}.csv",
        _name_bibtex_file(answer.claim, t),
        tuple(tables),
        read_commit(),
    )


def _name_bibtex_file(claim: str, t: Words) -> str:
    return f"{FOLDER}/{claim}{'' if t.language == 'en' else f'.{t.language}'}.bib"


def write_request(t: Words) -> str:
    """Return a BibTeX comment on the fields that the one who cites has to add."""
    return f"% {t('cite.add')}\n"


def build_citation(answer: Answer, t: Words) -> ClaimCitation:
    """Build a claim's citation in one language."""
    conclusion, language = answer.conclusion, t.language
    words = conclusion.word(language)
    if conclusion.certainty is not None:
        level = conclusion.certainty_name(language)
        words += t.either(read_entries("claim_page")["cite"]["certain"]).format(
            level=level, wechat=conclusion.wechat_name(language)
        )
    claim = answer.about.wording.claim(language)
    line = conclusion.bottom_line(language)
    synthesis, unmarked = answer.synthesis, Numbers([])
    meant = fill_note("defined", synthesis, unmarked, t) or _define_measure(answer, t)
    defined = _write_added("defined", meant, t)
    why = give_reason(conclusion, synthesis, unmarked, t)
    estimate = _describe_estimate(answer, t)
    annote = t(
        "cite.annote",
        line=f"{line}{estimate}",
        defined=defined,
        undecided=_write_added("undecided", why, t),
    ).strip()
    note = t(
        "cite.note",
        told=f"{estimate} {defined}".lstrip(),
        id=t("cite.id", claim=answer.claim),
        article=_name_article(answer, t),
        version=read_project().version,
        built=describe_commit(t),
    )
    return ClaimCitation(
        answer.claim,
        claim,
        words,
        line,
        note,
        annote,
        colon=t("claim.colon"),
        request=write_request(t),
        tested=t("cite.tested"),
        sources=(
            *cite_sources((*_list_deciding(answer), *_list_quoted(answer)), t),
            *(cite_study(found, t) for found in answer.about.literature),
        ),
        ending="" if language == "en" else f"-{language}",
    )


def _define_measure(answer: Answer, t: Words) -> Markup:
    """Return how the sources of an answer define their measure, as the rule has it."""
    component = answer.synthesis.answered if answer.synthesis else None
    entries = component.entering if component else []
    told = dict.fromkeys(t.sentence(e.reading.verdict.definition) for e in entries)
    text = t("told.joint").join(told)
    return Markup.escape(t("cite.measured", text=text)) if text else Markup()


def _name_article(answer: Answer, t: Words) -> str:
    """Name the article that makes a claim, with its author if there is one."""
    code = answer.about.entry.article
    told = read_entries("articles")[code]
    title = t.article(code)
    if t.language == "en":
        title += f" ({told['title'][0]})"
    return t("cite.article", title=title, author=t.either(told["author"]))


def _write_added(name: str, text: Markup, t: Words) -> str:
    """Return a note in a citation behind its label; empty without one."""
    words = text.unescape()
    return t(f"cite.{name}", text=words) if words else ""


@cache
def _list_public_sources() -> tuple[str, ...]:
    """List the names of the sources in the repository."""
    manifests = paths.PROCESSED.glob("*/manifest.json")
    return tuple(sorted(manifest.parent.name for manifest in manifests))


@cache
def cite_source(name: str, t: Words) -> str:
    """Return the BibTeX entry of a data source, titled in one language."""
    source = Source.read(paths.PROCESSED / name)
    if t.language == "zh":
        licence = t.sentence(source.licence or "none stated") or source.licence
        source = replace(
            source,
            study=f"{name}-zh",  # another entry than the English one
            title=source.title_zh,
            licence=licence,
            author=t.author(name),
        )
    words = (
        t(f"cite.{name}")
        for name in ("until", "source_version", "source_licence", "titled")
    )
    return source.format_bibtex(*words)


def cite_sources(names: Iterable[str], t: Words) -> list[str]:
    """Return the BibTeX entries of those sources that are public."""
    return [cite_source(name, t) for name in names if name in _list_public_sources()]


def cite_study(found: PublishedFinding, t: Words) -> str:
    """Return the BibTeX entry of a published study."""
    note = t("claim.digest") if found.read == "digest" else ""
    about = {"doi": found.doi, "url": found.url, "annote": note, "author": found.author}
    return format_publication(found.key, found.citation, **about)


def _list_deciding(answer: Answer) -> list[str]:
    """List the sources that count for an answer; of those taken together, each."""
    answered = answer.synthesis.answered if answer.synthesis else None
    entries = answered.entering if answered else []
    places = answered.strata if answered else ()
    listed = [place.name.partition("/")[0] for place in places] or [
        name for entry in entries for name in entry.reading.sources
    ]
    return list(dict.fromkeys(listed))


def _list_quoted(answer: Answer) -> list[str]:
    """List other sources and studies that the sentence quotes, if joint, each."""
    named = [p.name for p in answer.conclusion.line.en if isinstance(p, Bound)]
    readings = answer.synthesis.deciding.all_readings if answer.synthesis else ()
    sources = {reading.study: reading.sources for reading in readings}
    told = [re.split("[/.]", name)[0] for name in named]
    each = (one for code in told for one in sources.get(code, (code,)))
    codes = dict.fromkeys([*each, *answer.conclusion.also])
    studies = {found.key for found in answer.about.literature}
    deciding = _list_deciding(answer)
    return [
        code
        for code in codes
        if code in studies or (code in _list_public_sources() and code not in deciding)
    ]


def describe_commit(t: Words) -> str:
    """Name the commit of the code, as a citation adds it; empty if unknown."""
    commit = read_commit()
    return t("cite.built", commit=commit, day=read_commit_date()) if commit else ""


def _name_sources(answer: Answer, t: Words) -> str:
    """Name the sources that count for an answer, each with its authors."""
    studies = {found.key: found for found in answer.about.literature}
    listed = [t.credit(name) for name in _list_deciding(answer)]
    listed += [
        studies[code].authors if code in studies else t.credit(code)
        for code in _list_quoted(answer)
    ]
    return t("told.joint").join(listed) or t("cite.no_data")


def _describe_estimate(answer: Answer, t: Words) -> str:
    """Return the average with its interval or, where there is none, each estimate."""
    component = answer.synthesis.answered if answer.synthesis else None
    if component is None or not component.entering:
        return ""
    if component.mean is not None:
        text = _format_limits(component.mean, component.measure, t)
    else:
        text = t("told.joint").join(
            f"{name_entry(entry, t)}{_describe_cases(component, [entry], t)} "
            f"{_format_limits(entry.interval, component.measure, t)}"
            for entry in component.entering
        )
    text = _add_comparisons(text, component, t)
    if component.pool is not None:
        limits = _write_limits(component.pool.prediction, component.measure, t)
        text = t("cite.new", text=text, **limits)
    for name, one in list_quoted_definitions(component, answer.claim, t):
        if one.mean is not None:
            otherwise = _format_limits(one.mean, component.measure, t)
            text = t("cite.redefined", text=text, name=name, otherwise=otherwise)
    form = "cite.average" if component.pool else "cite.estimate"
    measure = component.measure.measure(t.language)
    if component.mean is not None:
        measure += _describe_cases(component, component.entering, t)
    return t(form, measure=measure, text=text, k=component.k)


def _describe_cases(component: Component, entries: Sequence[Entry], t: Words) -> str:
    """Describe on which and on how many units, such as groups, estimates rest."""
    frame = describe_frame(entries[0].reading.printed_frame, t.language).strip(
        " ()（）"
    )
    counted = _count_units(component, entries, t)
    listed = f"{t('told.joint')}{frame}" if frame else ""
    return t("cite.cases", counted=counted, listed=listed)


def _format_limits(interval: Interval, measure: Measure, t: Words) -> str:
    """Format an estimate with its limits; a full count has none."""
    limits = _write_limits(interval, measure, t)
    if len(set(limits.values())) == 1:
        return limits["estimate"]
    return t("cite.limits", level=LEVEL.replace(THIN, ""), **limits)


def _write_limits(interval: Interval, measure: Measure, t: Words) -> dict[str, str]:
    return {
        name: format_number(
            measure.of, getattr(interval, name), language=t.language
        ).replace(THIN, "")
        for name in LIMITS
    }


def _write_citation(cited: ClaimCitation, answer: Answer, t: Words) -> str:
    project = read_project()
    return t(
        "cite.claim",
        year=project.year,
        claim=cited.title,
        article=_name_article(answer, t),
        answer=cited.answer,
        annote=cited.annote,
        data=_name_sources(answer, t),
        version=project.version,
        built=describe_commit(t),
        address=cited.address or t("cite.id", claim=cited.claim),
        read=t("cite.read" if cited.address else "cite.read_where"),
        licence=project.licence,
    )


def _write_short_citation(cited: ClaimCitation, answer: Answer, t: Words) -> str:
    project = read_project()
    return t(
        "cite.short",
        year=project.year,
        claim=cited.claim,
        line=cited.line,
        answer=cited.answer,
        counted=_name_quoted(answer, t) + _count_short(answer, t),
        version=project.version,
        built=describe_commit(t),
    )


def _count_short(answer: Answer, t: Words) -> str:
    """Count the sources of an answer and what they count; empty without any."""
    component = answer.synthesis.answered if answer.synthesis else None
    if component is None or not component.entering:
        return ""
    sources = len(_list_deciding(answer))
    text = t(
        _choose_count(component, sources),
        k=component.k,
        sources=sources,
        counted=_count_units(component, component.entering, t),
    )
    quoted = {p.name for p in answer.conclusion.line.en if isinstance(p, Bound)}
    if component.k == 1 or "estimate" in quoted:
        return text
    own = [entry.interval for entry in component.entering]
    means = own if component.mean is None else [component.mean]
    brief = [
        t("cite.brief", **_write_limits(mean, component.measure, t)) for mean in means
    ]
    form = "cite.averaging" if component.pool else "cite.together"
    text = t(form, text=text, mean=t("told.joint").join(brief))
    if (places := component.places) is None:
        return text
    differing = _write_limits(places.mean, component.measure, t)
    return t("cite.differing", text=text, mean=t("cite.brief", **differing))


def _choose_count(component: Component, sources: int) -> str:
    """Choose how a citation counts sources, by whether a single one may decide."""
    if component.is_single_indirect:
        return "cite.counted_indirect"
    if component.k == 1:
        return "cite.counted_barred" if component.withheld else "cite.counted_1"
    return "cite.counted" if component.k == sources else "cite.counted_places"


def _name_quoted(answer: Answer, t: Words) -> str:
    """Name the sources that a sentence quotes though they do not count, with size."""
    if answer.synthesis is None or not answer.synthesis.components:
        return ""
    lead = answer.synthesis.headline or answer.synthesis.components[0]
    quoted = set(_list_quoted(answer))
    entries = [
        entry
        for entry in lead.entries(lead.deciding.all_readings)
        if entry.reading.study in quoted or quoted & set(entry.reading.sources)
    ]
    first = {entry.reading.study: entry for entry in reversed(entries)}
    named = [
        t("cite.sized", name=t.source(study), counted=_count_units(lead, [entry], t))
        for study, entry in sorted(first.items())
    ]
    cases = t.unit(lead.get_cases(lead.entering[0])) if lead.entering else ""
    named += [
        t("cite.compared", other=name_other_size(sizes), counted=f"{n:,} {cases}")
        for sizes, pool in lead.comparisons.items()
        if (n := pool.mean.n)
    ]
    joined = t("told.joint").join(named)
    return t("cite.quoted_only", named=joined) if named else ""


def _add_comparisons(text: str, component: Component, t: Words) -> str:
    """Add to an estimate what differing places give, and each other size."""
    if (places := component.places) is not None:
        differing = _format_limits(places.mean, component.measure, t)
        text = t("cite.places", text=text, differing=differing)
    for sizes, pool in component.comparisons.items():
        size = name_other_size(sizes)
        if size.startswith("<"):
            size = t("cite.under", n=size.removeprefix("<").strip())
        name = t("strip.places_against", other=size)
        compared = _format_limits(pool.mean, component.measure, t)
        text = t("told.joint").join([text, f"{name}{t('claim.colon')}{compared}"])
    return text


def _count_units(component: Component, entries: Sequence[Entry], t: Words) -> str:
    return t("told.joint").join(
        f"{n:,} {t.unit(unit)}" for unit, n in component.count_units(entries).items()
    )


def write_national(title: str, t: Words) -> str:
    """Return the reference by GB/T 7714, for Chinese papers; empty in English."""
    return t(
        "cite.national",
        title=title,
        version=read_project().version,
        commit=read_commit(),
        day=read_commit_date(),
    )


def _write_national_claim(cited: ClaimCitation, t: Words) -> str:
    """Return a claim's citation by GB/T 7714, for Chinese papers; empty in English."""
    return t(
        "cite.national_claim",
        reference=write_national(f"{cited.tested}“{cited.title}”", t),
        line=cited.line,
        answer=cited.answer,
        id=t("cite.id", claim=cited.claim),
    )


def list_claim_files(answer: Answer) -> Iterator[tuple[str, str]]:
    """Yield the files of a claim: its estimates, and BibTeX in each language."""
    if answer.synthesis is not None:
        yield f"{FOLDER}/{answer.claim}.csv", format_rows(answer.synthesis)
    for t in map(Words, LANGUAGES):
        yield _name_bibtex_file(answer.claim, t), build_citation(answer, t).bibtex


def _list_average(component: Component) -> Record:
    """Return the average for a claim; n only if units are of one kind."""
    mean = component.mean
    if mean is None:
        return {}
    average = {name: getattr(mean, name) for name in LIMITS}
    return average | {"n": component.n}


def format_rows(synthesis: Synthesis) -> str:
    """Format a claim's answer and the estimates of its chart as CSV text.

    Examples
    --------
    >>> from helpers.synthesis.synthesis import run_synthesis
    >>> none = run_synthesis("s0-three-month-death", [])
    >>> format_rows(none).splitlines()[0][:12]
    'part,measure'
    """
    written = io.StringIO()
    writer = csv.DictWriter(
        written, COLUMNS, extrasaction="ignore", lineterminator="\n"
    )
    writer.writeheader()
    record = record_of(synthesis)
    conclusion = draw_conclusion(synthesis)
    answered = synthesis.answered
    average = _list_average(answered) if answered and not answered.places else {}
    average["k"] = answered.k if answered else record["k"]
    about_code = {"version": read_project().version, "commit": read_commit()}
    for t, role in ((Words("en"), "answer"), (Words("zh"), "answer_zh")):
        line, verdict = conclusion.bottom_line(t.language), conclusion.word(t.language)
        said = {"role": role, "measure": line, "verdict": verdict}
        row = _blank_limits_of_full_counts(record | said | average | about_code)
        writer.writerow(row)
    for part, component in zip(record["parts"], synthesis.components, strict=True):
        about = {"part": part["number"], "measure": part["measure"], "unit": part["of"]}
        for row in _list_rows(synthesis, part, component):
            other = _name_other_measure(synthesis, row) if not component.number else {}
            writer.writerow(row | about | other)
        for row in _list_network_rows(component):
            writer.writerow(row | about)
        for row in _list_sensitivity_rows(part):
            writer.writerow(about | row)
        for row in _list_control_rows(component) if not component.number else ():
            writer.writerow(row | about)
    for row in _list_quoted_rows(synthesis):
        writer.writerow(row)
    return written.getvalue()


def _list_rows(
    synthesis: Synthesis, part: Record, component: Component
) -> Iterator[Record]:
    """Yield the rows of one chart of a claim's page, each with its group there."""
    t = Words("en")
    grouped = group_rows(synthesis, component, t)
    for row in sorted(part["places"], key=itemgetter("estimate"), reverse=True):
        yield row | _name_source(row) | {"role": grouped.strata}
    rows = [
        _build_row(heading, entry, component, build_row(component, entry, synthesis))
        for heading, entry in grouped.entries
    ]
    deciding = len(component.entering)
    yield from rows[:deciding]
    for shown in list_place_averages(component, t):
        limits = {limit: getattr(shown.span, limit) for limit in LIMITS}
        about = {"role": shown.name, "source": shown.source, "decides": False}
        if "/" in shown.source:
            about["compares"] = shown.name
        pool = shown.pool
        yield about | limits | {"k": len(pool.weights), "n": pool.mean.n}
    frame = rows[0]["frame"] if deciding else ""
    for role, source, numbers in (
        (grouped.mean, POOLED, part),
        (grouped.prediction, "pooled-prediction", part["prediction"]),
    ):
        if part["tau"] is not None:
            given = LIMITS if source == POOLED else ("low", "high")
            limits = {name: numbers[name] for name in given}
            both = {"k": part["k"], "n": part["n"], "frame": frame}
            about = {"role": role, "source": source, "decides": source == POOLED}
            yield about | limits | both
    yield from rows[deciding:]
    for row in part["rows"]:
        if row["role"] == "published":  # often rounded: limits would be too narrow
            named = _name_source(row) | {"role": grouped.published}
            yield row | named | {"low": None, "high": None}


def _list_network_rows(component: Component) -> Iterator[Record]:
    """Yield the estimates of the communities that a deciding source combines."""
    for entry in component.entering:
        frame = entry.reading.printed_frame
        for network, found in entry.reading.list_networks(component.number).items():
            limits = {limit: getattr(found, limit) for limit in LIMITS}
            about = {"role": NETWORK, "source": network, "frame": frame}
            yield about | limits | {"n": found.n, "cases": entry.reading.verdict.cases}


def _list_sensitivity_rows(part: Record) -> Iterator[Record]:
    """Yield what a page lists below a chart: definitions, methods, and supplements."""
    labels = read_entries("claim_page")["definition"]
    for row in (row for row in part["definitions"] if row["name"] in labels):
        named = dict(zip(("source_en", "source_zh"), labels[row["name"]], strict=False))
        named["source"] = row["name"]
        yield row | {"role": _get_heading("definitions")} | named
    for row in part["sensitivity"]:
        code = ": ".join(filter(None, (row["code"], row["of"])))
        yield row | {"role": _get_heading("average"), "source": code}
    for row in part["rows"]:
        for beside in row.get("beside", ()):
            name = f"{row['study']}: {beside['name']}"
            unknown = {"measure": beside["name"], "unit": ""}
            yield beside | unknown | {"role": SUPPLEMENTARY, "source": name}


def _list_control_rows(component: Component) -> Iterator[Record]:
    """Yield the estimates of the sources' negative controls."""
    for reading in component.deciding.all_readings:
        for name, found in reading.controls:
            limits = {limit: getattr(found, limit) for limit in LIMITS}
            source = {"role": CONTROL, "source": f"{reading.study}: {name}"}
            yield source | limits | {"n": found.n}


def _name_other_measure(synthesis: Synthesis, row: Record) -> Record:
    """Return what a source measured, if it is not the claim's own quantity."""
    if "wechat" in row:  # a published study, in its own words
        return {"measure": row["definition"]}
    if "compares" in row:  # two sizes, not all others
        return {"measure": row["compares"]}
    measure = synthesis.about.wording.leading(row.get("variant") or "")
    if not row.get("variant") or measure is None:
        return {}
    return {"measure": measure.measure("en"), "unit": measure.of}


def _get_heading(name: str) -> str:
    return str(read_entries("claim_page")["title"][name][0])


def _list_quoted_rows(synthesis: Synthesis) -> Iterator[Record]:
    """Yield each number that the claim's sentences quote, by the name they give it."""
    for bound in list_bounds(synthesis):
        row = {"role": QUOTED, "source": bound.name, "measure": bound.text}
        yield row | {"estimate": bound.value}


def _build_row(role: str, entry: Entry, component: Component, row: Record) -> Record:
    """Return a source's row; its verdict on all parts is printed once."""
    one_sided = row["may"] if entry.reading.is_one_sided else ""
    of_all_parts = row["verdict_on_this"] and not component.number
    verdict = row["verdict"] if of_all_parts else ""
    about = {"role": role, "one_sided": one_sided, "verdict": verdict}
    if entry in component.entering:
        about["biased"] = str(entry in component.withheld)
    return _blank_limits_of_full_counts(row | _name_source(row) | about)


def _blank_limits_of_full_counts(row: Record) -> Record:
    is_full_count = row.get("low") == row.get("high")
    return row | {"low": None, "high": None} if is_full_count else row


def _name_source(row: Record) -> dict[str, str]:
    """Return the code of a row's source, and its name in both languages."""
    if row["role"] == "published":
        en, zh = row["definition"], row["definition_zh"]
    else:
        en, zh = (Words(language).source(row["study"]) for language in LANGUAGES)
    return {"source": row["study"], "source_en": en, "source_zh": zh}
