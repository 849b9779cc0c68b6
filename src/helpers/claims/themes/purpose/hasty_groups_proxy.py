"""Groups whose posters came at once, told from first messages.

Where nobody's joining is dated, the first message stands for it.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.claims.contract.proxy import QUALIFIERS, Proxy
from helpers.claims.definitions.first_days import FROM_FIRST_MESSAGES, first_messages
from helpers.claims.themes.purpose.hasty_groups import (
    HASTY_SETS,
    rushed,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.contract.finding import Finding
    from helpers.claims.contract.study_view import Evidence

__all__ = ["PROXIES"]


def hasty_posters(evidence: Evidence) -> Finding:
    """Compare groups whose posters had all come at once with those that filled up."""
    found = rushed(evidence, first_messages, 28, 2).finding(
        "top against bottom tercile of the share of posters of days 0–27 who first"
        " wrote by day 2",
        qualifiers=QUALIFIERS,
        sets=HASTY_SETS,
        build=partial(rushed, evidence, first_messages),
    )
    return replace(found, attenuated=True)


PROXIES: Mapping[str, Proxy] = MappingProxyType(
    {
        "s0-hasty-copycat-dies": Proxy(hasty_posters, needs=FROM_FIRST_MESSAGES),
    }
)
