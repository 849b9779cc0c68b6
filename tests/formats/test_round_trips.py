"""Every format gives back what it was written from, as far as it carries it."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.formats import FORMATS, Source
from helpers.formats.rules.programs import load_program
from helpers.formats.whatsapp import parse_body
from helpers.records import SECOND_US
from pipeline.validation.export_writers import WRITERS, Change, Community, Person, Post
from pipeline.validation.export_writers.comparing import (
    collect_records,
    collect_reported,
)
from tests.communities import talk

START = 1_700_000_000
NAMES = ["甲一", "Ann B", "乙·二", "Zoë", "丙丙丙", "o'Neil", "🙂丁"]
QUIRKS = ['他说："你好"', "a, b; c: d", "50% [图片] {x}", 'C:\\x \\\\ "q"']
QUIRKS += ["第一行\n第二行"]
# hypothesis tries the strings of our own sources too: "[图片]" alone, "null" or "POLL:"
# is a placeholder in text exports, whoever wrote it
LABELS = {*load_program("line").labels, *load_program("kakaotalk").labels}
WORDS = st.text(
    st.characters(
        codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="[<"
    ),
    min_size=1,
).filter(lambda text: parse_body(text).kind == "text" and text not in LABELS)


def texts():
    """Words that survive any format's own trimming: no blank at the ends."""
    return st.one_of(st.sampled_from(QUIRKS), WORDS)


@st.composite
def communities(draw):
    """A group of seven with posts and changes in order of time."""
    people = tuple(Person(f"{10_001 + at}", name) for at, name in enumerate(NAMES))
    ids = st.sampled_from([person.id for person in people])
    count = draw(st.integers(1, 30))
    gaps = draw(st.lists(st.integers(0, 90_000), min_size=count, max_size=count))
    happenings, posts, time = [], [], START
    for at, gap in enumerate(gaps):
        time += gap
        said = post(at, time, ids, posts)
        one = draw(said | change(time, ids) if posts else said)
        happenings.append(one)
        if isinstance(one, Post) and one.kind == "text":
            posts.append(one.id)
    members = draw(st.sets(ids, min_size=1))
    names = {"id": "700800900", "name": "读书群", "people": people}
    owner = draw(st.sampled_from(sorted(members)))
    told = {"members": tuple(sorted(members)), "happenings": tuple(happenings)}
    return Community(**names, **told, owner=owner)


@st.composite
def post(draw, at, time, ids, earlier):
    """A message; only text replies."""
    kind = draw(st.sampled_from(["text"] * 5 + ["image", "red_packet", "recalled"]))
    replies = st.sampled_from(earlier) | st.none() if earlier else st.none()
    emoji = st.sampled_from(["👍", "❤"])
    reactions = st.lists(st.tuples(ids, emoji), max_size=3, unique=True)
    return Post(
        id=f"{9_000_000 + at}",
        time_us=time * SECOND_US,
        sender=draw(ids),
        text=draw(texts()) if kind == "text" else "",
        kind=kind,
        reply_to=draw(replies) if kind == "text" else None,
        reactions=tuple(draw(reactions)) if kind == "text" else (),
        readers=tuple(sorted(draw(st.sets(ids)))) if kind != "recalled" else (),
    )


@st.composite
def change(draw, time, ids):
    """A join, leave, kick or rename, by two different people."""
    kind = draw(st.sampled_from(["join", "leave", "kick", "rename"]))
    acts = {"leave": st.just(value=False), "join": st.booleans()}.get(
        kind, st.just(value=True)
    )
    actor, subject = draw(st.lists(ids, min_size=2, max_size=2, unique=True))
    return Change(
        time_us=time * SECOND_US,
        kind=kind,
        actor=actor if draw(acts) else None,
        subjects=() if kind == "rename" else (subject,),
        value=draw(st.sampled_from(["新名字", "a “b” c"]))
        if kind == "rename"
        else None,
    )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(community=communities())
def test_written_export_is_read_back_unchanged(community):
    """A reader hears exactly what the writer of its format was told."""
    for name, writer in WRITERS.items():
        with tempfile.TemporaryDirectory() as folder:
            path = writer.write(community, Path(folder))
            source = Source(path, writer.options)
            assert FORMATS[writer.format].has_signature(source.head)
            batches = list(FORMATS[writer.format].read(source))
        about = community, writer.carries, writer.unit_us
        found = collect_records(batches, source.people, *about)
        expected = collect_reported(*about)
        for part in expected.__slots__:
            assert getattr(found, part) == getattr(expected, part), (name, part)


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_message_position_is_unique_within_a_group(name, tmp_path):
    """Group, file and position tell a message from all others, replies included."""
    told = talk(posts=5, more=lambda n: {"reply_to": "900" if n else None})
    path = WRITERS[name].write(told, tmp_path)
    read = FORMATS[WRITERS[name].format].read(Source(path, WRITERS[name].options))
    rows = [r for b in read if b.kind == "message" for r in b.table.to_pylist()]
    places = [(row["group"], row["file"], row["position"]) for row in rows]
    assert len(set(places)) == len(places) == 5
