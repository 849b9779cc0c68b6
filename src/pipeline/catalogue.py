"""The Chinese catalogue ``zh.po``: what it must contain, and its update.

``python -m pipeline.catalogue [FILE]`` adds what the code, the tables, the pages
and the committed notebooks say, leaves out what nothing says any more, and lists what
waits for a translation. A changed text keeps its old Chinese, marked as fuzzy and not
shown until somebody has mended it and taken the mark away. FILE is JSON, English by
Chinese, of translations to take in.
"""

import ast
import html
import io
import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from helpers import paths
from helpers.wording.markdown import WORDS, list_comments, number_fields, split_markdown
from helpers.wording.messages import CONTEXT, read_catalogue

Id = str | tuple[str, str]
PIPELINE = Path(__file__).parent
SOURCE = PIPELINE.parent / "helpers"
FILE = SOURCE / "wording" / "zh.po"
# functions that take an English template, and its position among their arguments
TEMPLATES: Mapping[str, int] = {
    "say": 0,
    "join_messages": 0,
    "require_cohorts": 0,
    "require_enough": 1,
    "require_rows": 1,
    "require_units": 1,
    "require_at_least": 3,
    "reader": 0,
}
SOURCE_KEYS = frozenset(
    {"frame_notes", "gaps", "what", "lives_on", "row", "short", "short_parts"}
)
ANSWER_KEYS = frozenset({"words", "on_wechat", "reasons", "kinds", "short_names"})
TABLES: dict[Path, frozenset[str]] = {  # of texts, and under which keys
    SOURCE / "arguments.toml": frozenset({"help", "told"}),
    SOURCE / "claims" / "words.toml": ANSWER_KEYS,
    SOURCE / "formats" / "refused.toml": frozenset({"what", "remedy"}),
    SOURCE / "formats" / "rows" / "signs.toml": frozenset({"told"}),
    SOURCE / "own_groups" / "group_list.toml": frozenset({"gaps"}),
    FILE.with_name("words.toml"): frozenset({"words"}),
}
OWN = SOURCE / "own_groups"
UNDERSCORE = re.compile(r'\b_\(\s*"((?:[^"\\]|\\.)+)"')
IN = re.compile(r'\bsay_in\("([^"]+)", "([^"]+)"\)')
HEAD = re.compile(r"<th[^>]*>([^<]*[A-Za-z]{2}[^<]*)</th>")
SVG_TEXT = re.compile(r"<text[^>]*>([^<]+)</text>")
HEADING = re.compile(r'<g id="(?:title|foot)-\d+">.*?</g>', re.DOTALL)  # once more
SHORT = re.compile(r'^short = "([^"]+)"', re.MULTILINE)
PLACES = (name for file in (SOURCE / "sources").glob("*.toml")
          for name in SHORT.findall(file.read_text("utf-8")))  # fmt: skip
PLACE = re.compile(rf"^(?:{'|'.join(map(re.escape, PLACES))}): ")  # translated alone
LETTER_CELL = re.compile(r"<td[^>]*>([^<]*[A-Za-z]{2} [^<]*)</td>")


def list_ids() -> list[Id]:
    """List everything that the catalogue must translate."""
    ids: list[Id] = []
    for file in (*sorted(SOURCE.rglob("*.py")), *sorted(PIPELINE.rglob("*.py"))):
        ids += list_code(file.read_text("utf-8"))
    sources = sorted((SOURCE / "sources").glob("*.toml"))
    for file, keys in (TABLES | dict.fromkeys(sources, SOURCE_KEYS)).items():
        ids += _list_strings(tomllib.loads(file.read_text("utf-8")), keys)
    for file in sorted(OWN.rglob("*.j2")):
        text = file.read_text("utf-8")
        ids += [*UNDERSCORE.findall(text), *map(CONTEXT.join, IN.findall(text))]
    for file in sorted((PIPELINE / "site" / "theme").rglob("*.*")):
        if file.suffix == ".md":
            ids += list_prose(file.read_text("utf-8"))
        if file.suffix in {".md", ".html"}:
            ids += UNDERSCORE.findall(file.read_text("utf-8"))
    for file in sorted(paths.NOTEBOOKS.glob("[01]*.ipynb")):
        ids += list_notebook(json.loads(file.read_text("utf-8")))
    return list(dict.fromkeys(ids))


