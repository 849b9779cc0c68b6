"""Censored lifetimes of groups, and how they are assembled from ages and an event."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from helpers.arrays import Bools, Floats, Ints
from helpers.errors import NotIdentifiableError, ShequnError, UndeterminedError
from helpers.records import DAY_US
from helpers.survival.kaplan_meier import SurvivalCurve, estimate_survival
from helpers.wording import say, say_plural

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True, eq=False, kw_only=True, repr=False)
class Lifetimes:
    """Censored lifetimes of groups; arrays of shape (n,), ages in days."""

    group: npt.NDArray[np.int64]  # the groups' numbers in the other tables
    # as `estimate_survival` takes them
    durations: Floats
    ended: Bools
    entry: Floats
    # age at the end of observation less W, whether the group ended or not; groups that
    # did not end are censored there
    potential: Floats
    last_age: Floats  # at the last message; 0 if there was none
    waited: Floats  # days of silence that declare each of them dead (W)
    slow: Bools  # whether traffic was too thin even for the longest W
    never_active: Bools  # whether there never was a message
    revived: Bools  # whether it came back from a silence of W days or more
    network: npt.NDArray[np.object_]  # what operates it, such as a workspace
    batch: npt.NDArray[np.object_]  # of a network's groups founded in the same week
    listed: int  # groups in the table; of them are left out, beside ``len(lives)``:
    born_late: int  # after the end less W
    gone_before_entry: int  # silent for good before anyone watched
    definition: str  # the rule, in words

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

    def curve(self) -> SurvivalCurve:
        """Estimate the Kaplan–Meier curve of these lifetimes."""
        return estimate_survival(self.durations, self.ended, self.entry)

    def plot(self, ax: Axes | None = None, **style: Any) -> Axes:  # noqa: ANN401 - handed on
        """Draw the Kaplan–Meier curve of these lifetimes; return the axes."""
        return self.curve().plot(ax, **style)

    def fit_cox(self, formula: str, groups: pd.DataFrame) -> Any:  # noqa: ANN401 - statsmodels'
        """Fit a proportional hazards model given by the right-hand side of a formula.

        `groups` has a row per group with the columns of the formula, and ``group``, the
        number; rows with missing values are left out. The result is statsmodels', whose
        ``summary()`` has hazard ratios.

        >>> import helpers as sq
        >>> rooms = sq.load("komodo_discord")
        >>> lives = sq.silence(rooms)
        >>> fit = lives.fit_cox("np.log1p(early_messages)", rooms.table("groups"))
        >>> bool(fit.params[0] < 0)  # busy beginnings, longer lives
        True
        """
        # statsmodels is slow to import
        from statsmodels.duration.hazard_regression import PHReg  # noqa: PLC0415
        from statsmodels.tools.sm_exceptions import ConvergenceWarning  # noqa: PLC0415

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
        if len(rows) < LEAST_ROWS or not rows["_ended"].any():
            raise ShequnError(
                say("too few groups, or none that ended, for a model"),
                where="fit_cox",
                remedy=say("give more groups, or describe them with curve()"),
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
                    "columns of the frame are {columns}",
                    columns=", ".join(map(str, groups.columns)),
                ),
            ) from error
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error", ConvergenceWarning)
                return model.fit()
        except (ConvergenceWarning, np.linalg.LinAlgError):
            raise UndeterminedError(
                say("the groups do not determine this model"),
                where=formula,
                remedy=say(
                    "leave out columns with values of which few groups ended, or join"
                    " these values"
                ),
            ) from None


LEAST_ROWS = 2  # groups of a model


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


def assemble_lifetimes(
    groups: pd.DataFrame,
    ages: Watch,
    event: Ints,
    dead: Bools,
    potential: Ints,
    *,
    definition: str,
    waited: npt.ArrayLike = 0.0,
    slow: npt.ArrayLike = False,
    revived: npt.ArrayLike = False,
) -> Lifetimes:
    """Build lifetimes: age at death if dead, else potential follow-up (censored)."""
    n = len(groups)
    duration = np.where(dead, event, potential)
    born = potential >= 0
    gone = born & (ages.entry > 0) & (duration <= ages.entry)
    keep = born & ~gone
    if not keep.any():
        raise NotIdentifiableError(
            say_plural(
                "{n} group was not watched long enough",
                "none of {n} groups was watched long enough",
                n=n,
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
        waited=np.full(n, waited, np.float64),
        slow=np.full(n, slow, bool),
        never_active=ages.never,
        revived=np.full(n, revived, bool),
        network=groups["network"].to_numpy(object),
        batch=groups["batch"].to_numpy(object),
        listed=n,
        born_late=int(np.sum(~born)),
        gone_before_entry=int(gone.sum()),
        definition=definition,
    )
    return lives.where(keep)
