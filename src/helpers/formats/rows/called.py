"""Groups by their names: one exported by two programs has two keys and one name."""

from __future__ import annotations


class Called:
    """What groups are called, and in which formats.

    Examples
    --------
    >>> called = Called()
    >>> called.note("book club", "WhatsApp", "g1")
    >>> called.other("book club", "Telegram"), called.other("book club", "WhatsApp")
    ('g1', None)
    """

    def __init__(self) -> None:
        self._groups: dict[str, dict[str, str]] = {}

    def note(self, name: str, form: str, group: str) -> None:
        """Note a group; of those of one name and format the first is meant."""
        self._groups.setdefault(name, {}).setdefault(form, group)

    def other(self, name: str, form: str) -> str | None:
        """Return the group of this name in an export of another format, if any."""
        named = self._groups.get(name, {}).items()
        return next((group for its, group in named if its != form), None)
