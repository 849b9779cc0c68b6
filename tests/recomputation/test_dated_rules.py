"""Recompute effects of dated rules from raw files."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import linalg, optimize, stats
from statsmodels.duration.hazard_regression import PHReg

from helpers.study import open_study
from tests.recomputation.register_lifetimes import raw

LIMITS = 0.005
RULES = "s1-rules-needed"


def days(column):
    """Convert a column to days since 1970, nan if missing."""
    return (pd.to_datetime(column) - pd.Timestamp(0)) / pd.Timedelta(days=1)


def indicators(kind, least=10):
    """Return dummy variables for categories of at least ten."""
    count = kind.value_counts()
    few = kind.isin(count.index[count < least])
    kind = kind.where(~few, "another" if few.sum() >= least else count.index[0])
    return pd.get_dummies(kind, dtype=float).drop(columns=count.index[0])


def inverse_probability(arm, known):
    """Compute stabilised weights from a logit model of the arm."""
    chance = sm.Logit(arm, sm.add_constant(known)).fit(disp=0, method="newton")
    p = chance.predict()
    return np.where(arm == 1, arm.mean() / p, (1 - arm.mean()) / (1 - p))


def steps(time, died, x, weights, beta):
    """Yield each event with its weight and the hazards at risk."""
    risk = weights * np.exp(x @ beta)
    for t in np.unique(time[died]):
        tied = died & (time == t)
        for k in range(tied.sum()):
            left = np.where(tied, 1 - k / tied.sum(), 1.0) * (time >= t)
            yield tied, weights[tied].mean(), left * risk


def limits(time, died, x, weights, beta):
    """Compute robust limits of a weighted log hazard ratio (CR2)."""
    n, p = x.shape
    scores, spread = np.zeros((n, p)), np.zeros((n, p, p))
    for tied, each, risk in steps(time, died, x, weights, beta):
        apart = x - (risk @ x) / risk.sum()
        share = each * risk / risk.sum()
        scores[tied] += weights[tied, None] * apart[tied] / tied.sum()
        scores -= share[:, None] * apart
        spread += share[:, None, None] * apart[:, :, None] * apart[:, None, :]
    information = spread.sum(axis=0)
    root = np.real(linalg.sqrtm(information))
    back = np.linalg.inv(root)
    mended = [
        root @ linalg.fractional_matrix_power(np.eye(p) - back @ d @ back, -0.5)
        @ back @ score
        for d, score in zip(spread, scores, strict=True)
    ]  # fmt: skip
    moved = np.real(mended) @ np.linalg.inv(information)
    reach = stats.t.ppf(0.975, n - 1) * np.sqrt((moved**2).sum(axis=0))
    return np.column_stack([beta, beta - reach, beta + reach])


def weighted_cox(time, died, arm, weights):
    """Compute a weighted log hazard ratio risk set by risk set."""
    x = np.asarray(arm, float)[:, None]

    def slope(beta):
        return sum(
            (weights[tied] * x[tied, 0]).sum() / tied.sum()
            - each * (risk @ x[:, 0]) / risk.sum()
            for tied, each, risk in steps(time, died, x, weights, np.array([beta]))
        )

    beta = optimize.brentq(slope, -5, 5, xtol=1e-12)
    return limits(time, died, x, weights, np.array([beta]))[0]


def agree(found, route):
    """Assert that estimate and limits equal the recomputed ones."""
    logs = np.log([found.estimate, found.low, found.high])
    assert logs[0] == pytest.approx(route[0], abs=1e-6)
    assert logs[1:] == pytest.approx(route[1:], abs=LIMITS)


@pytest.fixture(scope="module")
def servers():
    """Return game servers at risk from day 28, with their rules."""
    rows = raw("mc_servers", "servers_rules.csv.gz")
    first, last = days(rows["date_ping_1st"]), days(rows["date_ping_lst"])
    entered = days(rows["listed_on"])
    here = (first > days("2015-07-15")) & ((entered - first).abs() <= 14)
    died = last <= days("2016-10-18")
    life = last.where(died, days("2016-11-18")) - first
    known = rows[["srv_max", "plugin_count", "dataset_source", "governance_intensity"]]
    table = known.assign(
        first=first, life=life, died=died, rules=(rows["governance_intensity"] >= 1) * 1
    )
    return table[here & (life > 28)].reset_index(drop=True)


def of_servers(rows):
    """Return the covariates of game servers."""
    born = pd.to_datetime(rows["first"], unit="D")
    numbers = np.log1p(rows[["srv_max", "plugin_count"]].astype(float))
    month = indicators(born.dt.strftime("%Y-%m"))
    return pd.concat([numbers, month, indicators(rows["dataset_source"])], axis=1)


@pytest.mark.shared
def test_hazard_of_servers_with_tools_is_recomputed(product, servers):
    """Compute the weighted hazard ratio of servers with a tool."""
    known = of_servers(servers)
    weights = inverse_probability(servers["rules"].to_numpy(), known)
    route = weighted_cox(
        servers["life"].to_numpy(), servers["died"].to_numpy(),
        servers["rules"].to_numpy(), weights,
    )  # fmt: skip
    found = product(RULES, "mc_servers")
    agree(found.components[0], route)
    assert len(servers) == found.components[0].n


@pytest.mark.shared
def test_slopes_of_strictness_are_recomputed(product, servers):
    """Compute both slopes of strictness at the break."""
    dose = servers["governance_intensity"] / servers["governance_intensity"].std()
    known = of_servers(servers)

    def fit(columns):
        table = pd.concat([pd.DataFrame(columns), known], axis=1).astype(float)
        table -= table.mean()
        model = PHReg(servers["life"], table, status=servers["died"], ties="efron")
        return table, model.fit().params

    line, square = fit({"x": dose, "square": dose**2})[1][:2]
    values = np.unique(dose)
    low, high = dose.quantile([0.2, 0.8])
    at = -line / (2 * square) if square > 0 else dose.median()
    at = min(max(at, low, values[2]), high, values[-2])
    x = dose - at
    table, beta = fit({"low": x.clip(upper=0), "high": x.clip(lower=0), "step": x >= 0})
    route = limits(
        servers["life"].to_numpy(), servers["died"].to_numpy(), table.to_numpy(),
        np.ones(len(table)), beta,
    )  # fmt: skip
    found = product("s1-rules-too-strict", "mc_servers").components
    agree(found[0], route[0])
    agree(found[1], route[1])


@pytest.fixture(scope="module")
def chapters():
    """Return chapters with rules, from their members' commits."""
    commits = raw("nodeschool_chapters", "commits.csv.gz")
    reach = commits.groupby("author")["chapter"].nunique()
    own = commits[commits["author"].map(reach) < 5]
    own = own.assign(day=days(own["day"]))
    born = own.groupby("chapter")["day"].min()
    early = own[own["day"] - own["chapter"].map(born) < 14].groupby("chapter")
    told = raw("nodeschool_chapters", "chapters.csv").set_index("chapter")
    rules = days(told["conduct_first_mention"]).reindex(born.index)
    return pd.DataFrame(
        {
            "born": born,
            "life": own.groupby("chapter")["day"].max() - born + 0.5,
            "rules": (rules - born < 14) * 1,
            "authors": early["author"].nunique(),
            "commits": early.size(),
        }
    ).sort_values(["born", "chapter"])


