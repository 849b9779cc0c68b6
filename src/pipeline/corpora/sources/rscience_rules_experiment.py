"""A randomised trial in a forum: displayed rules and newcomers' comments."""

import numpy as np
import pandas as pd

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.registers import build_registry

POSTS, KEY = "posts.csv.gz", "science"
WITHDRAWN = ("nonama.block037", "nonama.block058", "nonama.block222")


def count(raw: RawFolder) -> Counted:
    """Build tables of the trial: discussions by randomisation block and arm."""
    posts = raw.rows(POSTS)
    kept = posts[~posts["block.id"].isin(WITHDRAWN)]
    return Counted(
        build_registry(KEY, **read_description("rscience_rules_experiment")["reading"]),
        {"block_trial": _build_trial(kept)},
        {"discussion in a block that the author withdrew": len(posts) - len(kept)},
        {"discussions": len(kept)},
    )


def _build_trial(posts: pd.DataFrame) -> pd.DataFrame:
    ordered = posts.sort_values(["created", "block.id"], kind="stable")
    session = ordered["post.ama"].astype(bool)
    return pd.DataFrame(
        {
            "key": KEY,
            "block": ordered["block.id"].rank(method="dense").astype("int64") - 1,
            "unit": np.arange(len(ordered)),
            "treated": ordered["TREAT"].eq(1),
            "stratum": np.where(session, "question session", "discussion"),
            "visible": ordered["visible"].astype(bool),
            "entered": ordered["newcomer.comments"],
            "removed": ordered["newcomer.comments.removed"],
        }
    )
