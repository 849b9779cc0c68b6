"""Processed tables that only some sources fill: who joined, who read, what happened."""

from __future__ import annotations

from helpers.study.tables.definitions.columns import (
    DAY,
    FLOAT,
    GROUP,
    INT,
    LONG,
    MEMBER,
    TEXT,
    YES_NO,
    Column,
    Table,
)

__all__ = ["FURTHER"]

_REGISTRY = Table(
    "registry",
    "a group that is listed, but whose messages were not recorded",
    (
        GROUP,
        Column("key", TEXT, "the source's public id"),
        Column("label", TEXT, "public name, or the key where names are not published"),
        Column("network", TEXT, "who operates it: the cluster for pooled estimates"),
        Column("batch", TEXT, "network and ISO week of origin"),
        Column("kind", TEXT, "the source's own kind"),
        Column("origin_us", LONG, "creation, else the first listing"),
        Column("entry_us", LONG, "when observation starts; origin unless truncated"),
        Column("end_us", LONG, "when observation ends: listing's end or closing"),
        Column("closed_us", LONG, "the source's own closing act", nullable=True),
        Column("closed_kind", TEXT, "`completed`, `administrative`, …", nullable=True),
        Column("last_us", LONG, "last activity known", nullable=True),
    ),
    ("group",),
)

_MEMBERSHIPS = Table(
    "memberships",
    "a person listed in a group, seen to join it or to write in it",
    (
        GROUP,
        MEMBER,
        Column("joined_us", LONG, "first joining; null if not dated", nullable=True),
        Column("left_us", LONG, "leaving, if they stayed away", nullable=True),
        Column("role", TEXT, "the source's own word", nullable=True),
        Column("listed", YES_NO, "whether the last roster lists them"),
        Column("messages", INT, "their messages there"),
        Column("first_us", LONG, "the first of them", nullable=True),
        Column("last_us", LONG, "the last of them", nullable=True),
        Column("reactions", INT, "reactions they gave there", nullable=True),
    ),
    ("group", "member"),
)

_ROSTER = Table(
    "roster",
    "a group and number of days W after joining",
    (
        GROUP,
        Column("within_days", INT, "W"),
        Column("from_day", INT, "first calendar day on which joins were recorded"),
        Column(
            "members",
            INT,
            "memberships begun W days or more before the end, in whose first W days"
            " others wrote in at least half of the whole weeks",
        ),
        Column("quiet", INT, "those left out because others wrote in fewer weeks"),
        Column("undated", INT, "members without a joining date: from their first day"),
        Column("lurkers", INT, "members there for W days who wrote nothing in them"),
        Column("gone_silent", INT, "members gone before W days who wrote nothing"),
        Column("at_most_1", INT, "members who wrote at most 1 message in W days"),
        Column("at_most_3", INT, "members who wrote at most 3"),
        Column("never", INT, "members who wrote nothing up to the end"),
        Column("engaged", INT, "lurkers who ever gave a reaction there", nullable=True),
    ),
    ("group", "within_days"),
    note=(
        "Members gone before W days who wrote nothing are all of them lurkers, or none:"
        " the two bounds."
    ),
)

_SHOWN = Table(
    "shown",
    "what the exports of a group can show, in a user's study",
    (
        GROUP,
        Column("members_source", TEXT, "where silent members come from"),
        Column("joins_observed", YES_NO, "whether joining left dated traces"),
        Column("leaves_observed", YES_NO, "whether leaving did"),
        Column("reads_observed", TEXT, "by `person`, as a `count`, or `none`"),
        Column("reactions_observed", YES_NO, "whether who reacted is known"),
        Column("replies", TEXT, "the best evidence of who answers whom"),
        Column("births", TEXT, "what dates the group's origin"),
        Column("owner_known", YES_NO, "whether the owner is"),
        Column("roles_known", YES_NO, "whether roles are"),
        Column("sender_ids", TEXT, "`yes`; `by name`: within the group only; `no`"),
        Column("text", YES_NO, "whether messages have text"),
        Column("time_zone_known", YES_NO, "whether times are instants"),
        Column("left_truncated", YES_NO, "whether its start may be missing"),
        Column("never_active_listed", YES_NO, "whether silent groups are listed"),
        Column("resolution", TEXT, "how finely times are known"),
    ),
    ("group",),
)

