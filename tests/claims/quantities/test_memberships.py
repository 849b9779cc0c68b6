"""Leaving lists: the hazard by how many one is on, and removals at once."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.quantities import memberships
from tests.claims.planted import list_groups, plant


def _plant_people(ratio, seed=1):
    """Plant people on one, two or four lists, left at rates by doubling."""
    rng, rows = np.random.default_rng(seed), []
    for member in range(900):
        held = int(rng.choice([1, 2, 4]))
        # all lists are left on one day, so that their number is what it was
        life = rng.exponential(1000 / ratio ** np.log2(held))
        born = int(rng.integers(0, 5000))
        gone = born + 1 + int(min(life, 1500))
        ending = "left" if life < 1500 else "open"
        rows += [(group, member, born, gone, ending) for group in range(held)]
    names = ["group", "member", "from_day", "to_day", "ending"]
    spells = pd.DataFrame(rows, columns=names).assign(role="any")
    return plant(list_groups(4), spells=spells)


@pytest.mark.parametrize("ratio", [1.0, 1.5])
def test_hazard_per_doubling_is_recovered(ratio):
    """Nobody leaves sooner; or half as much sooner for each doubling."""
    found = memberships.compare_leaving(_plant_people(ratio))
    assert found.low < ratio < found.high
    assert found.high / found.low < 1.5


def test_removals_of_three_at_once_are_counted_by_person_and_day():
    """Who was on four lists left all at once, who was on two did not count."""
    room = _plant_people(1.0)
    left = room.table("spells").query("ending == 'left'")
    many = left.groupby("member")["group"].transform("size") >= 3
    found = memberships.estimate_left_at_once(room)
    assert found.estimate == pytest.approx(many.mean(), abs=0.01)


def test_days_on_which_lists_were_rewritten_are_no_departures():
    """Forty people on one day are a clean-up."""
    room = _plant_people(1.0)
    spells = room.table("spells")
    rewritten = spells["member"] < 40
    spells.loc[rewritten, ["to_day", "ending"]] = (9000, "left")
    table = plant(list_groups(4), spells=spells)
    stays = memberships._list_stays(table)
    assert not stays.loc[stays["day"] == 9000, "left"].any()
