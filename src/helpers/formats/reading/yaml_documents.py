"""Convert YAML documents to JSON.

wx-cli and chatlog_alpha write what their JSON contains as YAML, by default. They print
one chat at a time, so a document fits the memory.
"""

import re
from functools import cache, partial
from itertools import islice
from typing import Any, BinaryIO

import msgspec

from helpers.errors import BrokenFileError
from helpers.wording import say

ENDINGS = (".yaml", ".yml")
BLOCK, LONGEST = 1 << 20, 1 << 28  # bytes
# a name for a part, which could be repeated until the memory is full
_ANCHOR = re.compile(rb"(?m)(?:^|[-:,\[{]) *&\w")
_PLAIN = {
    "bool": (r"true|false", "tf"),
    "int": (r"-?\d+", "-0123456789"),
    "null": (r"~|null|", ["~", "n", ""]),
}


def to_json(file: BinaryIO, where: str) -> bytes:
    r"""Return the bytes of a YAML document as JSON.

    >>> from io import BytesIO
    >>> to_json(BytesIO(b"chat: a\nmessages:\n- time: 2024-01-01 08:00\n"), "")
    b'{"chat":"a","messages":[{"time":"2024-01-01 08:00"}]}'
    """
    blocks = iter(partial(file.read, BLOCK), b"")  # archives give no more at once
    data = b"".join(islice(blocks, LONGEST // BLOCK + 1))
    try:
        if len(data) > LONGEST or _ANCHOR.search(data):
            raise ValueError  # noqa: TRY301 - said below
        return msgspec.json.encode(_load(data))
    except (ImportError, ValueError, RecursionError) as error:
        what = say("is YAML that is not read")
        remedy = say("export it as JSON (wx-cli: --json or --format json)")
        raise BrokenFileError(what, where=where, remedy=remedy) from error


@cache
def _build_loader() -> Any:  # noqa: ANN401 - PyYAML is there with the notebooks only
    """Return a loader for which a plain word is a word unless JSON has it too."""
    import yaml  # noqa: PLC0415

    base = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loader: Any = type("_Loader", (base,), {})
    loader.yaml_implicit_resolvers = {}
    for name, (pattern, first) in _PLAIN.items():
        tag = f"tag:yaml.org,2002:{name}"
        loader.add_implicit_resolver(tag, re.compile(rf"^(?:{pattern})$"), list(first))
    return loader


def _load(data: bytes) -> object:
    import yaml  # noqa: PLC0415

    try:
        return yaml.load(data, Loader=_build_loader())  # noqa: S506 - a safe one
    except yaml.YAMLError as error:
        raise ValueError(str(error)) from error
