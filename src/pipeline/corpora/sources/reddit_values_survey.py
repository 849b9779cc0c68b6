"""A survey of members of one site's communities: how they rank nine values."""

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.surveys import count_ranks

SUFFIX = "_rank"
LEAST = 5  # complete responses of a community: no licence is stated


def count(raw: RawFolder) -> Counted:
    """Build the list of surveyed communities and sums of their value ranks."""
    rows = raw.rows("responses.csv.gz")
    names = [name for name in rows if str(name).endswith(SUFFIX)]
    whole = rows[rows[names].notna().all(axis=1)]
    key = "community " + whole["group"].astype(str)
    ranks = whole[names].rename(columns=lambda name: str(name).removesuffix(SUFFIX))
    return count_ranks(
        ranks,
        key,
        LEAST,
        {"ranks incomplete": len(rows) - len(whole)},
        **read_description("reddit_values_survey")["reading"],
    )
