"""From a store to every table, by hand."""

import pytest

from helpers.errors import ShequnError
from helpers.records import DAY_US
from helpers.study.definitions import TABLES


def test_groups_are_as_counted_by_hand(small):
    """Origin, end, first and last message and counts of the three groups."""
    groups = small.tables["groups"].set_index("label")
    columns = ["group", "origin_kind", "messages", "posters", "early_messages"]
    assert groups[columns].to_numpy().tolist() == [
        [0, "first_message", 3, 2, 2],
        [1, "bot_message", 0, 0, 0],
        [2, "first_message", 1, 1, 1],
    ]
    assert groups["origin_us"].tolist() == [0, 3 * DAY_US, 9 * DAY_US]
    assert groups["end_us"].tolist() == [200 * DAY_US, 200 * DAY_US, 12 * DAY_US]
    assert groups["batch"].tolist() == ["net:1970-W01", "net:1970-W01", "net:1970-W02"]


def test_the_ledger_accounts_for_every_row(small):
    """Seven rows were read; two of a bot and one after a closing were set aside."""
    assert small.ledger.total("read") == 7
    assert small.ledger.set_aside == {"after the group was closed": 1, "bot": 2}


def _lines(group, *lines):
    """Return messages of a group, each of other keys, an hour after the one before."""
    return [
        {"group": group, "sender": "x", "time_us": n * DAY_US // 24, **line}
        for n, line in enumerate(lines, 1)
    ]


def test_groups_in_which_only_bots_spoke_are_none(derived):
    """Their lines are told by that reason; a blank by a person makes a group one."""
    bot, line = {"bot": True}, {"kind": "system", "sender": None}
    feed = bot | {"kind": "system"}
    copied = [{"id": "1", **bot}, {"id": "1", **bot}]
    messages = [
        *_lines("bots", *copied, line),
        *_lines("feed", feed),
        *_lines("dated", bot),
        *_lines("lines", line),
        *_lines("person", bot, {"text": " "}),
        *_lines("talk", bot, {"text": "good morning"}),
    ]
    groups = [{"group": key} for key in ("bots", "feed", "lines", "person", "talk")]
    study = derived(messages, [*groups, {"group": "dated", "created_us": 0}])
    kept = {"dated", "lines", "person", "talk"}
    assert set(study.tables["groups"]["label"]) == kept
    assert study.ledger.set_aside == {
        "in a group in which only bots spoke": 4,
        "bot": 3,
        "system line": 1,
        "nothing written": 1,
    }


def test_bots_in_all_groups_leave_no_group_to_count(derived):
    """It is said, with what to do."""
    with pytest.raises(ShequnError, match="only bots wrote in these groups"):
        derived(_lines("g", {"bot": True}), [{"group": "g"}])


def test_windows_are_as_counted_by_hand(small):
    """Bob named Ann once, and nobody else was answered."""
    windows = small.tables["windows"].set_index(["group", "window"])
    first = windows.loc[(0, "0-27")]
    assert (first["messages"], first["posters"], first["top_share"]) == (2, 2, 0.5)
    assert (first["replies_explicit"], first["replies"]) == (1, 1)
    assert (first["centres"], first["centres_null"]) == (1.0, 1.0)
    assert windows.loc[(1, "0-27")]["messages"] == 0
    assert not windows.loc[(2, "0-27")]["observed"]


def test_quarters_take_the_28_days_before_them(small):
    """On 1970-03-31 group g is 90 days old: age days 62 to 89."""
    windows = small.tables["windows"].set_index(["window", "group"])
    spans = windows.loc["q1970-03-31"][["from_day", "to_day"]]
    assert spans.loc[0].tolist() == [62, 89]
    assert 2 not in spans.index


def test_silences_and_days_are_as_counted_by_hand(small):
    """Forty days of silence; three days with a message."""
    assert small.tables["silences"]["end_us"].tolist() == [40 * DAY_US]
    daily = small.tables["daily"]
    assert daily[["group", "day", "messages"]].to_numpy().tolist() == [
        [0, 0, 2],
        [0, 40, 1],
        [2, 9, 1],
    ]
    assert daily["chars"].isna().tolist() == [False, False, True]


def test_counts_of_people_are_null_without_sender_ids(derived):
    """What the source cannot show is null, not zero."""
    messages = [{"group": "g", "time_us": 0}, {"group": "g", "time_us": DAY_US}]
    tables = derived(messages, [{"group": "g"}], sender_ids=False).tables
    assert "members" not in tables
    assert tables["groups"]["posters"].isna().all()
    assert tables["daily"]["posters"].isna().all()
    assert tables["rates"]["posters_28"].isna().all()
    windows = tables["windows"]
    assert windows[["posters", "gini", "replies", "centres_null"]].isna().all(axis=None)


def test_equal_names_in_two_groups_are_different_people(derived):
    """Ann by name in g, ann by name in h and ann by id in k and m: three people."""
    said = [
        {"group": group, "sender": who, "time_us": time, "mentions": ["ann"]}
        for time, (group, who) in enumerate(
            [("g", "ann"), ("g", "bob"), ("h", "ann"), ("k", "ann"), ("m", "ann")]
        )
    ]
    end = {"g": DAY_US * 40, "h": DAY_US * 40, "k": DAY_US * 40, "m": DAY_US * 40}
    names = frozenset({"g", "h"})
    groups = [{"group": key, "owner": "ann"} for key in end]
    tables = derived(said, groups, by_name=names, ends=end, owners=True).tables
    written = tables["members"].groupby("member")["group"].apply(list)
    assert written.tolist() == [[0], [0], [1], [2, 3]]
    first = tables["windows"].query("window == '0-27'").set_index("group")
    assert first["replies_explicit"].tolist() == [1, 0, 0, 0]
    assert first["owner_share"].tolist() == [0.5, 1, 1, 1]


def test_replies_that_a_group_does_not_record_are_unknown_there(derived):
    """Adjacent ones tell its centres; other groups keep their own."""
    said = [
        {"group": group, "sender": who, "time_us": time, "mentions": ["ann"]}
        for time, (group, who) in enumerate([(g, w) for g in "gh" for w in "abab"])
    ]
    end = {"g": DAY_US * 400, "h": DAY_US * 400}
    groups = [{"group": key} for key in end]
    tables = derived(said, groups, adjacent=frozenset("h"), ends=end).tables
    first = tables["windows"].query("window == '0-27'").set_index("group")
    assert first["replies_explicit"].isna().tolist() == [False, True]
    assert first["centres"].isna().tolist() == [True, False]
    assert set(tables["newcomers"].query("replies == 'explicit'")["group"]) == {0}
    assert tables["months"]["unanswered"].isna().tolist() == [False, True]


def test_unlicensed_group_names_are_not_published(derived):
    """The key stands for the name."""
    tables = derived(
        [{"group": "g", "time_us": 0}], [{"group": "g", "label": "Secret"}], names=False
    ).tables
    assert tables["groups"]["label"].tolist() == ["g"]


def test_days_follow_the_studys_zone(derived):
    """Eight hours east, the last third of a day belongs to the next."""
    late = [{"group": "g", "sender": "a", "time_us": DAY_US * 2 // 3}]
    tables = derived(late, [{"group": "g"}], day_offset_us=DAY_US // 3).tables
    assert tables["daily"]["day"].tolist() == [1]


def test_unlisted_group_with_messages_has_a_row(derived):
    """No message is lost for want of a record; the group is its own network."""
    messages = [{"group": "g", "time_us": 0}, {"group": "x", "time_us": DAY_US}]
    groups = derived(messages, [{"group": "g"}, {"group": "g"}]).tables["groups"]
    assert groups[["key", "label", "network", "kind"]].to_numpy().tolist() == [
        ["g", "g", "net", "room"],
        ["x", "x", "x", "group"],
    ]
    assert groups["messages"].tolist() == [1, 1]


def test_tables_have_the_columns_they_are_defined_by(small):
    """Nothing that is defined is missing."""
    for name, rows in small.tables.items():
        assert {column.name for column in TABLES[name].columns} <= set(rows.columns)


def test_late_entry_does_not_hide_earlier_messages(derived):
    """Risk begins with it; windows count what was written before."""
    messages = [{"group": "g", "sender": "a", "time_us": n * DAY_US} for n in range(60)]
    tables = derived(messages, [{"group": "g"}], entries={"g": 9 * DAY_US}).tables
    windows = tables["windows"].set_index("window")
    assert tables["groups"]["entry_us"].tolist() == [9 * DAY_US]
    assert windows.loc["0-27", ["observed", "messages"]].tolist() == [True, 28]


def test_an_owner_on_record_has_a_share(derived):
    """Where owners may be told."""
    messages = [{"group": "g", "sender": s, "time_us": 9} for s in ("a", "b", "b", "b")]
    groups = [{"group": "g", "owner": "b"}]
    for told, share in ((True, 0.75), (False, None)):
        windows = derived(messages, groups, owners=told).tables["windows"]
        found = windows.set_index("window").loc["0-27", "owner_share"]
        assert bool(found == share) is told


def test_content_is_measured_by_words_where_text_exists(derived):
    """A long message on day 3 and a bare link: one item, one link."""
    text = {"group": "g", "sender": "ann", "chars": 400}
    messages = [
        text | {"time_us": 0, "text": "hello", "chars": 5},
        text | {"time_us": 3 * DAY_US, "text": "word " * 70},
        text | {"time_us": 3 * DAY_US + 1, "text": "https://a.cn", "links": 1},
    ]
    days = derived(messages, [{"group": "g"}]).tables["content"]
    assert days.drop(columns="group").to_numpy().tolist() == [
        [0, 1, 0, 0, 0, 0, 0],
        [3, 2, 1, 1, 1, 0, 1],
    ]


def test_a_source_without_lengths_has_no_content(derived):
    """Counted as none it would say that nobody gave any."""
    messages = [{"group": "g", "sender": "ann", "time_us": 0}]
    tables = derived(messages, [{"group": "g"}]).tables
    assert not {"content", "supply"} & tables.keys()
