"""Days as people write them: year first, or last where all tell the order."""

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, timedelta, timezone

from helpers.records import get_now_us, to_day_us
from helpers.wording import say

# spreadsheets rewrite days as 2024/5/31
_DAY = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?"
)
_EARLIEST = timezone(timedelta(hours=14))  # where days begin first
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4})(?:[T\s,].*)?")


def spell_year_first(cells: Iterable[str]) -> dict[str, str]:
    """Return how days are written with the year first, if one order fits them all.

    >>> spell_year_first(["27/05/2017", "03/04/2018"])["03/04/2018"]
    '2018-04-03'
    >>> spell_year_first(["01.02.2024"]), spell_year_first(["1/2/2024"])
    ({'01.02.2024': '2024-02-01'}, {})
    """
    found = {cell: _YEAR_LAST.fullmatch(cell) for cell in cells if cell}
    days = [match.group(1, 3, 4) for match in found.values() if match]
    both = [
        {
            cell: f"{y}-{m:0>2}-{d:0>2}"
            for cell, (d, m, y) in zip(found, parts, strict=False)
        }
        for parts in (days, [(two, one, year) for one, two, year in days])
    ]
    is_dotted = all(match and match[2] == "." for match in found.values())
    fitting = [
        one for one in both[: 1 if is_dotted else 2] if all(map(_is_day, one.values()))
    ]
    return fitting[0] if len(days) == len(found) and len(fitting) == 1 else {}


def _is_day(cell: str) -> bool:
    with suppress(ValueError):
        return bool(date.fromisoformat(cell))
    return False


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
    if to_day_us(day, _EARLIEST) > get_now_us():
        raise ValueError(say("a day that is not after today"))
    return day
