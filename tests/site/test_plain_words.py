"""No page shows a reader the names and codes that only the code needs."""

import re
import tomllib
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from helpers.claims import read_register
from helpers.claims.rules.interval_rules import Word

pytestmark = pytest.mark.notebook
TOLD = files("helpers.corpora.sources")
SOURCES = sorted(
    one.name.removesuffix(".toml")
    for one in TOLD.iterdir()
    if one.name.endswith(".toml")
)
CORPORA = [one for one in SOURCES if "_" in one]  # others are words as well
SHORT = (
    "HR", "RMST", "NOT COMBINED", "STRONG", "REVERSED", "F1", "F2", r"W = \d+", "语料",
    "断言", "裁决",
)  # fmt: skip
CODES = re.compile("|".join(rf"\b{one}\b" for one in (*CORPORA, *Word, *SHORT)))
ONE = re.compile(r"(?<![\d.,\u202f])\b1 (groups|sources|networks|messages|claims)\b")
NOT_OURS = (  # for developers, what the command line prints, what a cell shows
    "architecture", "decisions", "about", "your-own-groups", "code/", "01_first", "api",
)  # fmt: skip
UNREAD = {"script", "style", "code", "pre", "title", "head"}
VOID = {"br", "img", "meta", "link", "input", "hr", "source", "wbr", "col"}


class Reader(HTMLParser):
    """Collects what is read on a page, but for code and the register's own text."""

    def __init__(self):
        super().__init__()
        self.said, self.open = [], []

    def handle_starttag(self, tag, attrs):
        """Note what is opened, and whether it is running text."""
        unread = tag in UNREAD or "registered" in (dict(attrs).get("class") or "")
        if tag not in VOID:
            self.open.append((tag, unread))

    def handle_endtag(self, tag):
        """Close it, with what was left open in it."""
        while tag not in VOID and self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        """Keep running text."""
        if not any(unread for _, unread in self.open):
            self.said.append(data)


def read(page):
    """Return what a reader sees of a page's article."""
    text = page.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(text[text.find("<article") : text.find("</article>")])
    return " ".join(reader.said)


def test_pages_contain_no_code_names(made):
    """Neither a code name of a source nor of an answer, nor one of many."""
    site, found = made / "site", {}
    for page in sorted(site.rglob("*.html")):
        name = page.relative_to(site).as_posix()
        if not name.removeprefix("zh/").startswith((*NOT_OURS, "_static")):
            said = read(page)
            found[name] = {*CODES.findall(said), *ONE.findall(said)}
    assert len(found) > len(read_register())
    assert not {name: codes for name, codes in found.items() if codes}


@pytest.mark.parametrize("name", SOURCES)
def test_source_notes_contain_no_code_names(name):
    """Readers meet its notes on its page and in chapters, under its plain name."""
    noted = tomllib.loads(TOLD.joinpath(f"{name}.toml").read_text("utf-8"))
    assert name not in " ".join(noted["frame_notes"] + noted["gaps"])


def test_code_name_check_finds_codes_in_running_text(tmp_path):
    """It reads running text, and leaves out code and the register's text."""
    page = tmp_path / "a.html"
    page.write_text(
        "<article><p>fcc_gitter: 1 groups</p><code>raku_irc</code>"
        "<details class='registered'>UNTESTABLE<br>HR</details> v</article>",
        encoding="utf-8",
    )
    said = read(page)
    assert CODES.findall(said) == ["fcc_gitter"]
    assert ONE.findall(said) == ["groups"]
