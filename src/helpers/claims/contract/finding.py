"""Estimates of one claim in one study, and their alternative specifications.

No rule is applied here. A specification is computed when its numbers are asked for, so
an estimator can name a hundred at no cost: `make evidence` computes them all into
tables (`helpers.claims.evaluation.curves`), which verdicts read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import product
from typing import Any, NamedTuple, Protocol, Self, TypeVar

import numpy as np

from helpers.claims.contract.gates import Gate
from helpers.claims.contract.permutation import SEED, Permutations
from helpers.claims.contract.study_view import Evidence, SpeaksFor
from helpers.claims.fixed.evidence_plan import May
from helpers.claims.rules.interval_rules import Decision, Rule, Word
from helpers.errors import NotIdentifiableError
from helpers.survival import Interval
from helpers.wording import join_messages

Components = tuple[Interval | None, ...]
Sets = Mapping[str, Mapping[str, Any]]

MOST = 100


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
    specifications = []
    for words in product(*sets.values()):
        other = [w for w, usual in zip(words, first, strict=True) if w != usual]
        if not other:
            continue
        values = {name: sets[name][w] for name, w in zip(sets, words, strict=True)}
        choices = tuple(Choice(*pair) for pair in zip(sets, words, strict=True))
        counts = not set(words) & set(biased)
        specifications.append(
            Specification(
                join_messages(", ", other),
                partial(way, **values),
                counts,
                choices=choices,
            )
        )
    return tuple(specifications)


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
    decisive = [at for at, specification in enumerate(ways) if specification.decisive]
    optional = [
        at for at, specification in enumerate(ways) if not specification.decisive
    ]
    order = np.random.default_rng(seed).permutation(len(optional))
    drawn = [optional[at] for at in order.tolist()]
    picked = _select_balanced([ways[at] for at in drawn], max(most - len(decisive), 0))
    return tuple(ways[at] for at in sorted(decisive + [drawn[at] for at in picked]))


def _select_balanced(ways: Sequence[Specification], n_wanted: int) -> list[int]:
    """Return indices of specifications in which all options are equally frequent."""
    values = {choice for specification in ways for choice in specification.choices}
    levels = {of: sum(value.of == of for value in values) for of, _ in values}
    at = {choice: nth for nth, choice in enumerate(sorted(values))}
    has = np.zeros((len(ways), len(at)))
    for row, specification in enumerate(ways):
        for choice in specification.choices:
            has[row, at[choice]] = levels[choice.of]
    frequency, is_available = np.zeros(len(at)), np.ones(len(ways), bool)
    picked: list[int] = []
    for _ in range(min(n_wanted, len(ways))):
        crowded = np.where(is_available, has @ frequency, np.inf)
        best = int(np.argmin(crowded))
        picked.append(best)
        is_available[best] = False
        frequency += has[best] > 0
    return picked


T = TypeVar("T")


class Supplement(NamedTuple):
    """A supplementary estimate, shown but not decisive for the verdict.

    Attributes
    ----------
    frame
        Which groups it is of; empty for all that the source lists.
    """

    name: str
    interval: Interval
    frame: str = ""

    @classmethod
    def tried(
        cls, name: str, estimate: Callable[[], Interval | Components], frame: str = ""
    ) -> tuple[Self, ...]:
        """Compute a named supplementary estimate; empty if the data do not allow it."""
        components = Specification.tried(name, estimate).components
        return tuple(
            cls(name, component, frame)
            for component in components
            if component is not None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Estimates on one claim from one study, before the decision rule is applied.

    Attributes
    ----------
    components
        The deciding intervals, one per component of the rule; None where this study
        cannot show a component.
    definition
        What was counted as what, in words.
    gates
        The gates that were passed.
    specifications
        Other reasonable ways to have done it, computed only when asked for.
    permuted
        The deciding effect with its exposure permuted; None where nothing is
        compared.
    beside
        Other numbers, which decide nothing.
    shared
        The estimate under the one definition that corpora of all kinds share, where
        that is not the deciding one.
    shared_specifications
        Other reasonable ways to have done `shared`, computed only when asked for.
    qualifiers
        What has to be printed after the verdict.
    note
        What a reader has to know about the numbers.
    speaks_for
        Which verdicts a frame of known bias allows for the population behind it.
    may
        Which verdicts the estimate itself may give: where a stand-in can err in one
        direction only, the other one.
    attenuated
        Whether its exposure is read with error, which draws effects towards none.
    instrument
        The classifier whose readings of tone enter uncorrected by hand labels of the
        same messages; empty where none do.
    supported_with
        Estimates that have to say SUPPORTED too, or it is not.
    same_side
        Estimates that have to lie on the same side of no effect, or it is FRAGILE.
    variant
        Which measure of the claim's card it is of; empty for the claim's own.
    cases
        What its `n` counts, by a name that ``sentences.toml`` has words for.
    controls
        Negative controls by the names that ``negative_controls.toml`` gives them,
        computed only when asked for.
    parts
        Findings of units that stand each on its own, by name: too few for one
        interval over them. They decide, put together in words; there are no components.
    places
        Estimates of the first component in each place alone, where places are strata.
    """

    components: tuple[Interval | None, ...]
    definition: str
    gates: tuple[Gate, ...]
    specifications: tuple[Specification, ...] = ()
    permuted: Permutations | None = None
    beside: tuple[Supplement, ...] = ()
    shared: Interval | None = None
    shared_specifications: tuple[Specification, ...] = ()
    qualifiers: tuple[str, ...] = ()
    note: str = ""
    speaks_for: SpeaksFor = "both"
    may: May = "both"
    attenuated: bool = False
    instrument: str = ""
    supported_with: tuple[Supplement, ...] = ()
    same_side: tuple[Supplement, ...] = ()
    variant: str = ""
    cases: str = "groups"
    controls: tuple[Specification, ...] = ()
    parts: tuple[tuple[str, Finding], ...] = ()
    places: tuple[Supplement, ...] = ()

    @property
    def stand_in(self) -> bool:
        """Whether the finding uses an indirect measure of the claimed quantity."""
        return "proxy" in self.qualifiers

    @classmethod
    def estimated(
        cls,
        primary: Callable[[], Interval | Components],
        definition: str,
        gates: tuple[Gate, ...],
        others: Mapping[str, Callable[[], Interval | Components]] | None = None,
        **more: Any,  # noqa: ANN401 - the other fields
    ) -> Self:
        """Build the result of an estimator: primary estimate and alternatives.

        Parameters
        ----------
        primary
            Computes the deciding intervals.
        definition, gates
            As the fields.
        others
            Other reasonable ways to have computed them, by name; not computed here.
        """
        components = primary()
        return cls(
            components=components if isinstance(components, tuple) else (components,),
            definition=definition,
            gates=gates,
            specifications=list_alternatives(others or {}),
            **more,
        )

    @classmethod
    def over(
        cls,
        sets: Sets,
        rows: Callable[..., T],
        gate: Callable[[T], tuple[Gate, ...]],
        estimate: Callable[[T], Interval],
        *,
        note: Callable[[T, Interval], str],
        permuted: Callable[[T, int], Interval] | None = None,
        **more: Any,  # noqa: ANN401 - the other fields
    ) -> Self:
        """Estimate by all combinations of analytic choices; the first is primary.

        Parameters
        ----------
        sets
            As `multiply_sets` takes them.
        rows
            Makes rows by a choice of each set.
        gate
            Asks the rows for what an estimate needs.
        estimate
            Computes the deciding interval from the rows.
        note
            Tells of the deciding rows and the interval.
        permuted
            Computes the interval from these with the exposure permuted by a seed.
        """

        def way(**choices: Any) -> Interval:  # noqa: ANN401 - as the sets have them
            chosen_rows = rows(**choices)
            gate(chosen_rows)
            return estimate(chosen_rows)

        deciding = rows(**take_first_choices(sets))
        passed, component = gate(deciding), estimate(deciding)
        null = (
            Permutations(component, partial(permuted, deciding)) if permuted else None
        )
        return cls(
            components=(component,),
            gates=passed,
            specifications=multiply_sets(sets, way),
            permuted=null,
            note=note(deciding, component),
            **more,
        )


