"""Communities of a link-sharing site, 2019–2021: first and last post, counts.

Two dates a guild: silences between them are unseen, so the last post is a lower bound
of life. The site was closed on 2021-10-30 and had been shrinking for months.
"""

from datetime import date

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_facts, build_registry

BORN_FROM = to_day_us(date(2020, 1, 1)) // DAY_US
BORN_BEFORE = to_day_us(date(2021, 3, 1)) // DAY_US  # half a year before the end
END_US = to_day_us(date(2021, 9, 1))  # two months before the site was closed


def count(raw: RawFolder) -> Counted:
    """Build the registry of communities; mark those founded in the study period."""
    guilds = raw.rows("guilds.csv.gz")
    dated = guilds.assign(
        key="guild " + guilds["guild_no"].astype("str").str.zfill(4),
        born=to_days(guilds["first"]),
        last=to_days(guilds["last"]),
    )
    groups = dated[dated["born"] < END_US // DAY_US]
    inside = groups["born"].between(BORN_FROM, BORN_BEFORE - 1)
    return Counted(
        build_registry(
            groups,
            network="ruqqus",
            kind="guild",
            origin_us=to_midnight(groups["born"]),
            end_us=END_US,
            last_us=to_midnight(groups["last"]).clip(upper=END_US),
        ),
        {"facts": build_facts(groups, {"born_in_frame": inside})},
        {"born after the end": len(dated) - len(groups)},
        {"guilds": len(groups)},
    )