def list_code(code: str) -> Iterator[Id]:
    """Yield the messages of a Python module.

    >>> list(list_code('say("a"); say_plural("{n} b", "{n} bs", n=2)'))
    ['a', ('{n} b', '{n} bs')]
    """
    for node in ast.walk(ast.parse(code)):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        texts = [
            argument.value if isinstance(argument, ast.Constant) else ""
            for argument in node.args
        ]
        if name == "say_in":
            if all(texts):
                yield CONTEXT.join(map(str, texts))
            continue
        at = TEMPLATES.get(name)
        if name == "say" and isinstance(node.func, ast.Attribute):
            continue  # a method of an answer
        if name == "say_plural":
            yield str(texts[0]), str(texts[1])
        elif at is not None and len(texts) > at and texts[at]:
            yield str(texts[at])


def _list_strings(
    value: object, keys: frozenset[str], *, chosen: bool = False
) -> Iterator[str]:
    if isinstance(value, str) and chosen:
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _list_strings(part, keys, chosen=chosen)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield from _list_strings(part, keys, chosen=chosen or key in keys)


def list_notebook(notebook: Mapping[str, Any]) -> Iterator[str]:
    """Yield the prose of a notebook: text, comments, words of figures, table heads.

    What is computed has its numbers as fields.
    """
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            yield from list_prose("".join(cell["source"]))
        elif cell["cell_type"] == "code":
            yield from (text for *_, text in list_comments("".join(cell["source"])))
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            yield from (
                number_fields(PLACE.sub("", text))[0] for text in _list_output(data)
            )


def _list_output(data: Mapping[str, Any]) -> Iterator[str]:
    if figure := data.get("application/vnd.shequn.figure+json"):
        yield from (figure[name] for name in ("title", "note") if figure[name])
        words = SVG_TEXT.findall(HEADING.sub("", figure["svg"]))
        yield from filter(WORDS.search, map(html.unescape, words))
    elif "text/markdown" in data:
        yield from list_prose("".join(data["text/markdown"]))
    elif "text/html" in data:
        table = "".join(data["text/html"])
        cells = [*HEAD.findall(table), *LETTER_CELL.findall(table)]
        yield from map(html.unescape, cells)


def list_missing(ids: Iterable[Id] | None = None) -> list[str]:
    """List what has no Chinese translation, also with its numbers as fields."""
    wanted, known = list_ids() if ids is None else ids, read_catalogue("zh").keys()
    missing = []
    for each in wanted:
        text = each if isinstance(each, str) else each[0]
        plain = " ".join(text.split())
        if known.isdisjoint({text, plain, number_fields(plain)[0]}):
            missing.append(text)
    return missing


def update_catalogue(translations: Mapping[str, str] | None = None) -> list[str]:
    """Rewrite ``zh.po`` for today's texts; return what waits for a translation.

    `translations`: chinese texts by English ones, which replace those that the
    catalogue has.
    """
    from babel.messages.catalog import Catalog  # noqa: PLC0415 - slow to import
    from babel.messages.pofile import write_po  # noqa: PLC0415

    new = {text: (told,) for text, told in (translations or {}).items()}
    known, ids = {**read_catalogue("zh"), **new}, list_ids()
    said = {each if isinstance(each, str) else each[0] for each in ids}
    near = {text: told for text, told in known.items() if text not in said}
    waiting = read_catalogue("zh", fuzzy=True)
    catalogue = Catalog(locale="zh", header_comment="")
    for each in sorted(
        ids, key=lambda each: each if isinstance(each, str) else each[0]
    ):
        first = each if isinstance(each, str) else each[0]
        forms = known.get(first) or known.get(" ".join(first.split()), ("",))
        flags: tuple[str, ...] = ()
        if not any(forms):
            alike = get_close_matches(first, near, n=1, cutoff=0.8)
            old = waiting.get(first) or (near[alike[0]] if alike else None)
            forms, flags = (old, ("fuzzy",)) if old else (forms, flags)
        context, _, text = first.rpartition(CONTEXT)
        catalogue.add(
            text if isinstance(each, str) else each,
            forms[0] if isinstance(each, str) else forms,
            flags=flags,
            context=context or None,
        )
    held = io.BytesIO()
    write_po(held, catalogue, width=88, omit_header=True, sort_output=True)
    FILE.write_bytes(held.getvalue())
    read_catalogue.cache_clear()
    return list_missing(ids)


def list_prose(text: str) -> list[str]:
    """List the entries that a Markdown text needs in the catalogue."""
    return [
        piece.text
        for line in split_markdown(text)
        for piece in line
        if piece.is_prose and WORDS.search(piece.text)
    ]


if __name__ == "__main__":
    given = [json.loads(Path(name).read_text("utf-8")) for name in sys.argv[1:]]
    missing = update_catalogue(given[0] if given else None)
    sys.stdout.write("".join(f"not translated: {text}\n" for text in missing))
