"""A folder made by `shequn run`, opened in a notebook: tables, sentences, plots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from helpers.claims.quantity import get_quantity
from helpers.errors import MissingSourceError, NotIdentifiableError
from helpers.fonts import register_font
from helpers.group_lives.evidence import Evidence
from helpers.life_tables import LANDMARKS, load_life_tables
from helpers.measures import DUCKDB
from helpers.own_groups.cards import Card
from helpers.own_groups.record import (
    STORE,
    Adjustments,
    Record,
    add_moments,
    count_replies,
    read_adjustments,
    read_record,
    read_texts,
)
from helpers.own_groups.sentences import (
    INSTRUMENT_NAMES,
    WEEKDAYS,
    Text,
    format_percent,
    hide_small,
    name_group,
)
from helpers.small_counts import get_threshold, mask_frame
from helpers.study.publish.study import OF_A_RUN, Study, open_study
from helpers.study.store.exports import open_exports
from helpers.survival.interval import Interval
from helpers.wording import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from helpers.survival import Lifetimes

NO_LIST = Text("These exports list no members.", "这些导出里没有成员名单。")
LEAST_GROUPS = 5  # below, no share of groups is given
LEAST_TONED = 50  # messages of a month, from which its tone is shown
TEXTS, SEED = 20_000, 20240701
READ_AT = 105  # days: at which the curve is read aloud
INSTRUMENTS = ("chat_line", "vader")


@dataclass(frozen=True)
class Run:
    """The results of one `shequn run`."""

    folder: Path  # where the run wrote
    study: Study  # its processed tables
    k: int = 5  # counts of people below it are hidden; 1 shows all

    @cached_property
    def groups(self) -> pd.DataFrame:
        """One row per group: name, first and last day, messages, people who wrote."""
        table = self.study.table("groups")
        offset = self.study.manifest.day_offset_us
        days = {
            name: pd.to_datetime(table[column] + offset, unit="us").dt.date
            for name, column in (("first", "first_us"), ("last", "last_us"))
        }
        names = [name_group(str(label)).en for label in table["label"]]
        columns = {"group": names, **days, "messages": table["messages"]}
        return pd.DataFrame(columns | {"posters": table["posters"]})

    @cached_property
    def lives(self) -> Lifetimes:
        """When each group fell silent, or until when it was seen alive."""
        from helpers.library.lifetimes import silence  # noqa: PLC0415 - slow to import

        return silence(self.study)

    def show_groups(self) -> pd.DataFrame:
        """Return the table of groups with small counts of people hidden."""
        return mask_frame(self.groups, self.k)

    def texts(self, most: int = TEXTS) -> pd.DataFrame:
        """Return at most so many messages with text, drawn at random, by time.

        They come from the store of the run: names in them are masked.
        """
        parts = sorted((self.folder / STORE).glob("*/message/*.parquet"))
        rows = read_texts(parts, self._adjustments.window)
        rows = rows.sort_values(["time_us", "group"], kind="stable", ignore_index=True)
        if len(rows) > most:
            rng = np.random.default_rng(SEED)
            rows = rows.iloc[np.sort(rng.choice(len(rows), most, replace=False))]
        return add_moments(rows, self.study.manifest.day_offset_us)

    @cached_property
    def record(self) -> Record:
        """Messages that count, joins, members and reactions, by pseudonym."""
        exports = open_exports(self.folder / STORE, {})
        return read_record(exports, self._adjustments, DUCKDB)

    @cached_property
    def _adjustments(self) -> Adjustments:
        return read_adjustments((self.folder / OF_A_RUN).parent)

    def joins(self) -> pd.DataFrame:
        """Return who joined when: ``group, person, time``."""
        return _add_times(self.record.joins)

    def members(self) -> pd.DataFrame:
        """Return the lists of members: ``group, person, time`` of joining, if known."""
        listed = self.record.members.rename(columns={"joined_us": "time_us"})
        return _add_times(listed)

    def reactions(self) -> pd.DataFrame:
        """Return who reacted or read when, where it is dated: ``group, person, time``.

        Reactions without a time have none in the column.
        """
        return _add_times(self.record.seen)

    def replies(self) -> pd.DataFrame:
        """Return how often who replied to whom: ``group, sender, to, replies``.

        Column ``recorded`` says whether replies are on record; otherwise whoever
        speaks next within ten minutes counts as replying.
        """
        parts = []
        for group in self.study.table("groups")["key"]:
            counts, recorded = count_replies(self.record.within(group))
            parts.append(counts.assign(group=group, recorded=recorded))
        columns = ["group", "sender", "to", "replies", "recorded"]
        return pd.concat(parts, ignore_index=True)[columns]

    @cached_property
    def tone(self) -> pd.DataFrame:
        """Share of negative messages by month over all groups, by instrument."""
        from helpers.library.tone import tone_by_month  # noqa: PLC0415 - slow

        return tone_by_month(self.texts().assign(group="all"))

    @cached_property
    def against(self) -> pd.DataFrame:
        """Share silent by age, with the range over public communities."""
        return compare_lives(self.study)

    def answers(self, language: str = "en") -> pd.DataFrame:
        """Return what the groups show of the claims: a row per reading."""
        from helpers.own_groups.report.answers import list_own_answers  # noqa: PLC0415 - slow

        heads = (
            ["claim", "counted", "here", "true if", "so it is"]
            if language == "en"
            else ["说法", "数的是什么", "这里", "对的话应是", "所以"]
        )
        rows = [
            [_choose(one.said, language), _choose(one.measured, language),
             _choose(one.found, language), one.claimed, _choose(one.word, language)]
            for one in list_own_answers(self.study)
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=heads)

    # ---- sentences -------------------------------------------------------------

    def describe(self, language: str = "en") -> str:
        """Describe what is here: groups, messages, people, days."""
        groups, messages = len(self.groups), int(self.groups["messages"].sum())
        first, last = self.groups["first"].dropna(), self.groups["last"].dropna()
        span = f"{first.min()} – {last.max()}" if len(first) else "–"
        noun = "group" if groups == 1 else "groups"
        said = Text(
            f"{groups:,} {noun}, {messages:,} messages, {span}.",
            f"{groups:,} 个群，{messages:,} 条消息，{span}。",
        )
        return _choose(said, language)

    def describe_lives(self, language: str = "en") -> str:
        """Describe how many groups fell silent, and how many by day 105."""
        ended, n = int(self.lives.ended.sum()), len(self.lives.ended)
        said = Text(
            f"{ended:,} of {n:,} groups fell silent for good: 60 days without a"
            " message, more in groups that talk little.",
            f"{n:,} 个群里有 {ended:,} 个彻底沉寂了（连续 60 天没人说话；"
            "话少的群要更久）。",
        )
        if (self.lives.durations >= READ_AT).sum() >= LEAST_GROUPS:
            share, low, high = _format_range(measure_silent(self.study, READ_AT))
            said = Text(
                f"{said.en} By day {READ_AT} it was {share} ({low}–{high}).",
                f"{said.zh}到第 {READ_AT} 天是 {share}（{low}–{high}）。",
            )
        return _choose(said, language)

    def describe_writers(self, language: str = "en") -> str:
        """Describe how much the busiest person writes, in the middle group."""
        top = self.find_top_shares()
        if top.empty:
            said = Text("Too few people wrote to say.", "说话的人太少，说不了。")
            return _choose(said, language)
        middle, n = format_percent(float(top.median())), len(top)
        said = Text(
            f"One person wrote {middle} of all messages.",
            f"一个人说了全部消息的 {middle}。",
        )
        if n > 1:
            said = Text(
                f"In the middle one of {n:,} groups, one person wrote {middle} of all"
                " messages.",
                f"{n:,} 个群里居中的那个，{said.zh}",
            )
        return _choose(said, language)

    def find_top_shares(self) -> pd.Series[float]:
        """Return the share of the busiest person in each group of k writers or more."""
        days = self.study.table("member_days")
        sums = days.groupby(["group", "member"], observed=True)["messages"].sum()
        by = sums.groupby("group")
        many = by.size() >= max(self.k, 1)
        return (by.max() / by.sum())[many]

    def describe_silent(self, language: str = "en") -> str:
        """Describe how many listed members never wrote."""
        if "memberships" not in self.study.manifest.tables:
            return _choose(NO_LIST, language)
        people = self.study.table("memberships")
        listed = people[people["listed"].astype(bool)]
        if listed.empty:
            return _choose(NO_LIST, language)
        never = int((listed["messages"] == 0).sum())
        hidden, whole = (hide_small(n, self.k) for n in (never, len(listed)))
        share = Text("", "")
        if not 0 < never < self.k:
            share = Text(" ({0})", "（{0}）").fill(format_percent(never / len(listed)))
        said = Text(
            f"{hidden.en} of {whole.en} listed members{share.en} never wrote.",
            f"名单上 {whole.zh} 人，{hidden.zh} 人{share.zh}从没说过话。",
        )
        return _choose(said, language)

    def describe_against(self, language: str = "en") -> str:
        """Compare the share silent with that in public communities."""
        found = describe_comparison(self.against)
        return "" if found is None else _choose(found, language)

    # ---- plots -----------------------------------------------------------------

    def plot_hours(self, ax: Axes | None = None, language: str = "en") -> Axes:
        """Draw messages by hour and day of the week."""
        axes = _get_axes(ax)
        rows = self.study.table("rhythm")
        table = rows.pivot_table("items", "weekday", "hour", aggfunc="sum")
        table = table.reindex(index=range(7), columns=range(24)).fillna(0)
        axes.imshow(table.to_numpy(), aspect="auto", cmap="Blues")
        axes.set_yticks(range(7), [_choose(day, language) for day in WEEKDAYS])
        axes.set_xticks(range(0, 24, 3))
        return axes

    def plot_lives(self, ax: Axes | None = None, language: str = "en") -> Axes:
        """Draw the share of groups still active by age."""
        axes = self.lives.curve().plot(_get_axes(ax))
        if language == "zh":
            axes.set(xlabel="建群后的天数", ylabel="还在说话的群")
            for text in axes.texts:
                text.set_text(text.get_text().replace("at risk", "跟踪中的群"))
        return axes

    def plot_messages(self, ax: Axes | None = None, language: str = "en") -> Axes:
        """Draw messages by week over all groups."""
        axes = _get_axes(ax)
        daily = self.study.table("daily")
        days = pd.to_datetime(daily["day"].astype("int64"), unit="D")
        weekly = daily["messages"].groupby(days.dt.to_period("W").dt.start_time).sum()
        axes.bar(weekly.index, weekly.to_numpy(), width=6)
        axes.set_ylabel(_choose(Text("messages a week", "每周消息数"), language))
        axes.figure.autofmt_xdate()
        return axes

    def plot_tone(self, ax: Axes | None = None, language: str = "en") -> Axes:
        """Draw the share of negative messages by month with its range."""
        axes = _get_axes(ax)
        for name in self.list_instruments():
            rows = self.tone[self.tone[f"{name}_scored"] >= LEAST_TONED]
            low, high = rows[f"{name}_negative_low"], rows[f"{name}_negative_high"]
            months = pd.to_datetime(rows["month"])
            label = _choose(INSTRUMENT_NAMES[name], language)
            (line,) = axes.plot(
                months, rows[f"{name}_negative"], marker="o", label=label
            )
            axes.fill_between(months, low, high, alpha=0.2, color=line.get_color())
        axes.set_ylim(0, 1)
        axes.set_ylabel(_choose(Text("share negative", "负面消息的比例"), language))
        axes.legend()
        axes.figure.autofmt_xdate()
        return axes

    def list_instruments(self) -> list[str]:
        """Return the instruments that read enough messages in some month."""
        return [
            name
            for name in INSTRUMENTS
            if (self.tone[f"{name}_scored"] >= LEAST_TONED).any()
        ]


def _add_times(rows: pd.DataFrame) -> pd.DataFrame:
    time = pd.to_datetime(rows["time_us"].astype("Int64"), unit="us", utc=True)
    table = rows[["group", "person"]].assign(time=time)
    return table.sort_values(["time", "group", "person"], ignore_index=True)


def _get_axes(ax: Axes | None) -> Axes:
    import matplotlib.pyplot as plt  # noqa: PLC0415 - only where it is drawn

    return plt.gca() if ax is None else ax


def _choose(text: Text, language: str) -> str:
    return text.choose(chinese=language == "zh")


def _format_range(found: Interval) -> tuple[str, str, str]:
    low, high = format_percent(found.low), format_percent(found.high)
    return format_percent(found.estimate), low, high


def open_run(folder: str | Path, *, k: int = 5) -> Run:
    """Open a folder made by `shequn run`, with its tables, sentences and plots.

    Parameters
    ----------
    folder
        As given to ``-o``.
    k
        Counts of people below it are hidden; 1 shows all.

    Raises
    ------
    ShequnError
        If no run wrote there.

    Examples
    --------
    >>> open_run("nowhere")
    Traceback (most recent call last):
    helpers.errors.MissingSourceError: nowhere: no run wrote here. Hint: ...
    """
    place = Path(folder)
    if not (place / OF_A_RUN / "manifest.json").is_file():
        raise MissingSourceError(
            say("no run wrote here"),
            where=str(folder),
            remedy=say("name the folder that you gave to -o of `shequn run`"),
        )
    return Run(place, open_study((place / OF_A_RUN).resolve()), k)


def draw_chinese(parameters: Any) -> None:  # noqa: ANN401 - matplotlib's rcParams
    """Set a font with Chinese characters for plots."""
    parameters["font.family"] = [register_font(), "sans-serif"]


KIND = "chat"
LEAST_RISK = 20  # groups observed to an age, from which a share is given
TELLING = "silent for good"
LEVEL, HALF = 0.95, 0.5
SPOKE, WHOLE = "ever spoke", "all"
AGAINST = ["age_days", "share", "low", "high", "at_risk", "public_low", "public_high",
           "places"]  # fmt: skip


def describe_by_age(card: Card) -> Text | None:
    """Describe how many public chat groups had fallen silent by a group's age."""
    rows = _select_silent()
    reached = rows["age_days"][rows["age_days"] <= card.age_days]
    if reached.empty:
        return None
    age = reached.max()
    low, high, n = _find_range(rows[rows["age_days"].eq(age)])
    return Text(
        f"By day {age}, {low}–{high} of 100 chat groups in {n} public communities were"
        " silent for good.",
        f"到第 {age} 天，{n} 处公开社群的聊天群，100 个里有 {low}–{high} 个"
        "已不再出声。",
    )


