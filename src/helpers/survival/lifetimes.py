"""Censored lifetimes of groups, and group death defined by W days of inactivity.

A group's last message in the data is not its death: it may speak again tomorrow.
So a death is declared only W days later, nobody's fate is read in the last W days,
and W is long enough for the group's own traffic.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats, Ints
from helpers.checks import check_choice
from helpers.errors import NotIdentifiableError, ShequnError
from helpers.records import DAY_US
from helpers.survival.curves.kaplan_meier import SurvivalCurve, estimate_survival
from helpers.wording import say, say_plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Lifetimes:
    """Censored lifetimes of groups; arrays of shape (n,), ages in days.

    Attributes
    ----------
    group
        The groups' numbers in the other tables.
    durations, ended, entry
        As `estimate_survival` takes them.
    potential
        Age at the end of observation less W, in days, whether the group ended or not;
        groups that did not end are censored there.
    last_age
        Age at the last message; 0 if there was none.
    waited
        Days of silence that declare each of them dead (W).
    slow
        Whether traffic was too thin even for the longest W.
    never_active
        Whether there never was a message.
    revived
        Whether it came back from a silence of W days or more.
    network, batch
        What operates it, such as a workspace; a key of the groups of one network that
        were founded in the same week.
    listed, born_late, gone_before_entry
        Groups in the table, and those left out: born after the end less W, or
        silent for good before anyone watched. ``len(lives)`` is the rest.
    definition
        The rule, in words.
    """

    group: npt.NDArray[np.int64]
    durations: Floats
    ended: Bools
    entry: Floats
    potential: Floats
    last_age: Floats
    waited: Floats
    slow: Bools
    never_active: Bools
    revived: Bools
    network: npt.NDArray[np.object_]
    batch: npt.NDArray[np.object_]
    listed: int
    born_late: int
    gone_before_entry: int
    definition: str

    def __len__(self) -> int:
        return len(self.group)

    def __repr__(self) -> str:
        ended = int(self.ended.sum())
        left_out = {
            "founded too late": self.born_late,
            "inactive before entry": self.gone_before_entry,
        }
        rest = [f"{n} left out ({why})" for why, n in left_out.items() if n]
        groups = f"{len(self)} group{'s' * (len(self) != 1)}"
        counts = ", ".join([groups, f"{ended} ended", *rest])
        return f"Lifetimes({counts}, {self.definition})"

    def to_frame(self) -> pd.DataFrame:
        """Return the lifetimes as a data frame, one row per group, ages in days."""
        arrays = {n: v for n, v in vars(self).items() if isinstance(v, np.ndarray)}
        return pd.DataFrame(arrays)

    def _repr_html_(self) -> str:
        rows = self.to_frame().head().to_html()
        return f"<p>{self!r}<br>first 5 of {len(self)}:</p>{rows}"

    def where(self, keep: npt.ArrayLike) -> Self:
        """Select lifetimes by a mask; counts of excluded groups stay the same."""
        mask = np.asarray(keep)
        arrays: dict[str, Any] = {
            name: value[mask]
            for name, value in vars(self).items()
            if isinstance(value, np.ndarray)
        }
        return replace(self, **arrays)

    def potential_at_least(self, days: float) -> int:
        """Count groups that could have been followed for at least `days` days."""
        return int(np.sum(self.potential >= days))

    def curve(self) -> SurvivalCurve:
        """Estimate the Kaplan–Meier curve of these lifetimes."""
        return estimate_survival(self.durations, self.ended, self.entry)

    def plot(self, ax: Axes | None = None, **style: Any) -> Axes:  # noqa: ANN401 - handed on
        """Draw the Kaplan–Meier curve of these lifetimes; return the axes."""
        return self.curve().plot(ax, **style)

    def fit_cox(self, formula: str, groups: pd.DataFrame) -> Any:  # noqa: ANN401 - statsmodels'
        """Fit a proportional hazards model given by a formula.

        Parameters
        ----------
        formula
            The right-hand side, such as ``early_messages + C(kind)``.
        groups
            A row per group with the columns of the formula, and ``group``, the number.

        Returns
        -------
        statsmodels.duration.hazard_regression.PHRegResults
            Its ``summary()`` has hazard ratios; rows with missing values are left out.

        Raises
        ------
        ShequnError
            If no group has the columns, or a column is not there.

        Examples
        --------
        >>> import helpers as sq
        >>> rooms = sq.load("komodo_discord")
        >>> lives = sq.silence(rooms)
        >>> fit = lives.fit_cox("np.log1p(early_messages)", rooms.table("groups"))
        >>> bool(fit.params[0] < 0)  # busy beginnings, longer lives
        True
        """
        from statsmodels.duration.hazard_regression import PHReg  # noqa: PLC0415 - slow

        own = pd.DataFrame(
            {"group": self.group, "_day": self.durations, "_ended": self.ended}
        ).assign(_entry=self.entry)
        rows = own.merge(groups, on="group")
        rows = rows[rows["_day"] > rows["_entry"]].reset_index(drop=True)
        if rows.empty:
            raise ShequnError(
                say("no group of the frame has a lifetime here"),
                where="fit_cox",
                remedy=say("give a column group with the numbers of sq.groups_from"),
            )
        try:
            model = PHReg.from_formula(
                f"_day ~ {formula}", rows, status=rows["_ended"].astype(int),
                entry=rows["_entry"], ties="efron",
            )  # fmt: skip
        except Exception as error:
            raise ShequnError(
                say(
                    "the formula cannot be read ({error})",
                    error=str(error).split("\n")[0],
                ),
                where=formula,
                remedy=say(
                    "use columns of the frame, such as early_messages + C(kind)"
                ),
            ) from error
        return model.fit()


Form = Literal["last_message", "first_gap"]

SILENCE_DAYS = 60.0  # so long a silence is a death, unless a group is slow
EARLY_DAYS = 28  # the window of `groups.early_messages`
LONGEST_DAYS, EXPECTED = 180.0, 6.0  # longest W, and messages expected in it
SHUT_OUT = "no longer open to the program"
LOST_FROM_SIGHT = ("notice", SHUT_OUT, "unlisted")  # closings that are no end
SHORTEST_GAP = 28  # `silences` lists no shorter ones
NO_GAPS = pd.DataFrame({"group": [], "start_us": [], "end_us": []}, dtype="int64")


@dataclass(frozen=True, eq=False)
class Watch:
    """Ages of groups at entry, first and last message and observation end (µs)."""

    entry: Ints
    first: Ints
    last: Ints
    end: Ints
    never: Bools


def compute_observation_ages(groups: pd.DataFrame) -> Watch:
    """Convert the times in table `groups` to ages (µs) since each group's beginning."""
    if groups.empty:
        raise NotIdentifiableError(say("there is no group"), where="groups")
    origin = groups["origin_us"].to_numpy("int64")
    never = groups["last_us"].isna().to_numpy(bool)

    def age(column: str) -> Ints:
        instants = groups[column].astype("Int64").to_numpy("int64", na_value=0)
        return np.where(groups[column].isna(), 0, instants - origin)

    ages = Watch(
        np.maximum(age("entry_us"), 0), age("first_us"), age("last_us"),
        age("end_us"), never,
    )  # fmt: skip
    if (wrong := (ages.first < 0) | (ages.last > ages.end) & ~never).any():
        raise ShequnError(
            f"{wrong.sum()} groups have messages outside their observation",
            where=f"groups, row {int(np.argmax(wrong))}",
            remedy="make the tables again",
        )
    return ages


