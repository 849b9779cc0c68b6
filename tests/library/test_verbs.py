"""Wrong calls of the library: a sentence with a remedy, no error from within."""

import inspect
import pickle

import numpy as np
import pandas as pd
import pytest

import helpers as sq
from helpers.library.verbs import read_kind, split_kinds

VERBS = [name for name in sq.__all__ if not isinstance(getattr(sq, name), type)]
ANYTHING = {("save_figure", "ax"), ("make_study", "exported"), ("tone", "texts"),
            ("read_messages", "exported")}  # fmt: skip


@pytest.mark.parametrize("name", VERBS)
def test_what_nothing_can_be_made_of_is_refused_at_the_call(name):
    """Most were errors of Python's or pandas', several calls down."""
    verb = getattr(sq, name)
    for word, asked in inspect.signature(verb).parameters.items():
        kinds = [read_kind(part, verb) for part in split_kinds(asked.annotation)]
        taken = any(fits(object()) for _, fits in kinds)
        assert not taken or (name, word) in ANYTHING, f"{name}: {word}"


def speak(**columns):
    """Build a frame of messages."""
    at = pd.date_range("2024-01-01", periods=90, tz="UTC")
    frame = {"time": at, "group": list("abc") * 30, "sender": "x", "text": "fine"}
    return pd.DataFrame(frame | columns)


def _observe(what):
    return speak(observed_until="2024-05-01", observed_how=what)


ZONES = [pd.Timestamp("2024-01-01", tz=zone) for zone in ("UTC", "Asia/Tokyo")] * 45
MISTAKES = {
    "word": lambda: sq.silence(speak(), dayz=60),
    "no argument": sq.clean,
    "twice": lambda: sq.clean(pd.concat([speak(), speak()[["time"]]], axis=1)),
    "no frame": lambda: sq.groups_from([1], born="a", last="b"),
    "column": lambda: sq.groups_from(speak(), born=["a"], last="b"),
    "observed": lambda: sq.clean(_observe("5")),
    "its groups": lambda: sq.groups_from(_observe("{")),
    "reasons": lambda: sq.groups_from(speak(reason="left out")),
    "bot": lambda: sq.clean(speak(bot="yes")),
    "zones": lambda: sq.tone_by_month(speak(time=ZONES)),
    "pair": lambda: sq.silence((speak(), None)),
    "choice": lambda: sq.pool([0.1], [0.2], "logits"),
    "lengths": lambda: sq.pool([0.1, 0.2], [0.2], "logit"),
    "texts": lambda: sq.pool(["a"], [0.2], "logit"),
    "spread": lambda: sq.pool([0.1], [0.2], "logit", prior=np.inf),
    "ends": lambda: sq.pool_rows(pd.DataFrame({"share": [0.5]})),
    "arms": lambda: sq.recount_trial(pd.DataFrame({"y": [1]}), "y"),
    "draws": lambda: sq.bootstrap_clusters(speak(), len, cluster="group", n_draws=0),
    "cluster": lambda: sq.bootstrap_clusters(speak(), len),
    "plot": lambda: sq.plot_ranges(pd.DataFrame({"x": [1]}), "x", "y"),
    "unit": lambda: sq.plot_ranges(pd.DataFrame({"x": [1]}), "x", "x", unit="%"),
    "nothing": lambda: sq.moments([]),
    "claims": lambda: sq.tabulate_answers([None]),
    "readings": lambda: sq.tabulate_answers(["s0-three-month-death"], readings=-1),
    "language": lambda: sq.tabulate_own_shares(sq.load("fcc_gitter"), language="de"),
    "shape": lambda: sq.estimate_survival([1, [2, 3]], [1, 1]),
    "none": lambda: sq.estimate_survival([], []),
    "number": lambda: sq.predict_silence(200, 3, 5, writers="12"),
    "missing": lambda: sq.predict_silence(float("nan"), 3, 5, 2),
}


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_a_sentence_with_a_remedy(mistake):
    """They were TypeError, KeyError, AttributeError or ArrowInvalid."""
    with pytest.raises(sq.ShequnError, match="Hint: "):
        mistake()


def test_lists_of_containers_are_taken():
    """Bars of a figure's steps are no artists by class, but what chapters give."""
    assert _is_taken("save_figure", "steps", [[object()]])
    assert not _is_taken("tabulate_answers", "claims", [object()])


def _is_taken(name, word, value):
    verb = getattr(sq, name)
    asked = inspect.signature(verb).parameters[word].annotation
    kinds = [read_kind(part, verb) for part in split_kinds(asked)]
    return any(fits(value) for _, fits in kinds)


def test_values_that_separate_curves_stand_once():
    """Two values for a group could not be reindexed; a number has no length."""
    listed = pd.DataFrame({"born": ["2023-01-01"] * 3, "last": ["2023-05-01"] * 3})
    groups = sq.groups_from(listed, born="born", last="last", seen="2024-01-01")
    lives = sq.silence(groups)
    for by in (pd.Series([1, 2], index=[0, 0]), 3, groups):
        with pytest.raises(sq.ShequnError, match="Hint: "):
            sq.survival_frame(lives, by=by)


def test_mistyped_option_names_the_nearest():
    """Python names what it got, not what it takes."""
    with pytest.raises(sq.ShequnError, match=r"dayz.*did you mean days"):
        sq.silence(speak(), dayz=60)


@pytest.mark.parametrize("name", VERBS)
def test_verb_can_be_sent_to_another_process(name):
    """A function under another name than its own could not be pickled."""
    sent = pickle.dumps(getattr(sq, name))
    assert pickle.loads(sent) is getattr(sq, name)  # noqa: S301 - our own
