"""Stack Overflow's surveys of 2019 to 2023: taking part, and feeling a member.

The columns ``SOPartFreq`` and ``SOComm`` have the same answers in all five years. Only
holders of an account were asked how often they take part.
"""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.registers import build_counted, build_registry_columns
from helpers.corpora.shared.surveys import count_answers, fill_blanks
from helpers.records import to_day_us

FIELDED = {
    2019: (date(2019, 1, 23), date(2019, 2, 15)),
    2020: (date(2020, 2, 5), date(2020, 2, 29)),
    2021: (date(2021, 5, 25), date(2021, 6, 16)),
    2022: (date(2022, 5, 11), date(2022, 6, 2)),
    2023: (date(2023, 5, 8), date(2023, 5, 20)),
}
COLUMNS = ["Country", "SOAccount", "SOPartFreq", "SOComm"]
NEVER = "I have never participated in Q&A on Stack Overflow"
FEWEST = 30  # respondents of a country that is a stratum of its own
OTHERS = "other countries"


def count(raw: RawFolder) -> Counted:
    """Count survey responses by year, country, taking part and feeling a member."""
    years = {int(name[:4]): name for name in raw.names}
    tables, respondents = [], 0
    for year, name in years.items():
        rows = raw.rows(name, dtype="str", usecols=COLUMNS)
        tables += _count_year(rows, _name(year))
        respondents += len(rows)
    groups = pd.DataFrame(
        {
            "key": _name(year),
            "label": f"Stack Overflow, survey of {year}",
            "network": f"stackoverflow {year}",
            "kind": "site",
            "origin_us": to_day_us(FIELDED[year][0]),
            "end_us": to_day_us(FIELDED[year][1]),
        }
        for year in years
    )
    return build_counted(
        build_registry_columns(groups),
        {"survey_answers": pd.concat(tables)},
        {},
        {"respondents": respondents},
    )


def _name(year: int) -> str:
    return f"survey {year}"


def _count_year(rows: pd.DataFrame, key: str) -> list[pd.DataFrame]:
    size = rows.groupby("Country")["Country"].transform("size")
    rows = rows.assign(stratum=rows["Country"].where(size >= FEWEST, OTHERS))
    told = rows["SOPartFreq"].notna()
    silent = rows["SOPartFreq"].eq(NEVER)
    everybody = pd.Series(True, rows.index)  # noqa: FBT003 - a column, no flag
    classes = {
        "never took part": told & silent,
        "takes part": told & ~silent,
        "with an account": rows["SOAccount"].eq("Yes"),
        "all": everybody,
    }
    questions = {
        "feels a member": fill_blanks(rows["SOComm"]),
        "how often they take part": fill_blanks(rows["SOPartFreq"]),
    }
    return [
        count_answers(rows, who, mask, questions, key) for who, mask in classes.items()
    ]


CORPUS = load_description("so_surveys_2019_2023", count=count)
