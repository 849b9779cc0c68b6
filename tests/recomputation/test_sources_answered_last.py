"""Recompute verdicts on the sources that were added last."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from helpers.claims.evaluation.evaluate import evaluate_together
from helpers.study import open_study
from tests.raw_corpora import SHARED, needs_raw
from tests.recomputation.plain_estimators import (
    DAY_US,
    clusters,
    cox,
    resampled,
    student,
)
from tests.recomputation.silence_lifetimes import lives


def _last_count(study, origin, low, high):
    """Return the last member count of each group in an age range."""
    rows = study.table("snapshots").dropna(subset="members")
    age = rows.day + 1 - rows.group.map(origin) / DAY_US
    near = rows[(age > low) & (age <= high)].sort_values("day")
    return near.groupby("group").members.last()


def _haste(rows, said, day):
    """Compute the hazard ratio of fast- against slow-filling groups."""
    rows = rows[rows.share.notna() & (rows.exit > day)]
    low, high = rows.share.quantile([1 / 3, 2 / 3])
    rows = rows[(rows.share <= low) | (rows.share >= high)]
    design = [rows.share >= high, np.log1p(rows.now)]
    if said is not None:
        design.append(np.log1p(said.reindex(rows.group).fillna(0)))
    entry = np.full(len(rows), float(day))
    return len(rows), cox(entry, rows.exit, rows.dead, design, clusters(rows))


def _shares(study, groups, early, day):
    """Return the share of each group's members who were counted early."""
    origin = groups.set_index("group").origin_us
    now = groups.group.map(_last_count(study, origin, day - 31, day))
    then = groups.group.map(_last_count(study, origin, 0, early))
    return groups.assign(share=then / now, now=now)


def test_hazard_of_fast_growth_in_w3c_is_recomputed(product):
    """Compute the hazard ratio of W3C groups that filled fast."""
    study = open_study("w3c_groups")
    groups = study.table("groups")
    rows = lives(_shares(study, groups, 31, 62))
    mails = study.table("daily")
    age = mails.day - mails.group.map(groups.set_index("group").origin_us) / DAY_US
    said = mails[age < 62].groupby("group").messages.sum()
    n, expected = _haste(rows[rows.entry <= 0], said, 62)
    found = product("s0-hasty-copycat-dies", "w3c_groups")
    assert found.n == n
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)


def test_hazard_of_stagnant_w3c_groups_is_recomputed(product):
    """Compute the hazard ratio of stagnant W3C groups."""
    study = open_study("w3c_groups")
    told = lives(study.table("groups"))
    counts = study.table("snapshots").dropna(subset="members")
    mails = study.table("daily")
    rows = []
    for group in told.itertuples():
        own = counts[counts.group == group.group]
        age = (own.day + 1 - group.origin_us / DAY_US).to_numpy()
        wrote = mails[mails.group == group.group]
        days = wrote.day.to_numpy()
        for at in range(90, int(np.ceil(group.exit)), 90):
            if group.entry > at:
                continue
            sizes = []
            for until in (at - 1, at - 76):
                near = own.members.to_numpy()[(age <= until) & (age > until - 31)]
                sizes.append(near[-1] if len(near) else np.nan)
            now, ago = sizes
            today = np.floor(at + group.origin_us / DAY_US)
            said = wrote.messages.to_numpy()[
                (days >= today - 90) & (days < today)
            ].sum()
            if not 50 <= now <= 200 or np.isnan(ago) or now <= 0.95 * ago:
                continue
            still = now < 1.05 * ago
            rows.append((group.Index, at, still, np.log(now), np.log1p(said)))
    grid = pd.DataFrame(rows, columns=["nth", "at", "still", "size", "said"])
    whose = told.loc[grid.nth].reset_index(drop=True)
    codes = clusters(whose.drop_duplicates("group"))
    code = whose.group.map(dict(zip(whose.group.unique(), codes, strict=True)))
    design = [grid.still, grid["size"], grid.said]
    expected = cox(grid["at"], whose.exit, whose.dead, design, code.to_numpy())
    found = product("s0-size-stagnation-shell", "w3c_groups")
    assert found.n == len(grid)
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)


