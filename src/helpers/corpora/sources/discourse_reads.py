"""Two Discourse forums, 2014–2026: every post with its number of readers.

A group is a forum; its topics are conversations in it. An answer names the number of
a post within its topic, which becomes that post's id.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from helpers.corpora.shared.corpus import RawFolder, Supplements, load_description
from helpers.corpora.shared.record_batches import record_batches
from helpers.measures.echoing import sum_echoes_by_author_set
from helpers.records import DAY_US, Batch, from_rows
from helpers.sentiment import vader

USED = (
    "forum", "topic_id", "post_id", "post_number", "user", "created_at", "reply_to",
    "reads", "chars", "links",
)  # fmt: skip

LEAST_POSTS = 200  # of a forum, as of a room


def read(raw: RawFolder) -> Iterator[Batch]:
    """Yield records of all forum posts, their reader counts, and the forums."""
    for name in raw.names:
        posts = raw.rows(name, usecols=list(USED))
        yield from record_batches(_build_messages(posts), name)
        yield from record_batches(_build_reads(posts), name, "read")
        forums = posts["forum"].drop_duplicates().sort_values()
        yield from_rows("group", [_build_group(forum, name) for forum in forums])


def read_supplements(raw: RawFolder) -> Supplements:
    """Compute how each post's tone correlates with that of the posts before it.

    Of a post its first 300 characters are at hand; they are looked at here only.
    """
    posts = pd.concat([raw.rows(name) for name in raw.names])
    posts = posts.drop_duplicates(["forum", "post_id"]).dropna(subset="text")
    messages = _build_messages(posts).assign(day=lambda rows: rows["time_us"] // DAY_US)
    messages = messages.assign(
        tone=2 * vader.measure_texts(posts["text"].tolist()).score - 1
    )
    busy = messages.groupby("group")["tone"].transform("size") >= LEAST_POSTS
    rows = messages[busy].sort_values(["topic", "time_us", "id"], kind="stable")
    rows = rows.assign(
        room=pd.factorize(rows["topic"])[0],
        member=rows["sender"],
        replying=rows["reply_to"].notna(),
    )
    return Supplements(tables={"echoed": sum_echoes_by_author_set(rows)})


def _build_messages(posts: pd.DataFrame) -> pd.DataFrame:
    at = pd.to_datetime(posts["created_at"], format="ISO8601")
    since = at - pd.Timestamp(0, tz="UTC")
    return pd.DataFrame(
        {
            "group": posts["forum"],
            "id": posts["post_id"].astype("str"),
            "sender": posts["forum"] + "/" + posts["user"],
            "time_us": since // pd.Timedelta(microseconds=1),
            "kind": "text",
            "bot": False,
            "chars": posts["chars"],
            "reply_to": _find_answered_posts(posts),
            "topic": posts["forum"] + "/" + posts["topic_id"].astype("str"),
            "links": posts["links"],
        }
    )


def _find_answered_posts(posts: pd.DataFrame) -> pd.Series[str]:
    """Return the id of the post that each post replies to, or null."""
    place = ["forum", "topic_id", "post_number"]
    ids = posts.drop_duplicates(place).set_index(place)["post_id"].astype("str")
    wanted = posts[["forum", "topic_id", "reply_to"]].set_axis(place, axis=1)
    answers = wanted.join(ids.rename("answered"), on=place)
    return answers["answered"]


def _build_reads(posts: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "group": posts["forum"],
            "message": posts["post_id"].astype("str"),
            "readers": posts["reads"],
        }
    )


def _build_group(forum: str, file: str) -> dict[str, object]:
    return {
        "group": forum,
        "label": forum,
        "network": forum,
        "platform": "discourse",
        "kind": "forum",
        "file": file,
        "position": 1,
    }


CORPUS = load_description("discourse_reads", read, beside=read_supplements)
