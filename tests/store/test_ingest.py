"""The store of a user's exports: incremental, idempotent, whole or not at all."""

import shutil
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from helpers.errors import (
    BrokenFileError,
    MissingSourceError,
    PartlyReadError,
    ShequnError,
)
from helpers.files import compute_checksum, lock_folder
from helpers.formats.reading.source import Options
from helpers.records import DAY_US, SECOND_US, to_day_end_us
from helpers.store import processes
from helpers.store.ingest import Terms, ingest_exports
from pipeline.validation.export_writers import WRITERS
from tests.communities import talk

START = 1_700_000_000 * SECOND_US


def community(posts, group="700800900"):
    """Return a group with so many posts, one each quarter of a day."""
    return talk(
        [f"成员{n}" for n in range(4)], posts, every=DAY_US // 4 // SECOND_US,
        first=9_000_000, more=lambda n: {"text": "same" if n % 2 else f"message {n}"},
        id=group, name=f"群{group}", owner=None,
    )  # fmt: skip


def export(folder, form, posts, group="700800900"):
    """Write an export and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    return WRITERS[form].write(community(posts, group), folder)


def contents(folder: Path) -> dict[str, str]:
    """Return every file below a folder with its checksum."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): compute_checksum(path) for path in files
    }


@pytest.mark.parametrize("form", sorted(set(WRITERS) - {"qce_chunks", "chatlab_lines"}))
def test_an_updated_export_adds_only_what_is_new(tmp_path, form):
    """By id where there are ids, else by time, sender, content and occurrence."""
    old = export(tmp_path / "old", form, 20)
    new = export(tmp_path / "new", form, 33)
    terms = Terms(options=WRITERS[form].options or Options())
    ingest_exports([old], tmp_path / "store", terms)
    done = ingest_exports([new], tmp_path / "store", terms)
    store = done.exports.store()
    assert store.rows["message"] == 33
    assert [entry.again for entry in done.exports.entries] == [0, 20]


def test_the_same_export_again_changes_no_byte(tmp_path):
    """Nor does a copy of it under another name."""
    one = export(tmp_path / "old", "chatlab", 20)
    ingest_exports([one], tmp_path / "store", Terms())
    before = contents(tmp_path / "store")
    copy = tmp_path / "copy.json"
    shutil.copy(one, copy)
    assert ingest_exports([one, copy], tmp_path / "store", Terms()).new == 0
    assert contents(tmp_path / "store") == before


def test_two_equal_posts_stay_two_and_three_become_three(tmp_path):
    """Without ids, a later export that holds one more of the same adds just one."""
    name = "WhatsApp Chat with g.txt"
    line = "2023/11/15, 06:13 - Ann: hi\n"
    for folder, times in (("old", 2), ("new", 3)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(line * times, encoding="utf-8")
    ingest_exports([tmp_path / "old" / name], tmp_path / "store", Terms())
    done = ingest_exports([tmp_path / "new" / name], tmp_path / "store", Terms())
    assert done.exports.store().rows["message"] == 3


def test_ingest_order_does_not_change_the_records(tmp_path):
    """The records do not depend on when their exports came."""
    paths = [export(tmp_path / f, f, 9, f"70080090{n}")
             for n, f in enumerate(("chatlab", "qq", "telegram"))]  # fmt: skip
    whole = ingest_exports(paths, tmp_path / "one", Terms()).exports
    for path in paths:
        parts = ingest_exports([path], tmp_path / "two", Terms()).exports
    for kind in ("message", "group", "event"):
        one, two = (pq.read_table(e.store().parts(kind)) for e in (whole, parts))
        assert one.equals(two)


def test_a_broken_export_is_named_and_its_whole_part_is_read(tmp_path):
    """What breaks off loses only what comes after the break."""
    good = export(tmp_path / "good", "chatlab", 9)
    bad = export(tmp_path / "bad", "telegram", 9, "1")
    bad.write_bytes(bad.read_bytes()[:-40])
    done = ingest_exports([bad, good], tmp_path / "store", Terms())
    assert done.new == 2
    assert [str(bad) in str(error) for error in done.refused] == [True]
    assert 9 < done.exports.store().rows["message"] < 18


def test_break_of_an_export_is_named_by_later_runs_too(tmp_path):
    """The second run said nothing, and the rest of the export stayed missing."""
    bad = export(tmp_path / "bad", "telegram", 9, "1")
    bad.write_bytes(bad.read_bytes()[:-40])
    (first,), (second,) = (
        ingest_exports([bad], tmp_path / "store", Terms()).refused for _ in range(2)
    )
    assert isinstance(second, PartlyReadError)
    assert (second.what, second.remedy) == (first.what, first.remedy)
    assert second.where == str(bad)


def test_missing_export_leaves_the_store_unchanged(tmp_path):
    """What was in the store stays."""
    one = export(tmp_path / "old", "chatlab", 9)
    ingest_exports([one], tmp_path / "store", Terms())
    before = contents(tmp_path / "store")
    with pytest.raises(MissingSourceError, match="is not there"):
        ingest_exports([tmp_path / "gone.json"], tmp_path / "store", Terms())
    assert contents(tmp_path / "store") == before


@pytest.mark.parametrize(
    "terms",
    [Terms(options=Options(zone="UTC")), Terms(options=Options(date_order="dmy"))],
)
def test_ingest_with_another_time_zone_is_refused(tmp_path, terms):
    """Clocks of one store hang in one zone."""
    one = export(tmp_path / "old", "qq", 9)
    ingest_exports([one], tmp_path / "store", Terms())
    with pytest.raises(BrokenFileError, match="read with another"):
        ingest_exports([one], tmp_path / "store", terms)


def test_ingest_with_another_key_is_refused(tmp_path, monkeypatch):
    """Else one person would have two pseudonyms."""
    one = export(tmp_path / "old", "qq", 9)
    ingest_exports([one], tmp_path / "store", Terms())
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "elsewhere"))
    with pytest.raises(BrokenFileError, match="another key"):
        ingest_exports([one], tmp_path / "store", Terms())


