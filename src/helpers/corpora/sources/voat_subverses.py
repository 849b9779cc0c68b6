"""Communities of a link-sharing site, 2013–2020: a systematic sample with two dates.

Silences between first and last post are unseen, so the last post is a late bound of
lively life. The record ends with the site.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.dates import to_days, to_midnight
from helpers.corpora.shared.registers import (
    build_counted,
    build_registry_columns,
)
from helpers.records import to_day_us

END_US = to_day_us(date(2020, 12, 26))  # the site was closed on the day before


def count(raw: RawFolder) -> Counted:
    """Build the registry of sampled communities."""
    listed = raw.rows("communities.csv")
    first, last = (to_days(listed[f"{which}_post_day"]) for which in ("first", "last"))
    key = "community " + listed["community"].astype("str").str.zfill(3)
    groups = pd.DataFrame({"key": key}).assign(
        network="voat",
        kind="subverse",
        origin_us=to_midnight(first),
        end_us=END_US,
        last_us=to_midnight(last),
    )
    return build_counted(
        build_registry_columns(groups), {}, {}, {"communities": len(listed)}
    )


CORPUS = load_description("voat_subverses", count=count)
