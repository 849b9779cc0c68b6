"""A study without the tables, or with others of their name, refuses in a sentence."""

import pytest

from helpers.claims.quantity import list_quantities
from helpers.errors import NotIdentifiableError
from helpers.group_lives.evidence import Evidence
from helpers.study import open_study

MODULES = {"beginnings", "content", "habits", "payers", "replies", "rules"}


@pytest.mark.parametrize("study", ["rust_teams", "london_meetup"])
def test_quantity_that_a_study_lacks_is_refused(study):
    """Not by a KeyError of a column or a fact."""
    evidence = Evidence.of(open_study(study))
    for quantity in list_quantities().values():
        if quantity.estimate.__module__.rsplit(".", 1)[-1] in MODULES:
            with pytest.raises(NotIdentifiableError):
                quantity.estimate(evidence)
