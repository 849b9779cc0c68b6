"""Read registers of groups from raw files, by the definitions in their README.

Days since 1970. The reading of names (which folders were renamed, which groups merged)
was made by hand and is data: `helpers.corpora.shared.sig_names`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from helpers.corpora.shared.sig_names import MERGED, RENAMED, TEMPLATES
from tests.raw_corpora import SHARED


def raw(corpus, name, **how):
    """Return a raw table with its quarter kept aside, or skip if it is missing."""
    path = SHARED / corpus / name
    if not path.exists():
        pytest.skip("the raw corpora are not at hand")
    quarter = SHARED / corpus / "heldout_quarter" / name
    both = [each for each in (path, quarter) if each.exists()]
    return pd.concat([pd.read_csv(each, low_memory=False, **how) for each in both])


def day(column):
    """Convert a column to days since 1970, nan if missing."""
    times = pd.to_datetime(column, utc=True, format="ISO8601")
    return (times - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(days=1)


def of(text):
    """Convert one date to days since 1970."""
    return day(pd.Series([text]))[0]


def week(born):
    """Return the ISO week of each founding day."""
    return pd.to_datetime(born, unit="D").dt.strftime("%G-W%V")


def watched(table):
    """Sort groups; follow closed ones to the end of their network.

    Until 2026-11-22 so were those that left the list: silence that was not observed.
    """
    closed = table["closed"].notna() & table["closed_kind"].ne("unlisted")
    still = (~closed).groupby(table["network"]).transform("any")
    own = table.groupby("network")["end"].transform("max")
    until = own.where(still, table["end"].max())
    end = table["end"].where(~closed, until)
    names = table["network"] + ":" + week(table["born"])
    return table.assign(end=end, batch=names).reset_index(drop=True)


def deepin():
    """Return deepin's interest groups with their dated changes."""
    listed = raw("deepin_sigs", "sigs.csv")
    own = listed[(listed["kind"] == "sig") & (listed["listed_at_head"] == 1)]
    own = own[~own["sig"].str.startswith(".template")]
    told = own[["date_created", "date_archived"]].replace("-", np.nan)
    proposed, archived = (
        day(pd.to_datetime(told[name].str.replace("/", "-"), format="%Y-%m-%d"))
        for name in told
    )
    months = raw("deepin_sigs", "tc_minutes.csv")["meeting"].str[:7]
    months = day(months[~months.str.endswith("-00")] + "-01")
    end = of("2026-07-16")
    groups = pd.DataFrame({
        "born": np.fmin(proposed, day(own["first_commit"])),
        "last": day(own["last_commit"]), "closed": archived + 1,
    })  # fmt: skip
    committee = {"born": months.min(), "last": months.max(), "closed": np.nan}
    table = pd.concat([groups, pd.DataFrame([committee])])
    table["end"] = table["closed"].fillna(end)
    table["last"] = np.fmin(table["last"], table["end"])
    table["closed_kind"] = "administrative"
    return watched(table.assign(entry=table["born"], network="deepin"))


def _folders():
    """Return groups of three projects, and commits to their rules."""
    listed = raw("sig_groups", "sigs.csv")
    commits = raw("sig_groups", "sig_commits.csv.gz")
    for table in (listed, commits):
        twice = table["community"] == "openharmony"  # sig-x and sig_x are one
        name = table["sig"].where(~twice, table["sig"].str.replace("-", "_"))
        table["key"] = table["community"] + "/" + name
    who = ["community", "author_hash", "date"]
    few = commits.groupby(who)["key"].transform("nunique") < 5
    governing = commits[few & (commits["governance_files"] > 0)]
    name = listed["key"].replace(dict(RENAMED))
    listed["born"] = day(listed["first_commit"])
    first = listed.groupby(name)["born"].min()
    gone = listed["state"].eq("old_name") | listed["sig"].isin(TEMPLATES)
    own = listed[~gone & ~listed["key"].isin(RENAMED)].set_index("key")
    written = own["created_on"].where(own["created_on"].str.len() == 10)
    ended = own["state"].isin(["archived", "removed"])
    closed = day(own["ended"]) + 1
    ends = {"openeuler": "2026-08-21", "openharmony": "2026-08-06",
            "kubernetes": "2026-08-22"}  # fmt: skip
    end = closed.fillna(own["community"].map(lambda one: of(ends[one])))
    undated = own["state"].eq("removed") & closed.isna()
    end = end.where(~undated, day(own["last_commit"]) + 1)
    kind = pd.Series("administrative", own.index)
    kind = kind.where(~own["sig"].str.match("wg-"), "completed")
    kind = kind.where(~(undated & (kind == "administrative")), "undated")
    kind = kind.where(~own.index.isin(list(MERGED)), "merged").where(ended)
    born = np.fmin(first.reindex(own.index), day(written))
    table = pd.DataFrame({
        "born": born, "entry": born, "end": np.fmax(end, born), "closed": closed,
        "closed_kind": kind, "network": own["community"],
    })  # fmt: skip
    work = governing.assign(at=day(governing["date"]))
    work["key"] = work["key"].replace(dict(RENAMED))
    work["day"] = np.floor(work["at"])
    return table, work[work["at"] < work["key"].map(table["end"])]


