"""Compute the negative controls and write their table."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd

from helpers import corpora
from helpers.claims.designs.survey_shares import SurveyShare
from helpers.claims.evaluation.controls import RESULTS
from helpers.claims.fixed.negative_controls import list_controls
from helpers.claims.fixed.register import get_claim, get_rule
from helpers.claims.rules.interval_rules import Beyond, Word
from helpers.claims.themes.lurkers import surveyed
from helpers.claims.themes.purpose import surveyed_values
from helpers.corpora.shared.raw_files import read_recorded
from helpers.files import compute_checksum, compute_checksum_of_parts, write_text
from helpers.study import open_study
from helpers.study.publish.study import Study, Tables
from helpers.survival import Interval
from validation.controls import answers, ends, filling, placebos, purchases, visits
from validation.controls.redrawn import STUDIES, Draw, count_words
from validation.coverage.truths import MARGIN, shift_probability

Row = dict[str, object]
AGES = {"s0-three-month-death": 105.0, "s1-over-90-fail": 365.0}
DRAWN_FOR: Mapping[str, tuple[int, Word]] = {  # side of the threshold; word wrong there
    "s0-three-month-death": (1, Word.CONTRADICTED),
    "s1-over-90-fail": (1, Word.CONTRADICTED),
    "s0-200-of-343-shells": (-1, Word.SUPPORTED),
}
DRAWN = "ends drawn"
ANSWERS = "answers drawn"
PURCHASES = "purchases drawn"
SURVEYED: Mapping[tuple[str, str], SurveyShare] = {  # what decides, by claim and study
    ("s0-lurkers-still-identify", "so_survey_2017"): surveyed.FEELS_MEMBER,
    ("s0-joined-for-handouts", "so_survey_2016"): surveyed_values.TAKES_ONLY,
    ("s4-growth-over-income", "so_survey_2016"): surveyed_values.TICKED,
    ("s4-growth-over-income", "so_survey_2017"): surveyed_values.RATED,
}
COLUMNS = (
    "claim", "study", "control", "estimate", "low", "high", "n",
    "supported", "contradicted", "too_small", "of", "data", "code",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Kept:
    """A negative control (claim, study and kind) with a stored result."""

    claim: str
    study: str
    control: str

    @property
    def code(self) -> str:
        """Checksum of the module that computes the negative control."""
        return compute_checksum(Path(str(MADE_BY[self.control].__file__)))[:16]

    @property
    def data(self) -> str:
        """Checksum of the tables or raw files that the negative control reads."""
        if self.control in PLACEBOS:
            return compute_checksum_of_parts(
                [file.sha256 for file in read_recorded(self.study)]
            )[:16]
        tables = open_study(self.study).manifest.tables
        names = READS[self.control] & tables.keys()
        return compute_checksum_of_parts(
            [tables[name].sha256 for name in sorted(names)]
        )[:16]

    def rows(self, raw: Path) -> Iterator[Row]:
        """Yield the results of the negative control, one row per study or network."""
        if self.control in PLACEBOS:
            yield self._row(
                self.study, **_list_limits(PLACEBOS[self.control](self.study, raw))
            )
            return
        if self.control in {ANSWERS, PURCHASES}:
            yield from self._draw_shares()
            return
        word, draw = self._draw()
        for label, counts in count_words(self.claim, draw).items():
            yield self._row(label, **{word.lower(): counts[word]}, of=STUDIES)

    def _draw_shares(self) -> Iterator[Row]:
        """Simulate a survey or purchase share; yield each verdict's frequency."""
        study = open_study(self.study)
        rule = get_rule(get_claim(self.claim))
        assert isinstance(rule, Beyond)
        found: Row = {}
        for word, sign in ((Word.SUPPORTED, -1), (Word.CONTRADICTED, 1)):
            planted = shift_probability(rule.end, sign * MARGIN)
            draw: Draw = (
                partial(purchases.simulate_purchases, study, planted)
                if self.control == PURCHASES
                else partial(
                    answers.simulate_answers,
                    study,
                    SURVEYED[self.claim, self.study],
                    planted,
                )
            )
            (counts,) = count_words(self.claim, draw).values()
            found[word.lower()] = counts[word]
        yield self._row(self.study, **found, of=STUDIES)

    def _draw(self) -> tuple[Word, Draw]:
        """Return a verdict that is wrong for simulated studies, and their simulator."""
        study = open_study(self.study)
        if self.control != DRAWN:
            return Word.SUPPORTED, partial(SIMULATIONS[self.control], study)
        rule = get_rule(get_claim(self.claim))
        assert isinstance(rule, Beyond)
        sign, word = DRAWN_FOR[self.claim]
        scale = self._scale(study, shift_probability(rule.end, sign * MARGIN))
        return word, partial(ends.simulate_ends, study, scale)

    def _scale(self, study: Study, failed: float) -> float:
        if self.claim in AGES:
            return ends.find_scale_at_age(failed, AGES[self.claim])
        return ends.find_scale_at_end(study, failed)

    def _row(self, label: str, **found: object) -> Row:
        made = {"data": self.data, "code": self.code}
        return {
            "claim": self.claim, "study": label, "control": self.control
        } | found | made  # fmt: skip


