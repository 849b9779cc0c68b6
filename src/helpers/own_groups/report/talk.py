"""What is sent in a group, and words and signs with a tone: for its owner alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from types import MappingProxyType
from unicodedata import bidirectional

import numpy as np
import pandas as pd

from helpers.own_groups.report.layout import Cell, Section, Table
from helpers.own_groups.sentences import format_percent
from helpers.wording import Verbatim, say, say_in

TEXTS, LEAST = 1000, 20  # texts read, and least of them with a word
MOST, CANDIDATES = 8, 200  # words shown on either side, and looked at
READ = 3  # texts with a word, in which it is one
SURE = 3.0  # standard errors by which a word's share differs from that of the others
# pictographs, flags, keycaps; joined ones and those with a skin are one
EMOJI = re.compile(
    "(?:[\U0001f1e6-\U0001f1ff]{2})|(?:[\u2600-\u27bf\U0001f300-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d[\u2640\u2642\u2600-\u27bf"
    "\U0001f300-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*)"
)
SIGNS = re.compile(rf"{EMOJI.pattern}|\[[^\[\]\n]{{1,12}}\]|[A-Za-z]{{4,}}")
MASKS = {"[email]", "[id]", "[invite]", "[name]", "[number]", "[phone]", "[wechat]"}
HAN = re.compile("[\u4e00-\u9fff]+")
TOWARDS_LEFT = {"R", "AL", "AN", "RLE", "RLO", "RLI", "LRO", "LRE", "LRI"}
KINDS = MappingProxyType(
    {
        "text": say("text"), "image": say("pictures"),
        "voice": say("voice"), "video": say("videos"),
        "file": say_in("kind of message", "files"), "sticker": say("stickers"),
        "link": say("links"), "location": say_in("kind of message", "places"),
        "red_packet": say("red packets"),
        "transfer": say("transfers"),
        "poke": say("pokes"), "call": say("calls"),
        "share": say("shares"), "reply": say_in("kind of message", "replies"),
        "forward": say("forwards"), "contact": say("contacts"),
        "poll": say_in("kind of message", "polls"),
        "announcement": say("announcements"),
        "other": say("other"),
    }
)  # fmt: skip
KIND_HEAD = say("What is sent")
WORD_HEAD = say("Words and signs with a tone")
WORD_HEADS = (
    say("word or sign"),
    say("texts with it"),
    say("read as negative"),
    say("of the others"),
)
READ_BY = say(
    "How the instruments (Chinese chat lines; VADER for English) read the texts with a"
    " word, of {n:,} drawn at random; not corrected for their errors. An instrument"
    " goes by words: it says which words weigh, not what was meant."
)


def isolate_name(name: str) -> str:
    """Return a name that does not turn the direction of the sentence around it.

    >>> isolate_name("Zoë"), isolate_name("שלום") == "שלום"
    ('Zoë', False)
    """
    turns = any(bidirectional(letter) in TOWARDS_LEFT for letter in name)
    return f"\u2068{name}\u2069" if turns else name


def build_kinds(kinds: pd.Series[str]) -> list[Section]:
    """Build the table of what is sent, if it is more than one kind."""
    counts = Counter(kinds)
    if len(counts) < 2:  # noqa: PLR2004 - one kind is no table
        return []
    order = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    rows: list[list[Cell]] = [
        [KINDS.get(kind, Verbatim(kind)), f"{n:,}", f"{100 * n / len(kinds):.1f}%"]
        for kind, n in order
    ]
    heads = (say_in("table of kinds", "kind"), say("messages"), say("share"))
    return [Section(KIND_HEAD, level=3, table=Table(heads, rows))]


def build_toned_words(texts: Sequence[str]) -> list[Section]:
    """Build the table of words with texts that are read as negative, or are not."""
    if len(texts) < LEAST:
        return []
    draw = np.random.default_rng(20240701).permutation(len(texts))[:TEXTS]
    read, negative = read_tones([texts[at] for at in draw])
    rows = [
        [word, f"{n:,}", format_percent(share), format_percent(rest)]
        for word, n, share, rest in find_toned_words(read, negative)
    ]
    if not rows:
        return []
    notes = [READ_BY.fill(n=len(read))]
    return [Section(WORD_HEAD, level=3, notes=notes, table=Table(WORD_HEADS, rows))]


def read_tones(texts: Sequence[str]) -> tuple[list[str], list[bool]]:
    """Return the texts that an instrument reads, and which of them as negative."""
    from helpers.library.tone import read_sides, tone  # noqa: PLC0415 - slow

    scores, read, negative = tone(texts), [], []
    sides = {
        name: read_sides(name, scores[name])["negative"]
        for name in ("chat_line", "vader")
    }
    for at, text in enumerate(texts):
        for name, side in sides.items():
            if not np.isnan(scores[name].iloc[at]):
                read.append(text)
                negative.append(bool(side.iloc[at]))
    return read, negative


def find_toned_words(
    texts: Sequence[str], negative: Sequence[bool]
) -> list[tuple[str, int, float, float]]:
    """Find the words of which texts are read as negative more often, or less.

    With how many texts have it, and the shares of negative ones among them and among
    the others; the most negative first, at most eight of either side.
    """
    sides = np.array(negative, bool)
    words: list[tuple[str, int, float, float]] = []
    held: dict[str, set[int]] = {}
    for at, text in enumerate(texts):
        for word in set(_list_words(text)):
            held.setdefault(word, set()).add(at)
    order = sorted(held, key=lambda word: (-len(held[word]), word))
    often = [word for word in order if len(held[word]) >= LEAST][:CANDIDATES]
    for word in often:
        inside = np.zeros(len(sides), bool)
        inside[list(held[word])] = True
        n, others = int(inside.sum()), int((~inside).sum())
        if not others:
            continue
        share, rest = sides[inside].mean(), sides[~inside].mean()
        spread = sides.mean() * (1 - sides.mean()) * (1 / n + 1 / others)
        if abs(share - rest) <= SURE * np.sqrt(spread):
            continue
        if _is_word(word, [texts[at] for at in sorted(held[word])[:READ]]):
            words.append((word, n, float(share), float(rest)))
    found = sorted(words, key=lambda row: (row[3] - row[2], row[0]))
    above = [row for row in found if row[2] > row[3]]
    below = [row for row in found if row[2] < row[3]]
    return above[:MOST] + below[-MOST:]


def _list_words(text: str) -> Iterable[str]:
    """Yield signs, Latin words, and pairs of Chinese characters that may be words."""
    yield from (sign for sign in SIGNS.findall(text.casefold()) if sign not in MASKS)
    for run in HAN.findall(text):
        yield from ("".join(pair) for pair in pairwise(run))


def _is_word(word: str, texts: Sequence[str]) -> bool:
    """Return whether SnowNLP takes two Chinese characters of texts for one word."""
    if not HAN.fullmatch(word):
        return True
    from snownlp import seg  # noqa: PLC0415 - reads its model

    return all(word in seg.seg(text) for text in texts)
