"""Which studies are of the groups that the articles mean: Chinese WeChat groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from helpers.study import Study

__all__ = ["WECHAT", "chinese_chats"]

WECHAT = "platform: wechat"


def chinese_chats(studies: Iterable[Study]) -> tuple[str, ...]:
    """Return the names of the studies all of whose groups are on record as WeChat's.

    Examples
    --------
    >>> from helpers.study import open_studies
    >>> chinese_chats(open_studies(["fcc_gitter"]))
    ()
    """
    return tuple(study.name for study in studies if _all_on_wechat(study))


def _all_on_wechat(study: Study) -> bool:
    if not {"groups", "facts"} <= set(study.manifest.tables):
        return False
    facts = study.table("facts")
    there = facts[(facts["fact"] == WECHAT) & (facts["value"] > 0)]["group"]
    return bool(study.table("groups")["group"].isin(there).all())
