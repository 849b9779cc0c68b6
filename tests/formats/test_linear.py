"""Hostile repetition: the time to read a file grows as the file does, not faster."""

import contextlib
import time

import pytest

from helpers.errors import ShequnError
from helpers.formats import FORMATS, Source
from helpers.formats.privacy import masking
from helpers.formats.privacy.boundary import Reading
from helpers.formats.privacy.pseudonyms import Pseudonyms
from pipeline.validation.export_writers import WRITERS, Change, Community, Person, Post

FRAGMENTS = [
    '"', "\\", "[", "{", "<", "(", "】", "、", ": ", " ", "\n", "\n\n", "— ", "\u200e",
    "@", "9", ".", "甲邀请", "撤回了一条消息", "加入了群聊", " added ", ", ", "$", "&",
    "<sysmsg ",
    "2024-01-01 00:00:00 ", "\n2024-01-01 00:00:00 a(1)\n", "5/1/24, 15:04 - a: b\n",
    "a 1:00:00\n", "a@b.", "+1 ", "<@", "`", "![](", "https://", "消息对象:", "\n引用:",
]  # fmt: skip
NAMES = sorted(WRITERS)
SHARE = 9  # a ninth for each format, and all of them between nine formats
LENGTH, TIMES, SLACK = 20_000, 4, 0.1


def community(fragment, length):
    """A message, a name, a group's name and a notice made of one thing repeated."""
    long = fragment * (length // len(fragment))
    people = (
        Person("10001", "甲"),
        Person("10002", "乙" + long[: length // 10] + "乙"),
    )
    when = 1_700_000_000 * 10**6
    happenings = (
        Post(id="900", time_us=when, sender="10001", text="早" + long + "早"),
        Post(id="901", time_us=when, sender="10002", text="晚", reply_to="900"),
        Change(time_us=when, kind="join", actor="10001", subjects=("10002",)),
        Change(time_us=when, kind="rename", actor="10001", value=long[:4000]),
        Post(id="902", time_us=when, sender="10002", text="早"),
    )
    return Community(id="700", name="群", people=people, owner="10001",
                     members=("10001",), happenings=happenings)  # fmt: skip


def seconds(name, fragment, length, folder):
    """How long it takes to recognise and read such an export, or to refuse it."""
    writer = WRITERS[name]
    path = writer.write(community(fragment, length), folder)
    started = time.process_time()
    with contextlib.suppress(ShequnError), pytest.MonkeyPatch.context() as patch:
        patch.setattr(masking, "SHORT", -1)  # names are sought one way at any length
        source = Source(path, writer.options)
        FORMATS[writer.format].has_signature(source.head)
        list(Reading(source, FORMATS[writer.format], Pseudonyms(bytes(32))))
    return time.process_time() - started


def quadratic(name, fragment, folder):
    """Whether it took too long three times in a row, and how long."""
    for _ in range(3):
        short = seconds(name, fragment, LENGTH, folder)
        long = seconds(name, fragment, LENGTH * TIMES, folder)
        if long <= 2 * TIMES * short + SLACK:
            return None
    return short, long


def slow(name, fragments, folder):
    """The fragments that take more than in proportion."""
    seconds(name, ".", LENGTH, folder)  # compiles what is compiled
    return {one: taken for one in fragments if (taken := quadratic(name, one, folder))}


@pytest.mark.parametrize("name", NAMES)
def test_reading_time_is_linear_for_repeated_fragments(name, tmp_path):
    """A bounded share in every run."""
    assert not slow(name, FRAGMENTS[NAMES.index(name) % SHARE :: SHARE], tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_no_fragment_makes_a_reader_quadratic(name, tmp_path):
    """All of them: quotes, brackets, separators, marks, headers and wordings."""
    assert not slow(name, FRAGMENTS, tmp_path)
