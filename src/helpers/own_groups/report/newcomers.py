"""Who of a group stopped and who is new, for its owner's eyes: with names."""

from collections.abc import Callable, Iterator

import pandas as pd

from helpers.own_groups.cards.newcomers import RECENT_DAYS
from helpers.wording import Message, Verbatim, join_messages, say
from helpers.wording.messages import LIST

NAMED = 5  # people that a sentence names

Name = Callable[[str], str]


def describe_people(people: pd.DataFrame, name: Name) -> Iterator[Message]:
    """Yield who of the regulars stopped writing and who is new, with names.

    `people`: the rows of `list_people` of one group.
    """
    stopped = people[people["stopped"]].sort_values(["days", "last"], ascending=False)
    new = people[people["recent"]].sort_values(["came", "person"])
    dated = bool(people["dated"].any())
    for rows, is_told, line in (
        (stopped, people["long"], say("Regulars who stopped ({days} days): {people}.")),
        (new, people["told"] & dated, say("Joined in the last {days} days: {people}.")),
        (
            new,
            people["told"] & (not dated),
            say("Wrote for the first time in the last {days} days: {people}."),
        ),
    ):
        if is_told.any():
            names = [name(str(one)) for one in rows["person"]]
            yield line.fill(people=_list_names(names), days=RECENT_DAYS)


def _list_names(names: list[str]) -> Message:
    """List names, the first five by themselves."""
    listed = join_messages(LIST, map(Verbatim, names[:NAMED]))
    rest = len(names) - NAMED
    if rest > 0:
        return say("{names} and {n} more", names=listed, n=rest)
    return listed if names else say("none")
