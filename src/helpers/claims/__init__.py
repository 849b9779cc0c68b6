"""Claims of five articles on online groups: register, decision rules, verdicts.

`evaluate` says what one study says about one claim; `combine_verdicts` what several say
together; `build_scoreboard` lists every claim in every study. A verdict follows from an
interval by a rule fixed beforehand (`helpers.claims.rules.interval_rules`), after data
gates (`gates`), and has to survive other reasonable choices (`agreement`).
"""

from helpers.claims.claim import Claim
from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.evaluation.multiplicity import build_scoreboard
from helpers.claims.evaluation.pooling import Combined, combine_verdicts
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.evaluation.verdict_store import report_verdict
from helpers.claims.fixed.register import RegisterEntry, get_claim, read_register
from helpers.claims.rules.interval_rules import Decision, Word
from helpers.claims.rules.templates import parse_rule
from helpers.claims.themes.failure.nested_shares import Nested, estimate_nested_shares

__all__ = [
    "Claim",
    "Combined",
    "Decision",
    "Nested",
    "RegisterEntry",
    "Verdict",
    "Word",
    "build_scoreboard",
    "combine_verdicts",
    "estimate_nested_shares",
    "evaluate",
    "get_claim",
    "parse_rule",
    "read_register",
    "report_verdict",
]
