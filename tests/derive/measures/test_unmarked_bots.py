"""Which accounts without a mark are programs, and which people look like one."""

import pandas as pd

from helpers.derive.measures.cleaning import count_by_account
from helpers.derive.measures.engine import open_duckdb
from helpers.derive.measures.unmarked_bots import (
    LEAST_MESSAGES,
    PART,
    find_unmarked_bots,
)
from helpers.records import DAY_US, HOUR_US, SECOND_US

ABC = "abcdefghijklmnopqrstuvwxyz"


def _bots(said, *, apart_us=HOUR_US, bot=None):
    """Return who is found, of ``sender, text`` or rows in the order of a group."""
    given = [one if isinstance(one, dict) else {"sender": one[0], "text": one[1]}
             for one in said]  # fmt: skip
    rows = pd.DataFrame(
        {"group": "g", "id": f"m{at}", "time_us": at * apart_us, "reply_to": None,
         "mentions": [], "file": "f", "scope": "", "position": at} | row
        for at, row in enumerate(given)
    ).astype({"time_us": "int64", "reply_to": "str"})  # fmt: skip
    rows["bot"] = pd.array([bot] * len(rows), dtype="boolean")
    with open_duckdb() as run:
        messages = run.frame(rows)
        found = find_unmarked_bots(run, messages, count_by_account(messages))
        return found["sender"].tolist()


def _varied(n):
    return f"{ABC[n % 26]}{ABC[n // 26 % 26]} it is and something quite different"


def _talk(n, *quotes):
    """Return talk of two people, long before everything else, that quotes itself."""
    return [
        {"sender": ("ann", "bob")[at % 2], "text": _varied(at), "id": f"t{at}",
         "time_us": at * HOUR_US - 1000 * DAY_US, "reply_to": f"t{at - 1}"}
        for at in range(n)
    ] + list(quotes)  # fmt: skip


def _form(n, who="gate", text="@user{0} has joined as number {0}", **more):
    return [{"sender": who, "text": text.format(at), **more} for at in range(n)]


def test_other_words_in_the_messages_looked_at_first_do_not_hide_a_bot():
    """Five of a hundred may open otherwise, even if all are of the first eighth."""
    said = _form(100)
    for at in range(5):
        said[at * PART]["text"] = f"{ABC[at]} is something quite different"
    assert _bots(said) == ["gate"]
    said[5 * PART]["text"] = "and so is this one here"
    assert _bots(said) == []


def test_one_account_repeating_a_template_is_a_bot():
    """Ninety-five of a hundred suffice; ninety-four, or ninety-nine in all, do not."""
    form = _form(95)
    other = [("gate", f"{'abcdef'[n]} something else, {ABC[n]}") for n in range(6)]
    assert _bots(form + other[:5]) == ["gate"]
    assert _bots(form[:94] + other) == []
    assert _bots((form + other)[: LEAST_MESSAGES - 1]) == []


def test_check_ins_of_several_people_are_not_bots():
    """All write the group's own words; once is enough to show that people do."""
    alike = "今天的英语阅读打卡，记单词并朗读课文，第{}天"
    three = [row for at in range(300) for row in _form(1, "甲乙丙"[at % 3], alike)]
    assert _bots(three) == []
    assert _bots(_form(120, "甲", alike)) == ["甲"]
    far = {"sender": "乙", "text": alike.format(7), "time_us": -400 * DAY_US}
    assert _bots([far, *_form(120, "甲", alike)]) == []


def test_check_ins_with_own_names_are_not_bots():
    """Nobody else has the same form, but somebody else has one of their own."""
    own = "{}同学每天的英语阅读打卡完成情况汇报"
    ann = _form(120, "甲", own.format("甲"))
    bob = _form(25, "乙", own.format("乙"))
    bob = [row | {"time_us": (at - 900) * DAY_US} for at, row in enumerate(bob)]
    assert _bots(bob + ann) == []
    assert _bots(bob[:19] + ann) == ["甲"]


def test_opener_of_sign_up_lists_is_not_a_bot():
    """Who starts 接龙 always begins alike, and so does everybody who joins in."""
    rows = [
        (who, f"#接龙 本周六上午的羽毛球活动报名 {at}. 张三")
        for at in range(110)
        for who in ("host", "ann")[: 2 if at % 50 == 0 else 1]
    ]
    assert _bots(rows) == []


def test_a_host_whose_prompt_is_followed_within_the_day_is_a_person():
    """Where hardly anybody quotes, whatever is said next may be the answer."""
    prompt = _form(120, "host", "早上好，各位同学，今天的阅读任务是第{}章")
    said = [
        row
        for at, one in enumerate(prompt)
        for row in (
            one | {"time_us": at * DAY_US},
            {"sender": "ann", "text": _varied(at), "time_us": (at + 0.9) * DAY_US},
        )
    ]
    assert _bots(said) == []
    assert _bots([row for row in said if row["sender"] == "host"]) == ["host"]


def test_template_never_quoted_by_others_is_a_bot():
    """Talk goes on beside it; two quotes of a hundred, or two names, make a person."""
    feed = [
        row
        for at, one in enumerate(_form(110, "feed", "build finished for revision {}"))
        for row in (one | {"id": f"f{at}"}, {"sender": "ann", "text": _varied(at)})
    ]
    bob = {"sender": "bob", "text": "what is this about"}
    quotes = [bob | {"reply_to": f"f{at}"} for at in (1, 2)]
    names = [bob | {"mentions": ["feed"]}] * 2
    assert _bots(_talk(60) + feed) == ["feed"]
    assert _bots(_talk(60) + feed + quotes[:1]) == ["feed"]
    assert _bots(_talk(60) + feed + quotes) == []
    assert _bots(_talk(60) + feed + names) == []
    assert _bots(feed) == []  # without quotes on record talk beside it is an answer


def test_account_that_only_answers_commands_is_a_bot():
    """A day later it is talk; who gives the commands is a person."""
    words = [_varied(n) for n in range(100)]
    said = [
        one
        for n in range(100)
        for one in (("ann", f"!q {words[-n]}"), ("tip", words[n]))
    ]
    assert _bots(said, apart_us=SECOND_US) == ["tip"]
    assert _bots(said) == []


def test_account_active_at_all_hours_is_a_bot_unless_answered():
    """All 24 hours of seven days; six days are a long week of shifts."""
    rows = [("feed", _varied(n)) for n in range(7 * 24)]
    assert _bots(rows) == ["feed"]
    assert _bots(rows[:-1]) == []
    talk = [("feed", _varied(n)) if n % 3 else ("ann", _varied(n)) for n in range(800)]
    assert _bots(talk, apart_us=HOUR_US // 3) == []
