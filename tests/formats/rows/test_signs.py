"""Each sign that an export was read wrongly has an input that raises it and one not."""

import json
from types import SimpleNamespace

import pytest

import helpers as sq
from helpers.derive.inspect import inspect_exports
from helpers.files import read_own_rows
from helpers.formats.reading.source import Options
from helpers.formats.rows.losses import BY_NAMES
from helpers.formats.rows.signs import SIGNS as REPEATED
from helpers.own_groups.plan import Plan
from helpers.own_groups.run import make_study
from helpers.paths import ROOT
from helpers.store.discovery import list_candidates

TOLD = read_own_rows("formats", "rows", "signs.toml")["told"]
signs = SimpleNamespace(**{sign.upper(): said for sign, said in TOLD.items()})
WHO = ("Ann", "Bea", "Cyd")
HEAD = "localId,TalkerId,Type,SubType,IsSender,CreateTime,StrContent,NickName,Sender"


def table(days, who=WHO, text="words {}", columns="time,sender,text"):
    """Return a table with a message on each day, of each person in turn."""
    rows = enumerate(days)
    lines = [f"{day},{who[n % len(who)]},{text.format(n)}" for n, day in rows]
    return "\n".join([columns, *lines, ""])


def march(days=range(1, 32), clock=" 08:00:00"):
    """Return days of one month, as ISO has them."""
    return [f"2024-03-{day:02d}{clock}" for day in days]


def swap(days, notation):
    """Return days of which those up to the 12th have the month in the day's place."""
    return [f"2024-{d:02d}-03" if d <= 12 else notation.format(d) for d in days]


def memotrace(*, senders=True, first=1709280000):
    """Return MemoTrace's CSV of thirty days, the columns of senders maybe empty."""
    rows = [
        f"{n},1,1,0,{int(n % 3 == 0)},{first + n * 86400},words {n}"
        + (f",{WHO[n % 3]},wxid_{n % 3}" if senders else ",,")
        for n in range(30)
    ]
    return "\n".join([HEAD, *rows, ""])


def chatlab(exported):
    """Return ChatLab's JSON with thirty days, made on a day of March 2024."""
    rows = [
        {"sender": who, "accountName": who, "type": 0, "content": f"words {n}"}
        | {"timestamp": 1709280000 + n * 86400}
        for n, who in enumerate(WHO * 10)
    ]
    made = {"version": "0.0.2", "exportedAt": 1709280000 + exported * 86400}
    meta = {"name": "g", "platform": "wechat", "type": "group"}
    parts = {"chatlab": made, "meta": meta, "members": [], "messages": rows}
    return json.dumps(parts)


def korean(encoding):
    """Return a transcript in Korean, in an encoding."""
    words = "안녕하세요 오늘 모임은 일곱 시에 시작합니다 늦지 마세요"
    lines = (f"[{day}] 민수: {words} {n}\n" for n, day in enumerate(march()))
    return "".join(lines).encode(encoding)


IDS = "time,sender_id,sender,text"
LATER = "2024-04-{:02d} 09:00:00"


def renamed(other, *, gap=True):
    """Return a table in which somebody writes under a second id, later or at once."""
    days = [*march(range(1, 21)), *(LATER.format(d) for d in range(1, 21))]
    days = days if gap else [*march(range(1, 21))] * 2
    pairs = [("u1", "Ann"), ("u2", "Bea")] * 10 + [other, ("u2", "Bea")] * 10
    rows = zip(days, pairs, strict=True)
    lines = [f"{day},{who[0]},{who[1]},words {n}" for n, (day, who) in enumerate(rows)]
    return "\n".join([IDS, *lines, ""])


def doubled(step):
    """Return a table in which each message stands twice, with ids so far apart."""
    rows = [(n, day) for n, day in enumerate(march())]
    lines = [f"{n + own},{d},u{n % 2},so {n}" for n, d in rows for own in (0, step)]
    return "\n".join(["id,time,sender,text", *lines, ""])


def numbered(ending):
    """Return a table in which all write under other ids from one day on."""
    who = [f"49155{n % 3}@s.net" if n < 15 else f"9{n % 3}{ending}" for n in range(31)]
    return table(march(), who)


