"""Effects printed in studies of online groups: treatment, outcome and number.

Limits without an estimate are a range or a bound of estimates, and no interval; a
treatment "as above" is written out.
"""

import numpy as np
import pandas as pd

from helpers.errors import BrokenFileError
from helpers.files import read_description
from pipeline.corpora.shared.corpus import Counted, RawFolder
from pipeline.corpora.shared.registers import build_registry, correct_rows

TRIALS = "trials.csv"
ABOVE = "as above"
NOTHING = {"difference": 0.0, "ratio": 1.0, "log": 0.0}  # no effect, on each scale
TRANSLATED = ("practice", "outcome")


def count(raw: RawFolder) -> Counted:
    """Build the table of effects, and the list of studies that printed them."""
    trials = _describe_effects(raw.rows(TRIALS, dtype={"year": str}))
    studies = trials.drop_duplicates("key")
    registry = build_registry(
        studies[["key"]].reset_index(drop=True),
        network=studies["platform"].to_numpy(),
        **read_description("published_trials")["reading"],
    )
    return Counted(registry, {"trials": trials}, {}, {"effects": len(trials)})


def _describe_effects(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each effect with its study, its interval if it has one, and in Chinese."""
    unknown = ~rows["scale"].isin(NOTHING.keys()).to_numpy()
    if unknown.any():
        raise BrokenFileError(
            f"line {int(unknown.argmax()) + 2} is on a scale without a description",
            where=TRIALS,
            remedy=f"write one of {', '.join(NOTHING)}",
        )
    facts = read_description("published_trials")
    chinese, said = facts["chinese"], pd.DataFrame(facts["said"], ["said", "said_zh"]).T
    rows = correct_rows(rows, facts["corrected"])
    above = rows["treatment"].str.startswith(ABOVE)
    first = rows["treatment"].where(~above).ffill()
    rest = rows["treatment"].where(above, "").str.removeprefix(ABOVE)
    written = rows.assign(treatment=first + rest).join(said, on="id")
    return written.assign(
        key=written["authors"] + ": " + written["title"],
        number=np.arange(len(rows)),
        trial=written["id"],
        null=written["scale"].map(NOTHING),
        points=written["id"].isin(facts["own"]["points"]),
        **written[["low", "high"]].where(written["estimate"].notna()),
        treatment_zh=first.map(chinese) + rest.map(chinese).fillna(""),
        **{f"{name}_zh": written[name].map(chinese) for name in TRANSLATED},
    )
