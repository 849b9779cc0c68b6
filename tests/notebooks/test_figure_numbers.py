"""Numbers of figures' titles come out again in plain loops over the tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from snownlp import SnowNLP

from helpers import paths
from helpers.claims import read_register, report_verdict
from helpers.claims.contract.study_view import Evidence
from helpers.claims.evaluation.multiplicity import list_families
from helpers.study import open_study
from tests.notebooks.test_titles import read_numbers, write_shares

# seaborn's own calls of older pandas and matplotlib
older = pytest.mark.filterwarnings("ignore::DeprecationWarning")
pytestmark = [
    pytest.mark.notebook,
    pytest.mark.usefixtures("kept_verdicts"),
    older,
]
DAY = 86_400_000_000  # microseconds
DATA = "02_the_data"
LIVES = "03_how_long_do_groups_live"
LEADERS = "06_seed_users_and_leaders"
TONE = "09_tone"
OVERLOAD = "10_fission_and_overload"
KINDS = "11_kinds_pay_and_rules"
VERDICTS = "13_verdicts"
FORECAST = "14_will_this_group_live"


def read_manifest(study):
    """Return what is written beside the tables of a source."""
    path = paths.PROCESSED / study / "manifest.json"
    return json.loads(path.read_text("utf-8"))


def dead_by(ages, died, day):
    """Return one minus the product over deaths of the shares that survive them."""
    ages, died, going_on = np.asarray(ages, float), np.asarray(died, bool), 1.0
    for age in sorted(set(ages[died & (ages <= day)])):
        going_on *= 1 - (died & (ages == age)).sum() / (ages >= age).sum()
    return 1 - going_on


def silent_by(groups, day, w=60.0):
    """Return the share of groups silent by a day, W days of silence being death."""
    traffic = (groups["early_messages"] / 28).clip(lower=1e-9)
    wait = np.maximum(w, np.minimum(max(w, 180.0), 6 / traffic))
    until = (groups["end_us"] - groups["origin_us"]) / DAY - wait
    last = ((groups["last_us"] - groups["origin_us"]) / DAY).fillna(0.0)
    ages, died = np.minimum(last, until)[until >= 0], (last < until)[until >= 0]
    return dead_by(ages, died, day)


def test_first_and_last_year_are_calendar_years(draw_titles):
    """A record that began on 1 January counted as begun the year before."""
    studies = "cn_oss_survey houston_slack fcc_gitter"
    (title,) = draw_titles(DATA, "when-sources-were-watched", studies)
    spans = [
        read_manifest(one)["observability"]["window_us"] for one in studies.split()
    ]
    years = [datetime.fromtimestamp(at / 1e6, UTC).year for at, _ in spans]
    # a record ends before the moment that closes it
    ends = [datetime.fromtimestamp((at - 1) / 1e6, UTC).year for _, at in spans]
    assert read_numbers(title) == ["3", str(min(years)), str(max(ends))]


def test_excluded_lines_equal_the_ledgers(draw_titles):
    """The check that excludes the largest part of a chat source's lines."""
    studies = ("fcc_gitter", "zulip_archives")
    (title,) = draw_titles(DATA, "caught-by-screen", " ".join(studies))
    reasons, parts = set(), []
    for one in studies:
        ledger = pd.read_csv(paths.PROCESSED / one / "ledger.csv")
        read = ledger.loc[ledger["step"] == "read", "rows"].sum()
        caught = ledger[(ledger["step"] == "set aside") & (ledger["rows"] > 0)]
        reasons |= set(caught["reason"])
        parts += list(caught["rows"] / read)
    assert read_numbers(title) == [str(len(reasons)), *write_shares(max(parts))]


