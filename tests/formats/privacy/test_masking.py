"""A text that is passed over holds no name and nothing that looks like one."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.formats.privacy import masking
from helpers.formats.privacy.masking import SHORT, Masker, Suspects

TEXTS = st.lists(st.text("aAbé张三0１-) .😀", max_size=12), min_size=1, max_size=6)
NAMES = st.lists(st.text("aAbé张三😀", min_size=2, max_size=4), max_size=5)


@given(TEXTS, NAMES, st.integers(0, 2))
def test_every_text_with_a_name_is_a_suspect(texts, names, start):
    """In any case, at any place of a column that may be cut."""
    column = pa.array(texts)[start:]
    for short in (-1, SHORT):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(masking, "SHORT", short)
            found = Suspects(set(names)).find(column)
        for text, suspect in zip(column.to_pylist(), found, strict=True):
            held = any(name.casefold() in text.casefold() for name in names)
            assert suspect or not held


@pytest.mark.parametrize("short", [-1, SHORT])
def test_seven_digits_close_together_are_a_suspect(short, monkeypatch):
    """Of any width, with up to two signs between, but not across words."""
    monkeypatch.setattr(masking, "SHORT", short)
    texts = ["1234567", "12345６７", "1 2 3-)4.5.6.7", "123456", "123 and 4567"]
    found = Suspects(set()).find(pa.array(texts))
    assert found.tolist() == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("name", "address"),
    [("张三", "https://a.cn/%E5%BC%A0%e4%b8%89/b"),
     ("Ann Röß", "https://a.cn/Ann%20R%C3%B6%C3%9F/b"),
     ("Ann Röß", "https://a.cn/Ann+R%C3%B6%C3%9F/b")],
)  # fmt: skip
def test_names_are_masked_in_percent_encoded_addresses(name, address):
    """They stayed in links to profiles and documents; 100% is no encoding."""
    texts = pa.array([f"see {address}", "100%", None])
    masked = ["see https://a.cn/[name]/b", "100%", None]
    assert Masker([name]).mask(texts).to_pylist() == masked
