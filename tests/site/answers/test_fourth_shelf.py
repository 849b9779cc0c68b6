"""Each block of surveys, trials, cities and purchases has its page and its rows."""

import re
import tomllib
from html import unescape

import pytest

from helpers import paths
from helpers.claims.claim import Claim
from helpers.claims.evaluation.verdict_store import report_verdict
from helpers.claims.fixed.evidence_plan import FOURTH_SHELF, list_substitutes
from helpers.site.answers.evidence import build_board
from helpers.site.answers.quotable import (
    Numbers,
    choose_writer,
    format_interval,
    list_headline_numbers,
)
from helpers.site.claim_pages import Surroundings, render_claim_page
from helpers.site.languages import LANGUAGES, Words, read_entries
from helpers.study import open_study

NOTE = paths.ROOT / "docs/decisions/2026-11-22-evidence-from-the-fourth-shelf.md"
PLANS = tomllib.loads(FOURTH_SHELF.read_text("utf-8"))["plan"]
CELLS = sorted(
    {(plan["claim"], source) for plan in PLANS for source in plan["sources"]}
)
AMENDED = [(one, source) for one in list_substitutes() for source in one.sources]


def list_rows(heading):
    """Return the cells of each row of the decision note's table under a heading."""
    section = NOTE.read_text("utf-8").split(f"## {heading}")[1].split("\n## ")[0]
    rows = [
        line.strip("|").split("|") for line in section.splitlines() if line[:1] == "|"
    ]
    return [[cell.strip() for cell in row] for row in rows[2:]]


MARKS = read_entries("claim_page")["marks"]
ESTIMATES = list_rows("Estimates")


def find_marks(claim, source):
    """Return what the plan has printed with a source's number, as codes."""
    marks = (
        mark
        for plan in PLANS
        if plan["claim"] == claim and source in plan["sources"]
        for mark in plan.get("prints", ())
    )
    return [mark for mark in marks if not mark.startswith("within ")]


def find_verdict(claim, source):
    """Return a source's verdict, or that of one of its networks."""
    name, _, network = source.partition(", ")
    verdict = report_verdict(claim, open_study(name))
    if not network:
        return verdict
    return next(v for v in verdict.parts if v.study.endswith(f"/{network}"))


def strip_tags(page):
    """Return what a reader sees of a page, blanks as one."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", page)))


@pytest.fixture(scope="module")
def board(kept_verdicts):  # noqa: ARG001 - is read from there
    """Return the answers of the planned sources to the planned claims."""
    claims, sources = ({pair[n] for pair in CELLS} for n in (0, 1))
    return build_board([open_study(name) for name in sorted(sources)], sorted(claims))


@pytest.fixture(scope="module")
def pages(board):
    """Return the pages of the planned claims in both languages, as read."""
    numbers = Numbers(list_headline_numbers(board))
    around = Surroundings(board, {}, {}, ("13.html", "Verdicts"))
    return {
        (answer.claim, t): strip_tags(render_claim_page(answer, numbers, around, t))
        for answer in board.answers
        for t in LANGUAGES
    }


@pytest.mark.usefixtures("kept_verdicts")
@pytest.mark.parametrize("row", ESTIMATES, ids=lambda row: "-".join(row[:3]))
def test_estimate_of_the_note_is_the_computed_one(row):
    """Typed numbers grow stale when an estimator is mended."""
    _, claim, source, estimate, limits, n, word = row
    verdict = find_verdict(claim, source)
    if verdict.interval is None:
        assert word == f"{verdict.word}: {verdict.reason}"
        return
    typed = [estimate.split(" ")[0], *limits.split(" to "), n]
    one = verdict.interval
    computed = [f"{v:.4f}" for v in (one.estimate, one.low, one.high)] + [f"{one.n}"]
    assert [text.replace("−", "-") for text in typed] == computed
    assert word.split(" ")[0] == verdict.word


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("claim", "source"), CELLS)
def test_page_prints_definition_gates_and_interval_or_refusal(
    board, pages, claim, source, language
):
    """Of each planned source: what was counted, what was asked of it, what came out."""
    answer = next(one for one in board.answers if one.claim == claim)
    cell = next(one for one in answer.cells if one.study == source)
    t, page = Words(language), pages[claim, language]
    shown = [one for one in (cell, *cell.parts) if one.headline]
    for one in shown:
        assert (t.sentence(one.definition) or one.definition) in page
        write = choose_writer(Claim.of(claim), language, answer.variant)
        text = format_interval(one.headline, write)
        assert strip_tags(text) in page
        for way in one.ways:
            assert (t.sentence(way.name) or t.english(way.name)) in page
        for mark in find_marks(claim, source):
            assert t.either(MARKS[mark]) in page
    for check in cell.checks:
        assert (t.sentence(check.detail) or check.detail) in page
    if not shown:
        assert (
            cell.missing
            or any(not check.passed for check in cell.checks)
            or (cell.reason)
        )
        assert all(t.need(name) in page for name in cell.missing)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("amendment", "source"), AMENDED, ids=lambda one: getattr(one, "claim", one)
)
def test_page_prints_the_amendment_with_its_date(
    board, pages, amendment, source, language
):
    """A claim answered by another measure than registered says so, and since when."""
    answer = next(one for one in board.answers if one.claim == amendment.claim)
    cell = next(one for one in answer.cells if one.study == source)
    told = Words(language).sentence(amendment.describe()) or amendment.describe()
    if cell.headline is None and not any(part.headline for part in cell.parts):
        assert not cell.speaks
        return
    assert str(amendment.date) in told
    assert told in pages[amendment.claim, language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("claim", "source"),
    [
        ("s4-aloofness-hurts", "wiki_thanks_experiment"),
        ("s1-rules-needed", "rscience_rules_experiment"),
    ],
)
def test_trial_stands_with_its_published_result(pages, claim, source, language):
    """Of two lists far apart nobody sees that both are of one trial."""
    words = read_entries("claim_page")
    t, page = Words(language), pages[claim, language]
    section = page.split(f"## {t.either(words['title']['trials'])}")[1].split("## ")[0]

    assert t.either(words["trial"][source]) in section
    assert "Matias" in section
    read, _, _ = page.partition(t.either(words["title"]["cite"]))
    assert read.count("Matias") == section.count("Matias")


def test_page_of_one_component_names_its_measure_and_threshold(board, pages):
    """Mails were called deaths, shaded below 0.80, and had no specifications."""
    page = pages["s3-offline-meetups-help", "en"]
    answer = next(
        one for one in board.answers if one.claim == "s3-offline-meetups-help"
    )
    assert all(
        len(answer.cell(one).ways) >= 2 for one in ("tpac2023", "houston_meetups")
    )
    assert "Threshold: 1.2" in page
    assert "0.8" not in page.split("Threshold: ")[1][:10]
    assert "Deaths in the 60 days after a meeting" not in page


def test_certainty_of_a_trial_starts_at_high(pages):
    """Only what was compared at random starts there."""
    (section,) = re.findall(
        "## Randomised trials(.*?)## ", pages["s4-aloofness-hurts", "en"]
    )

    assert "Compared at random starts high" in section
