"""GitHub's survey of 2017: who contributes nothing and feels a member, as counts.

The survey was repeated in 2024 with other columns; only the one of 2017 is read.
"""

from datetime import date

from helpers.errors import BrokenFileError
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.surveys import BLANK, count_responses

ANSWERS = "answers.csv.gz"
FIELDED = date(2017, 1, 1), date(2017, 12, 31)  # the months are not on record
SITE = ("github", "open source, surveyed by GitHub")
MEMBER, CONTRIBUTES = "OSS.IDENTIFICATION", "PARTICIPATION.TYPE.CONTRIBUTE"
TOLD = "PARTICIPATION.TYPE.ANY.REPONSE"  # as the publisher spells it
PLACE = "POPULATION"


def count(raw: RawFolder) -> Counted:
    """Count respondents of GitHub's survey of 2017 by contribution and belonging."""
    rows = raw.rows(ANSWERS, dtype="str")
    missing = {MEMBER, CONTRIBUTES, TOLD, PLACE} - {*rows.columns}
    if missing:
        raise BrokenFileError(
            f"has no column {min(missing)}: it is no table of the survey of 2017",
            where=ANSWERS,
            remedy="give the answers of 2017; other years have other questions",
        )
    used = rows[rows[TOLD].eq("1")]
    contributes = used[CONTRIBUTES].eq("1")
    classes = {"wrote nothing": ~contributes, "wrote something": contributes}
    questions = {"feels a member": used[MEMBER].fillna(BLANK)}
    counted = count_responses(
        used.assign(stratum=used[PLACE]), 2017, FIELDED, classes, questions, site=SITE
    )
    return Counted(
        counted.groups,
        counted.tables,
        {"told nothing about taking part": len(rows) - len(used)},
        counted.entered,
    )
