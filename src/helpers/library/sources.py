"""Lifetimes of several public sources at once, and intervals from their clusters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import pandas as pd

from helpers.claims.quantities.memberships import cut_stays
from helpers.errors import MissingSourceError, ShequnError
from helpers.forecast import moments
from helpers.forecast.moments import AGES
from helpers.group_lives.evidence import Evidence
from helpers.group_lives.last_activity import define_lives
from helpers.group_lives.silence import SILENCE_DAYS
from helpers.library.frames import check_frame
from helpers.paths import PROCESSED
from helpers.study.study import Study, open_study

LEAST_NETWORKS = 5  # fewer cannot be resampled; weeks of founding take their place
ONE_DAY = 1.0
COLUMNS = ("entry", "day", "ended", "never_active", "network", "batch")


def list_lives(
    sources: Iterable[str | Study],
    *,
    days: float = SILENCE_DAYS,
    list_days: float | None = None,
) -> pd.DataFrame:
    """Return the lifetimes of the groups of several sources, one row per group.

    Groups that existed before the record began are left out. A group that was closed is
    watched until then: closing is an end of its own, and no silence.

    Parameters
    ----------
    sources
        Names of studies, or studies.
    days
        Silence that counts as an end, in sources with messages (see `silence`).
    list_days
        The same in lists that have two dates per group and no messages; by default
        what the source's description says, such as 180 days for meetings.

    Returns
    -------
    DataFrame
        ``source, kind, group, entry, day, ended, never_active, network, batch,
        cluster``. A group is at risk after day ``entry`` up to ``day``, both whole
        days since founding; ``cluster`` is what to resample together: networks if a
        source has at least five, else weeks of founding.

    Examples
    --------
    >>> lives = list_lives(["komodo_discord", "meshcore_split"])
    >>> lives.groupby("source")["kind"].first().tolist()
    ['chat', 'chat']
    """
    parts = [_read_lives(source, days, list_days) for source in sources]
    if not parts:
        raise ShequnError("no source is named", remedy='give sq.lives(["fcc_gitter"])')
    return pd.concat(parts, ignore_index=True)


def _read_lives(
    source: str | Study, days: float, list_days: float | None
) -> pd.DataFrame:
    study = source if isinstance(source, Study) else open_study(source)
    evidence = Evidence.of(study).of_known_age
    asked = days if evidence.has("silences") else list_days
    ends = define_lives(evidence, w_days=asked, form="last_message")
    found = ends.censored.to_frame()
    found["day"] = np.ceil(found["durations"]).clip(lower=ONE_DAY)
    found["entry"] = np.floor(found["entry"])
    found = found[found["day"] > found["entry"]]
    wide = found["network"].nunique() >= LEAST_NETWORKS
    rows = found[["group", *COLUMNS]].assign(
        cluster=found["network" if wide else "batch"].astype(str)
    )
    rows.insert(0, "source", study.name)
    rows.insert(1, "kind", study.kind)
    return rows


def list_windows(sources: Iterable[str | Study], window: str) -> pd.DataFrame:
    """Return the activity of groups in a range of ages, one row per group.

    Only groups of known age that were observed through all of it are listed; those
    that had fallen silent by then have counts of 0.

    Parameters
    ----------
    sources
        Names of studies with a table ``windows``, or studies.
    window
        First and last day of age, such as ``28-83``.

    Examples
    --------
    >>> months = list_windows(["komodo_discord"], "28-83")
    >>> bool(months["group"].is_unique), months["kind"].unique().tolist()
    (True, ['chat'])
    """
    parts = []
    for source in sources:
        study = source if isinstance(source, Study) else open_study(source)
        rows = study.table("windows")
        rows = rows[rows["window"].eq(window) & rows["observed"].astype(bool)]
        if rows.empty:
            names = sorted(study.table("windows")["window"].unique())
            raise ShequnError(
                f"no window {window!r}", where=study.name, remedy=", ".join(names)
            )
        known = Evidence.of(study).ended.of_known_age
        rows = rows[rows["group"].isin(known.groups["group"])]
        rows.insert(0, "source", study.name)
        rows.insert(1, "kind", study.kind)
        parts.append(rows)
    return pd.concat(parts, ignore_index=True)


def list_moments(
    sources: Iterable[str | Study], *, ages: Sequence[int] = AGES
) -> pd.DataFrame:
    """Return groups of several sources at given ages: states, and later silence.

    Parameters
    ----------
    sources
        Names of studies with tables ``groups`` and ``rates``, or studies.
    ages
        In days since the first message; groups watched for 60 days more count.

    Returns
    -------
    DataFrame
        ``source, place, kind, group, age, messages, writers`` (both of the last 28
        days)``, days_since`` (the last message) and ``silent``: whether there was no
        message in the 60 days from then on.

    Examples
    --------
    >>> moments = list_moments(["komodo_discord"])
    >>> bool((moments["days_since"] < moments["age"]).all())
    True
    """
    opened = [each if isinstance(each, Study) else open_study(each) for each in sources]
    parts = [moments.list_moments(study, ages) for study in opened]
    return pd.concat(parts, ignore_index=True)


def list_stays(source: str | Study) -> pd.DataFrame:
    """Return memberships, cut wherever the person's number of groups changes.

    Parameters
    ----------
    source
        The name of a study with a table ``spells``, or a study.

    Returns
    -------
    DataFrame
        ``member, group, entry, stop`` (days since joining), ``groups`` (held through
        the stretch), ``ended`` (by leaving), ``day`` (of its end), ``crowd`` (people
        who left something on that day).

    Examples
    --------
    >>> stays = list_stays("rust_teams")
    >>> bool((stays["stop"] > stays["entry"]).all())
    True
    """
    study = source if isinstance(source, Study) else open_study(source)
    spells = study.table("spells")
    role = "any" if spells["role"].eq("any").any() else "member"
    return cut_stays(spells[spells["role"] == role])


def read_results(table: str) -> pd.DataFrame:
    """Read a table of results that belongs to no single study.

    Parameters
    ----------
    table
        Folder and name below ``data/processed``, such as ``tone/hazard``.

    Examples
    --------
    >>> read_results("instruments/advertisement_quality")["measure"].iloc[0]
    'precision'

    How often the answers' intervals hold the truth, on simulated sources:

    >>> simulated = read_results("calibration/answers").query("world == 'prior'")
    >>> bool(simulated["coverage"].between(0.94, 0.96).all())
    True
    """
    path = PROCESSED / f"{table}.csv"
    if not path.is_file():
        names = sorted(file.stem for file in path.parent.glob("*.csv"))
        raise MissingSourceError(
            "there is no such table of results",
            where=table,
            remedy=f"its folder has {', '.join(names) or 'none'}",
        )
    return pd.read_csv(path)


def bootstrap_clusters(
    rows: pd.DataFrame,
    measure: Callable[[pd.DataFrame], float],
    *,
    cluster: str = "cluster",
    n_draws: int = 200,
    seed: int = 1,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Measure resampled data: whole clusters are drawn with replacement.

    Parameters
    ----------
    rows
        One row per unit.
    measure
        What is computed from rows like these; one number.
    cluster
        Column with what is drawn together.
    n_draws, seed
        How many samples, and the seed of the generator.

    Returns
    -------
    ndarray of shape (n_draws,)
        ``np.quantile(draws, [0.025, 0.975])`` is the percentile interval.

    Examples
    --------
    >>> rows = pd.DataFrame({"cluster": list("aabb"), "x": [0.0, 0, 1, 1]})
    >>> draws = bootstrap_clusters(rows, lambda some: some["x"].mean(), n_draws=40)
    >>> sorted(set(draws.tolist()))
    [0.0, 0.5, 1.0]
    """
    check_frame(rows, [cluster])
    members = list(rows.groupby(cluster, observed=True).indices.values())
    if len(members) < 2:  # noqa: PLR2004
        raise ShequnError(
            "all rows are of one cluster",
            where=f"cluster={cluster}",
            remedy="name a column with at least two values",
        )
    if n_draws < 1 or seed < 0:
        raise ShequnError(
            "there is nothing to draw", where=f"n_draws={n_draws}, seed={seed}",
            remedy="give a number of samples from 1 on, and a seed from 0 on",
        )  # fmt: skip
    rng = np.random.default_rng(seed)
    draws = np.empty(n_draws)
    for nth in range(n_draws):
        drawn = rng.integers(len(members), size=len(members))
        picked = np.concatenate([members[at] for at in drawn])
        draws[nth] = measure(rows.iloc[picked])
    return draws
