"""Lifetimes of groups from messages, or from a list with two dates each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, tzinfo
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.checks import check_column, check_days
from helpers.derive.frame import select_counted
from helpers.derive.tables.groups import add_origins, drop_unseen_silences
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.group_lives.evidence import Evidence
from helpers.group_lives.last_activity import define_lives
from helpers.group_lives.silence import (
    NO_GAPS,
    SILENCE_DAYS,
    Form,
    define_lifetimes_by_dates,
    define_lifetimes_by_inactivity,
)
from helpers.library.frames import (
    check_frame,
    check_messages,
    exclude_unusable,
    read_dates,
    read_end,
    to_microseconds,
    warn_user,
)
from helpers.library.observation import check_removed, read_observed
from helpers.observed import Observed, describe_observation
from helpers.records import DAY_US, MONTH_DAYS, SHORTEST_GAP, get_end_of_today_us
from helpers.study.study import Study
from helpers.survival.kaplan_meier import estimate_survival
from helpers.survival.lifetimes import Lifetimes

COLUMNS = (
    "key", "network", "batch", "kind", "origin_us", "entry_us", "first_us", "last_us",
    "end_us", "messages", "early_messages", "members",
)  # fmt: skip
TIMES = ("origin", "first", "last", "end")


def groups_from(
    frame: pd.DataFrame,
    *,
    born: str | None = None,
    last: str | None = None,
    seen: str | date | None = None,
    entry: str | None = None,
    key: str | None = None,
    kind: str | None = None,
    members: str | None = None,
    network: str | None = None,
) -> pd.DataFrame:
    """Build a table of groups from messages or from a list of groups.

    A life begins with the first message, here as in a study of the same exports; where
    that may be missing, with the creation, and is observed from the first row on.

    Parameters
    ----------
    frame
        Messages as `read_messages` returns them, or one row per group with at least
        two dates.
    born, last
        For a list: the columns with the date of founding and that of the last message,
        year first. Rows without either are excluded: an empty cell means not known.
        For a group that never had a message give the day of founding as the last one,
        so that its lifetime is 0 days.
    seen
        When observation ended: a date, to its end in the zone of the messages, or a
        time; for a list also the column that has it. By default what the exports say
        (``observed_until``; missing where nobody knows), else the latest date of the
        frame. Nothing may be later: without its later rows a list would lack the
        groups that survived.
    entry
        For a list: the column with the day from which each group was followed; by
        default its founding.
    key, kind, members, network
        For a list: columns with the group's name, its kind (any text), its members
        (whole numbers), and what it has in common with others (the cluster of
        estimates).

    Returns
    -------
    DataFrame
        One row per group; the index is its number, by founding. ``origin`` (founding),
        ``first``, ``last`` (message) and ``end`` (of observation) are times in UTC;
        columns with ``_us`` are the same in microseconds. ``messages`` counts all,
        ``early_messages`` those of the first 28 days; ``network`` is what groups have
        in common, ``batch`` a network and week of founding. ``attrs["excluded"]``
        counts rows of a list that cannot be used, by reason.

    Raises
    ------
    ShequnError
        If a column is missing, holds numbers for dates, no row can be used, or a date
        is later than the day `seen`.

    Examples
    --------
    >>> rows = pd.DataFrame(
    ...     {
    ...         "founded": ["2023-01-01", "2023-02-01", None],
    ...         "last": ["2023-03-01", None, "2023-02-01"],
    ...     }
    ... )
    >>> groups = groups_from(rows, born="founded", last="last", seen="2024-01-01")
    >>> len(groups), groups.attrs["excluded"]
    (1, {'no founding date': 1, 'no date of the last message': 1})
    """
    if born is None and last is None:
        groups = _count_messages(frame, seen)
    elif born is None or last is None:
        raise ShequnError(
            "a list of groups needs both born= and last=",
            remedy="name the columns of the founding and of the last message",
        )
    else:
        named = {"key": key, "kind": kind, "members": members, "network": network}
        groups = _read_list(frame, born, last, seen, named)
        if entry is not None:
            groups["entry_us"] = read_dates(check_frame(frame, [entry])[entry])[0]
    return _complete_groups(groups)


def _count_messages(messages: pd.DataFrame, seen: str | date | None) -> pd.DataFrame:
    messages = check_frame(select_counted(check_messages(messages)), ())
    rows = pd.DataFrame(
        {"key": messages["group"].astype(str), "us": to_microseconds(messages["time"])}
    )
    zone = getattr(messages["time"].dtype, "tz", UTC)
    known = read_observed(messages)
    ends = _find_ends(rows, known, seen, zone)
    by = rows.groupby("key")["us"]
    inside = rows[~rows["us"].gt(rows["key"].map(ends)).fillna(value=False)]
    groups = by.agg(first_us="min", any_us="min", messages="size").reset_index()
    shown = [(known or {}).get(key, Observed()) for key in groups["key"]]
    for name in ("created_us", "watched_us"):
        groups[name] = pd.Series([getattr(one, name) for one in shown], dtype="float64")
    groups = add_origins(groups.rename(columns={"watched_us": "seen_us"}))
    origin = rows["key"].map(groups.set_index("key")["origin_us"])
    early = rows["us"] < origin + MONTH_DAYS * DAY_US
    early_messages = early.groupby(rows["key"]).sum()
    return groups.assign(
        last_us=groups["key"].map(inside.groupby("key")["us"].max()),
        entry_us=groups[["origin_us", "seen_us"]].max(axis=1).astype("int64"),
        end_us=groups["key"].map(ends),
        early_messages=groups["key"].map(early_messages),
        network=groups["key"],
    )


def _find_ends(
    rows: pd.DataFrame,
    observed: Mapping[str, Observed] | None,
    seen: str | date | None,
    zone: tzinfo,
) -> pd.Series[int]:
    """Return when observation of each group ended, by key; missing if not known."""
    lasts = rows.groupby("key")["us"].max()
    day = None if seen is None else read_end(seen, "seen", zone)
    if observed is None:
        if day is None:
            day = int(lasts.max())
            latest = pd.Timestamp(day, unit="us", tz=UTC).tz_convert(zone).date()
            warn_user(
                "the frame does not say until when its groups were observed: the day"
                f" of its last message, {latest}, is taken; say yours with seen="
            )
        ends = pd.Series(day, lasts.index)
    else:
        shown = [observed.get(group, Observed()).end_on(day) for group in lasts.index]
        ends = pd.Series([one.end_us for one in shown], lasts.index, dtype="Int64")
        lasts = lasts[[one.until_how in {"given", "unknown"} for one in shown]]
    if day is not None and (late := int((lasts > day).sum())) > 0:
        latest = pd.Timestamp(int(lasts.max()), unit="us", tz=UTC).tz_convert(zone)
        raise ShequnError(
            f"{count_groups(late)} messages after the end of observation",
            where=f"seen={seen}",
            remedy=f"give {latest.date()} or later, or drop the messages after it",
        )
    return ends.astype("Int64")


def _read_list(
    frame: pd.DataFrame,
    born: str,
    last: str,
    seen: str | date | None,
    named: dict[str, str | None],
) -> pd.DataFrame:
    of_list = isinstance(seen, str) and seen in frame.columns
    given = [name for name in named.values() if name is not None]
    frame = check_frame(frame, [born, last, *given])
    (origin, odd_origin), (final, odd_final) = map(
        read_dates, (frame[born], frame[last])
    )
    of_days = not (pd.concat([origin, final]).dropna() % DAY_US).any()
    if of_list:
        end, odd_end = read_dates(frame[str(seen)])
        end += DAY_US - 1 if of_days and not (end.dropna() % DAY_US).any() else 0
    else:
        today = get_end_of_today_us()
        past = ~((origin > today) | (final > today))
        latest = _read_list_end(origin[past], final[past], seen, of_days=of_days)
        end = pd.Series(latest, frame.index)
        odd_end = pd.Series(data=False, index=frame.index)
    if members := named["members"]:
        _check_members(frame[members])
    groups = pd.DataFrame(
        {
            **{
                name: frame[column]
                for name, column in named.items()
                if column is not None
            },
            "origin_us": origin,
            "first_us": origin.where(final.notna()),
            "last_us": final,
            "end_us": end,
        }
    )
    odd = odd_origin | odd_final | odd_end
    dates = groups[["origin_us", "last_us", "end_us"]].max(axis=1)
    late = (dates > get_end_of_today_us()) & ~odd
    kept, excluded = exclude_unusable(groups[~odd & ~late])
    why = {"a date that cannot be read": odd, "a date after today": late}
    excluded = {word: int(n.sum()) for word, n in why.items() if n.any()} | excluded
    if kept.empty:
        raise ShequnError(
            "every row of the list is excluded",
            where="; ".join(f"{why}: {n}" for why, n in excluded.items()),
            remedy="give the day of founding, that of the last message and when"
            " you last looked",
        )
    kept.attrs["excluded"] = excluded
    return kept


def _read_list_end(
    origin: pd.Series[Any],
    final: pd.Series[Any],
    seen: str | date | None,
    *,
    of_days: bool,
) -> int:
    """Return the end of observation of a list in µs; nothing may be later.

    Of a list of days it is the end of a day, as in `shequn run --list`.
    """
    dates = pd.concat([origin, final])
    if seen is None:
        latest = dates.max() if dates.notna().any() else 0
        return int(latest) + (DAY_US - 1 if of_days else 0)
    end = read_end(seen, "seen")
    if (late := int(((origin > end) | (final > end)).sum())) > 0:
        day = pd.Timestamp(dates.max(), unit="us").date()
        raise ShequnError(
            f"{count_groups(late)} dates after the end of observation",
            where=f"seen={seen}",
            remedy=f"give {day} or later: without these groups, which lived longest or"
            " were founded last, the others would seem to die sooner",
        )
    return end


def count_groups(n: int) -> str:
    """Return how many groups have something.

    >>> count_groups(1), count_groups(2)
    ('1 group has', '2 groups have')
    """
    return "1 group has" if n == 1 else f"{n} groups have"


def _check_members(members: pd.Series[Any]) -> None:
    numbers = pd.to_numeric(members, errors="coerce")
    wrong = members.notna() & ~(numbers.ge(0) & numbers.mod(1).eq(0))
    if wrong.any():
        row = int(wrong.to_numpy().argmax())
        raise ShequnError(
            f"{members.iloc[row]!r} is no whole number",
            where=f"column {members.name}, row {row}",
            remedy="write digits only, and leave the cell empty if it is not known",
        )


def _complete_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Sort a table of groups by founding date and add missing columns."""
    excluded = groups.attrs.get("excluded", {})
    if "key" not in groups:
        groups = groups.assign(key=[f"row {nth}" for nth in range(1, len(groups) + 1)])
    key = groups["key"].astype(str)
    groups = groups.assign(key=key).sort_values(["origin_us", "key"], ignore_index=True)
    if "network" not in groups:
        groups["network"] = groups["key"]
    groups["network"] = groups["network"].astype(str)
    week = groups["origin_us"].astype("int64") // (7 * DAY_US)
    groups["batch"] = groups["network"] + " " + week.astype(str)
    if "entry_us" not in groups:
        groups["entry_us"] = groups["origin_us"]
    groups["entry_us"] = groups["entry_us"].fillna(groups["origin_us"])
    groups = groups.reindex(columns=list(COLUMNS))
    whole = ("origin_us", "entry_us", "first_us", "last_us", "end_us")
    groups = groups.astype(dict.fromkeys(whole, "Int64"))
    times = {
        time_: pd.to_datetime(groups[f"{time_}_us"], unit="us", utc=True)
        for time_ in TIMES
    }
    groups = groups.assign(group=groups.index, **times)
    groups.attrs["excluded"] = excluded
    return groups[["group", *TIMES, *COLUMNS]]


