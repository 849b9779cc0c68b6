"""The first screen of a page of own groups: sentences, then a picture."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from helpers.errors import NotIdentifiableError
from helpers.own_groups.cards.card import Card, count_all_months
from helpers.own_groups.cards.newcomers import (
    LEAST_DAYS,
    RECENT_DAYS,
    REGULAR_DAYS,
)
from helpers.own_groups.cards.trends import LEAST_MONTHS, compute_power
from helpers.own_groups.report.answers import OwnAnswer
from helpers.own_groups.report.charts import Band, draw_curve, draw_months
from helpers.own_groups.sentences import (
    THIS,
    THREE_MONTHS,
    describe_past,
    describe_state,
    describe_states,
    describe_trend,
    hide_part,
    hide_small,
    hide_sum,
    name_card,
)
from helpers.small_counts import ENOUGH_GROUPS
from helpers.study import Study
from helpers.wording import Message, say, say_counts, say_in, say_plural

TICKS = (0, 30, 105, 182, 365)
MOST_MONTHS = 36
JOINED = say(
    "In the last {recent} days {n} {who} joined, of whom {wrote} wrote, in groups whose"
    " joins are dated."
)
NEW = say(
    "In the last {recent} days {n} {who} wrote for the first time, in groups whose"
    " joins are not dated."
)
NOBODY = say(
    "In the last {recent} days nobody joined the groups whose joins are dated."
)
SILENT = say(
    "Silent for good by day 105, of your groups watched long enough: {alone}; with what"
    " is known elsewhere {together}."
)
SILENT_ALONE = say(
    "Silent for good by day 105, of your groups watched long enough: {alone}."
)
POWER = say(
    "Short or uneven records hide falls: no fall found is no proof that there was none."
)
FOUND = say(
    "In talk as uneven as this, a fall by three tenths from each month to the next is"
    " found in {six} of 10 records of six months, {twelve} of 10 of twelve, one that"
    " began late or stopped at a half more seldom."
)
FALL = 0.7  # of the messages of the month before
ONE = say("One group")
DAYS = say_in("chart", "days since the first message")
CURVE = say(
    "Your groups still alive at an age, per 100; shaded: from the shortest-lived to the"
    " longest-lived of {places} public communities of chat groups (group life tables)."
)
MONTHS_TITLE = say("Messages by month")
MONTHS = say("Messages a month, whole months only.")
MOST_CHANGES = 3


def build_first_screen(
    study: Study, cards: Sequence[Card], answers: Sequence[OwnAnswer], k: int
) -> dict[str, Any]:
    """Build what a page begins with: sentences, and a picture."""
    if not cards:
        return {}
    picture, caption = _draw_picture(study, cards) or ("", None)
    return {
        "lines": [*describe_first_screen(cards, answers, k)],
        "picture": picture, "caption": caption, "power": _describe_power(cards),
        "least_months": LEAST_MONTHS, "least_days": LEAST_DAYS,
    }  # fmt: skip


def describe_first_screen(
    cards: Sequence[Card], answers: Sequence[OwnAnswer], k: int, *, named: bool = True
) -> Iterator[Message]:
    """Yield the sentences that a page begins with; without names for who is sent them.

    How each group is stands first: all are read from the cards, as the rest of a page.
    """
    if len(cards) == 1:
        yield describe_state(cards[0])
    else:
        yield describe_states([card.need for card in cards])
    yield say(
        "{messages} from {first} to {last}.",
        messages=say_counts(messages=sum(card.messages for card in cards)),
        first=min(card.since for card in cards),
        last=max(card.last for card in cards),
    )
    yield from _describe_trends(cards, named=named)
    yield from _describe_people(cards, k)
    yield from describe_past(cards)
    for answer in answers:
        if answer.claim == THREE_MONTHS:
            form = SILENT if answer.together else SILENT_ALONE
            yield form.fill(alone=answer.found, together=answer.together)
            break


def _describe_trends(cards: Sequence[Card], *, named: bool) -> Iterator[Message]:
    """Describe the groups that fell or grew; a single group in any case."""
    over = {"silent", "closed"}
    rows = [card for card in cards if card.state not in over and card.trend]
    if len(cards) > 1:
        rows = [card for card in rows if card.trend and card.trend.direction]
    rows.sort(key=_rank_change)
    for card in rows[:MOST_CHANGES]:
        name = name_card(card, cards)
        if not named:
            name = ONE if len(cards) > 1 else THIS
        yield describe_trend(card.trend, name)
    if (rest := len(rows) - MOST_CHANGES) > 0:
        yield say("and {n} more, below", n=rest)


def _rank_change(card: Card) -> tuple[bool, float]:
    """Rank falls before growth, and the larger ones first."""
    if card.trend is None:
        return True, 0.0
    return card.trend.direction == "grows", -card.trend.factor


def _describe_people(cards: Sequence[Card], k: int) -> Iterator[Message]:
    """Describe regulars who stopped and people who are new, in all groups together."""
    groups = [card.regulars for card in cards if card.regulars]
    if regulars := sum(one.people for one in groups):
        stopped = hide_small(sum(one.stopped for one in groups), k, begins=True)
        yield say(
            "{n} of {regulars} regulars stopped writing (they wrote on {days} days or"
            " more, none of them in the last {recent}), in groups written to in the"
            " last four weeks of their record.",
            n=stopped,
            regulars=hide_small(regulars, k),
            days=REGULAR_DAYS,
            recent=RECENT_DAYS,
        )
    for form, dated in ((JOINED, True), (NEW, False)):
        known = [one for one in (card.newcomers for card in cards) if one]
        rows = [n for n in known if n.dated == dated and n.recent is not None]
        if rows:
            counts = [new.recent or 0 for new in rows]
            count, wrote = sum(counts), sum(new.wrote for new in rows)
            told = form if count or form is NEW else NOBODY
            yield told.fill(
                n=hide_sum(counts, k),
                who=say_plural("person", "people", n=max(count, k if count else 0)),
                wrote=hide_part(wrote, count, k),
                recent=RECENT_DAYS,
            )


def _describe_power(cards: Sequence[Card]) -> Message:
    """Describe how often the rule finds a fall in talk as uneven as these groups'."""
    spreads = [card.trend.spread for card in cards if card.trend]
    known = [spread for spread in spreads if np.isfinite(spread)]
    if not known:
        return POWER
    shares = {
        name: np.mean([compute_power(spread, months, FALL) for spread in known])
        for name, months in (("six", 6), ("twelve", 12))
    }
    return FOUND.fill(
        **{name: f"{min(10 * part, 9):.0f}" for name, part in shares.items()}
    )


