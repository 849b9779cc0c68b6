"""Web page of a claim: answer, chart, certainty and details."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from markupsafe import Markup

from helpers.claims.contract.card import Card
from helpers.claims.themes.failure.nested_shares import CLAIMED
from helpers.prose import format_count
from helpers.site.amendments import (
    ADDED,
    list_amendments,
    list_late_choices,
    list_withdrawals,
)
from helpers.site.answers.board import Answer, Board, Cell
from helpers.site.answers.nearest import list_near_answers
from helpers.site.answers.quotable import Numbers, choose_writer
from helpers.site.answers.quoted import fill_sentence
from helpers.site.answers.told import AnswerTexts, classify_state, describe_answer
from helpers.site.claim_citations import cite_claim
from helpers.site.claim_details import (
    build_curve,
    describe_agreement,
    describe_rule,
    find_estimator,
    group_texts,
    list_averages,
    list_controls,
    list_definitions,
    list_needs,
    list_refusals,
    list_supplementary_numbers,
    list_trials,
)
from helpers.site.claim_summary import (
    describe_reason,
    say_on_claim_page,
    summarise_claim,
)
from helpers.site.claims_page import LISTED, sort_answers
from helpers.site.figure_pages import describe_figure
from helpers.site.languages import Language, Words, read_entries
from helpers.site.rendering import find_in_language, render_template, split_note
from helpers.site.share_cards import FORMATS, has_tall_card, name_card
from helpers.synthesis.conclusion import draw_conclusion
from helpers.synthesis.sensitivity import list_uncounted
from helpers.wording import say

RELATED = 4


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a claim's page links to: other claims, notebook sections and figures.

    Attributes
    ----------
    board
        All claims, for those before, after and beside one.
    sections
        For each claim, address and title of the notebook sections about it.
    figures
        For each claim, the provenance of the figures that bear on it.
    verdicts
        Address and title of the notebook of verdicts.
    biases
        Known biases of each source, as its own page lists them.
    """

    board: Board
    sections: Mapping[str, Sequence[tuple[str, str]]]
    figures: Mapping[str, Sequence[Mapping[str, Any]]]
    verdicts: tuple[str, str]
    biases: Mapping[str, Sequence[str]] = field(default_factory=dict)


def render_claim_page(
    answer: Answer, numbers: Numbers, around: Surroundings, language: Language
) -> str:
    """Render the Markdown source of a claim's web page."""
    claim, t = answer.about, Words(language)
    entry = claim.entry
    write = choose_writer(claim, language, answer.variant)
    shown = [c for cell in answer.shown for c in (cell, *cell.parts) if c.headline]
    listed = tuple(dict.fromkeys((*answer.shown, *shown)))
    findings = claim.literature
    trials = list_trials(shown, findings, write, t)
    beside_trials = [found for row in trials for found in row["published"]]
    state = classify_state(answer)
    return render_template(
        "claim.md",
        f"claims/{entry.id}.html",
        language,
        one=entry,
        answer=answer,
        state=state,
        told_answer=describe_answer(answer, language),
        tested_form=claim.wording.tested_form(answer.variant)(language),
        summary=summarise_claim(answer, numbers, t),
        say=partial(say_on_claim_page, t=t),
        cited=cite_claim(answer, t),
        card="" if around.board.is_own else _find_card(answer, language),
        own_groups=find_in_language("your-own-groups.html", language),
        measured=_describe_measured_sources(answer, shown, t),
        exactly=group_texts((c.definition, t.source(c.study)) for c in shown),
        nested=around.verdicts if entry.id in CLAIMED else (),
        notes=group_texts((c.note, t.source(c.study)) for c in listed if c.note),
        marks=group_texts(
            (marks, t.source(c.study)) for c in shown if (marks := _list_marks(c, t))
        ),
        sure=_describe_certainty(answer, shown, t),
        verdicts=_list_verdicts(answer, t),
        biases=_list_biases(answer, around, t),
        biases_note=_choose_biases_note(answer),
        near=list_near_answers(answer, numbers, t),
        findings=[found for found in findings if found not in beside_trials],
        needs=list_needs(claim, around.board.met),
        own=around.board.is_own,
        refused=list_refusals(answer),
        rule=describe_rule(claim, t),
        rule_added=_list_added_rules(answer, numbers, t),
        averaged=bool(answer.pooled) and not around.board.is_own,
        amended=[] if around.board.is_own else list_amendments().get(entry.id, []),
        withdrawn={} if around.board.is_own else _describe_withdrawals(answer, t),
        chosen_late=[
            (t.source(study), t.sentence(say(what)))
            for study, what in list_late_choices(answer)
        ],
        write=write,
        gated=[c for c in answer.shown if c.checks],
        averages=list_averages(answer.synthesis, t),
        definitions=list_definitions(answer.synthesis, t),
        curves=[build_curve(c, claim, language) for c in shown if c.ways],
        beside=list_supplementary_numbers(listed, write, language),
        trials=trials,
        trials_grade=_grade_trials(answer, t),
        controls=list_controls(shown, write, t),
        sections=around.sections.get(entry.id, ()),
        figures=[
            describe_figure(f, language) for f in around.figures.get(entry.id, ())
        ],
        verdicts_page=around.verdicts[0],
        verdicts_title=around.verdicts[1],
        code=find_estimator(entry.id),
        listed=find_in_language(LISTED, language),
        **_list_related_claims(answer, around.board, language),
    )


