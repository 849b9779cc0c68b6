"""Simulated data for claims about content, its supply and effects."""

from __future__ import annotations

import numpy as np
import pandas as pd

from helpers.claims.rules.interval_rules import Word
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from validation.coverage.truths import SWITCH, Truth
from validation.worlds.claims.owners import simulate_halved
from validation.worlds.claims.read import Machine, Talk
from validation.worlds.claims.subject import register_world
from validation.worlds.claims.tabled import (
    FOREVER,
    START_US,
    Planted,
    simulate_exponential,
)

LIFE = 150.0
SAID, WEEKS = 100, 4  # messages read of the first weeks
TWELVE, SOME = 12, 5  # weeks, and in how many of them others have content
AT, LENGTH = 70, 40  # day of age and messages of what is judged for its value
ROOMS, MONTH, UNTIL = 20, 2, 16  # people write up to a week; what was said in a month
MONTHS = 6
MESSAGES, WRITERS = 100, 10
LONGER, BORN = 250.0, 100.0  # days of mean life, and of birth
PULL = 0.2
# content may lead whatever an instrument that errs explains: no world contradicts it
LEADING = (
    SWITCH[0],
    Truth("false", 0.0, Word.INCONCLUSIVE, ((Word.SUPPORTED, 0.05),)),
)


