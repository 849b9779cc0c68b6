"""Advertisements are found by stated rules, and ordinary talk is left alone."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.text.advertisements import build_views, classify_advertisements

# written for these tests
ADS = {
    "兼职日结300元，加微信 abc12345": {"wechat_id", "job_lure"},
    "兼 职 日 结，加 V 信 abc_12345": {"wechat_id"},
    "兼职➕薇信：ａｂｃ１２３４５": {"wechat_id"},
    "特价99元，扫描下方二维码下单": {"qr_code", "price", "bargain"},
    "优惠券限时领 https://t.me/+AbCdEf": {"group_invitation"},
    "代办证件，联系🆀🆀１2️⃣3️⃣4️⃣5️⃣6️⃣７": {"qq_id", "business_pitch"},
    "50% off, whatsapp me: join our channel t.me/abc": {"english_promotion"},
}
TALK = [
    "最佳微信公众号评选开始了", "最佳企业奖", "2022 Q4 2023 Q1 财报", "姓名+公司+职位",
    "网站+APP 一起做", "导出URL列表", "退回U盘", "材料主要是钢", "手机跑分70w",
    "免押金，可押一付三", "银行卡收到了", "床上四件套 99元", "今晚买盘大于卖盘",
    "麦片真好吃", "粉丝足够多了", "@jack 这个 5 块钱一个",
    "官网 https://a.b 下载地址在这里",
    "微信扫码登录失败了怎么办", "我QQ是12345678，文件发我", "代理怎么配 https://a.b/c",
    "check out my tribute page https://codepen.io/x", "企业签名怎么申请",
]  # fmt: skip


@pytest.mark.parametrize(("message", "expected"), ADS.items())
def test_advertisements_are_found_by_the_expected_rules(message, expected):
    """Disguises fall to the same rules as plain words."""
    found = classify_advertisements([message])
    assert found.kind.to_pylist() == ["ad"]
    assert expected <= set(found.rules[0].as_py())


def test_ordinary_messages_are_not_flagged_as_ads():
    """Words that sellers use too make no advertisement by themselves."""
    assert set(classify_advertisements(TALK).kind.to_pylist()) == {"none"}


@settings(deadline=None)
@given(st.lists(st.none() | st.text(st.characters())))
def test_any_text_gets_a_class_or_null(messages):
    """Surrogates, NUL, right-to-left marks and nulls raise nothing."""
    kinds = classify_advertisements(messages).kind.to_pylist()
    assert [kind is None for kind in kinds] == [text is None for text in messages]
    assert set(kinds) <= {"ad", "none", None}


def test_right_to_left_and_invisible_marks_hide_nothing():
    """Marks between the letters are gone before a rule looks."""
    plain, marked = (
        build_views(pa.array([text]))["tight"][0].as_py()
        for text in ("加微信abc123", "\u202e加\u200b微\x00信\ufeffa\u2060bc123")
    )
    assert plain == marked
