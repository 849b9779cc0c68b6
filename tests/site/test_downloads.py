"""Archives of code and tables that the website offers."""

import hashlib
import shutil
import zipfile
from types import SimpleNamespace

import pytest

from helpers import paths
from helpers.errors import ShequnError
from helpers.site import downloads
from helpers.site.downloads import write_downloads
from helpers.site.languages import LANGUAGES
from helpers.site.pages import _Site
from helpers.site.rendering import find_in_language
from helpers.study.publish.study import YOURS

GIT = shutil.which("git") and (paths.ROOT / ".git").exists()


@pytest.fixture(scope="module")
def offered(tmp_path_factory):
    """Return a folder with the archives, and what is said of each."""
    folder = tmp_path_factory.mktemp("offered")
    return folder, write_downloads(folder)


def test_archives_are_the_same_bytes_each_time(offered, tmp_path):
    """Who compares a checksum a year later has the same file."""
    folder, first = offered
    assert write_downloads(tmp_path) == first
    for one in first.values():
        content = (folder / one.address).read_bytes()
        assert (tmp_path / one.address).read_bytes() == content
        assert one.checksum == hashlib.sha256(content).hexdigest()
        assert one.size == len(content)


def test_tables_and_code_unpack_into_one_folder(offered, tmp_path):
    """The tables lie where the code looks for them; each source has its licence."""
    folder, files = offered
    for one in files.values():
        with zipfile.ZipFile(folder / one.address) as packed:
            packed.extractall(tmp_path)
    (top,) = tmp_path.iterdir()
    tables = top / "data" / "processed"
    sources = {p.parent.name for p in tables.glob("*/manifest.json")}
    assert sources == {p.parent.name for p in paths.PROCESSED.glob("*/manifest.json")}
    assert all((tables / name / "LICENSE").is_file() for name in sources)
    if GIT:
        assert (top / "src/helpers/paths.py").is_file()
        assert (top / "LICENSE").is_file()
        assert any((top / "notebooks/source").glob("*.ipynb"))
        assert not [*(top / "notebooks").glob("*.ipynb")]
        assert not [p for p in top.rglob("*") if p.name in {".git", "build", ".venv"}]


def test_an_installation_offers_its_tables_alone(monkeypatch, tmp_path):
    """Without a repository there are no committed files."""
    processed = tmp_path / "data" / "processed" / "one"
    processed.mkdir(parents=True)
    (processed / "LICENSE").write_text("terms")
    (processed / ".lock").write_text("")
    downloads.read_project()  # from the file of the real project
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    monkeypatch.setattr(paths, "PROCESSED", processed.parent)

    made = write_downloads(tmp_path / "out")

    assert set(made) == {"tables"}
    with zipfile.ZipFile(tmp_path / "out" / made["tables"].address) as packed:
        (name,) = packed.namelist()
    assert name.endswith("data/processed/one/LICENSE")


def test_an_archive_that_fails_leaves_nothing(monkeypatch, tmp_path):
    """Half an archive would be worse than none."""

    def fail(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(zipfile.ZipFile, "writestr", fail)
    with pytest.raises(ShequnError):
        write_downloads(tmp_path)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_offer_the_archives(made, language):
    """Pages link to files that are there, with size and checksum."""
    site = made / "site"
    cite = (site / find_in_language("cite.html", language)).read_text("utf-8")
    files = sorted((site / downloads.FOLDER).iterdir())
    assert len(files) == (2 if GIT else 1)
    for file in files:
        assert f"downloads/{file.name}" in cite
        assert hashlib.sha256(file.read_bytes()).hexdigest() in cite
    for page in ("about.html", "data.html", "data-cn-colearning.html"):
        text = (site / find_in_language(page, language)).read_text("utf-8")
        assert "cite.html#downloads" in text
    claim = find_in_language("claims/s1-cognitive-surplus.html", language)
    text = (site / claim).read_text("utf-8")
    assert f"downloads/{files[-1].name}" in text


def test_a_site_of_ones_own_groups_offers_none(tmp_path):
    """Nobody's groups lie beside archives that look like theirs."""
    own = SimpleNamespace(manifest=SimpleNamespace(licence=YOURS))
    site = SimpleNamespace(studies=[own], target=tmp_path)
    assert _Site.downloads.func(site) == {}
    assert not [*tmp_path.iterdir()]
