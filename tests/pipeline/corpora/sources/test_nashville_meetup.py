"""A city's groups: dated ones only, by industry, with guests and last events."""

from __future__ import annotations

from helpers.study import open_study
from tests.raw_corpora import needs_raw, read_whole


@needs_raw
def test_silent_members_are_recomputed_from_raw_files():
    """Independent recomputation: silent members of groups with six events."""
    study = "nashville_meetup"
    groups = read_whole(study, "groups.csv.gz").dropna(subset="created_estimated")
    events = read_whole(study, "events.csv.gz")["group"].value_counts()
    came = read_whole(study, "member_groups.csv.gz").query("rsvps > 0")
    guests = came.groupby("group")["member"].nunique()
    often = groups[groups["group"].map(events) >= 6].set_index("group")
    silent = (often["members_2017_10"] - guests.reindex(often.index)).clip(lower=0)
    wide = (
        open_study(study)
        .table("facts")
        .pivot_table(index="group", columns="fact", values="value")
    )
    own = wide[wide["events"] >= 6]
    assert len(own) == len(often)
    assert (own["members"] - own["guests"]).clip(lower=0).sum() == silent.sum()
