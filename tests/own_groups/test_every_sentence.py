"""Every sentence and number of both pages is true of groups whose history is known.

What is expected is counted from the planted messages, by code that shares nothing with
the pages but the words.
"""

import html
import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from statistics import mean

import pytest

from helpers.forecast import predict_silence
from helpers.own_groups import page as sent
from helpers.own_groups import report
from helpers.own_groups.cards.newcomers import RECENT_DAYS, REGULAR_DAYS
from helpers.own_groups.plan import Plan
from helpers.own_groups.report import first_screen
from helpers.own_groups.run import run_study
from helpers.store.ingest import Terms
from tests.planted import (
    CAME,
    CHESS,
    COMES,
    EXPORTED,
    QUIET,
    REGULARS,
    START,
    STOPS,
    TEA,
    WENT,
    plant,
    write_exports,
)

SAID = plant()
BY = {name: [one for one in SAID if one.group == name] for name in (CHESS, TEA)}
LAST = {name: max(one.day for one in own) for name, own in BY.items()}
END = (EXPORTED.date() - START.date()).days
SILENCE = 60  # days: both groups wrote 60 messages in their first weeks and more
PAGES = Path(report.__file__).parent.glob("*.j2")
SAYS = re.compile(r'\b_\("([^"{]+)"\)')
FIXED = {sent.WINDOWED, first_screen.MONTHS, first_screen.POWER}
FIXED |= {text for page in PAGES for text in SAYS.findall(page.read_text("utf-8"))}


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Return the page to send and the private one."""
    room = tmp_path_factory.mktemp("planted")
    (room / "key").write_text("07" * 32, "ascii")
    (room / "exports").mkdir()
    write_exports(SAID, room / "exports")
    exports, out = [room / "exports"], room / "out"
    run_study(Plan(exports=exports, out=out, terms=Terms(key=room / "key"), mine=True))
    names = ("your-groups.html", "PRIVATE-your-groups.html")
    return [(out / name).read_text("utf-8") for name in names]


def _list_sentences(page):
    """Return what stands in paragraphs, lists and captions, in English."""
    found = re.findall(r"<(li|p|figcaption)\b[^>]*>(.*?)</\1>", page)
    both = [re.search(r'<span lang="en">(.*?)</span>', inside) for _, inside in found]
    return [html.unescape(en[1]) for en in both if en]


def _list_rows(page):
    """Return the rows of all tables, in English."""
    chinese = re.compile(r'<span lang="zh">.*?</span>')
    rows = []
    for row in re.findall(r"<tr><td.*?</tr>", page):
        cells = re.findall(r"<bdi>(.*?)</bdi>", chinese.sub("", row))
        rows.append([html.unescape(re.sub("<.*?>", "", cell)) for cell in cells])
    return rows


def _day(number):
    return (START + timedelta(days=number)).date().isoformat()


def _count_writers(name, first, last):
    """Count messages by sender from a day to another."""
    own = [one.sender for one in BY[name] if first <= one.day <= last]
    return Counter(own)


def _percent(part, whole):
    return f"{100 * part / whole:.0f}%"


def _describe_lately(name):
    """Yield what a card says of the last four weeks and those before."""
    month = _count_writers(name, END - 27, END)
    before = len(_count_writers(name, END - 55, END - 28))
    span = f"in the last four weeks of the record{{}}, {before} in the four before"
    yield _describe_forecast(name, month)
    if not month:
        assert not before
        yield "Nobody wrote in the last eight weeks of the record."
        return
    counts = sorted(month.values(), reverse=True)
    top, three = (_percent(sum(counts[:n]), sum(counts)) for n in (1, 3))
    yield (
        f"I{span.format(f' {len(month)} wrote')[1:]}; of these weeks' messages, one"
        f" person wrote {top}, three wrote {three}."
    )


def _describe_forecast(name, month):
    """Return the forecast by days counted from the planted messages."""
    age, since = (EXPORTED - START).days + 1, END - LAST[name]
    return predict_silence(age, since, sum(month.values()), len(month)).describe()


def _describe_state(name):
    ago = END - LAST[name]
    days = f"{ago} day{'s' * (ago != 1)}"
    said = f"the last message was on {_day(LAST[name])}, {days} before {_day(END)}"
    yield (
        f"Alive: {said} ({SILENCE} days of silence would count as its end)."
        if name == TEA
        else f"Inactive: {said}, and {SILENCE} days of silence count as the end (slow"
        " groups get longer)."
    )
    yield (
        "Days with messages usually follow each other, rarely with a pause of more than"
        " 1 day."
    )
    hours = Counter(one.at.hour for one in BY[name])
    order = sorted(hours, key=lambda hour: (-hours[hour], hour))
    busy = ", ".join(f"{hour}:00" for hour in order[:3])
    yield f"Busiest hours, in Asia/Shanghai: from {busy}."
    yield (
        "How many members never wrote is not known: this export lists no members, and"
        " lines about joining may miss some."
    )
    if name == TEA:
        yield "Nobody joined in the last 60 days."
    else:
        yield (
            "Of earlier newcomers nothing is said: the export may begin after the"
            " group, so old members cannot be told from new ones."
        )


def _count_thirds(name):
    """Return the mean month of the first and the last third of a group's months."""
    counts = _count_months(name)
    months = sorted(counts)[: -1 if name == CHESS else None]  # its last has 3 days
    third = len(months) // 3
    parts = months[:third], months[-third:]
    return months, *(f"{mean(counts[m] for m in part):,.0f}" for part in parts)


