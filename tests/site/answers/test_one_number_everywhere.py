"""Page, figure, numbers file and table of verdicts show the same component."""

import pytest

from helpers.claims.contract.card import read_cards
from helpers.claims.evaluation.multiplicity import _build_row
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from helpers.notebooks import chapter
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.evidence import _build_cell
from helpers.site.answers.framing import Framing
from helpers.site.answers.quotable import list_headline_numbers
from helpers.study import open_study
from helpers.survival import Interval
from helpers.synthesis.synthesis import run_synthesis

STUDY = "fcc_gitter"
MEASURED = [
    (card.id, variant)
    for card in read_cards().values()
    for variant in ("", *card.variants)
    if card.measures(variant)
]


def _verdict(claim_id, variant):
    """Return a verdict with another number for each component."""
    measures = read_cards()[claim_id].measures(variant)
    components = tuple(
        Interval(
            0.1 * nth, 0.1 * nth - 0.01, 0.1 * nth + 0.02, 0.95, "", 10 * nth, nth, None
        )
        for nth in range(1, len(measures) + 1)
    )
    return Verdict(
        claim=claim_id, study=STUDY, word=Word.SUPPORTED, checksum="",
        components=components,
        variant=variant,
    )  # fmt: skip


def _show(verdict):
    return _build_cell(verdict, Framing(run_synthesis(verdict.claim, [])))


@pytest.mark.parametrize(("name", "variant"), MEASURED)
def test_page_figure_numbers_and_table_agree(name, variant, monkeypatch):
    """A second component that leads, as of strict rules, leads everywhere."""
    verdict = _verdict(name, variant)
    lead = verdict.components[read_cards()[name].lead(variant)]
    cell = _show(verdict)
    monkeypatch.setattr(chapter, "report_verdict", lambda *_: verdict)
    figure = chapter.tabulate_answers([name], [open_study(STUDY)]).iloc[0]
    board = Board((Answer(claim=name, word="SUPPORTED", cells=(cell,)),), {})
    numbers = {one.name.rpartition(".")[2]: one for one in list_headline_numbers(board)}
    table = _build_row(verdict, None)

    for what in ("estimate", "low", "high", "n"):
        shown = [figure[what], numbers[what].value, table[what]]
        assert shown == [getattr(lead, what)] * 3
    assert cell.headline.estimate == lead.estimate
    measure = read_cards()[name].leading(variant).measure.en
    assert numbers["estimate"].label.startswith(measure)


def test_strict_rules_are_not_labelled_lenient():
    """The number of strict groups bears their label, not that of lenient ones."""
    verdict = _verdict("s1-rules-too-strict", "")
    board = Board(
        (Answer(claim=verdict.claim, word="SUPPORTED", cells=(_show(verdict),)),),
        {},
    )
    labels = {one.label for one in list_headline_numbers(board)}

    assert verdict.estimate == verdict.components[1].estimate
    assert all("among strict groups" in label for label in labels)
