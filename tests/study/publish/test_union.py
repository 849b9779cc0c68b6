"""Studies seen as one keep their rows, with groups numbered through."""

from helpers.study import open_study
from helpers.study.publish.union import SPARSE, StudyUnion

BOTH = [open_study(name) for name in ("fcc_gitter", "komodo_discord")]


def test_union_contains_every_row_once():
    """And a group is a group of one study."""
    union = StudyUnion("both", BOTH)
    groups = union.table("groups")

    assert len(groups) == sum(len(study.table("groups")) for study in BOTH)
    assert groups["group"].is_unique
    assert set(groups["stratum"]) == {study.name for study in BOTH}


def test_rows_of_a_group_stay_together():
    """What a group did is what it did in its own study."""
    union = StudyUnion("both", BOTH)
    silences = union.table("silences").merge(union.table("groups"), on="group")
    own = BOTH[1].table("silences").merge(BOTH[1].table("groups"), on="group")
    there = silences[silences["stratum"].eq("komodo_discord")]

    assert there["key"].tolist() == own["key"].tolist()


def test_union_observes_only_what_every_study_observes():
    """And has the tables that all have, and those that only some need to have."""
    union = StudyUnion("both", BOTH)
    each = [set(study.manifest.tables) for study in BOTH]

    assert set(union.manifest.tables) == set.intersection(*each) | (
        SPARSE & set.union(*each)
    )
    for name in ("sender_ids", "joins_observed", "never_active_listed"):
        shown = [getattr(study.observability, name) for study in BOTH]
        assert getattr(union.observability, name) is all(shown)
