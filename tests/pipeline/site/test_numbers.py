"""A number that stands on two pages is one number: each equals the stored one."""

import html

import pandas as pd
import pytest

from helpers import paths
from helpers.claims.pool import pool_rows
from helpers.claims.store import read_answers
from helpers.claims.trials import list_trials
from helpers.claims.words import format_number
from helpers.forecast import predict_silence
from helpers.library.life_tables import load_life_tables
from pipeline.site import tables

ENDS = ("mean", "low", "high", "next_low", "next_high")
DIES, FALLS = "s0-three-month-death/silent", "s0-novelty-decay/declines"
PAUSED, THANKS = "paused by day 105", "thanks"

STATES = {"3": (120, 3, 5, 2), "20": (120, 20, 5, 2), "alone": (28, 27, 1, 1)}
ROWS = {  # of Life Tables that pages pool
    "follow_up": "days == 34 and groups >= 50",
    "spoken_again": "rule.str.startswith('ten') and kind == 'chat' and groups >= 50",
    "writers": "kind == 'chat' and age_from == 28 and writers_from == 10",
}
# page, what is stored, and how the page says it: m mean, l and h its interval, a and b
# the next place
PRINTED = pd.read_csv(paths.ROOT / "tests" / "data" / "printed.csv").to_numpy().tolist()


def _find_stored(name):
    """Return mean, interval and next place of what is stored, as readers see them."""
    if name == THANKS:
        row, of, form = list_trials(practice="thank").iloc[0], "difference", "points"
        ends = [row["estimate"], row["low"], row["high"]]
    elif name == PAUSED:
        direct = read_answers().get(DIES.split("/", maxsplit=1)[0]).estimates
        studies = direct[direct["reading"].eq("silent") & direct["role"].eq("direct")]
        rows = tables.tabulate_pauses([*studies["study"]])
        own = rows["reading"].eq("ever paused 60 days") & rows["age_days"].eq(105)
        ends, of, form = rows[own].iloc[0][[*ENDS[:3]]], "share", "of100"
    elif (table := name.split("/")[0]) in ROWS:
        rows = getattr(load_life_tables(), table).query(ROWS[table])
        column = name.split("/")[1]
        found = pool_rows(rows.dropna(subset=column), column)
        ends, of, form = [found.mean, found.low, found.high], "share", "of100"
    elif table == "forecast":
        state = STATES[name.split("/")[1]]
        ends, of, form = [*predict_silence(*state)[:3]], "share", "of100"
    else:
        claim, reading, *kind = name.split("/")
        rows = read_answers().get(claim).by_kind
        own = rows["reading"].eq(reading) & rows["kind"].eq(kind[0] if kind else "all")
        row = rows[own].iloc[0]
        ends, of = row[[*ENDS]], str(row["of"])
        form = "of100" if of == "share" else ""
        if name == FALLS:
            ends, of, form = 1 - row[["mean", "high", "low"]], "share", "of100"
    return dict(zip("mlhab", [format_number(n, of, form) for n in ends], strict=False))


@pytest.mark.parametrize(("page", "stored", "words"), PRINTED)
def test_page_prints_the_stored_number(site, read_page, page, stored, words):
    """Home, answers, claims, chapters, README and Life Tables agree pair by pair."""
    told = words.format_map(_find_stored(stored))
    if "README" in page:
        text = (paths.ROOT / page).read_text("utf-8")
    else:
        (file,) = site.glob(page if "." in page else f"{page}*.html")
        drawn = html.unescape(file.read_text("utf-8"))
        text = drawn if words.startswith(">") else read_page(file)
    assert told in text