def define_lifetimes_by_inactivity(
    groups: pd.DataFrame,
    silences: pd.DataFrame,
    *,
    w_days: float = SILENCE_DAYS,
    form: Form = "last_message",
    longest_w_days: float = LONGEST_DAYS,
    messages_expected: float = EXPECTED,
    early_rate: npt.ArrayLike | None = None,
) -> Lifetimes:
    """Define lifetimes of groups: death is the start of W days without messages.

    Groups born after the end less W are left out. A group is dead if its last
    message lies before the end less W, at that message; else it is censored at the
    end less W. W is at least `w_days` and such that a living group would be
    expected to send `messages_expected` in it, judged by its first 28 days only.
    Where not even `longest_w_days` will do, the group is slow and gets that.
    A group that never had a message is slow, and dead at 0.

    Parameters
    ----------
    groups, silences
        The processed tables.
    form
        ``first_gap`` dates a death at the first silence of W days, revived or not;
        it does not look ahead, as models with time-varying exposures require.
    early_rate : shape (groups,)
        Messages a day in the first 28 days of age. By default `early_messages` over
        the days of these 28 that the data show: all, where a message from before the
        watching began is known; else those watched. Where no such day is shown the
        rate is unknown, and the group slow.

    Raises
    ------
    NotIdentifiableError
        If no group is left.
    ShequnError
        If W is shorter than the gaps that `silences` lists.

    References
    ----------
    The project's register of claims, §1.
    """
    if form not in get_args(Form):
        check_choice(form, get_args(Form), "form")
    if w_days < SHORTEST_GAP:
        raise ShequnError(
            f"W is {w_days:g} d, but only gaps of {SHORTEST_GAP} d and more are listed",
            where="silence",
            remedy=f"take {SHORTEST_GAP} days or more",
        )
    ages = compute_observation_ages(groups)
    rate = (
        _estimate_early_rate(groups, ages)
        if early_rate is None
        else np.asarray(early_rate)
    )
    waited, needed = _compute_required_silence(
        rate, w_days, longest_w_days, messages_expected
    )
    w_us = np.rint(waited * DAY_US).astype(np.int64)
    gap = _find_first_gap(groups, silences, ages, w_us)
    revived = gap < ages.last
    event = np.where(revived, gap, ages.last) if form == "first_gap" else ages.last
    potential = ages.end - w_us
    return assemble_lifetimes(
        groups,
        ages,
        event,
        (event < potential) | ages.never,
        potential,
        waited=waited,
        slow=needed > longest_w_days,
        revived=revived,
        definition=f"silence of {w_days:g} days ({form.replace('_', ' ')})",
    )


