"""What comes near to the groups that the articles mean, without being them."""

import pytest

from helpers.claims.fixed.evidence_plan import is_public
from helpers.claims.fixed.target_population import list_chinese_chats, list_nearest
from helpers.study import open_study


@pytest.mark.parametrize("name", list_nearest())
def test_nearest_source_states_what_it_is_and_is_not_in_both_languages(name):
    """In English and in Chinese, of a public source; no number is typed."""
    said = list_nearest()[name]
    assert is_public(name)
    for english, chinese in (said.is_, said.is_not):
        assert english.isascii()
        assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)
        assert not any(sign.isdigit() for sign in english + chinese)


@pytest.mark.parametrize("name", list_nearest())
def test_nearest_sources_are_not_in_the_wechat_population(name):
    """QQ numbers and a forum's lounges are not the population."""
    assert list_chinese_chats([open_study(name)]) == ()
