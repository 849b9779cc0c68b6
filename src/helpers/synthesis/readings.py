"""Estimates of one source for a claim, with its separate networks combined first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from helpers.claims.contract.finding import Components, Outcome
from helpers.claims.evaluation.pooling import COMMON, CONTRASTS, FRAMED
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.fixed.evidence_plan import May
from helpers.claims.rules.interval_rules import Rule, Word
from helpers.survival import Interval
from helpers.survival.interval import ScaleName
from helpers.synthesis.pooling import combine_parts
from helpers.synthesis.scales import scale_of, to_effect
from helpers.wording import say

INDIRECT = "proxy"
SILENCE_ALONE = "F1 only"
ALONE = ", silence alone"
FEW_POSTERS = say("fewer than 3 posters")  # in the definition of a wider failure
BOTH = "both must say it"  # of two lengths of silence
NO_POSTERS = "posters and ads not known"  # in that of a failure by silence alone
SILENT = {None, Word.UNTESTABLE, Word.UNFALSIFIABLE}
LIVED_ON = frozenset({"s2-low-value-majority"})  # of groups that lived to some age
DECIDED = {Word.SUPPORTED, Word.CONTRADICTED, Word.TOO_SMALL}


class Alternatives(NamedTuple):
    """A source's estimates of a claim, and other ways to have computed them.

    Of a source with several networks, those of one `network`.
    """

    components: Components
    outcomes: tuple[Outcome, ...]
    network: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One source's estimates of a claim's quantities, for one list of its groups.

    Attributes
    ----------
    verdict
        Of the source.
    frame
        Which groups are listed and what counts as failure; empty where that makes no
        difference.
    components
        An interval for each part of the rule; None where the source has none.
    parts
        Of how many networks it was combined; 1 for a source with one number.
    common
        Whether it is of the list of groups that all sources share.
    registered
        Whether it is the estimate that the source's own verdict is about.
    """

    verdict: Verdict
    frame: str
    components: tuple[Interval | None, ...]
    parts: int = 1
    common: bool = False
    registered: bool = True

    @property
    def study(self) -> str:
        """Name of the source (data set)."""
        return self.verdict.study

    @property
    def sources(self) -> tuple[str, ...]:
        """Names of the sources taken together in it; else its own."""
        return tuple(self.verdict.sources) or (self.study,)

    @property
    def is_one_sided(self) -> bool:
        """Whether it may count for one verdict only."""
        return self.may in {"support", "contradict"}

    @property
    def printed_frame(self) -> str:
        """The frame as pages print it: silence alone if nothing else was counted.

        The plan may class a source otherwise than its definition does; which sources
        decide follows the plan.
        """
        listed, definition = self.frame.removesuffix(ALONE), self.verdict.definition
        if listed and NO_POSTERS in definition:
            return f"{listed}{ALONE}"
        return listed if FEW_POSTERS in definition else self.frame

    @property
    def is_of_both(self) -> bool:
        """Whether its limits span the intervals by two lengths of silence."""
        return BOTH in self.verdict.definition

    @property
    def variant(self) -> str:
        """Name of the measure that the source uses for the claimed quantity."""
        return self.verdict.variant

    @property
    def indirect(self) -> bool:
        """Whether the source measures the claimed quantity indirectly."""
        return INDIRECT in self.verdict.qualifiers

    @property
    def may(self) -> May:
        """Verdicts that the source may give: both, one side only, or none."""
        return self.verdict.may if self.verdict.decides else "nothing"

    @property
    def alternatives(self) -> tuple[Alternatives, ...]:
        """Other analyses of these estimates on the same groups, by network."""
        return tuple(_list_alternatives(self.verdict, self, self.verdict.variant))

    def list_networks(self, number: int) -> dict[str, Interval]:
        """List the networks' estimates of one part; empty if none were combined."""
        found = {
            each.network: component
            for each in self.alternatives
            for component in each.components[number : number + 1]
            if component is not None
        }
        return found if self.parts > 1 else {}

    @property
    def controls(self) -> tuple[tuple[str, Interval], ...]:
        """Name and estimate of its negative controls that are no simulations."""
        return tuple(
            (checked.control.name, checked.found)
            for checked in self.verdict.controls
            if isinstance(checked.found, Interval)
        )

    @property
    def n(self) -> int:
        """Number of units (groups or people) behind the source's first estimate."""
        return next(
            (component.n for component in self.components if component is not None), 0
        )


def _list_alternatives(
    verdict: Verdict, reading: Reading, variant: str
) -> Iterator[Alternatives]:
    components = _list_intervals(verdict, common=reading.common)
    if components is None:
        for part in _list_parts(verdict):
            if part.variant == variant:
                yield from _list_alternatives(part, reading, variant)
        return
    is_own = not reading.common or components == verdict.components
    curve = verdict.curve if is_own else verdict.shared_curve
    yield Alternatives(components, curve.outcomes if curve else (), verdict.study)


