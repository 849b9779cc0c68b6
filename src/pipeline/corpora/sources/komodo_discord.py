"""A cryptocurrency project's Discord server, 2018–2020, with gifts of coins.

Channels go by their kind and first day; names are not published, since no licence file
is there. One account relays other chats' messages, others feed or alarm by program:
who posts in the feeds by the thousand, or fills a channel alone, is a bot.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from helpers.files import read_description
from helpers.group_lives.lurking import count_lurkers
from helpers.records import DAY_US, Batch, from_rows
from pipeline.corpora.shared.corpus import RawFolder, Supplements
from pipeline.corpora.shared.dates import name_by_first_day, to_instants
from pipeline.corpora.shared.record_batches import group_records, record_batches

MESSAGES, COMMANDS = "messages.csv.gz", "tip_commands.csv.gz"
PACKETS = ("rain", "soak")  # money strewn over those present
EVENTS = dict.fromkeys(PACKETS, "red_packet") | {"tip": "transfer"}
KINDS = read_description("komodo_discord")["reading"]  # by category
MANY, OFTEN, ALONE = 1000, 0.2, 0.95  # a bot's messages, in feeds, of a channel


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of a Discord server: messages, gifts of coins, channels.

    Commands repeat what messages are, so only messages are counted.
    """
    rows, commands = _read_tables(raw)
    raw.tally[COMMANDS] = 0
    talk = rows[~rows["feed"]]
    yield from record_batches(_build_messages(talk, commands), MESSAGES)
    yield from_rows("event", _list_events(commands[~commands["feed"]]))
    kinds = talk.assign(kind=talk["category"].map(KINDS))
    yield group_records(kinds, MESSAGES, network="komodo", platform="discord")


def read_supplements(raw: RawFolder) -> Supplements:
    """Count members who joined and never wrote, and rows in automatic feeds.

    Who joins the server joins all channels; the row stands under the one in which
    joinings are noted. Nobody's leaving is.
    """
    rows, commands = _read_tables(raw)
    day = rows["time_us"] // DAY_US
    talk = _build_messages(rows, commands)
    first = day[rows["join_notice"].eq(1)].groupby(rows["user"]).min()
    number = pd.Series(range(len(first)), first.index)
    members = pd.DataFrame(
        {"joined_day": first.to_numpy(), "member": number.to_numpy()}
    )
    messages = pd.DataFrame({"day": day, "messages": 1, "group": 0}).assign(
        member=rows["user"].map(number).fillna(-1).astype("int64")
    )
    counts = count_lurkers(
        members.reset_index(drop=True).assign(
            group=0, gone_day=np.nan, dated=True, reactions=np.nan
        ),
        messages[talk["kind"].eq("text") & ~rows["bot"] & ~rows["feed"]],
        pd.Series({0: int(day.max())}),  # the first day not wholly observed
    )
    where = rows.loc[rows["join_notice"].eq(1), "group"].iloc[0]
    roster = counts.assign(key=where, from_day=int(first.min()))
    feeds = {"in a feed, where bots post": int(rows["feed"].sum())}
    return Supplements(tables={"roster": roster.drop(columns="group")}, aside=feeds)


def _read_tables(raw: RawFolder) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read messages and commands with their group, time, bots and automatic feeds."""
    rows, commands = (
        table.assign(
            time_us=to_instants(table["ts"]).astype("int64"),
            place=table["category"] + "/" + table["channel"],
            feed=table["category"].eq("feeds"),
        )
        for table in map(raw.rows, (MESSAGES, COMMANDS))
    )
    kind = rows["category"].map(KINDS)
    key = name_by_first_day(rows["place"], kind, rows["time_us"])
    return (
        rows.assign(
            group=rows["place"].map(key), bot=rows["user"].isin(_list_bots(rows))
        ),
        commands.assign(group=commands["place"].map(key)),
    )


def _list_bots(rows: pd.DataFrame) -> pd.Series[str]:
    """List the accounts that are bots, judged by the channels they post in."""
    by = rows.groupby("user")["feed"]
    accounts = pd.DataFrame({"messages": by.size(), "fed": by.mean()})
    feeding = accounts[(accounts["messages"] >= MANY) & (accounts["fed"] >= OFTEN)]
    place = ["category", "channel"]
    own = rows.groupby([*place, "user"]).size()
    share = own / own.groupby(place).transform("sum")
    filling = own[(own >= MANY) & (share >= ALONE)].index.get_level_values("user")
    return pd.Series([*feeding.index, *filling]).drop_duplicates()


def _build_messages(rows: pd.DataFrame, commands: pd.DataFrame) -> pd.DataFrame:
    """Build messages; joins and tip commands become system messages."""
    who = ["category", "channel", "user", "time_us"]
    listed = commands.groupby(who).size().rename("listed")
    is_listed = rows[who].join(listed, on=who)["listed"].fillna(0)
    is_command = rows.groupby(who).cumcount() < is_listed
    system = rows["join_notice"].eq(1) | is_command
    return pd.DataFrame(
        {
            "group": rows["group"],
            "sender": rows["user"],
            "time_us": rows["time_us"],
            "kind": system.map({True: "system", False: "text"}),
            "bot": rows["bot"],
            "chars": rows["chars"],
            "links": rows["links"],
            "has_question": rows["question"].eq(1),
            "position": rows.index + 1,
        }
    )


def _list_events(commands: pd.DataFrame) -> list[dict[str, object]]:
    events = commands[commands["command"].isin(EVENTS)]
    return [
        {
            "group": row.group,
            "time_us": row.time_us,
            "kind": EVENTS[str(row.command)],
            "actor": row.user,
            "value": str(row.amount),
            "file": COMMANDS,
            "position": int(str(row.Index)) + 1,
        }
        for row in events.itertuples()
    ]