def test_hazard_by_number_of_operators_is_recomputed(product):
    """Compute the hazard ratio of closure by early commits."""
    study = open_study("sig_groups")
    rows = study.table("registry").query("network == 'openeuler'").reset_index()
    files = study.table("facts").query("fact == 'files_by_day_28'")
    files = rows.group.map(files.set_index("group").value)
    life = (rows.end_us - rows.origin_us) / DAY_US
    ended = rows.closed_us.notna() & ~rows.closed_kind.isin(["merged", "completed"])
    late = life > 56
    rows, start = rows[late], np.full(late.sum(), 56.0)
    design = [np.log2(1 + files[late])]
    expected = cox(start, life[late], ended[late], design, clusters(rows))
    found = product("s2-needs-no-operation", "sig_groups")
    (component,) = [
        p.components[0] for p in found.parts if p.study.endswith("openeuler")
    ]
    assert component.n == len(rows)
    assert (component.estimate, component.low, component.high) == pytest.approx(
        expected, rel=1e-6
    )


@needs_raw
def test_return_of_live_chat_newcomers_is_recomputed(product):
    """Compare the return of newcomers with and without a raid."""
    folder = SHARED / "twitch_paid_free"
    wrote = pd.read_csv(folder / "user_streams.csv.gz", parse_dates=["date"])
    raids = pd.read_csv(folder / "sub_events.csv.gz").query("kind == 'raid'")
    first = wrote.sort_values(["date", "first_sec"]).groupby("user").head(1)
    last = wrote.date.max() - pd.Timedelta(days=60)
    first = first[(first.date >= "2023-01-01") & (first.date <= last)]
    at = raids.groupby("video").sec.apply(list)
    alone = [
        not any(0 <= sec - raid <= 600 for raid in at.get(video, []))
        for video, sec in zip(first.video, first.first_sec, strict=True)
    ]
    days = wrote.groupby("user").date.apply(set)
    back = [
        any(28 <= (date - day).days <= 60 for date in days[user])
        for user, day in zip(first.user, first.date, strict=True)
    ]
    sides = pd.DataFrame({"day": first.date, "alone": alone, "back": back})
    sides = sides.assign(one=sides.back & sides.alone, other=sides.back & ~sides.alone)
    counts = sides.assign(sent=~sides.alone).groupby("day")
    counts = counts[["one", "alone", "other", "sent"]].sum().to_numpy()
    found = product("s3-users-best-promoters", "twitch_paid_free")
    one, alone, other, sent = counts.sum(axis=0)
    assert found.estimate == pytest.approx(one / alone - other / sent)
    drawn = (resampled(np.arange(len(counts))) @ counts).T
    spread = (drawn[0] / drawn[1] - drawn[2] / drawn[3]).std(ddof=1)
    limits = student(found.estimate, spread, len(counts))
    assert (found.low, found.high) == pytest.approx(limits, abs=0.004)


