"""What every test shares: examples, slow ones marked, a key, a store in miniature."""

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from _pytest.doctest import DoctestModule
from hypothesis import HealthCheck, settings

from helpers.errors import ShequnError
from helpers.files import lock_folder
from helpers.records import DAY_US, from_rows
from tests.keys import Recorder, Tree, find_row, read_list

os.environ["SHEQUN_STRICT"] = "1"  # in the kernels and commands of tests as well
# algebra of one thread, as for verdicts and chapters: on a core shared by several
# workers, the others would burn CPU while they wait; set before numpy is loaded
os.environ.setdefault("OMP_NUM_THREADS", "1")

# a machine under load is no reason to fail, nor is a test that draws much
for profile, examples in {"shequn": 30, "thorough": 300}.items():
    settings.register_profile(
        profile,
        deadline=None,
        derandomize=True,
        max_examples=examples,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.register_profile("explore", deadline=None, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "shequn"))

# rooms, modules and tests that `make quick` leaves out, by `pytest --durations`: the
# longest first, which is also the order in which they are begun
SLOW = read_list()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer what `make test` says: see `tests/keys.py`."""
    text = "write down on what the listed slow tests that pass rest"
    parser.addoption("--record", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    """Record in the process that hears of all tests."""
    whole = "tests" in config.args and not hasattr(config, "workerinput")
    if config.getoption("record") and whole:
        config.pluginmanager.register(Recorder())


def mark_the_rest_long(items: list[pytest.Item]) -> None:
    """Mark as long all but some sets of parameters, evenly spread, of a test."""
    tests: dict[str, list[pytest.Item]] = {}
    for item in items:
        if item.get_closest_marker("some"):
            tests.setdefault(item.nodeid.partition("[")[0], []).append(item)
    for each in tests.values():
        (many,) = each[0].get_closest_marker("some").args
        kept = {(2 * nth + 1) * len(each) // (2 * many) for nth in range(many)}
        for place in {*range(len(each))} - kept:
            each[place].add_marker(pytest.mark.long)


Collectors = list[pytest.Collector]


@pytest.hookimpl(wrapper=True)
def pytest_collect_file() -> Generator[None, Collectors, Collectors]:
    """Look for doctests in the package only: to look in tests takes as long."""
    found = yield
    return [one for one in found if not isinstance(one, DoctestModule)]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is long or kept; what takes longest begins, that no worker waits."""
    mark_the_rest_long(items)
    rows, tree = [*SLOW, None], Tree()
    found = {item: find_row(item.nodeid, SLOW) for item in items}
    kept = {row for row in {*found.values()} if row and tree.is_kept(row)}
    for item, row in found.items():
        if row:
            item.add_marker(pytest.mark.slow)
        if row in kept:
            item.add_marker(pytest.mark.kept)
    items.sort(key=lambda item: rows.index(found[item]))


def pytest_xdist_auto_num_workers() -> int:
    """Return a worker a core, four at most: each collects all tests for itself."""
    known = hasattr(os, "sched_getaffinity")
    cores = len(os.sched_getaffinity(0)) if known else os.cpu_count() or 1
    return min(cores, 4)


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Wait until no other worker makes what lies in a folder."""
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(lock_folder(folder))
                break
            except ShequnError:
                time.sleep(0.2)
        yield


@pytest.fixture(scope="session")
def make_once(tmp_path_factory):
    """Return a function that has a folder made once, by whichever worker comes first.

    A fixture of the session is otherwise made by every worker of pytest-xdist.
    """
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        with one_at_a_time(root / f"{name} lock"):
            folder, ready = root / name, root / f"{name} lock" / "ready"
            if not ready.exists():
                folder.mkdir(exist_ok=True)
                make(folder)
                ready.touch()
        return folder

    return made


@pytest.fixture
def put(tmp_path):
    """Return a function: content and file name to a path.

    Bytes are written as they are, text as UTF-8, anything else as JSON.
    """

    def write(content, name):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not isinstance(content, str | bytes):
            content = json.dumps(content, ensure_ascii=False)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture(autouse=True, scope="session")
def _own_key(tmp_path_factory):
    """Keep the key of tests apart from the user's own, and the same in every run."""
    folder = tmp_path_factory.mktemp("config")
    (folder / "pseudonyms.key").write_text("07" * 32, encoding="ascii")
    os.environ["SHEQUN_CONFIG"] = str(folder)


@pytest.fixture(scope="session")
def derived(tmp_path_factory):
    """Derive tables from messages and groups given as rows."""

    def make(messages, groups, **terms):
        plain = {"kind": "text", "bot": False, "file": "f"}
        numbered = [plain | {"position": n} | row for n, row in enumerate(messages, 1)]
        listed = [{"network": "net", "kind": "room"} | row for row in groups]
        from helpers.derive.tables.derive import Terms, derive_tables
        from helpers.store.store import write_store

        batches = [from_rows("message", numbered), from_rows("group", listed)]
        tally = Counter({"f": len(numbered)})
        room = tmp_path_factory.mktemp("derived")
        store = write_store(batches, room / "store", tally)
        return derive_tables(store, Terms(**terms))

    return make


@pytest.fixture(scope="session")
def small(derived):
    """Derive a world of three groups: a busy one, one with a bot only, one closed.

    Ann founds g on day 0 and writes on days 0 and 40; Bob answers her by name.
    """
    messages = [
        {"group": "g", "sender": "ann", "time_us": 0, "chars": 4},
        {"group": "g", "sender": "bob", "time_us": 60_000_000, "mentions": ["ann"]},
        {"group": "g", "sender": "ann", "time_us": 40 * DAY_US, "chars": 6},
        {"group": "h", "sender": "bot", "time_us": 3 * DAY_US, "bot": True},
        {"group": "k", "sender": "eve", "time_us": 9 * DAY_US},
        {"group": "k", "sender": "eve", "time_us": 19 * DAY_US},
        {"group": "k", "sender": "bot", "time_us": 200 * DAY_US, "bot": True},
    ]
    groups = [
        {"group": "g", "label": "G", "created_us": -DAY_US},
        {"group": "h", "label": "H", "seen_us": 3 * DAY_US},
        {"group": "k", "label": "K", "closed_us": 12 * DAY_US, "closed_kind": "notice"},
    ]
    return derived(messages, groups)
