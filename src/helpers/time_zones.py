"""Time zones by the names that people give them."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from zoneinfo import available_timezones

from helpers.wording import say

DEFAULT_ZONE = "Asia/Shanghai"  # of exports that record none, unless a user names one
# names of zones that are called after another city
BY_OTHER_NAMES: Mapping[str, str] = {
    **dict.fromkeys(
        ("北京", "北京时间", "中国", "beijing", "peking", "china", "prc", "utc+8",
         "gmt+8", "东八区"),
        "Asia/Shanghai",
    ),
    "东京时间": "Asia/Tokyo",
    "utc": "UTC",
    "gmt": "UTC",
}  # fmt: skip


@cache
def list_zone_names() -> Mapping[str, str]:
    """Map lower-case zone ids and city names, English and Chinese, to time zones.

    A city that two zones share is left out.
    """
    from babel import Locale  # noqa: PLC0415 - slow to import

    zones: dict[str, set[str]] = {}
    for language in ("en", "zh"):
        for zone, names in Locale.parse(language).time_zones.items():
            if city := names.get("city"):
                zones.setdefault(city.casefold(), set()).add(zone)
    known = available_timezones()
    for zone in known:
        if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/")):
            city = zone.rpartition("/")[2].replace("_", " ").casefold()
            zones.setdefault(city, {zone})
    named = {city: min(all_) for city, all_ in zones.items() if len(all_) == 1}
    named |= BY_OTHER_NAMES
    return {name: zone for name, zone in named.items() if zone in known} | {
        zone.casefold(): zone for zone in known
    }


def find_zone(name: str) -> tuple[str | None, str]:
    """Return the time zone that a user names, or a question with the nearest name.

    `name`: an IANA id such as ``Asia/Shanghai``, or a city in English or Chinese.

    >>> [find_zone(name)[0] for name in ("Asia/Shanghai", "北京", "berlin", "东京")]
    ['Asia/Shanghai', 'Asia/Shanghai', 'Europe/Berlin', 'Asia/Tokyo']
    >>> find_zone("Asia/Shangai")
    (None, 'did you mean Asia/Shanghai? ')
    """
    if name in available_timezones():
        return name, ""
    names = list_zone_names()
    spelled = " ".join(name.replace("_", " ").split()).casefold()
    if zone := names.get(spelled) or names.get(name.casefold()):
        return zone, ""
    nearest = get_close_matches(name.casefold(), names, n=1)
    return None, say("did you mean {name}? ", name=names[nearest[0]]) if nearest else ""
