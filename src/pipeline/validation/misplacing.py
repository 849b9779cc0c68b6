"""Put a word of an export in a wrong place, or damage its folder.

`damage` spoils what stands in a file. Here a person's name, an id or what somebody
wrote becomes a key, a kind, a time or a column, as after a shifted column or a bad
merge, so that whatever quotes that place gives it away. The same seed does the same.
"""

import io
import json
import re
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath
from random import Random

from pipeline.validation.damage import (
    change_line,
    choose_place,
    iterate_holders,
    read_table,
    write_table,
)

_TOKEN = re.compile(r"[^\s:,;()<>\[\]{}\"'|]+")
_PAIR = re.compile(rb'"[^"\\]{1,40}"\s*:\s*("[^"\\]*"|-?\d+|null|true|false)')
_ODD_NAMES = (
    "x.bak", "x.txt", "no ending", "CON.json", "群 聊.csv", "a..", "b ", "nul",
    "messages.html", ".hidden.json",
)  # fmt: skip


def misplace_word(
    data: bytes, name: str, words: Sequence[str], random: Random
) -> bytes:
    """Return a copy of a file's content with a word in the place of another value."""
    word = random.choice(words)
    suffix = PurePosixPath(name).suffix.lower()
    if suffix == ".json":
        return _misplace_in_json(data, word, random)
    if suffix == ".jsonl":
        return change_line(
            data, random, lambda line, draw: _misplace_in_json(line, word, draw)
        )
    if suffix in {".csv", ".tsv"}:
        return _misplace_in_table(data, word, random)
    return _misplace_in_text(data, word, random)


def _misplace_in_json(data: bytes, word: str, random: Random) -> bytes:
    try:
        tree = json.loads(data)
    except ValueError:
        return _misplace_in_text(data, word, random)
    if not (holders := [holder for holder in iterate_holders(tree) if holder]):
        return json.dumps(word).encode()
    holder = random.choice(holders)
    place = choose_place(holder, random)
    if isinstance(holder, dict) and not random.randrange(3):
        holder[word] = holder.pop(place)
    else:
        holder[place] = random.choice([word, word, [word], {word: word}])
    return json.dumps(tree, ensure_ascii=False).encode("utf-8", "surrogatepass")


def _misplace_in_table(data: bytes, word: str, random: Random) -> bytes:
    rows, delimiter = read_table(data)
    filled = [row for row in rows if row] or [[""]]
    row = random.choice([filled[0], random.choice(filled)])
    row[random.randrange(len(row))] = word
    return write_table(rows, delimiter)


def _misplace_in_text(data: bytes, word: str, random: Random) -> bytes:
    text = data.decode("utf-8", "replace")
    if not (tokens := list(_TOKEN.finditer(text))):
        return word.encode()
    start, end = random.choice(tokens).span()
    return (text[:start] + word + text[end:]).encode("utf-8", "replace")


def duplicate_key(data: bytes, words: Sequence[str], random: Random) -> bytes:
    """Write one key of a JSON file twice, the second time with a word."""
    if not (pairs := list(_PAIR.finditer(data))):
        return data
    found = random.choice(pairs)
    start, end = found.span(1)
    again = data[found.start() : start] + json.dumps(random.choice(words)).encode()
    return data[:end] + b", " + again + data[end:]


def damage_folder(folder: Path, foreign: Path, random: Random) -> None:
    """Cut, drop, link, rename, pack or add a file of an export's folder."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    victim, nth = random.choice(files), random.randrange(4)
    match nth:
        case 0:
            random.choice(_FILE_DAMAGES)(victim, random)
        case 1:
            shutil.copy(foreign, random.choice([victim, victim.with_name("z.json")]))
        case 2:
            _pack_zip(folder, files, random)
        case _:
            with tarfile.open(folder / "packed.tar.gz", "w:gz") as archive:
                for file in files:
                    archive.add(file, file.relative_to(folder).as_posix())
                    file.unlink()


def _link_file(file: Path, random: Random) -> None:
    """Add a link to a file: to the file, to nothing, or to the link itself."""
    link = file.parent / f"link{file.suffix}"
    link.symlink_to(random.choice([file, file.parent / "nowhere", link]))


def _add_long_line(file: Path, random: Random) -> None:
    line = b'{"a": "' + b"x" * 200_000 + b'"}\n'
    file.write_bytes(random.choice([file.read_bytes() + line, line]))


_FILE_DAMAGES: tuple[Callable[[Path, Random], object], ...] = (
    lambda file, _: file.unlink(),
    lambda file, _: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    lambda file, _: file.write_bytes(b""),
    _link_file,
    lambda file, random: file.rename(file.with_name(random.choice(_ODD_NAMES))),
    lambda file, _: shutil.copy(file, file.with_name(f"copy of {file.name}")),
    _add_long_line,
)
# names of files in archives, as other systems write them, "{}" being the right one
_SPELLINGS = ("{}", "C:\\{}", "../{}", "聊天/{}", "a.json", "{}.", "__MACOSX/{}")


def _pack_zip(folder: Path, files: Sequence[Path], random: Random) -> None:
    """Replace the files by a ZIP, one in two with odd names, one in three damaged."""
    packed, spelling = io.BytesIO(), random.choice(_SPELLINGS)
    separator = random.choice(["/", "/", "\\"])
    with zipfile.ZipFile(packed, "w") as archive:
        for file in files:
            inner = file.relative_to(folder).as_posix().replace("/", separator)
            if spelling.format(inner) not in archive.NameToInfo:
                member = zipfile.ZipInfo(spelling.format(inner))
                archive.writestr(member, file.read_bytes())
    for file in files:
        file.unlink()
    data = bytearray(packed.getvalue())
    for _ in range(random.choice([0, 0, 3])):
        data[random.randrange(len(data))] = random.randrange(256)
    (folder / "packed.zip").write_bytes(data)
