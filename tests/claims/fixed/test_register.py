"""The register is whole, is the one fixed beforehand, and every template parses."""

import json
import re
import shutil

import pytest

from helpers import paths
from helpers.claims.fixed import register
from helpers.claims.fixed.register import get_claim, read_register
from helpers.claims.rules.templates import parse_rule
from helpers.errors import BrokenFileError, ShequnError
from helpers.files import compute_checksum

SHARED = paths.ROOT.parent / "shared" / "claims" / "claims.json"
REGISTER = read_register()
FIXED = register.REGISTER.parent


@pytest.mark.parametrize(
    "name", ["register", "evidence_plan", "fourth_shelf", "negative_controls"]
)
def test_every_fixed_file_checksum_is_in_a_decision_note(name):
    """A dated note names the checksum, so that no entry changes without one."""
    notes = (paths.ROOT / "docs" / "decisions").glob("20??-??-??-*.md")
    fixed = compute_checksum(FIXED / f"{name}.toml")

    assert any(fixed in note.read_text("utf-8") for note in notes)


def test_an_edited_register_is_refused(tmp_path):
    """A threshold moved afterwards is noticed whenever it is read."""
    for file in FIXED.glob("register.*"):
        shutil.copy(file, tmp_path)
    edited = tmp_path / "register.toml"
    edited.write_text(edited.read_text("utf-8").replace("(0.50)", "(0.49)"), "utf-8")

    with pytest.raises(BrokenFileError, match="on record"):
        read_register(edited)


def test_missing_field_is_named(tmp_path):
    """An entry without its rule cannot be read."""
    path = tmp_path / "register.toml"
    path.write_text('[s9-x]\narticle = "S0"\n', encoding="utf-8")
    path.with_suffix(".sha256").write_text(compute_checksum(path), encoding="ascii")

    with pytest.raises(BrokenFileError, match="untestable_if"):
        read_register(path)


def test_misspelt_claim_gets_a_hint():
    """The nearest id is offered."""
    with pytest.raises(ShequnError, match="s0-three-month-death"):
        get_claim("s0-3-month-death")


@pytest.mark.parametrize("entry", REGISTER.values(), ids=lambda entry: entry.id)
def test_template_restates_the_rule(entry):
    """A template parses, and each of its numbers stands in the rule as worded."""
    if not entry.template:
        return
    parse_rule(entry.template)

    numbers = re.findall(r"\d+(?:\.\d+)?", entry.template)
    assert all(number in entry.rule for number in numbers)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not on this machine")
def test_fields_equal_the_given_register():
    """Field by field what the project was given is in it; more may have been added."""
    given = json.loads(SHARED.read_text(encoding="utf-8"))
    renamed = {"seed": "article", "H0": "h0", "H1": "h1"}

    for entry in given:
        entry.pop("seed_file")
        for field, value in entry.items():
            assert getattr(REGISTER[entry["id"]], renamed.get(field, field)) == value