class Estimator(Protocol):
    """Interface of a function that estimates a claim from a study's tables."""

    def __call__(self, evidence: Evidence) -> Finding:
        """Estimate the claim, or raise an error if data do not allow it."""


class Stratified(NamedTuple):
    """An estimator that can pool sources as strata.

    Attributes
    ----------
    direct
        Whether sources with the data that the claim asks for can be strata too.
    """

    estimator: Estimator
    direct: bool = True


E = TypeVar("E", bound=Estimator)
Listed = defaultdict[str, list[tuple[str, Estimator]]]  # of each module, with claims
ESTIMATORS: Listed = defaultdict(list)
STRATIFIED: defaultdict[str, list[tuple[str, Stratified]]] = defaultdict(list)


def estimates(claim: str) -> Callable[[E], E]:
    """Return a decorator that registers a function as the estimator of a claim."""
    return partial(_register_function, ESTIMATORS, claim)


def stratified(claim: str, *, direct: bool = True) -> Callable[[E], E]:
    """Return a decorator for an estimator that can pool sources as strata.

    Parameters
    ----------
    direct
        Whether sources with the data that the claim asks for can be strata too.
    """

    def mark(estimator: E) -> E:
        STRATIFIED[estimator.__module__].append((claim, Stratified(estimator, direct)))
        return estimator

    return mark


def _register_function(table: Listed, claim: str, estimator: E) -> E:
    table[estimator.__module__].append((claim, estimator))
    return estimator