_READS = Table(
    "reads",
    "a topic of a forum",
    (
        GROUP,
        Column("topic", INT, "ordinal of the topic by (start, id) within the study"),
        Column("start_us", LONG, "its first post"),
        Column("last_us", LONG, "its last post"),
        Column("posts", INT, "posts"),
        Column("authors", INT, "distinct people who wrote them"),
        Column("readers_first", INT, "people who read the first post kept"),
        Column("readers_median", FLOAT, "median over posts of people who read it"),
        Column("readers_most", INT, "most people who read one post of it"),
        Column(
            "lurkers_low", INT, "people who read and did not write: at least so many"
        ),
    ),
    ("topic",),
)

_EVENTS = Table(
    "events",
    "something dated that happened to a group",
    (
        GROUP,
        Column("nth", INT, "ordinal within the group by time, from 0"),
        Column("time_us", LONG, "when"),
        Column("kind", TEXT, "what"),
        Column("value", LONG, "how much, where the kind has a measure", nullable=True),
    ),
    ("group", "nth"),
)

_SNAPSHOTS = Table(
    "snapshots",
    "a group as listed or counted on a day",
    (
        GROUP,
        DAY,
        Column("members", INT, "people listed, or known to be present", nullable=True),
        Column("joined", INT, "distinct people who joined that day", nullable=True),
        Column("readers", INT, "people who read, at least", nullable=True),
        Column("active", INT, "distinct people who wrote", nullable=True),
        Column("posts", LONG, "posts or topics up to then", nullable=True),
    ),
    ("group", "day"),
)

_LINKS = Table(
    "links",
    "a group that began while an older one was alive, and the nearest older one",
    (
        GROUP,
        Column("parent", INT, "the older group"),
        Column("time_us", LONG, "when the younger group began"),
        Column("kind", TEXT, "`name` (linked name stem) or `overlap` (people shared)"),
        Column("posters", INT, "people who wrote in the younger in its first 28 days"),
        Column("shared", INT, "those who wrote in the parent in the 28 days before"),
        Column("before", LONG, "messages in the parent in the 84 days before"),
        Column("after", LONG, "messages in the parent in the 84 days from then"),
    ),
    ("group",),
)

_DISTRIBUTIONS = Table(
    "distributions",
    "a day, kind of group, measure and interval of its values",
    (
        DAY,
        Column("kind", TEXT, "kind of group"),
        Column("measure", TEXT, "what was measured of each group"),
        Column("low", LONG, "least value of the interval"),
        Column("high", LONG, "greatest value of the interval"),
        Column("groups", INT, "groups whose value lies in it"),
        Column("total", LONG, "sum of their values"),
    ),
    ("day", "kind", "measure", "low"),
)

_LABELS = Table(
    "labels",
    "a message that a person labelled by hand",
    (
        GROUP,
        Column("kind", TEXT, "what was asked: `tone`, `advertisement`, …"),
        Column("label", TEXT, "the answer"),
        Column("score", FLOAT, "the instrument's score", nullable=True),
        Column("probability", FLOAT, "of having been drawn and answered"),
        Column("drawn", TEXT, "what was drawn: each `message`, or a whole `group`"),
        Column(
            "predicted", FLOAT, "what the instrument expected; summed in `readings`"
        ),
        Column("age_day", INT, "whole days from the group's origin to the message"),
    ),
    ("group", "kind", "age_day", "label", "score", "probability"),
)
_READINGS = Table(
    "readings",
    "a day of a group, as an instrument read the messages that labels were drawn from",
    (
        GROUP,
        Column("kind", TEXT, "what people were asked: `tone`, `advertisement`, …"),
        Column("age_day", INT, "whole days from the group's origin"),
        Column("messages", INT, "messages with text"),
        Column("predicted", FLOAT, "sum over them of what the instrument expects"),
    ),
    ("group", "kind", "age_day"),
)

FURTHER = (
    _SHOWN, _REGISTRY, _MEMBERSHIPS, _ROSTER, _READS, _EVENTS, _SNAPSHOTS, _LINKS,
    _DISTRIBUTIONS, _LABELS, _READINGS,
)  # fmt: skip
