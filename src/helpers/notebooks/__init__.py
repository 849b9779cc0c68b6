"""Code shared by the notebooks: verdict tables, forest plots, answer boxes."""

from helpers.notebooks.chapter import (
    build_answer_box,
    build_overview_title,
    choose_answering,
    choose_study,
    format_span,
    list_conclusions,
    list_contents,
    list_not_answerable,
    list_theme_claims,
    require_rows,
    tabulate_agreement,
    tabulate_answers,
    tabulate_literature,
    tabulate_verdict,
)
from helpers.notebooks.explanations import define_fragile, explain_verdict
from helpers.notebooks.forests import draw_forest
from helpers.notebooks.settings import (
    list_sources,
    require,
    require_one_of,
    tabulate_values,
    use_language,
    whole,
)
from helpers.notebooks.tables import Table

__all__ = [
    "Table",
    "build_answer_box",
    "build_overview_title",
    "choose_answering",
    "choose_study",
    "define_fragile",
    "draw_forest",
    "explain_verdict",
    "format_span",
    "list_conclusions",
    "list_contents",
    "list_not_answerable",
    "list_sources",
    "list_theme_claims",
    "require",
    "require_one_of",
    "require_rows",
    "tabulate_agreement",
    "tabulate_answers",
    "tabulate_literature",
    "tabulate_values",
    "tabulate_verdict",
    "use_language",
    "whole",
]
