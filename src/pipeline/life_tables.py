"""Make the Group Life Tables from the processed tables of public sources.

``python -m pipeline.life_tables`` (`make tables`) writes them, byte for byte.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from helpers.citation import read_project
from helpers.errors import FewNetworksError, NotIdentifiableError
from helpers.files import read_own_rows, write_csv, write_text
from helpers.forecast.moments import AHEAD, Talk
from helpers.group_lives.ends import (
    Ends,
    estimate_share_ended,
    find_closed_groups,
    select_started,
)
from helpers.group_lives.evidence import Evidence, select_clock
from helpers.group_lives.few_writers import define_few_writers
from helpers.group_lives.follow_up import list_follow_up
from helpers.group_lives.last_activity import list_last_activity_ends, read_dates
from helpers.group_lives.silence import SILENCE_DAYS, define_paused, define_silent
from helpers.inference import estimate_mean_share
from helpers.library.life_tables import (
    FIRST,
    FOLDER,
    FOLLOWED,
    GROUPS,
    MEDIANS,
    SPOKEN,
    WRITERS,
)
from helpers.records import DAY_US, MONTH_DAYS
from helpers.study import Study, open_studies
from helpers.survival.bootstrap import (
    RiskSets,
    choose_clusters,
    choose_clusters_within,
)
from helpers.survival.estimates import (
    SurvivalBand,
    bootstrap_band,
    restrict_to_survivors,
)
from helpers.survival.interval import Interval
from helpers.survival.lifetimes import (
    Lifetimes,
    assemble_lifetimes,
    compute_observation_ages,
)
from pipeline.answers import split_parts
from pipeline.first_month import (
    AGAIN,
    WINDOWS,
    estimate_follow_up,
    tabulate_first_month,
)

AGES = (7, 14, 30, 45, 60, 75, 90, 105, 135, 182, 240, 300, 365, 545, 730)
SILENT, CLOSED, PAUSED, DOZED, THIN = (
    "silent for good", "closed", "ever paused 60 days", "ever paused 30 days",
    "under three writers for eight weeks",
)  # fmt: skip
CREATED, SPOKE, WHOLE = "all created", "ever spoke", "all"
FEWEST, REPLICATES = 20, 2000
PAUSE = int(SILENCE_DAYS)  # the same for all groups
LATER = 90  # days after a moment from which it is asked whether a group talks
FIRST_AGES = (7, 14, 21)  # moments of a group's life: these, then every 28 days
AGE_BANDS = (0, 28, 92, 366)
WRITER_BANDS = (1, 3, 10, 30)
SILENT_BANDS = (7, 28, 56, 84, 182, 365)
LONG, USUAL = 10, 5  # times a group's usual silence, known from so many


# ---- lives -----------------------------------------------------------------------


def list_readings(evidence: Evidence) -> dict[str, tuple[Ends, ...]]:
    """Return the ends of a source's groups, by each reading of their lives.

    Of a source with two dates a group, the limits of all its windows are enclosed.
    """
    if not evidence.has("silences"):
        return {SILENT: list_last_activity_ends(evidence)[1]}
    readings = {
        SILENT: define_silent(evidence),
        PAUSED: define_paused(evidence),
        DOZED: define_paused(evidence, days=30),
    }
    if find_closed_groups(evidence.groups).any():
        readings[CLOSED] = define_closed(evidence)
    if evidence.study.observability.sender_ids:
        readings[THIN] = define_few_writers(evidence)
    return {name: (ends,) for name, ends in readings.items()}


def define_closed(evidence: Evidence) -> Ends:
    """Return lifetimes until the source's own act of closing, whether silent or not."""
    groups = evidence.ended.groups
    own = find_closed_groups(groups)
    ages = compute_observation_ages(groups)
    closed = (groups["closed_us"] - groups["origin_us"]).where(own, ages.end)
    event, dead = closed.to_numpy(np.int64), own.to_numpy(bool)
    lives = assemble_lifetimes(groups, ages, event, dead, ages.end, definition="closed")
    return Ends(lives, np.zeros(len(lives), bool))


# ---- group_life_tables -----------------------------------------------------------