def _describe_trend(name, called="{}"):
    """Return the sentence on a group's level, with what it is called."""
    months, before, after = _count_thirds(name)
    third = "in the first third of its whole months"
    span = f"({months[0]} to {months[-1]} in all)"
    if name == CHESS:
        called += f": messages a month fell from {before} {third} to"
        return f"{called} {after} in the last {span}."
    return f"{called}: {before} messages a month {third} {span}, {after} in the last."


METHOD = "Messages a month fell or grew if"


def _describe_all(k):
    """Yield what both pages say of all groups together."""
    yield "2 groups: 1 talking, 1 inactive."
    yield f"{len(SAID):,} messages from {_day(0)} to {_day(max(LAST.values()))}."
    spoke = {}
    for one in BY[TEA]:
        spoke.setdefault(one.sender, set()).add(one.day)
    stopped = [
        who
        for who, days in spoke.items()
        if max(days) <= END - RECENT_DAYS and len(days) >= REGULAR_DAYS
    ]
    regulars = [who for who, days in spoke.items() if len(days) >= REGULAR_DAYS]
    assert stopped == [STOPS]
    assert max(spoke[STOPS]) < WENT < CAME <= min(spoke[COMES])
    one = f"Fewer than {k}" if k > 1 else "1"
    yield (
        f"{one} of {len(regulars)} regulars stopped writing (they wrote on"
        f" {REGULAR_DAYS} days or more, none of them in the last {RECENT_DAYS}), in"
        " groups written to in the last four weeks of their record."
    )
    yield (
        f"In the last {RECENT_DAYS} days nobody joined the groups whose joins are"
        " dated."
    )


def _describe_weeks(name):
    """Return the caption of the weeks: at most 52, up to the end of silence."""
    last = min(END, LAST[name] + SILENCE)
    counts = [
        sum(last - 7 * back - 7 < one.day <= last - 7 * back for one in BY[name])
        for back in range(52)
    ]
    return (
        f"Messages per week, {_day(last - 363)} to {_day(last)}; the tallest bar is"
        f" {max(counts):,}. The shaded stretch is {SILENCE} days from the last message:"
        " silence for all of it counts as the end." + str(sent.AHEAD) * (name == TEA)
    )


def _count_months(name):
    return Counter(f"{one.at:%Y-%m}" for one in BY[name])


