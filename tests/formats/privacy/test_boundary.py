"""No id, name or number passes the boundary bare."""

import json
import sys

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.errors import BrokenFileError, ShequnError
from helpers.formats import read_export
from helpers.formats.privacy.masking import Masker
from helpers.formats.privacy.pseudonyms import KEY_BYTES, Pseudonyms, load_key
from helpers.formats.rows.people import SOMEBODY
from helpers.text.redaction import redact_texts
from pipeline.validation.export_writers import WRITERS
from tests.communities import talk


@pytest.fixture(autouse=True)
def config(tmp_path, monkeypatch):
    """The user's configuration folder, for once an empty one."""
    monkeypatch.setenv("SHEQUN_CONFIG", str(tmp_path / "config"))
    return tmp_path / "config"


def export(tmp_path, *messages, members=(), name="秘密读书会.json"):
    """A ChatLab document."""
    document = {
        "chatlab": {"version": "0.0.2", "exportedAt": 1},
        "meta": {"name": "秘密读书会", "platform": "wechat", "type": "group"},
        "members": list(members),
        "messages": [{"timestamp": 1_703_001_600, "type": 0} | one for one in messages],
    }
    path = tmp_path / name
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def said(sender, name, content, **others):
    """One message."""
    return {"sender": sender, "accountName": name, "content": content} | others


def everything(path, **options):
    """All that leaves the formats, as one text."""
    return "\n".join(
        str(batch.table.to_pylist()) for batch in read_export(path, **options)
    )


def test_no_id_name_or_number_leaves_the_reader(tmp_path):
    """Ids, names, group and file names, message ids: none is in what comes out."""
    path = export(
        tmp_path,
        said("wxid_secret1", "张三丰", "叫李四喜来 @李四喜", platformMessageId="m-77"),
        said("wxid_secret2", "李四喜", "张三丰？", replyToMessageId="m-77", type=25),
        said("SYSTEM", "", '"张三丰"邀请"王五一"加入了群聊', type=80),
        said("SYSTEM", "", "赵六陌生的一句话", type=80),
        members=[{"platformId": "wxid_silent", "accountName": "孙七七"}],
    )
    out = everything(path)
    for secret in ("wxid", "张三丰", "李四喜", "王五一", "赵六", "秘密读书会", "m-77"):
        assert secret not in out


def test_names_first_seen_later_are_masked_in_earlier_texts(tmp_path):
    """The boundary waits for the end of the export."""
    path = export(tmp_path, said("a", "甲甲", "问李四喜"), said("b", "李四喜", "在"))
    (batch, *_) = read_export(path)
    assert batch.table["text"].to_pylist() == [f"问{SOMEBODY}", "在"]


def test_replies_still_point_at_their_targets(tmp_path):
    """Hashing ids keeps what is equal equal."""
    path = export(
        tmp_path,
        said("a", "甲甲", "x", platformMessageId="1"),
        said("b", "乙乙", "y", platformMessageId="2", replyToMessageId="1"),
    )
    (batch, *_) = read_export(path)
    first, second = batch.table.select(["id", "reply_to"]).to_pylist()
    assert second["reply_to"] == first["id"] != second["id"]


def test_event_name_is_linked_to_the_sender_id(tmp_path):
    """A join that names somebody is tied to the id that bears the name."""
    path = export(
        tmp_path,
        said("SYSTEM", "", '"甲甲"邀请"乙乙"加入了群聊', type=80),
        said("b", "乙乙", "hi"),
    )
    batches = {batch.kind: batch.table for batch in read_export(path)}
    joined = batches["event"]["subject"].to_pylist()
    assert joined == batches["message"]["sender"].to_pylist()[1:]


def test_two_keys_give_two_pseudonyms_and_one_key_the_same(tmp_path):
    """What comes out depends on the export and the key only."""
    path = export(tmp_path, said("a", "甲甲", "x"))
    other = tmp_path / "key"
    other.write_text("ab" * KEY_BYTES, encoding="ascii")
    assert everything(path) == everything(path)
    assert everything(path) != everything(path, key=other)


def test_a_truncated_export_yields_what_is_whole_before_it_raises(tmp_path):
    """The error comes last, and the loss is entered."""
    path = export(tmp_path, said("a", "甲甲", "x"), said("b", "乙乙", "y"))
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex("timestamp")], encoding="utf-8")
    reading = read_export(path)
    batches = iter(reading)
    assert next(batches).table.num_rows == 1
    with pytest.raises(BrokenFileError, match="breaks off"):
        list(batches)
    assert reading.losses.rows == 1


def test_the_window_is_the_span_of_the_messages(tmp_path):
    """Observability is complete after reading."""
    reading = read_export(
        export(
            tmp_path,
            said("a", "甲甲", "x"),
            said("a", "甲甲", "y", timestamp=1_600_000_000),
        )
    )
    list(reading)
    assert reading.observability.window_us == (
        1_600_000_000_000_000,
        1_703_001_600_000_000,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="modes do not exist on Windows")