@cache
def _select_silent() -> pd.DataFrame:
    rows = load_life_tables().groups
    return rows[
        rows["kind"].eq(KIND)
        & rows["reading"].eq(TELLING)
        & rows["population"].eq(SPOKE)
        & rows["part"].eq(WHOLE)
        & rows["share"].notna()
    ]


def _find_range(rows: pd.DataFrame) -> tuple[int, int, int]:
    ends = (rows["share"].min(), rows["share"].max())
    low, high = (round(100 * float(share)) for share in ends)
    return low, high, rows["source"].nunique()


def compare_lives(study: Study) -> pd.DataFrame:
    """Compare a study's groups with the life tables, at the ages of these.

    Returns
    -------
    DataFrame
        ``age_days, share, low, high`` of own groups that ever spoke, ``at_risk`` (own
        groups observed to that age), and ``public_low, public_high, places``: the range
        over public communities of chat groups. Ages at which fewer than 20 own groups
        are observed are left out.
    """
    from helpers.library.lifetimes import silence  # noqa: PLC0415 - slow

    lives, rows, found = silence(study), _select_silent(), []
    for age in LANDMARKS:
        watched = int((lives.durations >= age).sum())
        if watched < LEAST_RISK:
            continue
        own = measure_silent(study, age)
        low, high, places = _find_range(rows[rows["age_days"].eq(age)])
        found.append((age, own.estimate, own.low, own.high, watched, low / 100,
                      high / 100, places))  # fmt: skip
    return pd.DataFrame(found, columns=AGAINST)


