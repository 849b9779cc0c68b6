"""What is committed adds up, and is what was first looked at."""

import pytest

from helpers.paths import PROCESSED
from helpers.records import DAY_US
from helpers.study import open_studies, open_study
from helpers.study.definitions import TABLES
from pipeline.corpora import CORPORA


@pytest.fixture(params=list(CORPORA))
def any_study(request):
    """Return each committed study."""
    return open_study(request.param)


@pytest.fixture(
    params=[one.name for one in open_studies(CORPORA, having=["groups", "daily"])]
)
def study(request):
    """Return each committed study whose messages were seen."""
    return open_study(request.param)


ANSWERS = ("value_ranks", "survey_answers", "survey_percents")


def test_no_answers_of_fewer_than_five_people_without_a_licence(any_study):
    """Answers of three members of a community would be almost theirs by name."""
    if any_study.manifest.licence != "none stated":
        pytest.skip("its licence allows rows")
    for name in {*ANSWERS} & {*any_study.manifest.tables}:
        table = any_study.table(name)
        assert "people" not in table or not table["people"].between(1, 4).any()


def test_every_ledger_balances(any_study):
    """Rows read = kept + set aside."""
    ledger = any_study.ledger
    aside = sum(ledger.set_aside.values())
    assert ledger.total("read") == ledger.total("kept") + aside
    assert sum(file.rows for file in any_study.manifest.files) == ledger.total("read")


def test_message_counts_equal_the_ledger(study):
    """By group and by day."""
    assert study.table("groups")["messages"].sum() == study.ledger.kept[""]
    assert study.table("daily")["messages"].sum() == study.ledger.kept[""]


def test_tables_are_sorted_typed_and_counted(any_study):
    """Each file has the columns, order and rows that are promised."""
    for name, facts in any_study.manifest.tables.items():
        rows, table = any_study.table(name), TABLES[name]
        assert list(rows) == [column.name for column in table.columns]
        assert len(rows) == facts.rows
        key = rows[list(table.by)]
        assert not key.duplicated().any()
        ordered = key.sort_values(list(table.by), kind="stable")
        assert ordered.index.equals(rows.index)


def test_times_of_a_group_are_in_order(study):
    """Origin ≤ entry ≤ end, and messages lie between origin and end."""
    groups = study.table("groups")
    said = groups[groups["messages"] > 0]
    assert (groups["origin_us"] <= groups["entry_us"]).all()
    assert (groups["entry_us"] <= groups["end_us"]).all()
    assert (said["origin_us"] <= said["first_us"]).all()
    assert (said["last_us"] <= said["end_us"]).all()
    assert groups["first_us"].notna().equals(groups["messages"] > 0)


def test_the_last_rate_of_a_group_follows_from_its_days(study):
    """Trailing messages never exceed all messages, and begin at the first one."""
    groups = study.table("groups").set_index("group")
    rates = study.table("rates").groupby("group")
    first = (groups["first_us"] - groups["origin_us"]).dropna() // DAY_US
    assert rates["age_day"].min().eq(first).all()
    assert (rates["messages_28"].max() <= groups["messages"].reindex(first.index)).all()
    assert (rates["messages_28"].min() >= 0).all()


def test_early_messages_are_those_of_the_first_window(study):
    """Two routes to one number."""
    groups, windows = study.table("groups"), study.table("windows")
    first = windows[windows["window"] == "0-27"].set_index("group")["messages"]
    assert first.tolist() == groups["early_messages"].tolist()


def test_replies_and_centres_keep_their_bounds(study):
    """Explicit replies are replies; centres lie between 1 and the receivers."""
    windows = study.table("windows").dropna(subset="centres")
    assert (windows["replies_explicit"] <= windows["replies"]).all()
    assert (windows["replies"] <= windows["messages"]).all()
    assert windows["centres"].ge(1).all()
    assert (windows["centres"] <= windows["reply_receivers"] + 1e-9).all()


def test_no_member_rows_without_a_licence(any_study):
    """Only what the licence allows is there."""
    named = set(any_study.manifest.tables)
    allowed = CORPORA[any_study.name].licence.members
    assert allowed or not named & {"members", "member_days", "memberships", "spells"}
    files = {path.stem for path in any_study.folder.glob("*.parquet")}
    assert files == named


def test_no_names_without_a_licence(any_study):
    """Where names may not be published, the key is all that is shown."""
    allowed = CORPORA[any_study.name].licence.names
    for name in {"groups", "registry"} & set(any_study.manifest.tables):
        groups = any_study.table(name)
        assert allowed or groups["label"].eq(groups["key"]).all()


def test_the_tables_stay_small():
    """All studies together are below 12 MB."""
    assert sum(path.stat().st_size for path in PROCESSED.rglob("*.*")) < 12e6


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("zulip_archives", "in a group in which only bots spoke"),
        ("komodo_discord", "in a feed, where bots post"),
    ],
)
def test_bot_only_channels_are_not_groups(name, reason):
    """The ledger says how many rows that took; every group left has somebody's."""
    study = open_study(name)
    assert study.ledger.set_aside[reason] > 0
    assert study.table("groups")["messages"].gt(0).all()
