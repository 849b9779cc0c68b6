"""Merge nicknames of one person, by observed nickname changes.

Followed blindly, renames chain thousands of nicks into one person: a few shared or
default nicks, such as ``guest`` or ``away``, are passed on. Such hubs, which exchanged
with more than eight others, are cut out of the chain and stand for themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pandas as pd

MOST_PARTNERS = 8


def find_hubs(pairs: pd.DataFrame) -> set[str]:
    """Find nicknames that users changed to or from more than eight other ones.

    Parameters
    ----------
    pairs
        ``old, new``, one row a rename.
    """
    both = pd.concat([pairs, pairs.set_axis(["new", "old"], axis=1)])
    apart = both[both["old"] != both["new"]].drop_duplicates(["old", "new"])
    partners = apart["old"].value_counts()
    return set(partners.index[partners > MOST_PARTNERS])


def merge_nicks(
    nicks: Iterable[str], pairs: pd.DataFrame, cut: Collection[str]
) -> dict[str, str]:
    """Map each nickname to the first nickname of the same person.

    Parameters
    ----------
    nicks
        All nicks, each once, in the order in which they first appeared.
    pairs
        ``old, new``, one row a rename.
    cut
        Nicks that join nobody to anybody.

    Examples
    --------
    >>> pairs = pd.DataFrame({"old": ["a", "b", "x"], "new": ["b", "c", "c"]})
    >>> merge_nicks("cbadx", pairs, cut={"x"})
    {'c': 'c', 'b': 'c', 'a': 'c', 'd': 'd', 'x': 'x'}
    """
    parent = {nick: nick for nick in nicks}
    order = {nick: place for place, nick in enumerate(parent)}

    def root(nick: str) -> str:
        while parent[nick] != nick:
            parent[nick] = nick = parent[parent[nick]]
        return nick

    for old, new in pairs.drop_duplicates().itertuples(index=False):
        if old in parent and new in parent and old not in cut and new not in cut:
            first, second = sorted((root(old), root(new)), key=order.__getitem__)
            parent[second] = first
    return {nick: root(nick) for nick in parent}
