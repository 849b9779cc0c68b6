"""The answers to all claims, computed from the tables of public studies and stored.

``python -m pipeline answers`` says what differs from the stored ones; ``--write``
stores what was computed, byte for byte.
"""

import json
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
import numpy as np
import pandas as pd
from scipy import stats

from helpers import paths
from helpers.citation import read_project
from helpers.claims.computation import round_numbers
from helpers.claims.estimate import (
    OWN,
    Estimate,
    build_estimate,
    estimate_places,
    to_frame,
    try_estimate,
)
from helpers.claims.own.partial import Combined, combine_with_own
from helpers.claims.own.shares import (
    COUNTS,
    COVERED,
    FILE,
    SIZES,
    list_own_readings,
    pool_elsewhere,
)
from helpers.claims.pooling import pool_estimates
from helpers.claims.printed import read_publications
from helpers.claims.quantity import get_quantity
from helpers.claims.register import (
    Claim,
    Reading,
    get_claim,
    list_variants,
    read_register,
)
from helpers.claims.source_descriptions import Declared, name_study, read_declaration
from helpers.claims.store import FOLDER, Answers, read_answers
from helpers.errors import ShequnError, name_broken_row
from helpers.files import read_own_rows, write_csv, write_text
from helpers.group_lives.evidence import Evidence
from helpers.group_lives.last_activity import read_dates
from helpers.study import Study, open_studies
from helpers.survival.interval import compute_wilson_interval
from pipeline.row_checks import check_claim, check_publications, check_source

TYPES = {"f": "number", "i": "integer", "b": "boolean"}


def recompute_answers(claim_id: str = "", *, write: bool = False) -> list[str]:
    """Compute all answers again, or one; return what differs from the stored ones."""
    computed = compute_answers(claim_id)
    is_there = (paths.PROCESSED / FOLDER / "answers.csv").exists()
    is_new = write and not claim_id and not is_there
    stored = computed if is_new else read_answers()
    if claim_id:
        computed = _replace_claim(stored, computed, claim_id)
    differences = list_differences(stored, computed)
    if write:
        target = paths.PROCESSED / FOLDER
        for name, table in computed._asdict().items():
            write_csv(target / f"{name}.csv", table)
        write_text(target / "datapackage.json", build_descriptor(computed))
        read_answers.cache_clear()
        write_csv(FILE, tabulate_coverage(), digits=4)
    return differences


def compute_answers(claim_id: str = "") -> Answers:
    """Compute all answers from the tables of public studies, or those of one claim."""
    studies = open_studies()
    for study in studies:
        check_source(study.name)
    evidence = open_evidence(studies)
    claims = {claim_id: get_claim(claim_id)} if claim_id else read_register()
    check_publications()
    for claim in claims.values():
        check_claim(claim)
    rows: list[Estimate] = []
    for claim in _show_progress(list(claims.values())):
        found = [*estimate_claim(claim, evidence)]
        _check_readings(claim, evidence, found)
        rows += found
    if not claim_id:
        check_declarations(claims.values(), evidence, rows)
    estimates = round_numbers(to_frame(rows))
    return Answers(round_numbers(pool_estimates(estimates, claims)), estimates)


def _check_readings(
    claim: Claim, sources: Iterable[str], found: Sequence[Estimate]
) -> None:
    """Raise if sources carry a reading but none gives an estimate of it."""
    there = {row.reading for row in found}
    carried = {name for one in sources for name in read_declaration(one).carries}
    for reading in claim.readings:
        if reading.key not in there and not carried.isdisjoint(reading.quantities):
            with name_broken_row(f"claims.toml, {claim.id}, {reading.key}"):
                raise ValueError("no source gives an estimate of this reading")


def open_evidence(studies: Iterable[Study]) -> dict[str, Evidence]:
    """Return the tables of the public studies that declare any quantity, by name."""
    return {
        study.name: Evidence.of(study)
        for study in studies
        if study.name != OWN and read_declaration(study.name).carries
    }


def estimate_claim(
    claim: Claim, evidence: Mapping[str, Evidence]
) -> Iterator[Estimate]:
    """Yield the estimates of a claim in public studies, and the published ones."""
    for reading in claim.readings:
        for key, variant in list_variants(reading):
            for name, tables in evidence.items():
                declared = read_declaration(name)
                yield from _estimate_in_source(claim, key, variant, tables, declared)
        for row in list_published(claim.id, reading.key):
            yield Estimate(claim=claim.id, reading=reading.key, **row)


def check_declarations(
    claims: Iterable[Claim],
    evidence: Mapping[str, Evidence],
    estimates: Iterable[Estimate],
) -> None:
    """Raise unless each quantity that a source declares gave an estimate of it."""
    there = {(name_study(row.study), row.claim, row.reading) for row in estimates}
    readings = [
        (claim.id, key, variant.quantities)
        for claim in claims
        for reading in claim.readings
        for key, variant in list_variants(reading)
    ]
    for source in evidence:
        for name in read_declaration(source).carries:
            keys = {(source, id_, key) for id_, key, names in readings if name in names}
            if keys and not there & keys:
                raise ShequnError(
                    f"declares {name}, which its tables cannot give",
                    where=source,
                    remedy="take the quantity out of its description, or make its "
                    "tables again with `python -m pipeline data`",
                )


