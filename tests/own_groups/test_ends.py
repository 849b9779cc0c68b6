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
from helpers.own_groups.cards import build_cards
from helpers.own_groups.user_study import read_observed
from tests.chats import (
    TODAY,
    Line,
    at,
    build_chat,
    count_dead,
    date_files,
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
from validation.export_writers import WRITERS

MAKE_ENDS = paths.ROOT.parent / "shared" / "cases" / "turn5" / "ends" / "make_ends.py"
LIVELY = MADE = tell("2026-05-20")
DEAD = MADE - timedelta(934)
STATES = {"A": "alive", "B": "silent"}
W = timedelta(60)
UNKNOWN = Line(None, "unknown", "unknown")


def _long(value):
    return pytest.param(value, marks=pytest.mark.long)


@pytest.fixture(autouse=True)
def _own_key(tmp_path, monkeypatch):
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))


@pytest.fixture
def room(tmp_path):
    """Return an empty folder of exports."""
    (tmp_path / "in").mkdir()
    return tmp_path / "in"


def begin(last, days=40):
    """Return the first day of a chat that ends on another."""
    return last - timedelta(days)


def write_discord(room, name, last, *, made, before=None, first=None):
    """Write a chat as DiscordChatExporter does, up to a day asked for."""
    path = write_chat(room, "discord", name, first or begin(last), last, made=made)
    (file,) = path.rglob("*.json")
    export = json.loads(file.read_text("utf-8"))
    export["dateRange"] = {"after": None, "before": before}
    file.write_text(json.dumps(export), "utf-8")


def test_two_files_of_one_day_of_which_one_is_silent(room, tmp_path):
    """They were two steady groups, the one for 934 days."""
    write_whatsapp(room, "A", begin(LIVELY), LIVELY, made=MADE)
    write_whatsapp(room, "B", begin(DEAD), DEAD, made=MADE)
    lines, lives = see(room, tmp_path / "out")
    assert lines == {"A": Line(None, "unknown", "alive"), "B": UNKNOWN}
    assert lives == {}
    lines, lives = see(room, tmp_path / "files", exported="files")
    states = {name: Line(f"{MADE}", "files", state) for name, state in STATES.items()}
    assert lines == states
    assert lives["B"] == ((DEAD - begin(DEAD)).days, True)


def test_old_files_with_true_dates_keep_them_under_a_told_day(room, tmp_path):
    """Each was said to be observed until today."""
    days = {name: LIVELY - timedelta(200 * n) for n, name in enumerate("ABC")}
    for name, day in days.items():
        write_whatsapp(room, name, begin(day), day, made=day)
    lines, lives = see(room, tmp_path / "out", exported=TODAY)
    assert lines == {n: Line(f"{d}", "given", "alive") for n, d in days.items()}
    assert count_dead(lives)[0] == 0


def test_a_told_day_is_for_those_that_state_none(room, tmp_path):
    """Stated days were overridden, and each of their groups was dead."""
    for n in range(3):
        day = LIVELY - timedelta(90 * n)
        write_chat(room, "chatlab", f"S{n}", begin(day, 90), day, made=day)
    write_whatsapp(room, "W", begin(DEAD, 90), DEAD, made=TODAY)
    lines, lives = see(room, tmp_path / "out", exported=TODAY)
    assert lines.pop("W") == Line(f"{TODAY}", "given", "silent")
    assert {(one.how, one.state) for one in lines.values()} == {("stated", "alive")}
    assert count_dead(lives) == (1, 4)
    lines, lives = see(room, tmp_path / "without")
    assert lines["W"] == UNKNOWN
    assert count_dead(lives) == (0, 3)


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


def test_whoever_left_saw_nothing_later(room, tmp_path):
    """With a told day groups that the exporter had left were dead."""
    after = f"{DEAD + timedelta(1):%d/%m/%Y}, 11:00 - "
    write_whatsapp(room, "A", begin(DEAD), DEAD, more=f"{after}You left\n")
    removed = f"[{DEAD + timedelta(1)} 11:00:00] 系统: 你被移出群聊"
    path = write_chat(room, "transcript", "B", begin(DEAD), DEAD)
    (file,) = (one for one in path.rglob("*") if one.is_file())
    file.write_text(f"{file.read_text('utf-8')}{removed}\n", "utf-8")
    telegram = write_chat(room, "telegram", "C", begin(DEAD), DEAD)
    (file,) = telegram.rglob("*.json")
    chat = json.loads(file.read_text("utf-8"))
    file.write_text(json.dumps({"left_chats": {"list": [chat]}}), "utf-8")
    lines, lives = see(room, tmp_path / "out", exported=TODAY)
    assert {(one.how, one.state) for one in lines.values()} == {("left", "alive")}
    assert {one.until for one in lines.values()} <= {
        f"{DEAD}",
        f"{DEAD + timedelta(1)}",
    }
    assert count_dead(lives)[0] == 0