def _tricks():
    """Yield matched days of both sources by loops over days."""
    for name, kind, least in (
        ("komodo_discord", "red_packet", -np.inf),
        ("twitch_paid_free", "gift to many", 5),
    ):
        study = open_study(name)
        groups = "groups" if name == "komodo_discord" else "registry"
        ends = study.table(groups).set_index("group")
        events = study.table("events")
        events = events[(events.kind == kind) & ~(events.value < least)]
        offset = study.manifest.day_offset_us
        for channel, said in study.table("daily").groupby("group"):
            count = dict(zip(said.day, said.messages, strict=True))
            own = events[events.group == channel].time_us
            packets = sorted({int(at + offset) // DAY_US for at in own})
            first = max(said.day.min(), (ends.entry_us[channel] + offset) / DAY_US)
            last = (ends.end_us[channel] + offset) / DAY_US

            def total(day, a, b, count=count):
                return sum(count.get(day + n, 0) for n in range(a, b + 1))

            days = range(int(np.ceil(first)) + 14, int(last) - 28)
            before = {d: total(d, -14, -1) for d in days}
            clear = [
                d
                for d in days
                if before[d] > 0 and not any(abs(d - p) <= 28 for p in packets)
            ]
            for packet in packets:
                v = before.get(packet, 0)
                alike = [
                    (abs(np.log1p(before[d]) - np.log1p(v)), d)
                    for d in clear
                    if (d - packet) % 7 == 0 and v / 2 <= before[d] <= 2 * v
                ]
                if v > 0 and alike:
                    unit = (name, channel, packet)
                    yield unit, (name, channel), 1.0, total(packet, 15, 28)
                    for _, d in sorted(alike)[:3]:
                        yield unit, (name, channel), 0.0, total(d, 15, 28)


def test_lasting_effect_of_tactics_is_recomputed():
    """Fit a Poisson model with a constant per activation."""
    rows = pd.DataFrame(_tricks(), columns=["unit", "channel", "treated", "value"])
    assert rows.treated.sum() >= 50
    rows = rows[rows.groupby("unit").value.transform("sum") > 0]
    constants = pd.get_dummies(rows.unit.map(str), dtype=float).to_numpy()
    design = np.column_stack([rows.treated, constants])
    fit = sm.GLM(rows.value, design, family=sm.families.Poisson()).fit()
    names = ["komodo_discord", "twitch_paid_free"]
    found = evaluate_together(
        "s1-single-tactics-dont-last", [open_study(name) for name in names]
    )
    assert found.estimate == pytest.approx(np.exp(fit.params.iloc[0]), rel=1e-5)


@needs_raw
def test_tone_contagion_in_forums_is_recomputed(product):
    """Regress each post's sentiment on that of ten earlier posts."""
    posts = pd.read_csv(SHARED / "discourse_reads" / "posts.csv.gz")
    posts = posts.drop_duplicates(["forum", "post_id"]).dropna(subset="text")
    at = pd.to_datetime(posts.created_at, format="ISO8601")
    posts = posts.assign(at=at).sort_values(["at", "post_id"])
    tone = SentimentIntensityAnalyzer().polarity_scores
    rows = []
    for topic, said in posts.groupby(["forum", "topic_id"]):
        if len(said) <= 10:
            continue
        scores = [tone(text)["compound"] for text in said.text]
        users = said.user.tolist()
        for nth, (user, own) in enumerate(zip(users, scores, strict=True)):
            others = [s for u, s in zip(users[:nth], scores, strict=False) if u != user]
            if len(others) >= 10:
                rows.append((topic, user, own, np.mean(others[-10:])))
    told = pd.DataFrame(rows, columns=["topic", "user", "own", "before"])
    values = told[["own", "before"]] / told[["own", "before"]].std()
    values -= values.groupby([told.topic, told.user]).transform("mean")
    found = product("s0-mutual-influence", "discourse_reads").components[0]
    assert found.n == len(told)
    slope = (values.own * values.before).sum() / (values.before**2).sum()
    assert found.estimate == pytest.approx(slope, abs=2e-3)


@needs_raw
def test_hazard_after_the_last_chair_left_is_recomputed(product):
    """Compute the hazard ratio of silence after the last chair left."""
    union = json.loads((SHARED / "w3c_groups" / "w3c_groups_union.json").read_text())
    mails = {
        str(one["id"]): one["activity"].get("lists") or {} for one in union["groups"]
    }
    end = pd.Period(union["last_snapshot"][:7])
    gone = pd.read_csv(SHARED / "w3c_chairs" / "chair_departures.csv")
    gone = gone[gone.departures_same_day < 5].sort_values(["w3c_id", "end"])
    gone = gone.groupby(["w3c_id", "end"], as_index=False).chairs_left.min()
    groups = open_study("w3c_chairs").table("registry").set_index("key")
    rows = []
    for one in gone.itertuples():
        group = groups.loc[str(one.w3c_id)]
        closed, kind = pd.to_datetime(group.closed_us, unit="us"), group.closed_kind
        said = dict(mails.get(str(one.w3c_id), {}))
        if kind == "administrative" and "2023-03" <= f"{closed:%F}" < "2023-07":
            said = {m: n for m, n in said.items() if m not in {"2023-03", "2023-04"}}
        at, until = pd.Period(one.end[:7]), end
        if kind == "completed":
            until = min(end, pd.Period(f"{closed:%Y-%m}"))
        before = sum(said.get(str(at - n), 0) for n in (1, 2, 3))
        span = (until - at).n
        runs = [
            n
            for n in range(2, span - 1)
            if not (said.get(str(at + n), 0) or said.get(str(at + n + 1), 0))
        ]
        months = runs[0] if runs else span - 1
        bare = gone[(gone.w3c_id == one.w3c_id) & (gone.chairs_left == 0)].end
        bare = [day for day in bare if day > one.end]
        if one.chairs_left and bare:
            days = pd.Timestamp(min(bare)) - pd.Timestamp(one.end)
            if days.days / 30.4375 < months:
                months, runs = days.days / 30.4375, []
        age = (pd.Timestamp(one.end) - pd.to_datetime(group.origin_us, unit="us")).days
        if before and months > (1 if runs else 2):
            rows.append(
                (group.group, not one.chairs_left, age, before, months, bool(runs))
            )
    names = ["group", "bare", "age", "before", "months", "ended"]
    rows = pd.DataFrame(rows, columns=names)
    design = [rows.bare, np.log1p(rows.age.clip(lower=0)), np.log(rows.before)]
    codes = pd.factorize(rows.group)[0]
    ones = np.ones(len(rows))
    expected = cox(ones, rows.months, rows.ended, design, codes)
    found = product("s4-owner-indispensable", "w3c_chairs").components[0]
    assert (found.estimate, found.low, found.high) == pytest.approx(expected, rel=1e-6)
