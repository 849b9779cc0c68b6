"""What the top of a claim's page says in plain numbers."""

import csv
import io
import re

import pytest

from helpers.claims.claim import Claim
from helpers.site.answers.board import Answer
from helpers.site.answers.evidence import build_board
from helpers.site.answers.evidence_chart import build_charts
from helpers.site.answers.quotable import Numbers, choose_writer, describe_frame
from helpers.site.answers.quoted import give_reason, list_quoted_numbers
from helpers.site.claim_citations import (
    NETWORK,
    QUOTED,
    build_citation,
    cite_claim,
    format_rows,
)
from helpers.site.claim_details import list_supplementary_numbers
from helpers.site.claim_summary import summarise_claim
from helpers.site.claims_page import FAMOUS
from helpers.site.languages import LANGUAGES, Words, read_entries
from helpers.study import open_studies
from helpers.synthesis.bound_numbers import Bound
from helpers.synthesis.conclusion import draw_conclusion
from helpers.synthesis.record import record_of

REPEATED = re.compile(r"(?<![\d.,])([−+]?[\d.,]+%?) ?(?:to|到|–) ?\1(?![\d.,]*\d)")


@pytest.fixture(scope="module", params=LANGUAGES)
def summaries(request, syntheses):
    """Return the texts at the top of every claim's page, by claim."""
    t, numbers = Words(request.param), Numbers([])
    answers = [
        Answer(claim=c, word=None, cells=(), synthesis=s) for c, s in syntheses.items()
    ]
    return {one.claim: summarise_claim(one, numbers, t) for one in answers}


def test_no_interval_runs_from_a_number_to_itself(summaries):
    """A number whose limits are rounded to it is given once, not as "20 to 20"."""
    shown = {
        (name, text)
        for name, one in summaries.items()
        for _, text in one.absolute
        if REPEATED.search(text)
    }
    assert sum(len(one.absolute) for one in summaries.values()) > 50
    rows = [
        (name, re.sub(r"<[^>]+>|\u202f%", "", str(row.value)))
        for name, one in summaries.items()
        for chart in one.charts
        for section in chart.sections
        for row in section.rows
    ]
    assert not shown
    assert not [row for row in rows if REPEATED.search(row[1])]


def test_a_number_that_two_sources_share_is_given_once(summaries):
    """Two sources with 20 of 100 each: about 20, not 20 to 20."""
    ((_, text), *_) = summaries["s0-lurkers-still-identify"].absolute
    assert "about 20 of 100" in text or "约 20 个" in text


def test_units_frames_and_places_of_the_files(syntheses):
    """A part has its own unit; a frame fits its definition; places are listed."""
    groups = record_of(syntheses["s4-aloofness-hurts"])["parts"][1]["rows"]
    assert "newcomers" not in {row["cases"] for row in groups}
    rows = record_of(syntheses["s1-over-90-fail"])["parts"][0]["rows"]
    frames = {row["frame"] for row in rows if row["study"] == "zh_s1_lounges"}
    assert frames == {"ever started"}
    silent = {row["study"] for row in rows if "silence alone" in row.get("frame", "")}
    assert {"w3c_groups", "v2ex_nodes"} <= silent  # who wrote there is not known
    assert "fcc_gitter" not in silent
    assert len(record_of(syntheses["s0-size-10-30-best"])["parts"][0]["places"]) > 2


def test_a_citation_names_each_source_taken_together(syntheses):
    """Who cites a claim can name those whose data it uses, not one name for all."""
    together = [c for c, s in syntheses.items() if s.deciding.basis == "strata"]
    assert {"s0-size-10-30-best", "s0-hasty-copycat-dies"} <= set(together)
    for claim in together:
        one = Answer(claim=claim, word=None, cells=(), synthesis=syntheses[claim])
        if not syntheses[claim].headline:
            continue
        for t in map(Words, LANGUAGES):
            assert t.source("fcc_gitter") in cite_claim(one, t).plain
            assert t.source("corpora_at_hand") not in cite_claim(one, t).plain
            assert len(build_citation(one, t).sources) > 2


