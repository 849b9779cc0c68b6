"""A message is text that keeps what it was made of."""

import copy
import json
import pickle
from importlib.resources import files

from babel.messages.pofile import read_po

from helpers.wording import join_messages, say, say_plural
from helpers.wording.messages import (
    CONTEXT,
    Verbatim,
    pack_message,
    read_catalogue,
    render,
    unpack_message,
)


def test_a_stored_message_keeps_template_and_values():
    """Messages are pickled between processes and rendered afterwards."""
    one = join_messages(
        "; ",
        [
            say("export {n} is {path}", n=1, path="1999"),
            say("there is nothing to read"),
        ],
    )
    stored = pickle.loads(pickle.dumps(one))  # noqa: S301 - made here
    for again in (stored, copy.deepcopy(one)):
        assert again == one
        assert render(again, "zh") == render(one, "zh") != ""


def test_a_name_of_several_words_is_chinese_after_storage():
    """A line on "WhatsApp TXT" groups was English on a Chinese terminal."""
    line = say("export {n} is {path}", n=1, path=Verbatim("My Group.txt"))
    again = unpack_message(json.loads(json.dumps(pack_message(line))))
    assert render(again, "zh") == render(line, "zh") != ""


def test_one_group_is_singular_and_chinese_has_one_form():
    """The text of 1 and of 2 differ in English only."""
    one, two = (
        say_plural("resampling {n} group", "resampling {n} groups", n=n) for n in (1, 2)
    )
    assert (one, two) == ("resampling 1 group", "resampling 2 groups")
    assert render(one, "zh").replace("1", "2") == render(two, "zh")


def test_the_catalogue_is_read_as_babel_reads_it():
    """A text of several lines, with a quotation or of two forms was another one."""
    with files("helpers.wording").joinpath("zh.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale="zh") if entry.id]
    read = {
        (entry.context, text): entry.string
        if isinstance(entry.id, str)
        else entry.string[0]
        for entry in entries
        for text in ([entry.id] if isinstance(entry.id, str) else entry.id)
        if not entry.fuzzy
    }
    ours = {
        (context or None, text): forms[0]
        for key, forms in read_catalogue("zh").items()
        for context, _, text in [key.rpartition(CONTEXT)]
    }
    assert ours == read
