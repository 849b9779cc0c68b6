"""Worlds about content: who supplies it, who lives by it, and whom it draws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from helpers.claims.rules.interval_rules import Word
from helpers.measures.months import MONTH_DAYS
from helpers.records import DAY_US
from helpers.validation.coverage.cells import Subject
from helpers.validation.coverage.truths import Truth
from helpers.validation.worlds.claims.read import Talk
from helpers.validation.worlds.claims.subject import subject
from helpers.validation.worlds.claims.tabled import START_US, Planted, planted
from helpers.validation.worlds.messages.labelled import Machine

FOREVER = 90_000.0  # days
LIFE = 150.0
SAID, WEEKS = 100, 4  # messages read of the first weeks
TWELVE, SOME = 12, 5  # weeks, and in how many of them others have content
AT, LENGTH = 70, 40  # day of age and messages of what is judged for its value
ROOMS, MONTH, UNTIL = 20, 2, 16  # people write up to a week; what was said in a month
MONTHS = 6


def premised(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant hazards `value` times as high with each doubling of content a week."""
    yes = rng.binomial(SAID, rng.beta(0.4, 1.2, groups))
    rate = rng.uniform(2, 6, groups)
    written = (MONTH_DAYS * rate).round()
    doublings = np.log2(1 + yes / SAID * written / WEEKS)
    life = LIFE / value ** (doublings - doublings.mean())
    study = planted(rng, groups, life=life, rate=rate)
    cells = pd.DataFrame({"group": np.arange(groups), "age_day": 3, "messages": SAID})
    talk = Talk.of(rng, cells, yes, "content")
    return study.with_tables(labels=talk.sampled(rng, 0.05), readings=talk.readings)


def supplied(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant a share with content in each of twelve weeks; people read all."""
    study = planted(rng, groups, lived=FOREVER, origin=rng.uniform(0, 1200, groups))
    group, week = (one.ravel() for one in np.indices((groups, TWELVE)))
    steady = rng.random(groups) < value
    cells = pd.DataFrame({"group": group, "age_day": 7 * week, "messages": 3})
    yes = steady[group] | (week < SOME)
    talk = Talk.of(rng, cells, yes, "content", machine=Machine(0.9, 0.05))
    posters = {"group": np.arange(groups), "posters": rng.permutation(groups)}
    return study.with_tables(
        short_talk=pd.DataFrame(posters).assign(messages=10),
        labels=talk.whole(range(groups), 1.0),
        readings=talk.readings,
    )


def valued(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant a share of groups without content; people read half of all groups."""
    study = planted(rng, groups, lived=FOREVER)
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
        labels=pd.concat([one.whole(read, share) for one in talks], ignore_index=True),
        readings=pd.concat([one.readings for one in talks], ignore_index=True),
    )


def standing_out(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant people drawn by content the more, the more rooms they are in.

    `groups` counts people; each is in three, six or twelve rooms, and heeds content
    from the month on of which it is known.
    """
    study = planted(rng, ROOMS, lived=FOREVER, origin=0.0)
    tenths = rng.integers(1, 7, ROOMS)
    room = {"group": np.arange(ROOMS), "age_day": MONTH * MONTH_DAYS, "messages": 600}
    talk = Talk.of(rng, pd.DataFrame(room), 60 * tenths, "content")
    many = rng.choice([3, 6, 12], groups)
    order = rng.permuted(np.tile(np.arange(ROOMS), (groups, 1)), axis=1)
    person, nth = np.nonzero(np.arange(ROOMS) < many[:, None])
    mine = order[person, nth]
    pull = np.log(value) * tenths[mine] * np.log2(many[person])
    pull -= (np.bincount(person, pull) / many)[person]
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


def lively(value: float, groups: int, rng: np.random.Generator) -> Planted:
    """Plant months that follow the content of the last (1.0), or its people (0.0)."""
    shape = (groups, MONTHS)
    study = planted(rng, groups, lived=FOREVER)
    posters, usual = rng.integers(3, 40, (groups, 1)), rng.gamma(2, 4, (groups, 1))
    posters = (posters * rng.uniform(0.8, 1.2, shape)).round().astype(int)
    items = rng.poisson(usual * rng.uniform(0.5, 1.5, shape))
    drawn = np.where(value, [0.7, 0.1], [0.0, 0.7])
    pull = drawn @ np.log1p(np.stack([items, posters]))[:, :, :-1].swapaxes(0, 1)
    other = np.full(shape, 30)
    other[:, 1:] = rng.poisson(np.exp(1.5 + pull))
    group, month = (one.ravel() for one in np.indices(shape))
    said, core = (items + other).ravel(), (0.2 * posters).round().ravel()
    cells = {"group": group, "age_day": month * MONTH_DAYS, "messages": said}
    spoken = said > 0  # a month without a message is not read
    talk = Talk.of(
        rng, pd.DataFrame(cells)[spoken], items.ravel()[spoken], "content",
        machine=Machine(0.9, 0.05),
    )  # fmt: skip
    months = {"group": group, "month": month, "messages": said, "core_8": core}
    return study.with_tables(
        months=pd.DataFrame({**months, "core_4": core, "posters": posters.ravel()}),
        labels=talk.sampled(rng, 0.1),
        readings=talk.readings,
    )


def _leading() -> Subject:
    """Return the subject of which a false world can't be contradicted.

    An instrument that errs explains less than content does, so that content may lead
    whatever it explains; but it must not be said to.
    """
    found = subject(
        "s4-content-explains-liveliness",
        lively,
        "talk of the next month by content, or by people; an instrument that errs"
        " cannot contradict",
        groups=100,
    )
    true = found.truths[0]
    false = Truth("false", 0.0, Word.INCONCLUSIVE, ((Word.SUPPORTED, 0.05),))
    return replace(found, truths=(true, false), sure=(true, false))


SUBJECTS: tuple[Subject, ...] = (
    subject(
        "s1-content-is-premise",
        premised,
        "hazard ratio per doubling of one more than content items a week",
        groups=300,
    ),
    subject(
        "s1-good-groups-supply-content",
        supplied,
        "share of the best tenth with content in nine of twelve weeks",
        groups=1000,
    ),
    subject(
        "s2-low-value-majority",
        valued,
        "share of groups with hardly any content; people read half of the groups",
        groups=300,
    ),
    subject(
        "s2-value-stands-out",
        standing_out,
        "ratio of messages per ten points of content and doubling of a person's groups,"
        " of people as many as groups are named",
        groups=100,
    ),
    _leading(),
)
