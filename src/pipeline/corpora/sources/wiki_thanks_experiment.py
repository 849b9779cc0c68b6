"""A randomised trial on four Wikipedias: one account of each pair was thanked."""

import pandas as pd

from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.registers import build_registry

READING = read_description("wiki_thanks_experiment")["reading"]
STRATA = {  # newcomers: the treated one, the control
    (True, True): "two newcomers",
    (True, False): "newcomer treated",
    (False, True): "newcomer control",
    (False, False): "no newcomer",
}


def count(raw: RawFolder) -> Counted:
    """Build the list of Wikipedias, and counts of account pairs by outcome."""
    accounts = raw.rows("participants.csv.gz")
    return Counted(
        build_registry(
            pd.DataFrame(READING["groups"].items(), columns=["key", "label"]),
            **READING["registry"],
        ),
        {"paired_trial": count_pairs(accounts)},
        {},
        {"accounts in pairs": len(accounts)},
    )


def count_pairs(accounts: pd.DataFrame) -> pd.DataFrame:
    """Count pairs of trial accounts by language, experience and outcome."""
    rows = accounts.assign(
        key=accounts["lang"],
        newcomer=accounts["prev.experience.assignment"].eq("bin_0"),
        stayed=accounts["two.week.retention"].astype(bool),
        reached=accounts["complier"].astype(bool),
        registered=accounts["year"].notna(),
    )
    treated = rows["randomization.arm"].eq(1)
    pairs = rows[treated].merge(
        rows[~treated],
        on=["block", "key"],
        suffixes=("", "_control"),
        validate="one_to_one",
    )
    newcomers = zip(pairs["newcomer"], pairs["newcomer_control"], strict=True)
    columns = {"stayed": "treated_stayed", "stayed_control": "control_stayed"}
    traits = ["key", "stratum", "reached", "registered", *columns.values()]
    return (
        pairs.assign(
            stratum=[STRATA[pair] for pair in newcomers],
            registered=pairs["registered"] & pairs["registered_control"],
        )
        .rename(columns=columns)
        .groupby(traits, as_index=False)
        .size()
        .rename(columns={"size": "pairs"})
    )
