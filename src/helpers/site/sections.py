"""Section pages of the website: notebooks, data, methods, citation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

import pandas as pd
from scipy.special import expit

from helpers import paths
from helpers.claims import Word
from helpers.claims.evaluation.answers import Answered
from helpers.figures.citation import read_commit, read_project
from helpers.prose import format_count, format_share
from helpers.site.amendments import (
    count_amended,
    list_withdrawals,
    list_withdrawn_answers,
)
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.nearest import list_near_sources
from helpers.site.answers.told import describe_answer
from helpers.site.claim_citations import (
    COLUMNS,
    describe_commit,
    write_national,
    write_request,
)
from helpers.site.claims_page import count_claims
from helpers.site.contents import group_by_kind
from helpers.site.languages import Language, Words, read_entries
from helpers.site.rendering import find_study_page, render_template
from helpers.study import Study
from helpers.study.publish.study import YOURS

INSTRUMENTS, LEDGERS = paths.PROCESSED / "instruments", ("rules", "tone")
NOMINAL = 0.95  # how often an interval promises to hold the truth
Bars = dict[str, list[tuple[float, float]]]  # by card: how many of how many
OFTEN = 200  # draws of a simulated world below which only large faults show
OPEN = {"", Word.FRAGILE, Word.INCONCLUSIVE, Word.UNTESTABLE, Word.UNFALSIFIABLE}
ELSEWHERE = ("estimator not used here", "compared elsewhere")  # of anchors.csv


def render_chapters_page(
    notebooks: Sequence[tuple[str, str]], language: Language
) -> str:
    """Render the page that lists all notebooks."""
    listed = [(f"{page}.html", title) for page, title in notebooks]
    return render_template("chapters.md", "chapters.html", language, chapters=listed)


def render_data_page(studies: Sequence[Study], board: Board, language: Language) -> str:
    """Render the page that lists all data sources."""
    t = Words(language)
    answered: dict[str, int] = {}
    for answer in board.answers:
        for cell in answer.speaking:
            answered[cell.study] = answered.get(cell.study, 0) + 1
    kinds = [
        (kind, [_build_row(study, answered.get(study.name, 0), t) for study in sources])
        for kind, sources in group_by_kind(studies)
    ]
    return render_template(
        "data.md",
        "data.html",
        language,
        kinds=kinds,
        sources=len(studies),
        own_alone=[study.manifest.licence for study in studies] == [YOURS],
        near=list_near_sources([study.name for study in studies], t),
        labelled=_list_labelled_sets(t),
        labelled_words=read_entries("labelled")["head"],
    )


def _list_labelled_sets(t: Words) -> list[dict[str, str]]:
    """List the sets of labelled messages, each with its licence and rows used."""
    words = read_entries("labelled")
    ledgers = (pd.read_csv(INSTRUMENTS / f"chat_{of}_ledger.csv") for of in LEDGERS)
    listed = []
    for ledger in ledgers:
        for name, rows in ledger.groupby(ledger.columns[0], sort=False):
            own, counts = words[str(name)], rows.groupby("step")["rows"].sum()
            used = t.either(words["head"]["used"]).format(
                n=format_count(counts["kept"]), of=format_count(counts["read"])
            )
            texts = {key: t.either(own[key]) for key in ("name", "shows", "licence")}
            listed.append({**texts, "source": own["source"], "used": used})
    return listed


def _build_row(study: Study, answered: int, t: Words) -> dict[str, object]:
    facts = study.manifest
    return {
        "href": find_study_page(study.name, t.language),
        "name": t.source(study.name),
        "title": facts.title_en if t.language == "en" else facts.title_zh,
        "licence": facts.licence,
        "answered": answered,
    }


def render_trust_page(board: Board, language: Language) -> str:
    """Render the page on validation and trust."""
    about = count_claims(board)
    calibration, worlds = _read_calibration()
    bars: Bars = {"ways": _count_alternatives(board), **calibration}
    return render_template(
        "trust.md",
        "trust.html",
        language,
        sources=about["studies"],
        looked=about["looked"],
        tested=about["speaking"],
        chain={
            name: about[name]
            for name in ("claims", "testable", "fit", "able", "direct")
        }
        | {"tested": about["speaking"]},
        answered=about["answered"],
        own=board.is_own,
        nominal=NOMINAL,
        changed=_count_changed(board),
        withdrawn=_list_withdrawn(board, language),
        by_rule=[
            _describe_by_rule(answer, by_rule, Words(language))
            for answer, by_rule in list_decided_by_source(board)
        ],
        frequent=_describe_frequent_source(board, about, Words(language)),
        cards=[
            (
                name,
                [(format_share(n / of), 100 * n / of) for n, of in pairs],
                {
                    "n": format_count(pairs[0][0]),
                    "of": format_count(pairs[0][1]),
                    **worlds,
                },
            )
            for name, pairs in bars.items()
            if all(of for _, of in pairs)
        ],
    )


def _list_withdrawn(board: Board, language: Language) -> list[dict[str, object]]:
    """List each withdrawn answer, with the claim as its page words it."""
    told = {one.claim: describe_answer(one, language) for one in board.answers}
    withdrawn = [] if board.is_own else list_withdrawn_answers()
    return [
        {"told": told[one.claim], "one": one}
        for one in withdrawn
        if one.claim in told  # a site may be built of some claims only
    ]


def list_decided_by_source(board: Board) -> list[tuple[Answer, Answered]]:
    """List undecided claims with a verdict if each source were judged alone."""
    return [
        (answer, answer.by_rule)
        for answer in (() if board.is_own else board.answers)
        if answer.by_rule and answer.by_rule.word not in OPEN
        if not answer.conclusion.answer.decides
    ]


def _describe_by_rule(answer: Answer, by_rule: Answered, t: Words) -> dict[str, object]:
    """Describe a claim's verdict source by source, and the sources that give it."""
    agreeing = [v.study for v in by_rule.deciding if v.word == by_rule.word]
    return {
        "told": describe_answer(answer, t.language),
        "word": by_rule.word,
        "k": len(by_rule.deciding),
        "sources": t("told.joint").join(map(t.source, agreeing)),
    }


