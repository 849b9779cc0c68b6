"""Measure the accuracy of rules for ads and questions on hand-labelled messages."""

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from helpers.arrays import Bools
from helpers.errors import MissingSourceError
from helpers.files import read_own_rows, write_csv
from helpers.text.advertisements import build_views, classify_advertisements
from helpers.text.columns import to_text_array
from helpers.text.contents import is_question

SPAM = "chinese_spam"
LINK = re.compile("https?://")  # as links of messages are counted


class LabelledChat(msgspec.Struct, frozen=True):
    """A file of labelled chat messages, and the rule tested on it."""

    rule: str
    file: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    part: str = ""


SETS = read_own_rows("validation", "labelled_sets.toml", package="pipeline")
NOT_READ: dict[str, str] = SETS["not_read"]
CHATS = msgspec.convert(SETS["chats"], dict[str, LabelledChat])


class Messages(NamedTuple):
    """Message texts, and whether each is labelled an advertisement."""

    texts: list[str]
    labels: Bools


class Measure(NamedTuple):
    """One accuracy measure: a share with its 95 % Clopper–Pearson interval."""

    messages: str
    measure: str
    hits: int
    n: int
    estimate: str
    low: str
    high: str


def write_quality(corpora: Path, out: Path) -> None:
    """Write precision, recall and false alarms of the advertisement rules as CSV."""
    write_csv(out, pd.DataFrame(measure_rules(corpora)))


def measure_rules(corpora: Path) -> Iterator[Measure]:
    """Yield the accuracy of the advertisement rules for each data set."""
    tuned, unseen = (
        _read_spam(corpora / SPAM / f"{part}.csv") for part in ("train", "eval")
    )
    yield from _measure_labelled("chat spam, evaluation part", unseen)
    novel = "chat spam, evaluation part, distinct texts not in the tuning part"
    yield from _measure_labelled(novel, _select_novel(unseen, tuned))
    yield from _measure_labelled("chat spam, tuning part", tuned)
    yield _measure_links([tuned, unseen])
    for file, name in SETS["reviews"].items():
        rows = _read_rows(corpora / "chinese_sentiment" / file)
        yield _measure_share(name, "false alarms", rows["review"].tolist())
    titles = _read_rows(corpora / "v2ex_nodes" / "v2ex_topics_page1.csv")
    in_trade = titles["node"].isin(SETS["trade_boards"])
    for name, measure, chosen in (
        ("V2EX titles, ordinary boards", "false alarms", ~in_trade),
        ("V2EX titles, trade boards", "flagged", in_trade),
    ):
        yield _measure_share(name, measure, titles.loc[chosen, "title"].tolist())


def write_chat_quality(corpora: Path, out: Path) -> None:
    """Write the accuracy of the advertisement and question rules on chats as CSV."""
    rows = [
        {"rule": chat.rule, **measure._asdict()}
        for name, chat in CHATS.items()
        for measure in _measure_chat(name, chat, corpora / "chat_labels")
    ]
    write_csv(out, pd.DataFrame(rows))


def write_chat_ledger(corpora: Path, out: Path) -> None:
    """Write how many labelled chat messages were used or excluded, and why, as CSV."""
    counts = []
    for name, chat in CHATS.items():
        rows = _read_labelled(chat.file, corpora / "chat_labels")
        steps = exclude_rows(rows, chat.yes + chat.no, chat.part)
        counts += count_steps(name, f"{chat.file}.csv.gz", rows, steps, "messages")
    for name, file in NOT_READ.items():
        rows = _read_labelled(file, corpora / "chat_labels")
        none = [("no rule reads what they are labelled for", rows[:0])]
        counts += count_steps(name, f"{file}.csv.gz", rows, none, "messages")
    write_steps(counts, "messages", out)


def count_steps(
    name: str, file: str, rows: pd.DataFrame,
    steps: Iterable[tuple[str, pd.DataFrame]], kept: str,
) -> list[tuple[str, str, str, int]]:  # fmt: skip
    """Count the rows of a labelled set: read, set aside by each reason, kept."""
    counts = [(name, "read", file, len(rows))]
    for reason, left in steps:
        counts.append((name, "set aside", reason, len(rows) - len(left)))
        rows = left
    return [*counts, (name, "kept", kept, len(rows))]


def write_steps(
    counts: Sequence[tuple[str, str, str, int]], unit: str, out: Path
) -> None:
    """Write what was counted of labelled sets as CSV."""
    write_csv(out, pd.DataFrame(counts, columns=[unit, "step", "reason", "rows"]))


