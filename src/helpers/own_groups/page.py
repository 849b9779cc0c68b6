"""Write one offline HTML page with all cards, in both languages."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from helpers.files import write_text
from helpers.own_groups import sentences as tell
from helpers.own_groups.cards.card import Card
from helpers.own_groups.cards.counts import WEEK
from helpers.own_groups.plan import PAGE, Plan
from helpers.own_groups.report import charts
from helpers.own_groups.report.answers import OwnAnswer
from helpers.own_groups.report.first_screen import build_first_screen
from helpers.own_groups.report.layout import Cell, Link, render_page
from helpers.records import DAY_US, to_iso_day
from helpers.small_counts import OPEN
from helpers.study import Study
from helpers.wording import Message, join_messages, say

WINDOWED = say(
    "Only the days asked for are counted: what is first or last is so in them alone."
)
CHART = say("Messages per week, {first} to {last}; the tallest bar is {most:,}.")
SHADED = say(
    " The shaded stretch is {days} days from the last message: silence for all of it"
    " counts as the end."
)
AHEAD = say(
    " The dashed line is the last day of the record; to its right nothing is recorded"
    " yet."
)
MOST = 5  # groups whose lines are printed; the page has them all


def write_page(
    study: Study,
    cards: Sequence[Card],
    plan: Plan,
    answers: Sequence[OwnAnswer],
    *,
    assumed: Sequence[str],
    broken_off: int,
) -> Path:
    """Write the HTML page with the cards of all groups and return its path."""
    groups = [(one, tell.name_card(one, cards), _describe_weeks(one)) for one in cards]
    whole = render_page(
        "groups.html.j2", cards=cards, groups=groups, k=plan.k,
        zone=plan.terms.options.zone, assumed=assumed, broken_off=broken_off,
        screen=build_first_screen(study, cards, answers, plan.k),
        index=list_index(cards, plan.k), charts=charts, open=OPEN,
        answers=list_answers(answers, len(cards), is_compared=plan.compare),
        excluded=study.ledger.set_aside,
    )  # fmt: skip
    path = plan.out / PAGE
    write_text(path, whole)
    return path


def list_answers(
    answers: Sequence[OwnAnswer], groups: int, *, is_compared: bool
) -> dict[str, Any]:
    """List what so many groups of a user show of the claims, for the page."""
    if not answers:
        return {"rows": ()}
    # needs the stored answers, which few groups do without
    from helpers.own_groups.report import answers as own  # noqa: PLC0415

    public = own.list_public_words(answers) if is_compared else [""] * len(answers)
    rows = [
        [one.said, one.measured, one.found, one.together or "–", one.claimed, one.word,
         *[word] * is_compared]
        for one, word in zip(answers, public, strict=True)
    ]  # fmt: skip
    return {"rows": rows, "is_compared": is_compared,
            "coverage": own.describe_coverage(groups)}  # fmt: skip


def list_index(cards: Sequence[Card], k: int) -> list[list[Cell]]:
    """List all groups for a table that leads to their parts of the page."""
    rows: list[list[Cell]] = []
    for card in cards:
        before = card.people_before if card.days_before else None
        new = card.newcomers.recent if card.newcomers else None
        recent, *counts = (
            tell.NONE if people is None else tell.hide_small(people, k)
            for people in (new, card.people_28, before)
        )
        is_silent = card.has_silence_to_come and card.state != "unknown"
        ago = f"{card.days_ago:,}" if is_silent else "–"
        name = Link(tell.name_group(card.label), f"g{card.group}")
        trend = (card.trend.before, card.trend.after) if card.trend else ()
        level: Cell = " → ".join(map(tell.format_level, trend))
        level = level or say("since {day}", day=card.since)
        rows.append([name, tell.STATES[card.need], level, recent, ago, *counts])
    return rows


def _describe_weeks(card: Card) -> Message | None:
    """Describe the picture of a group's messages by week."""
    if not card.weeks:
        return None
    first = card.weeks_end - WEEK * len(card.weeks) + 1
    start, last = (to_iso_day(day * DAY_US) for day in (first, card.weeks_end))
    words = CHART.fill(first=start, last=last, most=max(card.weeks) or 1)
    if not card.has_silence_to_come:
        return words
    words += SHADED.fill(days=int(card.death_days))
    return words + AHEAD if card.death_days > card.silent_days else words


def list_lines(cards: Sequence[Card], k: int) -> Iterator[str]:
    """Yield how many groups are in each state, and lines for the most urgent ones."""
    if len(cards) > 1:
        yield tell.describe_states([card.need for card in cards])
    for card in cards[:MOST]:
        name = tell.name_card(card, cards)
        yield join_messages(": ", [name, tell.describe_state(card)])
        for text in (
            tell.describe_trend(card.trend, name),
            tell.describe_forecast(card, k),
            *tell.describe_people(card, k),
        ):
            if text is not None:
                yield join_messages("", ["  ", text])
    yield from tell.describe_past(cards)
    if (rest := len(cards) - MOST) > 0:
        yield tell.describe_rest(rest)
