"""Chinese camps: takers, who hands in, who goes on, who comes again."""

from datetime import date, timedelta

import pandas as pd
import pytest

from helpers.claims.quantity import get_quantity
from helpers.group_lives.evidence import Evidence
from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole

WEEK, THREE_WEEKS = timedelta(7), timedelta(21)


def _share(study, network, name):
    tables = Evidence.of(open_study(study)).within(network)
    return get_quantity(name).estimate(tables)


@needs_raw
def test_takers_of_the_training_camp_are_recounted():
    """Independent recomputation by person: 59 and 55 of 100 never handed in."""
    entered, handed, days = {}, set(), {}
    tasks = read_whole("os_camp_2022", "assignments.csv").to_dict("records")
    for row in tasks:
        camp = row["created_day"] >= "2022-10-01"
        who, day = (camp, row["person"]), date.fromisoformat(row["created_day"])
        entered[who] = min(day, entered.get(who, day))
        days.setdefault(who, []).append(date.fromisoformat(row["last_push_day"]))
        if row["pushed_after_creation"]:
            handed.add(who)
    for row in read_whole("os_camp_2022", "active_days.csv").to_dict("records"):
        who = row["day"] >= "2022-10-01", row["person"]
        days.setdefault(who, []).append(date.fromisoformat(row["day"]))
    ends = {False: date(2022, 8, 17), True: date(2022, 12, 23)}
    seen = [who for who in entered if ends[who[0]] - entered[who] >= THREE_WEEKS]
    gone = [
        who
        for who in seen
        if who not in handed or max(days[who]) - entered[who] <= WEEK
    ]
    again = {person for camp, person in entered if camp} & {
        person for camp, person in entered if not camp
    }
    nothing = _share("os_camp_2022", "LearningOS", "handed_in_nothing")
    assert nothing.estimate == pytest.approx(1 - len(handed) / len(entered))
    left = _share("os_camp_2022", "LearningOS", "gone_after_a_week")
    assert (left.n, left.estimate) == (len(seen), pytest.approx(len(gone) / len(seen)))
    back = _share("os_camp_2022", "LearningOS", "came_to_another_course")
    assert (back.n, back.estimate) == (750, pytest.approx(len(again) / 750))
    assert len(again) == 28


@needs_raw
def test_members_of_the_online_camps_are_recounted():
    """Independent recomputation: 68 of 284 members of the first camp, no task."""
    first = read_whole("openbuild_camps", "first_days.csv")
    members = {(row.camp, row.member) for row in first.itertuples()}
    handed = {
        (row.camp, row.member) for row in first.itertuples() if row.what != "join"
    }
    found = _share("openbuild_camps", "OpenBuild", "handed_in_nothing")
    assert found.n == len(members) == 461
    assert found.estimate == pytest.approx(1 - len(handed) / len(members))


@needs_raw
def test_study_groups_members_who_come_again_are_recounted():
    """Independent recomputation by operator, from marks and courses."""
    marks = read_whole("cn_colearning", "checkins.csv.gz", dtype={"mark": str})
    courses = read_whole("cn_colearning", "cohorts.csv").set_index("cohort")["start"]
    of = marks[["cohort", "member"]].drop_duplicates()
    of = of.assign(start=of["cohort"].map(courses))
    for network in ("IntensiveCoLearning", "DeFiHackLabs"):
        own = of[of["cohort"].str.startswith(network)]
        starts = own.groupby("member")["start"].agg(["min", "max"])
        before = starts[starts["min"] < own["start"].max()]
        found = _share("cn_colearning", network, "came_to_another_course")
        again = before["max"] > before["min"]
        assert (found.n, found.estimate) == (len(before), pytest.approx(again.mean()))


@needs_raw
def test_members_who_stop_after_a_week_are_recounted():
    """Independent recomputation, per organiser: last thing handed in by day 7."""
    first = read_whole("openbuild_camps", "first_days.csv", parse_dates=["first_day"])
    active = read_whole("openbuild_camps", "active_days.csv", parse_dates=["day"])
    by = ["camp", "member"]
    rows = pd.DataFrame(
        {
            "entered": first.groupby(by)["first_day"].min(),
            "latest": active.groupby(by)["day"].max(),
            "handed": first.groupby(by)["what"].agg(lambda of: (of != "join").any()),
        }
    ).reset_index()
    ends = rows["camp"].map(active.groupby("camp")["day"].max()) + pd.Timedelta(days=1)
    seen = rows[(ends - rows["entered"]).dt.days >= 21]
    gone = ~seen["handed"] | ((seen["latest"] - seen["entered"]).dt.days <= 7)
    found = _share("openbuild_camps", "OpenBuild", "gone_after_a_week")
    assert (found.n, found.estimate) == (len(seen), pytest.approx(gone.mean()))

    marks = read_whole("cn_colearning", "checkins.csv.gz", dtype={"mark": str})
    courses = read_whole("cn_colearning", "cohorts.csv", parse_dates=["start", "end"])
    long = (courses["end"] - courses["start"]).dt.days + 1 >= 21
    marks["done"] = marks["day_index"].where(marks["mark"] == "1")
    latest = marks.groupby(["cohort", "member"])["done"].max().reset_index()
    for network in ("IntensiveCoLearning", "DeFiHackLabs"):
        own = latest[latest["cohort"].str.startswith(network)]
        nothing = _share("cn_colearning", network, "handed_in_nothing")
        assert nothing.estimate == pytest.approx(own["done"].isna().mean())
        seen = own[own["cohort"].isin(courses.loc[long, "cohort"])]
        left = _share("cn_colearning", network, "gone_after_a_week")
        expected = pytest.approx((~(seen["done"] > 8)).mean())
        assert (left.n, left.estimate) == (len(seen), expected)
