"""Every source has a plain name in both languages."""

from importlib.resources import files

import pytest

from helpers.claims.fixed.source_names import (
    Place,
    classify_place,
    get_plain_name,
    show_labels,
)

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


def test_labels_given_to_groups_stand_on_claim_pages() -> None:
    """They had codes; groups without a label, or with the same one, keep them."""
    keys = [f"{n}" * 20 for n in range(4)]
    labels = dict(zip(keys, ("买菜团", "Chess", "Chess", "<|>"), strict=True))
    places = [Place(f"own/{key}") for key in keys]
    with show_labels(labels):
        shown = [place.in_language("zh").split(" · ")[1] for place in places]
    assert shown == ["买菜团", "群 11111111", "群 22222222", "群 33333333"]
    assert places[0].in_language("en") == "your own data · group 00000000"