def measure_silent(study: Study, day: int) -> Interval:
    """Return the share of a study's groups silent for good by an age, as for claims.

    Where nobody fell silent yet, or all did, the open limit is that of so many groups
    counted.
    """
    found = get_quantity("silent_by_day").estimate(
        Evidence.of(study), day=day, spoke=True
    )
    if isfinite(found.low) and isfinite(found.high):
        return found
    reach = 1 - (1 - LEVEL) ** (1 / max(found.n, 1))
    low, high = (0.0, reach) if found.estimate < HALF else (1 - reach, 1.0)
    return replace(found, low=low, high=high)


def describe_comparison(rows: pd.DataFrame) -> Text | None:
    """Compare own and public groups at the greatest age that both cover."""
    if rows.empty:
        return None
    row = rows.iloc[-1]
    age = int(row["age_days"])
    share, low, high = (format_percent(row[name]) for name in ("share", "low", "high"))
    public = f"{format_percent(row['public_low'])}–{format_percent(row['public_high'])}"
    places = int(row["places"])
    return Text(
        f"By day {age}, {share} ({low}–{high}) of these groups were silent for good; in"
        f" {places} public communities of chat groups {public}.",
        f"到第 {age} 天，这些群有 {share}（{low}–{high}）已不再出声；"
        f"{places} 处公开的聊天社群里是 {public}。",
    )


