"""The manifest of a user's study."""

from __future__ import annotations

from dataclasses import replace

import helpers
from helpers.files import checksum_of
from helpers.records import Observability
from helpers.study.own.listing import NETWORK, Listing
from helpers.study.own.own_readme import FRAME_BIAS, FRAME_NOTES, gaps
from helpers.study.own.user_metadata import Wishes, day_offset_us
from helpers.study.publish.manifest import YOURS, FileFacts, Manifest
from helpers.study.store.exports import Exports
from helpers.study.tables.derive.derive import Derived


def own_manifest(
    exports: Exports,
    shown: Observability,
    listed: Listing,
    derived: Derived,
    wishes: Wishes,
) -> Manifest:
    """Return the manifest of a user's study, its tables still to be named."""
    forms = sorted({entry.form for entry in exports.entries})
    sources = sorted(entry.source for entry in exports.entries)
    window = replace(shown, window_us=derived.window_us)
    offset = day_offset_us(wishes.zone, max(listed.ends.values()))
    return Manifest(
        study=NETWORK,
        title_en="Your groups",
        title_zh="你的群",
        source=f"exports read by shequn run: {', '.join(forms)}",
        commit=checksum_of(sources)[:12],
        licence=YOURS,
        code_version=helpers.__version__,
        row="a message of an export",
        day_offset_us=offset,
        time_error_days=_time_error(shown),
        centres_from=shown.replies,
        looked_at=False,
        frame_notes=FRAME_NOTES,
        frame_bias=FRAME_BIAS,
        pooled=True,
        gaps=gaps(exports, listed.undated, wishes.left),
        quarter_ends=derived.quarter_ends,
        observability=window,
        files=tuple(_file(name, rows) for name, rows in _read(exports).items()),
        tables={},
    )


def _time_error(shown: Observability) -> float:
    """Return how far a clock on the wall may be off when its zone is not known."""
    return 0.0 if shown.time_zone_known else 1.0


def _read(exports: Exports) -> dict[str, int]:
    rows: dict[str, int] = {}
    for entry in exports.entries:
        rows[entry.name] = rows.get(entry.name, 0) + entry.read
    return rows


def _file(name: str, rows: int) -> FileFacts:
    """Name an export; its own checksum would tell whoever has it that it is here."""
    return FileFacts(name, rows, "")