def _list_added_rules(
    answer: Answer, numbers: Numbers, t: Words
) -> list[tuple[str, Markup]]:
    """List what was changed about a claim after its rule was fixed, with its date."""
    words = read_entries("claim_page")["rule_added"]
    added = (
        (
            split_note(note)[0],
            fill_sentence(t.either(words[code]), answer.synthesis, numbers),
        )
        for code, note in ADDED.get(answer.claim, ())
    )
    return [(date, sentence) for date, sentence in added if sentence]


def _describe_withdrawals(answer: Answer, t: Words) -> dict[str, Any]:
    """Describe the sources barred from a verdict after being seen; empty if none."""
    listed = list_withdrawals(answer.synthesis) if answer.synthesis else []
    if not listed:
        return {}
    words, joint = read_entries("claim_page")["withdrawn"], t("told.joint")
    said = Counter(str(word) for one in listed for word in one.said)
    return {
        "k": t.either(words["k"]).format(
            k=format_count(said.total()),
            said=joint.join(f"{t.verdict(word)} {n}" for word, n in said.most_common()),
        ),
        "rows": [
            {
                "date": one.date,
                "names": joint.join(map(t.source, one.studies)),
                "may": t.either(words[one.may]),
                "why": t.sentence(say(one.why)),
                "said": joint.join(dict.fromkeys(t.verdict(str(w)) for w in one.said)),
            }
            for one in listed
        ],
    }


def _list_verdicts(answer: Answer, t: Words) -> str:
    """List the verdicts of sources with direct measures, each with their names."""
    named: dict[str, list[str]] = {}
    for cell in answer.speaking:
        if not cell.stands_in:
            named.setdefault(t.verdict(str(cell.word)), []).append(t.source(cell.study))
    verdicts = sorted(named.items(), key=lambda pair: -len(pair[1]))
    joint, comma = t("told.joint"), t.either([", ", "、"])
    return joint.join(
        f"{word}{t('claim.colon')}{comma.join(names)}" for word, names in verdicts
    )


def _list_biases(
    answer: Answer, around: Surroundings, t: Words
) -> list[tuple[str, Sequence[str]]]:
    """List the known biases of each source that decides the answer."""
    headline = answer.synthesis.headline if answer.synthesis else None
    places = headline.strata if headline else ()
    deciding = {cell.study for cell in answer.cells if cell.decides}
    deciding |= {place.name.partition("/")[0] for place in places}
    return [
        (t.source(name), notes)
        for name, notes in around.biases.items()
        if name in deciding and notes
    ]


def _choose_biases_note(answer: Answer) -> str:
    """Return the name of the sentence on directions of biases.

    Directions matter where the bias of some source limits its verdicts.
    """
    components = answer.synthesis.components if answer.synthesis else ()
    entering = (entry for part in components for entry in part.entering)
    known = any(entry.reading.verdict.speaks_for != "both" for entry in entering)
    return "biases_note" if known else "biases_unsigned"


def _find_card(answer: Answer, language: Language) -> str:
    """Return the web address of the claim's preview image for sharing."""
    form = FORMATS[has_tall_card(answer, language)]
    return f"figures/{name_card(answer.claim, language, form)}"


def _grade_trials(answer: Answer, t: Words) -> tuple[str, list[tuple[str, str]]]:
    """Return the certainty of a claim's randomised evidence, and each reason for it.

    Empty where it decides nothing.
    """
    synthesis = answer.synthesis
    trials = (synthesis.trials or synthesis) if synthesis else None
    if trials is None or trials.grade is None or not trials.deciding.readings:
        return "", []
    level = draw_conclusion(trials).certainty_name(t.language)
    return level, [describe_reason(reason, t) for reason in trials.grade.reasons]


