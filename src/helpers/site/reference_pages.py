"""Reference pages of the website: sources, terms, numbers, code."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import isfinite, isinf
from pathlib import Path

import pandas as pd
from markupsafe import Markup

from helpers import paths
from helpers.claims.contract.card import get_card
from helpers.claims.contract.study_view import UNKNOWN
from helpers.claims.fixed.register import read_register
from helpers.claims.quantities.successions import (
    AHEAD,
    LATER,
    NEVER,
    SOON,
    TOGETHER,
    list_successions,
    list_successors,
)
from helpers.figures.wording import CHINESE, ENGLISH
from helpers.prose import format_count, format_share
from helpers.records import DAY_US
from helpers.site.answers.board import Answer, Board, Cell
from helpers.site.answers.framing import Framing
from helpers.site.answers.nearest import describe_reason, list_near_sources
from helpers.site.answers.quotable import (
    Number,
    Numbers,
    describe_frame,
    name_in_answer,
)
from helpers.site.claim_citations import cite_sources
from helpers.site.claim_details import find_estimator
from helpers.site.claims_page import FAMOUS
from helpers.site.exclusions import HEADINGS, list_exclusions, list_warnings
from helpers.site.hundred_groups import PAGE as STORY
from helpers.site.languages import LANGUAGES, Language, Words, read_entries
from helpers.site.rendering import (
    find_study_page,
    render_template,
    write_raw,
)
from helpers.study import Study
from helpers.study.publish.study import YOURS
from helpers.wording import say

# where a term's first character has another pinyin: one with the same
READ_LIKE = {"弹性": "谈", "调整": "条", "重抽样": "虫", "校验": "叫"}
HOW = (AHEAD, TOGETHER, SOON, LATER, NEVER)
OF_ANY_SOURCE = {"registry", "facts"}
WITHOUT_GROUPS = {  # tables of a survey or a trial, which follow no group
    "survey_answers", "survey_percents", "value_ranks", "paired_trial", "block_trial"
}  # fmt: skip


def render_study_page(
    study: Study,
    board: Board,
    numbers: Numbers,
    language: Language,
    relinked: Callable[[str], str] = str,
) -> str:
    """Render the web page of a data source."""
    seen = study.observability.as_dict()
    first, last = (_format_date(time) for time in seen.pop("window_us"))
    shows, t = dict(seen), Words(language)
    shows.pop("left_truncated")
    if "roster" in study.manifest.tables and not seen["joins_observed"]:
        shows |= {"members_source": "part", "joins_observed": "part"}
    own = study.manifest.tables.keys() - OF_ANY_SOURCE
    if own and own <= WITHOUT_GROUPS:
        shows.clear()  # whether joins or silence are seen makes no sense of a survey
    named = [
        (n, v, t.term("property", n), _format_value(v, t)) for n, v in shows.items()
    ]
    return render_template(
        "study.md",
        find_study_page(study.name),
        language,
        facts=study.manifest,
        name=study.name,
        public=study.manifest.licence != YOURS,
        bibtex="".join(cite_sources([study.name], t)).strip(),
        source=_format_source(study.manifest.source, t),
        english=find_study_page(study.name),
        near=list_near_sources([study.name], t),
        first=first,
        last=last,
        own=board.is_own,
        verdicts=list(_list_verdicts(study.name, board, numbers, language)),
        can=[(name, value) for _, raw, name, value in named if raw not in UNKNOWN],
        cannot=[(name, value) for _, raw, name, value in named if raw in UNKNOWN],
        succession=describe_succession(study),
        ledger=_build_ledger_rows(study, language),
        headings=HEADINGS,
        exclusions=list_exclusions(study),
        warnings=list_warnings(study, t),
        tables=Markup(  # noqa: S704 - our own Markdown
            relinked(_describe_tables(study)) if language == "en" else ""
        ),
    )


def _format_value(value: object, t: Words) -> str:
    name = {True: "yes", False: "no"}.get(value) if isinstance(value, bool) else value
    return t.term("value", str(name))


def _format_source(source: str, t: Words) -> str:
    """Translate the origin of rows; addresses and names of formats are unchanged."""
    origin, separator, forms = source.partition(": ")
    told = t.sentence(origin)
    return f"{told}{t('claim.colon')}{forms}" if told and separator else told or source


def _format_date(time_us: int) -> str:
    day = pd.Timestamp(0) + pd.Timedelta(days=time_us // DAY_US)
    return f"{day:%Y-%m-%d}"


def _list_verdicts(
    study: str, board: Board, numbers: Numbers, language: Language
) -> Iterator[dict[str, object]]:
    """Yield the verdicts of a study; for a single study, the answers to the claims."""
    t = Words(language)
    for answer in board.answers:
        cell = answer.cell(study)
        if cell.speaks:
            name = name_in_answer(answer.claim, cell)
            measure = answer.about.wording.leading(cell.variant)
            yield {
                "id": answer.claim,
                "word": cell.word,
                "reason": describe_reason(cell, t),
                "conclusion": answer.conclusion,
                "text": answer.about.wording.claim(language),
                "measure": measure.measure(language) if measure else "",
                "number": _write_limited(numbers, name, language)
                if cell.in_answer
                else "",
                **_label_frames(answer, cell, numbers, language),
            }


def _write_limited(numbers: Numbers, name: str, language: Language) -> str:
    """Return an estimate with its limits; empty if both are infinite."""
    ends = (numbers.by_name[f"{name}.{limit}"].value for limit in ("low", "high"))
    return "" if all(map(isinf, ends)) else numbers.interval(name, language)


def _label_frames(
    answer: Answer, cell: Cell, numbers: Numbers, language: Language
) -> dict[str, object]:
    """Return which groups a source's estimate is of, and its estimate of all it lists.

    Both are empty where they are the same; the second where there is none.
    """
    if cell.framed is None or answer.synthesis is None:
        return {"frame": "", "listed": "", "listed_frame": ""}
    framing, name = Framing(answer.synthesis), f"{answer.claim}.{cell.study}"
    return {
        "frame": describe_frame(framing.find_frame(cell.study), language),
        "listed": numbers.interval(name, language) if cell.headline else "",
        "listed_frame": describe_frame(cell.frame.partition(",")[0], language),
    }


def _build_ledger_rows(study: Study, language: Language) -> list[tuple[str, str, str]]:
    ledger, words = study.ledger, CHINESE if language == "zh" else ENGLISH
    totals = [(step, "", format_count(ledger.total(step))) for step in ("read", "kept")]
    aside = ledger.set_aside.items()
    excluded = [
        ("set aside", words.labels.get(why, why), format_count(rows))
        for why, rows in aside
    ]
    return [*totals, *excluded]


def _describe_tables(study: Study) -> str:
    """Return the section of a study's README on its tables."""
    readme = study.folder / "README.md"
    text = readme.read_text("utf-8") if readme.is_file() else ""
    _, heading, rest = text.partition("\n## `")
    if not heading:
        return ""
    tables = re.split(r"^## ", f"`{rest}", flags=re.MULTILINE)
    return "\n".join(map(_fold_columns, tables))