def test_a_citation_says_what_an_interval_is_of(syntheses):
    """Two sources had no interval; one effect for all places stood there alone."""
    t = Words("en")
    plain = {
        name: cite_claim(
            Answer(claim=name, word=None, cells=(), synthesis=syntheses[name]), t
        ).plain
        for name in FAMOUS
    }
    assert "average of 5 sources" in plain["s0-three-month-death"]
    assert plain["s0-lurkers-still-identify"].count("95% interval") == 2
    places = syntheses["s0-size-10-30-best"].headline.places.mean.estimate
    assert f"if places may differ, {places:.2f}" in plain["s0-size-10-30-best"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_is_given_only_where_the_answer_is_open(syntheses, language):
    """A clause after "Undecided" that outlived its answer, or broke a phone's line."""
    for claim in read_entries("undecided"):
        one = syntheses[claim]
        why = give_reason(draw_conclusion(one), one, Numbers([]), Words(language))

        assert 0 < len(why) <= {"en": 38, "zh": 16}[language], claim


def test_averages_without_small_places_keep_none_of_them(syntheses):
    """A place with five large groups must not be among those of ten or more."""
    one = syntheses["s0-size-10-30-best"].headline
    larger, smaller = "10–30 over 31–100", "10–30 over < 10"

    assert one.comparisons_of_many[larger].k == one.comparisons[larger].k - 2
    assert one.comparisons_of_many[smaller] == one.comparisons[smaller]


def test_a_number_of_a_survey_is_not_labelled_as_visits(syntheses):
    """A label had the measure of the sources that decide, whoever gave the number."""
    quoted = list_quoted_numbers(syntheses["s0-lurkers-still-identify"], {})
    labels = [one.label for one in quoted if ".so_survey_2017." in one.name]
    assert labels
    assert not [label for label in labels if "visit" in label]


def test_rows_of_the_files_have_the_headings_of_the_page(syntheses):
    """Who filters a claim's CSV by role gets just what the page's chart groups."""
    t = Words("en")
    for claim, synthesis in syntheses.items():
        one = Answer(claim=claim, word=None, cells=(), synthesis=synthesis)
        drawn = [
            (section.heading or row.name, row.name if section.heading else "")
            for chart in build_charts(one, Numbers([]), t)
            for section in chart.sections
            for row in section.rows
        ]

        _, _, *rows = csv.DictReader(io.StringIO(format_rows(synthesis)))

        told = [
            (row["role"], row["source_en"].casefold())
            for row in rows
            if row["role"] != "The answer by other definitions"
            and (row["source_en"] or row["source"].partition("-")[0] in {"", "pooled"})
        ]
        assert told == [(heading, name.casefold()) for heading, name in drawn]
        sided = {row["role"] for row in rows if row["one_sided"]}
        assert not any(role.startswith("Direct measures, which") for role in sided)


def test_sources_that_may_not_decide_are_marked_in_chart_and_file(syntheses):
    """All sources of an average were said to decide, the biased ones, too."""
    synthesis = syntheses["s0-three-month-death"]
    one = Answer(claim="s0-three-month-death", word=None, cells=(), synthesis=synthesis)
    (chart,) = build_charts(one, Numbers([]), Words("en"))
    rows = csv.DictReader(io.StringIO(format_rows(synthesis)))

    biased = {row["source_en"] for row in rows if row["biased"] == "True"}
    marked = {row.name for row in chart.sections[0].rows if "bias" in row.cases}

    assert marked == biased
    assert 0 < len(biased) < len(chart.sections[0].rows)


def test_communities_that_a_source_combines_are_in_its_file(syntheses):
    """Four sites average 20%, from 10% to 33%: only the average was to be had."""
    rows = csv.DictReader(
        io.StringIO(format_rows(syntheses["s0-lurkers-still-identify"]))
    )
    shares = [float(row["estimate"]) for row in rows if row["role"] == NETWORK]

    assert len(shares) == 4
    assert min(shares) == pytest.approx(0.0996, abs=5e-4)
    assert max(shares) == pytest.approx(0.3275, abs=5e-4)


def test_the_answer_of_a_full_count_has_no_limits(syntheses):
    """Its own share was printed as both, as if it were known without error."""
    answer, *_ = csv.DictReader(
        io.StringIO(format_rows(syntheses["s0-200-of-343-shells"]))
    )
    assert answer["role"] == "answer"
    assert float(answer["estimate"]) == pytest.approx(0.9247, abs=5e-4)
    assert (answer["low"], answer["high"]) == ("", "")


def test_a_number_of_a_second_part_is_described_by_what_that_part_measures(syntheses):
    """The groups of 2021 were labelled as those of 2020."""
    found = list_quoted_numbers(syntheses["s0-future-groups-small"], {})
    labels = {number.name.partition("quoted.")[2]: number.label for number in found}

    assert "in the last year on record" in labels["part1.r_user_groups.estimate"]
    assert "in the last year but one" in labels["r_user_groups.estimate"]


def test_the_average_by_the_first_rules_is_printed(syntheses):
    """It stood in a sentence only."""
    first = {
        row["of"]: row["estimate"]
        for row in record_of(syntheses["s0-three-month-death"])["parts"][0][
            "sensitivity"
        ]
        if row["code"] == "with-registered"
    }
    assert first["zh_s1_lounges"] == pytest.approx(0.2525, abs=5e-4)


def test_every_number_of_a_bottom_line_is_in_the_file(syntheses):
    """Who cited "36% to 67%" found neither in the claim's CSV."""
    for synthesis in syntheses.values():
        line = draw_conclusion(synthesis).line.en
        quoted = {piece.name for piece in line if isinstance(piece, Bound)}
        rows = csv.DictReader(io.StringIO(format_rows(synthesis)))

        assert quoted <= {row["source"] for row in rows if row["role"] == QUOTED}


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_printed_beside_say_which_groups_they_count(language, kept_verdicts):  # noqa: ARG001 - is read from there
    """Twelve percent of all boards stood beside six percent of those that spoke."""
    claim = "s0-three-month-death"
    (answer,) = build_board(open_studies(), [claim]).answers
    shown = [c for cell in answer.shown for c in (cell, *cell.parts) if c.headline]
    write = choose_writer(Claim.of(claim), language)
    rows = list_supplementary_numbers(shown, write, language)
    frames = {row["study"]: row["frame"] for row in rows}

    founded = describe_frame("all created", language)
    assert frames["v2ex_nodes"] == frames["fcc_gitter"] == founded
    assert not frames["komodo_discord"]
    (lived,) = (row["text"] for row in rows if row["study"] == "fcc_gitter")
    assert "." not in re.sub("<[^>]+>", "", lived)


def test_the_record_names_the_groups_of_numbers_printed_beside(syntheses):
    """The JSON has them once a source, each with its frame."""
    (part,) = record_of(syntheses["s0-three-month-death"])["parts"]
    beside = [
        (row["study"], one["frame"])
        for row in part["rows"]
        for one in row.get("beside", ())
    ]
    assert ("v2ex_nodes", "all created") in beside
    assert beside.count(("fcc_gitter", "all created")) == 1


def test_citations_hold_no_marks_of_the_page(syntheses):
    """An interval's HTML was printed into the text and BibTeX to copy."""
    for claim, synthesis in syntheses.items():
        answer = Answer(claim=claim, word=None, cells=(), synthesis=synthesis)
        for t in map(Words, ("en", "zh")):
            cited = cite_claim(answer, t)
            assert not {"<", "\u202f"} & {*cited.plain, *cited.bibtex}, claim
