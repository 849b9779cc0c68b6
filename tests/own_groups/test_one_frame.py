"""Inspection, frame, tables, page and chapter count one thing by one rule."""

import json

import pytest

import helpers as sq
from helpers import paths
from helpers.derive.frame import list_replies, select_texts
from helpers.derive.inspect import inspect_exports
from helpers.errors import ShequnError
from helpers.formats.reading.source import Options
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.opened import open_run
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.store.discovery import list_candidates
from helpers.store.ingest import Terms
from helpers.store.people import read_names
from pipeline.validation.export_writers import WRITERS, Change, Community, Person, Post
from tests.chats import count_dead, list_lives_of

CASES = paths.ROOT.parent / "shared" / "cases"
DEMO = paths.ROOT / "data" / "raw" / "demo"
QUICK = ("discord", "weflow", "whatsapp")
SIDES = ("groups", "people", "messages", "joins", "replies", "texts")
BETWEEN = ("groups that spoke", "excluded", "ended")  # inspection has none of them


def _look_into(place):
    report = inspect_exports(list_candidates([place])).exports
    found = [one.as_dict() for one in report if one.form is not None]
    names = {"people": "speakers"}
    return {side: sum(one[names.get(side, side)] for one in found) for side in SIDES}


def _read_frame(place):
    frame = sq.clean(sq.read_messages(place, zone="UTC"))
    replies, apart = list_replies(frame), frame.attrs["lost"] | frame.attrs["excluded"]
    return {
        "people": frame["person"].nunique(),
        "messages": len(frame),
        "replies": replies.loc[replies["explicit"], "row"].nunique(),
        "texts": len(select_texts(frame)),
        "groups that spoke": frame["group"].nunique(),
        "excluded": str(sorted(apart.items())),
        "ended": count_dead(list_lives_of(frame)),
    }


def _run(place, out):
    study, _ = make_study(Plan(exports=[place], out=out, every_table=True))
    groups, tables = study.table("groups"), study.manifest.tables
    found = {
        "groups": len(groups),
        "messages": study.ledger.kept[""],
        "joins": 0,
        "groups that spoke": int(groups["messages"].gt(0).sum()),
        "excluded": str(sorted(study.ledger.set_aside.items())),
        "ended": count_dead(list_lives_of(study)),
    }
    if "events" in tables:
        found["joins"] = int(study.table("events")["kind"].eq("join").sum())
    if "member_days" in tables:
        found["people"] = study.table("member_days")["member"].nunique()
    return study, found


def _read_page(study, out):
    """Count what cards, private page and chapter are made of."""
    run = open_run(out)
    record, cards = run.record, build_cards(study)
    explicit = record.replies[record.replies["explicit"]]
    return {
        "groups": len(cards),
        "people": record.messages["person"].nunique(),
        "messages": sum(card.messages for card in cards),
        "joins": len(run.joins()),
        "replies": len(explicit.drop_duplicates(["group", "row"])),
        "texts": len(select_texts(record.messages)),
    }


def _is_read(place):
    """Return whether the library counts messages of what a run refuses."""
    try:
        return len(sq.clean(sq.read_messages(place, zone="UTC"))) > 0
    except ShequnError:
        return False


def _compare(place, out, *, alone=True):
    """Return what differs between two surfaces: side, and the counts of each.

    Inspection counts each export on its own, the others what several have together.
    """
    try:
        study, tables = _run(place, out)
    except ShequnError:
        return {"refused": _look_into(place)["messages"]} if _is_read(place) else {}
    counts = {
        "inspect": _look_into(place) if alone else {},
        "frame": _read_frame(place),
        "tables": tables,
        "page": _read_page(study, out),
    }
    sides = {side: {s: c[side] for s, c in counts.items() if side in c}
             for side in (*SIDES, *BETWEEN)}  # fmt: skip
    return {side: seen for side, seen in sides.items() if len({*seen.values()}) > 1}


PEOPLE = tuple(Person(f"77990{n}", f"Person {n}") for n in range(1, 5))
BEGUN_US, STEP_US = 1_700_000_000 * 10**6, 40 * 10**6


def _talk():
    """A group with a join, replies, a picture, a recalled and an empty message."""
    ids = [person.id for person in PEOPLE]
    yield Change(time_us=BEGUN_US, kind="join", actor=ids[0], subjects=(ids[1],))
    texts = ("hello all", "how are you?", "", "fine thanks", "see you")
    for nth in range(60):
        kind = {7: "image", 11: "recalled"}.get(nth, "text")
        yield Post(
            id=str(900 + nth),
            time_us=BEGUN_US + (nth + 1) * STEP_US * (30 if nth % 9 == 0 else 1),
            sender=ids[nth % 3],
            text=texts[nth % 5],
            kind=kind,
            reply_to=str(900 + nth - 1) if nth % 4 == 1 else None,
        )


