"""Simulated data for claims about advertising, tone and off-topic messages."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Floats
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US, WEEK_DAYS
from validation.worlds.claims.owners import simulate_halved
from validation.worlds.claims.read import Talk
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    END_DAYS,
    FOREVER,
    Planted,
    repeat_owners,
    simulate_exponential,
)

LIFE = 150.0  # from the first month on, in which nobody dies
WITHERS, TAIL = 200, 28
FLOOD, ADS, ONSET = 42, 10, 56  # days of age, and advertisements a day
WORDS = {"off_topic": ("yes", "no"), "tone": ("positive", "negative")}
OFTEN = 20  # tenths of messages a month of the quietest groups


@register_world(
    "s0-ads-are-the-last-posters",
    "share of advertisements in withering groups; a twentieth before",
    groups=50,
)
def simulate_last_posters(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate the share of advertisements in groups before they become inactive."""
    study = simulate_exponential(rng, groups, lived=FOREVER, origin=0.0)
    group = np.arange(groups)
    at = [{"age_day": 0, "messages_28": 280}, {"age_day": WITHERS, "messages_28": 20}]
    rates = pd.concat(pd.DataFrame({"group": group, **columns}) for columns in at)
    rates = rates.sort_values(["group", "age_day"], ignore_index=True)
    cells = [(5, 84, 0.05), (WITHERS + 5, TAIL, value)]
    counts = pd.concat(
        pd.DataFrame({"group": group, "age_day": day, "messages": n_messages})
        for day, n_messages, _ in cells
    )
    own = rng.uniform(-0.04, 0.04, groups)
    level = np.concatenate([share + own for _, _, share in cells])
    talk = Talk.of(
        rng, counts, rng.binomial(counts["messages"], level.clip(0, 1)), "advertisement"
    )
    return study.with_tables(
        rates=rates.assign(posters_28=5),
        labels=talk.sampled(rng, 0.2),
        readings=talk.readings,
    )


def build_months(lived: Floats, said: npt.NDArray[np.int_]) -> pd.DataFrame:
    """Build the months of groups' lives with given message counts."""
    n_months = (lived // MONTH_DAYS).astype(int) + 1
    group, month = repeat_owners(n_months)
    rows = pd.DataFrame({"group": group, "month": month, "messages": said[group]})
    return rows.assign(posters=5, newcomers=0, retained=5, mild=0, core_8=2)


def _simulate_talking(
    rng: np.random.Generator,
    tenths: npt.NDArray[np.int_],
    hazard: Floats,
    kind: str,
    longest: float,
) -> Planted:
    """Simulate groups with a given monthly share of positive messages.

    They are watched for up to `longest` days.
    """
    groups = len(tenths)
    lived = MONTH_DAYS + rng.exponential(LIFE / hazard)
    often = rng.integers(OFTEN, 2 * OFTEN, groups)
    origin = END_DAYS - rng.uniform(150, longest, groups)
    rate = often * 10 / MONTH_DAYS
    study = simulate_exponential(rng, groups, lived=lived, rate=rate, origin=origin)
    rows = study.tables["groups"]
    watched = (rows["last_us"] - rows["origin_us"]).to_numpy() / DAY_US
    table = build_months(watched, 10 * often)
    cells = table[["group", "messages"]].assign(age_day=table["month"] * MONTH_DAYS)
    yes = (tenths * often)[cells["group"]]
    talk = Talk.of(rng, cells, yes, kind, words=WORDS[kind])
    share = min(1.0, 3000 / cells["messages"].sum())
    return study.with_tables(
        months=table, labels=talk.sampled(rng, share), readings=talk.readings
    )


@register_world(
    "s1-off-topic-harms",
    "hazard ratio per ten points of messages off topic",
    groups=300,
)
def simulate_off_topic(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups per ten points of off-topic messages."""
    tenths = rng.integers(0, 9, groups)
    hazard = np.power(value, tenths - 4.0)
    return _simulate_talking(rng, tenths, hazard, "off_topic", 600.0)  # a fifth live on


@register_world(
    "s4-link-tone-matters",
    "hazard ratio per deviation of negative messages; positive ones have the inverse",
    groups=1000,
)
def simulate_toned(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups with mostly negative to positive messages.

    What is not negative is positive. Two kinds of groups lie one deviation to either
    side of a half: as many months are lived in both, the shorter lives being more.
    """
    sour = rng.random(groups) < value**2 / (1 + value**2)
    hazard = np.where(sour, value, 1 / value)
    positive = np.where(sour, 3, 7)
    return _simulate_talking(rng, positive, hazard, "tone", END_DAYS)


@register_world(
    "s1-ad-flood-is-death", "hazard ratio after a flood; nobody comes back", groups=1000
)
def simulate_flooded(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups after a week flooded with advertisements.

    Nobody writes later but advertisers. All messages are read by people.
    """
    half = np.arange(groups) % 2 == 1
    span = rng.exponential(LIFE, groups)
    after = half & (span > ONSET)
    span = np.where(after, ONSET + (span - ONSET) / value, span)
    study = simulate_exponential(rng, groups, lived=np.ceil(span), posters=1)
    rows = study.tables["groups"]
    end = (rows["end_us"] - rows["origin_us"]).to_numpy() // DAY_US
    last = np.minimum(np.ceil(span), end - 1).astype(int)
    talk, spam = _build_weekly(last), _build_spam(np.flatnonzero(half))
    cells = pd.concat([talk, spam], ignore_index=True)
    yes = np.where(cells.index < len(talk), 0, cells["messages"])
    read = Talk.of(rng, cells, yes, "advertisement")
    return study.with_tables(
        months=build_months(
            last.astype(float), np.full(groups, MONTH_DAYS // WEEK_DAYS)
        ),
        labels=read.label_whole_groups(rows["group"], 1.0),
        readings=read.readings,
    )


def _build_weekly(last: npt.NDArray[np.int_]) -> pd.DataFrame:
    """Return one message per group and week, and one on the group's last day."""
    group, nth = repeat_owners(-(-last // WEEK_DAYS))
    week = pd.DataFrame({"group": group, "age_day": nth * WEEK_DAYS, "messages": 1})
    end = pd.DataFrame({"group": np.arange(len(last)), "age_day": last, "messages": 1})
    return pd.concat([week, end], ignore_index=True)


def _build_spam(groups: npt.NDArray[np.int_]) -> pd.DataFrame:
    days = {"group": np.repeat(groups, WEEK_DAYS), "messages": ADS}
    return pd.DataFrame(
        {**days, "age_day": np.tile(FLOOD + np.arange(WEEK_DAYS), len(groups))}
    )


@register_world(
    "s3-offline-first-better",
    "hazard ratio of groups that met before; they are kinder by a fifth",
    groups=1000,
)
def simulate_met_before(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups that met in person to the rest."""
    study, half = simulate_halved(value, groups, rng)
    cells = pd.DataFrame({"group": np.arange(groups), "age_day": 3, "messages": 20})
    yes = rng.binomial(20, 0.4 + 0.2 * half)
    talk = Talk.of(rng, cells, yes, "tone", words=WORDS["tone"])
    study.with_tables(labels=talk.sampled(rng, 0.05), readings=talk.readings)
    return study.coded("offline_first", half)
