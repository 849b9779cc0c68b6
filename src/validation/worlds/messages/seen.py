"""The observed part of simulated groups and messages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from helpers.arrays import Ints
from helpers.records import DAY_US
from validation.worlds.messages.drawing import Drawn


@dataclass(frozen=True, eq=False, slots=True)
class Seen:
    """Observed groups and messages, numbered by origin.

    Attributes
    ----------
    groups
        As in `Drawn`, with ``entry_us`` and ``end_us``.
    group, time_us, sender
        Of each message, by group and time.
    receiver, near
        Who is quoted, and who wrote within ten minutes before; −1 for nobody.
    posters
        Most people in a group.
    """

    groups: pd.DataFrame
    group: Ints
    time_us: Ints
    sender: Ints
    receiver: Ints
    near: Ints
    posters: int

    @property
    def age_us(self) -> Ints:
        """Age of the group at each message, in µs."""
        origin: Ints = self.groups["origin_us"].to_numpy("int64")
        return self.time_us - origin[self.group]

    @property
    def person(self) -> Ints:
        """Author of each message, numbered over all groups."""
        return self.group * self.posters + self.sender


def select_visible(drawn: Drawn) -> Seen:
    """Select observed groups and messages of a simulation."""
    messages, groups = drawn.messages, drawn.groups
    later = messages["time_us"].to_numpy() >= drawn.from_us
    sight = np.ones(len(groups), bool)
    if drawn.world.watching.from_day:
        sight = groups["origin_us"].to_numpy() >= drawn.from_us
        sight[messages["group"].to_numpy()[later]] = True
    number = np.cumsum(sight) - 1
    visible = messages[later & sight[messages["group"].to_numpy()]]
    sender, group = messages["sender"].to_numpy(), number[visible["group"].to_numpy()]
    quoted = visible["quotes"].to_numpy()
    # a quoted message must have been exported
    has_quote = (quoted >= 0) & later[quoted]
    time, visible_sender = visible["time_us"].to_numpy(), visible["sender"].to_numpy()
    table = groups[sight].reset_index(drop=True)
    return Seen(
        table.assign(
            entry_us=np.maximum(table["origin_us"], drawn.from_us), end_us=drawn.end_us
        ),
        group,
        time,
        visible_sender,
        np.where(has_quote, sender[quoted], -1),
        _list_recent_authors(group, time, visible_sender),
        drawn.world.posters,
    )


def _list_recent_authors(group: Ints, time: Ints, sender: Ints) -> Ints:
    """Return who else wrote just before each message, within ten minutes, or −1."""
    before = np.r_[-1, sender[:-1]] if len(sender) else sender
    same = np.r_[False, np.diff(group) == 0][: len(group)]
    soon = np.r_[False, np.diff(time) <= DAY_US // 144][: len(group)]
    return np.where(same & soon & (before != sender), before, -1)
