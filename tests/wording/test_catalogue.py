"""Every message that the code can say is in the Chinese catalogue."""

import string
import subprocess
import sys

import pytest
from babel.messages.pofile import read_po
from helpers.claims.fixed.source_names import Place

from helpers.paths import ROOT
from helpers.wording import Message, join_messages, say
from helpers.wording.messages import read_catalogue, render


def _list_fields(template):
    return sorted(
        {name for _, name, _, _ in string.Formatter().parse(template) if name}
    )


@pytest.fixture(scope="module")
def templates(tmp_path_factory):
    """Return the templates that `pybabel extract` finds."""
    file = tmp_path_factory.mktemp("words") / "messages.pot"
    command = ["babel.messages.frontend", "-q", "extract", "-F", "babel.cfg"]
    subprocess.run(
        [sys.executable, "-m", *command, "-o", file, "src", "notebooks/source"],
        cwd=ROOT,
        check=True,
    )
    with file.open("rb") as opened:
        ids = [entry.id for entry in read_po(opened) if entry.id]
    return {text for one in ids for text in ((one,) if isinstance(one, str) else one)}


def test_every_template_has_a_translation_with_its_fields(templates):
    """No message falls back to English, or loses a number, on a Chinese page."""
    chinese = read_catalogue("zh")
    assert len(templates) > 1000
    assert sorted(one for one in templates if not chinese.get(one)) == []
    differ = [
        one
        for one in templates
        if any(_list_fields(one) != _list_fields(form) for form in chinese[one])
    ]
    assert differ == []


def test_no_translation_is_left_over(templates):
    """A template that no code says any more leaves both catalogues."""
    for language in ("zh", "en"):
        assert read_catalogue(language).keys() <= templates


def test_a_sentence_is_chinese_whole_or_not_at_all():
    """Half a sentence in English would look like a broken page."""
    known = say("none known")
    assert isinstance(known, Message)
    assert render(join_messages("; ", [known, "quite new words"]), "zh") == ""
    assert render(say("{n} of {name}", n=3, name="no such words"), "zh") == ""


def test_a_source_is_called_by_its_name_in_each_language():
    """The code of a source is for tables, not for readers."""
    message = say("opposite without {source}", source=Place("fcc_gitter"))
    assert str(message) == "opposite without fcc_gitter"
    assert render(message, "zh") == "不含编程学习聊天群时相反"
