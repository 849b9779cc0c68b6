"""Links in withering groups bound advertisements from above: planted shares."""

import numpy as np
import pandas as pd
import pytest

from helpers.claims.themes.ads.links_as_bound import bound_ads_with_link
from validation.worlds.claims.subject import evaluate_in_memory
from validation.worlds.claims.tabled import simulate_exponential

CLAIM = "s0-ads-are-the-last-posters"
WITHERS, SAID = 100, 20


def _world(linked, groups=80):
    """Plant groups whose traffic falls on day 100, and the links of what is left."""
    rng = np.random.default_rng(7)
    study = simulate_exponential(
        rng, groups, lived=400.0, origin=rng.uniform(0, 800, groups)
    )
    of = np.arange(groups)
    first = pd.DataFrame({"group": of, "age_day": 0, "messages_28": 300})
    later = first.assign(age_day=WITHERS, messages_28=5)
    rates = pd.concat([first, later]).sort_values(["group", "age_day"])
    late = pd.DataFrame({"group": of, "age_day": WITHERS + 27, "messages": SAID})
    late["links"] = rng.binomial(SAID, linked, groups)
    rows = [
        late,
        late.assign(age_day=WITHERS + 60, links=SAID),
        late.assign(age_day=WITHERS - 1, links=SAID),
        late.assign(age_day=3, links=1),
    ]
    return study.with_tables(
        rates=rates.assign(posters_28=3).reset_index(drop=True),
        content=pd.concat(rows, ignore_index=True),
    )


def test_few_links_contradict_a_majority_of_ads():
    """A hundredth with links can't hide a majority, whatever was said before."""
    found = evaluate_in_memory(CLAIM, _world(0.01))

    assert found.word == "CONTRADICTED", (found.reason, found.components)
    assert found.estimate == pytest.approx(0.01 / bound_ads_with_link(), rel=0.3)
    assert "upper bound" in found.qualifiers


def test_many_links_are_inconclusive():
    """They may be anything: the most is all, and never support."""
    found = evaluate_in_memory(CLAIM, _world(0.4))

    assert found.word == "INCONCLUSIVE"
    assert found.components[0].high == 1.0


def test_fewer_than_fifty_withering_groups_are_refused():
    """Those with a message in the window count, and no others."""
    found = evaluate_in_memory(CLAIM, _world(0.01, 49))

    assert found.word == "UNTESTABLE"
    assert "49 groups, 50 needed" in found.reason


def test_share_of_ads_with_a_link_comes_from_measured_labels():
    """The lower limit of a share, as the table of instruments has it."""
    assert 0.05 < bound_ads_with_link() < 0.5