def define_lifetimes_by_dates(groups: pd.DataFrame, days: float) -> Lifetimes:
    """Define lifetimes by a first and a last date, with the same W for all groups."""
    sure = np.full(len(groups), np.inf)  # W is not adapted to an unknown traffic
    return define_lifetimes_by_inactivity(
        groups, NO_GAPS, w_days=days, longest_w_days=days, early_rate=sure
    )


def find_closed_groups(groups: pd.DataFrame) -> pd.Series[bool]:
    """Return which groups were closed for themselves, not with all or out of sight."""
    return groups["closed_us"].notna() & ~groups["closed_kind"].isin(LOST_FROM_SIGHT)


def follow_closed_groups(groups: pd.DataFrame) -> pd.DataFrame:
    """Follow groups that closed themselves to the end of their network's archive.

    Censoring them at their closure would leave out just those that were closed
    because they had died.
    """
    own = find_closed_groups(groups)
    if not own.any():
        return groups
    archive = groups.groupby("network")["end_us"].transform("max")
    return groups.assign(end_us=groups["end_us"].where(~own, archive))


def compute_silence_days(groups: pd.DataFrame) -> Floats:
    """Return for each group the days without messages that count as its death.

    W is 60 days, or as long as six messages took in the first 28 days, at most 180.

    `groups`: the processed table.
    """
    rate = _estimate_early_rate(groups, compute_observation_ages(groups))
    return _compute_required_silence(rate, SILENCE_DAYS, LONGEST_DAYS, EXPECTED)[0]


def _compute_required_silence(
    rate: Floats, w_days: float, longest_w_days: float, messages_expected: float
) -> tuple[Floats, Floats]:
    """Return days of silence that count as death, after and before applying limits."""
    never = np.full(len(rate), np.inf)
    needed = np.divide(messages_expected, rate, out=never, where=rate > 0)
    return np.maximum(w_days, np.minimum(needed, longest_w_days)), needed


def _estimate_early_rate(groups: pd.DataFrame, ages: Watch) -> Floats:
    """Return messages per day in the observed part of each group's first 28 days."""
    archived = ~ages.never & (ages.first < ages.entry)
    days = EARLY_DAYS - np.where(archived, 0, ages.entry) / DAY_US
    early = groups["early_messages"].to_numpy(np.float64)
    rate: Floats = np.divide(early, days, out=np.zeros_like(early), where=days > 0)
    return rate


def _find_first_gap(
    groups: pd.DataFrame, silences: pd.DataFrame, ages: Watch, w_us: Ints
) -> Ints:
    """Return each group's age (µs) at its first W days of silence; 2⁶³ − 1 if none."""
    none = np.iinfo(np.int64).max
    row = pd.Series(np.arange(len(groups)), index=groups["group"].to_numpy())
    at = row.reindex(silences["group"]).to_numpy("float64", na_value=np.nan)
    has_group = ~np.isnan(at)
    index = at[has_group].astype(np.intp)
    start = silences["start_us"].to_numpy("int64")[has_group]
    length = silences["end_us"].to_numpy("int64")[has_group] - start
    start = start - groups["origin_us"].to_numpy("int64")[index]
    # silence before the first message is a gap too: what never spoke is dead at 0
    first = np.where(~ages.never & (ages.first >= w_us), 0, none)
    long = length >= w_us[index]
    np.minimum.at(first, index[long], start[long])
    return first


def assemble_lifetimes(
    groups: pd.DataFrame,
    ages: Watch,
    event: Ints,
    dead: Bools,
    potential: Ints,
    *,
    waited: Floats,
    slow: Bools,
    revived: Bools,
    definition: str,
) -> Lifetimes:
    """Build lifetimes: age at death if dead, else potential follow-up (censored)."""
    duration = np.where(dead, event, potential)
    born = potential >= 0
    gone = born & (ages.entry > 0) & (duration <= ages.entry)
    keep = born & ~gone
    if not keep.any():
        raise NotIdentifiableError(
            say_plural(
                "{n} group was not watched long enough",
                "none of {n} groups was watched long enough",
                n=len(groups),
            ),
            where="groups",
            remedy="use a longer archive or a shorter silence",
        )
    lives = Lifetimes(
        group=groups["group"].to_numpy("int64"),
        durations=duration / DAY_US,
        ended=dead,
        entry=ages.entry / DAY_US,
        potential=potential / DAY_US,
        last_age=ages.last / DAY_US,
        waited=waited,
        slow=slow,
        never_active=ages.never,
        revived=revived,
        network=groups["network"].to_numpy(object),
        batch=groups["batch"].to_numpy(object),
        listed=len(groups),
        born_late=int(np.sum(~born)),
        gone_before_entry=int(gone.sum()),
        definition=definition,
    )
    return lives.where(keep)
