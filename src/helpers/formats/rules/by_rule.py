"""Read by rule what no program is known for: lines by their skeleton, rows by content.

The last resort: whatever it reads it tells, with the columns that it took for what.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import islice

from helpers.errors import UnknownFormatError
from helpers.formats.reading.source import Head, Source, Weight
from helpers.formats.reading.tabular import drop_shields, read_tables
from helpers.formats.rows.losses import RULED
from helpers.formats.rules.documents import (
    CHAT,
    list_alike,
    list_chats,
    read_json_rows,
    read_list,
    take_first,
    take_first_lines,
)
from helpers.formats.rules.headers import find_named, is_usual
from helpers.formats.rules.keyed import rewrite
from helpers.formats.rules.layouts import (
    Layout,
    clean_start,
    find_layout,
    has_head,
    is_chat,
)
from helpers.formats.rules.lines import read_lines
from helpers.formats.rules.patterns import has_days, is_stamp
from helpers.formats.rules.programs import list_programs, load_program
from helpers.formats.rules.roles import Roles, find_roles, flatten
from helpers.formats.table import Grid, Table, read_rows, take_cells
from helpers.records import Batch
from helpers.wording import say

PROGRAM = load_program("_rule")
NAME = PROGRAM.name
OBSERVES = PROGRAM.observability
_TEXTS = (".txt", ".log", ".md", ".markdown", ".text")
_CELLS = (".csv", ".tsv", ".txt")
_JSON = (".json", ".jsonl", ".ndjson", ".js")
_OPEN = ("{", "[{", "[[", "<?xml")
_TITLES, _LEAST_ROWS, _LEAST_CELLS = 12, 3, 3
_ABOVE = re.compile(r"\W?(\[[^]\n]{8,40}] |[\d/.: -]++(?=.*\)\n))[^:：\n]{1,60}\n\S")
_CHATS = re.compile(r"(?i)[\W\d_]*chat(?:s|[-_ ]?logs?)?[\W\d_]*(?:\.\w+)?")
_FEW = 5  # of a file's times are one that stands alone
_MOST_LISTS = 6  # lists of a document that are looked into


def has_signature(head: Head) -> bool:
    """Detect texts that WhatsApp does not write: facts above, names above words."""
    if not (head.names and head.names[0].lower().endswith(_TEXTS)):
        return False
    is_odd = has_head(head.start) or _ABOVE.match(head.start)
    start = clean_start(head.start)
    if is_odd and any(load_program(one).begins(start) for one in list_programs()):
        return False  # a program's own beginning outweighs any rule
    layout = _look(head) if is_odd else None
    return layout is not None and (has_head(head.start) or ": " not in layout.pattern)


def weight(head: Head) -> Weight:
    """Return that what no program writes begins as a title of one does not."""
    layout = _look(head)
    return Weight(begins=True, lines=1 + (layout.lines if layout else 0))


def fits(source: Source) -> bool:
    """Return whether a file that is of no known format can be read by rule."""
    if source.path.is_dir() or len(source.names) != 1:
        return False
    if _find_rows(source) is not None:
        return True
    is_text = not source.name.lower().endswith((*_JSON, ".csv", ".tsv", ".parquet"))
    return is_text and _look(source.head, source.named_day) is not None


def read(source: Source) -> Iterator[Batch]:
    """Yield the records of lines or rows, and a note that they were read by rule."""
    source.losses.noted(RULED, source.name, 0, 1)
    found = _find_rows(source)
    if found is None:
        yield from read_lines(source, PROGRAM)
        return
    table, roles = found
    _tell(source, roles)
    if roles.has_ids:
        source.observed["sender_ids"] = True
    source.observed["time_zone_known"] = True  # unless a clock tells otherwise
    if roles.has_seconds:
        source.observed["resolution"] = "second"
    yield from read_rows(source, table, "table")


def _tell(source: Source, roles: Roles) -> None:
    """Note which columns were taken for what, and what else may be the time."""
    pairs = (
        f"{own} = {' + '.join(one if is_usual(one) else '…' for one in theirs)}"
        for own, theirs in roles.columns.items()
    )
    told = say("columns read by what they hold: {pairs}", pairs=", ".join(pairs))
    source.losses.noted(told, source.name, 0, 1)
    if roles.rival:
        rival = roles.rival if is_usual(roles.rival) else "…"
        told = say("the times may as well be those of {name}", name=rival)
        source.losses.noted(told, source.name, 0, 1)


def _look(head: Head, day: str = "") -> Layout | None:
    """Return how the lines of a chat look, if these are one's and all there are."""
    layout = find_layout(head.start, PROGRAM, day or head.source.named_day)
    is_named = any(map(_CHATS.fullmatch, head.source.path.parts[-3:]))
    if layout is None or not is_chat(head.start, layout, day, is_named=is_named):
        return None
    rest = layout.header.find.sub("", head.start).split("\n")
    # times on lines of their own are those of messages in another layout
    bare = sum(":" in one and is_stamp(one.strip("*_ >[]()")) for one in rest)
    return None if bare * _FEW > layout.lines else layout


