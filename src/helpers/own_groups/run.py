"""`shequn run`: from exports to store, study, pages and chapters in one folder."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pandas as pd

from helpers.derive.doubts import describe_signs
from helpers.errors import (
    AmbiguousFormatError,
    BrokenFileError,
    MediaError,
    NotIdentifiableError,
    PartlyReadError,
    ShequnError,
    ShiftedClockError,
    UnforeseenError,
    UnknownFormatError,
    report_system_errors,
)
from helpers.files import (
    LOCK,
    describe_files,
    keep_private,
    lock_folder,
    replace_folder,
    restrict_to_owner,
    to_csv_text,
)
from helpers.formats.reading.dates import UndecidedDateOrderError
from helpers.formats.reading.source import Options
from helpers.library.messages import (
    Exported,
    PathLike,
    check_given_day,
    check_options,
    check_told_days,
    list_places,
    read_exported,
    warn_of_zone,
)
from helpers.machine import has_extra, require_extra
from helpers.observed import describe_observation
from helpers.own_groups.group_facts import GroupFacts, read_group_facts
from helpers.own_groups.listing import hide_owners
from helpers.own_groups.plan import PAGE, PICTURE, PRIVATE, Plan, build_adjustments
from helpers.own_groups.record import KEPT, STORE, keep_adjustments
from helpers.own_groups.stages import Stages, sum_inputs
from helpers.own_groups.user_study import UserMetadata, publish_tables, read_observed
from helpers.records import to_day_end_us
from helpers.small_counts import ENOUGH_GROUPS, PEOPLE, mask_frame, show_counts_from
from helpers.store.exports import MANIFEST, Exports, open_exports
from helpers.store.ingest import Ingested, Terms, ingest_exports
from helpers.store.progress import show_stage
from helpers.study.definitions import TABLES as DEFINED
from helpers.study.definitions import Table
from helpers.study.study import OF_A_RUN, Study, open_study
from helpers.time_zones import DEFAULT_ZONE
from helpers.wording import Verbatim, say, say_plural
from helpers.wording.terminal import is_chinese_locale, to_system_language

if TYPE_CHECKING:
    from helpers.own_groups.cards.card import Card

READ, TABLES, CHAPTERS = "read", "tables", "chapters"
PRIVATE_PARTS = (STORE, Path(OF_A_RUN).parts[0], TABLES, CHAPTERS, PRIVATE)
OPEN_MODE = 0o644
REASONS = (
    (UnknownFormatError, say("of no format that is known")),
    (AmbiguousFormatError, say("of more than one format (say --format)")),
    (
        UndecidedDateOrderError,
        say("of which days and months can't be told (--date-order)"),
    ),
    (UnforeseenError, say("on which the reader failed")),
)
TOGETHER = say("{option} cannot be combined with {names}")
MOST_PAIRS = 5  # of groups with the same messages that are printed
PLACED = say("Times are in {zone}. Your groups: {page}")
OF_EARLIER = say("{page} is of an earlier run; --mine writes it again")
BROKEN = say("damaged, empty or refused")


class Done(NamedTuple):
    """The result of `shequn run`: study, its page, and unreadable exports."""

    study: Study
    page: Path
    refused: tuple[BrokenFileError, ...]


def run_study(plan: Plan) -> Done:
    """Run `shequn run` from exports to pages, skipping exports already read."""
    _check_folder(plan)
    with (
        keep_private(),
        report_system_errors(str(plan.out)),
        _leave_no_empty_folder(plan.out),
        lock_folder(plan.out),
        show_counts_from(plan.k),
    ):
        for name in PRIVATE_PARTS:  # of an earlier version
            restrict_to_owner(plan.out / name)
        study, refused = make_study(plan)
        plan.describe(study, refused)
        page = _renew_pages(study, plan, refused)
        if plan.counts is not None:
            # few runs need it
            from helpers.own_groups.report.counts import write_counts  # noqa: PLC0415

            line = say(
                "counts to give away: {file}; read {page} first, it shows all that is"
                " in it",
                file=plan.counts,
                page=write_counts(study, plan.counts),
            )
            plan.tell(line)
    return Done(study, page, refused)


def _renew_pages(study: Study, plan: Plan, refused: Sequence[BrokenFileError]) -> Path:
    """Write the pages if anything in them is new; tell what they were told else."""
    stages, page = Stages.of(plan.out), plan.out / PAGE
    partly = [one for one in refused if isinstance(one, PartlyReadError)]
    broken_off = sum(not isinstance(one, ShiftedClockError) for one in partly)
    tables = stages.done.get(TABLES, {}).get("inputs")
    inputs = sum_inputs(
        tables, plan.k, plan.mine, plan.picture, plan.named, plan.compare,
        plan.chapters, plan.window, broken_off, is_chinese_locale(),
    )  # fmt: skip
    told = stages.find_told(PAGE, inputs) if tables else None
    if told is not None:
        for line in told:
            plan.report(line)
        return page
    lines: list[str] = []

    def tell(line: str) -> None:
        lines.append(line)
        plan.report(line)

    page = _write_pages(study, replace(plan, report=tell), broken_off)
    page.chmod(OPEN_MODE)  # it is made to be sent
    for line in _describe_shared_messages(study, plan):  # names files: not noted
        plan.report(line)
    if tables:
        own = {PAGE: True, PICTURE: plan.picture, PRIVATE: plan.mine, CHAPTERS: True}
        paths = [plan.out / name for name, is_made in own.items() if is_made]
        stages.note(PAGE, inputs, paths, lines)
    return page


def _write_pages(study: Study, plan: Plan, broken_off: int) -> Path:
    """Write the pages of the user's groups and the chapters; report what was found."""
    from helpers.own_groups.report.answers import list_own_answers  # noqa: PLC0415

    with show_stage(say("answering claims")):
        answers = list_own_answers(study)
    if "daily" not in study.manifest.tables:
        # needed by lists alone
        from helpers.own_groups.group_list import write_list_page  # noqa: PLC0415

        return write_list_page(study, plan, answers)
    # not needed by a list
    from helpers.own_groups.cards.card import build_cards  # noqa: PLC0415
    from helpers.own_groups.page import WINDOWED, list_lines, write_page  # noqa: PLC0415

    cards = build_cards(study)
    assumed = [
        *[WINDOWED] * bool(plan.window),
        *describe_observation(read_observed(study).values()),
        *describe_signs(open_exports(plan.out / STORE, {})[0]),
    ]
    if unwritten := study.manifest.tables["groups"].rows - len(cards):
        empty = say_plural(
            "{n:,} group without a message is not on the page",
            "{n:,} groups without a message are not on the page",
            n=unwritten,
        )
        assumed.append(empty)
        plan.tell(empty)
    if plan.named:
        cards = _name_cards(cards, study, plan)
    for line in list_lines(cards, plan.k):
        plan.tell(line)
    page = write_page(
        study, cards, plan, answers, assumed=assumed, broken_off=broken_off
    )
    _report_further(cards, plan)
    if plan.picture:
        from helpers.own_groups.report.picture import write_picture  # noqa: PLC0415

        picture = write_picture(study, cards, answers, plan.out, k=plan.k)
        picture.chmod(OPEN_MODE)
        plan.tell(say("a picture to send, without names: {file}", file=picture))
    zone = Verbatim(plan.terms.options.zone)
    plan.tell(PLACED.fill(zone=zone, page=Verbatim(page)))
    _write_private(study, cards, plan)
    return page


