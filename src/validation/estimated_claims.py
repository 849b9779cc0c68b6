"""Print how many testable claims have an estimate in a source: a reproducible count."""

from __future__ import annotations

from helpers.claims.evaluation.verdict_store import report_together, report_verdict
from helpers.claims.fixed.evidence_plan import list_substitutes
from helpers.claims.fixed.register import read_register
from helpers.claims.rules.interval_rules import Word
from helpers.study import open_studies

REFUSED = (None, Word.UNTESTABLE, Word.UNFALSIFIABLE)


def count_estimated_claims() -> tuple[list[str], list[str]]:
    """Return the claims with an estimate in some source, and those without.

    Testable are those of the register, and those that an amendment opened for a source.
    """
    studies = list(open_studies())
    opened = {substitute.claim for substitute in list_substitutes()}
    able: dict[bool, list[str]] = {True: [], False: []}
    for name, entry in read_register().items():
        if entry.status == "testable" or name in opened:
            words = [report_verdict(name, study).word for study in studies]
            whole = report_together(name, studies)
            words.append(whole.word if whole else None)
            able[any(word not in REFUSED for word in words)].append(name)
    return able[True], able[False]


def main() -> None:
    """Print the count and the claims without an estimate."""
    estimated, refused = count_estimated_claims()
    total = len(estimated) + len(refused)
    print(f"{len(estimated)} of {total} testable claims have an estimate; not:")
    print("\n".join(refused))


if __name__ == "__main__":
    main()
