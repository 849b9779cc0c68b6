"""Parts shared by all notebooks: claims, verdict tables and missing data."""

from __future__ import annotations

import json  # nbformat takes a second to import, in every kernel
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import groupby
from math import inf, isinf
from typing import NamedTuple

import pandas as pd

from helpers import paths
from helpers.claims import Verdict, read_register, report_verdict
from helpers.claims.claim import Claim
from helpers.claims.contract.card import (
    Card,
    Of,
    Text,
    capitalise,
    format_number,
    get_card,
)
from helpers.claims.evaluation.answers import SILENT
from helpers.claims.evaluation.sentences import (
    get_form,
    get_word_label,
    write_sentence,
)
from helpers.claims.evaluation.verdict_store import report_together
from helpers.claims.fixed.source_names import get_plain_name
from helpers.errors import NotIdentifiableError
from helpers.figures.wording import CHINESE
from helpers.notebooks.tables import Table
from helpers.prose import Prose, format_count
from helpers.study import Study
from helpers.study.tables.definitions.tables import TABLES
from helpers.synthesis.conclusion import (
    Conclusion,
    draw_conclusion,
    get_answer_name,
    get_certainty_name,
)
from helpers.synthesis.decision import Answer, withhold_biased
from helpers.synthesis.readings import list_readings
from helpers.synthesis.synthesis import run_synthesis
from helpers.wording import say
from helpers.wording.messages import Language

LANGUAGES: tuple[Language, ...] = ("en", "zh")
IN_SHORT = ("In short", "一句话")
COLUMNS = [
    "claim", "variant", "study", "source", "answer", "how", "frame", "barred",
    "estimate", "low", "high", "n",
]  # fmt: skip
WAYS = {
    "asked": Text("question", "问题"),
    "source": Text("source", "来源"),
    "agree": Text("agree", "一致"),
    "of": Text("of", "共"),
    "opposite": Text("say the opposite", "相反"),
}
COUNTED = Text("{answer} ({n})", "{answer}（{n} 条）")
CERTAIN = Text("{answer}; certainty {level} ({n})", "{answer}，把握{level}（{n} 条）")
LONG = 12  # lines beyond which a group is folded by theme
UNANSWERED = say("no source at hand has an estimate")


def list_contents() -> Prose:
    """List links to all notebooks (chapters), in both languages."""
    links: dict[bool, list[str]] = {False: [], True: []}
    for path in sorted(paths.NOTEBOOKS.glob("*.ipynb")):
        for cell in json.loads(path.read_text("utf-8"))["cells"][:2]:
            first = "".join(cell["source"]).splitlines()[0]
            line = f"- `{path.stem[:2]}` [{first.removeprefix('# ')}]({path.name})"
            links["zh" in cell["metadata"].get("tags", ())].append(line)
    return Prose("\n".join(links[False]), "\n".join(links[True]))


def list_theme_claims(*names: str) -> list[str]:
    """List the ids of the claims on given themes, in register order.

    >>> list_theme_claims("lurkers")[0]
    's0-lurkers-still-identify'
    """
    return [entry.id for entry in read_register().values() if entry.theme in names]


def choose_study(
    studies: Sequence[Study], name: str, *, having: Collection[str]
) -> Study:
    """Return the study of a given name; on a user's own exports, the first that fits.

    Raises
    ------
    NotIdentifiableError
        If it has not the tables, or none has them, or there is no such study.
    """
    name = str(name)
    at_hand = {study.name: study for study in studies}
    able = {n: s for n, s in at_hand.items() if set(having) <= set(s.manifest.tables)}
    if name in able:
        return able[name]
    public = (paths.PROCESSED / name / "manifest.json").is_file()
    if able and public and name not in at_hand:
        return next(iter(able.values()))
    lists = " and ".join(TABLES[table].row for table in having)
    if not able:
        raise NotIdentifiableError(f"no source at hand lists {lists}")
    remedy = f"these do: {', '.join(able)}"
    raise NotIdentifiableError(f"{name} does not list {lists}", remedy=remedy)


