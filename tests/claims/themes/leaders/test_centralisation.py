"""Who counts as carried by the owner, and which groups can have a centre."""

import numpy as np

from helpers.claims import evaluate


def test_groups_with_few_messages_are_excluded_from_centralisation(plant):
    """Groups under 100 messages or 5 posters in the window are left out."""
    rate = np.where(np.arange(400) % 2 == 0, 0.5, 6.0)
    study = plant(rate=rate, life=1e9, posters=np.arange(400) % 8 + 1)
    verdict = evaluate("s1-not-centralised", study)

    # the even ones hardly speak; of the odd ones every other has 5 posters or more
    assert verdict.n == 100


def test_quiet_group_with_replies_has_a_number_of_centres(plant):
    """No hundred messages are asked for; where nobody is answered is no centre."""
    study = plant(rate=0.5, life=1e9, centres=5.0, owner_top=False)
    whole = evaluate("s4-many-centres", study)
    windows = study.tables["windows"]
    unanswered = windows["group"] % 2 == 0
    study.with_tables(
        windows=windows.assign(centres=windows["centres"].mask(unanswered))
    )
    assert whole.word == "SUPPORTED"
    assert evaluate("s4-many-centres", study).n == whole.n // 2


def test_completed_groups_are_not_counted_as_dead(plant):
    """Groups closed as completed are censored where they were closed."""
    owned = np.where(np.arange(800) % 2 == 0, 0.8, 0.1)
    study = plant(n=800, owner_share=owned, life=200.0)
    whole = evaluate("s0-owner-alone-fails", study).interval
    groups = study.tables["groups"]
    done = (owned > 0.5) & groups["last_us"].notna() & (groups["group"] % 4 == 0)
    groups["closed_us"] = groups["last_us"].where(done) + 1
    groups["closed_kind"] = np.where(done, "completed", None)
    fulfilled = evaluate("s0-owner-alone-fails", study).interval

    assert fulfilled.estimate < 0.7 * whole.estimate
