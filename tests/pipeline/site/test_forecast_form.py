"""One forecast: the form, the verb, and the page and terminal of one's own groups."""

import json
import random
import shutil
import subprocess
from datetime import date, timedelta

import pandas as pd
import pytest

import helpers as sq
from helpers.forecast.silence import FAULTS, find_fault
from helpers.own_groups.cards.card import build_cards
from helpers.own_groups.page import list_lines
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import run_study
from helpers.paths import ROOT
from helpers.store.ingest import Terms
from helpers.wording import render
from pipeline.site.follow_up import list_facts
from pipeline.site.language import Reader

GROUPS = 60
SCRIPT = """
const { tellSilence } = require(process.argv[1]);
const [facts, states] = JSON.parse(require("fs").readFileSync(0, "utf-8"));
console.log(JSON.stringify(states.map((state) => tellSilence(state, facts).text)));
"""
NAMES = ("age", "since", "messages", "writers")
END = date(2024, 6, 30)


def _fill_form(states, language="en"):
    """Return what the form says of states, in a language."""
    node = shutil.which("node")
    if not node:
        pytest.skip("no Node.js is installed")
    facts = list_facts(Reader(language))
    script = ROOT / "src/pipeline/site/theme/static/forecast.js"
    given = json.dumps([facts, [dict(zip(NAMES, s, strict=True)) for s in states]])
    found = subprocess.run(
        [node, "-e", SCRIPT, script], input=given, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    return json.loads(found.stdout)


def _draw_state(rng):
    """Return age, days since the last message, messages and writers, or nonsense."""
    age = rng.choice([rng.randint(1, 60), rng.randint(1, 1500)])
    since = rng.randint(0, max(age, rng.choice([3, 40])))
    messages = rng.choice([0, rng.randint(0, 9), rng.randint(1, 300)])
    return age, since, messages, rng.randint(0, max(messages, 1))


def test_form_and_verb_tell_one_number():
    """The form gave 17 at age 120 without asking for the last message."""
    rng = random.Random(60)  # noqa: S311 - no secret
    states = [_draw_state(rng) for _ in range(20 * GROUPS)]
    good = [state for state in states if not find_fault(*state)][:GROUPS]
    bad = [state for state in states if find_fault(*state)]
    assert len(good) == GROUPS
    told = [sq.predict_silence(*state).describe() for state in good]
    assert _fill_form(good) == told
    assert _fill_form(good, "zh") == [render(text, "zh") for text in told]
    faults = [FAULTS[find_fault(*state)] for state in bad]
    assert {*faults} >= {FAULTS[n] for n in FAULTS if n not in ("numbers", "members")}
    assert [text[1:-1] for text in _fill_form(bad)] == [text[1:] for text in faults]


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """Return a run of sixty groups with random pasts, and the state of each."""
    room, rng = tmp_path_factory.mktemp("sixty"), random.Random(61)  # noqa: S311
    rows, states = [], {}
    for number, age in enumerate(
        rng.sample([*range(8, 60), *range(60, 1300, 20)], GROUPS)
    ):
        days = {0, rng.randint(0, age - 1)} | {
            rng.randint(0, age - 1) for _ in range(8)
        }
        first = END - timedelta(days=age - 1)
        said = [(day, f"p{rng.randint(1, 6)}") for day in days for _ in range(3)]
        lately = [who for day, who in said if age - 1 - day < 28]
        state = (age, age - 1 - max(days), len(lately), len(set(lately)))
        days_seen = (first, first + timedelta(days=max(days)))
        states[(*map(str, days_seen), len(said))] = state
        for nth, (day, who) in enumerate(said):
            at = f"{first + timedelta(days=day)}T12:{nth % 60:02d}:00Z"
            rows.append((at, f"g{number:02d}", who, f"message {nth} of {number}"))
    columns = ["time", "group", "sender", "text"]
    (room / "exports").mkdir()
    pd.DataFrame(rows, columns=columns).to_csv(room / "exports/all.csv", index=False)
    plan = Plan(
        exports=[room / "exports"], out=room / "out", k=1, chapters=False, named=True,
        terms=Terms(exported=END),
    )  # fmt: skip
    return run_study(plan), states


def test_page_terminal_and_verb_tell_one_number_of_own_groups(states):
    """Two pages had 71 and 60 for one group; the recalibrated one is equal, too."""
    done, by_days = states
    past = sq.moments([done.study])
    cards = build_cards(done.study)
    assert len(by_days) == len(cards) == GROUPS
    told = sq.predict_groups(done.study).set_index("group")
    page = done.page.read_text("utf-8")
    lines = " ".join(list_lines(cards, 1))
    for nth, card in enumerate(cards):
        state = by_days[card.since, card.last, card.messages]
        plain = sq.predict_silence(*state)
        own = sq.predict_silence(*state, past=past)
        text = f"{plain.describe()} {own.describe()}"
        assert text in page
        assert nth > 2 or text in lines
        row = told.loc[card.group]
        assert (row["share"], row["own"]) == (plain.share, own.share)
        assert _fill_form([state]) == [plain.describe()] if nth < 3 else True
    assert own.shift.describe() in page.replace("&quot;", '"')
    assert own.shift.describe() in lines
