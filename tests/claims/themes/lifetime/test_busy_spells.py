"""Groups listed for having been busy: their silence shows no deaths."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from helpers.claims import Word
from helpers.claims.claim import Claim
from helpers.claims.contract.study_view import Evidence
from helpers.claims.designs.panel import Panel
from helpers.claims.evaluation.curves import Computed
from helpers.claims.evaluation.evaluate import evaluate_claim
from helpers.claims.quantities.deaths import list_other_frames

BUSY = "groups that were busy early"


def listed(plant, life, **world):
    """Plant groups at risk from day 5 on, though recorded from their origin."""
    study = plant(n=300, life=life, entry=5.0, **world)
    groups = study.tables["groups"]
    groups = groups[groups["last_us"] - groups["entry_us"] > 0]
    return study.with_tables(groups=groups, facts=recorded(groups))


def recorded(groups):
    """Say that groups are recorded from their origin."""
    return groups[["group"]].assign(fact="recorded_from_origin", value=1.0)


def verdict(name, study):
    """Return the verdict, some specifications computed."""
    return evaluate_claim(Claim.of(name), study, Computed(most=8, permutations=0))


@pytest.mark.parametrize(
    ("name", "life", "word", "sided"),
    [
        ("s0-three-month-death", 25.0, Word.INCONCLUSIVE, True),
        ("s0-200-of-343-shells", 25.0, Word.INCONCLUSIVE, True),
        ("s0-novelty-decay", 25.0, Word.INCONCLUSIVE, True),
        ("s0-three-month-death", 900.0, Word.CONTRADICTED, False),
    ],
)
def test_silence_in_groups_listed_for_activity_does_not_support(
    plant, name, life, word, sided
):
    """Where nearly all are silent soon the verdict is open; long lives rule it out."""
    found = verdict(name, listed(plant, life))
    assert found.word is word
    assert ("one-sided" in found.qualifiers) is sided
    assert BUSY in found.qualifiers


def test_groups_older_than_the_record_are_in_no_share_by_age(plant):
    """They are in no share by age."""
    study = listed(plant, 900.0)
    facts = study.tables["facts"]
    older = facts[facts["group"] % 3 == 0].assign(fact="there_at_first")
    whole = verdict("s0-three-month-death", study).n
    study.with_tables(facts=pd.concat([facts, older]))
    assert verdict("s0-three-month-death", study).n == whole - len(older)


def test_only_quotes_count_as_replies_in_busy_threads(plant):
    """In busy spells posts of a minute are no answers: quotes alone make success."""
    study = listed(plant, 5000.0, posters=12)
    windows = study.tables["windows"]
    study.with_tables(windows=windows.assign(replies_explicit=0.0))
    assert Evidence.of(study).answers == "replies_explicit"
    assert verdict("s0-success-below-5pct", study).estimate == 0


def test_alternative_frames_exclude_the_studys_own(plant):
    """Another end or another bar: a share each, the study's own frame left out."""
    study = listed(plant, 60.0)
    groups = study.tables["groups"]
    day = int(groups["end_us"].max() // 86_400_000_000)
    frames = [
        groups.assign(
            least_messages=least, within_days=within, end_day=day, place=groups["group"]
        )
        for least, within in ((50, 28.0), (30, 28.0), (300, np.nan))
    ]
    late = groups["last_us"] - groups["origin_us"] > 120 * 86_400_000_000
    frames[1] = frames[1].assign(
        last_us=frames[1]["last_us"].where(~late, frames[1]["entry_us"] + 1)
    )
    study.with_tables(frames=pd.concat(frames, ignore_index=True))
    found = {one.name: one for one in list_other_frames(Evidence.of(study), 105.0)}
    assert [one.counts for one in found.values()] == [True, False]
    (thirty,), (whenever,) = (one.components for one in found.values())
    assert thirty.estimate > whenever.estimate
    own = verdict("s0-three-month-death", replace(study))
    assert whenever.estimate == pytest.approx(own.estimate)


def test_months_are_at_risk_from_entry_on(plant):
    """Who entered on day 40 is in the second month from then, and in no other way."""
    study = plant(n=300, life=400.0, entry=40.0)
    groups = study.tables["groups"]
    months = pd.DataFrame({"group": groups["group"], "month": 1, "core_8": 9})
    counts = dict.fromkeys(("messages", "posters"), 10)
    study = study.with_tables(facts=recorded(groups), months=months.assign(**counts))
    panel = Panel(evidence=Evidence.of(study), exposure=lambda rows: rows["core_8"])
    rows = panel.rows()

    assert rows.groupby("group")["start"].min().unique().tolist() == [40.0]
    assert (rows["stop"] > rows["start"]).all()


@pytest.mark.parametrize(
    ("later", "word"), [(0.05, Word.INCONCLUSIVE), (3.0, Word.CONTRADICTED)]
)
def test_novelty_needs_groups_recorded_since_founding(plant, later, word):
    """Risk begins late there, the record does not; a busy start supports nothing."""
    found = verdict("s0-novelty-decay", listed(plant, 9000.0, later=later))
    assert found.n > 250
    assert found.word is word
    assert BUSY in found.qualifiers


def test_group_closed_to_the_collector_is_censored(plant):
    """The last post ends the record; a group closed for itself is silent from it on."""
    study = listed(plant, 60.0)
    groups = study.tables["groups"]

    def closed(kind):
        shut = groups.assign(
            end_us=groups["last_us"], closed_us=groups["last_us"], closed_kind=kind
        )
        some = groups["group"] % 2 == 0
        study.with_tables(groups=pd.concat([shut[some], groups[~some]]))
        return verdict("s0-three-month-death", study).estimate

    assert closed("administrative") > closed("no longer open to the program")
