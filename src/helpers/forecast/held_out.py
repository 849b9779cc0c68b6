"""Predictions for groups of sources, clusters or kinds left out of training."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from helpers.errors import UndeterminedError
from helpers.forecast.model import fit_forecast

TENTHS = 10
BY_SOURCE, BY_GROUP, BY_KIND = "source", "groups", "kind"


def predict_held_out(
    rows: pd.DataFrame,
    features: Sequence[str],
    by: str = BY_SOURCE,
    *,
    outcome: str = "alive",
    seed: int = 1,
) -> pd.DataFrame:
    """Predict group survival by a model not trained on its source, kind or fold.

    Parameters
    ----------
    rows
        Groups that count, of one kind unless `by` is ``kind``.
    features
        Columns; with none, the base rate of the training groups.
    by
        ``source``: each source in turn; ``groups``: tenths of the clusters, drawn with
        `seed`; ``kind``: each kind in turn.

    Returns
    -------
    The rows with all features, with ``predicted``; without those for which no model
    could be trained.
    """
    whole = rows.dropna(subset=list(features)).reset_index(drop=True)
    parts = []
    for held in _list_parts(whole, by, seed):
        training, test = whole[~held], whole[held]
        try:
            model = fit_forecast(training, features, outcome)
        except UndeterminedError:  # a single source has no other to learn from
            continue
        parts.append(test.assign(predicted=model.predict(test)))
    empty = whole.iloc[:0].assign(predicted=np.nan)
    return pd.concat(parts).sort_index() if parts else empty


def _list_parts(rows: pd.DataFrame, by: str, seed: int) -> Iterator[np.ndarray]:
    labels = rows[by].to_numpy() if by != BY_GROUP else _draw_tenths(rows, seed)
    for label in pd.unique(labels):
        yield labels == label


def _draw_tenths(rows: pd.DataFrame, seed: int) -> np.ndarray:
    """Assign rows to ten cross-validation folds, whole clusters together."""
    names = rows["source"] + " " + rows["cluster"].astype("str")
    clusters = np.sort(names.unique())
    order = np.random.default_rng(seed).permutation(len(clusters))
    tenth = pd.Series(order % TENTHS, index=clusters)
    return names.map(tenth).to_numpy()
