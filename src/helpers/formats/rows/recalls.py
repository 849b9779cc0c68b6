"""Recalls that an export tells twice: by a mark on the message, and by a notice."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort


class Recalls:
    """Marks and notices that wait for their counterpart, by whose message it was.

    A notice goes with the last message before it that is marked and has none, in
    whichever order the two are read; one that names nobody, with who was met last.

    Examples
    --------
    >>> seen = Recalls()
    >>> seen.again("ann", 10, notice=False), seen.again("ann", 12, notice=True)
    (False, True)
    >>> seen.again("ann", 13, notice=True), seen.again("bob", 14, notice=False)
    (False, False)
    """

    def __init__(self) -> None:
        self._waiting: dict[tuple[str | None, bool], list[int]] = {}
        self._last: str | None = None

    def again(self, person: str | None, time_us: int, *, notice: bool) -> bool:
        """Tell whether the other sign of this recall was met already."""
        self._last = person = person or self._last
        others = self._waiting.setdefault((person, not notice), [])
        at = (
            bisect_right(others, time_us) - 1
            if notice
            else bisect_left(others, time_us)
        )
        if 0 <= at < len(others):
            del others[at]
            return True
        insort(self._waiting.setdefault((person, notice), []), time_us)
        return False
