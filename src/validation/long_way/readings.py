"""Simulate classifier scores and hand labels of messages.

Each message that was read is a post with a text that the product's own instrument reads
with the planted answer; other posts are pictures, which nobody reads. `whole` fits what
was planted into posts:

- a cell's messages, of a group and a day, are its posts of that month nearest in age,
  and new ones where no table that the claim reads counts posts of that time. Where
  there are too few, messages are left out, of each sort alike;
- nobody is asked twice about a message, and a sample of k messages of n has the
  probability k/n, where planted ones were drawn with replacement, each by chance;
- what is expected of a message is 1 or 0, where a machine of .8 and .2 was planted; of
  a question without an instrument it is what is learnt from the labels;
- where posts that nobody read need a text (`short_talk` counts these), they are read as
  no, and people who read all of a group say so;
- where a claim reads how many messages and people of months there are, messages of each
  sort are ten times as many: a core has to write on so many days;
- where a claim reads rates besides, posts keep their pace, which changes 28 days before
  the planted rate does; where it reads months, and not when groups end, nothing is
  posted after the last of them, and where it does not count messages of months, nothing
  but what was read: who wrote that is the host.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from helpers.formats.privacy.pseudonyms import Pseudonyms
from helpers.records import DAY_US, SECOND_US
from helpers.sentiment.labels.domain import cross_read
from helpers.sentiment.labels.labelling import predict_first_answer, read_instrument
from validation.long_way import people
from validation.long_way.cells import carried, messages
from validation.long_way.exported import FIRST_GROUP, KEY
from validation.long_way.reads import Reads
from validation.long_way.story import NOBODY, Story, person
from validation.worlds.claims.tabled import Planted
from validation.worlds.messages.tables import CHARS, PLAIN

TABLES = frozenset({"labels", "readings"})
WORDY = frozenset({"short_talk", "timetables"})
TEXTS = {  # read as no, and as yes or positive
    "advertisement": (PLAIN, "加V信兼职日结300元"),
    "content": (PLAIN, "【分享】今天的课"),
    "tone": ("太差了，很失望，垃圾", "今天很开心，大家都很好"),
    "off_topic": ("今天读书", "谁来打球"),
}
MONTH, VOICES = 28, 5  # days of a trailing count too
TIMES = 10


def adjust_tables(study: Planted, story: Story, reads: Reads) -> None:
    """Adjust labels and classifier scores so that they match simulated posts."""
    if "rates" in reads and "months" not in reads:
        story.posts = story.posts.iloc[:0]
        story.add("posts", _paced(study))
    if {"messages", "posters"} <= reads.get("months", set()):
        _multiply(study)
        story.posts = story.posts.iloc[:0]
        story.add("posts", people.posts(study, reads))
    if "months" in reads and "last_us" not in reads["groups"]:
        story.posts = _until(study, story.posts, reads["months"])
    kinds = sorted(study.tables["readings"]["kind"].unique())
    rows = carried(messages(study, kinds), study, story, reads)
    if WORDY & reads.keys():
        rows = _add_other_posts(rows, story, kinds)
    posts = story.posts.set_index("post")["time_us"]
    rows = rows.assign(time_us=rows["post"].map(posts), text=_texts(rows, kinds))
    rows = rows.sort_values(["time_us", "post"], ignore_index=True)
    origin = study.tables["groups"].set_index("group")["origin_us"]
    rows["age_day"] = (rows["time_us"] - rows["group"].map(origin)) // DAY_US
    drawn = study.tables["labels"].get("drawn", pd.Series("message")).iloc[0]
    told = [_told(rows, kind, drawn) for kind in kinds]
    story.texts = dict(zip(rows["post"], rows["text"], strict=True))
    every = pd.concat(told, ignore_index=True)
    story.labels = every.dropna(subset="label")
    study.tables["labels"] = story.labels.drop(columns=["post", "time_us", "text"])
    by = every.groupby(["group", "kind", "age_day"])["predicted"]
    study.tables["readings"] = by.agg(messages="size", predicted="sum").reset_index()


def _paced(study: Planted) -> pd.DataFrame:
    """Simulate posts with a given number per 28 days."""
    groups = study.tables["groups"].set_index("group")
    parts = []
    for group, steps in study.tables["rates"].groupby("group"):
        born, end = groups.loc[group, ["origin_us", "end_us"]]
        turns = (steps["age_day"].to_numpy() - MONTH).clip(min=0)
        days = np.append(turns, (int(end) - int(born)) // DAY_US)
        so_far = np.cumsum(np.append(0, np.diff(days) * steps["messages_28"] / MONTH))
        nth = np.arange(int(so_far[-1]))
        at = (np.interp(nth, so_far, days) * DAY_US).astype("int64")
        said = {"group": group, "time_us": int(born) + at // SECOND_US * SECOND_US}
        parts.append(pd.DataFrame(said | {"person": person(group, nth % VOICES)}))
    return pd.concat(parts).assign(answers=NOBODY, chars=CHARS)


def _multiply(study: Planted) -> None:
    """Multiply message counts so that enough messages can be labelled by hand."""
    for name in ("months", "readings"):
        rows = study.tables[name]
        told = [column for column in ("messages", "predicted") if column in rows]
        study.tables[name] = rows.assign(**(rows[told] * TIMES).to_dict("series"))


def _until(
    study: Planted, posts: pd.DataFrame, columns: frozenset[str]
) -> pd.DataFrame:
    """Select the posts up to the last month that the simulated tables contain."""
    if "messages" not in columns:
        return posts.sort_values("time_us").drop_duplicates("group")
    origin = study.tables["groups"].set_index("group")["origin_us"]
    last = study.tables["months"].groupby("group")["month"].max().astype("int64")
    stop = origin + (last + 1) * MONTH * DAY_US
    return posts[posts["time_us"] < posts["group"].map(stop)].reset_index(drop=True)


def _add_other_posts(
    rows: pd.DataFrame, story: Story, kinds: Sequence[str]
) -> pd.DataFrame:
    """Add simulated posts that are unlabelled or labelled "no"."""
    others = story.posts[~story.posts["post"].isin(rows["post"])][["post", "group"]]
    for kind in kinds:
        others = others.assign(**{f"read {kind}": 0, f"said {kind}": "no"})
    return pd.concat([rows, others], ignore_index=True)


def _texts(rows: pd.DataFrame, kinds: Sequence[str]) -> pd.Series[str]:
    """Return texts to which classifiers give the specified labels."""
    texts = pd.Series(TEXTS[kinds[0]][0], rows.index)
    for kind in kinds:
        texts = texts.mask(rows[f"read {kind}"].eq(1), TEXTS[kind][1])
    return texts


def _told(rows: pd.DataFrame, kind: str, drawn: str) -> pd.DataFrame:
    """Return classifier scores of all messages, and hand labels of the sampled ones."""
    told = rows[["post", "group", "time_us", "age_day", "text"]].assign(
        kind=kind, label=rows[f"said {kind}"], drawn=drawn,
        score=read_instrument(rows["text"], kind),
    )  # fmt: skip
    read, asked = rows[f"read {kind}"], told.dropna(subset="label")
    told["probability"] = len(asked) / len(told)
    if drawn == "group":
        told["probability"] = asked["group"].nunique() / told["group"].nunique()
    if told["score"].isna().all():
        return told.assign(predicted=_learnt(told))
    told["predicted"] = predict_first_answer(told["score"].to_numpy(), kind)
    assert told["predicted"].eq(read).all(), f"{kind} is not read as planted"
    return told


def _learnt(told: pd.DataFrame) -> np.ndarray:
    """Return cross-validated scores of a classifier trained on the hand labels."""
    asked = told["label"].notna()
    hidden = Pseudonyms(bytes.fromhex(KEY))
    keys = [
        hidden.of("group", f"{FIRST_GROUP + number}") for number in told["group"][asked]
    ]
    at, yes = np.flatnonzero(asked), told["label"][asked].eq("yes")
    return cross_read(told["text"].tolist(), at, yes, keys)


def tell(study: Planted, story: Story, reads: Reads) -> None:
    """Add no events: labels need only the simulated posts."""
