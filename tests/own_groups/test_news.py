"""What the pages begin with is true of groups whose history is known."""

import csv
import re
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from PIL import Image

from helpers.own_groups.cards.newcomers import list_people
from helpers.own_groups.plan import Plan
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
    before, after = (f"{part.mean():,.0f}" for part in (months[:4], months[-4:]))
    for page, name in zip(pages, ("roup", "Canary chess"), strict=True):
        said = _list_sentences(page, "en")
        assert f"fell from {before} in the first third of its record (2024-01" in said
        assert f" to 2024-12) to {after} in the last." in said
        assert name in said
        messages = 30 * FALL + 2 * (DAYS - FALL) + 5 * DAYS
        assert f"2 groups: {messages:,} messages from 2024-01-01" in said
    chinese = _list_sentences(pages[0], "zh")
    assert f"前三分之一每月 {before} 条，后三分之一降到 {after} 条" in chinese


def test_who_stopped_and_who_is_new_are_named_on_the_private_page_alone(pages):
    """Regulars who stopped and newcomers, by name; no name on the page to send."""
    public, private = pages
    said = _list_sentences(private, "en")
    assert f"Regulars who stopped (60 days): {STOPS}." in said
    assert f"Wrote for the first time in the last 60 days: {COMES}." in said
    assert (
        "fewer than 5 of 16 regulars stopped" in _list_sentences(public, "en").lower()
    )
    for canary in ("Zebulon", "Quill", "Canary", "canary"):
        assert canary not in public


def test_the_picture_to_send_says_nothing_beside_its_pixels(out):
    """Metadata of a picture named the file, the folder or the user."""
    with Image.open(out / "your-groups.png") as picture:
        assert picture.size[0] >= 720
        assert set(picture.info) <= {"dpi"}
    data = (out / "your-groups.png").read_bytes()
    assert not any(word in data for word in (b"Canary", b"Zebulon", b"tEXt", b"eXIf"))


def test_a_group_that_fell_silent_lost_no_regulars():
    """Everybody stopped there: the group did."""
    spoke = pd.DataFrame(
        {"group": 0, "person": ["a"], "first": 0, "last": 49, "days": 50}
    )
    none = pd.DataFrame({"group": [], "person": [], "joined": []})
    for end, stopped in ((200, False), (60, False)):
        ends = pd.DataFrame({"end": [end], "truncated": [False]})
        (row,) = list_people(spoke, none, ends).to_dict("records")
        assert (row["long"], row["stopped"], row["told"]) == (False, stopped, False)
