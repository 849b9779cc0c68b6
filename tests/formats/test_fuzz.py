"""Damaged exports: no crash, no hang, no silent loss, in any format."""

import contextlib
import io
import json
import math
import random
import re
import time
import zipfile
from collections import Counter

import pytest

from helpers.errors import BrokenFileError, ShequnError
from helpers.formats import FORMATS, Source
from helpers.formats.privacy.boundary import Reading
from helpers.formats.privacy.pseudonyms import Pseudonyms
from helpers.formats.reading.source import detect_encoding
from helpers.formats.rows.times import check_times
from pipeline.validation.damage import corrupt_file
from pipeline.validation.export_writers import WRITERS, Change
from tests.communities import MANY, talk

SECONDS = 10  # of computing, for a file of a few kilobytes
TOKEN = re.compile(r"第\d+条")  # one a post: shows where its text went


def more(n):
    """What a post says, and what else there is of it."""
    return {
        "text": f"第{n}条 message {n}" + "\n第二行" * (n % 5 == 0),
        "reply_to": f"{899 + n}" if n % 4 == 3 else None,
        "reactions": (("10003", "👍"),) * (n % 6 == 0),
        "readers": ("10001", "10003"),
    }


def community():
    """Three people, one of them silent, eight posts, a join, kick and rename."""
    changes = [
        Change(
            time_us=(1_700_000_000 + 60 * n) * 10**6,
            kind=kind,
            actor="10001",
            subjects=() if kind == "rename" else ("10002",),
            value="新" if kind == "rename" else None,
        )
        for n, kind in enumerate(("join", "kick", "rename"), 8)
    ]
    return talk("甲乙丙", 8, more=more, changes=changes)


class Attempt:
    """An export read as far as it goes, to the boundary and, if asked, beyond."""

    def __init__(self, form, path, options=None, *, beyond=False):
        self.refused, texts, self.source, odd = None, [], None, 0
        apart = {}  # messages of chats that are no groups, which is said
        try:
            self.source = Source(path, options)
            self.recognised = form.has_signature(self.source.head)
            reading = Reading(self.source, form, Pseudonyms(bytes(32)))
            apart = reading.frame.messages
            plain = check_times(form.read(self.source), self.source)
            for batch in reading if beyond else plain:
                if batch.kind == "message":
                    texts += batch.table["text"].to_pylist()
                if batch.kind == "event":
                    odd += batch.table["kind"].to_pylist().count("unrecognised")
        except ShequnError as error:
            self.refused = error
        self.said = [{*TOKEN.findall(text or "")} for text in texts]
        self.tokens, self.rows = set().union(*self.said), len(texts)
        if self.source:  # a broken line may have made a name of a text
            self.tokens.update(TOKEN.findall(" ".join(self.source.people.names)))
        entries = self.source.losses if self.source else ()
        self.reasons = {(entry.kind, entry.reason) for entry in entries}
        self.reasons |= {("event", f"unrecognised {n}") for n in range(odd)}
        self.reasons |= {("apart", word) for word in apart}

    @property
    def outcome(self):
        """What a user sees."""
        if self.refused:
            return "refused"
        if not self.recognised:
            return "not recognised"
        return "told" if self.reasons else "read"


