"""Teams of which leads' messages could be told, counted from the raw list."""

import pandas as pd
import pytest

from helpers.claims.evaluation.evaluate import evaluate
from helpers.paths import ROOT
from helpers.study import open_study

RAW = ROOT.parent / "shared" / "corpora" / "rust_teams"


def test_two_arms_of_thirty_need_sixty_teams_with_a_stream():
    """Leads who are only listed are not asked where messages are known."""
    found = evaluate("s0-owner-alone-fails", open_study("rust_teams"))
    assert found.word == "UNTESTABLE"
    assert "60 needed for 30 in each arm" in found.reason


@pytest.mark.shared
@pytest.mark.skipif(not RAW.exists(), reason="../shared is absent")
def test_no_more_teams_have_a_stream_in_the_raw_list():
    """A second way: teams that are no list of permissions, with a stream."""
    teams = pd.read_csv(RAW / "teams.csv")
    streams = pd.read_csv(RAW / "team_stream.csv")
    able = teams[teams["kind"] != "marker-team"]
    many = able["team_id"].isin(streams["team_id"]).sum()
    found = evaluate("s0-owner-alone-fails", open_study("rust_teams"))
    assert f"{many} groups" in found.reason
