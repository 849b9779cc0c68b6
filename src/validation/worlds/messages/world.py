"""Parameters of simulated groups: lifetimes, messages, observation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

from helpers.errors import ShequnError
from validation.worlds.messages.families import Exponential, Family

Trait = Literal["rate", "later", "owner", "answers", "to_hub"]
TRAITS: tuple[Trait, ...] = get_args(Trait)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """An exposed kind of simulated groups: its trait, share and hazard ratio.

    Attributes
    ----------
    trait
        What the exposed groups have otherwise.
    value
        Its value in them; the others have the world's.
    share
        Of groups that are exposed.
    log_hazard_ratio
        Planted effect of being exposed.
    """

    trait: Trait
    value: float
    share: float = 0.5
    log_hazard_ratio: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Watching:
    """What a data collector observes of simulated groups.

    Attributes
    ----------
    from_day
        When collecting began: groups that had gone silent by then are not listed,
        and of the others nothing before it is known but when they began.
    to_day
        When the data end.
    creations
        Whether creations are recorded; else the first message dates a group.
    senders, owners
        Whether who wrote, and who owns the group, is known.
    """

    from_day: float = 0.0
    to_day: float = 900.0
    creations: bool = True
    senders: bool = True
    owners: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Parameters of simulated groups and of their observation.

    Attributes
    ----------
    groups, networks
        How many; group g belongs to network g modulo `networks`.
    network_sd
        Deviation of the log hazard between networks.
    births_days
        Groups are born uniformly in the first so many days.
    lifetimes
        Of a group with log hazard ratio 0. The first message is at birth and the
        last at death.
    per_year
        Log hazard ratio of being born a year later.
    never
        Share of groups that never have a message.
    rate, rate_sd
        Messages a day: median over groups, and deviation of its logarithm.
    later
        Factor on the rate from day 28 of age on.
    posters, zipf
        People in each group; the share of the n-th of them falls as n^−zipf.
    owner
        Share of the messages that the first of them writes; nan for his share by rank.
    answers
        Share of messages that quote an earlier one.
    to_hub, owner_is_hub
        Share of these that quote the first message of the group's hub, not any earlier
        one; share of groups whose hub is the owner, else it is the second of them.
    exposures
        Planted effects; they multiply.
    confounding
        Log hazard ratio, and log odds of being exposed, of a standard deviation of
        something that nobody records.
    watching
        The layer of observation.
    """

    groups: int = 300
    networks: int = 1
    network_sd: float = 0.0
    births_days: float = 700.0
    lifetimes: Family = field(default_factory=lambda: Exponential(150.0))
    per_year: float = 0.0
    never: float = 0.0
    rate: float = 0.5
    rate_sd: float = 0.3
    later: float = 1.0
    posters: int = 8
    zipf: float = 0.0
    owner: float = float("nan")
    answers: float = 0.4
    to_hub: float = 0.0
    owner_is_hub: float = 1.0
    exposures: tuple[Exposure, ...] = ()
    confounding: float = 0.0
    watching: Watching = field(default_factory=Watching)

    def __post_init__(self) -> None:
        """Raise if groups would be founded after the data end."""
        if self.births_days > self.watching.to_day:
            raise ShequnError(
                f"births go on for {self.births_days:g} days, but the data end on day"
                f" {self.watching.to_day:g}",
                where="World",
                remedy="let births_days end before watching.to_day",
            )
