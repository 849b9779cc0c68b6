"""The descriptor of the published tables is one that catalogues take."""

import json

import pyarrow.parquet as pq
import pytest

from helpers import paths
from helpers.files import read_description
from pipeline.publish.descriptor import (
    NAME,
    PLACE,
    TYPES,
    build_package_text,
    build_tables_text,
)

PACKAGE = json.loads(build_package_text())


def test_committed_descriptor_is_current():
    """`make tables` was run after a table, a source or the version changed."""
    assert (paths.PROCESSED / NAME).read_text(encoding="utf-8") == build_package_text()


def test_frictionless_accepts_the_descriptor():
    """Frictionless finds no fault with package, resources, licences and schemas."""
    frictionless = pytest.importorskip("frictionless", reason="not installed yet")
    report = frictionless.Package.metadata_validate(PACKAGE)
    assert not [error.message for error in report]
    broken = PACKAGE | {
        "resources": [{"name": "x", "path": "x", "schema": {"fields": 1}}]
    }
    assert list(frictionless.Package.metadata_validate(broken))


@pytest.mark.parametrize("study", ["chicago_rug", "w3c_chairs"])
def test_frictionless_accepts_the_tables(study):
    """Frictionless reads tables with gaps in them and finds each cell of its type."""
    frictionless = pytest.importorskip("frictionless", reason="not installed yet")
    own = [one for one in PACKAGE["resources"] if one["path"].startswith(f"{study}/")]
    package = frictionless.Package.from_descriptor(
        PACKAGE | {"resources": own}, basepath=str(paths.PROCESSED)
    )
    assert own
    assert package.validate().valid


def test_each_resource_is_a_file_with_the_fields_it_names():
    """Names and types are those of the Parquet file, in its order."""
    assert len(PACKAGE["resources"]) > 100
    for one in PACKAGE["resources"]:
        schema = pq.read_schema(paths.PROCESSED / one["path"])
        told = [(f["name"], f["type"]) for f in one["schema"]["fields"]]
        assert told == [(f.name, TYPES[str(f.type)]) for f in schema]


def test_each_resource_has_source_author_and_licence():
    """Source, author and licence stand with every table, for they differ."""
    for one in PACKAGE["resources"]:
        (licence,) = one["licenses"]
        assert licence["title"]
        assert (paths.PROCESSED / licence["path"]).is_file()
        author = read_description(one["path"].partition("/")[0])["author"]
        assert one["sources"][0]["title"].startswith(f"{author}: ")


def test_the_reference_of_tables_is_current():
    """`make tables` would change nothing."""
    assert PLACE.read_text("utf-8") == build_tables_text()