def list_readings(verdict: Verdict) -> tuple[Reading, ...]:
    """List a source's estimates in each sampling frame; empty if it has none.

    Shares of failure by an age come in the common frame too.
    """
    if verdict.word in SILENT:
        return ()
    claim, rule = verdict.about, verdict.about.rule
    by_age = claim.entry.theme in FRAMED and not rule.code.startswith(CONTRASTS)
    framed = by_age and claim.id not in LIVED_ON
    listed = verdict.frame.partition(",")[0]
    own = _select_frame(verdict, rule, _name_frame(verdict, listed) if framed else "")
    common = (
        _select_frame(verdict, rule, _name_frame(verdict, COMMON), common=True)
        if framed
        else None
    )
    if own and common and own.components == common.components:
        return (common,)
    if common:
        common = replace(common, registered=False)
    return tuple(reading for reading in (own, common) if reading)


def _name_frame(verdict: Verdict, listed: str) -> str:
    """Return the sampling frame's name: groups listed, and how failure is defined.

    Where a source shows silence alone, the claim counts more than silence.
    """
    alone = SILENCE_ALONE in verdict.qualifiers
    return f"{listed}{ALONE}" if alone else listed


def _select_frame(
    verdict: Verdict, rule: Rule, frame: str, *, common: bool = False
) -> Reading | None:
    """Return a source's estimates for one list of groups, or None."""
    list_intervals = partial(_list_intervals, common=common)
    if (components := list_intervals(verdict)) is not None:
        return Reading(verdict, frame, components, common=common)
    parts = [part for part in _list_parts(verdict) if list_intervals(part) is not None]
    parts = [part for part in parts if part.variant == parts[0].variant]
    if not parts:
        return None
    combined = _combine_networks(
        [list_intervals(part) or () for part in parts], verdict, rule
    )
    whole = _build_whole(verdict, parts)
    return Reading(whole, frame, combined, len(parts), common)


def _build_whole(verdict: Verdict, parts: Sequence[Verdict]) -> Verdict:
    """Replace measure and unit of a source's verdict by those of its first network."""
    first = parts[0]
    return replace(verdict, variant=first.variant, cases=first.cases)


def _list_intervals(
    verdict: Verdict, *, common: bool
) -> tuple[Interval | None, ...] | None:
    """Return a source's intervals by its own or all sources' definition, or None."""
    if common:
        return None if verdict.shared is None else (verdict.shared,)
    return verdict.components if any(verdict.components) else None


def _list_parts(verdict: Verdict) -> Iterator[Verdict]:
    """Yield the verdicts of a source's networks that have estimates."""
    for part in verdict.parts:
        if part.word in SILENT:
            continue
        if any(part.components) or part.shared is not None:
            yield part
        else:
            yield from _list_parts(part)


def _combine_networks(
    parts: Sequence[tuple[Interval | None, ...]], verdict: Verdict, rule: Rule
) -> tuple[Interval | None, ...]:
    measures = verdict.about.wording.measures(verdict.variant)
    longest = max(len(components) for components in parts)
    padded = [*measures, *measures[-1:] * longest][
        :longest
    ]  # alike components share one
    return tuple(
        _combine_component(
            [components[nth] for components in parts if nth < len(components)],
            scale_of(measure, rule),
        )
        for nth, measure in enumerate(padded)
    )


def _combine_component(
    intervals: Sequence[Interval | None], scale: ScaleName
) -> Interval | None:
    """Combine networks' intervals of one quantity; None if none is finite."""
    there = [component for component in intervals if component is not None]
    if len(there) == 1:
        return there[0]
    effects = [to_effect(component, scale, component.n) for component in there]
    usable = [
        (effect, component.n)
        for effect, component in zip(effects, there, strict=True)
        if effect is not None
    ]
    if not usable:
        return None
    whole = combine_parts([effect for effect, _ in usable])
    n = sum(n for _, n in usable)
    return whole.to_interval(scale, n, f"{len(usable)} networks combined")


def drop_repeated_networks(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Drop networks that another source covers with more units.

    A network is named by the qualifier ``within …`` or by the part that is about it.
    Only sources that measure the same thing are compared.
    """
    shown = [
        (_build_key(part, network), part.n or 0, verdict.study)
        for verdict in verdicts
        for network, part in _list_networks(verdict)
    ]
    best: dict[tuple[object, ...], tuple[int, str]] = {}
    for key, n, study in shown:
        best[key] = max(best.get(key, (-1, "")), (n, study))
    return [_exclude_networks(verdict, best) for verdict in verdicts]


def _build_key(verdict: Verdict, network: str) -> tuple[object, ...]:
    return network, verdict.variant, INDIRECT in verdict.qualifiers


def _list_networks(verdict: Verdict) -> Iterator[tuple[str, Verdict]]:
    """Yield the networks that a source covers, with the verdict on each."""
    if parts := list(_list_parts(verdict)):
        yield from ((part.study.rpartition("/")[2], part) for part in parts)
        return
    for qualifier in verdict.qualifiers:
        if qualifier.startswith("within "):
            yield qualifier.removeprefix("within ").rpartition("/")[2], verdict


def _exclude_networks(
    verdict: Verdict, best: dict[tuple[object, ...], tuple[int, str]]
) -> Verdict:
    """Remove from a verdict the networks that another source covers better."""
    networks = list(_list_networks(verdict))
    lost = {
        part.study
        for network, part in networks
        if best[_build_key(part, network)][1] != verdict.study
    }
    if not lost:
        return verdict
    if len(lost) == len(networks):
        return replace(verdict, word=Word.UNTESTABLE, components=(), parts=())
    kept = tuple(part for part in verdict.parts if part.study not in lost)
    return replace(verdict, parts=kept, components=())
