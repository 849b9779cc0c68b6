"""Days as people write them: year first."""

from __future__ import annotations

import re
from datetime import date

from helpers.records import DAY_US, get_now_us, to_day_us
from helpers.wording import say

# spreadsheets rewrite days as 2024/5/31
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?"
)


def parse_day(cell: str) -> date:
    """Parse a date written year first, or raise a ValueError with an example.

    >>> [parse_day(one).isoformat() for one in ("2024/5/31", "2024年5月31日")]
    ['2024-05-31', '2024-05-31']
    """
    if not (parts := _DAY.fullmatch(cell)):
        raise ValueError(say("a day such as 2024-05-31, the year first"))
    try:
        return date(*map(int, parts.groups()))
    except ValueError:
        raise ValueError(say("a day that exists, such as 2024-05-31")) from None


def parse_past_day(cell: str) -> date:
    """Parse a date that is not after today (in any zone), or raise a ValueError."""
    day = parse_day(cell)
    if to_day_us(day) > get_now_us() + DAY_US:
        raise ValueError(say("a day that is not after today"))
    return day
