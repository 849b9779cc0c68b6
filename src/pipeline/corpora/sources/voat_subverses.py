"""Communities of a link-sharing site, 2013–2020: a systematic sample with two dates.

Silences between first and last post are unseen, so the last post is a late bound of
lively life. The record ends with the site.
"""

import pandas as pd

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_registry


def count(raw: RawFolder) -> Counted:
    """Build the registry of sampled communities."""
    listed = raw.rows("communities.csv")
    first, last = (to_days(listed[f"{which}_post_day"]) for which in ("first", "last"))
    key = "community " + listed["community"].astype("str").str.zfill(3)
    groups = build_registry(
        pd.DataFrame({"key": key}),
        origin_us=to_midnight(first),
        last_us=to_midnight(last),
        **read_description("voat_subverses")["reading"],
    )
    return Counted(groups, {}, {}, {"communities": len(listed)})
