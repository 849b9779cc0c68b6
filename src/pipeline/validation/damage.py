"""Damage files at random, as disks, editors or attackers would.

Half of the damage knows how the file is built (a JSON value, a CSV cell or a line is
made odd, moved or dropped), half is done to bare bytes. The same seed damages a file
in the same way.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import PurePosixPath
from random import Random
from typing import Any

Damage = Callable[[bytes, Random], bytes]
Holder = dict[str, Any] | list[Any]

_NUMBER = re.compile(rb"-?\d+")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
ODD_BYTES = (
    b"null", b"-1", b"1e999", b"99999999999999999999", b'""', b"[]", b"{}", b"true",
    b'"\\ud800"', b"\\x0B", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\n\n",
    b'"', b"\\", b"}", b"]", b",", b"\t", "\u2028".encode(), "\u200e".encode(),
    b"2024-02-30 25:61:61", b"[" * 600,
)  # fmt: skip
ODD_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 1e308, float("nan"), 2**31, 2**63, 2**70, "", " ", "\ud800",
    "\x00", "9" * 50, "x" * 5000, [], {}, [[]], {"": {}}, "2024-02-30T25:61:61Z",
    "\u202e群\u200b", ["a", 1, None],
)  # fmt: skip
ODD_LINES = (
    "", " ", "2024-02-30 25:61:61 甲(1)", "2023-11-15 06:14:20 乙", "a,b,c", "\ufeff",
    "[5/1/24, 15:04:05] Ann: hi", "5/1/24, 15:04 - Ann: hi", "=" * 64,
    "消息对象:别的群", "\u200e", "\t", "《", "， " * 50,
)  # fmt: skip


def corrupt_file(data: bytes, name: str, random: Random) -> bytes:
    """Return a randomly damaged copy of a file's content."""
    knowing = _KNOWING.get(PurePosixPath(name).suffix.lower(), _corrupt_lines)
    damage = random.choice([knowing, random.choice(_BARE)])
    return damage(data, random)


def _to_json(data: bytes, random: Random) -> bytes:
    try:
        tree = json.loads(data)
    except ValueError:
        return _flip_bits(data, random)
    for _ in range(random.randint(1, 4)):
        if holders := [holder for holder in iterate_holders(tree) if holder]:
            _change_value(random.randrange(4), random.choice(holders), random)
    spelled = json.dumps(tree, ensure_ascii=random.choice([True, False]))
    return spelled.encode("utf-8", "surrogatepass")


def iterate_holders(tree: Any) -> Iterator[Holder]:  # noqa: ANN401  any JSON value
    """Yield every list and object in a JSON tree."""
    if isinstance(tree, dict | list):
        yield tree
        for inner in tree.values() if isinstance(tree, dict) else tree:
            yield from iterate_holders(inner)


def choose_place(holder: Holder, random: Random) -> Any:  # noqa: ANN401  a key or a number
    """Choose a key of an object or a position in a list."""
    return random.choice(
        list(holder if isinstance(holder, dict) else range(len(holder)))
    )


def _change_value(way: int, holder: Any, random: Random) -> None:  # noqa: ANN401  a list or object
    """Make a JSON value odd, drop it, write it over another, or wrap it."""
    match way:
        case 0:
            odd = deepcopy(random.choice(ODD_VALUES))
            holder[choose_place(holder, random)] = odd
        case 1:
            del holder[choose_place(holder, random)]
        case 2 if isinstance(holder, list):
            taken = deepcopy(holder[choose_place(holder, random)])
            holder.insert(random.randrange(len(holder)), taken)
        case 2:
            taken = deepcopy(holder[choose_place(holder, random)])
            holder[choose_place(holder, random)] = taken
        case _:
            at = choose_place(holder, random)
            held = holder[at]
            holder[at] = random.choice([[held], {"x": held}, str(held)])


def change_line(data: bytes, random: Random, change: Damage) -> bytes:
    """Change one line of a file of JSON Lines."""
    lines = data.split(b"\n")
    at = random.randrange(len(lines))
    lines[at] = change(lines[at], random)
    return b"\n".join(lines)


def read_table(data: bytes) -> tuple[list[list[str]], str]:
    """Return the rows of a CSV table, and what is between its cells."""
    text = data.decode("utf-8", "replace")
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return list(rows), delimiter


def write_table(rows: list[list[str]], delimiter: str) -> bytes:
    """Return rows as a CSV table."""
    held = io.StringIO(newline="")
    csv.writer(held, delimiter=delimiter).writerows(rows)
    return held.getvalue().encode()


def _corrupt_cells(data: bytes, random: Random) -> bytes:
    """Damage one cell or row of a CSV table."""
    rows, delimiter = read_table(data)
    row = random.choice([row for row in rows if row] or [[""]])
    odd = str(random.choice(ODD_VALUES)).encode("utf-8", "replace").decode()
    at = random.randrange(len(row))
    row[at : at + random.choice([0, 1, 1, 2])] = [odd] * random.choice([0, 1, 1, 2])
    return write_table(rows, delimiter)


def _corrupt_lines(data: bytes, random: Random) -> bytes:
    """Drop, duplicate, swap or insert lines of a text."""
    lines = data.split(b"\n")
    first, two = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            del lines[first]
        case 1:
            lines.insert(two, lines[first])
        case 2:
            lines[first], lines[two] = lines[two], lines[first]
        case _:
            lines.insert(first, random.choice(ODD_LINES).encode())
    return b"\n".join(lines)


def _replace_names(pattern: re.Pattern[bytes]) -> Damage:
    def replace(data: bytes, random: Random) -> bytes:
        if not (matches := list(pattern.finditer(data))):
            return data
        start, end = random.choice(matches).span()
        return data[:start] + random.choice(ODD_BYTES) + data[end:]

    return replace


def _splice_bytes(data: bytes, random: Random) -> bytes:
    """Delete, duplicate or move a range of a file's bytes."""
    a, b, c = sorted(random.randrange(len(data) + 1) for _ in range(3))
    first, piece, rest = data[:a], data[a:b], data[b:]
    moved = first + data[b:c] + piece + data[c:]
    return random.choice([first + rest, first + piece * 2 + rest, moved])


def _flip_bits(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 8) if changed else 0):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _recode_file(data: bytes, random: Random) -> bytes:
    """Save a text in another encoding or with other line ends."""
    text = data.decode("utf-8-sig", "replace")
    ends = random.choice(["\n", "\r\n", "\r"])
    spelled = text.replace("\r\n", "\n").replace("\n", ends)
    encodings = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"]
    return spelled.encode(random.choice(encodings), "replace")


_KNOWING: dict[str, Damage] = {
    ".json": _to_json,
    ".jsonl": lambda data, random: change_line(data, random, _to_json),
    ".csv": _corrupt_cells,
    ".tsv": _corrupt_cells,
}
_BARE: tuple[Damage, ...] = (
    lambda data, random: data[: random.randrange(len(data) + 1)],
    _splice_bytes,
    _flip_bits,
    lambda data, random: (
        data[: (at := random.randrange(len(data) + 1))]
        + random.choice(ODD_BYTES)
        + data[at:]
    ),
    _recode_file,
    lambda data, random: random.randbytes(
        random.randrange(1, min(len(data), 4096) + 2)
    ),
    lambda data, random: (
        data + random.choice([b"", b"\n"]) + data[: random.randrange(len(data) + 1)]
    ),
    _corrupt_lines,
    _replace_names(_NUMBER),
    _replace_names(_STRING),
)