def _write_private(study: Study, cards: Sequence[Card], plan: Plan) -> None:
    """Write the page with names if it is asked for; tell of one that is old."""
    if plan.mine:
        from helpers.own_groups.private_page import write_private_page  # noqa: PLC0415

        with show_stage(say("writing the page with names")):
            private = write_private_page(study, cards, plan)
        plan.tell(say("With names, for your eyes only: {page}", page=Verbatim(private)))
    elif (plan.out / PRIVATE).exists():
        plan.tell(OF_EARLIER.fill(page=Verbatim(PRIVATE)))


def _report_further(cards: Sequence[Card], plan: Plan) -> None:
    """Write the chapters; print where they are, and how groups get their names."""
    from helpers.own_groups.sentences import is_pseudonym  # noqa: PLC0415 - not lists

    if written := _write_chapters(plan, len(cards)):
        plan.tell(
            say(
                "{n} chapters on your groups, in English and Chinese: {folder}",
                n=len(written) // 2,
                folder=Verbatim(plan.out / CHAPTERS),
            )
        )
    if any(is_pseudonym(card.label) for card in cards):
        plan.tell(
            say("groups go by codes on the page; --names writes what they are called")
        )


def _name_cards(cards: Sequence[Card], study: Study, plan: Plan) -> list[Card]:
    """Give groups of enough people without a label the names that exports have."""
    # few runs need them
    from helpers.own_groups.sentences import is_pseudonym  # noqa: PLC0415
    from helpers.store.people import read_names  # noqa: PLC0415

    names = read_names(plan.exports, plan.terms).groups
    keys = study.table("groups").set_index("group")["key"]
    return [
        replace(card, label=names[key])
        if (key := keys[card.group]) in names
        and is_pseudonym(card.label)
        and (card.people or 0) >= plan.k
        else card
        for card in cards
    ]


