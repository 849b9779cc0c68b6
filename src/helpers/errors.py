"""Errors for users: what happened, where, and what to do next."""

import errno
import json
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from functools import partial
from numbers import Number
from pathlib import Path, PurePath
from typing import Self

from helpers.wording import Message, join_messages, say
from helpers.wording.messages import Verbatim, render

FULL = {errno.ENOSPC, errno.EDQUOT}  # of a disk


def _quote(value: object) -> object:
    """Mark a value of a message as text that is not translated; keep numbers."""
    if isinstance(value, Exception) and value.args:
        value = value.args[0]
    if isinstance(value, Message):
        return value.map_values(_quote)
    return value if isinstance(value, Number) else Verbatim(value)


def quote_values(text: str) -> str:
    """Mark the values of a message as text of a file or user, not to be translated."""
    return text.map_values(_quote) if isinstance(text, Message) else text


class ShequnError(Exception):
    """Base of all user-facing errors: what happened, where and what to do next.

    Parameters
    ----------
    what
        What is wrong, as a clause without a full stop.
    where
        The file, position or object it concerns.
    remedy
        What the reader can do about it, as a sentence without a full stop.

    Attributes
    ----------
    message
        The whole sentence, which can be rendered in Chinese where `what`, `where` and
        `remedy` are messages (`helpers.wording.say`) or text of a file.

    Examples
    --------
    >>> print(ShequnError("no 'id' field", where="a.json: 3", remedy="export it again"))
    a.json: 3: no 'id' field. Hint: export it again.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = map(quote_values, (what, where, remedy))
        self.message = join_messages(
            "",
            (
                say("{where}: ", where=_quote(self.where)) if where else "",
                say("{what}.", what=self.what),
                say(" Hint: {remedy}.", remedy=self.remedy) if remedy else "",
            ),
        )
        super().__init__(str(self.message))

    def _render_traceback_(self) -> list[str]:
        """Show the message in Jupyter, in Chinese too, and no trace of our code."""
        whole = join_messages(": ", (self.where, self.what))
        chinese = (
            render(self.message, "zh") or render(whole, "zh") or render(self.what, "zh")
        )
        return [str(self), *filter(None, [chinese])]

    def __reduce__(self) -> tuple[partial[Self], tuple[()]]:
        """Pickle the error with its fields, to pass it between processes."""
        again = partial(type(self), self.what, where=self.where, remedy=self.remedy)
        return again, ()


class BrokenFileError(ShequnError):
    """Error: a file is truncated, empty, re-encoded or otherwise damaged."""


class MissingSourceError(ShequnError):
    """Error: a required raw file, table or program is missing."""


class NotIdentifiableError(ShequnError):
    """Error: a data source does not record what an estimate needs."""


class FewNetworksError(NotIdentifiableError):
    """Error: two to seven networks are too few for one pooled interval."""


class UndeterminedError(NotIdentifiableError):
    """Error: the data meet all requirements but do not determine the effect."""


class PartlyReadError(BrokenFileError):
    """Error: a chat export ends in mid-file; the part before was read."""


class ShiftedClockError(PartlyReadError):
    """Error: two exports show the same messages in different time zones."""

    @classmethod
    def of(cls, shift_us: int, where: str) -> Self:
        """Return the error for a chat export with a clock that had to be corrected.

        >>> ShiftedClockError.of(-7 * 3_600_000_000, "b.txt").what
        'repeats an earlier export by another clock; its times were moved by -7:00 h'
        """
        minutes = abs(shift_us) // 60_000_000
        sign = "-" if shift_us < 0 else "+"
        moved = f"{sign}{minutes // 60}:{minutes % 60:02d} h"
        return cls(
            say(
                "repeats an earlier export by another clock;"
                " its times were moved by {moved}",
                moved=moved,
            ),
            where=where,
            remedy=say("the first export's clock holds; say its zone with --zone"),
        )


class UnknownFormatError(BrokenFileError):
    """Error: a file is in no recognised chat format."""


class MediaError(BrokenFileError):
    """Error: pictures, sounds and films, which are not read."""


class AmbiguousFormatError(BrokenFileError):
    """Error: a file could be in several chat formats."""


class UnforeseenError(BrokenFileError):
    """Error: an input triggered a bug in this project."""


def find_nearest(name: object, names: Iterable[str]) -> str:
    """Return the name with the closest spelling, or an empty string.

    >>> find_nearest("fcc_giter", ["fcc_gitter", "raku_irc"])
    'fcc_gitter'
    """
    return next(iter(get_close_matches(str(name), list(names), n=1)), "")


def suggest_nearest(name: str, names: Iterable[str]) -> str:
    """Return a question with the name nearest to a mistyped one, or "" if none is.

    >>> suggest_nearest("fcc_giter", ["fcc_gitter", "mozilla"])
    'did you mean fcc_gitter? '
    >>> suggest_nearest("elsewhere", ["fcc_gitter"])
    ''
    """
    nearest = find_nearest(name, (one for one in names if one != name))
    return say("did you mean {name}? ", name=nearest) if nearest else ""


def build_missing_path_error(path: Path) -> MissingSourceError:
    """Build the error for an export that is not there, with the nearest name."""
    folder = path.parent
    names = [other.name for other in folder.iterdir()] if folder.is_dir() else []
    nearest = find_nearest(path.name, names)
    # quoted: a report on exports leaves quoted names out
    return MissingSourceError(
        say("is not there, but {name!r} is", name=nearest)
        if nearest
        else say("is not there"),
        where=str(path),
        remedy=say("check the path of the export"),
    )


def describe_unforeseen_error(error: Exception, where: str = "") -> BrokenFileError:
    """Describe an unexpected exception by type and code location, without its text.

    What the system refused is no surprise.

    >>> describe_unforeseen_error(KeyError("Ann"), "a.json").what
    'met an unexpected error (KeyError)'
    """
    if isinstance(error, OSError):
        return describe_unreadable(error, where)
    return UnforeseenError(
        say("met an unexpected error ({place})", place=locate_error(error)),
        where=where,
        remedy=say("report this line; leave that file out to read the others")
        if where
        else say("report this line and the command that you typed"),
    )


@contextmanager
def report_system_errors(where: object = "", *, writes: bool = False) -> Iterator[None]:
    """Turn what the system refuses, whatever was asked of it, into a sentence.

    `writes`: whether files are written whole or not at all, so that nothing changed.

    >>> with report_system_errors("my-study"):
    ...     raise OSError(28, "No space left on device")
    Traceback (most recent call last):
    helpers.errors.ShequnError: my-study: ... (no space left on device). Hint: ...
    """
    try:
        yield
    except Exception as error:
        if writes and isinstance(error, OSError):
            raise describe_unwritable(error, where) from error
        is_query = type(error).__module__.partition(".")[0] in {"duckdb", "_duckdb"}
        if isinstance(error, BrokenPipeError) or not (
            is_query or isinstance(error, OSError)
        ):
            raise
        why = _read_first_line(str(error)) if is_query else _name_reason(error)
        raise ShequnError(
            say("could not be read or written ({why})", why=why),
            where=str(getattr(error, "filename", None) or where),
            remedy=say(
                "see that you may read and write there and that the disk has room, then"
                " run it again: what was finished is kept"
            ),
        ) from error


def describe_unwritable(error: OSError, where: object) -> ShequnError:
    """Return the error of a path that the system does not let us write.

    >>> describe_unwritable(OSError(28, "No space left on device"), "x").what
    'could not be written (no space left on device)'
    """
    what = say("could not be written ({why})", why=_name_reason(error))
    remedy = say("choose a folder that you may write to; nothing was changed")
    if isinstance(error, FileExistsError | NotADirectoryError):
        what = say("could not be written: a file is where a folder is needed")
        remedy = say("choose another folder; nothing was changed")
    if error.errno in FULL:
        remedy = say("free some space or choose another folder; nothing was changed")
    return ShequnError(what, where=str(where), remedy=remedy)


def describe_unreadable(error: OSError, where: str) -> BrokenFileError:
    """Return the error of a file that the system does not let us read."""
    what = say("can't be read ({error})", error=_name_reason(error))
    return BrokenFileError(what, where=where, remedy=say("check that you may read it"))


def _name_reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or type(error).__name__).lower()


def _read_first_line(text: str) -> str:
    """Return an error of DuckDB as one line; it writes some as JSON."""
    with suppress(ValueError, TypeError, KeyError):
        text = str(json.loads(text[text.index("{") :])["exception_message"])
    return text.partition("\n")[0]


@contextmanager
def name_broken_row(where: str) -> Iterator[None]:
    """Turn a ValueError or KeyError of a broken row of our own tables into its name.

    >>> with name_broken_row("a.toml"):
    ...     int("x")
    Traceback (most recent call last):
    helpers.errors.ShequnError: a.toml: invalid literal for int() ... Hint: mend ...
    """
    try:
        yield
    except (ValueError, KeyError) as error:  # also of msgspec and tomllib
        what = f"there is no {error}" if isinstance(error, KeyError) else str(error)
        remedy = "mend this row; CONTRIBUTING says what a row needs"
        raise ShequnError(what, where=where, remedy=remedy) from None


def locate_error(error: Exception) -> str:
    """Return an exception's type and place in our code, without its message.

    >>> locate_error(KeyError("Ann"))
    'KeyError'
    """
    kind = type(error).__name__
    own = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "helpers" in PurePath(frame.filename).parts
    ]
    if not own:
        return kind
    name, line = PurePath(own[-1].filename).name, own[-1].lineno
    return say("{kind} at {name}, line {line}", kind=kind, name=name, line=line)
