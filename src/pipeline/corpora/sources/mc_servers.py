"""Small game servers, 2015–2016: governance tools, capacity, last response.

The tools that a server's directory entry names were coded by hand by the source's
authors. A group here is a server that was coded near its birth; games, not talk.
"""

from datetime import date

import pandas as pd

from helpers.records import DAY_US, to_day_us
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.dates import to_days, to_midnight
from pipeline.corpora.shared.registers import build_facts, build_registry

CODED, ALL = "servers_rules.csv.gz", "servers.csv.gz"
PINGED_FROM = to_day_us(date(2015, 7, 15)) // DAY_US  # who was there by then is older
ALIVE_FROM = to_day_us(date(2016, 10, 18)) // DAY_US  # a month before the end
END_US = to_day_us(date(2016, 11, 18))
NEAR_DAYS = 14  # from the first ping to the entry that was coded
ENTRY_DAYS = 28  # the source lists servers seen in four weeks or more
MEASURED = {
    "governance_tools": "governance_intensity",
    "seats": "srv_max",
    "plugins": "plugin_count",
}


def count(raw: RawFolder) -> Counted:
    """Build tables of game servers with hand-classified rules and tools."""
    coded, every = raw.rows(CODED), raw.rows(ALL)
    read = [*MEASURED.values(), "dataset_source"]
    dated = coded[read].assign(
        key="server " + coded["server"].astype("str").str.zfill(5),
        first=to_days(coded["date_ping_1st"]),
        last=to_days(coded["date_ping_lst"]),
        entered=to_days(coded["listed_on"]),
    )
    born = dated[dated["first"] > PINGED_FROM]
    near = born[(born["entered"] - born["first"]).abs() <= NEAR_DAYS]
    again = int(every["server"].isin(coded["server"]).sum())
    return Counted(
        _build_registry(near),
        {"facts": _build_facts(near)},
        {
            "a server whose tools nobody coded": len(every) - again,
            "a coded server's row in the larger table": again,
            "first pinged when the record began": len(dated) - len(born),
            "no entry within 14 days of the first ping": len(born) - len(near),
        },
        {"servers": len(near)},
    )


def _build_registry(servers: pd.DataFrame) -> pd.DataFrame:
    """Build the list of game servers, each observed from 28 days of age."""
    origin = to_midnight(servers["first"])
    gone = servers["last"] <= ALIVE_FROM
    closed = to_midnight(servers["last"] + 1).where(gone)
    entry = (origin + ENTRY_DAYS * DAY_US).clip(upper=closed.fillna(END_US))
    return build_registry(
        servers,
        network=servers["key"],
        kind="game server",
        origin_us=origin,
        entry_us=entry,
        end_us=END_US,
        closed_us=closed,
        closed_kind="no longer answered",
        last_us=to_midnight(servers["last"]).clip(upper=END_US),
    )


def _build_facts(servers: pd.DataFrame) -> pd.DataFrame:
    """Return properties of game servers, with the day the governance was recorded."""
    rules = servers["governance_intensity"] >= 1
    since = servers["entered"].clip(lower=servers["first"])
    dated = since.where(rules)
    measures = build_facts(servers, {"rules": rules, "rules_day": dated, **MEASURED})
    sources = servers[["key"]].assign(
        fact="source: " + servers["dataset_source"], value=1.0
    )
    return pd.concat([measures, sources], ignore_index=True)
