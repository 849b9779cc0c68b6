"""Chats whose days are known, in any format, and what `shequn run` and library say."""

import os
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pandas as pd

import helpers as sq
from helpers.errors import NotIdentifiableError
from helpers.formats.reading.source import Options
from helpers.library.observation import read_observed as read_observed_frame
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.own_groups.user_study import read_observed
from helpers.records import DAY_US, SECOND_US, to_iso_day
from helpers.store.ingest import Terms
from helpers.store.people import read_names
from pipeline.validation.export_writers import WRITERS, Community, Person, Post

SILENT = 60 * DAY_US  # with a message a day
TODAY = datetime.now(UTC).date()
PEOPLE = 6


class Line(NamedTuple):
    """A group's line: until when it was observed, how that is known, its state."""

    until: str | None
    how: str
    state: str


def at(day, hour=10):
    """Return an hour of a day, in seconds since 1970."""
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


def list_days(first, last):
    """List the days between two, both included."""
    return [first + timedelta(n) for n in range((last - first).days + 1)]


def write_posts(days, people, first, words):
    """Write a post a day, by each person in turn, with ids from a first number on."""
    return tuple(
        Post(
            id=f"{first + n}",
            time_us=at(day) * SECOND_US,
            sender=people[n % len(people)].id,
            text=words.format(n),
        )
        for n, day in enumerate(days)
    )


def build_chat(name, first, last, made=None):
    """Build a chat with a message a day, exported on a day at eight."""
    number = sum(map(ord, name)) * 1000
    people = [Person(f"{20_000_000 + number + n}", f"{name}{n}") for n in range(PEOPLE)]
    days = list_days(first, last)
    posts = write_posts(days, people, number + 1, f"hello {{}} of {name}")
    return Community(
        id=get_id(name),
        name=f"Chat {name}",
        people=tuple(people),
        happenings=posts,
        zone="UTC",
        exported_us=0 if made is None else at(made, 20) * SECOND_US,
    )


def date_files(path, day):
    """Give all files of an export the date of a day; return its path."""
    for file in [path, *path.rglob("*")]:
        os.utime(file, (at(day, 20), at(day, 20)))
    return path


def write_chat(folder, form, name, first, last, *, made=None):
    """Write a chat in a format; its files are of the day on which it was made."""
    room = folder / f"{form}-{name}"
    room.mkdir(parents=True)
    WRITERS[form].write(build_chat(name, first, last, made), room)
    return date_files(room, made or TODAY)


def write_whatsapp(folder, name, first, last, *, made=None, more=""):
    """Write a WhatsApp chat with a message a day, and more lines; return its file."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"WhatsApp Chat with {name}.txt"
    lines = [
        f"{day:%d/%m/%Y}, 10:00 - p{name}{n % PEOPLE}: hello {n}\n"
        for n, day in enumerate(list_days(first, last))
    ]
    path.write_text("".join(lines) + more, "utf-8")
    return date_files(path, made or TODAY)


def run(exports, out, **more):
    """Return the study that a run's pages are made of; days begin in UTC."""
    terms = Terms(options=Options(zone="UTC"), exported=more.pop("exported", None))
    return make_study(Plan(exports=[exports], out=out, terms=terms, **more))[0]


def name_groups(exports):
    """Return the name of each group by its key; its id where it has no own name."""
    found = read_names([exports], Terms(options=Options(zone="UTC")))
    called = pd.Series(found.group_ids | found.groups)
    names = called.str.removeprefix("Chat ").str.partition(".")[0]
    keys = called.index.to_series()
    ids = keys.map(found.group_ids).fillna(keys)
    return dict(names.mask(names.duplicated(keep=False), ids))


def get_id(name):
    """Return the id of the chat that is built under a name."""
    return f"{700_000_000 + sum(map(ord, name)) * 1000}"


def read_lines(study, names):
    """Return each group's line in a study, by name."""
    keys = study.table("groups").set_index("group")["key"].map(names)
    states = {card.group: card.state for card in build_cards(study)}
    return {
        keys[group]: _build_line(seen, states[group])
        for group, seen in read_observed(study).items()
    }


def read_lines_of_frame(messages, names):
    """Return each group's line in a frame of messages, by name."""
    found = {}
    for key, seen in read_observed_frame(messages).items():
        found[names[key]] = _build_line(seen, seen.judge(SILENT))
    return found


def _build_line(seen, state):
    until = None if seen.until_us is None else to_iso_day(seen.until_us)
    return Line(until, seen.until_how, state)


def list_lives(data, keys):
    """Return days and end of each life in an estimate by key; none without any."""
    try:
        lives = sq.silence(data).to_frame()
    except NotIdentifiableError:
        return {}
    return {
        keys[group]: (round(days, 3), bool(ended))
        for group, days, ended in zip(
            lives["group"], lives["durations"], lives["ended"], strict=True
        )
    }


def see(exports, out, **told):
    """Return lines and lives of a run, which are those of the library."""
    names = name_groups(exports)
    study = run(exports, out, **told)
    messages = sq.clean(sq.read_messages(exports, zone="UTC", **told))
    lines, lives = read_lines(study, names), list_lives_of(study, names)
    assert read_lines_of_frame(messages, names) == lines
    assert list_lives_of(messages, names) == lives
    return lines, lives


def list_lives_of(data, names=None):
    """Return the lives of a study or a frame, by the name of each group, or its key."""
    is_frame = not hasattr(data, "table")
    groups = sq.groups_from(data) if is_frame else data.table("groups")
    keys = groups.set_index("group")["key"]
    return list_lives(data, keys if names is None else keys.map(names))


def count_dead(lives):
    """Return how many lives have ended, and how many there are."""
    return sum(ended for _, ended in lives.values()), len(lives)


def tell(day):
    """Return a day as a date."""
    return date.fromisoformat(day)