def test_a_closed_group_is_closed(room, tmp_path):
    """The one certain death was a silence, or no end at all."""
    closing = f"[{DEAD + timedelta(1)} 11:00:00] 系统: 群主“A0”已解散该群聊"
    path = write_chat(room, "transcript", "A", begin(DEAD), DEAD)
    (file,) = (one for one in path.rglob("*") if one.is_file())
    file.write_text(f"{file.read_text('utf-8')}{closing}\n", "utf-8")
    write_slack_channel(room / "slack", "B", begin(DEAD), DEAD)
    whole = room / "slack" / "channels.json"
    (channel,) = json.loads(whole.read_text("utf-8"))
    notice = {"type": "message", "subtype": "channel_archive", "user": "U1"}
    notice |= {"ts": f"{at(DEAD, 11)}.000000", "text": "archived the channel"}
    (room / "slack" / "B" / f"{DEAD + timedelta(1)}.json").write_text(
        json.dumps([notice]), "utf-8"
    )
    whole.write_text(json.dumps([channel | {"is_archived": True}]), "utf-8")
    lines, _ = see(room, tmp_path / "out", exported=TODAY)
    assert {name: line.state for name, line in lines.items()} == {
        "A": "closed",
        "B": "closed",
    }


def test_a_date_of_another_clock_is_skipped(room, tmp_path):
    """Of an archive's entry: 1980, eight hours behind the last line, in the future."""
    moments = {
        "A": ((1980, 1, 1, 0, 0, 0), TODAY),
        "B": ((*MADE.timetuple()[:3], 2, 0, 0), MADE),
        "C": ((2099,) + (1,) * 5, TODAY),
    }
    for name, (moment, dated) in moments.items():
        path = write_whatsapp(tmp_path / "aside", name, begin(LIVELY), LIVELY)
        with zipfile.ZipFile(room / f"{name}.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo(path.name, moment), path.read_bytes())
        date_files(room / f"{name}.zip", dated)
    lines, _ = see(room, tmp_path / "out")
    for name, (_, dated) in moments.items():
        state = "alive" if dated - LIVELY < W else "unknown"
        assert lines[name] == Line(None, "unknown", state)
    lines, _ = see(room, tmp_path / "files", exported="files")
    assert {name: line.until for name, line in lines.items()} == {
        name: f"{dated}" for name, (_, dated) in moments.items()
    }


def test_of_the_day_of_export_and_the_day_asked_for_the_earlier_counts(room, tmp_path):
    """A group exported with ``--before`` was silent for 976 days."""
    asked = DEAD + timedelta(1)
    write_discord(room, "A", DEAD, made=MADE, before=f"{asked}T00:00:00+00:00")
    lines, lives = see(room, tmp_path / "out")
    assert [*lines.values()] == [Line(f"{asked}", "range", "alive")]
    assert count_dead(lives)[0] == 0


@pytest.mark.parametrize("every", [1, _long(2)])
def test_a_stated_day_that_rows_contradict_costs_no_row(room, tmp_path, every):
    """Most rows lay after it, or some; they were lost."""
    stated = begin(LIVELY, 150)
    write_discord(room, "A", LIVELY, made=stated, first=begin(LIVELY, 200))
    (file,) = room.rglob("*.json")
    export = json.loads(file.read_text("utf-8"))
    rows = export["messages"]
    export["messages"] = [*rows[:51], *rows[51::every]]
    file.write_text(json.dumps(export), "utf-8")
    lines, lives = see(room, tmp_path / "out")
    assert [*lines.values()] == [UNKNOWN]
    assert lives == {}
    assert len(sq.read_messages(room, zone="UTC")) == len(export["messages"])


@pytest.mark.parametrize("form", ["chatlab", "chatlab_lines", "table_csv"])
def test_a_file_that_breaks_off_ends_with_its_last_whole_row(room, tmp_path, form):
    """What follows was cut, whatever day it states; in files of lines it was dead."""
    path = write_chat(room, form, "A", begin(DEAD), DEAD, made=MADE)
    (file,) = (one for one in path.rglob("*") if one.is_file())
    data = file.read_bytes()
    file.write_bytes(data[: data.rindex(b"hello 40")])
    lines, _ = see(room, tmp_path / "out", exported=TODAY)
    day = f"{DEAD - timedelta(1)}"
    assert [*lines.values()] == [Line(day, "broken off", "alive")]


@pytest.mark.parametrize("form", [_long("chatlab"), _long("discord"), "whatsapp"])
def test_what_is_converted_was_observed_until_the_same_day(room, tmp_path, form):
    """It stated its last message's day, so that each group was alive."""
    write_chat(room, form, "A", begin(DEAD), DEAD, made=MADE)
    (before,) = see(room, tmp_path / "out")[0].values()
    convert_exports([room], "chatlab", tmp_path / "chatlab")
    date_files(tmp_path / "chatlab", MADE)
    (after,) = see(tmp_path / "chatlab", tmp_path / "again")[0].values()
    assert after == before


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
