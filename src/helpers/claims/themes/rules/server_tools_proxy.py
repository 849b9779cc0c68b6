"""Rules with a day: small game servers, by the tools of governance in their entry.

Life is answering a directory's pings; installed tools stand in for rules, and their
number for strictness. A stand-in, and an association.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pandas as pd

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import QUALIFIERS, stands_in
from helpers.claims.contract.specification import multiplied
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.codings import kinds, measured, stated
from helpers.claims.definitions.death_definitions import Reading
from helpers.claims.definitions.registered import in_force, registered
from helpers.claims.designs.hazards.dated_exposure import Arms, logs
from helpers.claims.designs.hazards.landmark import per_sd
from helpers.claims.designs.hazards.two_lines import bottom, two_lines
from helpers.survival import Interval

DAY = 28.0  # four weeks on the list are the source's condition
UNSEEN = 31.0  # from the last day on which a last ping is a death to the end
READINGS: Mapping[str, Reading] = {
    "watched to the end": in_force,
    "watched to 31 days before it": partial(registered, w_days=UNSEEN),
}
TOOLS = ("governance_tools",)
RESTRICTING = ("tools_that_take_rights", "tools_against_griefing")
OTHER_BREAKS = (0.4, 0.5, 0.6)


@stands_in("s1-rules-needed", ("codings.governance_tools",), needs=("rules",))
def servers_with_tools(evidence: Evidence) -> Finding:
    """Compare servers that name a tool of governance with servers that name none."""
    return _arms(evidence).finding(
        "a tool of governance or more in the entry of the first weeks against none;"
        " last ping, from day 28 on; weighted for seats, plug-ins, month of birth and"
        " list",
        {"one tool or more": stated(evidence, "rules", DAY)},
        READINGS,
        note="governance tools, not written rules; games, not talk",
        variant="tools",
    )


def _arms(evidence: Evidence) -> Arms:
    born = pd.to_datetime(evidence.groups["origin_us"].astype("int64"), unit="us")
    month = pd.Series(born.dt.strftime("%Y-%m").to_numpy(), evidence.groups["group"])
    source = kinds(evidence, "source").reindex(month.index)
    return Arms(
        evidence=evidence,
        day=DAY,
        counts=logs(evidence, "seats", "plugins"),
        kinds=pd.DataFrame({"month": month, "source": source}).fillna("another"),
    )


@stands_in("s1-rules-too-strict", ("codings.governance_tools",), needs=("rules",))
def servers_too_strict(evidence: Evidence) -> Finding:
    """Fit two lines to the log-hazard by the number of tools: around a break."""
    sets = {
        "tools": {"tools of governance": TOOLS, "tools that restrict": RESTRICTING},
        "reading": READINGS,
        "at": {
            "break at the bottom of a parabola": None,
            **{f"break at the {q:.0%} quantile of any": q for q in OTHER_BREAKS},
        },
    }
    data, columns = _strict(evidence, TOOLS, in_force)
    at = bottom(data, columns)
    passed = _gated(data, columns, at)
    return Finding(
        legs=two_lines(data, columns, at),
        definition="HR per SD of the number of governance tools below and above the"
        " break; last ping, from day 28 on; seats, plug-ins, month of birth and list"
        " adjusted",
        gates=passed,
        specifications=multiplied(sets, partial(_gated_estimates, evidence)),
        qualifiers=QUALIFIERS,
        note="governance tools, not written rules; they may answer to trouble of the"
        " first weeks, and removals are not known",
    )


def _strict(
    evidence: Evidence, tools: tuple[str, ...], reading: Reading
) -> tuple[pd.DataFrame, list[str]]:
    """Return servers at risk with their strictness in standard deviations."""
    first, *others = (measured(evidence, one) for one in tools)
    number = sum(others, first)
    data, columns = _arms(evidence).at_risk(number, reading)
    return data.assign(exposure=per_sd(data["exposure"])), columns


def _gated(data: pd.DataFrame, columns: list[str], at: float) -> tuple[gates.Gate, ...]:
    beyond = int((data["exposure"] > at).sum())
    detail = f"{beyond} servers beyond the break"
    return gates.passed(
        gates.groups(len(data)),
        gates.at_least("beyond the break", beyond, gates.LEAST_IN_ARM, detail),
        gates.clustering(data["network"], data["batch"]),
        gates.coefficients(int(data["ended"].sum()), 3 + len(columns)),
    )


def _gated_estimates(
    evidence: Evidence, tools: tuple[str, ...], reading: Reading, at: float | None
) -> tuple[Interval, ...]:
    data, columns = _strict(evidence, tools, reading)
    some = data["exposure"][data["exposure"] > data["exposure"].min()]
    place = bottom(data, columns) if at is None else float(some.quantile(at))
    _gated(data, columns, place)
    return two_lines(data, columns, place)
