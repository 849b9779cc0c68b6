"""From when and until when a group was observed: each situation comes out right."""

from dataclasses import replace

import pytest

from helpers.observed import Observed, Sighting, observe_groups
from helpers.records import DAY_US

W = 60 * DAY_US
LAST = 1_000  # day of the last row


def day(number):
    """Return the middle of a day, in µs."""
    return number * DAY_US + DAY_US // 2


def sight(group="g", last=LAST, **more):
    """Return one export of a group that begins on day 0."""
    rows = {"first_us": day(0), "last_us": day(last), "low_us": day(last)}
    return Sighting(group=group, program="WhatsApp TXT", **rows | more)


def judge(*sightings, group="g"):
    """Return until when and how a group was observed, and its state."""
    seen = observe_groups(sightings)[group]
    until = None if seen.until_us is None else seen.until_us // DAY_US
    return until, seen.until_how, seen.judge(W)


@pytest.mark.parametrize(
    ("dated", "given", "right"),
    [
        (LAST, None, (None, "unknown", "alive")),
        (LAST + 934, None, (None, "unknown", "unknown")),
        (LAST + 934, "files", (LAST + 934, "files", "silent")),
        (LAST + 60, "files", (LAST + 60, "files", "silent")),  # W to the day
        (LAST + 20, day(LAST + 500), (LAST + 20, "given", "alive")),
    ],
)
def test_date_of_a_file_ends_nothing_by_itself(dated, given, right):
    """Two chats, one silent for 934 days, were two steady groups."""
    assert judge(sight(dated_us=day(dated), given=given)) == right


