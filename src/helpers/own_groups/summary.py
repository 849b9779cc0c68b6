"""Print a five-line summary of each group's card in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from helpers.own_groups.cards import Card
from helpers.own_groups.sentences import (
    describe_carriers,
    describe_chance,
    describe_newcomers,
    describe_rest,
    describe_silent_members,
    describe_state,
    name_group,
)

MOST = 3  # groups whose lines are printed; the page has them all


def list_lines(
    cards: Sequence[Card], k: int, *, chinese: bool = False
) -> Iterator[str]:
    """Yield five lines for each of the most urgent groups, in one language."""
    for card in cards[:MOST]:
        name, state = name_group(card.label), describe_state(card)
        yield f"{name.zh}：{state.zh}" if chinese else f"{name.en}: {state.en}"
        for text in (
            describe_chance(card, k),
            describe_carriers(card, k),
            describe_silent_members(card, k),
            describe_newcomers(card, k),
        ):
            if text is not None:
                yield f"  {text.zh if chinese else text.en}"
    if (rest := len(cards) - MOST) > 0:
        more = describe_rest(rest)
        yield more.zh if chinese else more.en