def edited():
    """Return the commits to a group's rules, up to its end."""
    return _folders()[1]


def folders():
    """Return groups of three projects with first and last commit."""
    table, work = _folders()
    return watched(table.assign(last=work.groupby("key")["at"].max()))


def _moved(addresses):
    """Return the newest web address of the group behind each address.

    Two are one group if created on one day in one country, one listed within 31 days of
    the other's last listing with members within 2 % or 31; of several the nearest.
    """
    following, taken = {}, set()
    pairs = [
        (new.first - old.last, old.Index, new.Index)
        for _, own in addresses.groupby(["created", "country"])
        for old in own.itertuples()
        for new in own.itertuples()
        if 1 <= new.first - old.last <= 31
        and abs(new.members_first - old.members_last)
        <= max(0.02 * old.members_last, 31)
    ]
    for _, old, new in sorted(pairs):
        if old not in following and new not in taken:
            following[old] = new
            taken.add(new)

    def newest(name):
        return newest(following[name]) if name in following else name

    return {name: newest(name) for name in addresses.index}


def _addresses():
    """Return Meetup's web addresses and changes, with their group.

    A chapter of R-Ladies that stands among all groups as well is a chapter.
    """
    listed = raw("r_user_groups", "groups.csv")
    changes = raw("r_user_groups", "group_history.csv.gz")
    ladies = set(listed.loc[listed["kind"] == "rladies", "urlname"])
    listed, changes = (
        table[(table["kind"] == "rladies") | ~table["urlname"].isin(ladies)]
        for table in (listed, changes)
    )
    listed = listed.set_index("urlname")
    listed["created"] = day(listed["created"])
    listed["first"] = np.fmax(day(listed["first_seen"]), listed["created"])
    listed["last"] = day(listed["last_seen"])
    newest = _moved(listed)
    changes = changes.assign(
        at=day(changes["date"]), met=day(changes["last_event"]),
        born=changes["urlname"].map(listed["created"]),
        group=changes["urlname"].map(newest),
    )  # fmt: skip
    changes = changes[changes["at"] >= changes["born"]]
    return listed.assign(group=listed.index.map(newest)), changes


def counted():
    """Return the dated member counts of Meetup's groups."""
    listed, changes = _addresses()
    seen = listed.groupby("group")["last"].max() >= of("2019-09-15")
    return changes.assign(watched=changes["group"].map(seen))


def meetups():
    """Return Meetup's groups with founding and last meeting."""
    listed, changes = _addresses()
    since, until = of("2019-09-15"), of("2022-01-27")
    own = listed.groupby("group").agg(
        born=("created", "first"), first=("first", "min"), seen=("last", "max")
    )
    own["kind"] = listed["kind"].reindex(own.index)
    own = own[own["seen"] >= since]
    held = changes[changes["past_events"] > 0]
    held = held[held["met"].between(held["born"], held["at"])]
    late = own["first"] - own["born"] > 31
    entry = own["first"].where(late, own["born"]).clip(lower=since)
    gone = own["seen"] < until
    end = own["seen"].where(gone, until) + 1
    kinds = {"rug": "meetup", "rladies": "rladies"}
    return watched(pd.DataFrame({
        "born": own["born"], "entry": np.fmax(entry, own["born"]), "end": end,
        "closed": end.where(gone), "closed_kind": "unlisted",
        "last": held.groupby("group")["met"].max(), "network": own["kind"].map(kinds),
    }).loc[own.index])  # fmt: skip


def chapters():
    """Return R-Ladies' chapters: founded, last meeting, retired."""
    listed = raw("rladies_meetup", "chapters.csv").set_index("urlname")
    events = raw("rladies_meetup", "events.csv.gz")
    changes = raw("rladies_meetup", "status_changes.csv")
    end = of("2026-08-23")
    events = events.assign(at=day(events["dateTime"]))
    held = events[(events["status"] != "CANCELLED") & (events["at"] < end)]
    changes["at"] = day(changes["date"])
    since = changes[changes["at"] > changes["at"].min()]
    retired = since[since["status"] == "inactive"].groupby("urlname")["at"].max() + 1
    born = day(listed["founded"])
    return pd.DataFrame({
        "born": born, "entry": born, "end": end,
        "last": held.groupby("urlname")["at"].max().reindex(born.index),
        "closed": retired.reindex(born.index).where(listed["status"] == "inactive"),
        "closed_kind": "administrative", "network": "rladies", "batch": week(born),
    }).reset_index(drop=True)  # fmt: skip
