"""The traps of lists: late marks, unseen beginnings, several lists, removals."""

from itertools import pairwise

from helpers.study import open_study


def test_times_of_a_list_are_in_order():
    """Unlisted < listed ≤ open ≤ full ≤ removed ≤ the end."""
    fills = open_study("zh_numbered_groups").table("fills")
    names = ["unlisted_us", "listed_us", "open_us", "full_us", "removed_us", "until_us"]
    for early, late in pairwise(names):
        known = fills[[early, late]].dropna()
        assert (known[early] <= known[late]).all()
