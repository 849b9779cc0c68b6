"""The answer to a claim as one object: estimates, answer by kind, sentence, plot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from helpers.claims.register import FIELD, Claim
from helpers.claims.words import (
    BY_PART,
    BY_READING,
    KINDS,
    LEVELS,
    NOT_MEASURED,
    ON_WECHAT,
    REASONS,
    RELATED,
    WORDS,
    count_marks,
    draw_marks,
    format_number,
    name_kind,
    name_kinds,
    order_kinds,
)
from helpers.errors import MissingSourceError
from helpers.wording import Language, Message, join_messages, render, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from helpers.claims.grading import Grade
    from helpers.figures.plots import Unit

ENDS = ["estimate", "low", "high"]
UNITS: Mapping[str, tuple[Unit, int]] = {  # of plots, and so many of them
    "share": ("share", 1), "ratio": ("ratio", 1), "points": ("points", 100),
}  # fmt: skip


@dataclass(frozen=True, eq=False, repr=False)
class Answer:
    """What was found about a claim."""

    claim: Claim  # its wording and readings
    # a row per reading and kind of group, and over all kinds: mean, 95 % interval,
    # interval of the next place, probability of the claim, word and certainty
    by_kind: pd.DataFrame
    estimates: pd.DataFrame  # a row per reading and source

    @property
    def is_measured(self) -> bool:
        """Whether any source gives an estimate."""
        return self.word != NOT_MEASURED

    @property
    def form(self) -> str:
        """How the main reading's numbers are printed, such as ``points``."""
        return self.claim.readings[0].form

    @cached_property
    def overall(self) -> pd.Series[Any]:
        """The row of the main reading over all kinds."""
        return self.by_kind.iloc[0]

    @cached_property
    def main_estimates(self) -> pd.DataFrame:
        """The estimates of the main reading, a row per source."""
        key = self.claim.readings[0].key
        return self.estimates[self.estimates["reading"].eq(key)]

    @cached_property
    def word(self) -> str:
        """How likely the claim is, such as ``probably not``."""
        return str(self.by_kind["word"].iloc[0])

    @property
    def certainty(self) -> str:
        """How sure that is, in four levels; a related number has no certainty."""
        if not self.is_measured or self.word == RELATED:
            return ""
        return str(self.overall["certainty"])

    @property
    def marks(self) -> int:
        """The certainty as a number of marks, of four."""
        return count_marks(self.certainty)

    @property
    def on_wechat(self) -> str:
        """What is known of the claim on WeChat, such as ``one count, for``."""
        return str(self.overall["on_wechat"])

    @property
    def sentence(self) -> str:
        """The answer in one English sentence."""
        return self.say("en")

    def say(self, language: Language = "en") -> str:
        """Return the answer in one sentence, in English or Chinese (``zh``)."""
        if not self.is_measured:
            return self.claim.needs[language]
        if "own" in set(self.by_kind["kind"]):  # groups of one's own
            return render(describe_own(self), language)
        return fill_sentence(self.claim.row.sentence[language], self.by_kind)

    def say_on_wechat(self, language: Language = "en") -> str:
        """Return what is known of the claim on WeChat, in one sentence."""
        from helpers.claims.printed import say_on_wechat  # noqa: PLC0415 - reads polls

        return say_on_wechat(self.claim, language)

    def say_word_on_wechat(self, language: Language = "en") -> str:
        """Return the word for what is known of the claim on WeChat, in a language."""
        return render(ON_WECHAT[self.on_wechat], language)

    def say_place(self, language: Language = "en") -> str:
        """Return the kinds of places that the word is about, such as *In chats*."""
        kinds = name_kinds(str(self.overall["kinds"]))
        return render(say("In {kinds}", kinds=kinds), language)

    def say_word(self, language: Language = "en") -> str:
        """Return the word for how likely the claim is, in a language.

        Where readings are answered one by one, with the word of each.
        """
        word = WORDS[self.word]
        if self.word not in {BY_READING, BY_PART}:
            return render(word, language)
        from helpers.claims.grading import choose_word  # noqa: PLC0415 - as below

        whole = self.by_kind[self.by_kind["kind"].eq("all")]
        rows: dict[Any, Any] = whole.set_index("reading").to_dict("index")
        named = [(each.name, rows[each.key]) for each in self.claim.readings]
        words = [
            (name, choose_word(row["p_claim"], LEVELS.index(row["certainty"])))
            for name, row in named
            if name.en
        ]
        parts = [
            say("{part}: {word}", part=name, word=WORDS[own]) for name, own in words
        ]
        told = join_messages(say("; "), parts)
        return render(say("{word} ({parts})", word=word, parts=told), language)

    @cached_property
    def grade(self) -> Grade:
        """The certainty of the main reading with its reasons."""
        from helpers.claims.grading import (  # noqa: PLC0415 - needs what estimates need
            Grade,
            grade_certainty,
        )
        from helpers.claims.pooling import pool_rows  # noqa: PLC0415 - the same

        reading = self.claim.readings[0]
        found = pool_rows(self.main_estimates, reading)
        if found is None:
            return Grade(0, ())
        return grade_certainty(reading, *found, float(self.overall["p_claim"]))

    def explain(self, language: Language = "en") -> tuple[str, ...]:
        """Return at most three reasons for the certainty, a clause each."""
        if not self.certainty:
            return ()
        return tuple(render(REASONS[name], language) for name in self.grade.reasons[:3])

    def plot(self, ax: Axes | None = None, language: Language = "en") -> Axes:
        """Draw the estimates by kind and source with the claimed number."""
        from helpers.figures.plots import plot_ranges  # noqa: PLC0415 - draws seldom

        reading = self.claim.readings[0]
        rows = self._list_rows(reading.key, language)
        unit, times = UNITS.get(self.form, ("number", 1))
        rows[ENDS] *= times
        whose = render(say("our line") if reading.ours else say("claimed"), language)
        marks = {times * number: whose for number in reading.claimed_range.numbers}
        ax = plot_ranges(rows, "estimate", "label", by="role", marks=marks, unit=unit,
                         ax=ax)  # fmt: skip
        ax.set_xlabel(reading.label[language])
        return ax

    def _list_rows(self, key: str, language: Language) -> pd.DataFrame:
        """List each kind with its sources, largest kind last: plots begin below."""
        own, pooled = (
            table[table["reading"].eq(key)] for table in (self.estimates, self.by_kind)
        )
        means = pooled.set_index("kind").reindex(own["kind"].unique())
        by_size = own.sort_values("estimate", kind="stable")
        named = by_size.assign(
            label=by_size["study"] + " · " + by_size["n"].map("{:,}".format)
        )
        parts = []
        for kind in order_kinds(means["n_units"].fillna(0)):
            mean = means.loc[[kind]].rename(columns={"mean": "estimate"})
            label = render(name_kind(kind), language)
            parts += [
                mean.assign(label=label, role="mean"),
                named[named["kind"] == kind],
            ]
        whole = pd.concat([part[[*ENDS, "label", "role"]] for part in parts])
        roles = [render(role, language) or role for role in whole["role"]]
        return whole.assign(role=roles)[::-1].reset_index(drop=True)

    def __repr__(self) -> str:
        return f"Answer({self.claim.id}: {self.word})"

    def _repr_html_(self) -> str:
        rows = self.by_kind[["reading", "kind", "mean", "low", "high", "word"]]
        lines = "<br>".join(self.list_words())
        table = rows.round(3).to_html(index=False)
        return f"<p><b>{self.sentence}</b><br>{lines}</p>{table}"

    def list_words(self, language: Language = "en") -> list[str]:
        """List two lines: how likely the claim is where it was measured, and WeChat."""
        marks = draw_marks(self.marks) if self.marks else ""
        places = [self.say_place(language), render(say("On WeChat"), language)]
        words = [
            f"{self.say_word(language)} {marks}".strip(),
            self.say_word_on_wechat(language),
        ]
        between = render(say(": "), language)
        return [f"{at}{between}{word}" for at, word in zip(places, words, strict=True)]


