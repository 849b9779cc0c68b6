"""Pages of odd groups are right and quiet: on a phone, and with hostile names."""

import csv
import re
import shutil
from datetime import UTC, date, datetime, timedelta
from functools import cache

import pytest

from helpers.errors import ShequnError
from helpers.own_groups.plan import Plan
from helpers.own_groups.record import Window
from helpers.own_groups.run import run_study
from helpers.records import DAY_US, to_day_us
from helpers.store.ingest import Terms
from tests.planted import CHESS, plant, write_exports

START = datetime(2024, 1, 1, 9, tzinfo=UTC)
HOSTILE = (
    "</script><script>document.title = 'taken'</script>",
    '"><img src=x onerror="document.title=1">',
    "שלום עולם זה שם ארוך",
    "\u202eتم عكس هذا الاسم",
    "👩‍👩‍👧‍👦🏳️‍🌈👨🏽‍💻",
    "Z" + "\u0335\u0321" * 30,
    "一个特别特别特别特别特别特别特别特别特别特别特别特别长的名字没有空格",
    "averyveryveryveryveryveryveryveryveryveryveryveryverylongnamewithoutblanks",
)
PAGES = ("your-groups.html", "PRIVATE-your-groups.html")


def _write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["time", "group", "sender", "text", "id"])
        writer.writerows(rows)


def _talk(group, people, days, a_day=2, start=0):
    """Yield messages of a group whose people write in turn."""
    for number in range(days * a_day):
        at = START + timedelta(days=start + number // a_day, minutes=number)
        who = people[number % len(people)]
        yield at.isoformat(), group, who, f"好 {number} great", f"{group}{number}"


def _list_many():
    """Yield 300 groups of three months."""
    for nth in range(300):
        yield from _talk(f"群 {nth}", [f"p{n}" for n in range(6)], 90, 1, nth % 50)


CASES = {
    "one message": [*_talk("一条", ["a"], 1, 1)],
    "one person": [*_talk("一个人", ["a"], 100)],
    "bots": [*_talk("机器人", ["GroupBot", "群助手"], 200)],
    "hostile names": [
        row for name in HOSTILE for row in _talk(name, [*HOSTILE], 70, 2)
    ],
    "300 groups": [*_list_many()],
}


def _run(room, rows, **more):
    """Run exports made of rows; return the folder of the results."""
    (room / "key").write_text("07" * 32, "ascii")
    _write(room / "log.csv", rows)
    terms = Terms(key=room / "key")
    plan = Plan(
        exports=[room / "log.csv"], out=room / "out", terms=terms, mine=True,
        named=True, chapters=False, **more,
    )  # fmt: skip
    run_study(plan)
    return room / "out"


def test_no_message_in_the_window_is_a_sentence(tmp_path):
    """A window before the first message ended in a traceback or an empty page."""
    first = to_day_us(date(2020, 1, 1))
    window = Window(first, first + 9 * DAY_US)
    with pytest.raises(ShequnError, match="--from"):
        _run(tmp_path, CASES["one person"], window=window)


@pytest.fixture(scope="module")
def run_once(tmp_path_factory):
    """Return a function: a case to the results of its one run."""
    return cache(lambda case: _run(tmp_path_factory.mktemp("case"), CASES[case]))


def test_one_message_is_counted_as_one(run_once):
    """1 messages, 1 days."""
    out = run_once("one message")
    said = " ".join(
        re.findall(r'<span lang="en">(.*?)</span>', (out / PAGES[1]).read_text("utf-8"))
    )
    assert "1 message from 2024-01-01" in said
    assert (
        re.findall(r"\b1 (?:messages|days|people|regulars|groups|rows)\b", said) == []
    )


def test_group_without_a_message_is_told(tmp_path):
    """A group of joins alone was counted on the terminal, not on the page."""
    chess = [one for one in plant() if one.group == CHESS][:60]
    (tmp_path / "exports").mkdir()
    write_exports(chess, tmp_path / "exports")  # of the other only a join remains
    lines = []
    plan = Plan(exports=[tmp_path / "exports"], out=tmp_path / "out",
                report=lines.append)  # fmt: skip
    page = run_study(plan).page.read_text("utf-8")
    told = "1 group without a message is not on the page"
    assert told in lines
    assert told in page


@pytest.mark.browser
@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, marks=[pytest.mark.long] * (case in {"bots", "300 groups"}))
        for case in CASES
    ],
)
def test_pages_of_odd_groups_are_quiet_on_a_phone(run_once, case):
    """No error, no request, no script of a name, nothing wider than 390 pixels."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    executable = shutil.which("chromium") or shutil.which("google-chrome")
    if not executable:
        pytest.skip("no Chromium is installed")
    out = run_once(case)
    said, asked = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable)
        for name in PAGES:
            page = browser.new_page(viewport={"width": 390, "height": 900})
            page.on("request", lambda request: asked.append(request.url))
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
            page.goto((out / name).as_uri())
            for language in ("en", "zh"):
                page.evaluate(f"document.getElementById('{language}').click()")
                wide = page.evaluate("document.documentElement.scrollWidth")
                assert wide <= 390, (name, language)
            assert " · " in page.title()
            if page.locator("th[tabindex]").count():  # sorting keeps every row
                rows = page.locator("tbody tr").count()
                page.locator("th[tabindex]").first.evaluate("head => head.click()")
                assert page.locator("tbody tr").count() == rows
            if case == "hostile names":
                found = Axe().run(page).response["violations"]
                assert [(one["id"], one["nodes"][:2]) for one in found] == []
            page.close()
        browser.close()
    assert said == []
    assert asked == [(out / name).as_uri() for name in PAGES]
