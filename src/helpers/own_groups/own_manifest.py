"""Manifest, README and licence of the study of a user's own groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import helpers
from helpers.files import compute_checksum_of_parts
from helpers.formats.rows.frame import OTHER_CHATS
from helpers.own_groups.listing import Listing
from helpers.own_groups.user_metadata import UserMetadata, compute_day_offset_us
from helpers.records import Observability
from helpers.study.publish.readme import describe_definitions
from helpers.study.publish.study import NETWORK, YOURS, FileFacts, Manifest
from helpers.study.store.exports import Exports
from helpers.study.tables.derive.derive import Derived
from helpers.study.tables.ledger import Ledger
from helpers.wording import join_messages, say, say_plural

FRAME_NOTES = (
    say("down: groups that were left, deleted or never exported are not here"),
    say(
        "down: an export may begin after its group did; such a group had"
        " survived by then"
    ),
)
LICENCE = """Your groups
Licence: yours

These tables were made from exports of yours. They hold no text, no name and no id, but
rows about single people under a number: whoever knows the group may recognise them.
Keep them to yourself; the site beside them was made to be shown.
"""
WORDS = {
    "paid": "whether entry cost anything (groups.csv)",
    "fee": "the price of entry",
    "offline_first": "whether members met in person before the group began",
    "rules": "whether it had rules",
    "rules_day": "since when",
    "cap": "most members allowed",
    "stated": "a link whose parent groups.csv names",
    "type: …": "1 for the type given; so for purpose and platform",
}
READING = """\
Times are whole microseconds since 1970-01-01 UTC;
ages are elapsed days since a group's origin.
Groups go by keyed hashes; the key lies in your own configuration folder.
People are integers numbered by first appearance.
There is no text here, and no person's name or id."""


READ_BY_RUN = say("exports read by shequn run")


def build_own_manifest(
    exports: Exports,
    shown: Observability,
    listed: Listing,
    derived: Derived,
    metadata: UserMetadata,
) -> Manifest:
    """Build the manifest (source, dates, gaps) of the study of a user's groups."""
    forms = sorted({entry.form for entry in exports.entries})
    sources = sorted(entry.source for entry in exports.entries)
    window = replace(shown, window_us=derived.window_us)
    offset = compute_day_offset_us(metadata.zone, max(listed.ends.values()))
    return Manifest(
        study=NETWORK,
        title_en="Your groups",
        title_zh="你的群",
        source=f"{READ_BY_RUN}: {', '.join(forms)}",
        commit=compute_checksum_of_parts(sources)[:12],
        licence=YOURS,
        code_version=helpers.__version__,
        row=say("a message of an export"),
        day_offset_us=offset,
        time_error_days=0.0 if shown.time_zone_known else 1.0,
        centres_from=shown.replies,
        frame_notes=FRAME_NOTES,
        gaps=list_gaps(exports, listed.undated, metadata.left),
        quarter_ends=derived.quarter_ends,
        observability=window,
        files=tuple(
            _name_export(name, rows) for name, rows in _count_by_format(exports).items()
        ),
        tables={},
    )


def _count_by_format(exports: Exports) -> dict[str, int]:
    rows: dict[str, int] = {}
    for entry in exports.entries:
        rows[entry.name] = rows.get(entry.name, 0) + entry.read
    return rows


def _name_export(name: str, rows: int) -> FileFacts:
    """Return an export's file name and rows without its checksum, for privacy."""
    return FileFacts(name, rows, "")


def list_gaps(
    exports: Exports, undated: int, left: Mapping[str, int]
) -> tuple[str, ...]:
    """List what a user's exports do not cover and what is assumed, as sentences.

    Parameters
    ----------
    left
        How many exports were left aside, by reason.
    """
    without_date = say_plural(
        "{n} group without any line or date is left out",
        "{n} groups without any line or date are left out",
        n=undated,
    )
    sentences = (
        _describe_left_out(left, len(exports.entries)),
        *_describe_other_chats(exports),
        without_date if undated else "",
        *describe_assumed_days(exports),
        *_describe_notes(exports),
    )
    return tuple(filter(None, sentences))


def describe_assumed_days(exports: Exports) -> list[str]:
    """Describe the export days assumed for exports that state none."""
    own, together = exports.assumed
    sentences = []
    if own:
        sentences.append(
            say_plural(
                "{n} export does not say when it was made: it counts as made at its"
                " last line, so no silence is seen after it; --exported says when",
                "{n} exports do not say when they were made: each counts as made at its"
                " own last line, so no silence is seen after it; --exported says when",
                n=own,
            )
        )
    if together:
        sentences.append(
            say(
                "{n} exports do not say when they were made: they end on the same few"
                " days, so all count as made at the last line of any; --exported says"
                " when",
                n=together,
            )
        )
    return sentences


def _describe_notes(exports: Exports) -> list[str]:
    counts = Counter[str]()
    for entry in exports.entries:
        counts.update(entry.notes)
    return [
        say("{what}: {n:,}", what=what, n=number)
        for what, number in sorted(counts.items())
    ]


def _describe_left_out(left: Mapping[str, int], read: int) -> str:
    n_left = sum(left.values())
    if not n_left:
        return ""
    whole = say("{n} of {every} exports were not read", n=n_left, every=n_left + read)
    reasons = (say("{n} {why}", n=n, why=why) for why, n in sorted(left.items()))
    return join_messages("; ", (whole, *reasons))


def _describe_other_chats(exports: Exports) -> list[str]:
    counts = Counter[str]()
    for entry in exports.entries:
        counts.update(entry.others)
    return [
        say(
            "{what} are no groups and are left out: {n}",
            n=number,
            what=OTHER_CHATS[word],
        )
        for word, number in sorted(counts.items())
    ]


def build_own_readme(manifest: Manifest, ledger: Ledger, k: int) -> str:
    """Return the text of the study's README.md, small counts of people masked."""
    return "\n".join(
        [
            f"# {manifest.title_en}",
            "",
            manifest.title_zh,
            "",
            f"- Source: {manifest.source}",
            f"- Made by `shequn run`, version {manifest.code_version}.",
            "- Every checksum is in `manifest.json`.",
            "",
            READING,
            "",
            *describe_definitions(manifest, ledger, WORDS, k),
        ]
    )