def _fold_columns(text: str) -> str:
    r"""Return the section on one table with its columns in a fold.

    >>> _fold_columns("`groups` – a row\n\n| column |\n").splitlines()[0]
    '### `groups` – a row'
    """
    title, _, columns = text.partition("\n")
    opened = f"<details><summary>{Words('en')('study.columns')}</summary>"
    closed = write_raw("</details>")
    parts = (f"### {title}", write_raw(opened), columns.strip(), closed)
    return "\n\n".join(parts) + "\n"


def render_glossary_page(language: Language) -> str:
    """Render the glossary page."""
    other = next(code for code in LANGUAGES if code != language)
    terms = [
        (name, pair[language][0], pair[other][0], pair[language][1], pair[other][1])
        for name, pair in read_entries("glossary").items()
    ]
    terms.sort(key=lambda term: _sort_key(term[1], language))
    return render_template("glossary.md", "glossary.html", language, terms=terms)


def _sort_key(term: str, language: Language) -> tuple[bool, bytes]:
    """Return a key that sorts terms by letter, or Chinese ones by their pinyin.

    The common characters of GB 2312 stand in the order of their pinyin. Of those read
    in several ways, it knows one; `READ_LIKE` has the terms with another.

    >>> sorted(["体系", "调整", "弹性"], key=lambda term: _sort_key(term, "zh"))
    ['弹性', '体系', '调整']
    >>> sorted(["种子", "Wilson", "群", "把握"], key=lambda term: _sort_key(term, "zh"))
    ['把握', '群', '种子', 'Wilson']
    """
    if language == "en":
        return False, term.casefold().encode()
    first = next((like for of, like in READ_LIKE.items() if term.startswith(of)), "")
    read = first + term[len(first) :]
    return term[0].isascii(), read.encode("gb18030")


