"""Counts of sources again, from their raw files, by code that shares nothing."""

import csv
import gzip

import numpy as np
import pandas as pd
import pytest

from helpers.claims.designs.trials import recount_trial
from helpers.claims.quantity import get_quantity
from helpers.claims.register import read_register
from helpers.claims.trials import list_trials
from helpers.files import read_description
from helpers.group_lives.evidence import Evidence
from helpers.records import DAY_US
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw, read_whole


@needs_raw
def test_silent_members_are_recomputed_from_raw_files():
    """Independent recomputation: silent members of groups with six events."""
    study = "nashville_meetup"
    groups = read_whole(study, "groups.csv.gz").dropna(subset="created_estimated")
    events = read_whole(study, "events.csv.gz")["group"].value_counts()
    came = read_whole(study, "member_groups.csv.gz").query("rsvps > 0")
    guests = came.groupby("group")["member"].nunique()
    often = groups[groups["group"].map(events) >= 6].set_index("group")
    silent = (often["members_2017_10"] - guests.reindex(often.index)).clip(lower=0)
    wide = (
        open_study(study)
        .table("facts")
        .pivot_table(index="group", columns="fact", values="value")
    )
    own = wide[wide["events"] >= 6]
    assert len(own) == len(often)
    assert (own["members"] - own["guests"]).clip(lower=0).sum() == silent.sum()


@needs_raw
def test_founding_and_event_dates_are_recomputed_by_a_loop():
    """Independent recomputation: founding and last event of every group."""
    groups = read_whole("london_meetup", "groups.csv.gz").to_dict("records")
    events = read_whole("london_meetup", "events.csv.gz").to_dict("records")
    study = open_study("london_meetup")
    registry = study.table("registry").set_index("key")
    assert len(registry) == len(groups)
    for group in groups:
        own = [one for one in events if one["group"] == group["group"]]
        days = sorted(
            pd.Timestamp(one["date"][:10]).value // 86_400_000_000_000
            for one in own
            if one["status"] == "past"
        )
        row = registry.loc[f"group {group['group']}"]
        assert row["origin_us"] == pd.Timestamp(group["created"][:10]).value // 1000
        planned = len(own) > len(days)
        assert (row["last_us"] == row["end_us"] - 1) == planned
        if days and not planned:
            assert row["last_us"] // DAY_US == days[-1]


@needs_raw
def test_takers_are_recomputed_by_a_loop_over_respondents():
    """Independent recomputation from the raw rows: takers with an account."""
    rows = read_whole("so_survey_2016", "responses.csv.gz", keep_default_na=False)
    takers = givers = 0
    for reputation, text in zip(
        rows["rep_range"], rows["why_stack_overflow"], strict=True
    ):
        if reputation in {"", "NA", "I don't have an account"} or text in {"", "NA"}:
            continue
        reasons = text.split("; ")
        if any("just take surveys" in reason for reason in reasons):
            continue
        social = ("give help", "communicate", "love to learn", "presence", "good at")
        gives = any(word in reason for reason in reasons for word in social)
        givers, takers = givers + gives, takers + (not gives)
    table = open_study("so_survey_2016").table("survey_answers")
    own = table[
        table["question"].eq("takes only") & table["respondents"].eq("with an account")
    ]
    counts = own.groupby("answer")["people"].sum()
    assert (counts["yes"], counts["no"]) == (takers, givers)


NOT = "Haven't done at all"


def _people(table, who, question):
    own = table[table["respondents"].eq(who) & table["question"].eq(question)]
    return own.groupby("answer")["people"].sum().to_dict()


@needs_raw
def test_silent_respondents_are_recomputed_by_a_loop():
    """Independent recomputation: silent respondents and the members among them."""
    rows = read_whole("so_survey_2017", "responses.csv.gz").to_dict("records")
    did = ("NewQuestion", "Answer", "MetaChat")
    silent = [
        row for row in rows if all(row[f"StackOverflow{one}"] == NOT for one in did)
    ]
    told = [row["StackOverflowCommunity"] for row in silent]
    table = open_study("so_survey_2017").table("survey_answers")
    counts = _people(table, "wrote nothing", "feels a member")
    assert sum(counts.values()) == len(silent)
    assert counts["Agree"] == told.count("Agree")
    assert counts["Strongly agree"] == told.count("Strongly agree")


