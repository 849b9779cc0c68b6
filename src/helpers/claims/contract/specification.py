"""Alternative specifications of an estimate, and the choice of a balanced subset.

A specification is a recipe. It is computed when its numbers are asked for, so that an
estimator can name a hundred of them at no cost; `make evidence` asks for them all, and
what it finds is read from tables afterwards
(`helpers.claims.evaluation.curves.tables`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product
from typing import Any, NamedTuple, Self

import numpy as np

from helpers.claims.rules.interval_rules import Decision, Rule, Word
from helpers.errors import NotIdentifiableError
from helpers.survival.interval import Interval
from helpers.wording import join_messages

Components = tuple[Interval | None, ...]
Sets = Mapping[str, Mapping[str, Any]]

MOST = 100
SEED = 20161231


class Choice(NamedTuple):
    """One analytic choice in a specification: what was chosen, and its value."""

    of: str
    value: str


class Range(NamedTuple):
    """A point estimate with its 95 % confidence limits, as plain numbers."""

    estimate: float
    low: float
    high: float


def build_ranges(components: Sequence[Interval | None]) -> tuple[Range | None, ...]:
    """Convert confidence intervals to plain estimates with limits."""
    return tuple(
        None
        if component is None
        else Range(component.estimate, component.low, component.high)
        for component in components
    )


@dataclass(frozen=True, slots=True)
class Outcome:
    """The estimates under a specification and the rule's verdict on them.

    Attributes
    ----------
    name
        What was done differently.
    choices
        Its value in each robustness set.
    counts
        False for one known to be biased: shown, not counted.
    decisive
        True if the register asks for FRAGILE as soon as this one is opposite.
    word
        What the rule says; UNTESTABLE where the data refuse.
    beyond
        For each component, whether its estimate lies where the claim says.
    components
        Each component; None where this specification cannot show it.
    """

    name: str
    choices: tuple[Choice, ...]
    counts: bool
    decisive: bool
    word: Word
    beyond: tuple[bool | None, ...]
    components: tuple[Range | None, ...]


@dataclass(frozen=True, eq=False)
class Specification:
    """An alternative specification of an estimate, computed on demand.

    Attributes
    ----------
    name, choices, counts, decisive
        As in `Outcome`.
    way
        Computes the intervals, one for each component of the rule.
    """

    name: str
    way: Callable[[], Interval | Components]
    counts: bool = True
    decisive: bool = False
    choices: tuple[Choice, ...] = ()

    @classmethod
    def tried(
        cls,
        name: str,
        way: Callable[[], Interval | Components],
        *,
        counts: bool = True,
        decisive: bool = False,
    ) -> Self:
        """Build an alternative specification from a name and an estimating function."""
        return cls(name, way, counts, decisive, (Choice("otherwise", name),))

    @cached_property
    def components(self) -> Components:
        """The estimates under this specification; empty if data do not allow them."""
        try:
            intervals = self.way()
        except NotIdentifiableError:
            return ()
        return intervals if isinstance(intervals, tuple) else (intervals,)

    def outcome(self, rule: Rule) -> Outcome:
        """Return this specification's estimates with the verdict of a decision rule."""
        components = self.components
        decision = rule.decide(*components) if components else Decision(Word.UNTESTABLE)
        return Outcome(
            self.name,
            self.choices,
            self.counts,
            self.decisive,
            decision.word,
            rule.beyond(*components) if components else (),
            build_ranges(components),
        )


def list_alternatives(
    ways: Mapping[str, Callable[[], Interval | Components]],
) -> tuple[Specification, ...]:
    """Build one specification from each pair of a name and an estimating function."""
    return tuple(Specification.tried(name, estimate) for name, estimate in ways.items())


def take_first_choices(sets: Sets) -> dict[str, Any]:
    """Return the first option of each analytic choice: the primary analysis."""
    return {name: next(iter(values.values())) for name, values in sets.items()}


def multiply_sets(
    sets: Sets,
    way: Callable[..., Interval | Components],
    *,
    biased: Collection[str] = (),
) -> tuple[Specification, ...]:
    """Build all combinations of analytic choices except the primary one.

    Parameters
    ----------
    sets
        Each set by the name of the parameter of `way` that it varies: words → value;
        the first of each set is the deciding choice.
    way
        Computes a combination.
    biased
        Words of choices that are shown and do not count.

    Examples
    --------
    >>> sets = {"base": {"one": 1, "two": 2}, "step": {"none": 0, "ten": 10}}
    >>> [one.name for one in multiply_sets(sets, lambda base, step: ())]
    ['ten', 'two', 'two, ten']
    """
    first = [next(iter(values)) for values in sets.values()]
    made = []
    for words in product(*sets.values()):
        other = [w for w, usual in zip(words, first, strict=True) if w != usual]
        if not other:
            continue
        values = {name: sets[name][w] for name, w in zip(sets, words, strict=True)}
        choices = tuple(Choice(*pair) for pair in zip(sets, words, strict=True))
        counts = not set(words) & set(biased)
        made.append(
            Specification(
                join_messages(", ", other),
                partial(way, **values),
                counts,
                choices=choices,
            )
        )
    return tuple(made)


def select_balanced_subset(
    ways: Sequence[Specification], most: int = MOST, *, seed: int = SEED
) -> tuple[Specification, ...]:
    """Select at most `most` specifications in which all options are equally frequent.

    Decisive ones always stay. Of the others, in an order drawn by the seed, the one
    whose choices were taken least often so far is taken next.

    Examples
    --------
    >>> sets = {"a": dict.fromkeys("abcd"), "b": dict.fromkeys("efgh")}
    >>> four = select_balanced_subset(multiply_sets(sets, lambda a, b: ()), 4)
    >>> [len({one.choices[nth] for one in four}) for nth in (0, 1)]
    [4, 4]
    """
    if len(ways) <= most:
        return tuple(ways)
    taken = [at for at, specification in enumerate(ways) if specification.decisive]
    rest = [at for at, specification in enumerate(ways) if not specification.decisive]
    order = np.random.default_rng(seed).permutation(len(rest))
    drawn = [rest[at] for at in order.tolist()]
    picked = _select_balanced([ways[at] for at in drawn], max(most - len(taken), 0))
    return tuple(ways[at] for at in sorted(taken + [drawn[at] for at in picked]))


def _select_balanced(ways: Sequence[Specification], n_wanted: int) -> list[int]:
    """Return indices of specifications in which all options are equally frequent."""
    values = {choice for specification in ways for choice in specification.choices}
    levels = {of: sum(value.of == of for value in values) for of, _ in values}
    at = {choice: nth for nth, choice in enumerate(sorted(values))}
    has = np.zeros((len(ways), len(at)))
    for row, specification in enumerate(ways):
        for choice in specification.choices:
            has[row, at[choice]] = levels[choice.of]
    often, left = np.zeros(len(at)), np.ones(len(ways), bool)
    picked: list[int] = []
    for _ in range(min(n_wanted, len(ways))):
        crowded = np.where(left, has @ often, np.inf)
        best = int(np.argmin(crowded))
        picked.append(best)
        left[best] = False
        often += has[best] > 0
    return picked