def test_every_sentence_of_the_page_to_send_is_true(pages):
    """Cards of a group of 700 days and of one that ended a year ago, and all above."""
    expected = {*_describe_all(5)}
    found = {line for line in _list_sentences(pages[0]) if line not in FIXED}
    (method,) = (line for line in found if line.startswith(METHOD))
    assert re.search("found in [0-9] of 10 records of six months, 9 of 10", method)
    found -= {method}
    for name in (CHESS, TEA):
        expected |= {*_describe_lately(name), *_describe_state(name)}
        code = [one for one in found if one.endswith(_describe_trend(name, ""))]
        assert len(code) == 1
        assert code[0].startswith("group ")
        expected |= {*code}
        expected.add(f"{_day(0)} to {_day(LAST[name])}: {len(BY[name]):,} messages")
        expected.add(_describe_weeks(name))
    expected |= {"Counts of people below 5 are hidden.", "1 row: system line"}
    expected.add("Fewer than 5 newcomers were followed for eight weeks.")
    expected.add(
        "One or two groups are counted and not mixed with others: beside the count"
        " stands what another place would show."
    )
    silent = [line for line in found if line.startswith("Silent for good by day 105")]
    assert len(silent) == 1
    assert "watched long enough: 0 of 2" in silent[0]
    assert found - set(silent) == expected


def test_the_table_of_groups_is_true(pages):
    """The level of the ended group was that of the empty months after its end."""
    rows = _list_rows(pages[1])
    tea, chess = (" → ".join(_count_thirds(name)[1:]) for name in (TEA, CHESS))
    assert ["Canary tea", "talking", tea, "0", "1", "7", "7"] in rows
    ago = str(END - LAST[CHESS])
    assert ["Canary chess", "inactive", chess, "–", ago, "0", "0"] in rows


def test_every_sentence_of_the_private_page_is_true(pages):
    """People, by name."""
    expected = {*_describe_all(1)}
    for name in (CHESS, TEA):
        expected |= {
            *_describe_lately(name),
            *_describe_state(name),
            _describe_trend(name, name),
        }
    found = {line for line in _list_sentences(pages[1]) if line not in FIXED}
    found = {line for line in found if not line.startswith(METHOD)}
    expected |= {
        f"Regulars who stopped (60 days): {STOPS}.",
        "Joined in the last 60 days: none.",
        (
            "Of 1 people who joined eight weeks before the end or earlier, 0 wrote four"
            " weeks later or after that."
        ),
        "Times are in Asia/Shanghai.",
    }
    ties = {line for line in found if line.startswith("The ") and "reply most" in line}
    assert {line.split()[1] for line in ties} == {"8", str(len(REGULARS))}
    public = {line for line in found if " public communities were silent" in line}
    assert len(public) == 1  # checked where it is written
    assert found - ties - public == expected


def test_the_tables_of_the_private_page_are_true(pages):
    """People, months, pairs of repliers, kinds and the silent member."""
    rows = _list_rows(pages[1])
    for name in (CHESS, TEA):
        own = BY[name]
        for who, n in Counter(one.sender for one in own).items():
            days = [one.day for one in own if one.sender == who]
            assert [who, f"{n:,}", _day(min(days)), _day(max(days))] in rows
        first = {}
        for one in own:
            first.setdefault(one.sender, f"{one.at:%Y-%m}")
        for month, n in _count_months(name).items():
            wrote = {one.sender for one in own if f"{one.at:%Y-%m}" == month}
            new = sum(start == month for start in first.values())
            joined = str(int(name == TEA and month == "2024-04"))
            assert [month, str(n), str(len(wrote)), str(new), joined, "–"] in rows
        pairs = Counter(
            (one.sender, one.to) for one in own if one.to and one.to != one.sender
        )
        for (who, to), n in pairs.most_common(3):
            assert [who, to, f"{n:,}"] in rows
        pictures = sum(one.is_picture for one in own)
        assert [
            "pictures",
            f"{pictures:,}",
            f"{100 * pictures / len(own):.1f}%",
        ] in rows
    assert [QUIET, "2024-04-10", "–"] in rows


def test_both_languages_say_the_same_numbers(pages):
    """A number that only one language had was nobody's."""
    worded = re.compile("four|Busiest hours|Of 100 of your")  # in one of them only
    for page in pages:
        for both in re.findall(
            r'<span lang="en">(.*?)</span><span lang="zh">(.*?)</span>', page
        ):
            en, zh = map(html.unescape, both)
            if not worded.search(en):
                assert set(re.findall(r"\d+", en)) == set(re.findall(r"\d+", zh)), en
