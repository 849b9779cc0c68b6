"""The traps of a network's sites: one click, one last visit, votes from 15 on."""

from __future__ import annotations

import pandas as pd

from pipeline.corpora.sources import stackexchange

HEAD = "site,member,created,last_access,up_votes,down_votes,reputation,posts,comments,\
first_post,posts_84d,first_vote_badge,visit_streak_badge,favourites,first_favourite,\
favourites_84d,badges,dump_end\n"


def _account(created, last, *, site="tea", reputation=101, posts=0, early=0, voted=""):
    first = created if posts else ""
    return (
        f"{site},0,{created},{last},0,0,{reputation},{posts},0,{first},{early},{voted},"
        ",0,,0,0,2020-12-31\n"
    )


def _weeks(site, first, count):
    mondays = pd.date_range(first, periods=count, freq="7D").strftime("%Y-%m-%d")
    return "".join(f"{site},{monday},1,0\n" for monday in mondays)


BUSY = "site,week,posts,comments\n" + _weeks("tea", "2019-12-30", 53)


def _seen(counted, *accounts, weeks=BUSY):
    table = HEAD + "".join(accounts)
    made = counted(stackexchange, members__csv__gz=table, weekly__csv=weeks)
    return made.tables["seen_again"], made.tables["roster"]


def test_being_seen_again_counts_days_since_joining(counted):
    """Arrival is not a visit; day 28 is."""
    seen, _ = _seen(
        counted,
        _account("2020-06-01", "2020-06-01"),
        _account("2020-06-01", "2020-06-28"),
        _account("2020-06-01", "2020-06-29"),
        _account("2020-06-01", "2020-08-24"),
    )
    assert seen[["lurkers", "seen_7", "seen_28", "seen_84"]].to_numpy().tolist() == [
        [4, 3, 2, 1]
    ]


def test_follow_up_has_a_band_of_168_days(counted):
    """So that 84–168 and 168 or more can both be added up."""
    seen, _ = _seen(
        counted,
        *(
            _account(day, "2020-12-31")
            for day in ("2020-10-09", "2020-10-08", "2020-07-17", "2020-07-16")
        ),
        _account("2020-07-15", "2020-12-31"),
    )
    sizes = seen.set_index("followed_from")["lurkers"].to_dict()
    assert sizes == {84: 2, 168: 1, 169: 1}  # the first has 83 days only


def test_a_vote_counts_up_to_day_84_and_from_15_reputation_on(counted):
    """Who could not vote is counted apart."""
    seen, _ = _seen(
        counted,
        _account("2020-06-01", "2020-06-01", voted="2020-08-24"),
        _account("2020-06-01", "2020-06-01", voted="2020-08-25"),
        _account("2020-06-01", "2020-06-01", reputation=14),
    )
    votes = seen.set_index("may_react")[["lurkers", "reacted_84"]]
    assert votes.loc[True].tolist() == [2, 1]
    assert votes.loc[False].tolist() == [1, 0]


def test_silence_on_an_inactive_site_is_not_lurking(counted):
    """Six of the twelve weeks that begin in the first 84 days must be active."""
    joined = [_account("2020-06-01", "2020-06-01")]
    eight = "site,week,posts,comments\n" + _weeks("tea", "2020-06-29", 9)
    _, roster = _seen(counted, *joined, weeks=eight.replace(",1,0", ",0,0", 3))
    assert roster[["members", "quiet"]].to_numpy().tolist() == [[0, 1]]
    _, roster = _seen(counted, *joined, weeks=eight.replace(",1,0", ",0,0", 2))
    assert roster[["members", "quiet"]].to_numpy().tolist() == [[1, 0]]


def test_first_post_after_day_84_leaves_the_account_a_lurker(counted):
    """A first post after day 84 leaves the first 84 days silent."""
    seen, roster = _seen(counted, _account("2020-01-06", "2020-12-01", posts=1))
    assert seen[["lurkers", "did_later"]].to_numpy().tolist() == [[1, 1]]
    assert roster[["lurkers", "never"]].to_numpy().tolist() == [[1, 0]]


def test_site_from_an_additional_file_is_read(counted):
    """Its kind follows from its name; weeks and accounts of all files are joined."""
    more = HEAD + _account("2020-06-01", "2020-07-01", site="tea.meta")
    made = counted(
        stackexchange,
        members__csv__gz=HEAD + _account("2020-06-01", "2020-07-01"),
        members_kept__csv__gz=more,
        weekly__csv=BUSY,
        weekly_kept__csv=BUSY.replace("tea", "tea.meta"),
    )
    kinds = made.groups.set_index("key")["kind"].to_dict()
    assert kinds == {"tea": "main site", "tea.meta": "meta site"}
    assert made.tables["seen_again"]["lurkers"].tolist() == [1, 1]
