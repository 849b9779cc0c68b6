"""The page of one's own groups: nothing leaks, nothing breaks, both languages."""

import dataclasses
import re

import pytest

from helpers.own_groups import is_chinese_locale, list_lines, write_page
from helpers.own_groups.cards import Newcomers
from helpers.own_groups.missing import Missing
from helpers.own_groups.page import show_both
from helpers.own_groups.sentences import (
    Text,
    describe_alike,
    describe_carriers,
    describe_newcomers,
    describe_silent_members,
    describe_state,
)
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.formats.rows.times import UNTIMED
from helpers.measures.cleaning import COPY, LINE, SCREENS
from helpers.study.store.exports import AGAIN, LOST
from helpers.wording.messages import render

LINES = 5


@pytest.fixture
def write(tmp_path):
    """Return a function that writes a page and returns its text."""

    def write_text(*cards, k=5, **rest):
        path = write_page(cards, tmp_path, k=k, zone="Europe/Berlin", **rest)
        return path.read_text("utf-8")

    return write_text


def test_a_label_with_markup_stays_text(write, change):
    """Labels come from groups.csv, where anything may stand."""
    page = write(change(label="<script>alert(1)</script>"), change(group=1))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_counts_of_people_below_k_are_hidden(write, change):
    """Neither counts nor shares among so few can be read."""
    few = change(
        people_28=3, people_before=2, top=0.61, top_three=0.97, silent_members=4,
        newcomers=Newcomers(4, 2, 3, has_replies=True), silent_days=0.0, days_ago=0,
    )  # fmt: skip
    page = write(few, few)
    assert "61%" not in page
    assert "97%" not in page
    assert not re.search(r">(2|3|4)<", page)
    assert "fewer than 5" in page
    assert "不到 5" in page
    assert "61%" in write(few, few, k=1)


def test_the_terminal_has_five_lines_and_hides_small_counts(change):
    """The same rule holds for what is printed."""
    lines = list(list_lines([change(people_28=3, people_before=2)], 5))
    assert len(lines) == LINES
    assert "3 wrote" not in " ".join(lines)


def test_more_groups_than_are_printed_are_counted(card):
    """Three hundred groups do not fill the terminal."""
    assert list(list_lines([card] * 300, 5))[-1].startswith("… and 297 more")
    assert list(list_lines([card] * 4, 5))[-1] == "… and 1 more group on the page"


def test_a_dead_group_is_not_called_alive(write, change):
    """Sixty days of silence are the end, in both languages."""
    page = write(change(silent_days=60.0, days_ago=60))
    assert "Inactive: the last message was 60 days ago" in page
    assert "已经静了" in page
    assert "Alive" not in page


def test_group_without_senders_shows_no_invented_number(write, change):
    """No number takes the place of what is not recorded."""
    unknown = change(
        people=None, people_28=None, people_before=None, top=None, top_three=None,
        silent_members=None, members=None, newcomers=None, ranks=(), alike=(),
    )  # fmt: skip
    page = write(unknown)
    assert "does not record who wrote" in page
    assert "lists no members" in page
    assert "None" not in page


def test_every_sentence_of_a_card_has_both_languages(write, card):
    """Elements of one language are as many as those of the other."""
    missing = Missing((Text("a", "甲"),), (), (Text("b", "乙"),))
    page = write(card, card, missing=missing, site="site/index.html")
    assert page.count('<span lang="en">') == page.count('<span lang="zh">') > LINES
    assert not re.search(r'<span lang="zh">[^<]*\b(the|of)\b', page)


def test_card_page_loads_no_external_file(write, card):
    """It is one file, to be sent and read offline."""
    page = write(card)
    assert not re.search(r'(src|href)="(?!#)', page)
    assert "url(" not in page


def test_a_public_group_that_fails_calibration_gives_no_probability(write, card):
    """Where the forecast fails is said on each card."""
    page = write(card)
    assert "no probability is given" in page
    assert "none is WeChat" in page


def test_every_reason_not_to_count_a_row_has_chinese():
    """A reason without Chinese would stand in English on the Chinese page."""
    ours = {AGAIN, LOST, UNTIMED, LINE, COPY, *SCREENS}
    ours |= {f"of {chats}" for chats in OTHER_CHATS.values()}
    assert [reason for reason in ours if not render(reason, "zh")] == []


def test_rows_that_are_not_counted_are_on_the_page(card, write):
    """They stood in chapters only, which small runs leave out."""
    page = write(card, excluded={LOST: 1200})
    assert f"1,200 rows: {LOST}" in page
    assert f"1,200 行：{render(LOST, 'zh')}" in page


def test_group_without_a_name_says_how_to_give_it_one(change, write):
    """An owner met "group 3acef4a7" and no word on groups.csv."""
    page = write(change(label="group 3acef4a7"))
    assert "群 3acef4a7" in page
    assert "groups-template" in page
    assert "groups-template" not in write(change(label="Climbing"))


