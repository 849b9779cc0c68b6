"""Sizes of Chinese Telegram groups and channels in a directory, crawled in 2023.

Published in aggregate only: how many groups are of which size.
"""

from __future__ import annotations

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.distribution import describe_distribution

MEASURED = {"group": "members", "channel": "subscribers"}


def count(raw: RawFolder) -> Counted:
    """Build the distribution of Telegram group and channel sizes."""
    (name,) = raw.names
    rows = raw.rows(name, usecols=["kind", *MEASURED.values(), "crawled_at"])
    size = rows["members"].fillna(rows["subscribers"])
    crawled = pd.to_datetime(rows["crawled_at"]).min() - pd.Timestamp(0)
    sized_rows = rows.assign(size=size)[rows["kind"].isin(MEASURED) & size.notna()]
    parts = [
        describe_distribution(
            sized_rows.loc[sized_rows["kind"] == kind, "size"].astype("int64")
        ).assign(day=crawled.days, kind=kind, measure=measure)
        for kind, measure in MEASURED.items()
    ]
    bots = int((~rows["kind"].isin(MEASURED)).sum())
    return Counted(
        groups=None,
        tables={"distributions": pd.concat(parts)},
        became={
            None: len(sized_rows),
            "a bot": bots,
            "of unknown size": len(rows) - len(sized_rows) - bots,
        },
    )


CORPUS = load_description("tg_cn_directory", count=count)
