"""Published studies that measured a claim's quantity, by their own definition."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from helpers.claims.claim import Claim, Measured
from helpers.claims.contract.finding import Range
from helpers.survival.interval import SCALES
from helpers.synthesis.scales import REACH


@dataclass(frozen=True, slots=True)
class Published:
    """A published estimate shown next to the estimates of a claim's sources.

    Attributes
    ----------
    key
        Of ``literature.toml``.
    measured
        What was read there.
    span
        With the limits of a sample of its size; without limits where that is not
        known.
    """

    key: str
    measured: Measured
    span: Range

    @property
    def n(self) -> int:
        """Number of units in the published study, such as groups; 0 if missing."""
        return self.measured.n


def list_published(claim: Claim) -> tuple[Published, ...]:
    """List published estimates of the quantity that a claim is about.

    Examples
    --------
    >>> claim = Claim.of("s0-three-month-death")
    >>> [(row.key, row.span.estimate) for row in list_published(claim)]
    [('qiu-2016', 0.7), ('kraut-2014', 0.57)]
    """
    return tuple(
        Published(finding.key, measured, _build_span(measured))
        for finding in claim.literature
        for measured in finding.measured
        if measured.claim == claim.id
    )


def _build_span(measured: Measured) -> Range:
    share, n = measured.share, measured.n
    if not n:
        return Range(share, share, share)
    reach = REACH / (n * share * (1 - share)) ** 0.5
    centre = SCALES["logit"].forward(share)
    low, high = SCALES["logit"].inverse(np.array([centre - reach, centre + reach]))
    return Range(share, float(low), float(high))
