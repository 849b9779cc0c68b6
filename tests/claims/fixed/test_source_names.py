"""Every source has a plain name in both languages."""

from importlib.resources import files

import pytest

from helpers.claims.fixed.source_names import classify_place, get_plain_name

SOURCES = sorted(
    file.name.removesuffix(".toml")
    for file in files("helpers.corpora.sources").iterdir()
    if file.name.endswith(".toml")
)


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_called_by_a_plain_name(source: str) -> None:
    """The name has no code in it, is short, and is not that of a reader's own data."""
    english, chinese = get_plain_name(source, "en"), get_plain_name(source, "zh")
    assert source not in english
    assert "_" not in english + chinese
    assert len(english.split()) <= 8
    assert english != get_plain_name("somebody's", "en")
    assert any("\u4e00" <= sign <= "\u9fff" for sign in chinese)


def test_no_two_sources_share_a_name() -> None:
    """A reader can tell every source from every other."""
    for language in ("en", "zh"):
        assert len({get_plain_name(one, language) for one in SOURCES}) == len(SOURCES)


def test_every_source_has_a_kind_of_place() -> None:
    """Else its row would stand under no kind in a chart."""
    assert all(classify_place(one) for one in SOURCES)
