"""How many members have not written yet, by how long they have been there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pandas as pd

from helpers.claims.contract.study_view import Evidence
from helpers.claims.themes.lurkers.lurkers import OTHER_WEEKS, TWELVE_WEEKS, lurking
from helpers.errors import NotIdentifiableError
from helpers.figures import Drawn, save_both
from helpers.figures.shares import share_bars
from helpers.prose import Prose, share

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from helpers.figures import SavedFigure
    from helpers.figures.wording import Wording
    from helpers.study import Study

__all__ = ["lurker_rows", "lurkers_figure"]

DAYS = sorted({TWELVE_WEEKS, *OTHER_WEEKS})
COLUMNS = ["study", "title", "zh", "days", "share", "low", "high"]


def lurker_rows(studies: Iterable[Study]) -> pd.DataFrame:
    """Return the share of members silent so far, a row a study and number of days.

    As the claims about lurkers count them: the mean over groups of ten and more such
    members. Studies that show none of it are left out.
    """
    rows = [_row(study, days) for study in studies for days in DAYS]
    return pd.DataFrame(filter(None, rows), columns=COLUMNS)


def _row(study: Study, days: int) -> tuple[object, ...]:
    facts = study.manifest
    try:
        found = lurking(Evidence.of(study), days=days)
    except NotIdentifiableError:
        return ()
    limits = found.estimate, found.low, found.high
    return (study.name, facts.title_en, facts.title_zh, days, *limits)


def lurkers_figure(studies: Sequence[Study]) -> SavedFigure | Prose:
    """Draw how the share of silent members falls with time, by corpus, and save it.

    Returns
    -------
    SavedFigure or Prose
        A sentence instead, where no study can show it.
    """
    rows = lurker_rows(studies)
    if rows.empty:
        return Prose("No study at hand shows who was there and silent for how long.")
    return save_both(
        partial(_drawn, rows),
        "silent-members",
        data=rows,
        claims=["s0-lurkers-are-many"],
        studies=[study.folder for study in studies if study.name in set(rows["study"])],
    )


def _drawn(rows: pd.DataFrame, t: Wording) -> Drawn:
    reading = [t("silent.after", days=days) for days in rows["days"]]
    named = rows.assign(study=rows[t.either("title", "zh")], reading=reading)
    told = named.assign(unknown=0.0, claimed=float("nan"))
    words = {name: t(f"silent.{name}") for name in ("title", "subtitle", "foot")}
    numbers = "; ".join(
        f"{one['study']}, {one['reading']}: {share(one['share'])}"
        for one in told.to_dict("records")
    )
    return Drawn(
        share_bars(told, **words, t=t),
        words["title"],
        f"{words['subtitle']}. {words['foot']}",
        alt=t("silent.alt", numbers=numbers),
    )