def _list_limits(component: Interval) -> Row:
    numbers = {
        "estimate": component.estimate,
        "low": component.low,
        "high": component.high,
    }
    rounded = {name: f"{value:.6g}" for name, value in numbers.items()}
    return {**rounded, "n": component.n}


def _compute_another_regular(_: str, raw: Path) -> Interval:
    return placebos.estimate_another_regular(raw)


SIMULATIONS: Mapping[str, Callable[[Study, np.random.Generator], Tables]] = {
    "constant filling": filling.simulate_constant_filling,
    "constant growth": filling.simulate_constant_growth,
    "visits at a constant rate": visits.simulate_visits,
}
PLACEBOS: Mapping[str, Callable[[str, Path], Interval]] = {
    "another regular": _compute_another_regular,
    "received in the week after": placebos.estimate_received_after,
}
MADE_BY: Mapping[str, ModuleType] = {
    **dict.fromkeys(("constant filling", "constant growth"), filling),
    "visits at a constant rate": visits,
    **dict.fromkeys(PLACEBOS, placebos),
    DRAWN: ends,
    ANSWERS: answers,
    PURCHASES: purchases,
}
READS: Mapping[str, frozenset[str]] = {  # tables that a simulation rests on
    "constant filling": frozenset({"registry", "fills"}),
    "constant growth": frozenset({"registry", "groups", "snapshots"}),
    "visits at a constant rate": frozenset({"registry", "groups", "seen_again"}),
    DRAWN: frozenset({"registry", "facts"}),
    ANSWERS: frozenset({"survey_answers"}),
    PURCHASES: frozenset({"lives"}),
}
FROM_RAW = {  # sources whose tables cannot show a placebo
    "another regular": ("zh_s1_lounges",),
    "received in the week after": ("raku_irc", "zulip_archives"),
}


def list_computed_controls() -> list[Kept]:
    """List the registered negative controls that are computed here."""
    return [
        Kept(control.claim, study, control.name)
        for control in list_controls()
        for study in FROM_RAW.get(control.name, control.sources)
        if control.name in {*SIMULATIONS, *PLACEBOS, DRAWN, ANSWERS, PURCHASES}
    ]


def run_command(words: Sequence[str] | None = None) -> int:
    """Compute the named negative controls and update the table."""
    parser = argparse.ArgumentParser(prog="validation.controls")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="names of controls")
    parser.add_argument("--raw", type=Path, default=corpora.find_raw_folder())
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args(words)
    names = {control.control for control in list_computed_controls()}
    for control in list_computed_controls():
        if control.control in (options.only or names):
            _write(control, list(control.rows(options.raw)), options.out)
    return 0


def _write(control: Kept, rows: Sequence[Row], path: Path) -> None:
    """Replace the rows of one negative control in the table."""
    text = pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(index=False)
    new = pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
    if path.is_file():
        before = pd.read_csv(path, dtype=str, keep_default_na=False)
        source = before["study"].str.partition("/")[0]
        own = before["claim"].eq(control.claim) & before["control"].eq(control.control)
        new = pd.concat([before[~(own & source.eq(control.study))], new])
    ordered = new.sort_values(list(COLUMNS[:3]))
    write_text(path, ordered.to_csv(index=False, lineterminator="\n"))


if __name__ == "__main__":
    sys.exit(run_command())