def silence(
    data: pd.DataFrame | Study | tuple[pd.DataFrame, pd.DataFrame],
    *,
    days: float = SILENCE_DAYS,
    form: Form = "last_message",
    seen: str | date | None = None,
) -> Lifetimes:
    """Define lifetimes of groups by inactivity for W days.

    W is `days`, or longer for groups whose first 28 days had little traffic: at least
    long enough for six messages to be expected, up to 180 days. For a list with two
    dates traffic is unknown and W is `days` for all. Groups that wrote in the last W
    days of observation are censored, and groups founded in them are excluded.

    Parameters
    ----------
    data
        Messages, groups as `groups_from` returns them, a study, or a study's tables
        ``groups`` and ``silences``.
    days
        W, at least 28: shorter gaps are not listed.
    form
        ``last_message`` dates an end by the last message; ``first_gap`` by the first
        silence of W days, even if the group became active again.
    seen
        For messages: when observation ended, as in `groups_from`. A table of groups and
        a study have their own end. Groups whose end is not known are left out.

    Raises
    ------
    NotIdentifiableError
        If no group was observed for W days, or of none is it known until when.
    ShequnError
        If `days` or `form` is not allowed, or a column is missing.

    Examples
    --------
    >>> import helpers as sq
    >>> lives = sq.silence(sq.load("fcc_gitter"))
    >>> len(lives) == len(lives.durations)
    True
    """
    check_days(days, "days", SHORTEST_GAP)
    is_list = isinstance(data, pd.DataFrame) and "origin_us" in data
    if seen is not None and (isinstance(data, Study | tuple) or is_list):
        raise ShequnError(
            "the end of observation is known already",
            where=f"seen={seen}",
            remedy="leave it out, or give it to groups_from or shequn run --exported",
        )
    if isinstance(data, Study):
        return define_lives(_view_ended(data), w_days=days, form=form).censored
    if isinstance(data, tuple):
        groups, gaps = data
        check_frame(groups, ("origin_us", "end_us", "messages"))
    elif "origin_us" in check_frame(data, ()):
        groups, gaps = data, NO_GAPS
        if data["messages"].notna().any() and form == "first_gap":
            raise ShequnError(
                "a table of groups has no gaps between messages",
                remedy="pass the messages instead",
            )
    else:
        check_removed(select_counted(check_messages(data)), days)
        groups = groups_from(data, seen=seen)
        gaps = list_gaps(data, groups)
    groups = _select_ended(groups, data)
    if groups["messages"].isna().all():
        if form == "first_gap":
            raise ShequnError(
                "a list with two dates per group has no gaps between messages"
            )
        return define_lifetimes_by_dates(groups, days)
    return define_lifetimes_by_inactivity(groups, gaps, w_days=days, form=form)


