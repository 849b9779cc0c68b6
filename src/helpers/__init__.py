"""Read exports of group chats, measure the groups, test claims about them.

The functions below are all that most analyses need::

    import helpers as sq

    messages = sq.clean(sq.read_messages("exports/"))  # a pandas data frame
    lives = sq.silence(messages, days=60)  # when each group ended
    sq.survival_frame(lives)  # Kaplan–Meier, tidy
    groups = sq.groups_from(messages)
    sq.compare_survival(lives, by=groups["messages"] > 1000)  # log-rank test
    lives.curve().plot()
    sq.tone(messages["text"])  # on the same index
    sq.tone_by_month(messages)  # shares per group and month, errors taken out
    sq.predict_silence(age=120, days_since=3, messages=5, writers=2)
    sq.load("fcc_gitter").table_with_dates("groups")  # a public study

``docs/helpers.md`` goes from an export to a curve in ten minutes. The packages behind
the functions: `formats` (readers of exports), `survival` (Kaplan–Meier,
Aalen–Johansen, Cox with clusters), `sentiment` (SnowNLP and VADER), `study`
(processed tables), `inference` (intervals), `forecast`, `claims`;
``docs/architecture.md`` describes them. Errors are `sq.ShequnError`.
"""

import ast
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

__version__ = "0.4.0"

if TYPE_CHECKING:  # at run time each is imported on first use, as `--help` needs none
    from helpers.claims import get_answer as answer
    from helpers.claims import list_answers as answers
    from helpers.claims.designs.trials import recount_trial
    from helpers.claims.own.partial import combine_with_own
    from helpers.claims.own.shares import tabulate_own_shares
    from helpers.claims.pool import pool, pool_rows
    from helpers.claims.printed import list_polls as polls
    from helpers.claims.printed import list_searches as searches
    from helpers.claims.trials import list_trials as trials
    from helpers.errors import ShequnError
    from helpers.figures.outputs import show_answer_first
    from helpers.figures.outputs import show_sentence as say
    from helpers.figures.plots import hold_figures, label_lines, plot_ranges
    from helpers.figures.saving import save_figure
    from helpers.figures.style import use_style
    from helpers.forecast import predict_silence
    from helpers.group_lives.follow_up import list_follow_up
    from helpers.library.life_tables import load_life_tables
    from helpers.library.lifetimes import (
        compare_survival,
        groups_from,
        silence,
        survival_frame,
    )
    from helpers.library.messages import clean, read_messages
    from helpers.library.observation import between
    from helpers.library.places import choose_place, compare_places
    from helpers.library.places import recount_claim as recount
    from helpers.library.sources import bootstrap_clusters, read_results
    from helpers.library.sources import list_lives as lives
    from helpers.library.sources import list_moments as moments
    from helpers.library.sources import list_stays as stays
    from helpers.library.sources import list_windows as windows
    from helpers.library.tone import tone, tone_by_month
    from helpers.notebooks import name_place, name_sources, tabulate_answers
    from helpers.own_groups.cards.card import predict_groups
    from helpers.own_groups.opened import open_run
    from helpers.own_groups.people import read_members
    from helpers.own_groups.run import make_own_study as make_study
    from helpers.study.study import open_studies as studies
    from helpers.study.study import open_study as load
    from helpers.survival.hazards.cox import fit_cox
    from helpers.survival.kaplan_meier import estimate_survival

__all__ = [
    "ShequnError",
    "answer",
    "answers",
    "between",
    "bootstrap_clusters",
    "choose_place",
    "clean",
    "combine_with_own",
    "compare_places",
    "compare_survival",
    "estimate_survival",
    "fit_cox",
    "groups_from",
    "hold_figures",
    "label_lines",
    "list_follow_up",
    "lives",
    "load",
    "load_life_tables",
    "make_study",
    "moments",
    "name_place",
    "name_sources",
    "open_run",
    "plot_ranges",
    "polls",
    "pool",
    "pool_rows",
    "predict_groups",
    "predict_silence",
    "read_members",
    "read_messages",
    "read_results",
    "recount",
    "recount_trial",
    "save_figure",
    "say",
    "searches",
    "show_answer_first",
    "silence",
    "stays",
    "studies",
    "survival_frame",
    "tabulate_answers",
    "tabulate_own_shares",
    "tone",
    "tone_by_month",
    "trials",
    "use_style",
    "windows",
]

_PACKAGES = ("claims", "forecast", "inference", "study", "survival")


@cache
def _read_places() -> dict[str, tuple[str, str]]:
    """Return module and name of each function, from the imports above."""
    whole = ast.parse(Path(__file__).read_text("utf-8"))
    return {
        each.asname or each.name: (str(node.module), each.name)
        for node in ast.walk(whole)
        if isinstance(node, ast.ImportFrom)
        for each in node.names
    }


def __getattr__(name: str) -> object:
    """Return a function or package of the library, imported on first use."""
    if name in _PACKAGES:
        return import_module(f"helpers.{name}")
    if name not in __all__:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    module, own_name = _read_places()[name]
    attribute = getattr(import_module(module), own_name)
    if isinstance(attribute, type):
        return attribute
    # kept there, not here, where its doctest would be run without its module's names
    return import_module("helpers.library.verbs").check_verb(attribute, name)


def __dir__() -> list[str]:
    """List what the library offers, including what is imported on first use."""
    special = {name for name in globals() if name.startswith("__")}
    return sorted({*__all__, *_PACKAGES, *special})
