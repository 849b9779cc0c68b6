"""Pages with readings in brackets are restored as far as their bytes allow."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from helpers.articles.annotated import LOST, is_annotated, restore_text

# a second byte below 0x81 would bring the page into step by itself
COMMON = [
    character
    for character in "為你好嗎說時個來對業號聯現內發經過會動認價沒當關應計統進這是我們"
    if character.encode("gbk")[1] > 0x80
]


def shifted(held):
    """Read GBK bytes as cp936 does, users' own areas included."""
    pairs = zip(held[::2], held[1::2], strict=True)
    return "".join(_read(lead, trail) for lead, trail in pairs)


def _read(lead, trail):
    low = trail - 0x40 - (trail > 0x7F)
    if 0xAA <= lead <= 0xAF and trail >= 0xA1:
        return chr(0xE000 + (lead - 0xAA) * 94 + trail - 0xA1)
    if lead >= 0xF8 and trail >= 0xA1:
        return chr(0xE234 + (lead - 0xF8) * 94 + trail - 0xA1)
    if 0xA1 <= lead <= 0xA7 and trail <= 0xA0:
        return chr(0xE4C6 + (lead - 0xA1) * 96 + low)
    return bytes((lead, trail)).decode("gbk", "replace")


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from(COMMON), min_size=1, max_size=8))
def test_characters_after_a_lost_first_byte_are_restored(text):
    """All but the character whose first byte was swallowed comes back."""
    run = shifted((text + "運").encode("gbk")[1:-1])
    assume("\ufffd" not in run)
    # the second byte of 運 is a backslash, which brings the page into step again
    restored = restore_text(f"也?zhèn){run}\\(yùn)後")
    assert restored == (f"也{LOST}{text[1:]}運後", 1)


def test_private_characters_are_bytes_too():
    """Pairs that GBK leaves to users were kept as private characters."""
    # 它的 is CB FC B5 C4: out of step FC B5 is U+E3C0
    assert restore_text("只?zhèn)橛绊懰\ue3c0囊?來").text == f"只{LOST}影響它的{LOST}來"


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("當(dāng)前的運(yùn)營(yíng)", "當前的運營"),
        ("社區(community)和重(chóng)新", "社區(community)和重新"),
        ("真的嗎?好(hǎo)", "真的嗎?好"),
        ("真?zhèn)€好", f"真{LOST}好"),
        ("很好。</font>", "很好。"),
    ],
)
def test_pinyin_readings_and_stray_tags_are_removed(page, expected):
    """Readings and stray tags go, other brackets and question marks stay."""
    assert restore_text(page).text == expected


def test_swallowed_byte_is_recovered_from_a_reading_elsewhere_on_the_page():
    """A swallowed byte is known where the page shows who has that reading."""
    damaged = "因?yàn)槟愫脝徇\\(yùn)營"
    assert restore_text(damaged) == (f"因{LOST}你好嗎運營", 1)
    taught = restore_text("驗(yàn)證，" + damaged)
    assert taught == ("驗證，因為你好嗎運營", 0)


def test_page_with_few_readings_is_not_treated_as_annotated():
    """A single reading in brackets is an author's, not a converter's."""
    assert not is_annotated("重(chóng)新" * 19)
    assert is_annotated("重(chóng)新" * 20)


@settings(deadline=None)
@given(st.text("當個?()āàn爱!;€\\運\ue3c0"))
def test_every_unrestored_character_is_marked_and_counted(text):
    """Any debris is restored or marked, and the marks are counted."""
    restored = restore_text(text)
    assert restored.text.count(LOST) == restored.lost
