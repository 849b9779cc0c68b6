"""Every claim has a card, and a card types no number that the rule has."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import astuple
from types import ModuleType

import pytest

from helpers.claims import read_register
from helpers.claims.contract.card import format_number, get_card, read_cards
from helpers.claims.evaluation.registry import ESTIMATORS, list_claims_of
from helpers.claims.evaluation.sentences import format_unit
from helpers.claims.fixed.register import get_rule
from helpers.claims.quantities.spans import THREE_MONTHS, TWELVE_WEEKS
from helpers.claims.rules.interval_rules import All
from helpers.discovery import import_modules_in
from helpers.errors import ShequnError

REGISTER = read_register()
TESTED = [one for one in REGISTER.values() if one.status != "unfalsifiable"]


def test_cards_and_register_name_the_same_claims() -> None:
    """Cards and register name the same claims."""
    assert set(read_cards()) == set(REGISTER)


DATED = [
    (name, component.days)
    for name in REGISTER
    for component in get_card(name).components
    if component.days
]


@pytest.mark.parametrize(("name", "days"), DATED)
def test_card_horizon_equals_the_registered_one(name: str, days: int) -> None:
    """It stands there as a number of days, as a span from day 0, or as a lurker's."""
    said = " ".join(map(str, astuple(REGISTER[name])))
    spans = rf"(?<![\d.]){days}(?![\d.]*\d)|\b0–{days - 1}\b"
    of_lurkers = days == TWELVE_WEEKS and "lurkers" in said
    assert re.search(spans, said) or of_lurkers


def test_three_month_horizon_equals_the_cards() -> None:
    """The one span that estimators of several claims share."""
    assert get_card("s0-three-month-death").components[0].days == THREE_MONTHS


@pytest.mark.parametrize("name", REGISTER)
def test_card_text_is_present_in_both_languages(name: str) -> None:
    """No text of a card is empty in one language only, and Chinese is Chinese."""
    one = get_card(name)
    texts = [one.claim, one.question, one.missing, one.who, one.why]
    measures = [
        *one.components,
        *(
            component
            for components in one.variants.values()
            for component in components
        ),
    ]
    for component in measures:
        texts += [
            component.measure,
            component.yes,
            component.no,
            component.found,
            component.per,
        ]
    for text in texts:
        assert bool(text.en) == bool(text.zh)
        assert not any("\u4e00" <= sign <= "\u9fff" for sign in text.en)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in one.question.zh)


@pytest.mark.parametrize("name", REGISTER)
def test_card_claim_is_short_and_no_copied_paragraph(name: str) -> None:
    """A claim is told shortly: as a quote of our own, not a paragraph."""
    one = get_card(name)
    assert len(one.claim.en.split()) <= 14
    assert len(one.claim.zh) <= 30
    assert one.question.en.endswith("?")
    assert one.question.zh.endswith("？")


@pytest.mark.parametrize("entry", TESTED, ids=lambda entry: entry.id)
def test_testable_claim_has_a_measure_for_each_component(entry: object) -> None:
    """A rule of several components has as many measures, in every variant."""
    one = get_card(entry.id)  # type: ignore[attr-defined]
    rule = get_rule(REGISTER[one.id])
    components = len(rule.rules) if isinstance(rule, All) else 1
    for measures in (one.components, *one.variants.values()):
        assert len(measures) == components or (components == 1 and measures)
        assert all(component.found.en.count("{}") == 1 for component in measures)
        assert all(component.found.zh.count("{}") == 1 for component in measures)
    assert one.missing.en


def test_only_unfalsifiable_claims_state_why_they_are_untestable() -> None:
    """Only claims that nothing could count against have a reason for it."""
    without = {name for name, one in read_cards().items() if one.why.en}
    unfalsifiable = {
        name for name, entry in REGISTER.items() if entry.status == "unfalsifiable"
    }
    assert without == unfalsifiable
    assert not without & set(ESTIMATORS)


def test_numbers_are_written_by_their_kind() -> None:
    """A share is in per cent, a difference of shares in points, the rest plain."""
    told = [
        format_number(of, 0.5, "en")
        for of in ("share", "points", "difference", "ratio")
    ]
    assert [text.replace("\u202f", " ") for text in told] == [
        "50 %", "+50", "+0.50", "0.50",
    ]  # fmt: skip
    assert format_number("ratio", float("inf"), "zh") == "∞"
    assert [format_number("points", at) for at in (1, -0.996, 0.042)] == [
        "+100", "−100", "+4.2",
    ]  # fmt: skip
    assert [format_number("ratio", at) for at in (0.0703, 1.234, 12.34)] == [
        "0.07", "1.23", "12.3",
    ]  # fmt: skip


def test_an_estimators_variant_without_a_measure_is_named() -> None:
    """A stand-in that measures something else has to say what."""
    with pytest.raises(ShequnError, match=r"s0-owner-alone-fails\.variants\.thrones"):
        get_card("s0-owner-alone-fails").measures("thrones")


MODULES = list(import_modules_in("helpers.claims.themes"))


def named_in(tree: ast.Module, field: str) -> Iterator[str]:
    """Yield what a module's findings name in a field, constants looked up."""
    known = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg == field:
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value
                elif isinstance(part, ast.Name) and part.id in known:
                    yield str(known[part.id])


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_variant_of_an_estimator_has_a_measure(module: ModuleType) -> None:
    """What a stand-in measures is said on the card of a claim that it estimates."""
    theme = [each for each in MODULES if each.__package__ == module.__package__]
    listed = {claim_id for each in theme for claim_id in list_claims_of(each.__name__)}
    measured = {name for claim_id in listed for name in get_card(claim_id).variants}
    tree = ast.parse(inspect.getsource(module))
    assert set(named_in(tree, "variant")) - {""} <= measured


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_unit_of_an_estimator_has_words(module: ModuleType) -> None:
    """An n is never without what it counts, in either language."""
    for unit in named_in(ast.parse(inspect.getsource(module)), "cases"):
        assert format_unit(unit, "en") != format_unit(unit, "zh")


def test_stronger_tested_form_is_stated_on_the_card():
    """Pages say that a regular sight is tested as a majority."""
    assert get_card("s0-lurkers-are-many").tested_form("duty").zh
    assert get_card("s0-three-month-death").tested_form().en == ""
