"""Counts to give away: a row per group and day since its first message, no dates.

A page beside the file shows exactly what is in it, to be read before giving it.
"""

from pathlib import Path

import pandas as pd

from helpers.errors import NotIdentifiableError, ShequnError
from helpers.files import to_csv_text, write_text
from helpers.own_groups.report.layout import render_page
from helpers.records import DAY_US
from helpers.study import Study
from helpers.wording import Verbatim, say

COLUMNS = ("group", "platform", "end", "day", "messages", "people")
FEWEST, MASKED = 5, "1-4"  # people in a group and on a day; how fewer are written
PLATFORM = "platform: "
PLATFORMS = (
    "discord", "gitter", "matrix", "mattermost", "qq", "slack", "telegram", "wechat",
    "whatsapp", "zulip",
)  # fmt: skip


def tabulate_counts(study: Study) -> pd.DataFrame:
    """Tabulate what may be given away: a row per group and day with messages.

    Each group ends with a row of the last whole day on which it was watched.
    """
    observed = study.table("observed").set_index("group")
    whole, ends = observed.index[observed["gaps"].eq(0)], observed["until_how"]
    groups = _select_large(study).dropna(subset="end_us")
    groups = groups[groups["group"].isin(whole)]  # a gap would look like silence
    offset = study.manifest.day_offset_us
    daily = study.table("daily")
    people, platforms = _count_people(study), _list_platforms(study)
    parts = []
    for row in groups.to_dict("records"):
        first, last = (
            int((int(at) + offset) // DAY_US)
            for at in (row["first_us"], int(row["end_us"]) - 1)
        )
        days = daily[daily["group"].eq(row["group"])].reset_index(drop=True)
        rows = pd.DataFrame(
            {
                "day": days["day"].astype("int64") - first,
                "messages": days["messages"].astype("int64"),
                "people": [
                    people.get((row["group"], int(day)), 0) for day in days["day"]
                ],
            }
        )
        if last - first not in set(rows["day"]):
            rows.loc[len(rows)] = [last - first, 0, 0]
        group, is_closed = row["group"], isinstance(row["closed_kind"], str)
        known = "closed" if is_closed else ends[group]
        parts.append(rows.assign(platform=platforms.get(group, "other"), end=known))
    if not parts:
        raise NotIdentifiableError(
            say(
                "no group in which {n} people wrote has a known last day of"
                " observation",
                n=FEWEST,
            ),
            where="--counts",
            remedy=say("say on which day the exports were made: --exported 2024-05-31"),
        )
    parts.sort(key=lambda rows: (len(rows), int(rows["messages"].sum())))
    table = pd.concat([rows.assign(group=nth) for nth, rows in enumerate(parts, 1)])
    table = table.sort_values(["group", "day"])
    masked = table["people"].between(1, FEWEST - 1)
    table["people"] = table["people"].astype(object).mask(masked, MASKED)
    return table[list(COLUMNS)].reset_index(drop=True)


def _select_large(study: Study) -> pd.DataFrame:
    """Select the groups in which people enough wrote."""
    groups = study.table("groups")
    return groups[(groups["posters"] >= FEWEST) & groups["first_us"].notna()]


def _count_people(study: Study) -> dict[tuple[int, int], int]:
    if "member_days" not in study.manifest.tables:
        raise ShequnError(
            say("these exports do not say who wrote"),
            where="--counts",
            remedy=say("leave --counts out"),
        )
    by = study.table("member_days").groupby(["group", "day"])["member"].nunique()
    rows = by.reset_index()
    keys = zip(rows["group"].tolist(), rows["day"].tolist(), strict=True)
    return dict(zip(keys, rows["member"].tolist(), strict=True))


def _list_platforms(study: Study) -> dict[int, str]:
    """Return the platform of groups by a plain word: never what a user wrote."""
    if "facts" not in study.manifest.tables:
        return {}
    rows = study.table("facts")
    rows = rows[rows["fact"].str.startswith(PLATFORM)]
    words = rows["fact"].str.removeprefix(PLATFORM)
    known = words.isin(PLATFORMS)
    return dict(zip(rows["group"][known], words[known], strict=True))


def write_counts(study: Study, file: Path) -> Path:
    """Write the counts to give away; return the path of the page that shows them."""
    table = tabulate_counts(study)
    write_text(file, to_csv_text(table))
    groups, large = int(table["group"].nunique()), len(_select_large(study))
    whole = render_page(
        "given.html.j2", file=Verbatim(file.name), groups=groups, columns=COLUMNS,
        rows=[[*map(str, row)] for row in table.itertuples(index=False)],
        small=len(study.table("groups")) - large, open=large - groups,
        masked=MASKED, fewest=FEWEST,
    )  # fmt: skip
    place = file.with_suffix(".html")
    write_text(place, whole)
    return place
