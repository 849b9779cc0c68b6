"""Until when a group was observed: files of any kind, through run and library."""

import json
import random
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import timedelta

import pandas as pd
import pytest

import helpers as sq
from helpers import paths
from helpers.formats.convert import convert_exports
from helpers.observed import describe_observation
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.record import Window
from helpers.own_groups.sentences import describe_state
from helpers.own_groups.user_study import read_observed
from pipeline.validation.export_writers import WRITERS, Change, Person
from tests.chats import (
    TODAY,
    Line,
    at,
    build_chat,
    count_dead,
    date_files,
    get_id,
    list_lives_of,
    name_groups,
    read_lines,
    read_lines_of_frame,
    run,
    see,
    tell,
    write_chat,
    write_whatsapp,
)

# what the library says of days that rows contradict, and of stretches without exports
pytestmark = pytest.mark.filterwarnings("ignore:Groups ")
MAKE_ENDS = paths.ROOT.parent / "shared" / "cases" / "turn5" / "ends" / "make_ends.py"
LIVELY = MADE = tell("2026-05-20")
DEAD = MADE - timedelta(934)
STATES = {"A": "alive", "B": "silent"}
W = timedelta(60)
UNKNOWN = Line(None, "unknown", "unknown")


def _long(value):
    return pytest.param(value, marks=pytest.mark.long)