def lacks_days(source: Source) -> bool:
    """Return whether a text would be a chat if its clocks had a day."""
    is_timed = re.search(r"\d[:.]\d\d", source.head.start)  # before much is compiled
    layout = _look(source.head, "2000-01-01") if is_timed else None
    return layout is not None and has_days(layout.pattern)


def _find_rows(source: Source) -> tuple[Table, Roles] | None:
    """Return rows whose columns are those of a chat by what they hold, or None."""
    name, found = source.name.lower(), None
    start = clean_start(source.head.start)
    if name.endswith(_JSON) or start.startswith(_OPEN):
        found = _find_lines_of_json(source) or _find_lists(source)
        found = found or ((rewrite(source) or None) and _find_lists(source))
    elif name.endswith(_CELLS):
        found = _find_cells(source)
    if found and (other := found[1].other):
        what = say("has {what}", what=other)
        remedy = say("say what is what, as with --columns time=…,sender=…")
        raise UnknownFormatError(what, where=str(source.path), remedy=remedy)
    return found


def fix(
    roles: Mapping[str, tuple[str, ...]],
) -> Callable[[Iterable[str]], dict[str, tuple[str, ...]]]:
    """Return a function that gives each role its column, whatever there are."""
    return lambda _: dict(roles)


def _find_cells(source: Source) -> tuple[Table, Roles] | None:
    text = drop_shields(source.head.start)
    grid = _find_grid(text)
    if grid is None:
        return None
    roles = find_roles(take_cells(text, grid))
    blocks = partial(read_tables, source, source.name, *grid)
    return roles and (Table(blocks, fix(roles.columns)), roles)


def _find_grid(text: str) -> Grid | None:
    """Return how cells stand in a text, whose names may be missing, or None."""
    lines = text.lstrip("\ufeff").split("\n")
    for separator in ",\t;|":
        try:
            rows = list(islice(csv.reader(lines, delimiter=separator), 60))
        except csv.Error:
            continue
        widths = Counter(len(row) for row in rows if len(row) >= _LEAST_CELLS)
        if not widths:
            continue
        width, n = widths.most_common(1)[0]
        first = next(at for at, row in enumerate(rows) if len(row) == width)
        if n < _LEAST_ROWS or first > _TITLES or n < len(rows[first:]) / 2:
            continue
        has_names = not any(re.search(r"\d{3}|\d:\d\d", one) for one in rows[first])
        names = () if has_names else tuple(str(at) for at in range(1, width + 1))
        return Grid(separator, first, names)
    return None


def _find_lines_of_json(source: Source) -> tuple[Table, Roles] | None:
    rows = take_first_lines(source)
    roles = find_roles(flatten(rows))
    return roles and (Table(partial(read_json_rows, source), fix(roles.columns)), roles)


def _find_lists(source: Source) -> tuple[Table, Roles] | None:
    """Return the rows of a document: the list in it whose columns are a chat's."""
    paths = source.head.paths
    lists = Counter(p.rpartition("[].")[0] for p in paths if "[]." in p)
    ordered = sorted(lists, key=lambda path: (path.count("[]"), -lists[path]))
    for array in ordered[:_MOST_LISTS]:
        roles = find_roles(flatten(take_first(source, array)))
        if roles is not None:
            columns = fix(_with_chat(source, roles, array).columns)
            needed = {roles.columns["time"][0], roles.columns["sender"][0]}
            arrays = list_alike(source, array, needed)
            return Table(partial(read_list, source, *arrays), columns), roles
    return None


def _with_chat(source: Source, roles: Roles, array: str) -> Roles:
    """Return roles whose group is the chat around the rows, if they name none.

    Within a chat that is named, what they name is a part of it, such as a thread.
    """
    chats = list_chats(source, array) if array else []
    said = [k for one in chats for k, name in one.items() if isinstance(name, str)]
    is_named = len(chats) == 1 and find_named("group", said) is not None
    if not array or ({"group", "group_id"} & roles.columns.keys() and not is_named):
        return roles
    own = {"group_id": "id", "group": "name", "chat_kind": "kind"}
    around = {role: (f"{CHAT}.{key}",) for role, key in own.items()}
    return roles._replace(columns=roles.columns | around)
