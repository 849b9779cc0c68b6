"""Redaction leaves no number, account or mention in a text."""

import tomllib
from pathlib import Path

import pytest

from helpers.text.redaction import redact_texts

TOLD = tomllib.loads(Path(__file__).with_name("told.toml").read_text("utf-8"))


@pytest.mark.parametrize(("message", "expected"), TOLD["redacted"])
def test_numbers_and_accounts_are_redacted(message, expected):
    """One message, one kind of identifier; dates and prices stay."""
    assert redact_texts([message]).to_pylist() == [expected]
