"""Print a five-line summary of each group's card in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.cards.facts import Card
from helpers.cards.sentences import (
    describe_alike,
    describe_carriers,
    describe_newcomers,
    describe_silent_members,
    describe_state,
)

MOST = 3  # groups whose lines are printed; the page has them all


def list_lines(cards: Sequence[Card], k: int) -> Iterator[str]:
    """Yield five lines for each of the most urgent groups."""
    for card in cards[:MOST]:
        yield f"{card.label}: {describe_state(card).en}"
        yield f"  {describe_alike(card).en}"
        yield f"  {describe_carriers(card, k).en}"
        yield f"  {describe_silent_members(card, k).en}"
        yield f"  {describe_newcomers(card, k).en}"
    if (rest := len(cards) - MOST) > 0:
        yield f"… and {rest:,} more groups on the page"
