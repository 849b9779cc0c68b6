"""A number that stands on two pages is one number: each equals the stored one."""

import html

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
DIES, FAILS = "s0-three-month-death/silent", "s1-over-90-fail/silent"
LURKS, FALLS = "s0-lurkers-are-many/silent", "s0-novelty-decay/declines"
CLEARLY, SOMEWHAT = (
    f"s0-lurkers-still-identify/{key}" for key in ("clearly", "somewhat")
)
DOUBLES, LEAVES = "s0-fission-speed/doubling", "s0-many-groups-exit/doubling"
PAUSED, THANKS = "paused by day 105", "thanks"
RULES, TONE = "s1-rules-needed/newcomers", "s4-link-tone-matters/negative"
CENTRES, ELSEWHERE = (
    "s4-many-centres/centres/chat",
    "s0-lurkers-talk-elsewhere/elsewhere",
)
KEEPS = "s4-retention-beats-acquisition/kept"
SIZE, ABSENT = "s0-size-10-30-best/larger", "s4-owner-indispensable/absent/list"

STATES = {"3": (120, 3, 5, 2), "20": (120, 20, 5, 2), "alone": (28, 27, 1, 1)}
ROWS = {  # of Life Tables that pages pool
    "follow_up": "days == 34 and groups >= 50",
    "spoken_again": "rule.str.startswith('ten') and kind == 'chat' and groups >= 50",
    "writers": "kind == 'chat' and age_from == 28 and writers_from == 10",
}
# page, what is stored, and how the page says it: m mean, l and h its interval, a and b
# the next place
PRINTED = (
    ("index.html", DIES, "communities, {m} ({l}–{h}) were silent"),
    ("zh/index.html", DIES, "100 个有 {m} 个（{l}–{h}）彻底沉寂"),
    ("README.md", DIES, "{m} ({l}–{h}) were silent for good by day 105"),
    ("README.zh.md", DIES, "100 个有 {m} 个（{l}–{h}）"),
    ("claims/s0-three-month-death.html", DIES, "lie within {a}%–{b}%"),
    ("chapters/02", DIES, "ever spoke, {m} ({l} to {h}) were silent"),
    ("chapters/11", DIES, "silent by day 105 are {m} of 100"),
    ("chapters/11", DIES, "anything from {a} to {b}"),
    ("chapters/11", DIES, "{m}% ({l}% to {h}%); the next place"),
    ("index.html", PAUSED, "{m} ({l}–{h}), these included, had begun a pause"),
    ("zh/index.html", PAUSED, "{m} 个（{l}–{h}）停过两个月"),
    ("README.md", PAUSED, "{m}, these included, had begun a pause"),
    ("README.zh.md", PAUSED, "{m} 个开始停两个月以上"),
    ("chapters/02", PAUSED, "{m} ({l} to {h}) had begun a pause"),
    ("index.html", FAILS, "after a year {m} ({l}–{h})"),
    ("zh/index.html", FAILS, "满一年，{m} 个（{l}–{h}）"),
    ("index.html", LURKS, "question sites included, {m} ({l}–{h})"),
    ("zh/index.html", LURKS, "算上问答站是 {m} 个（{l}–{h}）"),
    ("README.md", LURKS, "{m} ({l}–{h}) of 100 members who stayed"),
    ("README.zh.md", LURKS, "100 个有 {m} 个（{l}–{h}）十二周"),
    ("chapters/04", LURKS, "about {m} ({l} to {h}) wrote nothing"),
    ("index.html", CLEARLY, "{m} ({l}–{h}) clearly do"),
    ("README.md", CLEARLY, "like members, {m} ({l}–{h}) clearly"),
    ("index.html", SOMEWHAT, "{m} ({l}–{h}) feel at least"),
    ("chapters/07", FALLS, "{m}% fewer ({l}% to {h}%)"),
    ("practices.html", THANKS, "{m} ({l}–{h}) more of 100"),
    ("claims/s4-aloofness-hurts.html", THANKS, "{m} ({l}–{h}), n = 15,558"),
    ("chapters/06", THANKS, "{m} points higher ({l} to {h})"),
    ("index.html", "follow_up/gone", "groups, typically {m} ({l}–{h}), wrote"),
    ("index.html", "follow_up/again", "{m} in 100 of these ({l}–{h}) had"),
    ("claims/s0-three-month-death.html", "follow_up/gone", "typically {m} ({l}–{h})"),
    ("practices.html", "spoken_again/again_60", "{m} in 100 ({l}–{h}) wrote"),
    ("index.html", "forecast/alone", "chats {m} of 100 such groups stay silent"),
    ("zh/index.html", "follow_up/again", "到第 200 天有 {m} 个（{l}–{h}）又有人说话"),
    ("README.md", "follow_up/gone", "{m} of 100 groups ({l}–{h}) wrote nothing"),
    ("README.zh.md", "follow_up/again", "到第 200 天有 {m} 个（{l}–{h}）又有人说话"),
    ("data/processed/life_tables/README.md", "follow_up/gone", "{m} of 100 ({l}–{h})"),
    ("data/processed/life_tables/README.md", "follow_up/again", "{m} of 100 ({l}–{h})"),
    ("data/processed/life_tables/README.md", "follow_up/earnest", "{m} ({l}–{h}) in"),
    ("chapters/10", "forecast/3", "{m} ({l} to {h}) stay silent for two months"),
    ("chapters/10", "forecast/20", "ago, {m} if it was twenty"),
    ("README.md", "forecast/20", "in {m} if it was twenty"),
    ("chapters/03", "writers/talking", "{m} ({l} to {h}) still talked"),
    ("chapters/09", DOUBLES, "{m} days ({l} to {h})"),
    ("chapters/09", LEAVES, "{m} times as fast ({l} to {h}"),
    ("practices.html", RULES, "{m}× ({l}–{h})"),
    ("zh/practices.html", RULES, "{m} 倍（{l}–{h}）"),
    ("chapters/06", RULES, "the range is {l} to {h}"),
    ("chapters/08", TONE, "go with {m} times the hazard"),
    ("chapters/05", CENTRES, "({l} to {h}), not on one"),
    ("chapters/04", ELSEWHERE, "several places: {m}%, {l}% to {h}%"),
    ("chapters/03", KEEPS, "({m}, {l} to {h}; above 1: keep)"),
    ("README.md", SIZE, "lived {m} ({l}–{h}) times as long"),
    ("claims/s4-owner-indispensable.html", ABSENT, "{m}× ({l}–{h})"),
)


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