def _draw_picture(study: Study, cards: Sequence[Card]) -> tuple[str, str] | None:
    """Draw the curve of five groups and more, or else messages by month."""
    if len(cards) >= ENOUGH_GROUPS and (drawn := _draw_lives(study)):
        return drawn
    counts = count_all_months(study)
    if not counts:
        return None
    return draw_months(counts[-MOST_MONTHS:], MONTHS_TITLE), MONTHS


def _draw_lives(study: Study) -> tuple[str, str] | None:
    from helpers.library.lifetimes import silence  # noqa: PLC0415 - slow to import
    from helpers.own_groups.opened import select_silent  # noqa: PLC0415

    try:
        curve = silence(study).curve()
    except NotIdentifiableError:
        return None
    rows = select_silent()
    rows = rows[rows["age_days"].le(TICKS[-1])]
    by = rows.groupby("age_days")["share"].agg(["min", "max"])
    band = Band(
        [0.0, *by.index.astype(float)], [1.0, *(1 - by["max"])], [1.0, *(1 - by["min"])]
    )
    known = ~np.isnan(curve.survival)
    steps = list(
        zip(curve.times[known].tolist(), curve.survival[known].tolist(), strict=True)
    )
    labels = {
        "title": say("Groups still alive by age"),
        "own": say("your groups"),
        "band": say("public chats"),
        "x": DAYS,
    }
    places = int(rows["source"].nunique())
    return draw_curve(steps, band, TICKS, labels), CURVE.fill(places=places)