@pytest.mark.parametrize("further", [[], [39]])
def test_other_exports_end_no_observation(tmp_path, further):
    """Groups exported in other months were dead by the last line of any of them."""
    sizes = [4, 40, *further]
    paths = [export(tmp_path / f"{n}", "whatsapp", n, str(n)) for n in sizes]
    seen = ingest_exports(paths, tmp_path / "store", Terms()).exports.observe_groups()
    assert [one.until_us for one in seen.values()] == [None] * len(sizes)


def test_groups_are_observed_to_the_day_that_is_stated(tmp_path):
    """A day given for all is for those that state none."""
    stating = export(tmp_path / "a", "chatlab", 4, "1")
    other = export(tmp_path / "b", "whatsapp", 40, "2")
    later = date(2024, 12, 31)
    done = ingest_exports([stating, other], tmp_path / "store", Terms(exported=later))
    seen = done.exports.observe_groups().values()
    assert {one.until_how for one in seen} == {"stated", "given"}
    ends = sorted(one.until_us for one in seen)
    zone = ZoneInfo(Terms().options.zone)
    assert ends == [START + 3 * DAY_US // 4, to_day_end_us(later, zone)]


def test_locked_store_refuses_a_second_process(tmp_path):
    """The lock holds within one process too, and lets go at the end."""
    with lock_folder(tmp_path / "s"), pytest.raises(ShequnError, match="using this"):  # noqa: SIM117
        with lock_folder(tmp_path / "s"):
            pass
    with lock_folder(tmp_path / "s"):
        pass


def test_a_damaged_manifest_is_reported(tmp_path):
    """A line that is no JSON is damage; half a last line is a kill, and is dropped."""
    one = export(tmp_path / "old", "chatlab", 9)
    ingest_exports([one], tmp_path / "store", Terms())
    manifest = tmp_path / "store" / "manifest.jsonl"
    before = manifest.read_bytes()
    manifest.write_bytes(before + b'{"part": 2, "sou')
    assert ingest_exports([one], tmp_path / "store", Terms()).new == 0
    assert manifest.read_bytes() == before
    manifest.write_bytes(before + b"{no json}\n")
    with pytest.raises(BrokenFileError, match="manifest can't be read"):
        ingest_exports([one], tmp_path / "store", Terms())


def test_several_readers_make_the_same_bytes(tmp_path, monkeypatch):
    """Whoever reads, exports are added in their order, and a broken one is named."""
    for n, form in enumerate(("chatlab", "qq", "telegram", "chatlab")):
        export(tmp_path / "in" / f"{n}", form, 9 + n, f"70080090{n % 3}")
    bad = export(tmp_path / "in" / "4", "telegram", 9, "1")
    bad.write_bytes(bad.read_bytes()[:-40])
    alone = ingest_exports([tmp_path / "in"], tmp_path / "one", Terms())
    monkeypatch.setattr(processes, "PAYS", 0)
    several = ingest_exports([tmp_path / "in"], tmp_path / "two", Terms())
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert [str(e) for e in several.refused] == [str(e) for e in alone.refused]


def test_small_exports_read_together_give_the_records_of_each_alone(tmp_path):
    """Two of them are of one group, of which the later one adds what is new."""
    sizes = {"a": (9, "1"), "b": (7, "2"), "c": (14, "1"), "d": (5, "3")}
    paths = [
        export(tmp_path / "in" / name, "chatlab", *size) for name, size in sizes.items()
    ]
    whole = ingest_exports(paths, tmp_path / "one", Terms()).exports
    for path in paths:
        alone = ingest_exports([path], tmp_path / "two", Terms()).exports
    one, two = (
        pa.concat_tables(map(pq.read_table, e.store().parts("message")))
        .drop_columns("file")
        .to_pylist()
        for e in (whole, alone)
    )
    assert one == two
    assert [entry.again for entry in whole.entries] == [0, 0, 9, 0]


def test_a_line_of_several_exports_that_a_kill_cut_is_read_again(tmp_path):
    """Half of them in the manifest would count the others twice."""
    paths = [export(tmp_path / name, "chatlab", 9, name) for name in ("1", "2", "3")]
    ingest_exports(paths[:1], tmp_path / "store", Terms())
    ingest_exports(paths, tmp_path / "store", Terms())
    assert len(list((tmp_path / "store").glob("0*"))) == 2
    manifest = tmp_path / "store" / "manifest.jsonl"
    manifest.write_bytes(manifest.read_bytes()[:-40])
    again = ingest_exports(paths, tmp_path / "store", Terms())
    assert (again.new, again.exports.store().rows["message"]) == (2, 27)