def _list_marks(cell: Cell, t: Words) -> str:
    """List what the plan of the evidence has printed with a number, in words."""
    words = read_entries("claim_page")["marks"]
    marks = [t.either(words[mark]) for mark in cell.qualifiers if mark in words]
    return t.either(["; ", "；"]).join(marks)


def _describe_measured_sources(
    answer: Answer, shown: Sequence[Cell], t: Words
) -> list[tuple[str, list[str]]]:
    """Describe what each source counted or measured to test a claim."""
    card = answer.about.wording
    return group_texts(
        (_describe_measure(card, cell, t), t.source(cell.study)) for cell in shown
    )


def _describe_measure(card: Card, cell: Cell, t: Words) -> str:
    measure = card.leading(cell.variant)
    return measure.measure(t.language) if measure else ""


def _describe_certainty(answer: Answer, shown: Sequence[Cell], t: Words) -> list[str]:
    """Describe the reasons for the certainty of a claim's answer."""
    if not answer.tested:
        return []
    if not shown:  # a fit that the data do not determine
        return [_format_size(answer, t)]
    agreeing, counted, _ = answer.agreement
    key = "sure.ways" if any(cell.decides for cell in shown) else "sure.apart"
    stands = [c for c in answer.shown if c.speaks and c.stands_in]
    names = t("told.joint").join(t.source(cell.study) for cell in stands)
    return [
        *_describe_other_definitions(answer, t),
        describe_agreement(key, agreeing, counted, t) if counted else t("sure.no_ways"),
        *_describe_first_count(answer, t),
        *_among_all(answer, t),
        _format_size(answer, t),
        t("sure.stand_in", names=names) if stands else t("sure.itself"),
    ]


def _describe_first_count(answer: Answer, t: Words) -> list[str]:
    """Describe the count of alternatives fixed first, if it lowers the certainty."""
    reasons = (r for r in answer.conclusion.reasons if r.code == "few-first")
    return [
        t("sure.ways_first", agree=format_count(agreeing), of=format_count(counted))
        for agreeing, counted in (reason.numbers for reason in reasons)
    ]


def _describe_other_definitions(answer: Answer, t: Words) -> list[str]:
    """Describe the range of analyses by another definition, which are not counted."""
    headline = answer.synthesis.headline if answer.synthesis else None
    estimates = [way.estimate for way in list_uncounted(headline)] if headline else []
    if len(estimates) < 2:  # noqa: PLR2004 - a range has two ends
        return []
    write = choose_writer(answer.about, t.language, answer.variant)
    least, most = write(min(estimates)), write(max(estimates))
    return [t("sure.otherwise", n=len(estimates), least=least, most=most)]


def _among_all(answer: Answer, t: Words) -> list[str]:
    """Return how many verdicts of a claim remain significant after multiple testing."""
    if not answer.settled:
        return []
    numbers = {"kept": answer.kept, "settled": answer.settled, "tests": answer.tests}
    return [t("sure.family", **numbers)]


def _format_size(answer: Answer, t: Words) -> str:
    size = answer.about.design_size
    if size is None:
        return t("sure.uncalibrated")
    if size.groups is None:
        return t("claim.design_beyond", tried=size.tried)
    of_groups = [c for c in answer.speaking if c.cases == "groups"]
    small = [cell for cell in of_groups if cell.n and not size.reached(cell.n)]
    names = t("told.joint").join(t.source(cell.study) for cell in small)
    told_size = t("claim.design", groups=size.groups)
    short = t("claim.design_short", names=names) if small else ""
    if answer.speaking and not of_groups:
        short = t("claim.design_other")
    return (" " if t.language == "en" else "").join(filter(None, (told_size, short)))


def _list_related_claims(
    answer: Answer, board: Board, language: Language
) -> dict[str, Any]:
    """Return links to the previous, next and related claims."""
    ordered = sort_answers(board)
    place = next(n for n, entry in enumerate(ordered) if entry.claim == answer.claim)
    theme = answer.about.entry.theme
    related = [
        other
        for other in ordered
        if other is not ordered[place] and other.about.entry.theme == theme
    ]
    before = ordered[place - 1] if place else None
    after = ordered[place + 1] if place + 1 < len(ordered) else None
    return {
        "before": _build_link(before, language),
        "after": _build_link(after, language),
        "related": [describe_answer(other, language) for other in related[:RELATED]],
    }


def _build_link(answer: Answer | None, language: Language) -> AnswerTexts | None:
    return describe_answer(answer, language) if answer else None
