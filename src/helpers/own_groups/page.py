"""Write one offline HTML page with all cards, in both languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from helpers.files import write_text
from helpers.own_groups.cards.card import Card
from helpers.own_groups.cards.counts import WEEK
from helpers.own_groups.cards.newcomers import LEAST_DAYS
from helpers.own_groups.cards.trends import LEAST_MONTHS
from helpers.own_groups.plan import Plan
from helpers.own_groups.report.charts import draw_weeks
from helpers.own_groups.report.first_screen import (
    METHOD,
    describe_first_screen,
    describe_power,
    draw_picture,
)
from helpers.own_groups.report.layout import (
    Cell,
    Link,
    Page,
    Section,
    Table,
    render_page,
)
from helpers.own_groups.sentences import (
    NONE,
    STATES,
    describe_carriers,
    describe_excluded,
    describe_forecast,
    describe_hours,
    describe_newcomers,
    describe_past,
    describe_rest,
    describe_rhythm,
    describe_silent_members,
    describe_state,
    describe_trend,
    format_level,
    hide_small,
    name_card,
    name_group,
)
from helpers.records import DAY_US, to_iso_day
from helpers.small_counts import OPEN
from helpers.wording import Message, join_messages, say, say_counts

if TYPE_CHECKING:
    from helpers.own_groups.report.answers import OwnAnswer
    from helpers.study import Study

NAME, PRIVATE = "your-groups.html", "PRIVATE-your-groups.html"
TITLE = say("Your groups")
LEAD = say(
    "Counted from your export, but for what is said of public groups; nothing left"
    " this computer."
)
WINDOWED = say(
    "Only the days asked for are counted: what is first or last is so in them alone."
)
ORDER = say(
    "Groups that may need you come first: unusually quiet ones, then those that talk"
    " much less."
)
NOT_COUNTED = say("What was not counted")
BROKEN_OFF = say(
    "Exports that break off: {n:,}. Everything after the break is missing here, so a"
    " group may look quieter than it is: export it again."
)
HIDDEN = say("Counts of people below {k} are hidden.")
HEADS = (
    say("group"),
    say("state"),
    say("messages a month, first third of its record → last"),
    say("new in the last 60 days"),
    say("days since the last message"),
    say("writers, last 28 days"),
    say("28 days before"),
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
PER_WEEK = say("Messages per week")
ANSWERS = say("The articles' claims in these groups")
OWN_ONLY = say(
    "“Yours alone” counts these groups and nothing else. “With what is known"
    " elsewhere” also uses what public groups in other places show; the word in the"
    " last column goes by that."
)
NOTHING = say(
    "The articles' claims are not answered: these exports hold too little for any."
)
LEFT_GROUPS = say(
    "Groups that you left, or that nobody exported, are not among them: such lists"
    " make groups look longer-lived than they are."
)
LONG_ENOUGH = say(
    "A share by a day counts the groups watched to that day and for the silence after"
    " it that counts as the end (60 days or more); a closed group is watched until it"
    " was closed."
)
PUBLIC = say("in public communities")


def write_page(
    study: Study,
    cards: Sequence[Card],
    plan: Plan,
    answers: Sequence[OwnAnswer],
    public: Mapping[str, str],
    *,
    assumed: Sequence[str],
    broken_off: int,
) -> Path:
    """Write the HTML page with the cards of all groups and return its path."""
    several, k, zone = len(cards) > 1, plan.k, plan.terms.options.zone
    hidden = OPEN if k <= 1 else HIDDEN.fill(k=k)
    sections = [
        *build_first_screen(study, cards, answers, k),
        *[build_index(cards, k)] * several,
        *(_build_card(card, cards, k, zone) for card in cards),
        build_answers(answers, public, len(cards)),
        *build_excluded(study.ledger.set_aside, [hidden]),
    ]
    page = Page(
        title=TITLE,
        words=[ORDER, Link(ANSWERS, "answers")] if several else (),
        notes=[LEAD, *assumed],
        alarms=[BROKEN_OFF.fill(n=broken_off)] if broken_off else (),
        sections=sections,
    )
    path = plan.out / NAME
    write_text(path, render_page(page))
    return path


def build_first_screen(
    study: Study,
    cards: Sequence[Card],
    answers: Sequence[OwnAnswer],
    k: int,
) -> list[Section]:
    """Build what a page begins with: sentences, and a picture."""
    if not cards:
        return []
    picture, caption = draw_picture(study, cards) or ("", None)
    lines = [*describe_first_screen(cards, answers, k)]
    method = METHOD.fill(
        least=LEAST_MONTHS, power=describe_power(cards), days=LEAST_DAYS
    )
    first = Section(
        kind="first", lines=lines, picture=picture, caption=caption, after=[method]
    )
    return [first]


def build_answers(
    answers: Sequence[OwnAnswer], public: Mapping[str, str], groups: int
) -> Section:
    """Build the table of what so many groups of a user show of the claims."""
    if not answers:
        return Section(head=ANSWERS, anchor="answers", kind="missing", after=[NOTHING])
    # needs the stored answers, which few groups do without
    from helpers.own_groups.report.answers import (  # noqa: PLC0415
        ANSWER_HEADS,
        describe_coverage,
    )

    rows: list[list[Cell]] = [
        [
            answer.said,
            answer.measured,
            answer.found,
            answer.together or "–",
            answer.claimed,
            answer.word,
            *[public.get(answer.claim, NONE)] * bool(public),
        ]
        for answer in answers
    ]
    table = Table([*ANSWER_HEADS, *[PUBLIC] * bool(public)], rows, is_stacked=True)
    return Section(
        head=ANSWERS, anchor="answers", kind="missing", words=[OWN_ONLY], table=table,
        after=[describe_coverage(groups), LONG_ENOUGH, LEFT_GROUPS],
    )  # fmt: skip


def build_excluded(
    excluded: Mapping[str, int], notes: Sequence[str] = ()
) -> list[Section]:
    """Build the list of the rows of exports that were not counted, by reason."""
    lines = [describe_excluded(reason, rows) for reason, rows in excluded.items()]
    head = NOT_COUNTED if lines else None
    if not lines and not notes:
        return []
    return [Section(head=head, kind="missing", lines=lines, after=notes)]


def build_index(cards: Sequence[Card], k: int) -> Section:
    """Build the table of all groups, which leads to their parts of the page."""
    rows: list[list[Cell]] = []
    for card in cards:
        before = card.people_before if card.days_before else None
        new = card.newcomers.recent if card.newcomers else None
        recent, *counts = (
            NONE if people is None else hide_small(people, k)
            for people in (new, card.people_28, before)
        )
        is_silent = card.has_silence_to_come and card.state != "unknown"
        ago = f"{card.days_ago:,}" if is_silent else "–"
        name = Link(name_group(card.label), f"g{card.group}")
        level = _format_levels(card)
        rows.append([name, STATES[card.need], level, recent, ago, *counts])
    return Section(kind="index", table=Table(HEADS, rows, is_stacked=True))


def _format_levels(card: Card) -> str:
    if card.trend is None:
        return "–"
    return " → ".join(map(format_level, (card.trend.before, card.trend.after)))


def _build_card(card: Card, cards: Sequence[Card], k: int, zone: str) -> Section:
    span = say(
        "{since} to {until}: {messages}",
        since=card.since,
        until=card.until,
        messages=say_counts(messages=card.messages),
    )
    name = name_card(card, cards)
    forecast = describe_forecast(card, k)
    return Section(
        head=name,
        anchor=f"g{card.group}",
        kind=f"need-{card.need}",
        span=span,
        states=[describe_state(card), describe_trend(card.trend, name)],
        picture=draw_weeks(card, PER_WEEK) if card.weeks else "",
        caption=_describe_weeks(card),
        words=[forecast] if forecast is not None else [],
        lines=[
            describe_carriers(card, k),
            describe_silent_members(card, k),
            *describe_newcomers(card, k),
            describe_rhythm(card),
            describe_hours(card, zone),
        ],
    )


def _describe_weeks(card: Card) -> Message | None:
    """Describe the picture of a group's messages by week."""
    if not card.weeks:
        return None
    first = card.weeks_end - WEEK * len(card.weeks) + 1
    start, last = (to_iso_day(day * DAY_US) for day in (first, card.weeks_end))
    most = max(card.weeks) or 1
    words = CHART.fill(first=start, last=last, most=most)
    if not card.has_silence_to_come:
        return words
    words += SHADED.fill(days=int(card.death_days))
    if card.death_days > card.silent_days:
        words += AHEAD
    return words


MOST = 3  # groups whose lines are printed; the page has them all


def list_lines(cards: Sequence[Card], k: int) -> Iterator[str]:
    """Yield five lines for each of the most urgent groups."""
    for card in cards[:MOST]:
        name = name_card(card, cards)
        yield join_messages(": ", [name, describe_state(card)])
        for text in (
            describe_trend(card.trend, name),
            describe_forecast(card, k),
            describe_carriers(card, k),
            describe_silent_members(card, k),
            *describe_newcomers(card, k),
        ):
            if text is not None:
                yield join_messages("", ["  ", text])
    yield from describe_past(cards)
    if (rest := len(cards) - MOST) > 0:
        yield describe_rest(rest)
