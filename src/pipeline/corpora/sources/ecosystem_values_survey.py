"""A survey of developers of software ecosystems: how they rank eleven values."""

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.surveys import count_ranks

READING = read_description("ecosystem_values_survey")["reading"]
PREFIX, MIXED = "value.my.", "other"
LEAST = 3  # complete responses of an ecosystem


def count(raw: RawFolder) -> Counted:
    """Build the list of software ecosystems, and sums of their value ranks.

    Ratings are ranked within the respondent, the most important value first; ties
    share their mean rank.
    """
    rows = raw.rows("responses.csv.gz")
    names = [name for name in rows if str(name).startswith(PREFIX)]
    scale = {word: nth for nth, word in enumerate(READING["importance"])}
    ratings = rows[names].apply(lambda column: column.map(scale))
    mixed = rows["ecosystem"].eq(MIXED) | rows["ecosystem"].isna()
    whole = ratings.notna().all(axis=1) & ~mixed
    ranks = ratings[whole].rank(axis=1, ascending=False)
    named = ranks.rename(columns=lambda name: str(name).removeprefix(PREFIX))
    return count_ranks(
        named,
        rows.loc[whole, "ecosystem"],
        LEAST,
        {
            "several small ecosystems as one": int(mixed.sum()),
            "ratings incomplete": int((~whole & ~mixed).sum()),
        },
        **READING["registry"],
    )
