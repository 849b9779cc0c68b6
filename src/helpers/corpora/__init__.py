"""Public corpora: raw files as received → records, their pitfalls labelled.

A reader labels every row and drops none; what is set aside, and why, is counted
later in the study's ledger. No raw file is read before its checksum was compared
with the one recorded here.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from helpers.corpora import (
    apache_podlings,
    chicago_rug,
    cn_colearning,
    dated_rules,
    deepin_sigs,
    discourse_reads,
    fcc_gitter,
    houston_slack,
    k8s_sigs,
    komodo_discord,
    lean_teams,
    lemmy_instances,
    meshcore_split,
    metafilter_paid_gate,
    r_user_groups,
    raku_irc,
    rladies_meetup,
    rust_teams,
    sig_groups,
    tg_cn_directory,
    twitch_paid_free,
    v2ex_nodes,
    w3c_chairs,
    w3c_groups,
    xiaobot_paid,
    zh_cruel_parent,
    zh_daka,
    zh_minutes,
    zh_sig_roles,
    zulip_archives,
)
from helpers.corpora.raw_files import default_raw, verify
from helpers.errors import ShequnError

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from helpers.corpora.corpus import Corpus, Counted
    from helpers.records import Batch

__all__ = ["CORPORA", "corpus", "count", "default_raw", "read"]

CORPORA: Mapping[str, Corpus] = MappingProxyType(
    {
        module.CORPUS.name: module.CORPUS
        for module in (
            fcc_gitter,
            xiaobot_paid,
            tg_cn_directory,
            apache_podlings,
            v2ex_nodes,
            discourse_reads,
            houston_slack,
            w3c_groups,
            zulip_archives,
            raku_irc,
            rladies_meetup,
            w3c_chairs,
            cn_colearning,
            sig_groups,
            zh_cruel_parent,
            r_user_groups,
            lemmy_instances,
            chicago_rug,
            zh_daka,
            zh_sig_roles,
            rust_teams,
            lean_teams,
            k8s_sigs,
            deepin_sigs,
            dated_rules,
            metafilter_paid_gate,
            twitch_paid_free,
            zh_minutes,
            komodo_discord,
            meshcore_split,
        )
    }
)


def corpus(name: str) -> Corpus:
    """Return the corpus of that name.

    Raises
    ------
    ShequnError
        If there is none, with the names there are.

    Examples
    --------
    >>> corpus("fcc_gitter").licence.name
    'ODbL-1.0'
    """
    if name not in CORPORA:
        raise ShequnError(
            f"there is no corpus {name!r}", remedy=f"name one of {', '.join(CORPORA)}"
        )
    return CORPORA[name]


def read(name: str, raw: Path, tally: Counter[str]) -> Iterator[Batch]:
    """Yield the records of a corpus whose files are what they should be.

    Parameters
    ----------
    name
        Of the corpus.
    raw
        The folder that holds one folder a corpus.
    tally
        Filled while reading: the rows that were read from each raw file.

    Raises
    ------
    MissingSourceError, BrokenFileError
        Before anything is yielded, if a raw file is absent or not the one recorded.
    """
    reader = corpus(name).read
    files = verify(raw / name, name)
    if reader:
        yield from reader(raw / name, [file.name for file in files], tally)


def count(name: str, raw: Path, tally: Counter[str]) -> Counted | None:
    """Return what a counted corpus holds, or None if it consists of records.

    Raises
    ------
    MissingSourceError, BrokenFileError
        As `read`.
    """
    counting = corpus(name).count
    if counting is None:
        return None
    files = verify(raw / name, name)
    return counting(raw / name, [file.name for file in files], tally)
