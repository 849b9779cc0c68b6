"""A claim as a notebook states it, and what the literature measured about it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.fixed.literature import literature
from helpers.claims.fixed.register import claim, read_register
from helpers.notebooks.tables import Table
from helpers.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpers.claims.fixed.register import Claim

__all__ = ["claim_block", "literature_block", "register_table"]

SOURCE = {
    "article": "the deciding number is the article's own",
    "ours": "the article gives no number; the threshold is ours",
}


def claim_block(claim_id: str) -> Prose:
    """Return the claim in both languages, with the rule that was fixed beforehand.

    Examples
    --------
    >>> "P&gt;(0.50)" in claim_block("s0-three-month-death").markdown
    True
    """
    one = claim(claim_id)
    lines = {
        "Claim": f"{escape(one.en, quote=False)}<br>{escape(one.zh, quote=False)}",
        "Estimand": escape(one.estimand, quote=False),
        "Rule, fixed beforehand": f"{escape(one.rule, quote=False)} "
        f"({SOURCE[one.threshold_source]})",
        "Untestable if": escape(one.untestable_if, quote=False),
    }
    body = "\n>\n".join(f"> **{name}** · {text}" for name, text in lines.items())
    return Prose(f"> `{one.id}` · article {one.article}\n>\n{body}")


def literature_block(claim_id: str) -> Prose:
    """Return what the literature measured, or that nothing was read about it.

    Examples
    --------
    >>> literature_block("s0-novelty-decay").markdown
    'We read no published measurement of this claim.'
    """
    lines = [
        f"- {escape(one.citation, quote=False)}: {escape(one.finding, quote=False)} "
        f"({escape(one.sample, quote=False)})"
        + (", read in a digest of it." if one.read == "digest" else ".")
        for one in literature(claim_id)
    ]
    if not lines:
        return Prose("We read no published measurement of this claim.")
    return Prose("What the literature measured:\n\n" + "\n".join(lines))


def register_table(register: Mapping[str, Claim] | None = None) -> Table:
    """Return every claim of the register, one a row, in both languages."""
    claims = (register or read_register()).values()
    fields = ("id", "theme", "status", "priority", "en", "zh")
    rows = pd.DataFrame({name: [getattr(c, name) for c in claims] for name in fields})
    rows["status"] = rows["status"].str.replace("_", " ")
    return Table(rows, "The register of claims")
