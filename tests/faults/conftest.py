"""A few exports of several formats, and what their store is when nothing goes wrong."""

from pathlib import Path

import pytest

from helpers.files import compute_checksum
from helpers.records import DAY_US, SECOND_US
from helpers.store.ingest import Terms, ingest_exports
from pipeline.validation.export_writers import WRITERS, Community
from tests.communities import talk

FORMATS = ("chatlab", "telegram", "whatsapp", "discord", "qq")


@pytest.fixture(scope="session")
def contents():
    """Return what lists every file below a folder with its checksum."""

    def listed(folder: Path) -> dict[str, str]:
        files = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {
            path.relative_to(folder).as_posix(): compute_checksum(path)
            for path in files
        }

    return listed


def _community(number: int, posts: int) -> Community:
    return talk(
        [f"成员{n}" for n in range(5)], posts, every=DAY_US // 8 // SECOND_US,
        more=lambda n: {
            "id": f"{number}{n:06d}",
            "sender": f"{10_001 + n * n % 5}",
            "text": f"message {n % 7}",
        },
        id=f"70080{number:04d}", name=f"群{number}", owner=None,
    )  # fmt: skip


@pytest.fixture(scope="session")
def write_exports():
    """Return what writes so many exports of so many messages into a folder."""

    def write(folder: Path, exports: int, posts: int) -> Path:
        for number in range(exports):
            room = folder / f"{number:03d}"
            room.mkdir(parents=True)
            form = FORMATS[number % len(FORMATS)]
            # the last ones are the first ones again, a little longer
            same = number % max(exports * 2 // 3, 1)
            WRITERS[form].write(_community(same, posts + number), room)
        return folder

    return write


@pytest.fixture(scope="session")
def terms():
    """Return the usual terms."""
    return Terms()


@pytest.fixture(scope="session")
def few(write_exports, tmp_path_factory):
    """Three small exports."""
    return write_exports(tmp_path_factory.mktemp("few") / "exports", 3, 12)


@pytest.fixture(scope="session")
def whole(few, terms, contents, tmp_path_factory):
    """Return the store's files when nothing goes wrong."""
    store = tmp_path_factory.mktemp("whole") / "store"
    ingest_exports([few], store, terms)
    return contents(store)