def render_numbers_page(numbers: Numbers, language: Language) -> str:
    """Render the page of all quotable numbers, famous claims first."""
    t = Words(language)
    rows = [numbers.by_name[name] for name in sorted(numbers.by_name)]
    pages: dict[str, dict[str, list[tuple[Number, str]]]] = {}
    for row in rows:
        label = row.chinese if language == "zh" and row.chinese else row.label
        labels = pages.setdefault(row.page.partition("#")[0], {})
        sharing = labels.setdefault(re.sub(r"[][]", "", label), [])
        sharing.append((row, _write_number(row, language)))
    first = {f"claims/{name}.html": place for place, name in enumerate(FAMOUS)}
    listed = sorted(pages, key=lambda page: (first.get(page, len(first)), page))
    about = {
        "pages": [(_name_page(page, t), pages[page].items()) for page in listed],
        "example": rows[0].name if rows else "",
    }
    return render_template("numbers.md", "numbers.html", language, **about)


def _name_page(page: str, t: Words) -> str:
    """Name the page of some numbers: a claim's question, a chapter, or its title.

    >>> _name_page("03_how_long_do_groups_live.html", Words("en"))
    'Chapter 3'
    >>> _name_page("claims/s1-over-90-fail.html", Words("en"))
    'Do nine in ten groups fail?'
    """
    stem = page.removesuffix(".html")
    if (claim := stem.removeprefix("claims/")) in read_register():
        return get_card(claim).question(t.language)
    if stem[:2].isdigit():
        return t("numbers.chapter", number=int(stem[:2]))
    return t("story.title") if page == STORY else t(f"nav.{stem}")


def _write_number(number: Number, language: Language) -> str:
    """Return a number as sentences print it; in Chinese without English words."""
    if language == "zh" and number.text.isalpha() and isfinite(number.value):
        return format_count(number.value)
    return number.translate(language).text


def code_pages() -> Iterator[tuple[str, str]]:
    """Yield the page of each estimator module's code."""
    estimators = [find_estimator(name) for name in read_register()]
    room = Path(paths.__file__).parents[1]
    for path, name in sorted({(code.path, code.module) for code in estimators if code}):
        written = (room / Path(path).relative_to("src")).read_text("utf-8")
        code = Markup(written)  # noqa: S704 - ours
        page = f"code/{name}.html"
        text = render_template("code.md", page, "en", name=name, path=path, code=code)
        yield f"code/{name}", text


@dataclass(frozen=True, slots=True)
class Succession:
    """Table by year: days until a numbered group (such as no. 3) has a successor."""

    of: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def describe_succession(study: Study) -> Succession | None:
    """Tabulate how soon a study's numbered groups get a successor (no. 2 after no. 1).

    >>> from helpers.study import open_study
    >>> describe_succession(open_study("zh_s1_lounges")).columns
    ('year opened', 'numbers', 'median days to the next', 'median days of overlap')
    >>> describe_succession(open_study("raku_irc")) is None
    True
    """
    tables = set(study.manifest.tables)
    if {"fills", "registry"} <= tables:
        return _count_full_successions(list_successors(study))
    numbered = list_successions(study) if "events" in tables else None
    if numbered is None or numbered.empty:
        return None
    return _count_series_successions(numbered)


def _count_series_successions(numbers: pd.DataFrame) -> Succession:
    by = numbers.groupby("year")
    middle = by[["days", "overlap"]].median().round(1)
    return Succession(
        say("numbers of a series that were followed by the next"),
        (
            say("year opened"),
            say("numbers"),
            say("median days to the next"),
            say("median days of overlap"),
        ),
        tuple(
            (str(year), format_count(size), f"{row.days:g}", f"{row.overlap:g}")
            for (year, size), row in zip(
                by.size().items(), middle.itertuples(), strict=True
            )
        ),
    )


def _count_full_successions(groups: pd.DataFrame) -> Succession:
    parts = pd.crosstab(groups["year"], groups["followed"], normalize="index")
    parts = parts.reindex(columns=HOW, fill_value=0.0)
    return Succession(
        say("groups that were called full, by when the next one was listed"),
        (say("year called full"), say("groups"), *HOW),
        tuple(
            (str(year), format_count(size), *map(format_share, parts.to_numpy()[nth]))
            for nth, (year, size) in enumerate(groups.groupby("year").size().items())
        ),
    )