def _write_chapters(plan: Plan, groups: int) -> list[str]:
    """Write chapters if requested, or of five groups; return their places."""
    if not (groups >= ENOUGH_GROUPS if plan.chapters is None else plan.chapters):
        return []
    if plan.chapters is None and not has_extra("notebooks"):
        line = say(
            "no chapters without Jupyter: pip install 'shequn-evidence[notebooks]'"
        )
        plan.tell(line)
        return []
    from helpers.own_groups.report.chapter import write_chapters  # noqa: PLC0415

    with show_stage(say("writing chapters")):
        return write_chapters(plan.out)


def _check_folder(plan: Plan) -> None:
    """Raise an error if the results would go between the exports, or can't be made."""
    if plan.chapters:
        require_extra("notebooks")
    if plan.counts and plan.window:  # days count from a group's first message
        raise ShequnError(
            TOGETHER.fill(option="--counts", names="--from/--to"),
            remedy=say("leave --counts out"),
        )
    out = plan.out.resolve()
    if any(out == Path(given).resolve() for given in plan.exports):
        raise ShequnError(
            say("the results cannot go into the folder of the exports"),
            where=str(plan.out),
            remedy=say("choose another folder with -o, such as -o my-study"),
        )


@contextmanager
def _leave_no_empty_folder(out: Path) -> Iterator[None]:
    """Remove the folders that a failed run made and left empty."""
    was_there = out.exists()
    try:
        yield
    except ShequnError:
        made = [out / STORE] if was_there else [out / STORE, out / LOCK, out]
        for path in made:
            with suppress(OSError):  # a folder that is not empty stays
                path.rmdir() if path.is_dir() else path.unlink()
        raise


def _describe_shared_messages(study: Study, plan: Plan) -> Iterator[str]:
    """Describe groups that look like one exported under two names, by their files."""
    tables = study.manifest.tables
    if "groups" not in tables or tables["groups"].rows == 1:
        return
    # few runs need them
    from helpers.derive.doubts import find_shared_messages  # noqa: PLC0415
    from helpers.own_groups.sentences import name_group  # noqa: PLC0415

    parts = open_exports(plan.out / STORE, {})[0].store().parts("message")
    groups = study.table("groups")
    names = {
        key: to_system_language(name_group(label))
        for key, label in zip(groups["key"], groups["label"], strict=True)
    }
    if found := find_shared_messages(parts):
        names |= _name_files(plan)
    pairs = [
        pair
        for pair in found  # what one file holds twice, no file can be left out for
        if {pair.one, pair.other} <= names.keys()
        and names[pair.one] != names[pair.other]
    ]
    for pair in pairs[:MOST_PAIRS]:
        line = say(
            "{one} and {other} share {n:,} messages: if they are one group that was"
            " renamed, leave out the shorter export",
            one=Verbatim(names[pair.one]),
            other=Verbatim(names[pair.other]),
            n=pair.messages,
        )
        yield to_system_language(line)
    if (more := len(pairs) - MOST_PAIRS) > 0:
        line = say_plural(
            "and {n:,} more such pair", "and {n:,} more such pairs", n=more
        )
        yield to_system_language(line)


def _name_files(plan: Plan) -> dict[str, str]:
    """Name the files of each group, by its key."""
    found = ingest_exports(plan.exports, plan.out / STORE, plan.terms)
    names: dict[str, list[str]] = {}
    for entry in found.exports.entries:
        if entry.source in found.places:
            place = found.places[entry.source]
            inside = [*islice((one for one in place.rglob("*") if one.is_file()), 2)]
            name = inside[0].name if len(inside) == 1 else place.name
            for group in entry.groups:
                names.setdefault(group, []).append(name)
    return {group: ", ".join(own) for group, own in names.items()}


def _remove_partial_files(out: Path) -> None:
    """Remove partially written files and folders of an interrupted run."""
    for folder in (out, out / "processed", out / "chapters"):
        for path in folder.glob(".*"):
            if path.is_dir():
                shutil.rmtree(path)
            elif path.suffix == ".partial":
                path.unlink()