def tabulate_groups(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the share of a source's groups that ended by each age, by reading."""
    evidence = Evidence.of(study)
    populations = {SPOKE: True}
    if study.observability.never_active_listed:
        populations = {CREATED: False} | populations
    for part, groups in _split(evidence):
        for population, spoke in populations.items():
            readings = list_readings(select_clock(groups, spoke=spoke))
            for reading, ends in readings.items():
                silent = any(each.lives.never_active.any() for each in ends)
                if not (spoke or silent):
                    continue  # the source shows no group that never spoke
                own = tuple(map(select_started, ends)) if spoke else ends
                about = {**_describe(study), "part": part, "population": population}
                for age in AGES:
                    if reading == THIN and age < MONTH_DAYS:
                        continue  # nobody can tell yet
                    about_age = about | {"age_days": age, "reading": reading}
                    yield about_age | _estimate_by_age(own, age, study)


def _describe(study: Study) -> dict[str, Any]:
    return {"kind": study.manifest.kind, "source": study.name}


def _split(evidence: Evidence) -> Iterator[tuple[str, Evidence]]:
    """Yield a source as a whole, and the parts that its description names."""
    yield WHOLE, evidence
    yield from split_parts(evidence).items()


def _estimate_by_age(ends: Sequence[Ends], age: int, study: Study) -> dict[str, Any]:
    """Estimate the share ended by an age, of groups that were watched."""
    lives = ends[0].lives
    entered = lives.entry < age
    at_risk = int(np.sum(entered & (lives.potential >= age)))
    error, share = study.manifest.time_error_days, None
    with suppress(NotIdentifiableError):  # too few clusters: the cell stays empty
        if at_risk >= FEWEST:
            share = estimate_share_ended(*ends, day=age, error_days=error)
    return {
        **_write_interval("share", share),
        "at_risk": at_risk,
        "still": int(np.sum(entered & (lives.durations > age))),
        "n": int(np.sum(entered)) if share is None else int(share.n),
        "silence_days": int(lives.waited.min()) if len(lives) else 0,
    }


def _write_interval(name: str, found: Interval | None) -> dict[str, float | None]:
    if found is None:
        return {name: None, f"{name}_low": None, f"{name}_high": None}
    return {name: found.estimate, f"{name}_low": found.low, f"{name}_high": found.high}


def tabulate_medians(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the median life of a source's ever active groups, by reading."""
    for part, groups in _split(Evidence.of(study)):
        for reading, ends in list_readings(select_clock(groups, spoke=True)).items():
            own = select_started(ends[0]).lives
            if len(own) < FEWEST:
                continue
            try:
                median = estimate_survival_band(own).median_interval()
            except NotIdentifiableError:
                continue
            yield {
                **_describe(study),
                "part": part,
                "reading": reading,
                **_write_interval("median_days", median),
                "ended": int(own.ended.sum()),
                "n": len(own),
            }


def estimate_survival_band(
    lives: Lifetimes, replicates: int = REPLICATES
) -> SurvivalBand:
    """Estimate a survival curve of groups; its median's limits are where it crosses.

    A limit that is not reached is ``inf``. Percentiles of resampled medians would
    cover too little with few clusters.
    """
    watched, start = restrict_to_survivors(lives)
    clusters = choose_clusters(watched.network, watched.batch)
    risk = RiskSets(watched.durations, watched.ended, watched.entry, start)
    return bootstrap_band(risk, clusters, replicates)


# ---- moments of groups' lives ----------------------------------------------------


def list_moments(study: Study) -> pd.DataFrame:
    """List moments in groups' lives with activity before and after.

    ``group, network, batch, age, writers`` (of the last 28 days; −1 if not known),
    ``silent`` (whole days since the last message), ``again`` (a message within 60
    days), ``ever`` (a message later on) and ``talking`` (one in days 90–149), null
    where the record ends before; at ages of 7, 14, 21 and every 28 days.
    """
    talk = Talk.of(Evidence.of(study).of_known_age)
    groups, days, none = talk.groups, talk.days, np.full(len(talk.groups), -1)
    parts = []
    for age in (*FIRST_AGES, *range(MONTH_DAYS, days, MONTH_DAYS)):
        last = talk.last[:, age - 1]
        at_risk = (talk.entry <= age) & (talk.end >= age + AHEAD) & (last >= 0)
        until = age + LATER + AHEAD
        later = talk.has_message(age + LATER, until).astype("float64")
        writers = none if talk.writers_28 is None else talk.writers_28[:, age - 1]
        moment = groups[["group", "network", "batch"]].assign(
            age=age,
            writers=writers,
            silent=age - 1 - last,
            again=talk.has_message(age, age + AHEAD).astype("float64"),
            ever=talk.has_message(age, days).astype("float64"),
            talking=np.where(talk.end >= until, later, np.nan),
        )
        parts.append(moment[at_risk])
    moments: pd.DataFrame = pd.concat(parts, ignore_index=True)
    return moments


def _band(
    values: pd.Series[int], least: tuple[int, ...], name: str
) -> dict[str, pd.Series[Any]]:
    """Return the first and last value of the band of each value."""
    at = np.searchsorted(least, values, side="right") - 1
    lasts = pd.array([*(np.array(least[1:]) - 1), pd.NA], "Int64")
    return {
        f"{name}_from": pd.Series(np.array(least)[at], values.index),
        f"{name}_to": pd.Series(lasts[at], values.index),
    }


def _average(rows: pd.DataFrame, outcome: str) -> Interval | None:
    """Estimate the mean over groups of the share of each group's moments."""
    known = rows.dropna(subset=outcome)
    by_group = known.groupby(["group", "network", "batch"], as_index=False)
    groups = by_group[[outcome]].mean()
    values = groups[outcome].to_numpy("float64")
    if len(values) < FEWEST:
        return None
    try:
        clusters = choose_clusters(groups["network"], groups["batch"])
    except FewNetworksError:
        clusters = choose_clusters_within(groups["network"], groups["batch"])
    return estimate_mean_share(values, clusters, replicates=REPLICATES)


def tabulate_writers(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the share still talking 90–149 days on, by age and recent writers."""
    moments = list_moments(study)
    moments = moments[(moments["writers"] > 0) & moments["talking"].notna()]
    if moments.empty:
        return
    bands = _band(moments["age"], AGE_BANDS, "age") | _band(
        moments["writers"], WRITER_BANDS, "writers"
    )
    banded = moments.assign(**bands)
    for cell, rows in banded.groupby([*bands], dropna=False):
        yield {
            **_describe(study),
            **dict(zip(bands, cell, strict=True)),
            **_write_interval("talking", _average(rows, "talking")),
            "groups": rows["group"].nunique(),
            "moments": len(rows),
        }


def tabulate_spoken_again(study: Study) -> Iterator[dict[str, Any]]:
    """Yield the share of groups that speak again, by how long they have been silent."""
    if study.manifest.time_error_days > 1:
        return  # days of silence are not known
    moments = list_moments(study)
    moments = moments[moments["silent"] >= SILENT_BANDS[0]]
    bands = _band(moments["silent"], SILENT_BANDS, "silent")
    known = Evidence.of(study).of_known_age
    gaps = _list_silences(known.groups.reset_index(drop=True), known.silences)
    gaps = gaps.assign(least=PAUSE, silent_from=PAUSE)[gaps["days"] >= PAUSE]
    parts = [
        ("silent for", moments.assign(**bands)),
        ("first pause of 60 days", _follow_silences(gaps)),
        ("ten times the usual silence", _list_long_silences(study)),
    ]
    for rule, table in parts:
        for cell, rows in table.groupby([*bands], dropna=False):
            yield {
                **_describe(study),
                "rule": rule,
                **dict(zip(bands, cell, strict=True)),
                **_write_interval("again_60", _average(rows, "again")),
                **_write_interval("again_ever", _average(rows, "ever")),
                "groups": rows["group"].nunique(),
                "moments": len(rows),
            }


def _list_long_silences(study: Study) -> pd.DataFrame:
    """List groups at the moment when a silence was first ten times their usual one."""
    groups = Evidence.of(study).of_known_age.groups
    daily = study.table("daily").astype({"group": "int64", "day": "int64"})
    daily = daily[daily["messages"] > 0].sort_values(["group", "day"])
    by = daily.groupby("group")["day"]
    usual = by.diff().groupby(daily["group"]).expanding(USUAL).median().droplevel(0)
    gaps = daily[["group", "day"]].assign(days=-by.diff(-1), least=LONG * usual)
    gaps = gaps.merge(groups[["group", "network", "batch", "end_us"]], on="group")
    gaps = gaps.assign(open=gaps["days"].isna(), silent_from=np.nan)
    gaps["days"] = gaps["days"].fillna(gaps["end_us"] // DAY_US - gaps["day"])
    return _follow_silences(gaps[gaps["days"] > gaps["least"]])


def _follow_silences(gaps: pd.DataFrame) -> pd.DataFrame:
    """Follow each group's first silence of so many days from that moment on."""
    first = gaps.drop_duplicates("group")
    soon = first["days"] - first["least"] < PAUSE
    again = (~first["open"] & soon).astype("float64")
    return first[["group", "network", "batch"]].assign(
        again=again.mask(first["open"] & soon),
        ever=(~first["open"]).astype("float64"),
        silent_from=first["silent_from"].astype("Int64"),
        silent_to=pd.array([pd.NA] * len(first), "Int64"),
    )


def _list_silences(groups: pd.DataFrame, silences: pd.DataFrame) -> pd.DataFrame:
    """List each group's silences after its first message, the open one last."""
    about = groups.loc[groups["last_us"].notna(), ["group", "network", "batch"]]
    last = groups[["group", "last_us", "end_us"]].rename(
        columns={"last_us": "start_us"}
    )
    both = pd.concat([silences.assign(open=False), last.assign(open=True)])
    gaps = about.merge(both, on="group").sort_values(["group", "start_us"])
    days = (gaps["end_us"] - gaps["start_us"]) / DAY_US
    columns = ["group", "network", "batch", "days", "open"]
    return gaps.assign(days=days)[columns].reset_index(drop=True)


def tabulate_follow_up(study: Study) -> Iterator[dict[str, Any]]:
    """Yield what follow-up windows show of the groups of a chat, and later activity."""
    if study.manifest.kind != "chat":
        return
    for days, window in WINDOWS:
        rows = list_follow_up(study, days=days, window=window)
        cell = {**_describe(study), "days": days, "window": window}
        cell |= {"gone_groups": int(rows["gone"].sum()), "groups": len(rows)}
        found = estimate_follow_up(rows)
        for name in ("gone", "again", "earnest"):
            of = cell["groups"] if name == "gone" else cell["gone_groups"]
            is_told = of >= FEWEST and (name == "gone" or days < AGAIN)
            told = found[name] if is_told else None
            ends = name, f"{name}_low", f"{name}_high"
            cell |= dict(zip(ends, told or (None, None, None), strict=True))
        yield cell


# ---- files -----------------------------------------------------------------------


def build_tables() -> dict[str, pd.DataFrame]:
    """Build all tables from the processed tables of public sources."""
    both = list_studies()
    talk = [study for study in both if "silences" in study.manifest.tables]
    rows = {
        GROUPS: [row for study in both for row in tabulate_groups(study)],
        WRITERS: [row for study in talk for row in tabulate_writers(study)],
        SPOKEN: [row for study in talk for row in tabulate_spoken_again(study)],
        FOLLOWED: [row for study in talk for row in tabulate_follow_up(study)],
        MEDIANS: [row for study in both for row in tabulate_medians(study)],
    }
    first = pd.DataFrame(tabulate_first_month(talk))
    ordered = {
        name: pd.DataFrame(table).sort_values(
            ["kind", "source"], kind="stable", ignore_index=True
        )
        for name, table in rows.items()
    }
    return ordered | {FIRST: first.astype({"messages_to": "Int64"})}


def list_studies() -> list[Study]:
    """List the public studies in the Life Tables, by their descriptions."""
    return [one for one in open_studies() if read_dates(one.name).life_tables]


def write_life_tables(folder: Path = FOLDER) -> None:
    """Write the Group Life Tables as CSV, with their descriptor."""
    tables = build_tables()
    for name, table in tables.items():
        write_csv(folder / f"{name}.csv", table, digits=4)
    package = json.dumps(_describe_package(tables), ensure_ascii=False, indent=1)
    write_text(folder / "datapackage.json", package + "\n")


def _describe_package(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Describe the tables as a Frictionless data package."""
    definitions = read_own_rows("life_tables.toml")
    manifests = [study.manifest for study in list_studies()]
    return {
        "profile": "tabular-data-package",
        "name": "group-life-tables",
        "title": "Group Life Tables",
        **read_project().frozen,
        "licenses": [{"name": "ODbL-1.0", "title": "Open Database License 1.0"}],
        "sources": [
            {"title": f"{facts.study}: {facts.title_en}. {facts.source}"}
            | {"licence": facts.licence, "commit": facts.commit}
            for facts in manifests
        ],
        "resources": [
            {
                "profile": "tabular-data-resource",
                "name": name.replace("_", "-"),
                "description": definitions["tables"][name],
                "path": f"{name}.csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [_describe_field(column, definitions) for column in table]
                },
            }
            for name, table in tables.items()
        ],
    }


def _describe_field(column: object, definitions: Mapping[str, Any]) -> dict[str, str]:
    kind, _, meaning = definitions["columns"][column].partition(": ")
    return {"name": str(column), "type": kind, "description": meaning}


if __name__ == "__main__":
    write_life_tables()
