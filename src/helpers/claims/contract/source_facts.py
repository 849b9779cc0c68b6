"""Meaning of a public source's tables for claims, from its ``[claims]`` settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache

import msgspec

from helpers.claims.fixed.evidence_plan import is_public
from helpers.corpora.shared.corpus import read_facts

SIDE_BY_SIDE = (60.0, 180.0)  # days of silence, where nobody knows the traffic
USERS = "own"  # the study of `shequn run --list`


@dataclass(frozen=True, slots=True, kw_only=True)
class LastActivity:
    """Meaning of a group's recorded last activity, and the silence that means death.

    Attributes
    ----------
    what
        The last activity, in words.
    talk
        Whether it is talk; other activity is a proxy.
    kind
        The only kind of group that counts; empty for all.
    where
        Facts that groups must have, with the value.
    firm
        A fact and its least value: SUPPORTED needs these groups to give it too.
    prints
        What has to stand after a verdict.
    windows
        Days of silence that are a death; a verdict must hold for each.
    also
        Days of silence of an alternative specification; 0 for none.
    born
        Whether only groups followed from their origin count.
    lives_on
        Why groups live on without it; empty where its end is a death. Ends are then
        too many by an unknown number, and a comparison of them decides nothing.
    silent_on
        The date on which groups are called silent, where the plan fixed one.
    """

    what: str
    talk: bool = False
    kind: str = ""
    where: Mapping[str, float] = field(default_factory=dict)
    firm: tuple[str, float] | None = None
    prints: tuple[str, ...] = ()
    windows: tuple[float, ...] = SIDE_BY_SIDE
    also: float = 0.0
    born: bool = False
    lives_on: str = ""
    silent_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstTexts:
    """Which recorded charters and purposes are a group's own first text.

    Attributes
    ----------
    since
        The first date of founding from which a purpose on record is the first one.
    copied
        Networks all of whose charters have the headings of one template.
    filled_in
        Founding dates, by network, of charters that were filled in together.
    """

    since: date | None = None
    copied: tuple[str, ...] = ()
    filled_in: Mapping[str, tuple[date, date]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFacts:
    """Settings of a public source that estimators need, such as time origin and bias.

    Attributes
    ----------
    last_activity
        What its second date means; None where nothing was fixed.
    shown
        Claims that its indirect measures answer without the plan naming them: what
        they give is shown and decides nothing.
    indirect
        Claims that it answers by an indirect measure, though it has what they need.
    lists_rewritten
        Whether lists of people were made again, so that leaving them is no leaving.
    counted_by_month
        Whether members are counted once a month, so that ages are whole months.
    first_texts
        Which of its charters and purposes are first texts, and which are copies.
    """

    last_activity: LastActivity | None = None
    shown: tuple[str, ...] = ()
    indirect: tuple[str, ...] = ()
    lists_rewritten: bool = False
    counted_by_month: bool = False
    first_texts: FirstTexts = FirstTexts()


@cache
def read_source_facts(source: str) -> SourceFacts:
    """Read the settings of a public source that estimators need.

    >>> read_source_facts("v2ex_nodes").last_activity.what
    'topic or reply'
    >>> read_source_facts("own").last_activity.talk
    True
    """
    if source == USERS:
        return SourceFacts(last_activity=LastActivity(what="message", talk=True))
    facts = read_facts(source).get("claims", {}) if is_public(source) else {}
    return msgspec.convert(facts, SourceFacts)