@pytest.fixture(autouse=True, scope="module")
def _own_key(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SHEQUN_CONFIG", str(tmp_path_factory.mktemp("config")))
        yield


@pytest.fixture
def room(tmp_path):
    """Return an empty folder of exports."""
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def begin(last, days=40):
    """Return the first day of a chat that ends on another."""
    return last - timedelta(days)


@pytest.fixture(scope="module")
def world(tmp_path_factory, _own_key):
    """Return lines and lives of one folder of chats, by what is told of their days.

    One folder for many tests: other files change no line, as one of them proves.
    """
    room = tmp_path_factory.mktemp("world") / "in"
    for write in (write_files_of_one_day, write_old_files, write_stated, write_left,
                  write_closed, write_packed, write_asked, write_contradicted,
                  write_broken):  # fmt: skip
        write(room)
    told = {None: {}, "files": {"exported": "files"}, TODAY: {"exported": TODAY}}
    return {"room": room} | {
        day: see(room, room.with_name(f"out {day}"), **more)
        for day, more in told.items()
    }


def is_dead(lives, name):
    """Tell whether a group's life is known to have ended."""
    return lives.get(name, (0, False))[1]


def write_files_of_one_day(room):
    """Write two chats of one day's files, of which one is silent."""
    write_whatsapp(room, "A", begin(LIVELY), LIVELY, made=MADE)
    write_whatsapp(room, "B", begin(DEAD), DEAD, made=MADE)


def test_two_files_of_one_day_of_which_one_is_silent(world):
    """They were two steady groups, the one for 934 days."""
    lines, lives = world[None]
    assert (lines["A"], lines["B"]) == (Line(None, "unknown", "alive"), UNKNOWN)
    assert not {"A", "B"} & {*lives}
    lines, lives = world["files"]
    for name, state in STATES.items():
        assert lines[name] == Line(f"{MADE}", "files", state)
    assert lives["B"] == ((DEAD - begin(DEAD)).days, True)


OLD = {f"E{n}": LIVELY - timedelta(200 * n) for n in range(3)}


def write_old_files(room):
    """Write files that keep the dates of their last rows."""
    for name, day in OLD.items():
        write_whatsapp(room, name, begin(day), day, made=day)


def test_old_files_with_true_dates_keep_them_under_a_told_day(world):
    """Each was said to be observed until today."""
    lines, lives = world[TODAY]
    for name, day in OLD.items():
        assert lines[name] == Line(f"{day}", "given", "alive")
        assert not is_dead(lives, name)


def write_stated(room):
    """Write three chats that state their day, and one that does not."""
    for n in range(3):
        day = LIVELY - timedelta(90 * n)
        write_chat(room, "chatlab", f"S{n}", begin(day, 90), day, made=day)
    write_whatsapp(room, "W", begin(DEAD, 90), DEAD, made=TODAY)


def test_a_told_day_is_for_those_that_state_none(world):
    """Stated days were overridden, and each of their groups was dead."""
    lines, lives = world[TODAY]
    assert lines["W"] == Line(f"{TODAY}", "given", "silent")
    assert lives["W"][1]
    for name in ("S0", "S1", "S2"):
        assert lines[name][1:] == ("stated", "alive")
        assert [seen[name][1] for seen in (lives, world[None][1])] == [False, False]
    assert world[None][0]["W"] == UNKNOWN
    assert "W" not in world[None][1]


def test_six_stated_long_after_a_common_last_day_stopped_there(room, tmp_path):
    """All were dead, as their record was copied 934 days later."""
    for n in range(6):
        write_chat(room, "chatlab", f"S{n}", begin(DEAD, 90), DEAD, made=MADE)
    lines, lives = see(room, tmp_path / "out")
    assert set(lines.values()) == {Line(f"{DEAD}", "record stopped", "alive")}
    assert count_dead(lives) == (0, 6)


def test_a_copied_slack_of_many_channels_ends_at_its_latest_row(room, tmp_path):
    """A channel silent for W or more is dead; with W to the second it was censored."""
    for n in range(6):
        last = LIVELY - W * (n % 2)
        write_slack_channel(room / "slack", f"S{n}", begin(last, 90), last)
    date_files(room, TODAY)
    lines, lives = see(room, tmp_path / "out")
    assert {(one.until, one.how) for one in lines.values()} == {
        (f"{LIVELY}", "latest row")
    }
    assert count_dead(lives) == (3, 6)


def write_slack_channel(root, name, first, last):
    """Add a channel to a Slack export."""
    aside = root.with_name(f"aside-{name}")
    WRITERS["slack"].write(build_chat(name, first, last), aside)
    (root / name).parent.mkdir(exist_ok=True)
    (aside / "slack" / "general").rename(root / name)
    for file in ("channels.json", "users.json"):
        whole = root / file
        rows = json.loads(whole.read_text("utf-8")) if whole.is_file() else []
        more = json.loads((aside / "slack" / file).read_text("utf-8"))
        if file == "channels.json":
            more[0]["name"] = name
        whole.write_text(json.dumps(rows + more), "utf-8")
    shutil.rmtree(aside)


def append_line(path, line):
    """Add a line to the one file of an export."""
    (file,) = (one for one in path.rglob("*") if one.is_file())
    file.write_text(f"{file.read_text('utf-8')}{line}\n", "utf-8")


def change_json(path, change):
    """Replace the one JSON file of an export by what a function makes of it."""
    (file,) = path.rglob("*.json")
    file.write_text(json.dumps(change(json.loads(file.read_text("utf-8")))), "utf-8")


NEXT = DEAD + timedelta(1)


def write_left(room):
    """Write three chats that say that their exporter is no longer in them."""
    after = f"{NEXT:%d/%m/%Y}, 11:00 - You left\n"
    write_whatsapp(room, "L", begin(DEAD), DEAD, more=after)
    path = write_chat(room, "transcript", "M", begin(DEAD), DEAD)
    append_line(path, f"[{NEXT} 11:00:00] 系统: 你被移出群聊")
    path = write_chat(room, "telegram", "N", begin(DEAD), DEAD)
    change_json(path, lambda chat: {"left_chats": {"list": [chat]}})


def test_whoever_left_saw_nothing_later(world):
    """With a told day groups that the exporter had left were dead."""
    lines, lives = world[TODAY]
    for name in "LMN":
        assert lines[name][1:] == ("left", "alive")
        assert lines[name].until in {f"{DEAD}", f"{NEXT}"}
        assert not is_dead(lives, name)


def write_asked_after(room):
    """Write a chat as DiscordChatExporter does when asked for days after one."""
    path = write_chat(room, "discord", "R", begin(LIVELY, 200), LIVELY, made=MADE)
    asked = {"after": f"{begin(LIVELY, 230)}T00:00:00+00:00", "before": None}
    change_json(path, lambda export: export | {"dateRange": asked})


def test_a_group_older_than_its_export_is_no_newborn(room, tmp_path):
    """Its life began for the library with the first message that was asked for."""
    write_asked_after(room)
    see(room, tmp_path / "out", exported="files")
    groups = sq.groups_from(sq.read_messages(room, zone="UTC"))
    first, asked = at(begin(LIVELY, 200)) * 10**6, at(begin(LIVELY, 230), 0) * 10**6
    assert (groups["first_us"].item(), groups["entry_us"].item()) == (first, asked)
    assert groups["origin_us"].item() < asked


@pytest.mark.parametrize("inside", ["", "ChatExport_2024-05-31", "archive"])
def test_the_day_in_a_folders_name_is_the_latest_day(room, tmp_path, inside):
    """It was seen only where the folder was named itself, or was one of several."""
    last = tell("2024-05-29")
    path = write_chat(room / "aside", "telegram", "A", begin(last, 90), last)
    named = path.rename(room / "ChatExport_2024-05-31")
    place = room / inside
    if inside == "archive":
        with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
            archive.write(named / "result.json", f"{named.name}/result.json")
        place = tmp_path / "all.zip"
    messages = sq.read_messages(place, zone="UTC", exported="files")
    (line,) = read_lines_of_frame(messages, name_groups(place)).values()
    assert line == Line("2024-05-31", "files", "alive")


def write_closed(room):
    """Write a group that was dissolved and a channel that was archived."""
    path = write_chat(room, "transcript", "P", begin(DEAD), DEAD)
    append_line(path, f"[{NEXT} 11:00:00] 系统: 群主“P0”已解散该群聊")
    write_slack_channel(room / "slack", "Q", begin(DEAD), DEAD)
    whole = room / "slack" / "channels.json"
    (channel,) = json.loads(whole.read_text("utf-8"))
    notice = {"type": "message", "subtype": "channel_archive", "user": "U1"}
    notice |= {"ts": f"{at(DEAD, 11)}.000000", "text": "archived the channel"}
    (room / "slack" / "Q" / f"{NEXT}.json").write_text(json.dumps([notice]), "utf-8")
    whole.write_text(json.dumps([channel | {"is_archived": True}]), "utf-8")


def test_a_closed_group_is_closed(world):
    """The one certain death was a silence, or no end at all."""
    assert {world[TODAY][0][name].state for name in "PQ"} == {"closed"}


PACKED = {  # the date of an archive's entry, and that of the archive
    "X": ((1980, 1, 1, 0, 0, 0), TODAY),
    "Y": ((*MADE.timetuple()[:3], 2, 0, 0), MADE),
    "Z": ((2099,) + (1,) * 5, TODAY),
}


def write_packed(room):
    """Write chats into archives whose entries bear dates of another clock."""
    for name, (moment, dated) in PACKED.items():
        path = write_whatsapp(room.with_name("aside"), name, begin(LIVELY), LIVELY)
        with zipfile.ZipFile(room / f"{name}.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo(path.name, moment), path.read_bytes())
        date_files(room / f"{name}.zip", dated)


def test_a_date_of_another_clock_is_skipped(world):
    """Of an archive's entry: 1980, eight hours behind the last line, in the future."""
    for name, (_, dated) in PACKED.items():
        state = "alive" if dated - LIVELY < W else "unknown"
        assert world[None][0][name] == Line(None, "unknown", state)
        assert world["files"][0][name].until == f"{dated}"


def write_asked(room):
    """Write a chat as DiscordChatExporter does when asked for days until one."""
    path = write_chat(room, "discord", "D", begin(DEAD), DEAD, made=MADE)
    asked = {"after": None, "before": f"{NEXT}T00:00:00+00:00"}
    change_json(path, lambda export: export | {"dateRange": asked})


def test_of_the_day_of_export_and_the_day_asked_for_the_earlier_counts(world):
    """A group exported with ``--before`` was silent for 976 days."""
    lines, lives = world[None]
    assert lines[get_id("D")] == Line(f"{NEXT}", "range", "alive")
    assert not is_dead(lives, get_id("D"))


EVERY = {"J": 1, "K": 2}  # of the rows after the stated day


def write_contradicted(room):
    """Write chats with many rows after the day that they state."""
    for name, every in EVERY.items():
        made = begin(LIVELY, 150)
        path = write_chat(room, "discord", name, begin(LIVELY, 200), LIVELY, made=made)
        change_json(
            path,
            lambda export, every=every: export | {
                "messages": export["messages"][:51] + export["messages"][51::every]
            },
        )  # fmt: skip


def test_a_stated_day_that_rows_contradict_costs_no_row(world):
    """Most rows lay after it, or some; they were lost."""
    lines, lives = world[None]
    for name, every in EVERY.items():
        assert lines[get_id(name)] == UNKNOWN
        assert get_id(name) not in lives
        read = sq.read_messages(world["room"] / f"discord-{name}", zone="UTC")
        assert len(read) == 51 + len(range(51, 201, every))


BROKEN = {"m0": "chatlab", "m1": "chatlab_lines", "m2": "table_csv"}


def write_broken(room):
    """Write chats whose files break off within their last row."""
    for name, form in BROKEN.items():
        path = write_chat(room, form, name, begin(DEAD), DEAD, made=MADE)
        (file,) = (one for one in path.rglob("*") if one.is_file())
        data = file.read_bytes()
        file.write_bytes(data[: data.rindex(b"hello 40")])


def test_a_file_that_breaks_off_ends_with_its_last_whole_row(world):
    """What follows was cut, whatever day it states; in files of lines it was dead."""
    lines, _ = world[TODAY]
    for name in BROKEN:
        found = lines.get(name) or lines[get_id(name)]
        assert found == Line(f"{DEAD - timedelta(1)}", "broken off", "alive")


@pytest.mark.parametrize("form", [_long("chatlab"), _long("discord"), "whatsapp"])
def test_what_is_converted_was_observed_until_the_same_day(room, tmp_path, form):
    """It stated its last message's day, so that each group was alive."""
    write_chat(room, form, "A", begin(DEAD), DEAD, made=MADE)
    (before,) = see(room, tmp_path / "out")[0].values()
    convert_exports([room], "chatlab", tmp_path / "chatlab")
    date_files(tmp_path / "chatlab", MADE)
    (after,) = see(tmp_path / "chatlab", tmp_path / "again")[0].values()
    assert after == before


@pytest.mark.parametrize("line", ["你被移出群聊", "该群已被群主解散", "range"])
def test_what_ended_a_group_is_converted(room, tmp_path, line):
    """Its name and its end were lost: whether it still talks was not known."""
    if line == "range":
        write_asked(room)
    else:
        append_line(
            write_chat(room, "transcript", "A", begin(DEAD), DEAD),
            f"[{NEXT} 11:00:00] 系统: {line}",
        )
    (before,) = see(room, tmp_path / "out")[0].values()
    convert_exports([room], "chatlab", tmp_path / "chatlab")
    (after,) = see(tmp_path / "chatlab", tmp_path / "again")[0].values()
    assert before.state != "unknown"
    assert (after.how, after.state) == (before.how, before.state)
    assert after.until == before.until


def test_a_day_lasts_to_its_end(room, tmp_path):
    """A run ended it at its beginning, so that it was half a day off the library."""
    for n, name in enumerate(STATES):  # silent for 59 days, and for 60
        last = DEAD - timedelta(n)
        write_whatsapp(room, name, begin(last, 200), last, made=MADE)
    lines, lives = see(room, tmp_path / "out", exported=DEAD + timedelta(59))
    assert {name: line.state for name, line in lines.items()} == STATES
    assert count_dead(lives) == (1, 2)


def test_days_told_by_group_go_first(room, tmp_path):
    """In a frame by key, in a run by a column of groups.csv."""
    write_chat(room, "chatlab", "A", begin(DEAD), DEAD, made=MADE)
    write_whatsapp(room, "B", begin(DEAD), DEAD, made=MADE)
    keys = sq.read_messages(room, zone="UTC")["group"].unique()
    told = pd.Series(DEAD + timedelta(30), index=keys)
    messages = sq.read_messages(room, zone="UTC", exported=told)
    path = tmp_path / "groups.csv"
    path.write_text("key,exported\n" + "".join(f"{k},{d}\n" for k, d in told.items()))
    names = name_groups(room)
    lines = read_lines(run(room, tmp_path / "out", groups=path), names)
    assert lines == read_lines_of_frame(messages, names)
    assert {line.how for line in lines.values()} == {"told"}


def copy_files(exports, to, how):
    """Copy exports as a clone, a touch, an archive or the app does."""
    if how == "archive":
        with zipfile.ZipFile(to.with_suffix(".zip"), "w") as archive:
            for file in exports.rglob("*.txt"):
                moment = (*TODAY.timetuple()[:3], 0, 0, 0)
                info = zipfile.ZipInfo(f"{file.relative_to(exports)}", moment)
                archive.writestr(info, file.read_bytes())
        to.mkdir()
        to.with_suffix(".zip").rename(to / "all.zip")
    else:
        shutil.copytree(exports, to)  # keeps dates, as the app does
    if how != "app":
        date_files(to, TODAY)


@pytest.mark.parametrize("how", [_long("touch"), "archive", _long("app")])
def test_copies_change_no_answer(room, tmp_path, how):
    """A state may only turn from alive to not known."""
    for n in range(4):
        last = LIVELY - timedelta(25 * n)
        write_whatsapp(room / f"{n}", f"A{n}", begin(last, 90), last, made=LIVELY)
    write_chat(room / "stated", "chatlab", "S", begin(DEAD, 90), DEAD, made=MADE)
    lines, lives = see(room, tmp_path / "out")
    copy_files(room, tmp_path / "copy", how)
    if how == "archive":
        shutil.copytree(room / "stated", tmp_path / "copy" / "stated")
    again, lives_again = see(tmp_path / "copy", tmp_path / "out2")
    assert lives_again == lives
    for name, line in lines.items():
        states = line.state, again[name].state
        assert again[name][:2] == line[:2]
        assert states[0] == states[1] or states == ("alive", "unknown")


@pytest.mark.parametrize("missing", [_long(0), 3])
def test_missing_numbers_are_no_silence(room, tmp_path, missing):
    """QQ numbers its messages: what an export lacks of them was written."""
    path = write_chat(room, "qce", "A", begin(DEAD, 200), DEAD, made=DEAD)
    (file,) = (one for one in path.rglob("*") if one.is_file())
    export = json.loads(file.read_text("utf-8"))
    rows = export["messages"]
    for n, row in enumerate(rows):
        row["seq"] = str(100 + n)
    for n, row in enumerate(rows[150:]):
        row["seq"] = str(150 + missing + n)
    export["messages"] = [*rows[:50], *rows[150:]]
    file.write_text(json.dumps(export), "utf-8")
    study = run(room, tmp_path / "out", exported=MADE)
    messages = sq.clean(sq.read_messages(room, zone="UTC", exported=MADE))
    paused = [sq.silence(d, form="first_gap").to_frame() for d in (study, messages)]
    days = [round(float(one["durations"].iloc[0])) for one in paused]
    assert days == ([49, 49] if missing == 0 else [200, 200])
    said = " ".join(describe_observation(read_observed(study).values()))
    assert ("no export covers" in said) == (missing > 0)


@pytest.mark.parametrize("ago", [20, 200])
def test_files_that_look_copied_are_named(room, tmp_path, ago):
    """Copies of one day made every group silent, and nothing said so."""
    for n in range(2):
        last = MADE - timedelta(ago + 40 * n)
        write_whatsapp(room, f"A{n}", begin(last), last, made=MADE)
    study = run(room, tmp_path / "out", exported="files")
    said = " ".join(describe_observation(read_observed(study).values()))
    assert ("look copied" in said) == (ago > 30)


ANY = ("whatsapp", "chatlab", "telegram", "discord", "slack", "qq", "transcript")


def draw_chat(draw, name, room):
    """Write a chat of some days in some format, which says its day or does not."""
    first = tell("2025-01-01") + timedelta(draw.randrange(200))
    last = first + timedelta(draw.randrange(30, 200))
    made = last + timedelta(draw.choice([0, 20, 90, 300]))
    return write_chat(room, draw.choice(ANY), name, first, last, made=made)


def look(room, out, exported):
    """Return all that a run shows of each group, by its key, without its number."""
    study = run(room, out, exported=exported)
    keys = study.table("groups").set_index("group")["key"]
    lives = list_lives_of(study)
    shown = {keys[card.group]: replace(card, group=0) for card in build_cards(study)}
    seen = {keys[group]: one for group, one in read_observed(study).items()}
    return {key: (card, seen[key], lives.get(key)) for key, card in shown.items()}


@pytest.mark.parametrize("exported", [_long(None), "files", _long(TODAY)])
def test_other_files_change_no_line(room, tmp_path, exported):
    """One fresh file made 46 % of all groups, living ones, dead."""
    draw = random.Random(str(exported))  # noqa: S311 - a mix of files
    first, second, *_ = [draw_chat(draw, f"A{n}", room) for n in range(3)]
    before = look(room, tmp_path / "before", exported)
    draw_chat(draw, "fresh", room)
    added = look(room, tmp_path / "added", exported)
    assert {key: added[key] for key in before} == before
    date_files(first, TODAY)
    (its_key,) = sq.read_messages(first, zone="UTC")["group"].unique()
    dated = look(room, tmp_path / "dated", exported)
    assert {**dated, its_key: None} == {**added, its_key: None}
    (its_key,) = sq.read_messages(second, zone="UTC")["group"].unique()
    shutil.rmtree(second)
    less = look(room, tmp_path / "less", exported)
    assert less == {key: one for key, one in dated.items() if key != its_key}


TEN = (
    "chatlab", "weflow", "qq", "telegram", "discord", "slack", "whatsapp", "matrix",
    "table_csv", "transcript",
)  # fmt: skip
TOLD = tell("2025-06-30")
BORN = tell("2024-06-01")
LIVES = (20, 80, 150, 200, 300, 334, 392, 394)  # days; the last four end within 60


@pytest.mark.parametrize("form", [*TEN[:1], *map(_long, TEN[1:])])
def test_the_same_chats_in_ten_formats_give_one_answer(room, tmp_path, form):
    """One day told: 22 of 24 were dead as ChatLab, none as WhatsApp."""
    for n, days in enumerate(LIVES):
        last = BORN + timedelta(days)
        write_chat(room, form, f"A{n}", BORN, last, made=TOLD)
    lines, lives = see(room, tmp_path / "out", exported=TOLD)
    assert {line.until for line in lines.values()} == {f"{TOLD}"}
    followed = (TOLD - BORN - W).days + 10 / 24  # from ten o'clock to eight
    right = [(days, True) if days < followed else (followed, False) for days in LIVES]
    found = sorted(lives.values())
    assert [ended for _, ended in found] == [ended for _, ended in right]
    assert [days for days, _ in found] == pytest.approx([d for d, _ in right], abs=1e-3)
    made = sq.make_study(room, tmp_path / "made", zone="UTC", exported=TOLD)
    assert sorted(list_lives_of(made).values()) == found


@pytest.mark.shared
@pytest.mark.skipif(not MAKE_ENDS.is_file(), reason="../shared is not here")
@pytest.mark.parametrize("word", ["", _long("files")])
def test_six_inputs_are_right(tmp_path, word):
    """As many dead, and as many in an estimate of life, as their maker says."""
    made = tmp_path / "made"
    command = [sys.executable, str(MAKE_ENDS), str(made)]
    subprocess.run(command, check=True)
    right = json.loads((made / "expected.json").read_text("utf-8"))
    told = {"exported": word} if word else {}
    for name, both in right.items():
        said = both.get(word) if word else both
        if said and "dead" in said:
            study = run(made / name, tmp_path / f"out-{name}", **told)
            lives = list_lives_of(
                study, {key: key for key in study.table("groups")["key"]}
            )
            assert count_dead(lives) == (said["dead"], said["curve"]), name


def test_the_last_day_of_a_window_is_not_called_the_day_of_a_file(tmp_path):
    """A group that wrote until the window's last day was called so."""
    write_whatsapp(tmp_path / "in", "A", LIVELY - timedelta(90), LIVELY)
    window = Window(to_us=(at(LIVELY, 0) + 86_400) * 10**6)
    (card,) = build_cards(run(tmp_path / "in", tmp_path / "out", window=window))
    assert "the last day counted" in str(describe_state(card))


def test_who_joined_after_the_window_was_not_silent_in_it(tmp_path):
    """Who joined by a line of the group was; of a chat of ten months nothing came."""
    chat = build_chat("A", LIVELY - timedelta(300), LIVELY)
    late = [Person(f"990{n}", f"Late {n}") for n in range(3)]
    ids = tuple(person.id for person in late)
    when = at(LIVELY - timedelta(20), 9) * 10**6
    joins = Change(time_us=when, kind="join", actor=chat.people[0].id, subjects=ids)
    people = (*chat.people, *late)
    happenings = sorted((*chat.happenings, joins), key=lambda one: one.time_us)
    chat = replace(
        chat, people=people, members=tuple(one.id for one in people),
        happenings=tuple(happenings),
    )  # fmt: skip
    (tmp_path / "in").mkdir()
    WRITERS["chatlab"].write(chat, tmp_path / "in")
    window = Window(to_us=at(LIVELY - timedelta(40), 0) * 10**6)
    (card,) = build_cards(run(tmp_path / "in", tmp_path / "out", window=window))
    assert (card.silent_members, card.members) == (0, len(chat.people) - len(late))