FOLDER = "chapters"
FILES = {"en": "your_groups.ipynb", "zh": "你的群.ipynb"}


class Section(NamedTuple):
    """A section: its title, its code, whether there is any, and why not."""

    title: Text
    code: str
    is_there: bool = True
    missing: Text = Text("", "")


def write_chapters(folder: Path) -> list[str]:
    """Write and execute the chapters of a run; return their places within it."""
    import nbformat  # noqa: PLC0415 - few runs write chapters

    from helpers.files import write_text  # noqa: PLC0415
    from helpers.notebooks import execute_chapters, write_stable  # noqa: PLC0415

    k = get_threshold()
    run = open_run(folder, k=k)
    sections, paths = list(list_sections(run)), []
    (folder / FOLDER).mkdir(exist_ok=True)
    for language, name in FILES.items():
        make: Any = nbformat.v4
        notebook = make.new_notebook()
        notebook.cells = [
            make.new_code_cell(source) if is_code else make.new_markdown_cell(source)
            for is_code, source in _iterate_cells(sections, language, k)
        ]
        paths.append(folder / FOLDER / name)
        write_text(paths[-1], write_stable(notebook))
    execute_chapters(folder / FOLDER, chapters=paths)
    return [f"{FOLDER}/{path.name}" for path in paths]


