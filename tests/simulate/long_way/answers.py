"""People's answers about messages, as `shequn label` writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from helpers.sentiment.sample import write_labels
from helpers.study.to_label import written

if TYPE_CHECKING:
    from pathlib import Path

    from tests.simulate.long_way.exported import Exported
    from tests.simulate.long_way.story import Story

__all__ = ["write"]


def write(story: Story, made: Exported, folder: Path) -> Path:
    """Write `labels.csv` of what people said of a story's posts."""
    path = folder / "labels.csv"
    ids = _ids(story, made)
    rows = story.labels.assign(
        message=story.labels["post"].map(ids),
        group=story.labels["group"].map(made.keys),
        score=np.nan,
    )
    write_labels(path, rows)
    return path


def _ids(story: Story, made: Exported) -> pd.Series[str]:
    """Return the store's word for each post with a text, by its place in its group."""
    stored = written([made.store])
    place = stored.groupby("group").cumcount()
    names = stored.set_index([stored["group"], place])["message"]
    posts = story.posts[story.posts["post"].isin(story.texts)]
    posts = posts.sort_values(["group", "time_us", "post"])
    keys = posts["group"].map(made.keys)
    at = pd.MultiIndex.from_arrays([keys, posts.groupby("group").cumcount()])
    return pd.Series(names.loc[at].to_numpy(), posts["post"])