def make_study(plan: Plan) -> tuple[Study, tuple[BrokenFileError, ...]]:
    """Read the exports and build the study's tables (the caller locks the folder)."""
    _remove_partial_files(plan.out)
    if plan.listed is not None:
        return _make_list_study(plan, plan.listed), ()
    done = _read_exports(plan)
    for part in done.damaged:
        plan.tell(say("part {part} of the store was damaged and is read again",
                      part=part))  # fmt: skip
    if earlier := len(done.exports.entries) - done.new:
        line = say_plural(
            "{n:,} new export, beside {earlier:,} read into this folder before",
            "{n:,} new exports, beside {earlier:,} read into this folder before",
            n=done.new,
            earlier=earlier,
        )
        plan.tell(line)
    check_given_day(done.exports, plan.terms)
    metadata = _build_metadata(plan, done.exports, count_reasons(done.refused))
    return _compute_tables(plan, done.exports, metadata), done.refused


def _read_exports(plan: Plan) -> Ingested:
    """Read the exports into the store, unless they are those that it holds."""
    folder, stages, terms = plan.out / STORE, Stages.of(plan.out), plan.terms.kept()
    before = _sum_exports(plan) if READ in stages.done else ""
    if before and stages.find_told(READ, before) is not None:
        with suppress(BrokenFileError):  # a damaged part is read again
            return Ingested(open_exports(folder, terms)[0].sweep(), 0, (), {})
    done = ingest_exports(plan.exports, folder, plan.terms)
    if (found := _sum_exports(plan)) and not done.refused:
        stages.note(READ, found, [folder / MANIFEST])
    return done


def _sum_exports(plan: Plan) -> str:
    """Return the checksum of the exports' files and of how they are read."""
    try:
        given = describe_files(plan.exports)
    except OSError:  # whoever reads them tells
        return ""
    return sum_inputs(plan.terms.kept(), plan.terms.given, given)


def _compute_tables(plan: Plan, exports: Exports, metadata: UserMetadata) -> Study:
    """Compute the study's tables, if any of what they are made of is new."""
    folder, stages = plan.out / OF_A_RUN, Stages.of(plan.out)
    members = metadata.adjust.members
    inputs = sum_inputs(  # all that the tables are made of
        exports.states,
        exports.entries,
        replace(metadata, adjust=replace(metadata.adjust, members=None), engine=""),
        None if members is None else members.to_csv(),
        plan.k,
    )
    if stages.find_told(TABLES, inputs) is not None:
        return open_study(folder)
    with show_stage(say("computing tables")):
        study = publish_tables(exports, folder, metadata)
        keep_adjustments(metadata.adjust, folder.parent)
        export_tables(study, plan.out / TABLES, plan.k)
    stages.note(TABLES, inputs, [folder, folder.parent / KEPT, plan.out / TABLES])
    return study


def _make_list_study(plan: Plan, listed: Path) -> Study:
    unused = {
        "--groups": plan.groups,
        "--members": plan.members,
        "--people": plan.people,
        "--from/--to": plan.window or None,
        "--mine": plan.mine or None,
        "--names": plan.named or None,
        "--picture": plan.picture or None,
        "--counts": plan.counts,
    }
    given = [name for name, value in unused.items() if value is not None]
    if plan.exports or given:
        others = ["exports"] * bool(plan.exports) + given
        raise ShequnError(
            TOGETHER.fill(option="--list", names=" / ".join(others)),
            remedy=say("run the exports into a folder of their own"),
        )
    from helpers.own_groups.group_list import publish_list  # noqa: PLC0415 - as above

    with show_stage(say("computing tables")):
        study = publish_list(
            listed,
            plan.out / OF_A_RUN,
            seen=_find_last_day(plan.terms),
            k=plan.k,
            key=plan.terms.key,
        )
        export_tables(study, plan.out / TABLES, plan.k)
    return study


def _find_last_day(terms: Terms) -> int | None:
    """Return the end of the day, in UTC, until which a list is known, if given."""
    if terms.exported == "files":
        raise ShequnError(
            say("a list of groups has no date of a file to be taken"),
            where="--exported files",
            remedy=say(
                "give the day until which you know it, or a column 'seen until'"
            ),
        )
    return None if terms.exported is None else to_day_end_us(terms.exported)


def _build_metadata(
    plan: Plan, exports: Exports, left: Mapping[str, int]
) -> UserMetadata:
    keys = {key for entry in exports.entries for key in entry.groups}
    facts = read_group_facts(plan.groups, keys, exports.aliases) if plan.groups else {}
    for key, day in check_told_days(exports, plan.told).items():
        facts[key] = replace(facts.get(key, GroupFacts(key=key)), exported=day)
    return UserMetadata(
        facts=hide_owners(facts, plan.terms.key),
        zone=plan.terms.options.zone,
        k=plan.k,
        left=left,
        engine=plan.engine,
        adjust=build_adjustments(plan, exports),
        with_answers=plan.every_table,
    )


