"""The register is whole, is the one fixed beforehand, and every template parses."""

import json
import re

import pytest

from helpers import paths
from helpers.claims.register import claim, read_register, verify_register
from helpers.claims.templates import parse
from helpers.errors import BrokenFileError, ShequnError

SHARED = paths.ROOT.parent / "shared" / "claims" / "claims.json"
REGISTER = read_register()


def test_every_entry_is_there():
    """125 claims: 100 testable, 16 untestable by default, 9 unfalsifiable."""
    statuses = [entry.status for entry in REGISTER.values()]

    assert [statuses.count(s) for s in ("testable", "untestable_default")] == [100, 16]
    assert len(statuses) == 125


def test_checksum_is_the_one_on_record():
    """Nobody edited the register after it was fixed."""
    assert len(verify_register()) == 64


def test_a_change_of_the_register_was_decided():
    """A dated note names the checksum, so no entry changes without one."""
    notes = (paths.ROOT / "docs" / "decisions").glob("20??-??-??-*.md")
    dated = [
        note.name for note in notes if verify_register() in note.read_text("utf-8")
    ]

    assert dated


def test_an_edited_register_is_refused(tmp_path):
    """A threshold moved afterwards is noticed."""
    edited = tmp_path / "register.toml"
    text = "\n".join(f"[{id_}]" for id_ in REGISTER)
    edited.write_text(text, encoding="utf-8")

    with pytest.raises(BrokenFileError, match="on record"):
        verify_register(edited)


def test_missing_field_is_named(tmp_path):
    """An entry without its rule cannot be read."""
    path = tmp_path / "register.toml"
    path.write_text('[s9-x]\narticle = "S0"\n', encoding="utf-8")

    with pytest.raises(BrokenFileError, match="untestable_if"):
        read_register(path)


def test_misspelt_claim_gets_a_hint():
    """The nearest id is offered."""
    with pytest.raises(ShequnError, match="s0-three-month-death"):
        claim("s0-3-month-death")


@pytest.mark.parametrize("entry", REGISTER.values(), ids=lambda entry: entry.id)
def test_template_restates_the_rule(entry):
    """A template parses, and each of its numbers stands in the rule as worded."""
    if not entry.template:
        return
    parse(entry.template)

    numbers = re.findall(r"\d+(?:\.\d+)?", entry.template)
    assert all(number in entry.rule for number in numbers)


def test_only_rules_with_own_conditions_lack_a_template():
    """A falsifiable claim without a template has a rule that no template can say."""
    without = [
        c.id for c in REGISTER.values() if not c.template and c.status == "testable"
    ]

    assert len(without) == 9


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not on this machine")
def test_fields_equal_the_given_register():
    """Field by field the register is the one that the project was given."""
    given = json.loads(SHARED.read_text(encoding="utf-8"))
    renamed = {"seed": "article", "H0": "h0", "H1": "h1"}

    assert [entry["id"] for entry in given] == list(REGISTER)
    for entry in given:
        entry.pop("seed_file")
        for field, value in entry.items():
            assert getattr(REGISTER[entry["id"]], renamed.get(field, field)) == value
