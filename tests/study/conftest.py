"""A store in miniature, and the tables made of it."""

from collections import Counter

import pytest

from helpers.records import DAY_US, from_rows
from helpers.study.store.store import write_store
from helpers.study.tables.derive.derive import Terms, derive_tables

MINUTE_US = 60_000_000


@pytest.fixture(autouse=True)
def key(tmp_path_factory, monkeypatch):
    """Keep each test's key apart from the user's own, and the same in every run."""
    folder = tmp_path_factory.mktemp("config")
    (folder / "pseudonyms.key").write_text("07" * 32, encoding="ascii")
    monkeypatch.setenv("SHEQUN_CONFIG", str(folder))


@pytest.fixture(scope="session")
def derived(tmp_path_factory):
    """Derive tables from messages and groups given as rows."""

    def make(messages, groups, **terms):
        plain = {"kind": "text", "bot": False, "file": "f"}
        numbered = [plain | {"position": n} | row for n, row in enumerate(messages, 1)]
        listed = [{"network": "net", "kind": "room"} | row for row in groups]
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
        {"group": "g", "sender": "bob", "time_us": MINUTE_US, "mentions": ["ann"]},
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