def exclude_rows(
    rows: pd.DataFrame, labels: Collection[str], part: str | None = None
) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield each reason for exclusion, and the rows that are left after it."""
    rows = rows[rows["text"].notna() & rows["text"].ne("")]
    yield "no text", rows
    rows = rows[rows["label"].isin(labels)]
    yield "another label", rows
    if part is not None:
        rows = rows[rows["part"].eq(part)] if part else rows
        yield "another part of the file", rows
    sides = rows.groupby("text", sort=False)["label"].nunique()
    rows = rows[rows["text"].map(sides).eq(1)]
    yield "both labels", rows
    yield "exact copy", rows.drop_duplicates("text")


def _read_labelled(file: str, folder: Path) -> pd.DataFrame:
    return pd.read_csv(require_set(folder / f"{file}.csv.gz"), dtype=str)


def require_set(path: Path) -> Path:
    """Return the file of a labelled set; raise if it is not there."""
    if not path.is_file():
        raise MissingSourceError(
            "a labelled set is missing",
            where=path.name,
            remedy="fetch it as data/processed/instruments/README.md says",
        )
    return path


def _measure_chat(name: str, chat: LabelledChat, folder: Path) -> Iterator[Measure]:
    read = _read_labelled(chat.file, folder)
    *_, (_, rows) = exclude_rows(read, chat.yes + chat.no, chat.part)
    flagged = RULES[chat.rule](rows["text"].tolist())
    is_so = rows["label"].isin(chat.yes).to_numpy(bool)
    yield _build_measure(name, "precision", is_so[flagged])
    yield _build_measure(name, "sensitivity", flagged[is_so])
    yield _build_measure(name, "specificity", ~flagged[~is_so])


def _measure_labelled(name: str, messages: Messages) -> Iterator[Measure]:
    is_flagged = _are_ads(messages.texts)
    ads = messages.labels
    shares = {
        "precision": ads[is_flagged],
        "recall": is_flagged[ads],
        "false alarms": is_flagged[~ads],
    }
    for measure, hits in shares.items():
        if len(hits):  # a share of nothing is no number
            yield _build_measure(name, measure, hits)


def _measure_links(parts: list[Messages]) -> Measure:
    """Return the share of labelled advertisements that contain a link."""
    ads = [
        text
        for part in parts
        for text, ad in zip(part.texts, part.labels, strict=True)
        if ad
    ]
    linked = np.array([LINK.search(text) is not None for text in ads], bool)
    return _build_measure("chat spam, both parts", "ads with a link", linked)


def _measure_share(name: str, measure: str, texts: list[str]) -> Measure:
    return _build_measure(name, measure, _are_ads(list(dict.fromkeys(texts))))


def _are_ads(texts: list[str]) -> Bools:
    return np.array(
        [kind == "ad" for kind in classify_advertisements(texts).kind.to_pylist()]
    )


RULES: dict[str, Callable[[list[str]], Bools]] = {
    "advertisement": _are_ads,
    "question": lambda texts: np.asarray(is_question(texts), bool),
}


def _build_measure(name: str, measure: str, hits: Bools) -> Measure:
    count, n = int(hits.sum()), len(hits)
    low, high = proportion_confint(count, n, method="beta")
    shares = (f"{value:.5f}" for value in (count / n, low, high))
    return Measure(name, measure, count, n, *shares)


def _select_novel(messages: Messages, tuned: Messages) -> Messages:
    seen = set(_to_tight_texts(tuned.texts))
    places: dict[str, int] = {}
    for place, text in enumerate(_to_tight_texts(messages.texts)):
        if text not in seen:
            places.setdefault(text, place)
    chosen = sorted(places.values())
    return Messages([messages.texts[i] for i in chosen], messages.labels[chosen])


def _to_tight_texts(texts: list[str]) -> list[str]:
    return list(build_views(to_text_array(texts))["tight"].to_pylist())


def _read_spam(path: Path) -> Messages:
    with require_set(path).open(encoding="utf-8-sig", newline="") as file:
        # two lines carry an unquoted comma in the text
        rows = [(row[0], ",".join(row[1:])) for row in csv.reader(file)][1:]
    texts = [text for _, text in rows]
    return Messages(texts, np.array([label == "1" for label, _ in rows]))


def _read_rows(path: Path) -> pd.DataFrame:
    return pd.read_csv(
        require_set(path), dtype=str, keep_default_na=False, encoding="utf-8-sig"
    )