def test_page_and_terminal_follow_the_system_s_language(card, write, monkeypatch):
    """A Chinese owner met English lines and an English page."""
    assert 'id="zh" checked' in write(card, chinese=True)
    assert 'id="en" checked' in write(card)
    assert next(list_lines([card], 5, chinese=True)).startswith("Climbing：还活着")
    for named, is_chinese in (("zh_CN", True), ("Chinese (Simplified)_China", True),
                              ("de_DE", False), (None, False)):  # fmt: skip
        monkeypatch.setattr("locale.getlocale", lambda named=named: (named, "x"))
        for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
            monkeypatch.delenv(name, raising=False)
        assert is_chinese_locale() is is_chinese


def test_chinese_is_known_where_its_locale_is_not_installed(monkeypatch):
    """Python then reports the C locale, and a Chinese owner met English."""
    monkeypatch.setattr("locale.getlocale", lambda: (None, None))
    monkeypatch.setenv("LC_ALL", "")
    monkeypatch.setenv("LC_MESSAGES", "")
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert is_chinese_locale()
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert not is_chinese_locale()


def test_labelled_group_gives_the_code_that_pages_of_claims_use(change, write):
    """The card named the group, the page of a claim its code, and nothing both."""
    assert "群 3acef4a7" in write(change(code="3acef4a7"))
    assert "pages of claims" not in write(change())


def test_comparison_by_source_is_not_printed(card, write):
    """An open list put a second page behind every group's sheet."""
    page = write(card)
    assert "<details open" not in page
    assert "details:not([open]) { display: none; }" in page


def test_newcomers_are_counted_not_scaled_to_100(change):
    """Of 40 newcomers the card said "of 100, 100 were still writing"."""
    all_stayed = change(newcomers=Newcomers(40, 3, 40, has_replies=True))
    told = describe_newcomers(all_stayed, 5)
    assert "28 days later all 40 of them were still writing" in told.en
    assert "28 天后 40 个都还在说话" in told.zh
    assert "fewer than 5 were replied to, quoted or" in told.en
    assert "founders among them" in told.en
    assert "建群时就在的也算" in told.zh
    assert "100" not in told.en + told.zh
    few = describe_newcomers(change(newcomers=Newcomers(40, 9, 2, has_replies=True)), 5)
    assert "fewer than 5 of them" in few.en
    assert "28 天后还在说话的不到 5 个" in few.zh


def test_next_messages_are_not_called_replies(change):
    """QQ text records no replies: 24 of 40 were answered, the card said 4."""
    told = describe_newcomers(
        change(newcomers=Newcomers(40, 9, 20, has_replies=False)), 5
    )
    assert "replies are not recorded" in told.en
    assert "不记录谁回复谁" in told.zh


def test_old_members_of_a_truncated_export_are_no_newcomers(change):
    """An export that starts in mid-life made a newcomer of every speaker."""
    told = describe_newcomers(change(newcomers=None, is_left_truncated=True), 5)
    assert "old members cannot be told from new ones" in told.en


def test_sources_that_agree_give_one_number(change, card):
    """The card said "20 to 20 of 100"."""
    first = card.alike[0]
    same = [dataclasses.replace(first, again=n, alive=1.0) for n in (0.198, 0.202)]
    told = describe_alike(change(alike=tuple(same)))
    assert "20% wrote again" in told.en
    assert "all were still writing" in told.en
    assert "20 to 20" not in told.en


def test_chinese_sentences_have_no_blank_between_characters(change):
    """A masked count stood as `有 不到 5 人`."""
    few = change(people_28=2, people_before=3, silent_members=3, members=4)
    carriers, silent = describe_carriers(few, 5).zh, describe_silent_members(few, 5).zh
    assert "最近四周有不到 5 人说话，再前四周不到 5 人" in carriers
    assert silent == "名单上不到 5 人，不到 5 人从没说过话。"
    assert "有 12 人" in describe_carriers(change(people_28=12), 5).zh


def test_weeks_before_the_first_are_not_counted_as_empty(change, write):
    """A group three days old had "0 in the four weeks before"."""
    young = change(age_days=3.5, people_28=6, people_before=0)
    told = describe_carriers(young, 5)
    assert "goes no further back" in told.en
    assert "再往前没有记录" in told.zh
    assert f"<td>{show_both(Text('–', '–'))}</td>" in write(young, young)
    older = describe_carriers(change(age_days=38.0, people_before=0), 5)
    assert "0 in the 10 days before" in older.en
    assert "再前 10 天 0 人" in older.zh


def test_chart_says_what_is_shaded_and_what_is_not_yet_known(change, write):
    """The shaded stretch lay in the future, and no word said so."""
    assert "右边的日子还没有记录" in write(change(silent_days=3.2))
    assert "右边的日子还没有记录" not in write(change(silent_days=90.0))
    assert "<title>45</title>" not in write(change())


def test_half_the_writers_are_not_called_fewer_than_half(change):
    """Exactly half counts as fading, and the Chinese said less than half."""
    told = describe_state(change(people_28=5, people_before=10))
    assert "一半或更少" in told.zh
    assert "half as many writers as a month ago or fewer" in told.en
