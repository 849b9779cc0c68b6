"""Convert simulated groups to the form that export writers need."""

from __future__ import annotations

import pandas as pd

from validation.export_writers import Community, Person, Post
from validation.worlds.messages.drawing import Drawn
from validation.worlds.messages.tables import PLAIN

FIRST_GROUP, FIRST_POST = 700_800_000, 1_000_000


def build_communities(drawn: Drawn) -> list[Community]:
    """Convert each active simulated group for export writers.

    Examples
    --------
    >>> from validation.worlds.messages import World, draw_world
    >>> [
    ...     len(one.posts) > 0
    ...     for one in build_communities(draw_world(World(groups=3), 1))
    ... ]
    [True, True, True]
    """
    spoke = drawn.messages.groupby("group")
    return [_build_community(drawn, int(str(group)), posts) for group, posts in spoke]


def _build_community(drawn: Drawn, group: int, posts: pd.DataFrame) -> Community:
    people = [
        Person(f"{(group + 1) * 1000 + at}", f"p{group}x{at}")
        for at in range(drawn.world.posters)
    ]
    return Community(
        id=f"{FIRST_GROUP + group}",
        name=f"group {group}",
        people=tuple(people),
        owner=people[0].id,
        members=tuple(person.id for person in people),
        happenings=tuple(
            Post(
                id=f"{FIRST_POST + row}",
                time_us=int(time_us),
                sender=people[sender].id,
                text=PLAIN,
                reply_to=f"{FIRST_POST + quotes}" if quotes >= 0 else None,
            )
            for row, time_us, sender, quotes in zip(
                posts.index,
                posts["time_us"],
                posts["sender"],
                posts["quotes"],
                strict=True,
            )
        ),
    )