def _iterate_cells(
    sections: list[Section], language: str, k: int
) -> Iterator[tuple[bool, str]]:
    """Yield whether a cell is code, and its source."""
    chinese = language == "zh"
    yield False, "# 你的群" if chinese else "# Your groups"
    first = "import matplotlib.pyplot as plt\n\nimport helpers as sq\n\n"
    first += f'run = sq.open_run("..", k={k})'
    if chinese:
        first += "\nfrom helpers.own_groups.opened import draw_chinese\n"
        first += "\ndraw_chinese(plt.rcParams)"
    yield True, first
    for section in sections:
        if section.is_there:
            yield False, f"## {_choose(section.title, language)}"
            yield True, section.code.replace("LANGUAGE", f'"{language}"')
        else:
            yield False, _choose(section.missing, language)


def _has_lives(run: Run) -> bool:
    """Return whether any group was watched for the days that silence takes."""
    try:
        return len(run.lives.ended) > 0
    except NotIdentifiableError:
        return False


def list_sections(run: Run) -> Iterator[Section]:
    """Yield the sections of a study's chapters, without those that are empty."""
    tables = run.study.manifest.tables
    many = len(run.groups) >= LEAST_GROUPS
    lived = many and _has_lives(run)
    yield Section(
        Text("What is here", "这里有什么"),
        "print(run.describe(LANGUAGE))\nrun.plot_messages(language=LANGUAGE)\nplt.show()\n"
        "run.show_groups()",
    )
    yield Section(
        Text("How long groups live", "群能活多久"),
        "print(run.describe_lives(LANGUAGE))\nrun.plot_lives(language=LANGUAGE)\nplt.show()",
        lived,
        Text(
            f"How long groups live is left out: fewer than {LEAST_GROUPS} groups, or"
            " none was followed for 60 days.",
            f"群能活多久，这里不写：不到 {LEAST_GROUPS} 个群，"
            "或者没有一个跟踪满 60 天。",
        ),
    )
    yield Section(
        Text("Who writes", "谁在说话"),
        "print(run.describe_writers(LANGUAGE))\nrun.find_top_shares().describe()",
        "member_days" in tables,
        Text(
            "Who writes is left out: these exports do not record it.",
            "谁在说话，这里不写：导出里没有记下是谁说的。",
        ),
    )
    yield Section(
        Text("Who never writes", "谁不说话"),
        "print(run.describe_silent(LANGUAGE))",
        "memberships" in tables
        and bool(run.study.table("memberships")["listed"].astype(bool).any()),
        Text(
            "Who never writes is left out: these exports list no members.",
            "谁不说话，这里不写：导出里没有成员名单。",
        ),
    )
    yield Section(
        Text("Hours", "什么时候说话"),
        "run.plot_hours(language=LANGUAGE)\nplt.show()",
        "rhythm" in tables and len(run.study.table("rhythm")) > 0,
        Text("Hours are left out: nothing is dated.", "什么时候说话，这里不写。"),
    )
    yield Section(
        Text("Negative messages by month", "每月的负面消息"),
        "run.plot_tone(language=LANGUAGE)\nplt.show()",
        bool(run.list_instruments()),
        Text(
            "Tone is left out: too few messages in Chinese or English.",
            "语气这里不写：中文或英文的消息太少。",
        ),
    )
    yield Section(
        Text("Beside public communities", "和公开社群比"),
        "print(run.describe_against(LANGUAGE))\nrun.against.round(3)",
        lived and not run.against.empty,
        Text(
            "The comparison with public communities is left out: it needs 20 groups"
            " seen to the same age.",
            "和公开社群的对比这里不写：至少要有 20 个群跟踪到同样的天数。",
        ),
    )
    yield Section(
        Text("The articles' claims", "文章里的说法"),
        "run.answers(LANGUAGE)",
        many,
        Text(
            f"Claims are left out: fewer than {LEAST_GROUPS} groups.",
            f"文章里的说法这里不写：不到 {LEAST_GROUPS} 个群。",
        ),
    )
