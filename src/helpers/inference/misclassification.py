"""Shares reported by a classifier, corrected for sensitivity and specificity.

Rogan and Gladen (1978), Estimating prevalence from the results of a screening test,
American Journal of Epidemiology 107, 71–76; interval of Lang and Reiczigel (2014),
Confidence limits for prevalence of disease adjusted for estimated sensitivity and
specificity, Preventive Veterinary Medicine 113, 13–22.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from helpers.errors import NotIdentifiableError
from helpers.survival.interval import SCALES, Interval, ScaleName


@dataclass(frozen=True, slots=True)
class Rate:
    """A share estimated from n independent texts."""

    estimate: float
    n: int

    def shrunken(self, added: float) -> Rate:
        """Return the rate with `added` pseudo-observations, half of them successes."""
        total = self.n + added
        return Rate((self.n * self.estimate + added / 2) / total, round(total))

    @property
    def variance(self) -> float:
        """Binomial variance of the estimated share."""
        return self.estimate * (1 - self.estimate) / self.n


@dataclass(frozen=True, slots=True)
class _LangReiczigel:
    """Limits of a share corrected by an estimated sensitivity and specificity."""

    read: Rate
    sensitivity: Rate
    specificity: Rate

    def _corrected(self, z: float) -> tuple[float, float]:
        """Return the corrected share and standard error (Lang and Reiczigel)."""
        read = self.read.shrunken(z * z)
        hit, passed = self.sensitivity.shrunken(2), self.specificity.shrunken(2)
        power = hit.estimate + passed.estimate - 1
        share = (read.estimate + passed.estimate - 1) / power
        missed, alarms = share * hit.variance, (1 - share) * passed.variance
        spread = read.variance + share * missed + (1 - share) * alarms
        return share + 2 * z * z * (missed - alarms), spread**0.5 / power

    def __call__(self, level: float) -> tuple[float, float]:
        """Return confidence limits of the corrected share at `level`, within 0–1."""
        z = float(stats.norm.ppf((1 + level) / 2))
        centre, error = self._corrected(z)
        low, high = centre - z * error, centre + z * error
        return min(max(low, 0.0), 1.0), min(max(high, 0.0), 1.0)

    def on_scale(self, scale: ScaleName) -> tuple[float, float]:
        """Return the share and its standard error on a transformed scale."""
        centre, error = self._corrected(float(stats.norm.ppf(0.975)))
        inside = min(max(centre, 1e-9), 1 - 1e-9)
        rule = SCALES[scale]
        return float(rule.forward(inside)), float(error * abs(rule.slope(inside)))


def correct_share(read: Rate, sensitivity: Rate, specificity: Rate) -> Interval:
    """Estimate the true share from the share that a classifier reports as positive.

    The interval holds the sampling errors of all three rates. Texts count as
    independent, and the classifier must err on them as on the labelled ones.

    Parameters
    ----------
    read
        Share read positive, and of how many texts.
    sensitivity, specificity
        Shares of labelled positive texts read positive and of labelled negative texts
        read negative, and of how many each.

    Raises
    ------
    NotIdentifiableError
        If the classifier does no better than chance: the two add up to 1 or less.

    Examples
    --------
    >>> print(correct_share(Rate(0.55, 400), Rate(0.77, 3753), Rate(0.54, 4389)))
    0.29 [0.128, 0.449]
    """
    power = sensitivity.estimate + specificity.estimate - 1
    if power <= 0:
        raise NotIdentifiableError(
            f"sensitivity and specificity add up to {power + 1:.2f}, no more than"
            " chance gives",
            where="corrected share",
            remedy="use a classifier that reads these texts better than chance",
        )
    share = (read.estimate + specificity.estimate - 1) / power
    limits = _LangReiczigel(read, sensitivity, specificity)
    low, high = limits(0.95)
    inside = min(max(share, low), high)
    return Interval.of(
        inside, limits, method="Rogan–Gladen, Lang–Reiczigel", n=read.n, clusters=read.n
    )
