"""Write one offline HTML page with a table of the groups of a list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from helpers.files import write_text
from helpers.own_groups.page import (
    NAME,
    TITLE,
    build_answers,
    build_excluded,
    open_page,
    show_both,
)
from helpers.own_groups.sentences import (
    Text,
    describe_rest,
    hide_small,
    is_pseudonym,
    name_group,
)
from helpers.records import DAY_US, to_iso_day
from helpers.study.publish.study import Study
from helpers.survival.lifetimes import SILENCE_DAYS

if TYPE_CHECKING:
    from helpers.own_groups.answers import OwnAnswer

LEAD = Text(
    "Counted from your table; nothing left this computer.",
    "数都出自你的表，没有任何内容离开这台电脑。",
)
RULE = Text(
    "A table does not show how much a group talks, so the same rule holds for all:"
    " {days} days without a message count as inactive.",
    "表里看不出群平时说多少话，所以所有群用同一条线："
    "连续 {days} 天没人说话，就算静了。",
)
FEW = Text(
    "Fewer than {k} members: the name and the number stay hidden (--k 1 shows them).",
    "不到 {k} 人的群，不显示群名和人数（只给自己看时，在命令末尾加 --k 1）。",
)
NAMELESS = Text(
    "Groups go by codes; a column label in your table names them here.",
    "这里用代号称呼群。想看到群名，在表里加一列“显示名”。",
)
HEADS = (
    Text("group", "群"),
    Text("state", "状况"),
    Text("founded", "建群"),
    Text("days alive", "存活天数"),
    Text("days since the last message", "距最后一条消息（天）"),
    Text("members", "人数"),
    Text("seen until", "截至"),
)
STATES = {
    "closed": Text("closed", "已解散"),
    "never": Text("no message after the founding day", "建群那天之后没人说过话"),
    "inactive": Text("inactive", "已经静了"),
    "alive": Text("alive", "还活着"),
}
ORDER = tuple(STATES)
MOST_LINES = 5
UNKNOWN = Text("–", "–")


class Row(NamedTuple):
    """A group of a user's list: how long it lived, and its state when last seen."""

    name: Text
    state: str
    born: str
    alive_days: int | None
    silent_days: int | None
    members: int | None
    until: str


def list_rows(study: Study) -> list[Row]:
    """Return one row per group in a user's table of groups, the inactive ones last."""
    groups = study.table("registry")
    members: Mapping[int, int] = {}
    if "snapshots" in study.manifest.tables:
        counts = study.table("snapshots").dropna(subset="members")
        members = dict(zip(counts["group"], counts["members"].astype(int), strict=True))
    hidden = (groups["label"] == "–").cumsum()
    rows = [
        _build_row(group, members.get(group["group"]), number)
        for group, number in zip(groups.to_dict("records"), hidden, strict=True)
    ]
    return sorted(rows, key=lambda row: (-ORDER.index(row.state), row.silent_days or 0))


def _build_row(group: Mapping[Any, Any], members: int | None, number: int) -> Row:
    born, end = int(group["origin_us"]), int(group["end_us"])
    last = None if pd.isna(group["last_us"]) else int(group["last_us"])
    if last is not None and last <= born:  # no message after the founding day
        last = None
    label = str(group["label"])
    name = name_group(label)
    if label == "–":
        name = Text(f"small group {number}", f"小群 {number}")
    # from the day of the last message to the last day seen, which ends at `end`
    silent = None if last is None else max(end - 1 - last, 0) // DAY_US
    state = "alive"
    if not pd.isna(group["closed_us"]):
        state = "closed"
    elif silent is None:
        state = "never"
    elif silent >= SILENCE_DAYS:
        state = "inactive"
    alive = None if last is None else (last - born) // DAY_US
    return Row(
        name, state, to_iso_day(born), alive, silent, members, to_iso_day(end - DAY_US)
    )


def list_row_lines(rows: list[Row], k: int, *, chinese: bool) -> Iterator[str]:
    """Yield a line for the terminal on each of the first groups, in one language."""
    for row in rows[:MOST_LINES]:
        texts = (row.name, STATES[row.state], *_describe_spans(row), _count(row, k))
        words = [text.zh if chinese else text.en for text in texts if text.en]
        yield (
            f"{words[0]}：{'，'.join(words[1:])}"
            if chinese
            else (f"{words[0]}: {', '.join(words[1:])}")
        )
    if (rest := len(rows) - MOST_LINES) > 0:
        more = describe_rest(rest)
        yield more.zh if chinese else more.en


def _describe_spans(row: Row) -> Iterator[Text]:
    if row.alive_days is not None:
        yield Text(f"{row.alive_days:,} days alive", f"存活 {row.alive_days:,} 天")
    if row.silent_days is not None:
        yield Text(
            f"silent for {row.silent_days:,} days", f"已静 {row.silent_days:,} 天"
        )


def _count(row: Row, k: int) -> Text:
    if row.members is None:
        return Text("", "")
    shown = hide_small(row.members, k)
    return Text(f"{shown.en} members", f"{shown.zh} 人")


def write_list_page(
    rows: list[Row],
    folder: Path,
    *,
    k: int,
    excluded: Mapping[str, int],
    answers: Sequence[OwnAnswer] | None = None,
    public: Mapping[str, Text] = MappingProxyType({}),
    chinese: bool = False,
) -> Path:
    """Write the HTML page of a list of groups and return its path.

    Parameters
    ----------
    rows
        As `list_rows` sorts them.
    folder
        Where ``your-groups.html`` goes.
    k
        Least count of people that is shown.
    excluded
        Number of rows of the list that were not counted, by reason.
    answers, public
        As in `page.write_page`.
    chinese
        Whether the page opens in Chinese.
    """
    notes = [LEAD, _fill(RULE, days=int(SILENCE_DAYS))]
    notes += [_fill(FEW, k=k)] * any(row.name.en.startswith("small") for row in rows)
    notes += [NAMELESS] * any(is_pseudonym(row.name.en) for row in rows)
    parts = [
        *open_page(TITLE, chinese=chinese),
        f"<h1>{show_both(TITLE)}</h1>",
        *(f"<p>{show_both(note)}</p>" for note in notes),
        '</header><main><section class="index"><table><thead><tr>',
        *(f"<th>{show_both(head)}</th>" for head in HEADS),
        "</tr></thead><tbody>",
        *(_format_row(row, k) for row in rows),
        "</tbody></table></section>",
        *build_answers(answers, public),
        *build_excluded(excluded),
        "</main></body></html>\n",
    ]
    path = folder / NAME
    write_text(path, "".join(parts))
    return path


def _fill(text: Text, **values: int) -> Text:
    return Text(text.en.format(**values), text.zh.format(**values))


def _format_row(row: Row, k: int) -> str:
    spans = (
        UNKNOWN if days is None else Text(f"{days:,}", f"{days:,}")
        for days in (row.alive_days, row.silent_days)
    )
    members = UNKNOWN if row.members is None else hide_small(row.members, k)
    day = Text(row.born, row.born)
    cells = (
        row.name,
        STATES[row.state],
        day,
        *spans,
        members,
        Text(row.until, row.until),
    )
    return f"<tr>{''.join(f'<td>{show_both(cell)}</td>' for cell in cells)}</tr>"