def _count_alternatives(board: Board) -> list[tuple[float, float]]:
    """Count alternative analyses by how they compare with the answer, and all of them.

    Those that agree with a definite answer, with the definite estimate of their source
    alone, those as undecided as the answer, and those that disagree.
    """
    counts = zip(*(answer.agreement for answer in board.answers), strict=True)
    agreeing, counted, undecided = map(sum, counts)
    confirming = sum(
        answer.agreement[0] - answer.agreement[2]
        for answer in board.answers
        if answer.conclusion.answer.decides
    )
    alone = agreeing - undecided - confirming
    said = (confirming, alone, undecided, counted - agreeing)
    return [(n, counted) for n in said]


def _count_changed(board: Board) -> dict[str, int]:
    """Count estimates barred from deciding after being seen, and claims changed so."""
    syntheses = [a.synthesis for a in board.answers if a.synthesis]
    shown = [] if board.is_own else syntheses
    barred = {synthesis.claim: list_withdrawals(synthesis) for synthesis in shown}
    return {
        "estimates": sum(len(each.said) for of in barred.values() for each in of),
        "claims": sum(map(bool, barred.values())),
        "noted": count_amended(() if board.is_own else board.answers),
    }


def _describe_frequent_source(
    board: Board, about: Mapping[str, int], t: Words
) -> dict[str, object]:
    """Describe the source that takes part in most claims, and in how many.

    Empty where no claim has a source that decides, and for a user's own study.
    """
    sources = {
        answer.claim: {
            name
            for part in answer.synthesis.components
            for entry in part.entering
            for name in entry.reading.sources
        }
        for answer in board.answers
        if answer.synthesis
    }
    often = Counter(chain(*sources.values()))
    if not often or board.is_own:
        return {}
    name, n = min(often.items(), key=lambda pair: (-pair[1], pair[0]))
    entered = sum(map(bool, sources.values()))
    return {
        "source": t.source(name),
        "n": n,
        "of": entered,
        "none": about["speaking"] - entered,
        "unfit": entered - about["fit"],
    }


def _read_calibration() -> tuple[Bars, dict[str, str]]:
    """Read the published results of the simulations (calibration).

    Share of intervals that held the truth in the median and in the worst simulated
    world, as chapter 12 has it, and of those of a common shortcut on the same draws;
    published numbers that came out again; changes of the judging code that a test saw.
    And, for sentences, how many worlds there are and how often they were drawn.
    """
    folder = paths.PROCESSED / "calibration"
    if not folder.is_dir():  # an installation without the published tables
        return {}, {}
    cells = pd.read_csv(folder / "cells.csv")
    both = cells.dropna(subset="naive_coverage")
    anchors = pd.read_csv(folder / "anchors.csv")["status"]
    mutants = pd.read_csv(folder / "mutants.csv")
    medians = both["coverage"].median(), both["naive_coverage"].median()
    shares = (medians[0], cells["coverage"].min(), medians[1])
    held = [(float(share), 1.0) for share in shares]
    tried = anchors[~anchors.isin(ELSEWHERE)]
    again = (int(tried.eq("reproduced").sum()), len(tried))
    seen = (int(mutants["killed"].sum()), int(mutants["mutants"].sum()))
    bars: Bars = {
        "worlds": held,
        "averages": _read_averages(folder),
        "anchors": [again],
        "mutants": [seen],
    }
    one_away = {"one_away": format_share(expit(1))}  # in log odds, from one half
    return bars, _count_worlds(cells["replicates"]) | one_away


def _read_averages(folder: Path) -> list[tuple[float, float]]:
    """Read how often averages over few and over more sources decide, as chapter 12."""
    pools = pd.read_csv(folder / "pools.csv").set_index(["k", "tau"])["decided_1"]
    return [(float(pools[few]), 1.0) for few in ((3, 1.2), (5, 0.6), (10, 0.6))]


def _count_worlds(draws: pd.Series[int]) -> dict[str, str]:
    """Count simulated worlds, those drawn often, and the draws of the rarest."""
    counts = {"worlds": len(draws), "often": (draws >= OFTEN).sum()}
    named = {**counts, "many": OFTEN, "least": draws.min()}
    return {name: format_count(number) for name, number in named.items()}


def render_cite_page(language: Language) -> str:
    """Render the page on how to cite the project."""
    project, t, commit = read_project(), Words(language), read_commit()
    columns = read_entries("columns")["claim_csv"]
    built, title = describe_commit(t), t("cite.bibtex_title", title=project.title)
    return render_template(
        "cite.md",
        "cite.html",
        language,
        licence=project.licence,
        address=project.url,
        columns=[(name, t.either(columns[name])) for name in COLUMNS],
        plain=t(
            "cite.plain",
            year=project.year,
            title=project.title,
            version=project.version,
            built=built,
            address=project.url,
        ).strip(),
        national=write_national(title, t),
        bibtex=write_request(t)
        + project.format_bibtex(
            title=title,
            note=built.strip(" ,，"),
        ).strip(),
        commit=commit,
    )
