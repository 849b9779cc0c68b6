"""People's answers about messages, as `shequn label` writes them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.sentiment.labels.sample import write_labels
from helpers.study.own.hand_labels import written
from helpers.study.store.store import Store
from tests.validation.long_way.story import Story


def write(story: Story, keys: Mapping[int, str], store: Store, folder: Path) -> Path:
    """Write `labels.csv` of what people said of a story's posts."""
    path = folder / "labels.csv"
    ids = _ids(story, keys, store)
    rows = story.labels.assign(
        message=story.labels["post"].map(ids),
        group=story.labels["group"].map(keys),
        score=np.nan,
    )
    write_labels(path, rows)
    return path


def _ids(story: Story, keys: Mapping[int, str], store: Store) -> pd.Series[str]:
    """Return the store's word for each post with a text, by its place in its group."""
    stored = written([store])
    place = stored.groupby("group").cumcount()
    names = stored.set_index([stored["group"], place])["message"]
    posts = story.posts[story.posts["post"].isin(story.texts)]
    posts = posts.sort_values(["group", "time_us", "post"])
    whose = posts["group"].map(keys)
    at = pd.MultiIndex.from_arrays([whose, posts.groupby("group").cumcount()])
    return pd.Series(names.loc[at].to_numpy(), posts["post"])
