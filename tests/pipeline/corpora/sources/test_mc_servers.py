"""The traps of pinged servers: a false date, four weeks' survival, distant entries."""

from __future__ import annotations

import pandas as pd
import pytest

from helpers.records import DAY_US
from pipeline.corpora.sources import mc_servers

HEAD = "server,listed_on,srv_max,dataset_source,y,weeks_up_todate,date_ping_1st,\
date_ping_lst,plugin_count,governance_intensity,inst_action_space_down,res_grief\n"


def _server(number, first, last, entry, tools=1):
    return f"{number},{entry},4,omni,0,1,{first},{last},8,{tools},0,0\n"


@pytest.fixture
def corpus(counted):
    """Count six servers, of which two are outside the frame."""
    coded = HEAD + "".join(
        [
            _server(1, "2015-07-15", "2016-01-01", "2015-07-15"),  # there at the start
            _server(2, "2016-01-01", "2016-03-01", "2016-01-16"),  # entry too late
            _server(3, "2016-01-01", "2016-10-18", "2016-01-15", tools=0),
            _server(4, "2016-01-02", "2016-10-19", "2015-12-25"),
            _server(5, "2016-01-03", "2017-09-01", "2016-01-03"),
            _server(6, "2016-01-04", "2016-01-20", "2016-01-04"),
        ]
    )
    every = "server\n" + "".join(f"{n}\n" for n in range(1, 9))
    return counted(mc_servers, servers_rules__csv__gz=coded, servers__csv__gz=every)


def test_frame_has_only_coded_servers_entered_near_their_start(corpus):
    """By reason, each row of both tables once."""
    assert corpus.entered == {"servers": 4}
    assert corpus.became == {
        "a server whose tools nobody coded": 2,
        "a coded server's row in the larger table": 6,
        "first pinged when the record began": 1,
        "no entry within 14 days of the first ping": 1,
    }


def test_server_seen_in_the_last_month_is_not_closed(corpus):
    """As does one with the source's false date; the others are gone at last ping."""
    ends = corpus.groups.set_index("key")
    assert ends["closed_us"].notna().tolist() == [True, False, False, True]
    end = pd.to_datetime(ends["end_us"], unit="us").dt.strftime("%Y-%m-%d").tolist()
    assert end == ["2016-10-19", "2016-11-18", "2016-11-18", "2016-01-21"]
    assert (ends["last_us"] <= ends["end_us"]).all()


def test_risk_begins_at_day_28(corpus):
    """Who was gone by then is never at risk."""
    groups = corpus.groups.set_index("key")
    age = (groups["entry_us"] - groups["origin_us"]) // DAY_US
    assert age.tolist() == [28, 28, 28, 17]
    assert (
        groups.loc["server 00006", "entry_us"] == groups.loc["server 00006", "end_us"]
    )


def test_rules_are_dated_by_the_day_of_entry(corpus):
    """Not before the first ping; no tool is no rule."""
    actual = corpus.tables["facts"].set_index(["key", "fact"])["value"]
    first = corpus.groups.set_index("key")["origin_us"] // DAY_US
    assert actual["server 00004", "rules_day"] == first["server 00004"]
    assert actual["server 00003", "rules"] == 0
    assert ("server 00003", "rules_day") not in actual.index