@pytest.mark.shared
def test_hazard_of_chapters_with_rules_is_recomputed(product, chapters):
    """Compute the hazard ratio of chapters with rules by day 14."""
    facts = open_study("nodeschool_chapters").table("facts")
    rows = chapters.reset_index(drop=True)
    wide = facts.pivot_table(index="group", columns="fact", values="value")
    listed = wide["organizers_day_13"].reindex(rows.index)
    told = facts[facts["fact"].str.startswith("country: ")].set_index("group")["fact"]
    country = told.str.removeprefix("country: ")
    rows = rows.assign(
        listed=np.log1p(listed.fillna(0)), unlisted=listed.isna() * 1.0,
        country=country.reindex(rows.index).fillna("another"),
        year=pd.to_datetime(rows["born"], unit="D").dt.year.astype(str),
    )  # fmt: skip
    follow_up = days("2026-01-23") - 365 - rows["born"]
    died = rows["life"] < follow_up
    time = rows["life"].where(died, follow_up)
    rows = rows.assign(time=time, died=died)[time > 14].reset_index(drop=True)
    logs = np.log1p(rows[["authors", "commits"]].astype(float))
    known = pd.concat(
        [logs, rows[["listed", "unlisted"]], indicators(rows["country"]),
         indicators(rows["year"])], axis=1,
    )  # fmt: skip
    weights = inverse_probability(rows["rules"].to_numpy(), known)
    route = weighted_cox(
        rows["time"].to_numpy(), rows["died"].to_numpy(), rows["rules"].to_numpy(),
        weights,
    )  # fmt: skip
    found = product(RULES, "nodeschool_chapters")
    agree(found.components[0], route)
    assert len(rows) == found.components[0].n == 133
