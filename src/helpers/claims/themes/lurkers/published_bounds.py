"""Bounds of the share of software users who feel part of its community, by survey.

Roles could be ticked together, so answers of those who use are a mixture of people who
only use and people who do more (Horowitz and Manski, 1995, Econometrica 63, 281–302).
"""

from __future__ import annotations

from helpers.claims.contract import gates
from helpers.claims.contract.finding import Finding
from helpers.claims.contract.proxy import stands_in
from helpers.claims.contract.study_view import Evidence
from helpers.errors import NotIdentifiableError
from helpers.wording import join_messages, say

USES, AGREE = "uses", ("4", "5")


@stands_in(
    "s0-lurkers-still-identify",
    needs=("published_percentages",),
    planned=True,
)
def bounds_among_users(evidence: Evidence) -> Finding:
    """Bound which share of people who only use software feel part of its community."""
    bounds = _bound_by_year(evidence)
    text = join_messages(
        "; ",
        (
            say(
                "{year}: {low:.0%} to {high:.0%}, at least {least:.1%} of users only"
                " use",
                year=year, low=low, high=high, least=least,
            )
            for year, (least, low, high) in bounds.items()
        ),
    )  # fmt: skip
    narrow = all(high - low < 1 for _, low, high in bounds.values())
    gates.pass_gates(gates.Gate("bounds narrower than 0 % to 100 %", narrow, text))
    raise NotIdentifiableError(
        say("bounds without a sampling error decide nothing: {text}", text=text)
    )


def _bound_by_year(evidence: Evidence) -> dict[str, tuple[float, float, float]]:
    """Bound by year the share of people who only use software and feel part of it."""
    table = evidence.table("survey_percents")
    bounds = {}
    for year, rows in table.groupby("stratum"):
        roles = rows[rows["question"].eq("role")].set_index("answer")["percent"] / 100
        own = rows[
            rows["question"].eq("part of a community") & rows["respondents"].eq(USES)
        ]
        agree = own.loc[own["answer"].isin(AGREE), "percent"].sum() / 100
        bounds[str(year)] = bound_pure_share(
            float(agree), float(roles[USES]), float(roles.drop(USES).sum())
        )
    return bounds


def bound_pure_share(
    agree: float, users: float, others: float
) -> tuple[float, float, float]:
    """Bound how many of those who only use a software agree with a statement.

    Parameters
    ----------
    agree
        Share of all users who agree.
    users, others
        Shares of respondents who ticked that they use, and the sum of other roles;
        all ticked one at least.

    Examples
    --------
    >>> [round(one, 3) for one in bound_pure_share(0.5, 0.8, 0.4)]
    [0.75, 0.333, 0.667]
    """
    least = max(0.0, 1 - others) / users
    if least == 0:
        return 0.0, 0.0, 1.0
    return least, max(0.0, (agree - (1 - least)) / least), min(1.0, agree / least)
