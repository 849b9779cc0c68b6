"""What every chapter needs: its claims, its answers as a frame, and what is missing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from helpers.claims import Word, claim, read_register, report
from helpers.claims.contract.data_needs import needs_of
from helpers.claims.fixed.literature import literature
from helpers.errors import NotIdentifiableError
from helpers.notebooks.tables import Table
from helpers.prose import Prose, count, ratio, share

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from helpers.claims import Claim, Verdict
    from helpers.study import Study

__all__ = [
    "answer_box",
    "answers_of",
    "is_share",
    "literature_of",
    "not_answerable",
    "one_of",
    "plain_name",
    "span",
    "themes",
]

COLUMNS = [
    "claim", "source", "study", "answer", "estimate", "low", "high", "n", "stand_in",
    "why",
]  # fmt: skip
SILENT = {None, Word.UNTESTABLE, Word.UNFALSIFIABLE}
ANSWERS = {
    "SUPPORTED": ("fits", "成立"),
    "CONTRADICTED": ("does not hold", "不成立"),
    "TOO_SMALL": ("true, but smaller", "方向对，但更小"),
    "INCONCLUSIVE": ("not settled", "尚无定论"),
    "FRAGILE": ("shaky", "站不稳"),
}


YEARS = re.compile(r"(, (up to )?|（)?\d{4}(–\d{4}|-\d\d-\d\d)?）?$")
TAIL = re.compile(r"[:：].*$|, (every|before|up to|with) .*$")


def themes(*names: str) -> list[str]:
    """Return the claims of some themes of the register, in its order.

    >>> themes("lurkers")[0]
    's0-lurkers-still-identify'
    """
    return [one.id for one in read_register().values() if one.theme in names]


def one_of(
    studies: Sequence[Study], *names: str, having: Collection[str] = ()
) -> Study:
    """Return the first study of these names, else the first that has the tables.

    Raises
    ------
    NotIdentifiableError
        If none has them: somebody's own study may not show what a chapter does.
    """
    able = {s.name: s for s in studies if set(having) <= set(s.manifest.tables)}
    for name in (*names, *able):
        if name in able:
            return able[name]
    raise NotIdentifiableError(
        f"no study at hand has {', '.join(having)}", where="worked example"
    )


def answers_of(claims: Sequence[str], studies: Sequence[Study]) -> pd.DataFrame:
    """Return one row for each answer: claim, source, verdict, estimate, limits, n.

    Sources that can say nothing have no row.
    """
    rows = [row for name in claims for row in _answers(name, studies)]
    return pd.DataFrame(rows, columns=COLUMNS)


def _answers(name: str, studies: Sequence[Study]) -> Iterator[dict[str, object]]:
    for study in studies:
        for verdict in _told(report(name, study)):
            yield {
                "claim": name,
                "source": study.manifest.title_en,
                "study": study.name,
                "answer": ANSWERS[str(verdict.word)][0],
                "estimate": verdict.estimate,
                "low": verdict.low,
                "high": verdict.high,
                "n": verdict.n,
                "stand_in": "proxy" in verdict.qualifiers,
                "why": verdict.reason,
            }


def _told(verdict: Verdict) -> Iterator[Verdict]:
    """Yield what a study says: as a whole, else by its parts."""
    whole = [verdict] if verdict.word not in SILENT else list(verdict.parts)
    yield from (one for one in whole if one.word not in SILENT and one.estimate)


def is_share(claim_id: str) -> bool:
    """Say whether a claim is about a share or a difference of shares, not a ratio.

    >>> is_share("s0-three-month-death"), is_share("s0-novelty-decay")
    (True, False)
    """
    template = claim(claim_id).template.removeprefix("ALL(")
    return template[:1] in "PΔ" and template != ""


def answer_box(answers: pd.DataFrame, head: str = "In short") -> Prose:
    """Return each answered claim with what every source says of it, in plain words."""
    lines = [f"**{head}.**"]
    for name, rows in answers.groupby("claim", sort=False):
        said = "; ".join(_said(row) for row in rows.itertuples())
        lines.append(f"- {_linked(claim(str(name)))} {said}.")
    return Prose("\n".join(f"> {line}" for line in lines))


def _linked(one: Claim) -> str:
    return f'<span data-claim="{one.id}">“{one.en.rstrip(".")}”</span>:'


def _said(row: Any) -> str:  # noqa: ANN401 - a row, as pandas hands it out
    write = share if is_share(row.claim) else ratio
    limits = f"{write(row.low)} to {write(row.high)}"
    stand_in = ", by a stand-in" if row.stand_in else ""
    numbers = f"{write(row.estimate)}, {limits}; n = {count(row.n)}{stand_in}"
    return f"**{row.answer}** in {plain_name(row.source)} ({numbers})"


def plain_name(title: str) -> str:
    """Return a source's title without its years and what follows a colon.

    >>> plain_name("One large Chinese study group, every join and leave, 2018–2024")
    'One large Chinese study group'
    >>> plain_name("W3C community, working and interest groups, 1995–2026")
    'W3C community, working and interest groups'
    """
    return YEARS.sub("", TAIL.sub("", title))


def span(answers: pd.DataFrame, claim_id: str) -> str:
    """Return the least and the largest estimate of a claim, for a title.

    >>> rows = pd.DataFrame({"claim": "s1-over-90-fail", "estimate": [0.21, 0.97]})
    >>> span(rows, "s1-over-90-fail").replace(THIN, " ")
    '21 % to 97 %'
    """
    found = answers.loc[answers["claim"] == claim_id, "estimate"]
    write = share if is_share(claim_id) else ratio
    told = dict.fromkeys((write(found.min()), write(found.max()))) if len(found) else ()
    return " to ".join(told) or "an unknown part"


def not_answerable(claims: Sequence[str], answers: pd.DataFrame) -> Table:
    """Return the claims that no source answers, each with what is missing."""
    silent = [claim(name) for name in claims if name not in set(answers["claim"])]
    rows = {
        "claim": [f"{one.en} {one.zh}" for one in silent],
        "what is missing": [_missing(one) for one in silent],
    }
    return Table(pd.DataFrame(rows), "Not answerable here · 这里答不了")


def _missing(one: Claim) -> str:
    if one.status == "unfalsifiable":
        return "nothing that could be observed counts against it"
    if one.status == "untestable_default":
        return one.untestable_if
    return "; ".join(need.what for need in needs_of(one.id)) or "enough groups"


def literature_of(claims: Sequence[str]) -> Table:
    """Return what was published about some claims: who, on whom, what came out."""
    found = {one.key: one for name in claims for one in literature(name)}
    rows = {
        "published": [one.citation for one in found.values()],
        "found": [f"{one.finding} ({one.sample})" for one in found.values()],
    }
    return Table(pd.DataFrame(rows), "What the literature found · 文献")