COMMUNITY = Community(
    id="66990", name="Climbing", people=PEOPLE, owner=PEOPLE[0].id,
    members=tuple(person.id for person in PEOPLE),
    happenings=tuple(sorted(_talk(), key=lambda one: one.time_us)),
    exported_us=BEGUN_US + 90 * 86_400 * 10**6,
)  # fmt: skip


@pytest.mark.some(3)
@pytest.mark.parametrize(
    "form",
    [pytest.param(form, marks=() if form in QUICK else pytest.mark.slow)
     for form in sorted(WRITERS)],
)  # fmt: skip
def test_surfaces_agree_on_every_format(form, tmp_path):
    """Replies crossed threads, tone counted bots, and inspection its own rows."""
    (tmp_path / "in").mkdir()
    WRITERS[form].write(COMMUNITY, tmp_path / "in")
    assert _compare(tmp_path / "in", tmp_path / "out") == {}


def test_who_was_there_when_the_group_was_made_did_not_join(tmp_path):
    """The page had Telegram's founders as newcomers, and no other surface had."""
    WRITERS["telegram"].write(COMMUNITY, tmp_path / "in")
    (file,) = (tmp_path / "in").rglob("*.json")
    chat = json.loads(file.read_text("utf-8"))
    first = chat["messages"][0]
    made = first | {"id": 1, "action": "create_group", "title": "Climbing"}
    made |= {"type": "service", "actor": "Person 1", "actor_id": "user779901"}
    chat["messages"].insert(0, made | {"members": ["Person 3", "Person 4"]})
    file.write_text(json.dumps(chat), "utf-8")
    assert _compare(tmp_path / "in", tmp_path / "out") == {}


@pytest.mark.long
def test_surfaces_agree_on_the_demo(tmp_path):
    """Six formats together, with people across groups."""
    (tmp_path / "in").mkdir()
    for export in sorted(DEMO.glob("*-0[1-6].zip")):
        (tmp_path / "in" / export.name).write_bytes(export.read_bytes())
    assert _compare(tmp_path / "in", tmp_path / "out") == {}


def _list_cases():
    notes = {"README.md", "expected.md", "expected.json"}
    for place in sorted(CASES.glob("*/*")) if CASES.is_dir() else ():
        inside = {path.name for path in place.rglob("*")} if place.is_dir() else set()
        if inside - notes and place.name != "ends":
            yield place.relative_to(CASES).as_posix()


@pytest.mark.shared
@pytest.mark.long
@pytest.mark.skipif(not CASES.is_dir(), reason="../shared is not here")
@pytest.mark.filterwarnings("ignore::UserWarning")  # doubts, which the run tells, too
@pytest.mark.parametrize("case", [*_list_cases()])
def test_surfaces_agree_on_every_case(case, tmp_path):
    """Of the cases in ../shared, ten exports alone and all together."""
    exports = list_candidates([CASES / case])
    differ = {
        export.name: found
        for nth, export in enumerate(exports[:10])
        if (found := _compare(export, tmp_path / f"out{nth}"))
    }
    if len(exports) > 1:  # some are one chat twice
        differ[case] = _compare(CASES / case, tmp_path / "out", alone=False)
    assert not any(differ.values())


@pytest.mark.shared
@pytest.mark.skipif(not CASES.is_dir(), reason="../shared is not here")
def test_threads_in_files_of_their_own_are_one_group():
    """Seven files of one channel were "7 groups"."""
    report = inspect_exports(list_candidates([CASES / "bugs/discord_threads"]))
    assert (report.groups, sum(one.messages for one in report.exports)) == (1, 50)
    assert ", 1 group, 50 messages" in report.as_summary()


@pytest.mark.parametrize(
    "form", ["discord", "mattermost", "qce", "qq", "slack", "telegram", "zulip_realm"]
)
def test_people_are_named_to_the_owner_as_the_export_calls_them(form, tmp_path):
    """Slack, Mattermost, Zulip and QQ's JSON showed ids, and no list named anybody."""
    WRITERS[form].write(COMMUNITY, tmp_path)
    names = read_names([tmp_path], Terms(options=Options(zone="UTC")))
    called = {names.name_person(*key) for key in {*names.people, *names.ids}}
    assert {"Person 1", "Person 2", "Person 3"} <= called
    assert all(name.startswith("Person") for name in called)