def test_deaths_by_silence_are_counted_in_loops(draw_titles):
    """Four pictures of one source: all groups, those that spoke, other silences."""
    wanted = "how-long-groups-live dead-by-day dead-ever-spoken other-silences"
    titles = draw_titles(LIVES, wanted, "fcc_gitter")
    groups = open_study("fcc_gitter").table("groups")
    all_dead, spoke = silent_by(groups, 105), groups["last_us"].notna()
    span, by_day, ever, silences = (read_numbers(one) for one in titles)
    assert span == ["105", *write_shares(all_dead)]
    last = ((groups["last_us"] - groups["origin_us"]) / DAY).fillna(0.0)
    off = abs((last <= 365).mean() - silent_by(groups, 365)) * 100
    assert by_day == [*write_shares(all_dead), "105", f"{off:.0f}"]
    of_speakers = silent_by(groups[spoke], 105)
    assert ever == ["105", *write_shares(all_dead, of_speakers)]
    by_w = [silent_by(groups, 105, w) for w in (30.0, 45.0, 60.0, 90.0)]
    ends = list(dict.fromkeys(write_shares(min(by_w), max(by_w))))
    assert silences == ["30", "90", *ends, "105"]


def test_endings_of_projects_are_added_up_by_kind(draw_titles):
    """Two years in, by Aalen and Johansen, beside the shortcut that censors."""
    (title,) = draw_titles(LIVES, "two-ways-to-end", "apache_podlings fcc_gitter")
    rows = open_study("apache_podlings").table("registry")
    until = rows["closed_us"].fillna(rows["end_us"])
    age = ((until - rows["origin_us"]) / DAY).to_numpy()
    ended = {"graduated": "completed", "retired": "retired"}
    kind = rows["closed_kind"].to_numpy(object)
    going_on, share = 1.0, dict.fromkeys(ended, 0.0)
    for day in sorted(set(age[(age <= 730) & np.isin(kind, list(ended.values()))])):
        there = (age >= day).sum()
        here = {one: ((age == day) & (kind == how)).sum() for one, how in ended.items()}
        for one, left in here.items():
            share[one] += going_on * left / there
        going_on *= 1 - sum(here.values()) / there
    shortcut = dead_by(age, kind == "retired", 730)
    told = write_shares(share["graduated"], share["retired"], shortcut)
    assert read_numbers(title) == told


def test_busiest_member_share_by_fate_is_recomputed_by_group(draw_titles):
    """The busiest member's median share in groups with and without a later word."""
    title, span = draw_titles(
        LEADERS, "busiest-share-and-fate leaders-by-source", "zh_s1_lounges"
    )
    study = open_study("zh_s1_lounges")
    window = study.table("windows").query("window == '28-83' and observed == True")
    born = study.table("groups").set_index("group")
    known = set(Evidence.of(study).of_known_age.groups["group"])
    spoke, silent, every = [], [], []
    for row in window.itertuples():
        group = born.loc[row.group]
        if row.group not in known:
            continue
        if row.posters < 5 or row.messages < 100:
            continue
        every.append(row.top_share)
        if group["end_us"] - group["origin_us"] > 425 * DAY:
            later = group["last_us"] - group["origin_us"] > 365 * DAY
            (spoke if later else silent).append(row.top_share)
    assert read_numbers(title) == write_shares(np.median(spoke), np.median(silent))
    assert read_numbers(span) == write_shares(np.median(every))


def test_days_to_the_next_number_are_taken_from_openings(draw_titles):
    """Each number's opening to that of the next one, by year from 2022 on."""
    (title,) = draw_titles(
        OVERLOAD, "days-to-the-next-number", "zh_s1_lounges rust_teams"
    )
    study = open_study("zh_s1_lounges")
    opened = study.table("events").query("kind == 'number opened'")
    first = opened.groupby(["group", "value"])["time_us"].min().to_dict()
    waits = {}
    for (group, number), at in first.items():
        then = first.get((group, number + 1))
        local = (at + study.manifest.day_offset_us) / 1e6
        year = datetime.fromtimestamp(local, UTC).year
        if then is not None and then > at and year >= 2022:
            waits.setdefault(year, []).append((then - at) / DAY)
    (begin, soon), *_, (end, late) = sorted(waits.items())
    told = [f"{np.median(soon):.0f}", str(begin), f"{np.median(late):.0f}", str(end)]
    assert read_numbers(title) == told


