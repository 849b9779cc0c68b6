"""Compare reserved quarters of ten data sets with the parts used until now.

What is compared was fixed before any quarter was read: each quantity that the shared
part of a data set gives a claim, the silence of groups, and the accuracy of the rules
that read chat. Both parts are built by the same reader and estimated by the same
estimator; a quarter agrees if its estimate lies inside the shared part's 95 % interval.

The committed table was made once, by the code of that day. This module prints its rows
on claims and silence again, by the readings that claims have now.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from helpers.claims.quantity import get_quantity
from helpers.claims.register import get_claim
from helpers.claims.source_descriptions import read_declaration
from helpers.errors import NotIdentifiableError
from helpers.files import read_own_rows
from helpers.group_lives.evidence import Evidence
from helpers.paths import PROCESSED
from helpers.records import DAY_US
from helpers.study.study import Study, open_study
from helpers.study.writing import write_study
from helpers.survival.interval import Interval, compute_exact_interval
from helpers.survival.kaplan_meier import estimate_survival
from pipeline import corpora
from pipeline.corpora.shared.corpus import RawFolder
from pipeline.corpora.shared.raw_files import find_raw_folder
from pipeline.publish.build import build_terms
from pipeline.publish.counted import derive_counted

SHARED, QUARTER = "shared", "heldout_quarter"
TABLE = PROCESSED / "held_out" / "comparison.csv"
CLAIMS = [
    (claim, study)
    for claim, studies in read_own_rows(
        "validation", "held_out.toml", package="pipeline"
    ).items()
    for study in studies
]
REGISTERS = ("london_meetup", "nashville_meetup")  # with groups' lifetimes
SILENT_DAYS = 180  # meet-ups meet about monthly


@dataclass(frozen=True, slots=True)
class Quantity:
    """An estimate of one quantity from one part of a data set; None if refused."""

    claim: str
    study: str
    quantity: str
    interval: Interval | None


def build_part(name: str, raw: Path, part: str, out: Path) -> Study:
    """Build the tables of one part of a counted source, as `pipeline data` would."""
    corpus = corpora.load_corpus(name)
    folder = raw / name if part == SHARED else raw / name / QUARTER
    files = sorted(file.name for file in folder.glob("*.csv.gz"))
    tally: Counter[str] = Counter()
    counted = corpora.count_folder(name, RawFolder(folder, files, tally))
    derived = derive_counted(counted, tally, build_terms(corpus))
    whole = open_study(name).manifest
    manifest = replace(
        whole, observability=corpus.observed(derived.window_us), files=(), tables={}
    )
    (out / name).mkdir(parents=True)
    write_study(
        out / name,
        derived.tables,
        derived.ledger,
        manifest,
        licence="",
        readme=lambda _: "",
    )
    return open_study(out / name)


def estimate_claims(part: dict[str, Study]) -> Iterator[Quantity]:
    """Yield the estimates of the claims that the data sets bear on, by reading."""
    for claim, study in CLAIMS:
        carried = read_declaration(study).carries
        for reading in get_claim(claim).readings:
            for name in filter(carried.__contains__, reading.quantities):
                found, evidence = None, Evidence.of(part[study])
                with suppress(NotIdentifiableError):  # where the data are too few
                    found = get_quantity(name).estimate(evidence, **reading.params)
                yield Quantity(claim, study, reading.label.en, found)


def estimate_silence(part: dict[str, Study]) -> Iterator[Quantity]:
    """Yield how many groups ever met, and how many of these no longer do at an age."""
    for study in REGISTERS:
        groups = part[study].table("registry")
        met = groups["last_us"].notna()
        share = compute_exact_interval(int(met.sum()), len(groups))
        yield Quantity("", study, "groups with any event, of those listed", share)
        rows = groups[met]
        age = (rows["last_us"] - rows["origin_us"]) / DAY_US
        entry = (rows["entry_us"] - rows["origin_us"]) / DAY_US
        watched = (rows["end_us"] - rows["origin_us"]) / DAY_US - SILENT_DAYS
        ended = age < watched
        days = np.where(ended, age, watched)
        kept = (watched >= 0) & ((entry <= 0) | (days > entry))
        curve = estimate_survival(
            np.maximum(days[kept], 0), ended[kept], entry[kept]
        ).from_at_risk()
        for horizon in (105, 365):
            alive = curve.interval(horizon)
            dead = Interval(
                1 - alive.estimate,
                1 - alive.high,
                1 - alive.low,
                level=alive.level,
                method=alive.method,
                n=int(kept.sum()),
                clusters=int(kept.sum()),
            )
            words = (
                f"no event for {SILENT_DAYS} days after the last one, by day {horizon},"
                " of groups with any event"
            )
            yield Quantity("", study, words, dead)


def estimate_part(raw: Path, part: str) -> list[Quantity]:
    """Estimate all quantities from one part: ``shared`` or ``heldout_quarter``."""
    with tempfile.TemporaryDirectory() as room:
        names = sorted({study for _, study in CLAIMS})
        studies = {name: build_part(name, raw, part, Path(room)) for name in names}
        return [*estimate_claims(studies), *estimate_silence(studies)]


def compare(shared: Quantity, quarter: Quantity) -> dict[str, object]:
    """Compare two parts' estimates: inside or not, and the interval of the difference.

    The interval of the difference is recovered from both intervals (MOVER).

    Zou and Donner (2008), Statistics in Medicine 27, 1693–1702.
    """
    words = {key: getattr(shared, key) for key in ("claim", "study", "quantity")}
    ours, theirs = shared.interval, quarter.interval
    told = words | _describe("shared", ours) | _describe("quarter", theirs)
    if ours is None or theirs is None:
        return told
    gap = theirs.estimate - ours.estimate
    below = np.hypot(theirs.estimate - theirs.low, ours.high - ours.estimate)
    above = np.hypot(theirs.high - theirs.estimate, ours.estimate - ours.low)
    return told | {
        "inside": ours.low <= theirs.estimate <= ours.high,
        "difference": gap,
        "difference_low": gap - below,
        "difference_high": gap + above,
    }


def _describe(part: str, found: Interval | None) -> dict[str, object]:
    if found is None:
        return {}
    return {
        part: found.estimate,
        f"{part}_low": found.low,
        f"{part}_high": found.high,
        f"{part}_n": found.n,
    }


def compare_parts(raw: Path) -> pd.DataFrame:
    """Compare each estimate from the quarter with that of the shared part."""
    pairs = zip(estimate_part(raw, SHARED), estimate_part(raw, QUARTER), strict=True)
    table = pd.DataFrame([compare(*pair) for pair in pairs])
    counts = {"shared_n": "Int64", "quarter_n": "Int64", "inside": "boolean"}
    return table.astype(counts)


if __name__ == "__main__":
    given = Path(sys.argv[1]) if len(sys.argv) > 1 else find_raw_folder()
    print(compare_parts(given).to_csv(index=False, float_format="%.6g"))
