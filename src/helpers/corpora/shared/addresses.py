"""Which addresses of a directory are one group that moved."""

from __future__ import annotations

import numpy as np
import pandas as pd

GAP_DAYS = 31  # snapshots are a month apart at the end
NEAR_SHARE, NEAR_PEOPLE = 0.02, 31  # members of a group from one snapshot to the next


def renames(addresses: pd.DataFrame) -> dict[str, str]:
    """Return the newest address of the group behind each address.

    Two addresses are one group if they were created on one day in one country, one
    is first listed within 31 days of the other's last listing, and their numbers of
    members then differ by less than 2 % or 32.

    Parameters
    ----------
    addresses
        ``urlname, country, created, first, last, members_first, members_last``.
    """
    pairs = addresses.merge(addresses, on=["created", "country"], suffixes=("", "_new"))
    gap = pairs["first_new"] - pairs["last"]
    apart = (pairs["members_first_new"] - pairs["members_last"]).abs()
    near = apart <= np.maximum(NEAR_SHARE * pairs["members_last"], NEAR_PEOPLE)
    after = pairs[near & gap.between(1, GAP_DAYS)].assign(gap=gap)
    nearest = after.sort_values(["gap", "urlname", "urlname_new"])
    nearest = nearest.drop_duplicates("urlname").drop_duplicates("urlname_new")
    following = dict(zip(nearest["urlname"], nearest["urlname_new"], strict=True))
    return {name: _newest(name, following) for name in addresses["urlname"]}


def _newest(name: str, following: dict[str, str]) -> str:
    while name in following:
        name = following[name]
    return name
