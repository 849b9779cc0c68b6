"""What the pages begin with is true of groups whose history is known."""

import csv
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from helpers.own_groups.plan import Plan
from helpers.own_groups.report.news import count_months, find_change, find_people
from helpers.own_groups.report.year import count_emoji
from helpers.own_groups.run import run_study
from helpers.store.ingest import Terms

START, DAYS = datetime(2024, 1, 1, tzinfo=UTC), 366
FALL = 152  # 2024-06-01
REGULARS = [f"Zebulon{n}" for n in range(6)]
STOPS, COMES = "Quillstop", "Quillnew"
DAILY = {"Canary chess": (30, 2), "Canary tea": (5, 5)}  # messages before and since


def _write_history(path):
    """Two groups: one falls from 30 to 2 messages a day, one stays at 5."""
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["time", "group", "sender", "text", "id"])
        for group, (before, since) in DAILY.items():
            for day in range(DAYS):
                people = list(REGULARS)
                people += [STOPS] * (day < 200) + [COMES] * (day >= 330)
                number = before if day < FALL else since
                for nth in range(number):
                    at = START + timedelta(days=day, hours=12, minutes=nth)
                    who = people[(day * number + nth) % len(people)]
                    key = f"{group}{day}-{nth}"
                    rows.writerow([at.isoformat(), group, who, "canary 👍", key])


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Run the two groups and return the folder of the results."""
    room = tmp_path_factory.mktemp("history")
    (room / "key").write_text("07" * 32, "ascii")
    _write_history(room / "log.csv")
    terms = Terms(key=room / "key")
    log = [room / "log.csv"]
    run_study(Plan(exports=log, out=room / "out", terms=terms, mine=True, picture=True))
    return room / "out"


@pytest.fixture(scope="module")
def pages(out):
    """Return the page to send and the private one."""
    names = ("your-groups.html", "PRIVATE-your-groups.html")
    return [(out / name).read_text("utf-8") for name in names]


def _list_sentences(page, language):
    whole = re.findall(rf'<span lang="{language}">(.*?)</span>', page)
    return " ".join(whole)


def test_the_first_screen_is_true_of_the_planted_history(pages):
    """A fall from 917 to 55 messages a month was nowhere said."""
    dates = pd.date_range("2024-01-01", periods=DAYS)
    days = pd.Series([30] * FALL + [2] * (DAYS - FALL), dates)
    months = days.groupby(days.index.to_period("M")).sum()
    before, since = (round(part.median()) for part in (months[:5], months[5:]))
    for page, name in zip(pages, ("roup", "Canary chess"), strict=True):
        said = _list_sentences(page, "en")
        assert f"from {before:,} to {since} messages a month since June 2024" in said
        assert name in said
        messages = 30 * FALL + 2 * (DAYS - FALL) + 5 * DAYS
        assert f"2 groups: {messages:,} messages from 2024-01-01" in said
    chinese = _list_sentences(pages[0], "zh")
    assert f"2024 年 6 月起，每月从 {before:,} 条变成 {since} 条" in chinese


def test_who_stopped_and_who_is_new_are_named_on_the_private_page_alone(pages):
    """Regulars who stopped and newcomers, by name; no name on the page to send."""
    public, private = pages
    said = _list_sentences(private, "en")
    assert f"Regulars who stopped (60 days): {STOPS}." in said
    assert f"New in the last 60 days: {COMES}." in said
    assert "fewer than 5 regulars stopped" in _list_sentences(public, "en").lower()
    for canary in ("Zebulon", "Quill", "Canary", "canary"):
        assert canary not in public


def test_the_year_in_review_counts_what_was_planted(pages):
    """Days, streak and emoji of the last 365 days of the steady group."""
    said = _list_sentences(pages[1], "en")
    assert "Longest streak: 366 days" not in said
    assert "Longest streak: 365 days with messages" in said
    assert "Emoji in 100% of" in said
    assert "👍" in said


def test_the_picture_to_send_says_nothing_beside_its_pixels(out):
    """Metadata of a picture named the file, the folder or the user."""
    with Image.open(out / "your-groups.png") as picture:
        assert picture.size[0] >= 720
        assert set(picture.info) <= {"dpi"}
    data = (out / "your-groups.png").read_bytes()
    assert not any(word in data for word in (b"Canary", b"Zebulon", b"tEXt", b"eXIf"))


def test_noise_is_no_change():
    """Of 200 steady groups with lively and quiet weeks, few seem to have changed."""
    rng, found = np.random.default_rng(11), 0
    months = pd.period_range("2022-01", periods=24, freq="M")
    for _ in range(200):
        level = rng.gamma(3, 1 / 3, 24)  # months differ by more than chance
        counts = pd.Series(rng.poisson(100 * level), months)
        found += find_change(counts) is not None
    assert found <= 4


def test_months_that_are_not_whole_are_left_out():
    """A record that ends on the third looked like a fall."""
    day = int(pd.Timestamp("2024-01-15").timestamp() // 86400)
    days = pd.DataFrame({"day": range(day, day + 80), "messages": 1})
    assert [str(m) for m in count_months(days, day + 79).index] == [
        "2024-02",
        "2024-03",
    ]


def test_a_group_that_fell_silent_lost_no_regulars():
    """Everybody stopped there: the group did."""
    spoke = pd.DataFrame({"person": ["a"] * 50, "day": range(50)})
    assert find_people(spoke, 200) is None


def test_emoji_of_families_and_flags_are_one():
    """A family was counted as its members, a flag as two letters."""
    assert count_emoji(pd.Series(["👨‍👩‍👧 🇨🇳 🇨🇳"])) == [("🇨🇳", 2), ("👨‍👩‍👧", 1)]
