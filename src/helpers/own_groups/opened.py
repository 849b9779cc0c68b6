"""A folder made by `shequn run`, opened in a notebook: tables, sentences, plots."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from helpers.errors import MissingSourceError
from helpers.files import lock_folder, report_write_errors
from helpers.formats.reading.source import Options
from helpers.library.messages import (
    PathLike,
    check_options,
    list_places,
    warn_of_zone,
)
from helpers.own_groups.hand_labels import STORE
from helpers.own_groups.sentences import Text, format_percent, hide_small, name_group
from helpers.small_counts import mask_frame
from helpers.study.publish.study import OF_A_RUN, Study, open_study
from helpers.study.store.ingest import Terms
from helpers.time_zones import DEFAULT_ZONE
from helpers.wording import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from helpers.own_groups.adjusting import Adjustments
    from helpers.own_groups.record import Record
    from helpers.survival import Lifetimes

LEAST_GROUPS = 5  # below, no share of groups is given
LEAST_TONED = 50  # messages of a month, from which its tone is shown
TEXTS, SEED = 20_000, 20240701
READ_AT = 105  # days: at which the curve is read aloud
INSTRUMENTS = ("chat_line", "vader")
WEEKDAYS = Mapping[str, list[str]]
DAYS_OF_WEEK: WEEKDAYS = {
    "en": ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    "zh": ["一", "二", "三", "四", "五", "六", "日"],
}


@dataclass(frozen=True)
class Run:
    """The results of one `shequn run`.

    Attributes
    ----------
    folder
        Where the run wrote.
    study
        Its processed tables.
    k
        Counts of people below it are hidden; 1 shows all.
    """

    folder: Path
    study: Study
    k: int = 5

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
        import numpy as np  # noqa: PLC0415

        from helpers.own_groups.record import read_all_texts  # noqa: PLC0415

        rows = read_all_texts(self.folder / STORE)
        if window := self._adjustments.window:
            rows = rows[window.within(pa.chunked_array([rows["time_us"]])).to_numpy()]
        if len(rows) > most:
            rng = np.random.default_rng(SEED)
            rows = rows.iloc[np.sort(rng.choice(len(rows), most, replace=False))]
        offset = self.study.manifest.day_offset_us
        times = pd.to_datetime(rows["time_us"].astype("int64") + offset, unit="us")
        frame = rows.assign(time=times.dt.tz_localize("UTC"), sender="")
        return frame[["time", "group", "sender", "text"]]

    @cached_property
    def record(self) -> Record:
        """Messages that count, joins, members and reactions, by pseudonym."""
        from helpers.measures.engine import DUCKDB  # noqa: PLC0415
        from helpers.own_groups.record import read_record  # noqa: PLC0415
        from helpers.study.store.exports import open_exports  # noqa: PLC0415

        exports = open_exports(self.folder / STORE, {})
        return read_record(exports, self._adjustments, DUCKDB)

    @cached_property
    def _adjustments(self) -> Adjustments:
        from helpers.own_groups.adjusting import read_adjustments  # noqa: PLC0415

        return read_adjustments((self.folder / OF_A_RUN).parent)

    def joins(self) -> pd.DataFrame:
        """Return who joined when: ``group, person, time``."""
        return _add_times(self.record.joins)

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
        from helpers.own_groups.record import count_replies  # noqa: PLC0415

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
        from helpers.own_groups.against import compare_lives  # noqa: PLC0415 - slow

        return compare_lives(self.study)

    def answers(self, language: str = "en") -> pd.DataFrame:
        """Return what the groups show of the claims: a row per reading."""
        from helpers.own_groups.answers import list_own_answers  # noqa: PLC0415 - slow

        heads = (
            ["claim", "counted", "here", "n", "true if", "so it is"]
            if language == "en"
            else ["说法", "数的是什么", "这里", "n", "对的话应是", "所以"]
        )
        rows = [
            [_choose(one.said, language), _choose(one.measured, language), one.found,
             one.number, one.claimed, _choose(one.word, language)]
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
        return _choose(
            Text(
                f"{groups:,} {noun}, {messages:,} messages, {span}.",
                f"{groups:,} 个群，{messages:,} 条消息，{span}。",
            ),
            language,
        )

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
            from helpers.own_groups.against import measure_silent  # noqa: PLC0415

            found = measure_silent(self.study, READ_AT)
            share, low, high = (
                format_percent(v) for v in (found.estimate, found.low, found.high)
            )
            said = Text(
                f"{said.en} By day {READ_AT} it was {share} ({low}–{high}).",
                f"{said.zh}到第 {READ_AT} 天是 {share}（{low}–{high}）。",
            )
        return _choose(said, language)

    def describe_writers(self, language: str = "en") -> str:
        """Describe how much the busiest person writes, in the middle group."""
        top = self.find_top_shares()
        if top.empty:
            return _choose(
                Text("Too few people wrote to say.", "说话的人太少，说不了。"), language
            )
        middle = format_percent(float(top.median()))
        n = len(top)
        return _choose(
            Text(
                f"In the middle one of {n:,} groups, one person wrote {middle} of all"
                " messages."
                if n > 1
                else f"One person wrote {middle} of all messages.",
                f"{n:,} 个群里居中的那个，一个人说了全部消息的 {middle}。"
                if n > 1
                else f"一个人说了全部消息的 {middle}。",
            ),
            language,
        )

    def find_top_shares(self) -> pd.Series[float]:
        """Return the share of the busiest person in each group of k writers or more."""
        days = self.study.table("member_days")
        sums = days.groupby(["group", "member"], observed=True)["messages"].sum()
        by = sums.groupby("group")
        many = by.size() >= max(self.k, 1)
        return (by.max() / by.sum())[many]

    def describe_silent(self, language: str = "en") -> str:
        """Describe how many listed members never wrote."""
        people = self.study.table("memberships")
        listed = people[people["listed"].astype(bool)]
        never = int((listed["messages"] == 0).sum())
        hidden, whole = (hide_small(n, self.k) for n in (never, len(listed)))
        share = format_percent(never / len(listed))
        if 0 < never < self.k:
            return _choose(
                Text(
                    f"{hidden.en} of {whole.en} listed members never wrote.",
                    f"名单上 {whole.zh} 人，{hidden.zh} 人从没说过话。",
                ),
                language,
            )
        return _choose(
            Text(
                f"{hidden.en} of {whole.en} listed members ({share}) never wrote.",
                f"名单上 {whole.zh} 人，{hidden.zh} 人（{share}）从没说过话。",
            ),
            language,
        )

    def describe_against(self, language: str = "en") -> str:
        """Compare the share silent with that in public communities."""
        from helpers.own_groups.against import describe_comparison  # noqa: PLC0415

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
        axes.set_yticks(range(7), DAYS_OF_WEEK[language])
        axes.set_xticks(range(0, 24, 3))
        return axes

    def plot_messages(self, ax: Axes | None = None) -> Axes:
        """Draw messages by week over all groups."""
        axes = _get_axes(ax)
        daily = self.study.table("daily")
        days = pd.to_datetime(daily["day"].astype("int64"), unit="D")
        weekly = daily["messages"].groupby(days.dt.to_period("W").dt.start_time).sum()
        axes.bar(weekly.index, weekly.to_numpy(), width=6)
        axes.figure.autofmt_xdate()
        return axes

    def plot_tone(self, ax: Axes | None = None) -> Axes:
        """Draw the share of negative messages by month with its range."""
        axes = _get_axes(ax)
        for name in self.list_instruments():
            rows = self.tone[self.tone[f"{name}_scored"] >= LEAST_TONED]
            low, high = rows[f"{name}_negative_low"], rows[f"{name}_negative_high"]
            (line,) = axes.plot(
                rows["month"], rows[f"{name}_negative"], marker="o", label=name
            )
            axes.fill_between(
                rows["month"], low, high, alpha=0.2, color=line.get_color()
            )
        axes.set_ylim(0, 1)
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
    return text.zh if language == "zh" else text.en


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


def make_study(
    paths: PathLike | Iterable[PathLike],
    folder: PathLike,
    *,
    zone: str | None = None,
) -> Study:
    """Build the processed tables of one's own exports, as `shequn run` does.

    Parameters
    ----------
    paths, zone
        As in `read_messages`.
    folder
        Where the tables are written; what is there already is not built again.

    Returns
    -------
    Study
        With all tables that a public study has and these exports can show, such as
        those of `sq.load`.

    Raises
    ------
    ShequnError
        If nothing could be read, or the folder can't be written.

    Examples
    --------
    >>> import helpers as sq
    >>> study = sq.make_study("data/raw/demo", "my-study")  # doctest: +SKIP
    """
    check_options(zone, None, ())
    from helpers.own_groups.run import Plan  # noqa: PLC0415 - slow to import
    from helpers.own_groups.run import make_study as build_study  # noqa: PLC0415

    out, places = Path(folder), list_places(paths)
    terms = Terms(options=Options(zone=zone or DEFAULT_ZONE))
    with lock_folder(out), report_write_errors(out):
        study, _ = build_study(
            Plan(exports=places, out=out, terms=terms, every_table=True)
        )
    if zone is None and not study.observability.time_zone_known:
        warn_of_zone(DEFAULT_ZONE)
    return study


def draw_chinese(parameters: Any) -> None:  # noqa: ANN401 - matplotlib's rcParams
    """Set a font with Chinese characters for plots."""
    from matplotlib import font_manager  # noqa: PLC0415 - only where it is drawn

    from helpers.fonts import FILE  # noqa: PLC0415

    font_manager.fontManager.addfont(str(FILE))
    name = font_manager.FontProperties(fname=str(FILE)).get_name()
    parameters["font.family"] = [name, "sans-serif"]
