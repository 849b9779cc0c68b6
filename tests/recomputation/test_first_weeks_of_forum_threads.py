"""Recompute survival of forum threads by their first weeks."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import optimize

from tests.recomputation.forum_threads import DAY, first_gaps, lives, lounges, posts
from tests.recomputation.plain_estimators import cox, student
from tests.recomputation.test_forum_threads import (
    CORPUS,
    LIMIT,
    MONTH,
    POINT,
    agrees,
    agrees_in_logs,
)
from tests.recomputation.test_landmark_hazards import (
    difference,
    fieller,
    negative_binomial,
)
from tests.recomputation.test_shares_and_rates import hourly, ratio_limits

pytestmark = [pytest.mark.shared, pytest.mark.raw]


@cache
def talk():
    """Return the posts of threads seen from birth, with ages."""
    born = lounges()[lounges()["born"]]
    rows = posts().merge(born[["lounge", "birth"]], on="lounge")
    return rows.assign(age=(rows["minute"] - rows["birth"]) // DAY)


@cache
def alive():
    """Return threads alive at day 28 with their earlier posts."""
    early = talk()[talk()["age"] < MONTH]
    by = early.groupby("lounge")
    own = lives(lounges()[lounges()["born"]])
    table = own.rename(columns={"exit": "time", "dead": "died"}).set_index("lounge")
    table["said"], table["spoke"] = by.size(), by["user"].nunique()
    table["quotes"] = (early["quoted"] >= 0).groupby(early["lounge"]).sum()
    return table[table["time"] > MONTH]


def early(lounge):
    """Return the posts of days 0–27 of a thread."""
    own = talk()[talk()["lounge"] == lounge]
    return own[own["age"] < MONTH]


def same_hazards(found, rows, *design):
    """Assert that the hazard ratio after day 28 and limits are equal."""
    code = pd.factorize(rows["batch"])[0]
    start = np.full(len(rows), float(MONTH))
    assert found.n == len(rows)
    agrees_in_logs(found, cox(start, rows["time"], rows["died"], design, code))


def _centres(own):
    """Return effective numbers of quoted authors, observed and by chance.

    By chance each quote goes to another poster in proportion to posts: multinomial,
    poster by poster; the mean of squares is variance and squared mean.
    """
    quotes = own[own["quoted"] >= 0]
    if quotes.empty:
        return np.nan, np.nan
    got = quotes["quoted"].value_counts(normalize=True)
    wrote, gave = own["user"].value_counts(), quotes["user"].value_counts()
    mean, spread = np.zeros((2, len(wrote)))
    for person, many in gave.items():
        chance = wrote.where(wrote.index != person, 0).to_numpy(float)
        chance /= chance.sum()
        mean += many * chance
        spread += many * chance * (1 - chance)
    return 1 / (got**2).sum(), gave.sum() ** 2 / (spread + mean**2).sum()


def test_hazard_by_quote_concentration_is_recomputed(product):
    """Compute the hazard ratio per unit of quote concentration."""
    rows = alive()
    centres, chance = np.array([_centres(early(name)) for name in rows.index]).T
    rows = rows.assign(excess=np.log(chance / centres)).dropna(subset="excess")
    x = rows["excess"] / rows["excess"].std()
    found = product("s0-decentralised-better", CORPUS)
    same_hazards(found, rows, x, np.log1p(rows["spoke"]), np.log1p(rows["said"]))


def test_hazard_by_quote_terciles_is_recomputed(product):
    """Compute the hazard ratio of threads with many and few quotes."""
    ratio = alive()["quotes"] / alive()["said"]
    low, high = ratio.quantile([1 / 3, 2 / 3])
    rows = alive()[(ratio <= low) | (ratio >= high)]
    found = product("s2-basic-service-fades", CORPUS)
    same_hazards(found, rows, ratio[rows.index] >= high, np.log1p(rows["said"]))


def _unanswered(lounge):
    """Count the top poster's posts that no quote followed in a day.

    Of several with as many posts it is who wrote first anywhere.
    """
    own = early(lounge)
    many = own["user"].value_counts()
    ties = many.index[many == many.max()]
    first = posts()[posts()["user"].isin(ties)].groupby("user")["minute"].min()
    top = first.idxmin()
    whole = talk()[(talk()["lounge"] == lounge) & (talk()["quoted"] == top)]
    quoted = np.append(whole["minute"].to_numpy(float), np.inf)
    said = own.loc[own["user"] == top, "minute"].to_numpy(float)
    return (quoted[np.searchsorted(quoted, said, "right")] - said > DAY).sum()


def test_hazard_ratio_of_unanswered_posts_is_recomputed(product):
    """Compute the hazard ratio by share of unanswered posts."""
    rows = alive()
    alone = np.array([_unanswered(name) for name in rows.index])
    found = product("s4-organisation-not-media", CORPUS)
    same_hazards(found, rows, alone / rows["said"] / 0.2, np.log1p(rows["said"]))


def _people(first, last):
    """Return who wrote in which thread between two ages."""
    inside = talk()[talk()["age"].between(first, last)]
    return inside[["lounge", "user"]].drop_duplicates()


def test_elasticities_of_kept_and_new_posters_are_recomputed(product):
    """Compare elasticities of later posters to kept and new ones."""
    born = lounges()[lounges()["born"]]
    seen = born.loc[born["end"] - born["birth"] >= 180 * DAY, "lounge"]
    both = _people(28, 55).merge(_people(0, 27).assign(kept=1), "left")
    by = both["kept"].notna().groupby(both["lounge"]).agg(["sum", "size"])
    by = by.reindex(seen, fill_value=0)
    new = by["size"] - by["sum"]
    late = _people(152, 179).groupby("lounge").size().reindex(seen, fill_value=0)
    design = sm.add_constant(np.log1p(np.column_stack([by["sum"], new])))
    code = pd.factorize(born.set_index("lounge").loc[seen, "batch"])[0]
    found = product("s4-retention-beats-acquisition", CORPUS)
    assert found.n == len(seen)
    difference(found, *negative_binomial(late.to_numpy(float), design, code))


def _lead(rows):
    """Return what core explains minus what size explains."""

    def explained(*names):
        x = rows[list(names)].to_numpy(float)
        model = sm.PHReg(
            rows["time"], (x - x.mean(axis=0)) / x.std(axis=0), status=rows["died"],
            entry=np.full(len(rows), MONTH + 1e-9), ties="efron",
        )  # fmt: skip
        return model.fit(disp=0).llf - model.loglike(np.zeros(len(names)))

    return (explained("core") - explained("size")) / explained("core", "size")


def test_explained_likelihood_of_core_and_size_is_recomputed(product):
    """Compute shares of explained likelihood of core and size.

    Limits are percentiles of two hundred samples of weeks: row by row of integers drawn
    from the seed of all claims, as `cluster_weights` documents them, so that luck is
    the same.
    """
    month = talk()[talk()["age"] < MONTH]
    days = month.groupby(["lounge", "user"])["age"].nunique()
    rows = alive().assign(core=(days >= 8).groupby("lounge").mean())
    rows["size"] = np.log1p(rows["spoke"])

    apart = _lead(rows)
    found = product("s4-quality-over-quantity", CORPUS)
    assert found.n == len(rows)
    assert found.estimate == pytest.approx(apart, abs=POINT)
    each = dict(list(rows.groupby("batch")))
    drawn = np.random.default_rng(20161231).integers(len(each), size=(200, len(each)))
    weeks = [each[name] for name in sorted(each)]
    again = [_lead(pd.concat([weeks[nth] for nth in one])) for one in drawn]
    low, high = np.sort(again)[[4, 195]]  # 2.5 and 97.5 %, outwards
    told = (found.low, found.high)
    assert told == pytest.approx((min(low, apart), max(high, apart)), abs=LIMIT)


def test_posts_in_spare_time_are_recomputed(product):
    """Compare posts per hour of spare time and working hours."""
    rows = posts()[posts()["lounge"].isin(lounges()["lounge"])]
    rows = rows[rows.groupby("lounge")["minute"].transform("size") >= 100]
    local = pd.to_datetime(rows["minute"], unit="m") + pd.Timedelta(hours=8)
    hour, week = local.dt.hour, local.dt.day_of_week < 5
    work = week & (hour.between(9, 11) | hour.between(14, 17))
    spare = (week & hour.between(19, 22)) | (~week & hour.between(9, 22))
    notes = pd.DataFrame({"spare": spare, "work": work}).groupby(rows["lounge"]).sum()
    found = product("s1-cognitive-surplus", CORPUS)
    assert found.n == len(notes)
    assert found.estimate == pytest.approx(hourly(notes.sum()), abs=POINT)
    batch = lounges().set_index("lounge").loc[notes.index, "batch"]
    limits = ratio_limits(notes.groupby(batch).sum(), draws=20_000)
    assert limits == pytest.approx((found.low, found.high), abs=LIMIT)


def test_posts_per_core_poster_are_recomputed(product):
    """Compare later posts per core poster and per casual poster."""
    days = talk()[talk()["age"] < MONTH].groupby(["lounge", "user"])["age"].nunique()
    core, mild = days >= 8, days <= 2
    rows = pd.DataFrame({
        "core": core.groupby("lounge").sum(), "mild": mild.groupby("lounge").sum(),
        "all": days.groupby("lounge").size(),
    })  # fmt: skip
    born = lounges().set_index("lounge")
    seen = (born["end"] - born["birth"] >= 118 * DAY)[rows.index]
    rows = rows[seen & (rows["core"] >= 3) & (rows["mild"] >= 10)]
    later = talk()[talk()["age"].between(28, 117)]
    who = pd.MultiIndex.from_frame(later[["lounge", "user"]])
    others = later[~who.isin(days.index[core | mild])].groupby("lounge").size()
    counts = others.reindex(rows.index, fill_value=0).to_numpy(float)
    middle = rows["all"] - rows["core"] - rows["mild"]
    design = np.column_stack([np.ones(len(rows)), rows["core"], rows["mild"], middle])
    code = pd.factorize(born.loc[rows.index, "batch"])[0]
    slopes, spread, t = negative_binomial(counts, design, code)
    found = product("s0-100-fanatics", CORPUS)
    assert found.n == len(rows)
    assert found.estimate == pytest.approx(slopes[1] / slopes[2], abs=1e-6)
    assert (found.low, found.high) == pytest.approx(fieller(slopes, spread, t))


def test_months_after_unquoted_newcomers_are_recomputed(product):
    """Compute the hazard ratio by share of newcomers not quoted."""
    rows = talk().assign(month=talk()["age"] // MONTH)
    first = rows.drop_duplicates(["lounge", "user"])
    quotes = rows.loc[rows["quoted"] >= 0, ["lounge", "quoted", "minute"]]
    met = quotes.rename(columns={"quoted": "user", "minute": "answer"}).merge(
        first[["lounge", "user", "minute"]], on=["lounge", "user"]
    )
    met = met[(met["answer"] > met["minute"]) & (met["answer"] - met["minute"] <= DAY)]
    answered = pd.MultiIndex.from_frame(met[["lounge", "user"]])
    alone = ~pd.MultiIndex.from_frame(first[["lounge", "user"]]).isin(answered)
    share = pd.Series(alone, first.index).groupby([first["lounge"], first["month"]])
    by = rows.groupby(["lounge", "month"])
    table = share.mean().rename("share").to_frame()
    table["said"], table["spoke"] = by.size(), by["user"].nunique()
    spells = first_gaps(lounges()[lounges()["born"]])
    table = table.reset_index().merge(spells, on="lounge")
    start = MONTH * (table["month"] + 1.0)
    table, start = table[table["time"] > start], start[table["time"] > start]
    stop = np.minimum(start + MONTH, table["time"])
    design = 10 * table["share"], np.log1p(table["spoke"]), np.log1p(table["said"])
    code = pd.factorize(table["batch"])[0]
    component = product("s4-aloofness-hurts", CORPUS).components[1]
    assert component.n == len(table)
    died = table["died"] & (stop == table["time"])
    agrees_in_logs(component, cox(start, stop, died, design, code))


def _quarters():
    """Return 90-day periods of threads observed and alive.

    Columns ``said, host, answers, links, quarter, lounge, batch``. A series has many
    hosts; whoever wrote most in its first four weeks is followed, of equals the first.
    """
    table = lounges()[~lounges()["older"]]
    rows = posts().merge(table, on="lounge")
    age = (rows["minute"] - rows["birth"]) // DAY
    month = rows[(age < MONTH) & ~rows["lounge"].str.isdigit()]
    most = month.groupby("lounge")["user"].agg(
        lambda users: users.value_counts(sort=False).idxmax()
    )
    leads = rows["user"] == rows["lounge"].map(most)
    rows = rows.assign(
        quarter=age // 90, host=rows["host"].where(rows["lounge"].str.isdigit(), leads)
    )
    names = ["lounge", "quarter", "batch", "birth", "entry", "born", "last", "end"]
    by = rows.assign(answers=rows["quoted"] >= 0, said=1).groupby(names)
    found = by[["said", "host", "answers", "link"]].sum().astype(float).reset_index()
    start, stop = (
        found["birth"] + 90 * DAY * (found["quarter"] + ends) for ends in (0, 1)
    )
    whole = (found["born"] | (start >= found["entry"])) & (stop <= found["end"])
    found = found[whole & (found["last"] >= stop - 60 * DAY)]
    return found[found.groupby("lounge")["quarter"].transform("size") > 1]


def _slope(scores, information, batch):
    """Return the standard error of a slope, clustered by batch."""
    by = scores.groupby(batch).sum()
    k = len(by)
    return np.sqrt((by**2).sum() * k / (k - 1)) / information, k


def test_slopes_by_quarter_of_age_are_recomputed(product):
    """Fit trends in host posts and quotes within threads."""
    rows = _quarters()
    components = product("s3-interest-groups-wither", CORPUS).components
    for component, name in zip(components[1:], ("answers", "link"), strict=True):
        share = rows[name] / rows["said"]
        own = rows["lounge"]
        x = rows["quarter"] - rows.groupby("lounge")["quarter"].transform("mean")
        slope = (x * share).sum() / (x**2).sum()
        rest = share - share.groupby(own).transform("mean") - slope * x
        error, k = _slope(x * rest, (x**2).sum(), rows["batch"])
        assert component.n == len(rows)
        agrees(component, slope, *student(slope, error, k))

    rows = rows[rows.groupby("lounge")["host"].transform("sum") > 0]
    own, x, y = rows["lounge"], rows["quarter"].astype(float), rows["host"]
    x = x - x.groupby(own).transform("min")
    total = y.groupby(own).transform("sum")

    def expected(slope):
        weight = np.exp(slope * x)
        return total * weight / weight.groupby(own).transform("sum")

    slope = optimize.brentq(lambda at: x @ (y - expected(at)), -2, 2, xtol=1e-12)
    part = expected(slope)
    centre = (part * x).groupby(own).transform("sum") / total
    spread = (part * (x - centre) ** 2).sum()
    error, k = _slope((x - centre) * (y - part), spread, rows["batch"])
    limits = student(slope, error, k)
    agrees_in_logs(components[0], np.exp([slope, *limits]))
