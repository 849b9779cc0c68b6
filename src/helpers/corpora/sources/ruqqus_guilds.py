"""Every community of one link-sharing site, 2019–2021: first and last post, posts.

Two dates a guild: silences between them are unseen, so the last post is a lower bound
of life. The site was closed on 2021-10-30 and had been shrinking for months.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, described
from helpers.corpora.shared.dates import days, midnight
from helpers.corpora.shared.registers import counted, facts, registry
from helpers.records import DAY_US, day_us

GUILDS = "guilds.csv.gz"
BORN_FROM = day_us(date(2020, 1, 1)) // DAY_US
BORN_BEFORE = day_us(date(2021, 3, 1)) // DAY_US  # half a year before the end
END_US = day_us(date(2021, 9, 1))  # two months before the site was closed


def count(raw: RawFolder) -> Counted:
    """Return the guilds, and which of them half a year can follow."""
    guilds = raw.rows(GUILDS)
    dated = guilds.assign(
        key="guild " + guilds["guild_no"].astype("str").str.zfill(4),
        born=days(guilds["first"]),
        last=days(guilds["last"]),
    )
    groups = dated[dated["born"] < END_US // DAY_US]
    columns: dict[str, str | pd.Series[Any]] = {
        "posts": "total_posts_seen",
        "banned_posts": "banned_posts",
        "born_in_frame": groups["born"].between(BORN_FROM, BORN_BEFORE - 1),
    }
    return counted(
        _registry(groups),
        {"facts": facts(groups, columns)},
        {"born after the end": len(dated) - len(groups)},
        {"guilds": len(groups)},
    )


def _registry(guilds: pd.DataFrame) -> pd.DataFrame:
    return registry(
        guilds.assign(
            network="ruqqus",
            kind="guild",
            origin_us=midnight(guilds["born"]),
            end_us=END_US,
            last_us=midnight(guilds["last"]).clip(upper=END_US),
        )
    )


CORPUS = described("ruqqus_guilds", count=count)
