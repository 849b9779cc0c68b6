"""MemoTrace's CSV and TXT."""

HEADER = (
    "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,"
    "StrContent,StrTime,Remark,NickName,Sender"
)


def row(kind, sub, content, sender="a", *, time=1_703_001_600, talker=1):
    """One CSV row."""
    quoted = content.replace('"', '""')
    return f'1,{talker},{kind},{sub},0,{time},2,"{quoted}",x,名,名,{sender}'


def csv(*rows):
    """A file with byte-order mark and CRLF."""
    return ("\ufeff" + "\r\n".join([HEADER, *rows, ""])).encode()


def test_csv_with_mark_crlf_and_multi_line_content_is_whole(read):
    """Line ends inside quotes belong to the message."""
    found = read("memotrace", csv(row(1, 0, "第一行\n第二行")), "群_utf8.csv")
    assert found.recognised
    assert found.column("message", "text", "group") == [("第一行\n第二行", "群/1")]


def test_several_talkers_in_one_csv_are_several_groups(read):
    """TalkerId tells the chats of a whole backup apart."""
    rows = [
        row(1, 0, "x", talker=1),
        row(1, 0, "y", talker=2),
        row(1, 0, "z", talker=1),
    ]
    found = read("memotrace", csv(*rows), "all.csv")
    assert sorted(found.column("message", "group", "text")) == [
        ("all/1", "x"), ("all/1", "z"), ("all/2", "y"),
    ]  # fmt: skip


def test_xml_content_gives_title_and_quoted_message(read):
    """A quote points at sender and second; the XML itself is no text."""
    xml = (
        "<msg><appmsg><title>收到</title><refermsg><chatusr>a</chatusr>"
        "<createtime>1703001600</createtime></refermsg></appmsg></msg>"
    )
    rows = [
        row(1, 0, "问"),
        row(49, 57, xml, "b", time=1_703_001_700),
        row(3, 0, "<img/>"),
    ]
    found = read("memotrace", csv(*rows), "g.csv")
    assert found.column("message", "kind", "text", "reply_to") == [
        ("text", "问", None), ("reply", "收到", "a@1703001600"), ("image", None, None),
    ]  # fmt: skip
    assert found.column("message", "id")[0] == "a@1703001600"


def test_a_quote_without_a_create_time_keeps_its_target(read):
    """It is found by who wrote it and what it says."""
    xml = (
        "<msg><appmsg><title>收到</title><refermsg><chatusr>a</chatusr>"
        "<content>问 &amp;amp; 答</content></refermsg></appmsg></msg>"
    )
    rows = [row(1, 0, "问 &amp; 答"), row(49, 57, xml, "b", time=1_703_001_700)]
    found = read("memotrace", csv(*rows), "g.csv")
    assert found.column("message", "reply_to") == [None, "a@1703001600"]


def test_system_xml_is_parsed_before_wording(read):
    """The template's member lists give ids for inviter and invited."""
    xml = (
        '<sysmsg type="sysmsgtemplate"><sysmsgtemplate><content_template><template>'
        '<![CDATA["$username$"邀请"$names$"加入了群聊]]></template><link_list>'
        '<link name="username"><memberlist><member><username>wxid_a</username>'
        "<nickname>甲</nickname></member></memberlist></link>"
        '<link name="names"><memberlist><member><username>wxid_b</username></member>'
        "<member><username>wxid_c</username></member></memberlist></link></link_list>"
        "</content_template></sysmsgtemplate></sysmsg>"
    )
    found = read("memotrace", csv(row(10000, 0, xml, "")), "g.csv")
    assert found.column("event", "actor", "subject") == [
        ("wxid_a", "wxid_b"), ("wxid_a", "wxid_c"),
    ]  # fmt: skip
    assert found.column("message", "text") == [None]


def test_txt_system_lines_are_distinguished_from_names_by_the_blank_line(read):
    """`TIME TEXT` with a blank line below is a system line, with text below a name."""
    text = (
        '2024-01-01 10:00:00 甲\n你好\n\n2024-01-01 10:00:05 "甲"邀请"乙"加入了群聊\n\n'
    )
    found = read("memotrace", text, "g.txt")
    assert found.recognised
    assert found.column("message", "kind", "sender") == [
        ("text", "name:甲"),
        ("system", None),
    ]
    assert found.column("event", "subject") == ["name:乙"]


def test_txt_header_inside_a_message_that_goes_back_in_time_is_text(read):
    """A pasted header of somebody never seen elsewhere is a body line, and noted."""
    text = (
        "2024-01-01 10:00:00 甲\n转发:\n\n2023-12-01 09:00:00 外人\n旧\n\n"
        "2024-01-01 10:01:00 乙\n好\n\n"
    )
    found = read("memotrace", text, "g.txt")
    assert found.column("message", "sender") == ["name:甲", "name:乙"]
    assert "2023-12-01 09:00:00 外人\n旧" in found.column("message", "text")[0]
    assert found.losses == [("note", "header-like lines read as text", 1)]


def test_txt_header_out_of_order_of_a_known_name_is_retained_and_flagged(read):
    """What stays undecidable is kept as read and flagged ambiguous."""
    text = (
        "2024-01-01 10:00:00 甲\n一\n\n2024-01-01 10:01:00 乙\n二\n\n"
        "2023-12-01 09:00:00 甲\n三\n\n2024-01-01 10:02:00 乙\n四\n\n"
    )
    found = read("memotrace", text, "g.txt")
    assert found.column("message", "rule") == [None, None, "ambiguous-header", None]


def test_txt_quote_is_cut_off_and_its_author_mentioned(read):
    """The quoted words are somebody else's."""
    text = "2024-01-01 10:00:00 甲\n好的\n引用:乙:明天见\n\n"
    found = read("memotrace", text, "g.txt")
    assert found.column("message", "kind", "text", "mentions") == [
        ("reply", "好的", ["name:乙"])
    ]


def test_weflow_txt_names_lose_their_quotes(read):
    """WeFlow's TXT puts names in single quotes."""
    found = read("memotrace", "2024-01-01 10:00:00 '甲'\n一\n\n", "g.txt")
    assert found.column("message", "sender") == ["name:甲"]


def test_revoke_link_after_an_invitation_is_ignored(read):
    """Subtype 8000 ends with `$revoke$`."""
    said = row(10000, 8000, '你邀请"乙"加入了群聊  $revoke$', "")
    found = read("memotrace", csv(said), "群_utf8.csv")
    assert found.column("event", "kind", "subject") == [("join", "name:乙")]


def test_own_messages_without_a_name_are_the_exporters(read):
    """Versions that left it out made system lines of half a chat."""
    own = row(1, 0, "我的话", "").replace(",0,1703001600", ",1,1703001600")
    found = read("memotrace", csv(row(1, 0, "别人的话"), own), "群_utf8.csv")
    assert found.column("message", "sender", "kind") == [
        ("a", "text"), ("name:你", "text"),
    ]  # fmt: skip