def describe_own(answer: Answer) -> Message:
    """Describe what groups of one's own show, alone and with what is known elsewhere.

    Sentences of the register speak of public sources, so none of them is used.
    """
    rows = answer.by_kind.set_index(["reading", "kind"])
    key = rows.index[0][0]
    reading = next(each for each in answer.claim.readings if each.key == key)
    alone, together = (format_row(rows.loc[(key, kind)]) for kind in ("own", "all"))
    n = f"{int(rows.loc[(key, 'own'), 'n_units']):,}"
    said = say(
        "By your groups alone, {label}: {alone}, n = {n}",
        label=reading.label,
        alone=alone,
        n=n,
    )
    if together == alone:
        return say("{said}.", said=said)
    return say(
        "{said}; with what is known elsewhere {together}.", said=said, together=together
    )


def format_row(row: pd.Series[Any]) -> Message:
    """Format the mean of a row of answers with its range."""
    middle, low, high = (
        format_number(row[name], str(row["of"])) for name in ("mean", "low", "high")
    )
    return say("{middle} ({low}–{high})", middle=middle, low=low, high=high)


def fill_sentence(template: str, by_kind: pd.DataFrame) -> str:
    """Fill a sentence with the numbers of an answer.

    Names are ``{mean}``, ``{low}`` … of the main reading over all kinds, ``{KEY.mean}``
    of another reading or kind; a form may follow, as in ``{mean:of100}``.
    """
    main = by_kind.iloc[0]

    def fill(match: re.Match[str]) -> str:
        name, form = match.group(1), match.group(2) or ""
        key, _, column = name.rpartition(".")
        row = main if not key else _find_row(by_kind, key, main["reading"])
        return format_number(row[column], str(row["of"]), form, column)

    return FIELD.sub(fill, template).replace("%–", "–")


def _find_row(by_kind: pd.DataFrame, key: str, main: str) -> pd.Series[Any]:
    """Return the row of a reading over all kinds, or of a kind of the main reading."""
    wanted = (main, key) if key in KINDS else (key, "all")
    rows = list(zip(by_kind["reading"], by_kind["kind"], strict=True))
    if wanted not in rows:
        raise MissingSourceError(
            f"its sentence names {key}, of which there is no stored answer",
            where=f"claims.toml, {by_kind['claim'].iloc[0]}",
            remedy="name what is measured, or run `python -m pipeline answers --write`",
        )
    return by_kind.iloc[rows.index(wanted)]


def is_number(value: object) -> bool:
    """Return whether a value is a finite number."""
    return isinstance(value, float | int | np.number) and bool(np.isfinite(value))