def make_own_study(
    paths: PathLike | Iterable[PathLike],
    folder: PathLike,
    *,
    zone: str | None = None,
    exported: Exported = None,
) -> Study:
    """Build the processed tables of one's own exports, as `shequn run` does.

    Parameters
    ----------
    paths, zone, exported
        As in `read_messages`.
    folder
        Where the tables are written; what is there already is not built again.

    Raises
    ------
    ShequnError
        If nothing could be read, or the folder can't be written.

    Examples
    --------
    >>> import helpers as sq
    >>> study = sq.make_study("data/raw/demo", "my-study")  # doctest: +SKIP
    """
    check_options(zone, None, ())
    out, places = Path(folder), list_places(paths)
    told, day = read_exported(exported)
    terms = Terms(options=Options(zone=zone or DEFAULT_ZONE), exported=day)
    with keep_private(), report_system_errors(str(out)), lock_folder(out):
        study, _ = make_study(
            Plan(exports=places, out=out, terms=terms, told=told, every_table=True)
        )
    if zone is None and not study.observability.time_zone_known:
        warn_of_zone(DEFAULT_ZONE)
    return study


def count_reasons(refused: Iterable[BrokenFileError]) -> dict[str, int]:
    """Count excluded exports by reason, without file or personal names.

    >>> count_reasons([UnknownFormatError("is of no format that is known here")])
    {'of no format that is known': 1}
    """
    counts = Counter(
        next((why for kind, why in REASONS if isinstance(error, kind)), BROKEN)
        for error in refused
        if not isinstance(error, PartlyReadError | MediaError)
    )
    return dict(sorted(counts.items()))


# what a single person did, or what two or three people's shares give away
OF_ONE = ("owner_share", "owner_top", "top_unanswered", "top_unanswered_either")
OF_FEW = (
    "top_share", "gini", "centres", "centres_null", "met_elsewhere",
    "later_by_others", "later_by_newcomers",
)  # fmt: skip
COUNTS = (  # of people, under names that count other things elsewhere
    *PEOPLE, "at_risk", "ended", "at_most_1", "at_most_3", "never", "undated", "quiet",
    "engaged", "joined", "readers", "active", "shared",
)  # fmt: skip
KEY = "key"
KEPT_BACK = {"snapshots", "rhythm", "carried"}  # small counts in them are not masked
OF_A_PERSON = frozenset(
    {"join", "leave", "kick", "owner_change", "role_change", "recall", "poke", "pin"}
    | {"red_packet", "transfer", "poll", "call", "announcement", "unrecognised"}
)


def export_tables(study: Study, folder: Path, k: int) -> None:
    """Write every table of a study as CSV, except tables with one row per person.

    Counts of people below `k` read ``<k``, as do shares among so few; what one person
    did and the keyed hashes are left out. Nothing in them starts a formula.
    """
    with replace_folder(folder) as partial:
        for name in study.manifest.tables:
            table = DEFINED[name]
            if not table.of_people and name not in KEPT_BACK:
                text = to_csv_text(_mask_rows(study, table, k))
                (partial / f"{name}.csv").write_text(text, "utf-8", newline="\n")


def _mask_rows(study: Study, table: Table, k: int) -> pd.DataFrame:
    rows = study.table(table.name)
    if "end_us" in rows:  # null where it is not known
        rows = rows.assign(end_us=rows["end_us"].astype("Int64"))
    if k <= 1:
        return rows
    if table.name == "events":
        rows = rows[~rows["kind"].isin(OF_A_PERSON)]
    few = _has_few_people(study, rows, k)
    gone = [name for name in (KEY, *OF_ONE) if name in rows]
    masked = {
        name: rows[name].astype(object).mask(few & rows[name].notna(), f"<{k}")
        for name in OF_FEW
        if name in rows
    }
    return mask_frame(rows.assign(**masked).drop(columns=gone), k, COUNTS)


def _has_few_people(study: Study, rows: pd.DataFrame, k: int) -> pd.Series[bool]:
    """Return which rows count fewer than k people, or a number not known."""
    if "posters" in rows:
        return ~(rows["posters"] >= k)
    if "group" not in rows:
        return pd.Series(data=True, index=rows.index)
    try:
        posters = study.table("groups").set_index("group")["posters"]
    except NotIdentifiableError:
        return rows["group"].notna()
    return ~(rows["group"].map(posters) >= k)
