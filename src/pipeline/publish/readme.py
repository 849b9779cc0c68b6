"""README and LICENSE of a public study, generated from its table definitions."""

from helpers.study.definitions import TABLES
from helpers.study.ledger import Ledger
from helpers.study.study import Manifest
from helpers.study.writing import describe_definitions
from pipeline.corpora.shared.corpus import Corpus

READING = """\
Times are whole microseconds since 1970-01-01 UTC;
ages are elapsed days since a group's origin.
{people}
No text and no person's name or id is included."""
NUMBERED = """\
People are integers numbered by first appearance in the public source: pseudonymous,
not anonymous, since that source links them to accounts."""
COUNTED = "People are counted; no row is about one of them."


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
            f"- Kind of groups: {corpus.kind_in_words} (`{corpus.kind}`).",
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
