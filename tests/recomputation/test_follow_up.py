"""What follow-up windows and first months show, counted again by plain loops."""

import pandas as pd
import pytest

import helpers as sq
from helpers.study import open_study

DAY = 86_400_000_000
GONE = {  # counted outside first
    "fcc_gitter": (246, 373), "komodo_discord": (52, 108),
    "meshcore_split": (151, 188), "zulip_archives": (141, 257),
}  # fmt: skip
WITHOUT = {  # of 100 without a message in the last 7, 14, 28, 60 of 91 days
    "fcc_gitter": (76, 65, 51, 30), "komodo_discord": (53, 39, 25, 11),
    "meshcore_split": (77, 61, 53, 37), "zulip_archives": (51, 42, 32, 21),
}  # fmt: skip
AGAIN = {"fcc_gitter": 67, "komodo_discord": 89, "meshcore_split": 78}
AGAIN |= {"zulip_archives": 70}
POOLED = {(34, 4): 63, (94, 4): 72, (200, 4): 75, (365, 4): 76}
POOLED |= {(91, 7): 65, (91, 14): 52, (91, 28): 40, (91, 60): 24}
LATER = {0: (3, 90), 1: (7, 110), 10: (6, 95), 50: (4, 152)}


def _list_days(name):
    """Yield each group's days with messages since its first, and days watched."""
    study = open_study(name)
    spoke = study.table("daily").query("messages > 0").groupby("group")["day"]
    days = {group: sorted(own) for group, own in spoke}
    for row in study.table("groups").itertuples():
        if row.first_us == row.first_us and row.entry_us <= row.first_us:
            first = int(row.first_us) // DAY
            yield [day - first for day in days[row.group]], row.end_us - row.first_us


def _count(name, follow, window):
    watched = [days for days, us in _list_days(name) if us >= follow * DAY]
    gone = [d for d in watched if not any(follow - window <= day < follow for day in d)]
    return len(gone), len(watched)


@pytest.mark.parametrize("name", GONE)
def test_groups_without_a_message_in_days_31_to_34(name):
    """A window that shifts by a day moves every sentence on home."""
    assert _count(name, 34, 4) == GONE[name]
    stored = sq.load_life_tables().follow_up.query("source == @name")
    own = stored.set_index(["days", "window"])
    assert tuple(own.loc[(34, 4), ["gone_groups", "groups"]]) == GONE[name]
    for window, of_100 in zip((7, 14, 28, 60), WITHOUT[name], strict=True):
        gone, n = _count(name, 91, window)
        assert round(100 * gone / n) == of_100
        assert own.loc[(91, window), "gone_groups"] == gone
    assert round(100 * own.loc[(34, 4), "again"]) == AGAIN[name]


def test_who_speaks_again_is_followed_to_the_end_of_the_record():
    """Groups watched for less than 200 days were dropped."""
    silent, survive = [], 1.0
    for days, us in _list_days("meshcore_split"):
        if us >= 34 * DAY and not any(30 <= day < 34 for day in days):
            later = [day for day in days if day >= 34]
            silent.append((later[0], 1) if later else (us / DAY, 0))
    for day in sorted({day for day, spoke in silent if spoke and day < 200}):
        at_risk = sum(end >= day for end, _ in silent)
        survive *= 1 - sum(end == day and spoke for end, spoke in silent) / at_risk
    stored = sq.load_life_tables().follow_up
    row = stored.query("source == 'meshcore_split' and days == 34").iloc[0]
    assert row["again"] == pytest.approx(1 - survive, abs=5e-5)


@pytest.mark.parametrize("follow_up", POOLED)
def test_pooled_window(follow_up):
    """The mean of four places, by the project's own pooling."""
    days, window = follow_up
    rows = sq.load_life_tables().follow_up
    rows = rows[rows["days"].eq(days) & rows["window"].eq(window)]
    found = sq.pool_rows(rows[rows["source"].isin(GONE)], "gone")
    assert round(100 * found.mean) == POOLED[follow_up]


def test_after_day_28_ends_are_few():
    """Ends reached by day 28 were predicted as predicted on it."""
    table = sq.load_life_tables().first_month
    places = table[table["place"].notna() & table["place"].ne("fcc_gitter")]
    own = places[places["age_days"].eq(105)].groupby("messages_from")
    found = own[["ended", "later"]].sum()
    assert {at: tuple(row) for at, row in found.iterrows()} == LATER
    all_places = table[table["place"].isna() & table["age_days"].eq(105)]
    quiet = all_places.set_index("messages_from").loc[0]
    shares = [100 * quiet[name] / quiet["groups"] for name in ("begun_28", "begun")]
    assert [round(share) for share in shares] == [64, 89]


def test_first_month_is_counted_again():
    """The first silence of 60 days, by the days with messages of one chat."""
    counts = {0: [0, 0, 0], 50: [0, 0, 0]}
    for days, us in _list_days("komodo_discord"):
        if us / DAY < 105 + 60:
            continue
        daily = pd.Series(days)
        band = daily.between(7, 27).sum()
        if band == 0:
            gaps = daily.diff().shift(-1).fillna(us / DAY - daily.iloc[-1])
            begun = daily[gaps >= 60].min()
            counts[0][0] += 1
            counts[0][1] += begun <= 28
            counts[0][2] += begun <= 105
    table = sq.load_life_tables().first_month.query("place == 'komodo_discord'")
    row = table.query("age_days == 105 and messages_from == 0").iloc[0]
    near = [
        abs(row[n] - c)
        for n, c in zip(("groups", "begun_28", "begun"), counts[0], strict=True)
    ]
    assert max(near) <= 1  # gaps here are of whole days