def _estimate_in_source(
    claim: Claim, key: str, reading: Reading, tables: Evidence, declared: Declared
) -> Iterator[Estimate]:
    """Yield the estimates of a reading in one source: its places, then their parts."""
    for name in reading.quantities:
        carried = declared.carries.get(name)
        if carried is None:
            continue
        quantity = get_quantity(name)
        found = estimate_places(quantity, tables, reading.params)
        keys = (claim.id, key)
        for where, interval in found.items():
            yield build_estimate(
                keys, where, declared.kind, interval, carried, unit=quantity.unit
            )
        if "~" in key:
            continue
        part = msgspec.structs.replace(carried, role="part")
        for inner, own in split_parts(tables).items():
            for interval in try_estimate(quantity, own, reading.params):
                place = f"{tables.name}: {inner}"
                yield build_estimate(
                    keys, place, declared.kind, interval, part, unit=quantity.unit
                )


def split_parts(evidence: Evidence) -> dict[str, Evidence]:
    """Return the parts of a place by name: groups with a fact, and the rest."""
    for fact in read_dates(evidence.name).parts:
        rows = evidence.table("facts")
        own = rows.loc[rows["fact"].eq(fact) & rows["value"].eq(1), "group"]
        rest = evidence.groups.loc[~evidence.groups["group"].isin(own), "group"]
        return {fact: evidence.only(own), "others": evidence.only(rest)}
    return {}


def _replace_claim(stored: Answers, computed: Answers, claim_id: str) -> Answers:
    """Return the stored answers with those of one claim computed again."""
    order = {name: place for place, name in enumerate(read_register())}
    both = [
        pd.concat([old[old["claim"].ne(claim_id)], new]).sort_values(
            "claim", key=lambda names: names.map(order), kind="stable"
        )
        for old, new in zip(stored, computed, strict=True)
    ]
    return Answers(*both)


def _show_progress(claims: Sequence[Claim]) -> Iterator[Claim]:
    """Yield claims, and show on a terminal how many are done."""
    start = time.process_time()
    for number, claim in enumerate(claims, 1):
        yield claim
        if sys.stderr.isatty():
            spent = time.process_time() - start
            sys.stderr.write(
                f"\r{number} of {len(claims)} claims, {spent:.0f} s of CPU"
            )
            sys.stderr.flush()
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def build_descriptor(answers: Answers) -> str:
    """Return the Frictionless descriptor of the stored answers, as JSON text."""
    project, told = read_project(), read_own_rows("answers.toml", package="pipeline")
    resources = [
        {
            "name": name,
            "path": f"{name}.csv",
            "profile": "tabular-data-resource",
            "title": told["tables"][name],
            "schema": {
                "fields": [
                    {
                        "name": column,
                        "type": TYPES.get(table[column].dtype.kind, "string"),
                        "description": told["columns"][column],
                    }
                    for column in table
                ]
            },
        }
        for name, table in answers._asdict().items()
    ]
    package = {
        "profile": "tabular-data-package",
        "name": "shequn-answers",
        "title": "Answers to claims about online groups, and their estimates",
        **project.frozen,
        "licenses": [{"name": project.licence}],
        "resources": resources,
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def list_differences(stored: Answers, computed: Answers) -> list[str]:
    """Return a line for each stored row that differs from the computed one."""
    lines = []
    for name, old, new in zip(Answers._fields, stored, computed, strict=True):
        before, after = (
            table.to_csv(index=False, lineterminator="\n").splitlines()
            for table in (old, new)
        )
        changed = sorted(set(before) ^ set(after))
        lines += [f"{name}: {line}" for line in changed]
    return lines


TRUTHS = [step / 20 for step in range(1, 19)]


def tabulate_coverage() -> pd.DataFrame:
    """Tabulate coverage and width by reading, number of own groups and true share.

    The chances of each count are binomial, so that nothing is simulated.
    """
    return pd.DataFrame(
        [
            {"claim": claim.id, "reading": reading.key, "groups": size, **row}
            for claim, reading in list_own_readings()
            if COUNTS.keys() & set(reading.quantities)
            and (known := pool_elsewhere(claim, reading)) is not None
            for size in SIZES
            for row in _score_ranges(
                [combine_with_own(known, n, size) for n in range(size + 1)]
            )
        ]
    )


def _score_ranges(found: list[Combined]) -> Iterator[dict[str, float]]:
    """Score the ranges of every count under each true share."""
    for truth in TRUTHS:
        chances = stats.binom.pmf(np.arange(len(found)), len(found) - 1, truth)
        row = {"share": truth}
        for way in COVERED:
            _, low, high = np.array([getattr(one, way) for one in found]).T
            held = (low <= truth) & (truth <= high)
            row[f"coverage_{way}"] = float(chances @ held)
            row[f"width_{way}"] = float(chances @ (high - low))
        yield row


def list_published(claim: str, reading: str) -> Iterator[dict[str, Any]]:
    """Yield the published estimates of a reading, as rows without claim and reading.

    Numbers without a size that could be read are shown without an interval.
    """
    for key, publication in read_publications().items():
        for found in publication.found:
            if (found.claim, found.reading) != (claim, reading):
                continue
            low = high = float("nan")
            if found.n:
                count = round(found.share * found.n)
                interval = compute_wilson_interval(count, found.n)
                low, high = interval.low, interval.high
            yield {
                "study": key,
                "kind": "published",
                "role": "published",
                "estimate": found.share,
                "low": low,
                "high": high,
                "n": found.n,
                "unit": found.unit,
            }
