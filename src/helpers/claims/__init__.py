"""Claims and what decides them: the register, the rules, the gates, the verdicts.

`evaluate` says what one study says about one claim; `combine_verdicts` what several
say together; `scoreboard` lists every claim in every study. A verdict follows from an
interval by a rule fixed beforehand (`helpers.claims.rules`), after data gates
(`gates`), and has to survive other reasonable choices (`agreement`).
"""

from helpers.claims.combine import Combined, combine_verdicts
from helpers.claims.evaluate import evaluate
from helpers.claims.nesting import Nested, nested
from helpers.claims.register import Claim, claim, read_register
from helpers.claims.rules import Decision, Word
from helpers.claims.scoreboard import scoreboard
from helpers.claims.templates import parse
from helpers.claims.verdict import Verdict

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
    "scoreboard",
]
