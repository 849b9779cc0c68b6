"""What is calibrated: decision templates and claims, each in its worlds."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.calibration.claim_worlds import CLAIMS
from helpers.calibration.template_worlds import TEMPLATES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.calibration.cells import Subject

__all__ = ["SUBJECTS"]

SUBJECTS: Mapping[str, Subject] = MappingProxyType(
    {one.name: one for one in (*TEMPLATES, *CLAIMS)}
)