def test_key_file_is_readable_by_its_user_only(config):
    """0600, made once, never changed."""
    first = load_key()
    assert (config / "pseudonyms.key").stat().st_mode & 0o777 == 0o600
    assert len(first) == KEY_BYTES
    assert load_key() == first


def test_a_broken_or_missing_key_is_refused(tmp_path):
    """A new key in its place would give everybody new pseudonyms."""
    (tmp_path / "bad").write_text("not hex", encoding="ascii")
    with pytest.raises(BrokenFileError, match="does not contain a key"):
        load_key(tmp_path / "bad")
    with pytest.raises(ShequnError, match="key can be neither read nor created"):
        load_key(tmp_path / "none")


def test_people_groups_and_files_never_share_a_pseudonym():
    """The same id means different things."""
    hidden = Pseudonyms(bytes(KEY_BYTES))
    assert len({hidden.of(what, "1") for what in ("person", "group", "file")}) == 3


@pytest.mark.parametrize(
    "name", ["a.b*c", "(x", "[y]", "a|b", "\\d+", "$^", "o'N", "a b"]
)
def test_names_with_signs_are_masked_literally(name):
    """A name is no pattern."""
    masked = Masker([name]).names(pa.array([f"见 {name} 吗", "abc 12"]))
    assert masked.to_pylist() == [f"见 {SOMEBODY} 吗", "abc 12"]


def test_masking_is_linear_in_names_and_text():
    """Five thousand names on a hostile text take no more than a moment."""
    masker = Masker([f"{'a' * 20}{n}" for n in range(5000)])
    text = "a" * 200_000
    assert masker.names(pa.array([text])).to_pylist() == [text]


SUSPICIOUS = st.sampled_from(
    ["1", "38", "0", "４", "400", "138", "1234", "-", " ", ")", "+", "@", "a", "x.cn",
     "微信", "VX", "qq", "是", "wxid_", "gh_", "企鹅号", "abcdef", "。", "张"],
)  # fmt: skip


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(SUSPICIOUS, max_size=14).map("".join), min_size=1, max_size=6))
def test_masking_equals_redaction_of_every_text(texts):
    """The look at which texts need redacting changes nothing."""
    column = pa.array(texts)
    assert Masker([]).mask(column).to_pylist() == redact_texts(column).to_pylist()


def test_codes_of_a_platform_hold_no_name_and_no_id(tmp_path):
    """Found by damage: a person stood where a platform, a kind or a role does."""
    path = export(
        tmp_path,
        said("wxid_1", "张三丰", "早"),
        members=[
            {"platformId": "wxid_1", "accountName": "张三丰", "roles": [{"id": "Ann"}]},
            {"platformId": "wxid_2", "accountName": "Ann"},
            {"platformId": "wxid_3", "roles": [{"id": "779913001"}]},
            {"platformId": "wxid_4", "roles": [{"id": "owner"}]},
            {"platformId": "wxid_5", "accountName": "text"},
        ],
    )
    whole = json.loads(path.read_text("utf-8"))
    whole["meta"] |= {"platform": "Zebulon", "type": "张三丰"}
    path.write_text(json.dumps(whole), "utf-8")
    tables = {batch.kind: batch.table for batch in read_export(path)}
    (group,) = tables["group"].to_pylist()
    assert (group["platform"], group["kind"]) == (None, "other")
    assert tables["message"]["kind"].to_pylist() == ["text"]  # as one is called, too
    roles = tables["membership"]["role"].to_pylist()
    assert roles == ["other", None, "other", "owner", None]


def test_rule_and_reaction_with_a_name_or_an_id_are_masked(tmp_path):
    """Found by damage, in Matrix and Discord; emoji are called like people, too."""
    for name in ("matrix", "discord"):
        (tmp_path / name).mkdir()
        group = talk(("Zebulon", "Yolanda"), more=lambda _: {
            "reactions": (("10002", "Zebulon"),)})  # fmt: skip
        path = WRITERS[name].write(group, tmp_path / name)
        text = path.read_text("utf-8").replace("m.room.member", "779913001")
        path.write_text(text, "utf-8")
        out = everything(path)
        assert "779913001" not in out
        if name == "discord":  # Matrix' own names are those of its users
            assert "Zebulon" not in out


def test_network_without_a_name_of_its_own_is_a_pseudonym(tmp_path):
    """Found by damage: Discord tells a server by an id, the store kept it bare."""
    path = WRITERS["discord"].write(talk(), tmp_path)
    text = path.read_text("utf-8")
    path.write_text(text.replace('"guild": {"id": "1"', '"guild": {"id": "779913001"'))
    (group,) = [b for b in read_export(path) if b.kind == "group"]
    (network,) = group.table["network"].to_pylist()
    assert len(network) == 8
    assert "779913001" not in everything(path)
