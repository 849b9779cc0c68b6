"""What a group can show is its own: a mixed folder loses no claim about people."""

import pytest

from helpers.claims import evaluate
from helpers.demo.exports import build_communities
from helpers.study.own.run import Plan, make_study
from validation.export_writers import WRITERS

ALL = 84
EXPLICIT, POSTERS = "s0-decentralised-better", "s0-success-below-5pct"


@pytest.fixture(scope="module")
def of(tmp_path_factory):
    """Return the study of the demo's groups, each exported as `form` of its number."""
    made = {}

    def make(form):
        forms = tuple(form(number) for number in range(ALL))
        if forms not in made:
            room = tmp_path_factory.mktemp("mixed")
            for number, community in enumerate(build_communities()):
                out = room / "exports" / f"{number:02d}"
                out.mkdir(parents=True)
                WRITERS[forms[number]].write(community, out)
            made[forms], _ = make_study(
                Plan(exports=[room / "exports"], out=room / "s")
            )
        return made[forms]

    return make


def _only_whatsapp(_):
    return "whatsapp"


def _no_whatsapp(_):
    return "telegram"


def _one_whatsapp(number):
    return "whatsapp" if number == 5 else "telegram"


def test_names_tell_the_people_of_a_group_apart(of):
    """WhatsApp alone gives the counts of people that ids give."""
    names, ids = (of(form).table("groups") for form in (_only_whatsapp, _no_whatsapp))
    assert names["posters"].tolist() == ids["posters"].tolist()


def test_a_study_of_whatsapp_answers_by_name(of):
    """A claim that counts posters gets its numbers, and says how they were told."""
    verdict = evaluate(POSTERS, of(_only_whatsapp))
    assert verdict.components
    assert "by name" in verdict.qualifiers
    alike = evaluate(POSTERS, of(_no_whatsapp))
    assert "by name" not in alike.qualifiers


def test_export_without_replies_does_not_block_other_groups(of):
    """Groups that record replies decide, and the verdict counts them."""
    verdict = evaluate(EXPLICIT, of(_one_whatsapp))
    alone = evaluate(EXPLICIT, of(_no_whatsapp))
    assert verdict.components
    assert f"{ALL - 1} of {ALL} groups show what this needs" in verdict.note
    assert "groups show what this needs" not in alone.note


def test_claim_on_data_that_no_group_records_is_refused(of):
    """Names follow nobody from group to group."""
    verdict = evaluate("s2-overload-fatigue", of(_only_whatsapp))
    assert verdict.word == "UNTESTABLE"
    assert "who of one group wrote in another" in verdict.reason
