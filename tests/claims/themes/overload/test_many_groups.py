"""People in several groups of a network: planted leaving, rewritten lists."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.themes.overload.many_groups import build_stretches
from tests.claims.registers import as_of, registry

NAMES = ["group", "member", "from_day", "to_day", "ending"]
END = 3000


def _study(rows):
    spells = pd.DataFrame(rows, columns=NAMES).assign(role="member", crowd=0)
    return as_of("rust_teams", named=False, registry=registry(20, END), spells=spells)


def _rosters(per_doubling, *, at_once=0.0, people=300):
    """Plant people in one to eight groups; some leave everything on one day."""
    rng = np.random.default_rng(3)
    rows = []
    for member in range(people):
        many = int(rng.choice([1, 2, 4, 8]))
        hazard = 5e-4 * per_doubling ** np.log2(many)
        start = int(rng.integers(0, 1500))
        together = rng.random() < at_once
        common = rng.exponential(1 / hazard)
        for group in rng.choice(20, many, replace=False):
            life = common if together else rng.exponential(1 / hazard)
            stop = min(start + 1 + int(life), END)
            ending = "left" if stop < END else "open"
            rows.append((int(group), member, start, stop, ending))
    return rows


def test_leaving_in_bulk_by_number_of_groups_is_recovered():
    """Both components, as planted."""
    found = evaluate("s0-many-groups-exit", _study(_rosters(1.5, at_once=1.0)))
    assert found.word == "SUPPORTED"
    assert found.components[1].estimate > 0.5
    assert {"proxy", "within one"} <= set(found.qualifiers)


def test_leaving_one_by_one_is_not_leaving_in_bulk():
    """Leaving sooner, but never in bulk: one component contradicts."""
    found = evaluate("s0-many-groups-exit", _study(_rosters(1.5)))
    assert found.components[0].low > 1
    assert found.components[1].high < 0.2
    assert found.word == "CONTRADICTED"


def test_rewritten_member_list_is_not_an_exit():
    """Where ten people left on one day, nobody counts as leaving."""
    rows = [(g, m, 0, 500, "left") for m in range(12) for g in range(3)]
    rows += [(0, 50, 0, 700, "left")]
    cut = build_stretches(pd.DataFrame(rows, columns=NAMES))
    assert set(cut.loc[cut["crowd"] < 10, "member"]) == {50}


_stays = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 30),
              st.integers(1, 30), st.sampled_from(["left", "open"])),
    min_size=1, max_size=8, unique_by=lambda row: row[:2],
)  # fmt: skip


@settings(max_examples=30)
@given(_stays)
def test_splitting_memberships_keeps_every_day(rows):
    """Stretches of a stay follow one another and add up to it; groups as by hand."""
    spells = pd.DataFrame(
        [(g, m, a, a + n, how) for g, m, a, n, how in rows], columns=NAMES
    )
    cut = build_stretches(spells)
    length = (cut["stop"] - cut["entry"]).groupby([cut["member"], cut["group"]]).sum()
    for row in spells.itertuples():
        own = cut[(cut["member"] == row.member) & (cut["group"] == row.group)]
        assert length[row.member, row.group] == row.to_day - row.from_day
        assert own["ended"].sum() == (row.ending == "left")
        for piece in own.itertuples():
            day = row.from_day + piece.entry
            mine = spells[spells["member"] == row.member]
            held = (mine["from_day"] <= day) & (mine["to_day"] > day)
            assert piece.groups == held.sum()
