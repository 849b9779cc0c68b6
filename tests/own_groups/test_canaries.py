"""Nothing that an export says of people stands in what is made to be sent.

Every field that an export can carry holds a word of its own: names, ids, texts, titles,
old titles, replies, reactions, readers, files and folders, in the format of every
platform that is read.
"""

import pytest
from PIL import Image

from helpers.own_groups.plan import Plan
from helpers.own_groups.run import run_study
from helpers.records import SECOND_US
from helpers.store.ingest import Terms
from pipeline.validation.export_writers import WRITERS, Change
from tests.communities import START, talk

WORD, NUMBER = "quoll", "73194"  # in every field: as a word, or within an id
DAYS = 150
NAMES = [f"{WORD}{letter}" for letter in "abcdefgh"]
SENT = ("your-groups.html", "your-groups.png", "tables")


def _build_group(nth):
    """Return a group of which every field holds the word or the number."""
    person = int(f"{NUMBER}{nth:02d}000")

    def tell_more(n):
        who = f"{person + n % 7}"
        reply = f"{NUMBER}{nth:02d}{n - 1:04d}" if n % 5 == 4 else None
        return {
            "id": f"{NUMBER}{nth:02d}{n:04d}",
            "text": f"@{NAMES[n % 7]} {WORD} {NUMBER} https://{WORD}.org a@{WORD}.org",
            "reply_to": reply,
            "reactions": ((who, "👍"),) if n % 3 == 0 else (),
            "readers": (who,),
        }

    at = (START + DAYS * 86_400) * SECOND_US
    changes = (
        Change(time_us=at, kind="rename", actor=f"{person}", value=f"{WORD} new"),
        Change(time_us=at + 1, kind="leave", subjects=(f"{person + 6}",)),
    )
    return talk(
        NAMES, DAYS, every=86_400, more=tell_more, changes=changes, person=person,
        id=f"{NUMBER}{nth:02d}9999", name=f"{WORD} group {nth}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def room(tmp_path_factory):
    """Run one export of each platform; return the folder, and what was printed."""
    room, said = tmp_path_factory.mktemp("canaries"), []
    (room / "key").write_text("07" * 32, "ascii")
    exports = []
    for nth, name in enumerate(sorted(WRITERS)):
        folder = room / "in" / f"{WORD}-{name}"
        folder.mkdir(parents=True)
        exports.append(WRITERS[name].write(_build_group(nth), folder))
    run_study(
        Plan(
            exports=exports, out=room / "out", terms=Terms(key=room / "key"), mine=True,
            picture=True, counts=room / "counts.csv", k=1, report=said.append,
            chapters=False,  # those of a run of all formats: test_whole_run
        )
    )  # fmt: skip
    return room, said


def _find_canaries(data):
    text = data.decode("utf-8", "replace").casefold()
    return [word for word in (WORD, NUMBER, "canary") if word in text]


@pytest.mark.slow
def test_nothing_to_be_sent_holds_a_canary(room):
    """Page, picture, tables and counts, even where small counts are shown."""
    out = room[0] / "out"
    files = [room[0] / "counts.csv", room[0] / "counts.html"]
    for name in SENT:
        files += [out / name] if (out / name).is_file() else (out / name).rglob("*")
    read = [path for path in files if path.is_file()]
    assert len(read) > 8
    assert {
        path.name: found
        for path in read
        if (found := _find_canaries(path.read_bytes()))
    } == {}
    private = (out / "PRIVATE-your-groups.html").read_text("utf-8")
    assert all(name in private for name in NAMES[:7])  # they were there to be leaked


@pytest.mark.slow
def test_nothing_printed_holds_a_canary(room):
    """Names of files are the user's own; names of people and groups are not printed."""
    said = [line.replace(str(room[0]), "") for line in room[1]]
    said = [line for line in said if " share " not in line]  # names the user's files
    assert [line for line in said if _find_canaries(line.encode())] == []


@pytest.mark.slow
def test_the_picture_holds_its_pixels_alone(room):
    """Of a PNG: neither texts nor comments nor profiles, packed or not."""
    data = (room[0] / "out" / "your-groups.png").read_bytes()
    kinds, at = [], 8
    while at < len(data):
        length, kind = int.from_bytes(data[at : at + 4]), data[at + 4 : at + 8]
        kinds.append(kind.decode("ascii"))
        at += length + 12
    assert set(kinds) <= {"IHDR", "PLTE", "tRNS", "pHYs", "IDAT", "IEND"}
    with Image.open(room[0] / "out" / "your-groups.png") as picture:
        assert set(picture.info) <= {"dpi", "transparency"}
