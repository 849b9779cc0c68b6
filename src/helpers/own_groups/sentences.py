"""Sentences on a group's card, small counts masked."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from helpers.group_lives.silence import SILENCE_DAYS
from helpers.own_groups.cards.card import (
    MORE,
    MUCH_LESS,
    QUIET,
    TALKING,
    Answered,
    Card,
)
from helpers.own_groups.cards.newcomers import RECENT_DAYS, Newcomers
from helpers.own_groups.cards.trends import Trend
from helpers.records import MONTH_DAYS
from helpers.wording import (
    Message,
    Verbatim,
    join_messages,
    say,
    say_counts,
    say_in,
    say_plural,
)
from helpers.wording.messages import LIST

STATES = (
    say("unusually quiet"),
    say("talking much less"),
    say("talking"),
    say("talking more"),
    say("inactive"),
    say_in("state of a group", "closed"),
    say("not known"),
)
CLOSED = {  # by how
    "dissolved": say("Dissolved by its owner on {day}"),
    "archived": say("Archived on {day}"),
    "stated": say("Closed on {day}"),
}

THREE_MONTHS = "s0-three-month-death"  # the claim that a first screen answers
SMALL_LEVEL = 10  # messages a month, below which they have a decimal
_PSEUDONYM = re.compile(r"group [0-9a-f]{8}")
_SMALL = re.compile(r"small group \d+")


Text = Message | Verbatim
NONE = Verbatim("–")
THIS = say("This group")
INSTRUMENT_NAMES = {
    "chat_line": say("Chinese (chat lines)"),
    "snownlp": say("Chinese, SnowNLP as shipped"),
    "vader": say("English (VADER)"),
}
WEEKDAYS = (
    say("Mon"), say("Tue"), say("Wed"), say("Thu"),
    say("Fri"), say("Sat"), say("Sun"),
)  # fmt: skip


def format_percent(share: float) -> str:
    """Format a share as a whole percentage.

    >>> format_percent(0.374)
    '37%'
    """
    return f"{100 * share:.0f}%"


def is_pseudonym(label: str) -> bool:
    """Return whether a label is the code of a group without a name.

    >>> is_pseudonym("group 3acef4a7"), is_pseudonym("group 7")
    (True, False)
    """
    return _PSEUDONYM.fullmatch(label) is not None


def name_group(label: str) -> Text:
    """Return a group's label as a message; only a code is translated.

    >>> from helpers.wording import render
    >>> render(name_group("group 3acef4a7"), "zh")
    '群 3acef4a7'
    """
    code = label.rpartition(" ")[2]
    if _SMALL.fullmatch(label):
        return say("small group {number}", number=code)
    return say("group {code}", code=code) if is_pseudonym(label) else Verbatim(label)


def name_card(card: Card, cards: Sequence[Card]) -> Text:
    """Name a group of several; a single one without a name is “this group”."""
    if len(cards) == 1 and is_pseudonym(card.label):
        return THIS
    return name_group(card.label)


def describe_excluded(reason: str, rows: int) -> Message:
    """Describe how many rows of an export are not counted, and why.

    >>> describe_excluded("could not be read", 1200)
    '1,200 rows: could not be read'
    """
    return say_plural(
        "{n:,} row: {reason}", "{n:,} rows: {reason}", n=rows, reason=reason
    )


def describe_states(needs: Sequence[int]) -> Message:
    """Describe how many groups are in each state, by their ranks.

    >>> describe_states([4, 0, 4])
    '3 groups: 1 unusually quiet, 2 inactive.'
    """
    counts = [
        say("{n:,} {state}", n=needs.count(rank), state=STATES[rank])
        for rank in sorted(set(needs))
    ]
    states = join_messages(", ", counts)
    return say("{n:,} groups: {states}.", n=len(needs), states=states)


def describe_rest(groups: int) -> Message:
    """Describe how many groups are on the page only."""
    return say("… and {n:,} more on the page", n=groups)


def hide_small(people: int, k: int, *, begins: bool = False) -> Text:
    """Format a count of people; counts from 1 to k − 1 are masked for privacy.

    `begins`: whether it begins a sentence.

    >>> hide_small(3, 5), hide_small(0, 5), hide_small(12, 5)
    ('fewer than 5', '0', '12')
    """
    if 0 < people < k:
        return say("Fewer than {k}", k=k) if begins else say("fewer than {k}", k=k)
    return Verbatim(f"{people:,}")


def hide_part(part: int, whole: int, k: int) -> Text:
    """Format how many of some people do something; too few others are masked, too.

    >>> hide_part(13, 16, 5), hide_part(16, 16, 5), hide_part(9, 16, 5)
    ('at least 12', '16', '9')
    """
    if part and 0 < whole - part < k <= whole:
        return say("at least {n:,}", n=whole - k + 1)
    return hide_small(part, k)


def hide_sum(counts: Sequence[int], k: int) -> Text:
    """Format a sum of people of groups; one that is masked is not told by the others.

    >>> hide_sum([16, 3], 5), hide_sum([16, 3, 4], 5)
    ('at least 16', '23')
    """
    small = [n for n in counts if 0 < n < k]
    if len(small) == 1 and sum(counts) > small[0]:
        return say("at least {n:,}", n=sum(counts) - small[0])
    return hide_small(sum(counts), k)


OF_FILE, LAST_COUNTED = say("the day of its file"), say("the last day counted")


def _describe_unknown(card: Card) -> Message:
    """Describe a group of which the end of observation is not known."""
    file: Text = Verbatim("")
    if card.seen and not card.is_windowed:  # else it is the window's
        file = say(" the file is of {seen};", seen=card.seen)
    return say(
        "Last message on {last};{file} whether it still talks is not known.",
        last=card.last,
        file=file,
    )


def _describe_closed(card: Card) -> Message:
    said = CLOSED.get(card.closed_kind or "", CLOSED["stated"]).fill(day=card.closed)
    return say("{said}; the last message was on {last}.", said=said, last=card.last)


def _describe_silent(card: Card) -> Message:
    last, end = _describe_last_message(card), say_counts(days=card.death_days)
    why = say("(slow groups get longer)")
    if card.death_days > SILENCE_DAYS:
        why = say("at its early traffic")
    return say(
        "Inactive: {last}, and {end} of silence count as the end {why}.",
        last=last,
        end=end,
        why=why,
    )


def _describe_last_message(card: Card) -> Message:
    if card.days_ago < 1:
        return say(
            "somebody wrote on the last day of the record, {until}", until=card.until
        )
    return say(
        "the last message was on {last}, {ago} before {until}",
        last=card.last,
        ago=say_counts(days=card.days_ago),
        until=card.until,
    )


ALIVE = {
    QUIET: say("Alive but unusually quiet: {last} ({count})."),
    MUCH_LESS: say("Alive but talking much less: {last} ({count})."),
    TALKING: say("Alive: {last} ({count})."),
    MORE: say("Alive and talking more: {last} ({count})."),
}


def _describe_alive(card: Card) -> Message:
    end = say_counts(days=card.death_days)
    count = say("{end} of silence would count as its end", end=end)
    if card.is_cut and card.death_days > SILENCE_DAYS:
        why = say("its first weeks are not among these days")
        count = join_messages("; ", [count, why])
    if card.has_end or not card.seen or card.need < TALKING:
        return ALIVE[card.need].fill(last=_describe_last_message(card), count=count)
    ago = say_counts(days=card.days_ago)
    return say(
        "Alive on {seen}, {day}: {then} ({count}).",
        seen=card.seen,
        day=LAST_COUNTED if card.is_windowed else OF_FILE,
        then=say("the last message was {ago} before", ago=ago)
        if card.days_ago
        else say("somebody wrote on it"),
        count=count,
    )


_DESCRIBE = {
    "closed": _describe_closed,
    "unknown": _describe_unknown,
    "silent": _describe_silent,
    "alive": _describe_alive,
}


def describe_state(card: Card) -> Message:
    """Describe whether a group is active, and how long a silence means its death."""
    return _DESCRIBE[card.state](card)


LEVEL = say(
    "{name}: {before} messages a month in the first third of its whole months ({since}"
    " to {until} in all), {after} in the last."
)
FALLS = say(
    "{name}: messages a month fell from {before} in the first third of its whole months"
    " to {after} in the last ({since} to {until} in all)."
)
GROWS = say(
    "{name}: messages a month grew from {before} in the first third of its whole months"
    " to {after} in the last ({since} to {until} in all)."
)
TRENDS = {"falls": FALLS, "grows": GROWS, "": LEVEL}
SHORT = say("Its record has fewer than three whole months.")


def describe_trend(trend: Trend | None, name: str) -> Message:
    """Describe a group's messages a month at the beginning and the end of its record.

    >>> from helpers.own_groups.cards.trends import Trend
    >>> said = describe_trend(Trend("2024-01", "2024-06", 480, 30, "falls"), "Tea")
    >>> str(said).partition(" of its")[0]
    'Tea: messages a month fell from 480 in the first third'
    """
    if trend is None:
        return SHORT
    return TRENDS[trend.direction].fill(
        name=name,
        before=format_level(trend.before),
        after=format_level(trend.after),
        since=trend.since,
        until=trend.until,
    )


def format_level(level: float) -> str:
    """Format messages a month; small means keep a decimal, so that none reads as 0.

    >>> format_level(1845.3), format_level(0.5), format_level(0.0)
    ('1,845', '0.5', '0')
    """
    return (
        f"{level:,.1f}".removesuffix(".0") if level < SMALL_LEVEL else f"{level:,.0f}"
    )


def describe_forecast(card: Card, k: int) -> Message | None:
    """Describe the chance that a group has no message in the next 60 days.

    Nothing is said outside what was measured, of a group that was closed, or where the
    number of writers is hidden or the age not known.
    """
    if card.forecast is None or 0 < (card.people_28 or 0) < k:
        return None
    told = [card.forecast.describe()]
    if card.recalibrated is not None:
        told.append(card.recalibrated.describe())
    return join_messages(" ", told)


def describe_past(cards: Sequence[Card]) -> Iterator[Message]:
    """Yield what was predicted on past days of all groups, and what followed."""
    found = (card.recalibrated for card in cards if card.recalibrated is not None)
    for forecast in islice(found, 1):
        if forecast.shift is not None:
            yield forecast.shift.describe()


def describe_people(card: Card, k: int) -> list[Message]:
    """Describe who wrote, who never did, and who is new."""
    newcomers = describe_newcomers(card, k)
    return [describe_carriers(card, k), describe_silent_members(card, k), *newcomers]


def describe_times(card: Card, zone: str) -> list[Message]:
    """Describe in which rhythm and at which hours a group writes."""
    return [describe_rhythm(card), describe_hours(card, zone)]


def describe_carriers(card: Card, k: int) -> Message:
    """Describe how many people wrote lately, and the share of the most active."""
    if card.people_28 is None or card.people_before is None:
        return say(
            "Who carries it is not known: this export does not record who wrote."
        )
    before = _describe_writers_before(card, k)
    if not (card.people_28 or card.people_before) and card.days_before:
        return say("Nobody wrote in the last eight weeks of the record.")
    if not card.people_28 or card.top is None or card.top_three is None:
        return say(
            "Nobody wrote in the last four weeks of the record{before}.", before=before
        )
    wrote = say(
        "In the last four weeks of the record {now} wrote{before}",
        now=hide_small(card.people_28, k),
        before=before,
    )
    if card.people_28 < k:
        return say("{wrote}; with so few, shares are hidden.", wrote=wrote)
    return say(
        "{wrote}; of these weeks' messages, one person wrote {top}, three wrote"
        " {three}.",
        top=format_percent(card.top),
        three=format_percent(card.top_three),
        wrote=wrote,
    )


def _describe_writers_before(card: Card, k: int) -> Message:
    """Describe how many people wrote before the last four weeks, if it existed."""
    if not card.days_before:
        return say("; the record goes no further back")
    people = hide_small(card.people_before or 0, k)
    span = (
        say_counts(days=card.days_before)
        if card.days_before < MONTH_DAYS
        else say("four")
    )
    return say(", {people} in the {span} before", people=people, span=span)


def describe_silent_members(card: Card, k: int) -> Message:
    """Describe how many listed members never wrote."""
    if card.silent_members is None or card.members is None:
        return say(
            "How many members never wrote is not known: this export lists no members,"
            " and lines about joining may miss some."
        )
    listed = hide_small(card.members, k)
    if not card.silent_members:
        return say("All listed members have written.")
    if card.members < k:
        return say("Fewer than {k} members are listed.", k=k)
    never = hide_small(card.silent_members, k, begins=True)
    if card.is_windowed:
        return say(
            "{never} of {listed} members listed by then wrote nothing in these days.",
            never=never,
            listed=listed,
        )
    return say(
        "{never} of {listed} listed members never wrote.", never=never, listed=listed
    )


def describe_newcomers(card: Card, k: int) -> Iterator[Message]:
    """Describe who is new, how many of them were answered and how many stayed."""
    new, answered = card.newcomers, card.answered
    if new is None:
        yield say("Who is new is not known: this export does not record who wrote.")
        return
    if new.recent is not None:
        yield _describe_recent(new, k)
    if not new.dated and card.is_left_truncated:
        yield say(
            "Of earlier newcomers nothing is said: the export may begin after the"
            " group, so old members cannot be told from new ones."
        )
        return
    if new.followed >= k:
        came = say("joined") if new.dated else say("wrote for the first time")
        yield say(
            "Of {people:,} people who {came} eight weeks before the end or earlier,"
            " {stayed} wrote four weeks later or after that.",
            people=new.followed,
            came=came,
            stayed=hide_part(new.stayed, new.followed, k),
        )
    elif new.followed:
        yield say("Fewer than {k} newcomers were followed for eight weeks.", k=k)
    if answered is not None and answered.people >= k:
        yield say(
            "Of {people:,} people who wrote for the first time (founders among them),"
            " {answered}.",
            people=answered.people,
            answered=_describe_answers(answered, k),
        )


def _describe_recent(new: Newcomers, k: int) -> Message:
    """Describe who is new in the last 60 days of a record."""
    n = hide_small(new.recent or 0, k)
    if new.dated and not new.recent:
        return say("Nobody joined in the last {recent} days.", recent=RECENT_DAYS)
    if not new.dated:
        return say(
            "Wrote for the first time in the last {recent} days: {n}.",
            recent=RECENT_DAYS,
            n=n,
        )
    return say(
        "Joined in the last {recent} days: {n}; of them {wrote} wrote.",
        recent=RECENT_DAYS,
        n=n,
        wrote=hide_part(new.wrote, new.recent or 0, k),
    )


def _describe_answers(new: Answered, k: int) -> Message:
    """Describe how many newcomers were answered, and what counts as an answer."""
    some = _word_some(new.answered, new.people, k)
    if new.has_replies:
        return say(
            "{some} replied to, quoted or mentioned within an hour of their first"
            " message",
            some=some,
        )
    return say(
        "{some} followed by somebody else within ten minutes of a message in their"
        " first hour (replies are not recorded)",
        some=some,
    )


def _word_some(people: int, whole: int, k: int) -> Message:
    """Describe how many of some people do something."""
    if not people:
        return say("none was")
    if 0 < whole - people < k:
        return say("at least {n:,} were", n=whole - k + 1)
    if people < k:
        return say("fewer than {k} were", k=k)
    return say_plural("{n:,} was", "{n:,} were", n=people)


def describe_rhythm(card: Card) -> Message:
    """Describe how far apart a group's days with messages are."""
    if card.usual_pause is None or card.long_pause is None:
        return say("It has too few pauses for a rhythm of its own.")
    usual, long = say_counts(days=card.usual_pause), say_counts(days=card.long_pause)
    often = (
        say("Days with messages usually follow each other")
        if card.usual_pause <= 1
        else say("Days with messages are usually {usual} apart", usual=usual)
    )
    return say(
        "{often}, rarely with a pause of more than {long}.", often=often, long=long
    )


def describe_hours(card: Card, zone: str) -> Message:
    """Describe the hours of the day in which a group writes most, and its time zone."""
    if not card.hours:
        return say(
            "No hours stand out from an even spread over the day (times in {zone}).",
            zone=Verbatim(zone),
        )
    hours = join_messages(LIST, [say("{hour}:00", hour=hour) for hour in card.hours])
    return say(
        "Busiest hours, in {zone}: from {hours}.", zone=Verbatim(zone), hours=hours
    )