def choose_answering(
    claim_id: str, studies: Sequence[Study], name: str, *, having: Collection[str] = ()
) -> tuple[Study, Verdict]:
    """Choose the study in which a claim can be estimated; return it with the verdict.

    That is the study of the name; in a user's own run, the first of theirs that does
    and has the tables.

    Raises
    ------
    NotIdentifiableError
        If no study at hand estimates it from these tables.
    """
    chosen = choose_study(studies, name, having=having)
    others = (study for study in studies if set(having) <= set(study.manifest.tables))
    for study in [chosen] if chosen.name == name else others:
        verdict = report_verdict(claim_id, study)
        if verdict.estimate is not None:
            return study, verdict
    raise NotIdentifiableError(UNANSWERED)


def tabulate_verdict(
    verdict: Verdict, counted: float, more: Mapping[str, float] | None = None
) -> Table:
    """Tabulate a claim's published verdict next to the notebook's own result.

    Parameters
    ----------
    counted
        What the notebook computed by itself.
    more
        Further numbers, by their English names; Chinese ones are among the labels of
        figures.
    """
    row = {
        "estimate": verdict.estimate,
        "low": verdict.low,
        "high": verdict.high,
        "counted here": counted,
        **(more or {}),
    }
    word = str(withhold_biased(verdict).word)
    answer = Text(*(get_word_label(word, one) for one in LANGUAGES))
    return Table(
        pd.DataFrame([{"answer": answer, **row}]),
        Text("The verdict, and the number counted here", "结论，和这里数出的数"),
        formats=dict.fromkeys(row, _format_plainly),
        heads={name: Text(name, CHINESE.labels[name]) for name in ("answer", *row)},
    )


def _format_plainly(value: float) -> str:
    """Format a number of any size to four digits, without exponents."""
    if isinf(value):
        return "∞"
    if abs(value) >= 1000:  # noqa: PLR2004 - the digits that are kept
        return format_count(value)
    return f"{value:.4g}" if abs(value) >= 1e-4 or not value else "<0.0001"  # noqa: PLR2004 - smaller ones would need an exponent


def require_rows(
    rows: pd.DataFrame, what: str, /, *, apart: str = "", **values: object
) -> pd.DataFrame:
    """Return a table if it is not empty, else raise an error with the reason.

    Parameters
    ----------
    what
        What there must be, a template of `values`.
    apart
        A column by which the step compares: two values of it must be there.

    Raises
    ------
    NotIdentifiableError
        If there are none: the page of a small study says so in place of the step.

    Examples
    --------
    >>> require_rows(pd.DataFrame({"n": [1]}), "groups").shape
    (1, 1)
    """
    if rows.empty or (apart and rows[apart].nunique() < 2):  # noqa: PLR2004 - to compare
        named = say(what, **values)
        raise NotIdentifiableError(say("there are no {what}", what=named))
    return rows


