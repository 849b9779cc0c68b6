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

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.3.1"

if TYPE_CHECKING:
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

_PLACES = {  # imported on first use: a command's --help needs none of them
    "ShequnError": "errors:ShequnError",
    "answer": "claims:get_answer",
    "answers": "claims:list_answers",
    "between": "library.observation:between",
    "bootstrap_clusters": "library.sources:bootstrap_clusters",
    "choose_place": "library.places:choose_place",
    "clean": "library.messages:clean",
    "combine_with_own": "claims.own.partial:combine_with_own",
    "compare_places": "library.places:compare_places",
    "compare_survival": "library.lifetimes:compare_survival",
    "estimate_survival": "survival.kaplan_meier:estimate_survival",
    "fit_cox": "survival.hazards.cox:fit_cox",
    "groups_from": "library.lifetimes:groups_from",
    "hold_figures": "figures.plots:hold_figures",
    "label_lines": "figures.plots:label_lines",
    "load_life_tables": "library.life_tables:load_life_tables",
    "lives": "library.sources:list_lives",
    "load": "study.study:open_study",
    "make_study": "own_groups.run:make_own_study",
    "list_follow_up": "group_lives.follow_up:list_follow_up",
    "moments": "library.sources:list_moments",
    "name_place": "notebooks:name_place",
    "name_sources": "notebooks:name_sources",
    "open_run": "own_groups.opened:open_run",
    "plot_ranges": "figures.plots:plot_ranges",
    "pool": "claims.pool:pool",
    "polls": "claims.printed:list_polls",
    "pool_rows": "claims.pool:pool_rows",
    "predict_groups": "own_groups.cards.card:predict_groups",
    "predict_silence": "forecast:predict_silence",
    "read_members": "own_groups.people:read_members",
    "read_messages": "library.messages:read_messages",
    "read_results": "library.sources:read_results",
    "recount": "library.places:recount_claim",
    "recount_trial": "claims.designs.trials:recount_trial",
    "save_figure": "figures.saving:save_figure",
    "say": "figures.outputs:show_sentence",
    "show_answer_first": "figures.outputs:show_answer_first",
    "silence": "library.lifetimes:silence",
    "stays": "library.sources:list_stays",
    "studies": "study.study:open_studies",
    "survival_frame": "library.lifetimes:survival_frame",
    "tabulate_answers": "notebooks:tabulate_answers",
    "tabulate_own_shares": "claims.own.shares:tabulate_own_shares",
    "tone": "library.tone:tone",
    "tone_by_month": "library.tone:tone_by_month",
    "searches": "claims.printed:list_searches",
    "trials": "claims.trials:list_trials",
    "use_style": "figures.style:use_style",
    "windows": "library.sources:list_windows",
}
_PACKAGES = ("claims", "forecast", "inference", "study", "survival")


def __getattr__(name: str) -> object:
    """Return a function or package of the library, imported on first use."""
    if name in _PACKAGES:
        return import_module(f"helpers.{name}")
    if name not in _PLACES:
        raise AttributeError(f"module 'helpers' has no attribute {name!r}")
    module, _, function = _PLACES[name].partition(":")
    attribute = getattr(import_module(f"helpers.{module}"), function)
    if isinstance(attribute, type):
        return attribute
    # kept there, not here, where its doctest would be run without its module's names
    return import_module("helpers.library.verbs").check_verb(attribute, name)


def __dir__() -> list[str]:
    """List what the library offers, including what is imported on first use."""
    special = {name for name in globals() if name.startswith("__")}
    return sorted({*__all__, *_PACKAGES, *special})
