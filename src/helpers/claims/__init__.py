"""Claims and what decides them: the register, the rules, the gates, the verdicts.

`evaluate` says what one study says about one claim; `combine_verdicts` what several say
together; `scoreboard` lists every claim in every study. A verdict follows from an
interval by a rule fixed beforehand (`helpers.claims.rules.interval_rules`), after data
gates (`gates`), and has to survive other reasonable choices (`agreement`).
"""

from helpers.claims.evaluation.evaluate import evaluate
from helpers.claims.evaluation.pooling import Combined, combine_verdicts
from helpers.claims.evaluation.scoreboard import scoreboard
from helpers.claims.evaluation.verdict import Verdict
from helpers.claims.evaluation.verdict_store import report
from helpers.claims.fixed.register import Claim, claim, read_register
from helpers.claims.rules.interval_rules import Decision, Word
from helpers.claims.rules.templates import parse
from helpers.claims.themes.failure.nested_shares import Nested, nested

__all__ = [
    "Claim",
    "Combined",
    "Decision",
    "Nested",
    "Verdict",
    "Word",
    "claim",
    "combine_verdicts",
    "evaluate",
    "nested",
    "parse",
    "read_register",
    "report",
    "scoreboard",
]