def tabulate_answers(claims: Sequence[str], studies: Sequence[Study]) -> pd.DataFrame:
    """Tabulate estimate and verdict of each source for given claims.

    ``how`` marks counts and indirect measures, ``frame`` says which groups are counted
    and whether failure is silence alone, ``barred`` whether the source may decide
    nothing. Sources that can say nothing have no row; a
    claim for which no source has an estimate of its own has one per network.
    """
    rows = [row for name in claims for row in _iterate_answers(name, studies)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _iterate_answers(
    name: str, studies: Sequence[Study]
) -> Iterator[dict[str, object]]:
    for study, verdicts in _list_answers(name, studies):
        for verdict in map(withhold_biased, verdicts):
            yield {
                "claim": name,
                "variant": verdict.variant,
                "study": study.name,
                "source": _name_source(verdict).en,
                "answer": get_word_label(str(verdict.word), "en"),
                "how": _describe_evidence(verdict),
                "frame": _describe_frame(verdict),
                "barred": verdict.may == "nothing",
                "estimate": verdict.estimate,
                "low": verdict.low,
                "high": verdict.high,
                "n": verdict.n,
            }


def _describe_evidence(verdict: Verdict) -> str:
    """Return whether an estimate is a complete count or an indirect measure, or ""."""
    if verdict.low is not None and verdict.low == verdict.high != inf:
        return "count"
    return "indirect" if "proxy" in verdict.qualifiers else ""


def _describe_frame(verdict: Verdict) -> str:
    """Return which groups are counted and how failure is defined; else ""."""
    readings = list_readings(verdict)
    return next((each.printed_frame for each in readings if each.registered), "")


def _list_answers(
    name: str, studies: Sequence[Study]
) -> list[tuple[Study, list[Verdict]]]:
    """List each source's estimates of a claim; if none has any, those of its networks.

    A claim that is answered network by network only would not appear otherwise.
    """
    verdicts = [report_verdict(name, study) for study in studies]
    answers = [_list_estimated(verdict) for verdict in verdicts]
    if not any(answers):
        answers = [_keep_estimated(verdict.parts) for verdict in verdicts]
    return list(zip(studies, answers, strict=True))


def _list_estimated(verdict: Verdict) -> list[Verdict]:
    """List a source's estimate of a claim; if it has none, those of its networks.

    A source that answers without an estimate of its own has none in this list.
    """
    whole = [verdict] if verdict.word not in SILENT else verdict.parts
    return _keep_estimated(whole)


def _keep_estimated(verdicts: Sequence[Verdict]) -> list[Verdict]:
    return [v for v in verdicts if v.word not in SILENT and v.interval is not None]


def build_answer_box(
    claims: Sequence[str], studies: Sequence[Study], head: tuple[str, str] = IN_SHORT
) -> Prose:
    """Build the box that opens a notebook: one conclusion per claim.

    Where none does, the sentences say what is missing.
    """
    answers = {name: _collect_answer(name, studies) for name in claims}
    answered = {name: answer for name, answer in answers.items() if answer.speaks}
    boxes = []
    for language, title in zip(LANGUAGES, head, strict=True):
        lines = [f"**{title}**", ""]
        for name, answer in (answered or answers).items():
            conclusion = _quote_conclusion(name, answer, language)
            lines.append(_format_line(name, conclusion, language))
        boxes.append("\n".join(f"> {line}".rstrip() for line in lines))
    return Prose(*boxes)


def _format_line(name: str, conclusion: str, language: Language) -> str:
    asked = f'<span data-claim="{name}">{get_card(name).question(language)}</span>'
    return f"- {asked} **{conclusion}**"


def list_conclusions(themes: Mapping[str, Text], studies: Sequence[Study]) -> Prose:
    """List one conclusion per claim, grouped by answer and certainty.

    The most certain come first within an answer; claims that no source answers are
    left out.

    Parameters
    ----------
    themes
        The theme of each claim, by which long groups are folded.
    """
    answers = {name: _collect_answer(name, studies) for name in themes}
    conclusions = [
        _conclude(name, answer) for name, answer in answers.items() if answer.speaks
    ]
    order = list(Answer)
    conclusions.sort(key=lambda one: (order.index(one.answer), -(one.certainty or 0)))
    return Prose(
        *(_format_groups(conclusions, themes, language) for language in LANGUAGES)
    )


def _format_groups(
    conclusions: Sequence[Conclusion], themes: Mapping[str, Text], language: Language
) -> str:
    parts = []
    for (answer, level), group in groupby(
        conclusions, lambda one: (one.answer, one.certainty)
    ):
        lines: dict[str, list[str]] = {}
        for one in group:
            line = _format_line(one.claim, one.bottom_line(language), language)
            lines.setdefault(themes[one.claim](language), []).append(line)
        listed = [line for of in lines.values() for line in of]
        head = CERTAIN if level else COUNTED
        told = head(language).format(
            answer=get_answer_name(answer)(language),
            level=get_certainty_name(level)(language),
            n=len(listed),
        )
        parts.append(f"**{told}**")
        parts.extend(_fold(lines) if len(listed) > LONG else ["\n".join(listed)])
    return "\n\n".join(parts)


def _fold(lines: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield the lines of each theme behind its name and their number."""
    for theme, listed in lines.items():
        summary = f"<summary>{capitalise(theme)} ({len(listed)})</summary>"
        yield "\n".join(["<details>" + summary, "", *listed, "", "</details>"])


def _quote_conclusion(name: str, answer: _Answer, language: Language) -> str:
    """Return the conclusion on a claim, or the data missing for one."""
    if not answer.speaks:
        return write_sentence(
            name,
            answer.by_source,
            language,
            strata=answer.together,
            translate=_build_translator(language),
        )
    return _conclude(name, answer).bottom_line(language)


def _conclude(name: str, answer: _Answer) -> Conclusion:
    synthesis = run_synthesis(name, answer.by_source, strata=answer.together)
    return draw_conclusion(synthesis)


def build_overview_title(
    subject: tuple[str, str], claims: Sequence[str], studies: Sequence[Study]
) -> Text:
    """Build the title of a figure of many claims: subject, number of claims undecided.

    Parameters
    ----------
    subject
        What the claims are about, in English and Chinese.
    claims, studies
        Which claims are drawn, over which sources; claims that none answers are left
        out of the count.
    """
    answers = {name: _collect_answer(name, studies) for name in claims}
    answered = {name: answer for name, answer in answers.items() if answer.speaks}
    undecided = [
        name
        for name, answer in answered.items()
        if _conclude(name, answer).answer is Answer.UNDECIDED
    ]
    counted = {"m": len(undecided), "k": len(answered)}
    every = len(undecided) == len(answered) > 1
    form = "overview_all" if every else "overview"
    pairs = zip(subject, LANGUAGES, strict=True)
    return Text(
        *(
            get_form(f"sentence.{form}", language).format(subject=told, **counted)
            for told, language in pairs
        )
    )


class _Answer(NamedTuple):
    """Verdicts of all sources on one claim, and of the sources combined."""

    by_source: list[Verdict]
    together: Verdict | None

    @property
    def speaks(self) -> bool:
        """Return whether any source, or all combined, have a verdict on the claim."""
        every = [*self.by_source, *([self.together] if self.together else [])]
        return any(_keep_estimated([verdict, *verdict.parts]) for verdict in every)


def _collect_answer(name: str, studies: Sequence[Study]) -> _Answer:
    verdicts = [report_verdict(name, study) for study in studies]
    return _Answer(verdicts, report_together(name, studies))


def format_span(answers: pd.DataFrame, claim_id: str, language: Language = "en") -> str:
    """Format the range of a claim's estimates over sources, such as "12% to 48%".

    Where some sources have what the claim asks for, those of stand-ins follow in
    brackets, so that a title names the ends of its picture.

    Raises
    ------
    NotIdentifiableError
        If no source at hand answers it, so that there is no finding to name.

    Examples
    --------
    >>> told = {"claim": "s1-over-90-fail", "variant": "", "estimate": [0.21, 0.97]}
    >>> own = pd.DataFrame(told | {"how": ""})
    >>> format_span(own, "s1-over-90-fail").replace("\u202f", " ")
    '21 % – 97 %'
    >>> format_span(own.assign(how=["", "indirect"]), "s1-over-90-fail").replace(
    ...     "\u202f", " "
    ... )
    '21 % (indirect: 97 %)'
    """
    rows = answers[answers["claim"] == claim_id]
    if rows.empty:
        raise NotIdentifiableError(UNANSWERED)
    measure = get_card(claim_id).leading(rows["variant"].iloc[0])
    of = measure.of if measure else "ratio"
    indirect = rows["how"] == "indirect"
    ends = [
        _list_ends(of, part["estimate"]) for part in (rows[~indirect], rows[indirect])
    ]
    own, aside = ends
    if not (own and aside):
        return own or aside
    return Text(f"{own} (indirect: {aside})", f"{own}（间接测量：{aside}）")(language)


def _list_ends(of: Of, estimates: pd.Series[float]) -> str:
    ends = (estimates.min(), estimates.max()) if len(estimates) else ()
    return " – ".join(dict.fromkeys(format_number(of, end, "en") for end in ends))


def list_not_answerable(claims: Sequence[str], studies: Sequence[Study]) -> Table:
    """Tabulate the claims without a verdict, with the data missing."""
    answers = {name: _collect_answer(name, studies) for name in claims}
    silent = {name: answer for name, answer in answers.items() if not answer.speaks}
    rows = pd.DataFrame(
        {
            "asked": [get_card(name).question for name in silent],
            "lacks": [
                _describe_gap(get_card(name), verdicts)
                for name, verdicts in silent.items()
            ],
        }
    )
    heads = {
        "asked": Text("question", "问题"),
        "lacks": Text(
            "what is missing, or why nothing can tell", "缺什么，或为什么没法检验"
        ),
    }
    return Table(rows, Text("Not answerable here", "这里答不了的"), heads=heads)


def _describe_gap(card: Card, answer: _Answer) -> Text:
    """Return why a claim has no answer: which requirement or record is missing."""
    refused = next((v.refusal for v in answer.by_source if v.refusal), "")
    if refused and not card.why.en:
        en, zh = (_build_translator(language)(refused) for language in LANGUAGES)
        return Text(f"{capitalise(en)}.", f"{zh or refused}。")
    reason = card.why if card.why.en else card.missing
    return Text(f"{capitalise(reason.en)}.", f"{reason.zh or card.missing.zh}。")


def _build_translator(language: Language) -> Callable[[str], str]:
    # the site's words: loaded only in chapters that have something to translate
    from helpers.site.languages import Words  # noqa: PLC0415

    return Words(language).sentence


def tabulate_agreement(claims: Sequence[str], studies: Sequence[Study]) -> Table:
    """Tabulate how many alternative analyses agree with each verdict."""
    rows = pd.DataFrame(
        [
            {
                "asked": get_card(name).question,
                "source": _name_source(verdict),
                "agree": verdict.agreement.agreeing,
                "of": verdict.agreement.counted,
                "opposite": verdict.agreement.opposite,
            }
            for name in claims
            for _, verdicts in _list_answers(name, studies)
            for verdict in verdicts
            if verdict.agreement is not None
        ],
        columns=list(WAYS),
    )
    return Table(rows, Text("Other ways of counting", "换种算法"), heads=WAYS)


def _name_source(verdict: Verdict) -> Text:
    """Return the plain name of a verdict's source, and of its network if it has one."""
    study, _, network = verdict.study.partition("/")
    suffix = f" ({network})" if network else ""
    en, zh = (get_plain_name(study, language) + suffix for language in LANGUAGES)
    return Text(en, zh)


def tabulate_literature(claims: Sequence[str]) -> Table:
    """Tabulate published findings on claims: study, sample, result."""
    publications = {
        finding.key: finding for name in claims for finding in Claim.of(name).literature
    }
    rows = pd.DataFrame(
        {
            "published": [finding.citation for finding in publications.values()],
            "found": [
                Text(
                    f"{finding.finding.en} ({finding.sample.en})",
                    f"{finding.finding.zh}（{finding.sample.zh}）",
                )
                for finding in publications.values()
            ],
        }
    )
    heads = {"published": Text("published", "发表"), "found": Text("found", "发现")}
    return Table(rows, Text("What the literature found", "文献里的发现"), heads=heads)
