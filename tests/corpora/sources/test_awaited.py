"""Sources nobody has brought yet, built from tiny files of their published shape."""

from __future__ import annotations

import json

import pytest

from helpers.corpora import AWAITED
from helpers.errors import BrokenFileError, MissingSourceError
from helpers.study.publish.build import rebuild_studies

DAY_MS = 86_400_000
BORN = 1_546_300_800_000  # 2019-01-01
NEVER = "I have never participated in Q&A on Stack Overflow"
SURVEY = f"""Respondent,Country,SOAccount,SOPartFreq,SOComm
1,Germany,Yes,{NEVER},"No, not really"
2,Germany,Yes,{NEVER},"Yes, definitely"
3,Germany,Yes,A few times per week,"Yes, somewhat"
4,Chile,No,NA,Neutral
"""


def _channel(number, deleted, messages):
    return {
        "ChannelId": number, "TeamId": "t", "CreatorId": "u0",
        "CreateAt": BORN + (number == "b"), "DeleteAt": deleted,
        "TotalMsgCount": messages, "PostCount": messages, "ReactionsCount": None,
    }  # fmt: skip


MATTERMOST = {
    "teams": [{"TeamId": "t"}],
    "team_members": [],
    "users": {"u0": {"building": None, "orgUnit": None}},
    "channels": [_channel("b", None, 0), _channel("a", BORN + 50 * DAY_MS, 9)],
    "channel_members": [
        {"ChannelId": "a", "UserId": "u0", "MsgCount": 9, "MentionCount": 0},
        {"ChannelId": "a", "UserId": "u1", "MsgCount": 0, "MentionCount": 0},
    ],
    "channel_member_history": [
        {"ChannelId": "a", "UserId": f"u{n}", "JoinTime": BORN, "LeaveTime": left}
        for n, left in enumerate([None, None, None, None, BORN + 10 * DAY_MS])
    ]
    + [{"ChannelId": "gone", "UserId": "u9", "JoinTime": BORN, "LeaveTime": None}],
}


def _brought(tmp_path, name, files):
    for file, text in files.items():
        path = tmp_path / "raw" / name / file
        path.parent.mkdir(parents=True)
        path.write_text(text, "utf-8")
    done = rebuild_studies(tmp_path / "raw", tmp_path / "out", [name])
    return done.built[0]


def test_a_file_that_was_brought_is_read_and_its_checksum_noted(tmp_path):
    """Nobody could record it before."""
    made = _brought(
        tmp_path, "cern_mattermost", {"mmdata.json": json.dumps(MATTERMOST)}
    )
    assert made.kind == "chat"
    assert [len(file.sha256) for file in made.manifest.files] == [64]
    groups = made.table("registry").set_index("key")
    assert groups["closed_kind"].fillna("").tolist() == ["archived", ""]
    facts = made.table("facts").pivot_table("value", "group", "fact")
    assert facts.loc[0, ["messages", "members", "members_seen_none"]].tolist() == [
        9, 2, 1,
    ]  # fmt: skip
    lives = made.table("lives").set_index("ending")
    assert lives.loc["left", ["days", "people"]].tolist() == [10, 1]
    assert lives.loc["open", ["days", "people"]].tolist() == [50, 4]
    assert made.ledger.set_aside == {"stay in a channel that is not listed": 1}


def test_surveys_are_counted_for_the_years_that_are_there(tmp_path):
    """One year is enough; account holders who never took part are a class."""
    file = "2021/survey_results_public.csv"
    made = _brought(tmp_path, "so_surveys_2019_2023", {file: SURVEY})
    rows = made.table("survey_answers")
    own = rows[rows["respondents"].eq("never took part")]
    feels = own[own["question"].eq("feels a member")].set_index("answer")["people"]
    assert feels.to_dict() == {"No, not really": 1, "Yes, definitely": 1}
    assert made.table("registry")["network"].tolist() == ["stackoverflow 2021"]


def test_a_file_of_another_shape_is_refused(tmp_path):
    """The published keys are named."""
    with pytest.raises(BrokenFileError, match="channel_member_history"):
        _brought(tmp_path, "cern_mattermost", {"mmdata.json": '{"channels": []}'})


@pytest.mark.parametrize("name", list(AWAITED))
def test_who_asks_for_an_absent_source_learns_where_it_is(tmp_path, name):
    """Not before somebody puts a folder there is it looked for."""
    with pytest.raises(MissingSourceError, match="searches"):
        rebuild_studies(tmp_path, tmp_path / "out", [name])
