"""Sources with groups most similar to those the articles are about.

The articles mean Chinese WeChat groups. A study of these decides for them; sources that
come near are named with what they are and are not, and decide nothing for them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from helpers.study import Study

WECHAT = "platform: wechat"


@dataclass(frozen=True, slots=True)
class Nearest:
    """How the groups of a source resemble the articles' groups, and differ.

    Attributes
    ----------
    is_, is_not
        In English and in Chinese.
    """

    is_: tuple[str, str]
    is_not: tuple[str, str]


@cache
def list_nearest() -> Mapping[str, Nearest]:
    """List the sources with groups most similar to the articles' groups.

    Examples
    --------
    >>> list(list_nearest())
    ['zh_numbered_groups', 'zh_s1_lounges']
    """
    text = files(__package__).joinpath("nearest_groups.toml").read_text("utf-8")
    return {
        name: Nearest(
            msgspec.convert(entry["is"], tuple[str, str]),
            msgspec.convert(entry["is_not"], tuple[str, str]),
        )
        for name, entry in tomllib.loads(text).items()
    }


def list_chinese_chats(studies: Iterable[Study]) -> tuple[str, ...]:
    """List the studies that consist only of WeChat groups.

    Examples
    --------
    >>> from helpers.study import open_studies
    >>> list_chinese_chats(open_studies(["fcc_gitter"]))
    ()
    """
    return tuple(study.name for study in studies if _is_all_on_wechat(study))


def _is_all_on_wechat(study: Study) -> bool:
    if not {"groups", "facts"} <= set(study.manifest.tables):
        return False
    facts = study.table("facts")
    wechat_groups = facts[(facts["fact"] == WECHAT) & (facts["value"] > 0)]["group"]
    return bool(study.table("groups")["group"].isin(wechat_groups).all())