SIGNS = {  # an input that raises the sign, and one that is much alike and does not
    signs.EARLY: (memotrace(first=1000000000), memotrace()),
    signs.AFTER: (chatlab(10), chatlab(30)),
    signs.SWAPPED: (table(swap(range(1, 32), "2024-03-{}")), table(march(clock=""))),
    signs.LOST: (table([*march()[:20], *["?"] * 5]), table([*march() * 2, *["?"] * 5])),
    signs.SILENCED: (
        table([*march(range(1, 10)), *["?"] * 6], [*WHO * 3, *["Dot"] * 6]),
        table([*march(range(1, 10)), *["?"] * 6]),
    ),
    signs.SENDERLESS: (memotrace(senders=False), memotrace()),
    signs.NAMELESS: (table(march(), [*WHO, ""]), table(march(), [*WHO, "System"])),
    signs.TWICE: (doubled(100), doubled(0)),
    signs.ALONE: (table(march(), ["Ann"]), table(march(), ["Ann"] * 9 + ["Bea"])),
    signs.NOTICES: (table(march(), ["Ann", "*** Quits"]), table(march(), ["**Ann**"])),
    signs.WORDLESS: (table(march(), text=""), table(march(), text="{}")),
    signs.SAME_PERSON: (renamed(("u9", "Ann")), renamed(("u9", "Dot"))),
    signs.EACH_ONCE: (table(march(), [f"{n} Ann" for n in range(31)]), table(march())),
    signs.ONE_TIME: (table(march()[:1] * 31), table(march())),
    signs.RENUMBERED: (numbered("@lid"), numbered("@s.net")),
    signs.GARBLED: (korean("euc-kr"), korean("utf-8")),
}


def list_doubts(path):
    """Return the signs that inspection finds."""
    (found,) = inspect_exports(list_candidates([path])).exports
    assert found.error is None
    return {reason for _, reason, _ in found.doubts} & {*SIGNS}


def test_every_sign_is_tried():
    """A sentence that nothing raises would be no check."""
    assert SIGNS.keys() == REPEATED | {signs.AFTER}


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_raised_by_what_it_says_and_by_nothing_alike(put, sign):
    """Both inputs can be read; only one was read wrongly."""
    suffix = {signs.AFTER: "json", signs.GARBLED: "txt"}.get(sign, "csv")
    wrong, right = (
        list_doubts(put(content, f"{nth}/chat.{suffix}"))
        for nth, content in enumerate(SIGNS[sign])
    )
    assert sign in wrong
    assert sign not in right


def test_ids_that_write_in_one_hour_are_two_people(put):
    """Nobody writes under two ids at once."""
    path = put(renamed(("u9", "Ann"), gap=False), "chat.csv")
    assert signs.SAME_PERSON not in list_doubts(path)
    assert signs.SAME_PERSON in list_doubts(put(renamed(("u1#1234", "Dot")), "t.csv"))


def test_a_sign_stands_on_every_surface(put, tmp_path):
    """The terminal, the page and the frame say what inspection says."""
    path, out = put(memotrace(senders=False), "chat.csv"), tmp_path / "out"
    with pytest.warns(UserWarning, match="of one person|no wording explains"):
        messages = sq.read_messages(path, zone="UTC")
    assert any("columns={'sender': …}" in line for line in messages.attrs["doubts"])
    study, _ = make_study(Plan(exports=[path], out=out))
    assert any(gap.startswith(str(signs.SENDERLESS)) for gap in study.manifest.gaps)


def test_a_group_of_two_names_that_share_some_days_is_told(put, tmp_path):
    """Two halves of a renamed group were too little alike to be doubted."""
    for name, days in (("old", range(1, 22)), ("new", range(11, 32))):
        put(table(march(days), text="hi"), f"in/{name}.csv")
    assert inspect_exports([*tmp_path.glob("in/*")]).pairs == 1


OTHER = "time,sender,text,who,said"
REMEDIES = {  # a table that raises a sign, and the column that its remedy asks for
    signs.ALONE: ({"sender": "who"}, "{day} 08:00:00,Ann,words {n},{who},x"),
    signs.WORDLESS: ({"text": "said"}, "{day} 08:00:00,{who},,x,ok"),
}


@pytest.mark.parametrize("sign", REMEDIES)
def test_the_column_that_a_sign_asks_for_ends_it(put, sign):
    """A remedy is followed, and ends in a report without the sign."""
    columns, line = REMEDIES[sign]
    days = enumerate(march(clock=""))
    rows = (line.format(day=day, n=n, who=WHO[n % 3]) for n, day in days)
    path = put("\n".join([OTHER, *rows, ""]), "chat.csv")
    assert sign in list_doubts(path)
    (found,) = inspect_exports([path], Options(columns=columns)).exports
    assert (found.messages, found.speakers, found.texts) == (31, 3, 31)
    assert sign not in {reason for _, reason, _ in found.doubts}


def test_two_ids_that_are_listed_are_one_person(put):
    """The list that the sign asks for joins them."""
    path = put(renamed(("u9", "Ann")), "chat.csv")
    people = put("u1,u9\n", "people.csv")
    with pytest.warns(UserWarning, match="list them with people="):
        messages = sq.read_messages(path, zone="UTC", people=people)
    assert messages["person"].nunique() == 2


def test_no_sign_is_raised_by_the_demo():
    """What programs wrote and was read rightly raises none."""
    paths = sorted((ROOT / "data" / "raw" / "demo").glob("*.zip"))[::8]
    exports = inspect_exports(paths).exports
    assert exports
    assert {reason for one in exports for _, reason, _ in one.doubts}.isdisjoint(
        {*SIGNS, BY_NAMES}
    )