def test_successors_of_full_groups_are_looked_up_list_by_list(draw_titles):
    """The next group of the same project and platform, listed in the same edit."""
    (title,) = draw_titles(
        OVERLOAD, "next-group-when-full", "zh_numbered_groups rust_teams"
    )
    study = open_study("zh_numbered_groups")
    where = study.table("registry").set_index("group")[["network", "kind"]]
    rows = study.table("fills").query("not shared").join(where, on="group")
    same = []
    for full in rows.itertuples():
        if full.full_us > full.listed_us:
            others = rows[
                (rows["network"] == full.network) & (rows["kind"] == full.kind)
            ]
            later = others.loc[others["listed_us"] > full.listed_us, "listed_us"]
            same.append(bool(len(later)) and later.min() == full.full_us)
    assert read_numbers(title) == write_shares(np.mean(same))


def test_hazard_of_payers_equals_a_stratified_fit(draw_titles):
    """Bands of prior activity as covariates; one row per person."""
    (title,) = draw_titles(KINDS, "paying-by-source", "twitch_paid_free")
    rows = open_study("twitch_paid_free").table("lives").query("measure == 'writing'")
    rows = rows[rows["cohort"].str.match("(paid|free): ")]
    arm = rows["cohort"].str.split(": ").str[0]
    band = rows["cohort"].str.split(": ").str[1]
    both = arm.groupby(band).transform("nunique").eq(2)
    rows = rows[both].assign(paid=arm.eq("paid").astype(float), band=band)
    rows = rows.loc[rows.index.repeat(rows["people"])]
    x = pd.get_dummies(rows["band"], dtype=float).iloc[:, 1:].assign(paid=rows["paid"])
    ended = rows["ending"].eq("stopped")
    fit = sm.PHReg(rows["days"] + 1.0, x, status=ended, ties="efron").fit()
    assert read_numbers(title)[-1] == f"{np.exp(fit.params[-1]):.2f}"


def test_tone_of_invented_messages_is_recomputed_one_by_one(draw_titles):
    """Scores beyond a quarter from the middle; words that the tool never met."""
    wanted = "tone-of-invented-messages tone-of-unknown-words"
    invented, unknown = draw_titles(
        TONE, wanted, "houston_slack", MESSAGES="['好', '666']"
    )
    scores = [SnowNLP(text).sentiments for text in ("好", "666")]
    sure = sum(abs(score - 0.5) > 0.25 for score in scores)
    assert read_numbers(invented) == [str(sure), "2"]
    told = [f"{SnowNLP(' '.join(['〄'] * n)).sentiments:.2f}" for n in (50, 1)]
    assert read_numbers(unknown) == told


def test_answers_kept_are_ranked_by_hand(draw_titles):
    """Benjamini and Hochberg's steps, one in ten, within each record."""
    kept, board = draw_titles(
        VERDICTS, "answers-kept all-claims-by-answer", "fcc_gitter"
    )
    study, register = open_study("fcc_gitter"), read_register()
    verdicts = {name: report_verdict(name, study) for name in register}
    found = list_families(list(verdicts.values()))
    by_record = {}
    for one in found.values():
        by_record.setdefault(one.record, []).append(one)
    left = 0
    for tests in by_record.values():
        ranked = sorted(tests, key=lambda one: one.p)
        held = [k for k, one in enumerate(ranked, 1) if one.p <= 0.10 * k / len(ranked)]
        left += sum(one.decided for one in ranked[: max(held, default=0)])
    decided = sum(one.decided for one in found.values())
    assert read_numbers(kept) == [str(left), str(decided)]
    heard = [one for one in verdicts.values() if one.estimate is not None]
    settled = sum(one.word in ("SUPPORTED", "CONTRADICTED") for one in heard)
    in_parts = sum(
        one.word == "INCONCLUSIVE" and len(one.components) > 1 for one in heard
    )
    assert read_numbers(board)[0] == str(len(register))
    assert settled <= int(read_numbers(board)[2]) <= settled + in_parts
    assert len(heard) <= int(read_numbers(board)[1])


PLACES = ("fcc_gitter", "komodo_discord", "zulip_archives", "zh_s1_lounges")
