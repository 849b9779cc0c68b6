"""A manifest stands for the tables it names."""

from dataclasses import replace

import pytest

from helpers.study import Manifest, open_study
from helpers.study.publish.manifest import TableFacts


@pytest.fixture
def manifest():
    """Return a committed one."""
    return open_study("fcc_gitter").manifest


def test_manifest_is_read_back_unchanged(manifest):
    """What is read back is what was written, to the byte."""
    again = Manifest.from_json(manifest.as_json())
    assert again == manifest
    assert again.as_json() == manifest.as_json()


def test_manifest_checksum_changes_with_every_table(manifest):
    """Another byte in any table is another checksum."""
    changed = dict(manifest.tables) | {"daily": TableFacts("", 0, "0" * 64)}
    assert replace(manifest, tables=changed).checksum != manifest.checksum
