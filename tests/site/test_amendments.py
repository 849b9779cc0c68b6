"""A claim's page names the notes with choices made after a number was seen."""

from types import SimpleNamespace

import pytest

from helpers import paths
from helpers.claims import read_register
from helpers.claims.fixed.evidence_plan import read_amendments
from helpers.site.amendments import (
    Amendment,
    add_late_choices,
    count_amended,
    list_amendments,
    list_withdrawals,
    list_withdrawn_answers,
)
from helpers.site.documents import list_document_addresses, list_documents
from helpers.site.languages import Words
from helpers.synthesis.conclusion import draw_conclusion, get_answer_name


def test_changes_marked_in_the_notes_are_found():
    """Both forms of tables: a column that says yes, and a list of such choices."""
    notes = {claim: {a.note for a in of} for claim, of in list_amendments().items()}

    assert set(notes) <= set(read_register())
    assert (
        "2026-11-22-answers-come-from-pooled-estimates.md" in notes["s1-over-90-fail"]
    )
    left_open = "2026-11-20-what-the-register-leaves-open.md"
    assert left_open in notes["s1-zombie-members-useless"]
    assert "s4-teachers-and-learners" not in notes  # its rows say no


@pytest.mark.parametrize("language", ["en", "zh"])
def test_each_note_has_a_title_in_both_indexes(language):
    """A date stands in for a title that is missing."""
    found = {one for of in list_amendments().values() for one in of}

    assert not [one.note for one in found if one.title(language) == one.date]
    assert all((paths.ROOT / "docs/decisions" / one.note).is_file() for one in found)


def test_no_barred_source_is_left_out_or_decides(syntheses):
    """Each amendment of the plan is listed once; what may decide nothing does not."""
    listed = {claim: list_withdrawals(one) for claim, one in syntheses.items()}

    late = [(one.claim, one.why) for one in read_amendments() if not one.foreseen]
    assert [(claim, one.why) for claim, of in listed.items() for one in of] == sorted(
        late, key=lambda one: list(listed).index(one[0])
    )
    for claim, of in listed.items():
        deciding = {reading.study for reading in syntheses[claim].deciding.readings}
        barred = {study for one in of if one.may == "nothing" for study in one.studies}
        assert not deciding & barred, claim


def test_links_to_a_decision_note_lead_to_that_note():
    """All notes are on one page, each under its own label."""
    pages = dict(list_documents({}))
    for amendment in (one for of in list_amendments().values() for one in of):
        assert pages["decisions.md"].count(f"({amendment.label})=") == 1


@pytest.mark.parametrize(
    ("page", "language"), [("decisions.md", "en"), ("zh/decisions.md", "zh")]
)
def test_list_of_notes_counts_the_claims_that_each_changed_late(page, language):
    """A row without its link, or a note counted under another's name, shows nothing."""
    text = dict(list_documents(list_document_addresses()))[page]
    lines = add_late_choices(text, Words(language)).split("\n")
    rows = [line.split("|") for line in lines if line.startswith("| 2026-")]
    changed = {
        row[2].split("#")[1].strip(" )"): row[4].strip()
        for row in rows
        if "#" in row[2]
    }
    note = Amendment("2026-11-27-a-late-choice-of-groups-makes-no-answer.md")
    claims = [claim for claim, notes in list_amendments().items() if note in notes]

    assert changed[note.label] == str(len(claims))
    assert sum(map(bool, changed.values())) > len(changed) / 3


def test_untested_claims_are_not_among_the_tested_ones_with_late_choices():
    """Five of them were: the front page gave 55 of 77 instead of 50."""
    names = list(list_amendments())[:3]
    answers = [SimpleNamespace(claim=name, tested=name != names[0]) for name in names]
    assert count_amended([*answers, SimpleNamespace(claim="none", tested=True)]) == 2


def test_a_withdrawn_answer_is_not_the_present_one_and_has_its_note(syntheses):
    """An answer that stands again must leave the table of withdrawn ones."""
    for one in list_withdrawn_answers():
        conclusion = draw_conclusion(syntheses[one.claim])
        note = paths.ROOT / "docs/decisions" / one.amendment.note

        assert get_answer_name(conclusion.answer) != one.name
        assert one.claim in note.read_text(encoding="utf-8")
        assert one.first <= one.last
