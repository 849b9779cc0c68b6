"""The measured table of the advertisement rules says what they did."""

import csv

import pandas as pd
import pytest

from helpers import paths
from pipeline.validation.text_rules import (
    CHATS,
    NOT_READ,
    measure_rules,
    write_chat_ledger,
    write_chat_quality,
    write_quality,
)
from tests.printed import is_same_file
from tests.raw_corpora import SHARED, needs_raw

TABLE = paths.PROCESSED / "instruments" / "advertisement_quality.csv"
AD, TALK = "兼职日结300元，加微信 abc12345", "早上好"


@pytest.fixture
def corpora(tmp_path):
    """Three sets of a few messages whose outcome is known."""
    spam = f'target,input\n1,"{AD}"\n1,缺钱的来\n0,{TALK}\n0,甲,乙\n'
    sentiment = tmp_path / "chinese_sentiment"
    reviews = {
        "ChnSentiCorp_htl_all.csv": f"label,review\n1,{TALK}\n1,{TALK}\n0,房间小\n",
        "waimai_10k.csv": "label,review\n1,快\n",
        "online_shopping_10_cats.csv": f'cat,label,review\n书,1,"{AD}"\n书,0,差\n',
        "weibo/covid_weibo_labeled_7class.csv": "\ufeffreview,label\n好,2\n",
        "weibo/weibo_senti_100k_sample2400.csv": "label,review\n1,好\n",
    }
    titles = f'node,title\npython,{TALK}\njobs,"{AD}"\n'
    files = {sentiment / name: text for name, text in reviews.items()}
    files[tmp_path / "chinese_spam" / "train.csv"] = (
        f"target,input\n0,{TALK}\n1,看 https://a.cn\n"
    )
    files[tmp_path / "chinese_spam" / "eval.csv"] = spam
    files[tmp_path / "v2ex_nodes" / "v2ex_topics_page1.csv"] = titles
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_quality_counts_of_a_known_set_are_exact(corpora):
    """One of two advertisements is found, and no talk; repeats count once."""
    found = {(m.messages, m.measure): (m.hits, m.n) for m in measure_rules(corpora)}
    whole = "chat spam, evaluation part"
    assert found[whole, "precision"] == (1, 1)
    assert found[whole, "recall"] == (1, 2)
    assert found[whole, "false alarms"] == (0, 2)
    novel = f"{whole}, distinct texts not in the tuning part"
    assert found[novel, "false alarms"] == (0, 1)
    assert found["hotel reviews", "false alarms"] == (0, 2)
    assert found["shopping reviews", "false alarms"] == (1, 2)
    assert found["V2EX titles, trade boards", "flagged"] == (1, 1)
    assert found["chat spam, both parts", "ads with a link"] == (1, 3)


def test_committed_precision_is_at_least_95_percent():
    """On messages not tuned on, the lower limit of precision is at least .95."""
    with TABLE.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    promised = [
        float(row["low"])
        for row in rows
        if row["measure"] == "precision" and "evaluation" in row["messages"]
    ]
    assert len(promised) == 2
    assert min(promised) >= 0.95


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="../shared is not here")
def test_remeasuring_reproduces_the_committed_quality_table(tmp_path):
    """Measuring again writes the committed numbers."""
    write_quality(SHARED, tmp_path / "again.csv")
    assert is_same_file(tmp_path / "again.csv", TABLE)


def test_labelled_chat_counts_exclude_copies_and_conflicts(tmp_path):
    """Copies count once, texts with both labels and other labels not at all."""
    folder = tmp_path / "chat_labels"
    folder.mkdir()
    for chat in CHATS.values():
        yes, no = chat.yes[0], chat.no[0]
        said = "几点开始？" if chat.rule == "question" else AD
        rows = {"text": [said, said, "缺钱的来", TALK, "甲", "甲", "乙"]}
        rows["label"] = [yes, yes, yes, no, yes, no, "other"]
        table = pd.DataFrame(rows).assign(part=chat.part)
        table.to_csv(folder / f"{chat.file}.csv.gz", index=False)
    for file in NOT_READ.values():
        table.to_csv(folder / f"{file}.csv.gz", index=False)
    write_chat_quality(tmp_path, tmp_path / "made.csv")
    made = pd.read_csv(tmp_path / "made.csv").set_index(["messages", "measure"])
    assert len(made) == 3 * len(CHATS)
    for name in CHATS:
        counts = made.loc[name, ["hits", "n"]].to_numpy().tolist()
        assert counts == [[1, 1], [1, 2], [1, 1]]
    write_chat_ledger(tmp_path, tmp_path / "ledger.csv")
    ledger = pd.read_csv(tmp_path / "ledger.csv")
    for name, own in ledger.groupby("messages"):
        used = [7, 7, 0] if name in NOT_READ else [7, 0, 1, 0, 2, 1, 3]
        assert own["rows"].tolist() == used


@needs_raw
def test_chat_quality_table_is_reproduced(tmp_path):
    """The committed file is what the labelled sets and this code give."""
    write_chat_quality(SHARED, tmp_path / "made.csv")
    assert is_same_file(
        tmp_path / "made.csv", TABLE.with_name("chat_rules_quality.csv")
    )


def test_ledger_of_labelled_chats_adds_up_and_matches_the_measures():
    """What was read was used or excluded, and what was used was measured."""
    ledger = pd.read_csv(TABLE.with_name("chat_rules_ledger.csv"))
    measured = pd.read_csv(TABLE.with_name("chat_rules_quality.csv"))
    measured = measured[measured["measure"] != "precision"].groupby("messages")["n"]
    assert set(ledger["messages"]) == {*CHATS, *NOT_READ}
    for name, own in ledger.groupby("messages"):
        rows = own.groupby("step")["rows"].sum()
        assert rows["read"] == rows["set aside"] + rows["kept"]
        assert rows["kept"] == measured.sum().get(name, 0)


@needs_raw
def test_ledger_of_labelled_chats_is_reproduced(tmp_path):
    """The committed file is what the labelled sets and this code give."""
    write_chat_ledger(SHARED, tmp_path / "made.csv")
    assert is_same_file(tmp_path / "made.csv", TABLE.with_name("chat_rules_ledger.csv"))
