"""The long way round gives the tables that are drawn directly, row for row.

Events → a platform's exports → readers → store → measures → processed tables, for
one true and one false world of a claim; the direct tables come from whole arrays.
"""

from collections import Counter

import pytest

from helpers.claims import Word, evaluate
from helpers.formats import read_export
from helpers.study.store.store import write_store
from helpers.study.tables.derive.derive import Terms, derive_tables
from validation.export_writers import WRITERS
from validation.long_way.exported import KEY, told
from validation.long_way.way import equal
from validation.worlds.messages import (
    Exponential,
    PlantedStudy,
    Watching,
    World,
    build_communities,
    draw_world,
    simulate_published,
)

CLAIM = "s0-three-month-death"
WATCHING = Watching(to_day=500.0, creations=False, owners=False)
WORLDS = {
    Word.SUPPORTED: Exponential(40.0),
    Word.CONTRADICTED: Exponential(600.0),
}
TABLES = {
    "groups": ["group"],
    "silences": ["group", "start_us"],
    "daily": ["group", "day"],
    "rates": ["group", "age_day"],
    "windows": ["group", "from_day", "to_day", "window"],
    "months": ["group", "month"],
    "beginnings": ["group"],
    "newcomers": ["group", "replies", "within_hours", "from_day", "answered"],
}
NAMES = ["key", "label", "network", "batch", "kind"]  # pseudonyms: not a matter of time


def world(word):
    """Return a small world in which the claim is true or false."""
    return World(
        groups=90,
        births_days=280.0,
        lifetimes=WORLDS[word],
        posters=5,
        rate=0.2,
        watching=WATCHING,
    )


def exported(drawn, folder, form):
    """Write every group as an export, and read all of them back as records."""
    key = folder / "key"
    key.write_text(KEY, encoding="ascii")
    batches, tally = [], Counter()
    for community in build_communities(drawn):
        place = folder / community.id
        place.mkdir()
        found = list(read_export(WRITERS[form].write(community, place), key=key))
        batches += [told(batch, {"network": "network 00"}) for batch in found]
        tally[community.id] = sum(
            batch.table.num_rows for batch in found if batch.kind == "message"
        )
    return batches, tally


@pytest.fixture(scope="module", params=list(WORLDS), ids=str)
def both(request, tmp_path_factory):
    """Return the directly drawn study and the tables of the long way."""
    drawn = draw_world(world(request.param), 11)
    folder = tmp_path_factory.mktemp("exports")
    batches, tally = exported(drawn, folder, "telegram")
    store = write_store(batches, folder / "store", tally)
    derived = derive_tables(store, Terms(end_us=drawn.end_us, centres_from="explicit"))
    short = simulate_published(world(request.param), 11)
    long = PlantedStudy.of(drawn, derived.tables, "long way")
    return request.param, short, long


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_equal_row_for_row(both, name):
    """Every number that follows from messages is the same on both ways."""
    _, short, long = both
    columns = [c for c in short.table(name) if c not in NAMES]
    ours, theirs = (
        study.table(name).sort_values(TABLES[name])[columns].reset_index(drop=True)
        for study in (short, long)
    )
    assert len(ours) > 0
    for column in columns:
        equal(ours[column], theirs[column], f"{name}.{column}")


def test_verdicts_are_equal(both):
    """The verdict is the planted one, and the same number for number."""
    word, short, long = both
    ours, theirs = (evaluate(CLAIM, study) for study in (short, long))

    assert ours.word is theirs.word is word
    assert (ours.estimate, ours.low, ours.high) == (
        theirs.estimate,
        theirs.low,
        theirs.high,
    )
    assert [spec.name for spec in ours.specifications] == [
        spec.name for spec in theirs.specifications
    ]
