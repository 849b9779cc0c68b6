"""What counts as content by its length, and set times of it."""

import narwhals as nw
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from helpers.derive.measures import content
from helpers.records import DAY_US, HOUR_US

WRITTEN = pa.schema(
    {
        "text": pa.string(),
        "chars": pa.int32(),
        "links": pa.int32(),
        "kind": pa.string(),
        "n": pa.int64(),
    }
)
FLAGGED = pa.schema(
    {
        "group": pa.int32(),
        "member": pa.int32(),
        "age_day": pa.int32(),
        "time_us": pa.int64(),
        **dict.fromkeys(content.FLAGS, pa.bool_()),
    }
)
URL = "https://example.org/a/long/path?with=many&words=in&it=really"


def _flags(run, lazy, long_chars=330, **message):
    row = pd.DataFrame([{"kind": "text", "links": 0, "n": 0, **message}])
    told = lazy(row, WRITTEN).with_columns(**content.build_content_flags(long_chars))
    (found,) = run.fetch(told, "n")[list(content.FLAGS)].to_dict("records")
    return {name for name, yes in found.items() if yes}


@pytest.mark.parametrize(
    ("text", "links", "expected"),
    [
        ("word " * 60, 0, {"long", "half_long"}),
        ("word " * 59, 0, {"half_long"}),
        ("word " * 29, 0, set()),
        ("学" * 100, 0, {"long", "half_long"}),
        ("学 " * 50, 0, {"half_long"}),
        ("x" * 500, 0, set()),
        (f"{URL} {URL}", 2, {"link"}),
        (f"{URL} this is how it works", 1, {"link", "commented"}),
        (f"{URL} see this one", 1, {"link"}),
        (f"这一篇讲清楚了怎么开始 {URL}", 1, {"link", "commented"}),
        ("", 0, set()),
    ],
)
def test_words_and_characters_of_a_text_decide(run, lazy, text, links, expected):
    """A link's own words are not the sender's, and a long word is one."""
    assert _flags(run, lazy, text=text, links=links, chars=len(text)) == expected


PIECES = ("a", "don't", "a'b'c", "学", "学x", "9", "www.a.cn/b", "xhttp://c", "\n", "é")


@pytest.mark.parametrize("glue", [" ", "", "'"])
def test_first_look_passes_over_no_long_text(run, lazy, glue):
    """What is not counted has too few words: both ways flag the same texts."""
    rng = np.random.default_rng(len(glue))
    texts = [glue.join(rng.choice(PIECES, size)) for size in rng.integers(9, 130, 300)]
    rows = pd.DataFrame({"text": texts, "kind": "text", "links": 0, "n": range(300)})
    own = nw.col("text").str.replace_all(content.URL, " ")
    counts = lazy(rows, WRITTEN).with_columns(
        words=content._count_words(own),
        han=own.str.len_chars() - own.str.replace_all(content.HAN, "").str.len_chars(),
        **content.build_content_flags(330),
    )
    found = run.fetch(counts, "n")
    for name, words, han in (("long", 60, 100), ("half_long", 30, 50)):
        expected = (found["words"] >= words) | (found["han"] >= han)
        assert found[name].equals(expected)
    assert 10 < found["half_long"].sum() < 290


def _said(lazy, *messages):
    usual = dict.fromkeys(content.FLAGS, False)
    rows = [{"group": 0, "member": 0, "time_us": 0, **usual, **one} for one in messages]
    return lazy(pd.DataFrame(rows), FLAGGED)


def test_days_hold_sums_and_a_long_link_is_one_item(run, lazy):
    """A message that is long and a commented link counts once among the items."""
    said = _said(
        lazy,
        {
            "age_day": 3,
            "long": True,
            "half_long": True,
            "commented": True,
            "link": True,
        },
        {"age_day": 3, "link": True},
        {"age_day": 4, "half_long": True},
    )
    rows = run.fetch(content.count_content_by_day(said), "age_day").drop(
        columns="group"
    )
    assert rows.to_dict("list") == {
        "age_day": [3, 4], "messages": [2, 1], "links": [2, 0], "items": [1, 0],
        "long": [1, 0], "commented": [1, 0], "half_long": [1, 1],
    }  # fmt: skip


def test_timetable_uses_only_age_days_7_to_55(run, lazy):
    """Items of age days 7–55 count, in the study's own clock."""
    days = [6, 7, 55, 56]
    said = _said(
        lazy,
        *(
            {"age_day": d, "long": True, "time_us": d * DAY_US + 20 * HOUR_US}
            for d in days
        ),
    )
    slots = run.fetch(content.count_content_by_slot(said, 8 * HOUR_US), "week")
    assert slots["week"].tolist() == [1, 7]
    assert slots["hour"].tolist() == [4, 4]
    assert slots["weekday"].tolist() == [(3 + 8) % 7, (3 + 56) % 7]


def test_posters_of_content_only_are_not_other_posters(run, lazy):
    """Who only gives content is not counted among those whom it should draw."""
    said = _said(
        lazy,
        {"age_day": 84, "member": 1},
        {"age_day": 364, "member": 2},
        {"age_day": 200, "member": 3, "long": True},
        {"age_day": 83, "member": 4},
        {"age_day": 365, "member": 5},
        {"age_day": 90, "member": None},
    )
    found = run.fetch(content.count_other_posters(said), "group")
    assert found[["items", "commented"]].to_numpy().tolist() == [[2, 3]]


def test_flags_are_never_unknown(lazy):
    """A message of which nothing is known carries nothing."""
    rows = lazy(pd.DataFrame([{"n": 1}]), WRITTEN)
    told = rows.with_columns(**content.build_content_flags(330)).select(
        *map(nw.col, content.FLAGS)
    )
    assert not told.collect().to_pandas().to_numpy().any()