@needs_raw
def test_silent_people_who_feel_somewhat_members_are_recounted():
    """Independent recomputation by a loop over the raw rows."""
    file = SHARED / "github_oss_survey_2017" / "answers.csv.gz"
    yes = people = 0
    with gzip.open(file, "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            told = row["PARTICIPATION.TYPE.ANY.REPONSE"] == "1"
            if told and row["PARTICIPATION.TYPE.CONTRIBUTE"] == "0":
                people += bool(row["OSS.IDENTIFICATION"])
                yes += row["OSS.IDENTIFICATION"] in {"Somewhat agree", "Strongly agree"}
    tables = Evidence.of(open_study("github_oss_survey_2017"))
    found = get_quantity("feels_somewhat_member").estimate(tables)
    assert (found.n, found.estimate) == (people, pytest.approx(yes / people))
    assert (people, round(100 * yes / people, 1)) == (1247, 44.9)


@needs_raw
def test_ratio_of_clubs_of_ten_to_thirty_is_recounted():
    """Independent recomputation by a loop over the raw rows."""
    rows = read_whole("toastmasters_d91", "clubs.csv").to_dict("records")
    late = {
        row["club"]: row["Club Status"] for row in rows if row["year"] == "2024-2025"
    }
    arms = {True: [], False: []}
    for row in rows:
        if row["year"] == "2022-2023" and row["Active Members"] >= 10:
            small = row["Active Members"] <= 30
            arms[small].append(late.get(row["club"]) == "Active")
    shares = {small: sum(kept) / len(kept) for small, kept in arms.items()}
    found = get_quantity("active_by_size").estimate(
        Evidence.of(open_study("toastmasters_d91"))
    )
    assert found.n == sum(map(len, arms.values()))
    assert found.estimate == pytest.approx(shares[True] / shares[False])


@needs_raw
def test_famous_seventy_per_cent_hang_on_five_discussions():
    """Independent recount from the raw rows, of the ordinary discussions."""
    rows = read_whole("rscience_rules_experiment", "posts.csv.gz")
    gone = rows["block.id"].isin([f"nonama.block{n}" for n in ("037", "058", "222")])
    rows = rows[~gone & ~rows["post.ama"].astype(bool)].sort_values(
        ["newcomer.comments", "created"], ascending=[False, True], kind="stable"
    )

    def divide(part):
        means = part.groupby("TREAT")["newcomer.comments"].mean()
        return means[1] / means[0]

    trial = open_study("rscience_rules_experiment").table("block_trial")
    trial = trial[trial["stratum"] == "discussion"]
    found = recount_trial(trial, "entered", permutations=400)
    any_newcomer = rows["newcomer.comments"].gt(0).groupby(rows["TREAT"]).mean()
    logs = np.log1p(rows["newcomer.comments"]).groupby(rows["TREAT"]).mean()
    assert len(trial) == len(rows) == 2190
    assert found.ratio.estimate == pytest.approx(divide(rows))
    assert found.without[5] == pytest.approx(divide(rows[5:]))
    assert [found.any_control, found.any_treated] == pytest.approx(
        any_newcomer.tolist()
    )
    assert [found.log_control, found.log_treated] == pytest.approx(logs.tolist())
    assert found.ratio.low < 1 < found.ratio.high
    assert 0.03 < found.p < 0.15


@needs_raw
def test_lives_are_recomputed_from_raw_dates():
    """From first to last post, in whole days."""
    raw = read_whole("voat_subverses", "communities.csv")
    days = pd.to_datetime(raw["last_post_day"]) - pd.to_datetime(raw["first_post_day"])
    study = open_study("voat_subverses")
    groups = study.table("registry")
    lived = (groups["last_us"] - groups["origin_us"]) / 86_400_000_000
    assert sorted(lived) == sorted(days.dt.days)
    assert study.kind == "open"


@needs_raw
def test_groups_without_an_event_from_day_105_on_are_recounted():
    """Independent recomputation: first and last day of each name on two platforms."""
    rows = read_whole("webuild_singapore", "events.csv", parse_dates=["day"])
    spans = rows.groupby("group").agg(
        platforms=("platform", set), first=("day", "min"), last=("day", "max")
    )
    late = spans["first"] >= "2015-06-25"
    own = spans[
        late & spans["platforms"].map({"meetup", "facebook"}.intersection).map(bool)
    ]
    table = open_study("webuild_singapore").table("registry")
    days = (table["last_us"] - table["origin_us"]) // 86_400_000_000
    assert len(table) == len(own)
    expected = (own["last"] - own["first"]).dt.days.lt(105).sum()
    assert days.lt(105).sum() == expected


def test_effects_name_claims_of_the_register_in_both_languages():
    """A claim's page lists its trials by id."""
    trials = list_trials()
    assert set(trials["claim"]) <= {*read_register()}
    assert trials[["practice_zh", "treatment_zh", "outcome_zh"]].notna().all(axis=None)
    told = trials[["said", "said_zh"]].notna()  # nothing is printed but in words
    assert told.eq(trials["estimate"].isna(), axis="index").all(axis=None)


@needs_raw
def test_nothing_is_lost_on_the_way_from_the_list():
    """Independent recomputation: effects, studies, numbers, intervals, drawn by lot."""
    mended = read_description("published_trials")["corrected"]["id"]
    rows = read_whole("published_trials", "trials.csv").to_dict("records")
    assert {*mended} <= {row["id"] for row in rows}
    rows = [row | mended.get(row["id"], {}) for row in rows]
    told = [row for row in rows if row["estimate"] == row["estimate"]]
    whole = [row for row in told if row["low"] == row["low"]]
    trials = list_trials()
    assert (len(trials), trials["study"].nunique()) == (len(rows), 59)
    assert trials["estimate"].notna().sum() == len(told)
    assert trials["low"].notna().sum() == len(whole) == 23
    assert trials["lot"].sum() == sum(row["design"] == "randomised" for row in rows)
