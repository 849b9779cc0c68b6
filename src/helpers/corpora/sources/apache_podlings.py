"""Apache's incubating projects, 2003–2017: start, and graduation or retirement.

Graduation fulfils what incubation is for: the competing event ``completed``. Some days
are known to the month only; such a month's middle stands for them.
"""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder
from helpers.corpora.shared.registers import build_registry
from helpers.records import DAY_US

ENDED = {"graduated": "completed", "retired": "retired"}


def to_midnight_or_mid_month(days: pd.Series[str]) -> pd.Series[float]:
    """Convert dates to µs since 1970; the 15th if only the month is given.

    >>> (
    ...     to_midnight_or_mid_month(pd.Series(["1970-01", "1970-01-02", None]))
    ...     // DAY_US
    ... ).tolist()
    [14.0, 1.0, nan]
    """
    month = days.str.len() == len("2003-09")
    at = pd.to_datetime(days.mask(month, days + "-15"), format="%Y-%m-%d")
    return (at - pd.Timestamp(0)) / pd.Timedelta(microseconds=1)


def count(raw: RawFolder) -> Counted:
    """Build the registry of Apache's incubating projects from raw files."""
    (name,) = raw.names
    # the file's checksum was compared before, so no hostile XML is parsed
    listed = ET.parse(raw.path / name).getroot().iter("podling")  # noqa: S314
    rows = pd.DataFrame([dict(project.attrib) for project in listed])
    raw.tally[name] = len(rows)
    start, end = (
        to_midnight_or_mid_month(rows[name]) for name in ("startdate", "enddate")
    )
    ended = rows["status"].isin(ENDED)
    reason = pd.Series(None, rows.index, dtype=object)
    reason[ended & end.isna()] = "ended on an unknown day"
    reason[ended & (end < start)] = "ended before it began"
    groups = build_registry(
        rows.rename(columns={"resource": "key", "name": "label"})[reason.isna()],
        network="apache",
        kind="project",
        origin_us=start,
        end_us=int(max(start.max(), end.max())) + DAY_US,
        closed_us=end.where(ended),
        closed_kind=rows["status"].map(ENDED),
    )
    became: dict[str | None, int] = {None: len(groups)}
    became |= {str(why): int(n) for why, n in reason.value_counts().items()}
    return Counted(groups, {}, became)
