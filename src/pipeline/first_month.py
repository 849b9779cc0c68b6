"""What became of chat groups, by their messages of days 8–28: as it was seen.

Part of it had begun before day 28, which is why nothing here is a forecast. Day 1 is
that of the first message; a pause is a silence of 60 days.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from helpers.group_lives.evidence import Evidence
from helpers.group_lives.silence import define_paused, define_silent
from helpers.records import MONTH_DAYS, WEEK_DAYS
from helpers.study import Study
from helpers.survival.interval import compute_exact_interval
from helpers.survival.kaplan_meier import estimate_survival

WINDOWS = (  # days followed up, and the last of them in which a message is looked for
    (34, 4), (91, 7), (91, 14), (91, 28), (91, 60), (94, 4), (200, 4), (365, 4),
)  # fmt: skip
AGAIN = 200  # day up to which it is asked whether a group becomes active again

DAYS = (105, 365)
BANDS = (0, 1, 10, 50)  # messages in days 8–28, from each of these on
FEWEST = 8  # groups of a place with rows of its own
NEEDED = frozenset({"daily", "rates", "silences"})


def list_beginnings(study: Study) -> pd.DataFrame:
    """List groups watched from their first message, and when they fell silent.

    ``place, messages`` (of days 8–28) and, for ``paused`` and ``silent`` (for good),
    the day on which it began (infinite: it did not) and until when that is known.
    """
    known = Evidence.of(study).ended.of_known_age
    begun = known.groups["entry_us"].le(known.groups["first_us"]).fillna(value=False)
    evidence = known.only(known.groups.loc[begun.astype(bool), "group"])
    groups = evidence.groups.set_index("group")
    rows = pd.DataFrame({"place": study.name}, index=groups.index)
    if groups["network"].ne(groups["network"].iloc[0]).any():
        rows["place"] += "/" + groups["network"].astype(str)
    daily = study.table("daily").astype({"group": "int64", "day": "int64"})
    age = daily["day"] - daily["group"].map(daily.groupby("group")["day"].min())
    early = daily[age.ge(WEEK_DAYS) & age.lt(MONTH_DAYS)]
    messages = early.groupby("group")["messages"].sum().reindex(rows.index)
    rows["messages"] = messages.fillna(0).astype("int64")
    for name, define in (("paused", define_paused), ("silent", define_silent)):
        lives = define(evidence).lives.to_frame().set_index("group")
        lives = lives.reindex(rows.index)
        rows[name] = lives["durations"].where(lives["ended"].eq(True), np.inf)  # noqa: FBT003 - pandas'
        rows[f"{name}_known"] = lives["potential"]
    return rows.reset_index(drop=True)


def tabulate_first_month(studies: Sequence[Study]) -> Iterator[dict[str, Any]]:
    """Yield counts of groups by place (empty: all), age and messages of days 8–28.

    ``groups``: watched for 60 days beyond the age; ``begun_28, begun``: with a pause
    begun by day 28, by the age. ``later``: with a message after day 28, and known
    whether silent for good by the age; ``ended``: these.
    """
    able = [
        study
        for study in studies
        if study.manifest.kind == "chat" and set(study.manifest.tables) >= NEEDED
    ]
    rows = pd.concat(map(list_beginnings, able), ignore_index=True)
    limits = [*pairwise(BANDS), (BANDS[-1], None)]
    for day in DAYS:
        known = rows.loc[rows["silent_known"] >= day, "place"].value_counts()
        for place in ["", *sorted(known.index[known >= FEWEST])]:
            own = rows if not place else rows[rows["place"].eq(place)]
            band = np.digitize(own["messages"], BANDS) - 1
            for at, (least, more) in enumerate(limits):
                cell = {"place": place, "age_days": day, "messages_from": least}
                cell["messages_to"] = None if more is None else more - 1
                yield cell | _count(own[band == at], day)


def _count(rows: pd.DataFrame, day: int) -> dict[str, int]:
    paused = rows.loc[rows["paused_known"] >= day, "paused"]
    silent = rows.loc[rows["silent_known"] >= day, "silent"]
    later = silent[silent > MONTH_DAYS]
    return {
        "groups": len(paused),
        "begun_28": int((paused <= MONTH_DAYS).sum()),
        "begun": int((paused <= day).sum()),
        "later": len(later),
        "ended": int((later <= day).sum()),
    }


def estimate_follow_up(rows: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Estimate the share silent in a window, and of these active again later.

    Each with its 95 % interval, of groups drawn one by one. Who becomes active again is
    followed by Kaplan and Meier to the end of the record.
    """
    gone = rows[rows["gone"]]
    share = compute_exact_interval(len(gone), len(rows))
    found = {"gone": (share.estimate, share.low, share.high)}
    for name in ("again", "earnest"):
        spoke = gone[name].notna().to_numpy()
        curve = estimate_survival(np.where(spoke, gone[name], gone["watched"]), spoke)
        silent = curve.interval(AGAIN - 0.5)
        found[name] = (1 - silent.estimate, 1 - silent.high, 1 - silent.low)
    return found
