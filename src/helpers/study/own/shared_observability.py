"""What several exports can show together: as much as the one that shows least."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from helpers import records
from helpers.records import Observability

# from the most to the least that can be known
RANKS: Mapping[str, tuple[Any, ...]] = {
    "members_source": get_args(records.MembersSource),
    "sender_ids": (True, "by name", False),
    "reads_observed": get_args(records.Reads),
    "replies": get_args(records.Replies),
    "births": get_args(records.Births),
    "resolution": get_args(records.Resolution),
}


def together(shown: Sequence[Observability]) -> Observability:
    """Return what every one of some sources shows, over all their time.

    Examples
    --------
    >>> from helpers.formats import FORMATS
    >>> both = together([FORMATS[name].OBSERVES for name in ("slack", "qq")])
    >>> both.replies, both.births, both.left_truncated, both.never_active_listed
    ('none', 'first_message', True, False)
    """
    values = [one.as_dict() for one in shown]
    spans = [one.window_us for one in shown if one.window_us != (0, 0)]
    window = (min(a for a, _ in spans), max(b for _, b in spans)) if spans else (0, 0)
    found = {name: _least(name, [v[name] for v in values]) for name in values[0]}
    return Observability.from_dict(found | {"window_us": window})


def _least(name: str, values: Sequence[Any]) -> Any:  # noqa: ANN401 - of any field
    if name == "window_us":
        return None
    if name in RANKS:
        return max(values, key=RANKS[name].index)
    if name == "left_truncated":
        return any(values)
    return all(values)
