"""Accounts that write by program, though nobody marked them: told by what they write.

An account that says one fixed form again and again, or only answers commands, is no
member. Only texts tell that; where there are none, nobody is told.
"""

from __future__ import annotations

import narwhals as nw

from helpers.measures.cleaning import ORDER
from helpers.measures.engine import Frame
from helpers.records import MINUTE_US

LEAST_MESSAGES = 100
SHARE = 0.95
BEGINNING, LETTERS = 16, 8  # characters that are alike, letters among them
SOON_US = MINUTE_US
ACCOUNT = ("sender", "scope")
_VARYING = r"https?://\S+|@\S+|\d+"
_COMMAND = r"^[!/.][A-Za-z]"


def unmarked_bots(messages: Frame) -> Frame:
    """Return the accounts that post one fixed form, or answer commands.

    Of `LEAST_MESSAGES` with text or more, 95 % begin with the same 16 characters, once
    links, names after ``@`` and digits are taken out; or come within a minute after
    another account's command in the same group.

    Parameters
    ----------
    messages
        With ``group, sender, scope, time_us, text, bot, file, position``.

    Returns
    -------
    Frame
        ``sender, scope``.
    """
    marked = nw.col("bot").fill_null(value=False)
    texts = messages.filter(~nw.col("sender").is_null(), ~nw.col("text").is_null())
    accounts = texts.filter(~marked).group_by(*ACCOUNT).agg(of=nw.len())
    accounts = accounts.filter(nw.col("of") >= LEAST_MESSAGES)
    counts = [
        rows.group_by(*ACCOUNT, *by).agg(n=nw.len()).select(*ACCOUNT, "n")
        for rows, by in ((_forms(texts), ["form"]), (_answers(texts), []))
    ]
    both = nw.concat(counts).join(accounts, on=list(ACCOUNT), how="inner")
    bots = both.filter(nw.col("n") >= SHARE * nw.col("of"))
    return bots.select(*ACCOUNT).unique()


def _forms(texts: Frame) -> Frame:
    """Return messages with how they begin, if that has letters enough to tell."""
    plain = nw.col("text").str.replace_all(_VARYING, "").str.to_lowercase()
    form = plain.str.strip_chars().str.slice(0, BEGINNING)
    rows = texts.with_columns(form=form)
    letters = nw.col("form").str.replace_all(r"[^\p{L}]", "").str.len_chars()
    return rows.filter(letters >= LETTERS)


def _answers(texts: Frame) -> Frame:
    """Return messages right after a command of somebody else."""
    before = {
        f"{name}_before": nw.col(name).shift(1).over("group", order_by=ORDER)
        for name in ("sender", "text", "time_us")
    }
    rows = texts.with_columns(**before)
    soon = nw.col("time_us") - nw.col("time_us_before") <= SOON_US
    return rows.filter(
        nw.col("text_before").str.contains(_COMMAND),
        nw.col("sender_before") != nw.col("sender"),
        soon,
    )
