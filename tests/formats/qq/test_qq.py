"""QQ's own text export."""

import pytest

from helpers.errors import BrokenFileError
from helpers.formats import Options
from helpers.formats.reading import source
from helpers.formats.reading.dates import UndecidedDateOrderError
from helpers.formats.rows.times import UNTIMED

RULE = "=" * 64
TITLE = "消息记录（此消息记录为文本格式，不支持重新导入）\n\n"


def section(name, *entries, box="我的QQ群"):
    """One chat's head and entries."""
    head = f"{RULE}\n消息分组:{box}\n{RULE}\n消息对象:{name}\n{RULE}\n\n"
    return head + "".join(f"{entry}\n\n" for entry in entries)


def backup(*sections):
    """A file of sections."""
    return TITLE + "".join(sections)


@pytest.mark.parametrize(
    ("time", "hour"),
    [("8:43:38 PM", 20), ("08:43:38", 8), ("8:43:38", 8), ("12:00:00 AM", 0)],
)
def test_unpadded_hours_and_twelve_hour_clocks_are_read(read, time, hour):
    """No message is glued to the one above because of its clock."""
    text = backup(section("群", f"2019-09-23 {time} 骰娘(87200175)\nhi"))
    found = read("qq", text, "a.txt")
    day_start = 1_569_168_000  # 2019-09-23 in Shanghai
    seconds = found.column("message", "time_us")[0] // 10**6 - day_start
    assert seconds // 3600 == hour


def test_level_titles_are_kept_as_roles_and_cut_from_names(read):
    """【潜水】 marks a lurker; an unknown title is part of the name."""
    entries = (
        "2019-07-16 8:15:05 【潜水】甲(10001)\nx",
        "2019-07-16 8:15:06 【猫】乙(10002)\nx",
    )
    found = read("qq", backup(section("群", *entries)), "a.txt")
    assert found.column("membership", "person", "role") == [("10001", "潜水")]
    assert found.source.people.names >= {"甲", "【猫】乙"}


def test_a_full_backup_is_split_into_its_groups(read):
    """消息对象 starts another group, whose times start anew."""
    one = section("甲群", "2019-07-16 8:15:05 甲(10001)\nx")
    two = section("老王", "2009-07-17 8:15:05 老王\ny", box="我的好友")
    found = read("qq", backup(one, two), "全部消息记录.txt")
    assert found.column("message", "group", "text") == [("甲群", "x"), ("老王", "y")]
    assert found.column("group", "kind") == ["group", "private"]


@pytest.mark.parametrize("sender", ["系统消息(10000)", "系统消息(1000000)"])
def test_both_system_senders_tell_joins_leaves_and_kicks(read, sender):
    """Group events come from 1000000, personal ones from 10000."""
    said = ("番茄(345) 加入本群。", "乙 已退出本群。", "甲 被管理员 乙 移出本群")
    entries = [f"2019-07-16 18:2{n}:00 {sender}\n{line}" for n, line in enumerate(said)]
    found = read("qq", backup(section("群", *entries)), "a.txt")
    assert found.column("event", "kind", "actor", "subject") == [
        ("join", None, "345"),
        ("leave", None, "name:乙"),
        ("kick", "name:乙", "name:甲"),
    ]  # fmt: skip
    assert set(found.column("message", "sender")) == {None}


def test_mail_addresses_are_ids_and_a_name_may_stand_alone(read):
    """`NAME<mail>` and, in private chats, `NAME`."""
    entries = (
        "2019-07-16 18:15:11 土豆<a@x.com>\n[图片]",
        "2020-01-06 16:57:28 V.W\nhi",
    )
    found = read("qq", backup(section("群", *entries)), "a.txt")
    assert found.column("message", "sender", "kind") == [
        ("a@x.com", "image"), ("name:V.W", "text"),
    ]  # fmt: skip


def test_anonymous_members_are_not_one_person(read):
    """80000000 stands for everybody who hid."""
    who = ("匿名甲", "匿名乙")
    entries = [f"2019-07-16 18:15:11 {name}(80000000)\nhi" for name in who]
    found = read("qq", backup(section("群", *entries)), "a.txt")
    assert len(set(found.column("message", "sender"))) == 2


def test_a_header_needs_a_blank_line_above(read):
    """A header-like line inside a message stays text."""
    entry = "2019-07-16 18:15:11 甲(10001)\n看:\n2019-07-16 18:10:00 乙(10002)\n旧"
    found = read("qq", backup(section("群", entry)), "a.txt")
    assert found.column("message", "sender") == ["10001"]


def test_a_name_behind_a_damaged_space_is_a_sender(read):
    """Read as text, a name glued to a letter would not be masked."""
    entries = ("2023-11-20 6:20:20gAnna(10001)\nhi", "2023-11-20 6:21:20 乙(10002)\nho")
    found = read("qq", backup(section("群", *entries)), "a.txt")
    assert found.column("message", "text") == ["hi", "ho"]
    assert found.column("message", "sender") == ["10001", "10002"]


def test_a_tail_without_blank_line_is_whole(read):
    """The last message may lack its line end."""
    text = backup(section("群", "2019-07-16 18:15:11 甲(10001)\nhi")).rstrip()
    assert read("qq", text, "a.txt").column("message", "text") == ["hi"]