def _view_ended(study: Study) -> Evidence:
    """View the groups of known age and end of observation; raise if there is none."""
    known = Evidence.of(study).ended.of_known_age
    if known.groups.empty and "observed" in study.manifest.tables:
        raise NotIdentifiableError(
            next(iter(study.manifest.gaps), "of no group is it known until when"),
            remedy="run again with --exported files, or --exported 2024-05-31",
        )
    return known


def _select_ended(groups: pd.DataFrame, data: object) -> pd.DataFrame:
    """Select the groups of which the end of observation is known; raise if none is."""
    ended = groups[groups["end_us"].notna()].reset_index(drop=True)
    if len(ended):
        return ended
    seen = (read_observed(data) or {}).values()
    raise NotIdentifiableError(
        next(iter(describe_observation(seen)), "of no group is it known until when"),
        remedy="read_messages(…, exported='files'), or exported='2024-05-31'",
    )


def list_gaps(messages: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """Return the gaps of 28 days or more between messages of a group."""
    messages = select_counted(messages).reset_index(drop=True)
    numbers = groups.set_index("key")["group"]
    rows = pd.DataFrame(
        {
            "group": messages["group"].astype(str).map(numbers).astype("int64"),
            "end_us": to_microseconds(messages["time"]).astype("int64"),
        }
    ).sort_values(["group", "end_us"], ignore_index=True)
    start = rows.groupby("group")["end_us"].shift()
    long = rows["end_us"] - start >= SHORTEST_GAP * DAY_US
    gaps = rows[long].assign(start_us=start[long].astype("int64"))
    observed = read_observed(messages) or {}
    uncovered = {key: one.gaps for key, one in observed.items()}
    silences = gaps[["group", "start_us", "end_us"]]
    return drop_unseen_silences(silences, groups, uncovered)


def survival_frame(
    lives: Lifetimes, by: str | pd.Series[Any] | npt.ArrayLike | None = None
) -> pd.DataFrame:
    """Return Kaplan–Meier curves as a tidy data frame, for plotting.

    Parameters
    ----------
    lives
        As `silence` returns them.
    by
        What separates the curves: a column of ``lives.to_frame()``, a series by group
        number (such as a column of `groups_from`), or one value per lifetime. Groups
        without a value are excluded.

    Returns
    -------
    DataFrame
        ``days, survival, lower, upper, at_risk, ended, censored`` (limits at 95%),
        preceded by the column that separates the curves.

    Examples
    --------
    >>> import helpers as sq
    >>> lives = sq.silence(sq.load("fcc_gitter"))
    >>> sq.survival_frame(lives, by="network").columns.tolist()[:3]
    ['network', 'days', 'survival']
    """
    if by is None:
        return lives.curve().to_frame()
    labels = _find_labels(lives, by)
    name = str(labels.name or "by")
    if name in lives.curve().to_frame():
        raise ShequnError(
            f"the curve has a column {name!r} already", remedy="use by.rename('arm')"
        )
    if len(lives) > 1 and labels.dropna().nunique() == len(lives):
        warn_user(f"each curve is that of a single group ({_locate_labels(labels)})")
    parts = []
    for label in labels.dropna().unique():
        part = lives.where(labels.eq(label).fillna(value=False).to_numpy(bool))
        curve = estimate_survival(part.durations, part.ended, part.entry).to_frame()
        curve.insert(0, name, label)
        parts.append(curve)
    if not parts:
        raise ShequnError(
            "no lifetime has a value to separate curves by",
            where=_locate_labels(labels),
            remedy="its index must be the groups' numbers, as in groups['kind']",
        )
    return pd.concat(parts, ignore_index=True)


def compare_survival(
    lives: Lifetimes, by: str | pd.Series[Any] | npt.ArrayLike
) -> pd.DataFrame:
    """Test whether the survival curves of two or more arms differ (log-rank test).

    It assumes independent groups: with groups of one network its p-value is too small;
    `fit_cox` with ``cluster=`` allows for them.

    Parameters
    ----------
    lives, by
        As in `survival_frame`.

    Returns
    -------
    DataFrame
        One row: ``chi2, df, p``.

    Raises
    ------
    ShequnError
        If there are fewer than two arms, or all have a single lifetime.

    References
    ----------
    Mantel (1966), Cancer Chemother. Rep. 50, 163–170; computed by statsmodels'
    ``survdiff``.

    Examples
    --------
    >>> import helpers as sq
    >>> study = sq.load("fcc_gitter")
    >>> born = study.table("groups")["origin_us"]
    >>> early = (born < born.median()).rename("early")
    >>> sq.compare_survival(sq.silence(study), by=early).columns.tolist()
    ['chi2', 'df', 'p']
    """
    # statsmodels takes a second to import
    from statsmodels.duration.survfunc import survdiff  # noqa: PLC0415

    labels = _find_labels(lives, by)
    known = labels.notna().to_numpy()
    arms, part = pd.factorize(labels[known])[0], lives.where(known)
    n_arms = len(np.unique(arms))
    if n_arms < 2:  # noqa: PLR2004
        raise ShequnError(
            "there is one arm" if n_arms else "there is no arm",
            where=_locate_labels(labels),
            remedy="give at least two values",
        )
    if np.bincount(arms).max() == 1:
        raise ShequnError(
            f"each of the {n_arms} arms has a single lifetime",
            where=_locate_labels(labels),
            remedy="separate by something that groups have in common; exports of one's"
            " own have no networks, so that each group is one",
        )
    entry = part.entry if (part.entry > 0).any() else None
    chi2, p = survdiff(part.durations, part.ended.astype(int), arms, entry=entry)
    return pd.DataFrame({"chi2": [float(chi2)], "df": [n_arms - 1], "p": [float(p)]})


def _locate_labels(labels: pd.Series[Any]) -> str:
    return "by" if labels.name is None else f"by={labels.name}"


def _find_labels(
    lives: Lifetimes, by: str | pd.Series[Any] | npt.ArrayLike
) -> pd.Series[Any]:
    if isinstance(by, str):
        table = lives.to_frame()
        if by not in table:
            raise ShequnError(
                f"lifetimes have no column {by!r}",
                remedy=f"give the series, by=groups[{by!r}]; lifetimes have"
                f" {', '.join(map(str, table.columns))}",
            )
        return table[by]
    if isinstance(by, pd.Series):
        if by.index.has_duplicates:
            raise ShequnError(
                f"group {by.index[by.index.duplicated()][0]} has two values",
                where=_locate_labels(by),
                remedy="its index must be the groups' numbers, each once",
            )
        return by.reindex(lives.group).reset_index(drop=True)
    if (n := check_column(by, "by")) != len(lives):
        raise ShequnError(
            f"{n} value{'s' * (n != 1)} for {len(lives)} lifetimes",
            remedy="give one per row of lives.to_frame(), or a series by group number",
        )
    return pd.Series(list(np.asarray(by)))