@register_world(
    "s1-content-is-premise",
    "hazard ratio per doubling of one more than content items a week",
    groups=300,
)
def simulate_premised(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of groups per doubling of their weekly content."""
    yes = rng.binomial(SAID, rng.beta(0.4, 1.2, groups))
    rate = rng.uniform(2, 6, groups)
    written = (MONTH_DAYS * rate).round()
    doublings = np.log2(1 + yes / SAID * written / WEEKS)
    life = LIFE / value ** (doublings - doublings.mean())
    study = simulate_exponential(rng, groups, life=life, rate=rate)
    cells = pd.DataFrame({"group": np.arange(groups), "age_day": 3, "messages": SAID})
    talk = Talk.of(rng, cells, yes, "content")
    return study.with_tables(labels=talk.sampled(rng, 0.05), readings=talk.readings)


@register_world(
    "s1-good-groups-supply-content",
    "share of the best tenth with content in nine of twelve weeks",
    groups=1000,
)
def simulate_supplied(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a given share of active groups with content in each of 12 weeks."""
    study = simulate_exponential(
        rng, groups, lived=FOREVER, origin=rng.uniform(0, 1200, groups)
    )
    group, week = (index.ravel() for index in np.indices((groups, TWELVE)))
    steady = rng.random(groups) < value
    cells = pd.DataFrame({"group": group, "age_day": 7 * week, "messages": 3})
    yes = steady[group] | (week < SOME)
    talk = Talk.of(rng, cells, yes, "content", machine=Machine(0.9, 0.05))
    posters = {"group": np.arange(groups), "posters": rng.permutation(groups)}
    return study.with_tables(
        short_talk=pd.DataFrame(posters).assign(messages=10),
        labels=talk.label_whole_groups(range(groups), 1.0),
        readings=talk.readings,
    )


@register_world(
    "s2-low-value-majority",
    "share of groups with hardly any content; people read half of the groups",
    groups=300,
)
def simulate_valued(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a given share of groups without any content; half are hand-labelled."""
    study = simulate_exponential(rng, groups, lived=FOREVER)
    group = np.arange(groups)
    cells = pd.DataFrame({"group": group, "age_day": AT, "messages": LENGTH})
    worthless = rng.random(groups) < value
    read = rng.permutation(groups)[: groups // 2]
    talks = [
        Talk.of(rng, cells, yes, kind, machine=Machine(0.8, 0.02))
        for kind, yes in (
            ("content", np.where(worthless, 0, LENGTH // 4)),
            ("advertisement", np.ones(groups)),
        )
    ]
    share = len(read) / groups
    return study.with_tables(
        labels=pd.concat(
            [talk.label_whole_groups(read, share) for talk in talks], ignore_index=True
        ),
        readings=pd.concat([talk.readings for talk in talks], ignore_index=True),
    )


@register_world(
    "s2-value-stands-out",
    "ratio of messages per ten points of content and doubling of a person's groups,"
    " of people as many as groups are named",
    groups=100,
    decided=False,
)
def simulate_standing_out(
    value: float, groups: int, rng: np.random.Generator
) -> Planted:
    """Simulate people in many groups who write more in groups with more content.

    `groups` counts people; each is in three, six or twelve rooms, and heeds content
    from the month on of which it is known.
    """
    study = simulate_exponential(rng, ROOMS, lived=FOREVER, origin=0.0)
    tenths = rng.integers(1, 7, ROOMS)
    room = {"group": np.arange(ROOMS), "age_day": MONTH * MONTH_DAYS, "messages": 600}
    talk = Talk.of(rng, pd.DataFrame(room), 60 * tenths, "content")
    n_rooms = rng.choice([3, 6, 12], groups)
    order = rng.permuted(np.tile(np.arange(ROOMS), (groups, 1)), axis=1)
    person, nth = np.nonzero(np.arange(ROOMS) < n_rooms[:, None])
    mine = order[person, nth]
    pull = np.log(value) * tenths[mine] * np.log2(n_rooms[person])
    pull -= (np.bincount(person, pull) / n_rooms)[person]
    weeks = np.arange((MONTH - 1) * WEEKS, UNTIL)
    heeds = weeks >= (MONTH + 1) * WEEKS
    written = rng.poisson(8 * np.exp(np.outer(pull, heeds)))
    rows = {
        "group": np.repeat(mine, len(weeks)), "member": np.repeat(person, len(weeks)),
        "day": np.tile(7 * weeks, len(mine)) + START_US // DAY_US,
        "messages": written.ravel(),
    }  # fmt: skip
    days = pd.DataFrame(rows)
    return study.with_tables(
        member_days=days[days["messages"] > 0].reset_index(drop=True),
        labels=talk.sampled(rng, 0.3),
        readings=talk.readings,
    )


@register_world(
    "s4-content-explains-liveliness",
    "talk of the next month by content, or by people; an instrument that errs"
    " cannot contradict",
    groups=100,
    told=LEADING,
)
def simulate_lively(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate messages that depend on content (true claim) or on posters (false)."""
    shape = (groups, MONTHS)
    study = simulate_exponential(rng, groups, lived=FOREVER)
    posters, usual = rng.integers(3, 40, (groups, 1)), rng.gamma(2, 4, (groups, 1))
    posters = (posters * rng.uniform(0.8, 1.2, shape)).round().astype(int)
    items = rng.poisson(usual * rng.uniform(0.5, 1.5, shape))
    drawn = np.where(value, [0.7, 0.1], [0.0, 0.7])
    pull = drawn @ np.log1p(np.stack([items, posters]))[:, :, :-1].swapaxes(0, 1)
    other = np.full(shape, 30)
    other[:, 1:] = rng.poisson(np.exp(1.5 + pull))
    group, month = (index.ravel() for index in np.indices(shape))
    messages, core = (items + other).ravel(), (0.2 * posters).round().ravel()
    cells = {"group": group, "age_day": month * MONTH_DAYS, "messages": messages}
    spoken = messages > 0  # a month without a message is not read
    talk = Talk.of(
        rng, pd.DataFrame(cells)[spoken], items.ravel()[spoken], "content",
        machine=Machine(0.9, 0.05),
    )  # fmt: skip
    months = {"group": group, "month": month, "messages": messages, "core_8": core}
    return study.with_tables(
        months=pd.DataFrame({**months, "core_4": core, "posters": posters.ravel()}),
        labels=talk.sampled(rng, 0.1),
        readings=talk.readings,
    )


@register_world(
    "s0-mutual-influence",
    "a fifth of a deviation of tone per deviation of the tone before, or none",
    groups=50,
)
def simulate_echoed(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate tone that follows earlier messages' tone (true claim) or not."""
    n_messages = groups * MESSAGES
    before, own = rng.standard_normal((2, n_messages))
    group = np.arange(n_messages) // MESSAGES
    rows = {
        "group": group,
        "member": np.arange(n_messages) % WRITERS,
        "echo": np.arange(n_messages),
    }
    tone = PULL * value * before + own
    echoes = pd.DataFrame({**rows, "tone": tone, "before": before})
    return simulate_exponential(rng, groups).with_tables(echoes=echoes)


@register_world(
    "s4-useful-content-travels",
    "times that a useful item is passed on over another",
    groups=50,
)
def simulate_spread(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate useful items that are forwarded more often than other items."""
    n_items = groups * 12
    useful = np.arange(n_items) % 3 == 0
    passed = rng.poisson(
        2 * np.where(useful, value, 1.0) * rng.gamma(4, 1 / 4, n_items)
    )
    rows = {"group": np.arange(n_items) % groups, "item": np.arange(n_items)}
    counts = {"useful": useful, "reshared": passed, "reached": passed}
    return simulate_exponential(rng, groups).with_tables(
        items=pd.DataFrame({**rows, **counts})
    )


@register_world(
    "s4-teachers-and-learners",
    "hazard ratio of training groups in which five ask and two answer",
    groups=1000,
)
def simulate_taught(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate a hazard ratio of learning groups with many askers to other ones."""
    study, half = simulate_halved(value, groups, rng)
    study.coded("askers", 1 + 8 * half).coded("answerers", 3)
    return study.typed(np.full(groups, "learning"))


@register_world(
    "s1-many-factors-no-single",
    "four factors alike, or one far before the others",
    groups=1000,
    switch=True,
)
def simulate_caused(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Simulate lifetimes that depend on four factors (true claim) or mainly one.

    Without that one the next would be far the most: the claim is as false then.
    """
    content, ads, core, size = level = rng.standard_normal((4, groups))
    effect = np.where(value, [1.0, 1.0, 1.0, 1.0], [2.0, 0.7, 0, 0])
    study = simulate_exponential(
        rng, groups, life=LONGER * np.exp(effect @ level), origin=BORN,
        posters=np.exp(size + 3).round(),
    )  # fmt: skip
    core = np.exp(core + 2).round()
    months = {"group": np.arange(groups), "month": 0, "core_8": core}
    study.coded("content_items", np.exp(content + 2)).coded("ad_items", np.exp(ads + 2))
    study.typed(np.full(groups, "interest"))
    return study.with_tables(months=pd.DataFrame(months))