def test_group_without_messages_gets_no_messages_of_the_next(read):
    """Two heads in a row: what follows is the second group's."""
    two = backup(section("甲群"), section("乙群", "2019-07-16 8:15:05 甲(10001)\nx"))
    found = read("qq", two, "全部消息记录.txt")
    assert found.column("message", "group") == ["乙群"]
    assert found.column("group", "group") == ["甲群", "乙群"]


def test_text_before_the_first_message_is_counted_as_a_loss(read):
    """A file whose head was cut away says so."""
    found = read("qq", section("群") + "剩下的半条\n\n", "a.txt")
    assert ("loss", "text before the first message", 1) in found.losses


def test_members_of_a_discussion_group_have_names_and_no_ids(read):
    """讨论组 and 多人聊天 show no number: namesakes can't be told apart."""
    found = read("qq", backup(section("群", "2019-07-16 8:15:05 甲\nx")), "a.txt")
    assert found.source.observed["sender_ids"] == "by name"


PASTED = {
    "computer": "【冒泡】甲 2/14/2020 9:16:13 PM\n早\n\n"
    "乙(10002) 2/14/2020 9:17:00 PM\n晚\n",
    "slashes": "甲 2020/2/14 21:16:13\n早\n乙(10002) 2020/2/14 21:17:00\n晚",
    "telephone": "— —  2020-2-14  — —\n甲  21:16:13 \n早\n\n乙(10002)  21:17:00 \n晚\n",
    "today": "甲 2020/2/14 21:16:13\n早\n\n乙(10002) 9:17:00 PM\n晚\n",
}


@pytest.mark.parametrize("shape", sorted(PASTED))
def test_copy_pasted_logs_of_three_shapes_are_read(read, shape):
    """Dates before clocks, a date for a whole day, or none: then the line is lost."""
    seconds = [1_581_686_173, 1_581_686_220][: 1 if shape == "today" else 2]
    found = read("qq", PASTED[shape], "a.txt")
    assert found.recognised
    times = [t and t // 10**6 for t in found.column("message", "time_us")]
    assert times == seconds
    assert found.column("message", "text") == ["早", "晚"][: len(seconds)]
    assert found.column("message", "sender") == ["name:甲", "10002"][: len(seconds)]
    assert (("loss", UNTIMED, 1) in found.losses) == (len(seconds) < len("早晚"))


@pytest.mark.parametrize("word", ["昨天", "前天", "星期三", "今天", "Yesterday"])
def test_messages_dated_by_relative_days_are_lost(read, word):
    """`— — 昨天 — —`, or the word before a clock: such lines are counted as lost."""
    text = (
        "— —  2020-2-14  — —\n甲  21:16:13 \n早\n"
        f"乙(10002)  {word} 21:17:00 \n晚\n— —  {word}  — —\n甲  8:00:00 \n晚\n"
    )
    found = read("qq", text, "a.txt")
    assert found.column("message", "sender", "text") == [("name:甲", "早")]
    assert ("loss", UNTIMED, 2) in found.losses


def test_bare_notices_in_pasted_text_are_not_messages(read):
    """`你撤回了一条消息` stands below a message, without a header."""
    notices = "\n守善锤撤回了一条消息\n你撤回了一条消息\n\n"
    text = f"甲 2020/2/14 21:16:13\n早\n第二行\n{notices}"
    found = read("qq", text + "乙 2020/2/14 21:17:13\n撤回了吗\n", "a.txt")
    assert found.column("message", "kind") == ["text", "system", "system", "text"]
    assert found.column("message", "text")[0] == "早\n第二行"
    assert found.column("event", "kind", "actor") == [
        ("recall", "name:守善锤"), ("recall", "name:你"),
    ]  # fmt: skip
    assert found.column("message", "position") == [1, 5, 6, 8]


def test_line_cut_at_a_block_end_is_not_taken_for_a_header(read, monkeypatch):
    """What looks like a header up to the block's end may go on in the next."""
    start = "— — 2020-2-14 — —\n甲  21:16:13 \n早\n会议 21:17:00"
    monkeypatch.setattr(source, "BLOCK", len(start.encode()))
    monkeypatch.setattr(source, "BLOCK_CHARS", 1)
    found = read("qq", start + " 开始\n乙  21:18:00 \n晚\n", "a.txt")
    assert found.column("message", "text") == ["早\n会议 21:17:00 开始", "晚"]
    assert not [one for one in found.losses if one[0] == "loss"]


def test_a_paste_of_today_only_is_refused(read):
    """Nothing in it names the day."""
    with pytest.raises(BrokenFileError, match="without a day"):
        read("qq", "甲 9:16:13 PM\n早\n乙 9:17:00 PM\n晚\n", "a.txt")


def test_days_and_months_of_a_paste_are_never_guessed(read):
    """2/3/2020 may be February or March."""
    text = "甲 2/3/2020 9:16:13 PM\n早\n乙 2/3/2020 9:17:00 PM\n晚\n"
    with pytest.raises(UndecidedDateOrderError):
        read("qq", text, "a.txt")
    found = read("qq", text, "a.txt", Options(date_order="mdy"))
    assert found.column("message", "time_us")[0] == 1_580_735_773_000_000