@pytest.mark.parametrize(
    ("told", "how"), [(day(LAST + 40) + DAY_US // 4, "files"), (day(LAST + 5), "told")]
)
def test_a_told_day_that_is_the_files_own_is_known_by_the_file(told, how):
    """A table filled in by the program, and read by nobody, was what somebody told."""
    dated = sight(dated_us=day(LAST + 40))
    assert judge(replace(dated, told_us=told))[:2] == (told // DAY_US, how)
    stated = replace(dated, stated_us=day(LAST + 40))
    assert judge(replace(stated, told_us=told))[1] == "told"


@pytest.mark.parametrize(
    "dates",
    [
        {"dated_us": day(LAST - 10_000), "read_us": day(LAST + 9)},  # 1980
        {"dated_us": day(LAST) - DAY_US // 3},  # an archive's clock, eight hours behind
    ],
)
def test_date_of_another_clock_is_skipped_or_the_last_day(dates):
    """A day before the last row is none on which the export was made."""
    seen = observe_groups([sight(**dates)])["g"]
    assert day(LAST) <= seen.high_us <= day(LAST + 9)
    assert judge(sight(**dates))[2] == "alive"


def test_of_the_stated_day_and_range_the_earlier_counts():
    """A group exported with ``--before`` was silent for 976 days."""
    stated = sight(stated_us=day(LAST + 976), to_us=day(LAST) + 1)
    assert judge(stated) == (LAST, "range", "alive")


def test_a_stated_day_is_never_overridden():
    """Of 300 exports 295 state theirs, and one day is given for all."""
    given = day(LAST + 400)
    rows = [
        sight(str(n), LAST + n, stated_us=day(LAST + n), given=given, dated_us=given)
        for n in range(295)
    ]
    rows += [sight(str(n), given=given, dated_us=given) for n in range(295, 300)]
    seen = observe_groups(rows)
    hows = [one.until_how for one in seen.values()]
    assert (hows.count("stated"), hows.count("given")) == (295, 5)
    alone = observe_groups([replace(row, given=None) for row in rows])
    assert sum(one.until_us is not None for one in alone.values()) == 295


def test_a_day_that_nobody_goes_by_is_not_doubted():
    """The guide's `--exported 2024-05-31` on files of 2026 came onto the page."""
    late = {"given": day(LAST - 9), "given_late": 9}
    assert not observe_groups([sight(stated_us=day(LAST + 1), **late)])["g"].doubts
    assert observe_groups([sight(**late)])["g"].doubts == ("given",)


def test_a_stated_day_that_rows_contradict_is_doubted():
    """Most rows lay after it, and were lost."""
    seen = observe_groups([sight(stated_us=day(20), late_days=150)])["g"]
    assert (seen.until_us, seen.doubts) == (None, ("stated",))
    kept = observe_groups([sight(stated_us=day(20), late_days=2)])["g"]
    assert kept.until_how == "stated"


def test_a_record_that_stopped_ends_with_its_last_row():
    """Six groups stated 934 days after a common last day were dead."""
    rows = [sight(str(n), stated_us=day(LAST + 934)) for n in range(6)]
    assert {judge(*rows, group=str(n)) for n in range(6)} == {
        (LAST, "record stopped", "alive")
    }
    apart = [sight(str(n), LAST - 90 * n, stated_us=day(LAST + 90)) for n in range(6)]
    assert {judge(*apart, group=str(n))[1] for n in range(6)} == {"stated"}


def test_an_export_of_many_groups_ends_with_its_latest_row():
    """A copied archive of 20 channels has no date of its own; a table may be cut."""
    rows = [
        sight(str(n), LAST - 100 * (n % 2), low_us=day(LAST), groups=20)
        for n in range(20)
    ]
    assert judge(*rows, group="0") == (LAST, "latest row", "alive")
    assert judge(*rows, group="1") == (LAST, "latest row", "silent")
    table = [replace(row, is_table=True) for row in rows]
    assert judge(*table, group="0")[:2] == (None, "unknown")


@pytest.mark.parametrize("kind", ["exporter_left", "migrated"])
def test_whoever_left_saw_no_silence(kind):
    """With a told day the group was dead."""
    left = {"closed_us": day(LAST), "closed_kind": kind, "told_us": day(LAST + 400)}
    assert judge(sight(**left)) == (LAST, "left", "alive")
    followed = sight(last=LAST + 9, **left)
    assert judge(followed)[1] == "told"


@pytest.mark.parametrize("kind", ["dissolved", "archived"])
def test_a_closed_group_is_closed(kind):
    """The one certain death was a silence."""
    closed = sight(closed_us=day(LAST), closed_kind=kind, told_us=day(LAST + 400))
    assert judge(closed)[2] == "closed"
    assert observe_groups([closed])["g"].end_us == day(LAST)


def test_a_file_that_breaks_off_ends_with_its_last_whole_row():
    """What follows was cut."""
    broken = sight(is_broken=True, stated_us=day(LAST + 90))
    assert judge(broken) == (LAST, "broken off", "alive")


def test_of_several_exports_the_latest_known_end_counts():
    """Rows after it, of an export of unknown end, move nothing."""
    old = sight(last=700, told_us=None, stated_us=day(700))
    newer = sight(last=900, stated_us=day(910))
    open_ = sight(last=LAST)
    seen = observe_groups([newer, open_, old])["g"]
    assert (seen.until_us, seen.last_us) == (day(910), day(LAST))


def test_a_stretch_between_two_exports_is_a_gap():
    """It counted as silence."""
    old = sight(last=100, stated_us=day(110))
    later = sight(first_us=day(300), is_cut=True)
    assert observe_groups([old, later])["g"].gaps == ((day(110), day(300)),)
    whole = replace(later, is_cut=False)
    assert observe_groups([old, whole])["g"].gaps == ()


def test_other_files_change_no_line():
    """One fresh file made 46 % of all groups, living ones, dead."""
    rows = [
        sight(str(n), LAST - 40 * n, dated_us=day(LAST + n), groups=1) for n in range(9)
    ]
    rows += [sight("x", stated_us=day(LAST + 5)), sight("y", told_us=day(LAST + 7))]
    before = observe_groups(rows)
    changed = [
        rows[1:],
        [*rows, sight("new", 2 * LAST, dated_us=day(2 * LAST))],
        [replace(rows[0], dated_us=day(3 * LAST)), *rows[1:]],
    ]
    for files in changed:
        after = observe_groups(files)
        shared = (before.keys() & after.keys()) - {"0"}
        assert {g: after[g] for g in shared} == {g: before[g] for g in shared}


def test_copying_turns_alive_to_not_known_at_most():
    """A clone, a touch and an unpacked archive change no answer."""
    rows = [sight(str(n), LAST - 30 * n, dated_us=day(LAST + 5)) for n in range(9)]
    copies = [replace(row, dated_us=day(5 * LAST)) for row in rows]
    pairs = zip(
        observe_groups(rows).values(), observe_groups(copies).values(), strict=True
    )
    for ours, theirs in pairs:
        assert ours.until_us == theirs.until_us
        states = ours.judge(W), theirs.judge(W)
        assert states[0] == states[1] or states == ("alive", "unknown")


def test_a_window_cuts_the_same_observation():
    """What was seen beyond its end was seen until then."""
    seen = Observed(since_us=0, last_us=day(90), low_us=day(90), high_us=day(99))
    cut = seen.cut_window(day(10), day(50))
    assert (cut.since_us, cut.until_us, cut.high_us) == (day(10), day(50), day(50))
    assert seen.cut_window(None, day(95)).until_us is None