class Fuzz:
    """One format's export, damaged again and again."""

    def __init__(self, name, folder):
        self.name, self.form = name, FORMATS[WRITERS[name].format]
        self.path = WRITERS[name].write(community(), folder)
        files = [self.path, *sorted(self.path.rglob("*"))]
        self.whole = {file: file.read_bytes() for file in files if file.is_file()}
        self.options = WRITERS[name].options
        self.before = Attempt(self.form, self.path, self.options)

    def run(self, rounds):
        """Count the outcomes of so many damaged copies."""
        return Counter(self.round(seed) for seed in range(rounds))

    def round(self, seed):
        """Damage one file or, once in ten, all of them in one ZIP."""
        random_ = random.Random(f"{self.name} {seed}")  # noqa: S311  no secret
        victim = random_.choice(list(self.whole))
        started = time.process_time()
        try:
            if seed % 10 == 9:
                outcome = self.read(self.zipped(random_)).outcome
            else:
                data = corrupt_file(self.whole[victim], victim.name, random_)
                victim.write_bytes(data)
                outcome = self.judged(data, victim, beyond=seed % 40 == 5)
                victim.write_bytes(self.whole[victim])
        except Exception as error:
            error.add_note(f"{self.name}, seed {seed}")
            raise
        assert time.process_time() - started < SECONDS, f"{self.name}, seed {seed}"
        return outcome

    def wordless(self, found):
        """How many more rows than before have none of the texts that were there."""
        before, now = (
            sum(1 for one in attempt.said if not one & self.before.tokens)
            for attempt in (self.before, found)
        )
        return max(0, now - before)

    def read(self, path, *, beyond=False):
        """Read an export of this format."""
        return Attempt(self.form, path, self.options, beyond=beyond)

    def zipped(self, random_):
        """All files in a ZIP whose bytes are damaged."""
        path = self.path.parent / "export.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for file, data in self.whole.items():
                name = file.relative_to(self.path.parent).as_posix()
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        path.write_bytes(corrupt_file(path.read_bytes(), ".zip", random_))
        return path

    def judged(self, data, victim, *, beyond):
        """Read it; whatever is told is told whole, whatever is lost is entered."""
        found = self.read(self.path, beyond=beyond)
        if found.refused:
            assert found.refused.where.startswith(str(self.path))
            assert found.refused.remedy
        elif (
            found.recognised
            and not joined(data, self.whole[victim])
            and found.reasons <= self.before.reasons
        ):
            held = said(data, victim.name)
            rest = b"".join(d for f, d in self.whole.items() if f != victim)
            there = {
                *alone(held),
                *TOKEN.findall(rest.decode("utf-8", "ignore")),
            }
            there -= swallowed(data, self.whole[victim])
            missing = (there & self.before.tokens) - found.tokens
            assert len(missing) <= self.wordless(found), missing
        return found.outcome


def said(data, name):
    """What a file still says; of JSON, what its last spelling of a key says."""
    try:
        text = data.decode(detect_encoding(io.BytesIO(data), name).name, "ignore")
    except BrokenFileError:
        return ""
    lines = text.split("\n") if name.endswith(".jsonl") else [text]
    return "\n".join(last_spelled(one) for one in lines if not one.startswith("#"))


def joined(data, whole):
    """Whether a piece was cut out: half a row then stands in another, undecidably."""
    start, end = shared(data, whole), shared(data[::-1], whole[::-1])
    return end > 0 and start + end >= len(data) < len(whole)


def shared(one, other):
    """How many bytes two files begin with alike."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), len(one))


def swallowed(data, whole):
    """Texts of JSON deeper than they were: damage put their rows into another row."""
    with contextlib.suppress(ValueError, RecursionError):
        now, before = (dict(depths(json.loads(one))) for one in (data, whole))
        return {text for text in now if now[text] > before.get(text, math.inf)}
    return set()


def depths(value, depth=0):
    """Yield how deep each text stands, the least depth last."""
    if isinstance(value, str):
        yield from ((text, depth) for text in TOKEN.findall(value))
    elif isinstance(value, list | dict):
        inside = value.values() if isinstance(value, dict) else value
        found = [one for part in inside for one in depths(part, depth + 1)]
        yield from sorted(found, key=lambda one: -one[1])


def alone(text):
    """The texts that share no line and no object with another: two rows made one."""
    for piece in re.split(r"\n|\}, \{", text):
        if len(tokens := {*TOKEN.findall(piece)}) == 1:
            yield from tokens


def last_spelled(text):
    """JSON without keys that stand twice; other text as it is."""
    with contextlib.suppress(ValueError, RecursionError):
        return json.dumps(json.loads(text), ensure_ascii=False)
    return text


@pytest.mark.parametrize("name", sorted(WRITERS))
def test_damaged_exports_never_crash_or_lose_rows_silently(name, tmp_path):
    """A bounded share in every run."""
    assert Fuzz(name, tmp_path).run(60).total() == 60


@pytest.mark.long
@pytest.mark.parametrize("name", sorted(WRITERS))
def test_many_damaged_exports_of_each_format(name, tmp_path):
    """The same, at length; enough of them get past recognition to be read."""
    outcomes = Fuzz(name, tmp_path).run(MANY)
    assert outcomes["read"] + outcomes["told"] > MANY / 20, outcomes
