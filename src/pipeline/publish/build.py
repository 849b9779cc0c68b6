"""Build processed tables of public corpora, byte-identical on each run.

``python -m pipeline data`` (``make data``) runs it.
"""

import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from helpers.citation import read_project
from helpers.derive.measures import DUCKDB
from helpers.derive.tables.derive import Derived, Terms, derive_tables
from helpers.errors import MissingSourceError
from helpers.files import replace_folder
from helpers.paths import PROCESSED
from helpers.records import HOUR_US
from helpers.store.progress import show_stage
from helpers.store.store import write_store
from helpers.study.definitions import TABLES
from helpers.study.ledger import Ledger
from helpers.study.study import FileFacts, Manifest, Study, open_study
from helpers.study.writing import describe_definitions, write_study
from pipeline import corpora
from pipeline.corpora.shared.corpus import KINDS, Corpus
from pipeline.corpora.shared.raw_files import read_recorded
from pipeline.publish.counted import derive_counted, number_group_keys
from pipeline.publish.further import FURTHER

READING = """\
Times are whole microseconds since 1970-01-01 UTC;
ages are elapsed days since a group's origin.
{people}
No text and no person's name or id is included."""
NUMBERED = """\
People are integers numbered by first appearance in the public source: pseudonymous,
not anonymous, since that source links them to accounts."""
COUNTED = "People are counted; no row is about one of them."


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Names of the studies that were rebuilt, and of those without raw files."""

    built: tuple[Study, ...]
    missing: tuple[MissingSourceError, ...]


def rebuild_studies(
    raw: Path | None = None,
    out: Path = PROCESSED,
    studies: Iterable[str] | None = None,
    engine: str = DUCKDB,
) -> Rebuilt:
    """Build all studies that have raw files, and list those that have none."""
    built, missing = [], []
    folder = raw or corpora.find_raw_folder()
    for name in studies or corpora.CORPORA:
        try:
            built.append(build_study(name, folder, out, engine))
        except MissingSourceError as error:
            missing.append(error)
    if missing and not built:
        raise missing[0]
    return Rebuilt(tuple(built), tuple(missing))


def build_study(name: str, raw: Path, out: Path, engine: str = DUCKDB) -> Study:
    """Build the processed tables of one public corpus into a folder, atomically."""
    corpus = corpora.load_corpus(name)
    tally: Counter[str] = Counter()
    counted = corpora.count(name, raw, tally)
    terms = replace(build_terms(corpus), engine=engine)
    if counted is None:
        derived = _derive_from_records(corpus, raw, tally, terms)
    else:
        derived = derive_counted(counted, tally, terms)
    with replace_folder(out / name) as folder:
        write_study(
            folder,
            derived.tables,
            derived.ledger,
            _build_manifest(corpus, derived, tally),
            licence=build_licence_text(corpus),
            readme=lambda whole: build_readme(corpus, whole, derived.ledger),
        )
    return open_study(out / name)


def _derive_from_records(
    corpus: Corpus, raw: Path, tally: Counter[str], terms: Terms
) -> Derived:
    supplements = corpora.read_supplements(corpus.name, raw)
    with tempfile.TemporaryDirectory() as room, show_stage(corpus.name):
        records = corpora.read(corpus.name, raw, tally)
        store = write_store(records, Path(room) / "store", tally)
        extended = replace(store, aside=supplements.aside, entered=supplements.entered)
        zones = {**terms.zones, **supplements.zones}
        terms = replace(terms, entries=supplements.entries, zones=zones)
        also = {name: FURTHER[name] for name in terms.further if name in FURTHER}
        derived = derive_tables(extended, terms, also)
    tables = derived.tables | number_group_keys(
        supplements.tables, derived.tables["groups"]
    )
    if "facts" in tables:  # none of groups that were set aside
        tables["facts"] = tables["facts"].dropna(subset="group")
    if corpus.only:
        listed = tables["groups"].assign(last_us=None, closed_kind=None)
        named = {name: tables[name] for name in (*corpus.only, *supplements.tables)}
        tables = {"registry": listed, **named}
        return replace(derived, tables=tables, quarter_ends=())
    return replace(derived, tables=tables)


def build_terms(corpus: Corpus) -> Terms:
    """Return the settings for computing a public corpus's tables."""
    observability = corpus.observability
    explicit = observability.replies in {"explicit", "mention"}
    return Terms(
        end_us=corpus.end_us,
        day_offset_us=corpus.zone_hours * HOUR_US,
        sender_ids=bool(observability.sender_ids),
        centres_from="explicit" if explicit else observability.replies,
        zones={"": corpus.clock} if corpus.clock else {},
        names=corpus.licence.names,
        members=corpus.licence.members,
        owners=observability.owner_known,
        long_chars=corpus.long_chars,
        further=corpus.further,
        own_addresses=corpus.own_addresses,
    )


def _build_manifest(corpus: Corpus, derived: Derived, tally: Counter[str]) -> Manifest:
    """Build a study's manifest (source, licence, dates) before its tables exist."""
    terms = build_terms(corpus)
    return Manifest(
        study=corpus.name,
        title_en=corpus.title_en,
        title_zh=corpus.title_zh,
        source=corpus.source,
        commit=corpus.commit,
        licence=corpus.licence.name,
        code_version=read_project().version,
        row=corpus.row,
        kind=corpus.kind,
        day_offset_us=terms.day_offset_us,
        time_error_days=corpus.time_error_days,
        centres_from=terms.centres_from,
        frame_notes=corpus.frame_notes,
        gaps=corpus.gaps,
        quarter_ends=derived.quarter_ends,
        observability=corpus.observed(derived.window_us),
        files=tuple(
            FileFacts(file.name, tally[file.name], file.sha256)
            for file in read_recorded(corpus.name)
        ),
        tables={},
    )


def build_licence_text(corpus: Corpus) -> str:
    """Build the text of a study's LICENSE file."""
    return f"{corpus.title_en}\nLicence: {corpus.licence.name}\n\n{corpus.licence.text}"


def build_readme(corpus: Corpus, manifest: Manifest, ledger: Ledger) -> str:
    """Build the text of a study's README.md."""
    has_people = any(TABLES[name].of_people for name in manifest.tables)
    return "\n".join(
        [
            f"# {corpus.title_en}",
            "",
            corpus.title_zh,
            "",
            f"- Source: {corpus.source}",
            f"- Commit: {corpus.commit}",
            f"- Licence of these tables: {corpus.licence.name} (see LICENSE)",
            f"- A raw row is {corpus.row}.",
            f"- Kind of groups: {KINDS[corpus.kind]} (`{corpus.kind}`).",
            f"- Made by `make data`, version {manifest.code_version}.",
            "- Every checksum is in `manifest.json`.",
            "",
            READING.format(people=NUMBERED if has_people else COUNTED),
            *_time_error(manifest),
            "",
            *describe_definitions(manifest, ledger, corpus.words),
        ]
    )


def _time_error(manifest: Manifest) -> list[str]:
    days = manifest.time_error_days
    if not days:
        return []
    off, right = ("a day", "day") if days <= 1 else (f"{days:g} days", "month")
    lies = f"it is in the right calendar {right}."
    return [f"A time may be up to {off} from the true one; {lies}"]
