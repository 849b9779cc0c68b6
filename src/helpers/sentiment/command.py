"""`shequn score FILE`: score one message per line for sentiment, as CSV."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from helpers.errors import BrokenFileError, MissingSourceError
from helpers.sentiment.scoring import score_raw, score_texts
from helpers.wording import say

Columns = list[list[float | str | None]]

BLOCK = 1 << 16  # lines scored at once
HEADER = "score,kept,known,instrument\n"


def score_lines_of_file(path: Path, raw: bool, out: IO[str]) -> None:  # noqa: FBT001 - a command's option
    """Score the sentiment of each line of a file and write CSV."""
    columns = _score_lines_raw if raw else _score_lines
    blocks = _read_blocks(path)
    first = list(itertools.islice(blocks, 1))  # else a file that is not there has one
    out.write(HEADER)
    for block in itertools.chain(first, blocks):
        rows = zip(*columns(block), strict=True)
        out.writelines(f"{','.join(map(_format_value, row))}\n" for row in rows)


def _format_value(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else repr(value)


def _score_lines(lines: list[str]) -> Columns:
    table = score_texts(lines).table()
    return [table[name].to_pylist() for name in table.column_names]


def _score_lines_raw(lines: list[str]) -> Columns:
    columns = [column.tolist() for column in score_raw(lines).columns]
    return [*columns, ["snownlp"] * len(lines)]


def _read_blocks(path: Path) -> Iterator[list[str]]:
    try:
        # some writers of JSON leave halves of characters, which no codec takes
        with path.open(
            encoding="utf-8-sig", errors="surrogatepass", newline="\n"
        ) as file:
            lines = (line.removesuffix("\n").removesuffix("\r") for line in file)
            while block := list(itertools.islice(lines, BLOCK)):
                yield block
    except FileNotFoundError as error:
        raise MissingSourceError(
            say("no such file"),
            where=str(path),
            remedy=say("give a file of one message a line"),
        ) from error
    except OSError as error:
        raise BrokenFileError(
            say(
                "can't be read ({error})", error=(error.strerror or str(error)).lower()
            ),
            where=str(path),
            remedy=say("give a file of one message a line"),
        ) from error
    except UnicodeDecodeError as error:
        raise BrokenFileError(
            say("not UTF-8"),
            where=str(path),
            remedy=say("save it as UTF-8 and run it again"),
        ) from error
