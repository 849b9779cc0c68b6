"""Exports turned into ChatLab's and ConvoKit's formats."""

import json

import pytest

from helpers.errors import ShequnError
from helpers.formats.convert import convert
from helpers.formats.inspect import inspect

CHAT = (
    "13/04/2024, 10:00 - Zebulon: hello Yolanda\n"
    "13/04/2024, 10:01 - Yolanda left\n"
    "13/04/2024, 10:02 - Zebulon: <Media omitted>\n"
)


@pytest.fixture
def chat(tmp_path):
    """A chat and a key."""
    key = tmp_path / "key"
    key.write_text("0" * 64)
    path = tmp_path / "chat.txt"
    path.write_text(CHAT, encoding="utf-8")
    return path, key


def test_chatlab_reads_back_what_was_converted(chat, tmp_path):
    """As many messages and people, and nobody's name."""
    path, key = chat
    (written,) = convert([path], "chatlab", tmp_path / "out", key=key)
    (found,) = inspect([written]).exports
    assert (found.form, found.messages, found.speakers) == ("ChatLab", 2, 1)
    text = written.read_text(encoding="utf-8")
    assert not [name for name in ("Zebulon", "Yolanda") if name in text]


def test_a_convokit_corpus_is_whole_and_consistent(chat, tmp_path):
    """Every speaker and conversation of an utterance is listed."""
    path, key = chat
    (corpus,) = convert([path], "convokit", tmp_path / "corpus", key=key)
    lines = (corpus / "utterances.jsonl").read_text(encoding="utf-8").splitlines()
    said = [json.loads(line) for line in lines]
    speakers = json.loads((corpus / "speakers.json").read_text(encoding="utf-8"))
    groups = json.loads((corpus / "conversations.json").read_text(encoding="utf-8"))
    assert len(said) == 2
    assert {one["speaker"] for one in said} == speakers.keys()
    assert {one["conversation_id"] for one in said} == groups.keys()


def test_an_unknown_target_is_refused_before_anything_is_read(tmp_path):
    """The error names what can be had."""
    with pytest.raises(ShequnError, match="chatlab or convokit"):
        convert([tmp_path / "absent"], "pdf", tmp_path)
