"""Two Chinese surveys of open source, as the percentages that were published."""

from __future__ import annotations

from datetime import date

import pandas as pd

from helpers.corpora.shared.corpus import Counted, RawFolder, load_description
from helpers.corpora.shared.registers import build_counted, build_registry_columns
from helpers.records import to_day_us

AGGREGATES, KEY = "aggregates.csv", "open source in China"
ROLES = {
    "使用者": "uses",
    "参与者": "takes part",
    "贡献者": "contributes",
    "维护者": "maintains",
    "生态运营": "runs a community",
    "all": "all",
}
QUESTIONS = {
    "part_of_community": "part of a community",
    "role (multi-select)": "role",
    "channel (multi-select)": "channel",
    "community operation (operators)": "how communities are run",
}
MESSENGERS = "domestic messengers"
ANSWERS = ROLES | {"domestic IM (钉钉/微信/QQ/飞书)": MESSENGERS}


def count(raw: RawFolder) -> Counted:
    """Return published survey percentages by year, question, role and answer."""
    rows = raw.rows(AGGREGATES, dtype={"answer": "str"})
    table = pd.DataFrame(
        {
            "key": KEY,
            "stratum": rows["year"].astype(str),
            "respondents": rows["group"].map(ROLES),
            "question": rows["question"].map(QUESTIONS),
            "answer": rows["answer"].replace(ANSWERS),
            "percent": rows["percent"].astype("float64"),
        }
    )
    registry_row = {
        "key": KEY,
        "network": KEY,
        "kind": "survey",
        "origin_us": to_day_us(date(2023, 1, 1)),
        "end_us": to_day_us(date(2025, 1, 1)),
    }
    return build_counted(
        build_registry_columns(pd.DataFrame([registry_row])),
        {"survey_percents": table},
        {},
        {"percentages": len(rows)},
    )


CORPUS = load_description("cn_oss_survey", count=count)
