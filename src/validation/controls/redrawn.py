"""Judge studies in which some tables are simulated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import pandas as pd

from helpers.claims.claim import Claim
from helpers.claims.contract.finding import Finding
from helpers.claims.evaluation.curves import Computed, Curve
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.rules.interval_rules import Word
from helpers.records import Observability
from helpers.study.publish.study import Manifest, Study, Tables

STUDIES = 40
SEED = 20261122
Draw = Callable[[np.random.Generator], Tables]


class NoCurve:
    """Source of specification curves that computes no alternative analyses."""

    @staticmethod
    def curve(claim: Claim, label: str, finding: Finding) -> tuple[Curve, str]:
        """Return an empty specification curve: no alternative analyses."""
        return Computed(0, 0).curve(claim, label, replace(finding, specifications=()))


@dataclass(frozen=True, eq=False)
class Redrawn:
    """A study in which some tables are replaced by simulated ones.

    Attributes
    ----------
    whole
        The study.
    tables
        Those that take the place of its own.
    """

    whole: Study
    tables: Mapping[str, pd.DataFrame]

    @property
    def name(self) -> str:
        """Name of the study."""
        return self.whole.name

    @property
    def checksum(self) -> str:
        """Checksum of the study."""
        return self.whole.checksum

    @property
    def manifest(self) -> Manifest:
        """Manifest of the study."""
        return self.whole.manifest

    @property
    def observability(self) -> Observability:
        """What the study's source records."""
        return self.whole.observability

    def table(self, name: str) -> pd.DataFrame:
        """Return a table of the study, simulated if replaced."""
        return self.tables[name] if name in self.tables else self.whole.table(name)


def count_words(
    claim_id: str, draw: Draw, studies: int = STUDIES
) -> Mapping[str, Counter[Word]]:
    """Count the verdicts of a claim over simulated studies, by network.

    Parameters
    ----------
    draw
        Returns one simulated study.
    studies
        How many are simulated.
    """
    rule, words = Claim.of(claim_id).rule, dict[str, Counter[Word]]()
    for seed in np.random.SeedSequence(SEED).spawn(studies):
        study = draw(np.random.default_rng(seed))
        verdict = evaluate_claim(Claim.of(claim_id), cast("Study", study), NoCurve())
        for one in _add_components(verdict):
            word = rule.decide(*one.components).word
            words.setdefault(one.study, Counter())[word] += 1
    return words


def _add_components(verdict: Verdict) -> Iterator[Verdict]:
    if verdict.components:
        yield verdict
    for part in verdict.parts:
        yield from _add_components(part)
