"""Second routes that agree only once the product's reading is taken over.

Not blind: each docstring names what was learnt from the product's number.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from helpers.claims.evaluation.verdict_store import load_verdict
from helpers.study import open_study
from tests.recomputation.plain_estimators import alive_at_28, cox

pytestmark = pytest.mark.usefixtures("kept_verdicts")


@pytest.mark.parametrize(
    "study", ["fcc_gitter", "komodo_discord", "meshcore_split", "zulip_archives"]
)
def test_quality_and_size_share_the_log_likelihood(study):
    """Learnt: size is log(1 + posters)."""
    months = open_study(study).table("months")
    core = months[months.month == 0].set_index("group").core_8
    rows = alive_at_28(study)
    parts = [core[rows.group].to_numpy() / rows.posters, np.log1p(rows.posters)]

    def fitted(*design):
        design = np.column_stack(design)
        model = sm.PHReg(rows.time, design, status=rows.died, ties="efron")
        return model.fit(disp=0).llf

    alone, both = [fitted(part) for part in parts], fitted(*parts)
    none = sm.PHReg(rows.time, parts[0].to_numpy()[:, None], status=rows.died)
    nothing = none.loglike(np.zeros(1))
    difference = (alone[0] - alone[1]) / (both - nothing)
    verdict = load_verdict("s4-quality-over-quantity", open_study(study))
    assert verdict.estimate == pytest.approx(difference, rel=1e-6)


def _stretches(stays):
    """Return stays cut wherever one of the person's stays begins or ends."""
    rows = []
    for member, own in stays.groupby("member"):
        began, ended = own.from_day.to_numpy(), own.to_day.to_numpy()
        changes = np.unique(np.concatenate([began, ended]))
        for stay in own.itertuples():
            inside = changes[(changes > stay.from_day) & (changes < stay.to_day)]
            cuts = [stay.from_day, *inside, stay.to_day]
            for start, stop in pairwise(cuts):
                left = stop == stay.to_day and stay.ending == "left"
                groups = ((began <= start) & (ended > start)).sum()
                rows.append((member, stay.from_day, start, stop, groups, left))
    names = ["member", "from_day", "start", "stop", "groups", "left"]
    return pd.DataFrame(rows, columns=names)


@pytest.mark.parametrize(
    ("study", "role", "network"),
    [("rust_teams", "member", "rust"), ("zh_sig_roles", "any", "openeuler")],
)
def test_leaving_by_number_of_groups_is_recomputed(study, role, network):
    """Learnt: days on which ten people or more left a list are no leaving."""
    tables = open_study(study)
    registry = tables.table("registry")
    inside = registry.group[registry.network == network]
    stays = tables.table("spells")
    stays = stays[(stays.role == role) & stays.group.isin(inside)]
    rows = _stretches(stays[stays.to_day > stays.from_day])
    gone = rows[rows.left].groupby("stop").member.nunique()
    left = rows.left & ~(rows.stop.map(gone) >= 10)
    since, until = rows.start - rows.from_day, rows.stop - rows.from_day
    design, codes = [np.log2(rows.groups)], pd.factorize(rows.member)[0]
    component = load_verdict("s0-many-groups-exit", open_study(study)).components[0]
    assert component.n == len(rows)
    expected = cox(since, until, left, design, codes)
    assert (component.estimate, component.low, component.high) == pytest.approx(
        expected, rel=1e-6
    )


def test_second_month_of_sibling_groups_is_recomputed():
    """Learnt: siblings are counted in doublings of one and more; a cubic in years."""
    tables = open_study("zulip_archives")
    groups = tables.table("groups")
    rows = tables.table("windows").query("window == '28-83' and observed")
    rows = rows.merge(groups[["group", "network", "origin_us", "last_us"]], on="group")
    alive = [
        ((groups.network == one.network) & (groups.origin_us < one.origin_us)
         & (groups.last_us >= one.origin_us)).sum()
        for one in rows.itertuples()
    ]  # fmt: skip
    year = rows.origin_us - rows.origin_us.min()
    design = pd.get_dummies(rows.network, drop_first=True, dtype=float)
    design["posters"] = np.log1p(rows.posters.fillna(0).astype(float))
    design["siblings"] = np.log2(1 + np.array(alive))
    for power in (1, 2, 3):
        design[f"year {power}"] = (year / year.max()) ** power
    design, said = sm.add_constant(design), rows.messages.astype(float)
    start = sm.GLM(said, design, sm.families.NegativeBinomial(alpha=1.0)).fit()
    fit = sm.NegativeBinomial(said, design).fit(
        start_params=[*start.params, 1.0], disp=0, method="newton", maxiter=200
    )
    verdict = load_verdict("s0-fission-dilutes-quality", tables)
    assert verdict.n == len(rows)
    assert verdict.estimate == pytest.approx(np.exp(fit.params["siblings"]), rel=1e-6)
