"""How many groups fail in a year, where two dates are all that is known."""

from __future__ import annotations

from dataclasses import replace

from helpers.claims.contract.finding import Beside, Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.claims.definitions.death_definitions import DECIDING, SEED
from helpers.claims.definitions.spans import YEAR
from helpers.claims.definitions.two_dates import (
    followed,
    readings_of,
)
from helpers.claims.designs.two_dates_share import silent_by
from helpers.inference import share_interval
from helpers.survival import Interval, Lifetimes, clusters_of


@stands_in("s1-over-90-fail", ("registry.last_us",), planned=True)
def failed_in_a_year(evidence: Evidence) -> Finding:
    """Estimate the share of groups without activity after a year: F1 alone."""
    rows, source = followed(evidence)
    found = silent_by(rows, source, YEAR, ())
    never = Beside("never active at all", _never(readings_of(rows)[0].lives))
    return replace(
        found,
        beside=(*found.beside, never),
        qualifiers=(*found.qualifiers, "F1 only"),
    )


def _never(lives: Lifetimes) -> Interval:
    """Return the share never active, of those born W days or more before the end."""
    clusters = clusters_of(lives.network, lives.batch)
    return share_interval(lives.never_active, clusters, seed=SEED, replicates=DECIDING)
