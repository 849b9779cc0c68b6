"""One workspace's lurkers, by loops over the committed tables of people and days."""

from __future__ import annotations

from helpers.claims.evaluation.evaluate import evaluate
from helpers.study import open_study
from tests.claims.themes.lurkers.test_recomputed_from_raw_files import agrees

DAY = 86_400_000_000


def people():
    """Return by membership of 84 days in a talking channel: group, silent, away."""
    study = open_study("houston_slack")
    ends = study.table("groups").set_index("group")["end_us"]
    days = study.table("member_days")
    said = {(row.group, row.member, row.day) for row in days.itertuples()}
    found = []
    for one in study.table("memberships").dropna(subset="joined_us").itertuples():
        until = one.left_us if one.left_us == one.left_us else ends[one.group]
        if until - one.joined_us < 84 * DAY:
            continue
        start = int(one.joined_us // DAY)
        near = [row for row in said if start <= row[2] < start + 84]
        others = {
            (day - start) // 7
            for group, who, day in near
            if group == one.group and who != one.member
        }
        if len(others) < 6:
            continue
        own = [group for group, who, _ in near if who == one.member]
        found.append((one.group, one.group not in own, bool(set(own) - {one.group})))
    return found


def test_share_of_silent_members_of_one_channel_is_recomputed():
    """Of the only channel with ten such members."""
    general = [silent for group, silent, _ in people() if group == 0]
    found = evaluate("s0-lurkers-are-many", open_study("houston_slack"))
    agrees(found.interval, sum(general), len(general))


def test_share_of_lurkers_writing_in_another_channel_is_recomputed():
    """Each lurks in one channel, so people are the units."""
    away = [wrote for _, silent, wrote in people() if silent]
    found = evaluate("s0-lurkers-talk-elsewhere", open_study("houston_slack"))
    agrees(found.interval, sum(away), len(away))
