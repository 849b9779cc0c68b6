"""Share of an account's messages that receive a reply.

Quotes and names say who is answered, but in many chats hardly anybody uses them. In
such groups anybody's next message within a day counts as an answer as well: that errs
towards keeping an account among the people.
"""

from __future__ import annotations

import narwhals as nw

from helpers.measures.cleaning import ORDER
from helpers.measures.engine import Frame
from helpers.records import DAY_US

RECORDED = 0.05  # of a group's messages quote or name somebody: answers are on record
WITHIN_US = DAY_US
NEVER_US = 1 << 62
ACCOUNT = ("sender", "scope")
PLACE = ("group", "file", "position")
_AT = {"sender": "suspect", "scope": "suspect_scope"}
_SUSPECT = {"suspect": "sender", "suspect_scope": "scope"}


def count_answered_messages(senders: Frame, accounts: Frame) -> Frame:
    """Count how many messages of given accounts received a reply.

    Parameters
    ----------
    senders
        Messages by accounts that are no marked bots: ``group, id, sender, scope,
        time_us, reply_to, mentions, file, position``.
    accounts
        ``sender, scope`` of those in question.

    Returns
    -------
    Frame
        ``sender, scope, answered``: messages quoted (or, where a group records few
        quotes and names, followed within a day), and messages that name the account.
    """
    own = senders.join(accounts, on=list(ACCOUNT), how="semi")
    groups = own.select("group").unique()
    there = senders.join(groups, on="group", how="semi")
    both = nw.concat(
        [_select_quoted(there, own), _select_followed(there, own)]
    ).unique()
    named = _select_naming(there, own)
    rows = nw.concat([both.select(*ACCOUNT), named.select(*ACCOUNT)])
    return rows.group_by(*ACCOUNT).agg(answered=nw.len())


def _select_quoted(there: Frame, own: Frame) -> Frame:
    """Select messages of given accounts that another account quotes."""
    quotes = there.filter(~nw.col("reply_to").is_null())
    quotes = quotes.select("group", "sender", "scope", id="reply_to")
    messages = own.rename(_AT).select("group", "id", *PLACE[1:], *_AT.values())
    both = messages.join(quotes, on=["group", "id"], how="inner").filter(_is_another())
    return both.select(*PLACE, *_AT.values()).rename(_SUSPECT)


def _select_naming(there: Frame, own: Frame) -> Frame:
    """Select messages of given accounts followed by a mention of the account."""
    naming = there.filter(nw.col("mentions").list.len() > 0).explode("mentions")
    naming = naming.with_columns(suspect=nw.col("mentions").cast(nw.String))
    who = own.select(
        "group", suspect=nw.col("sender").cast(nw.String), **_rename_columns("scope")
    )
    both = naming.join(who.unique(), on=["group", "suspect"], how="inner")
    rows = both.filter(_is_another()).select(*PLACE, *_AT.values())
    return rows.unique().rename(_SUSPECT)


def _select_followed(there: Frame, own: Frame) -> Frame:
    """Select messages of given accounts followed within a day by another author's.

    Only in groups in which few messages quote or name somebody.
    """
    answers = (~nw.col("reply_to").is_null()) | (nw.col("mentions").list.len() > 0)
    signs = there.with_columns(sign=answers.fill_null(value=False).cast(nw.Int32))
    shares = signs.group_by("group").agg(share=nw.col("sign").mean())
    unrecorded = shares.filter(nw.col("share") < RECORDED)
    talk = there.join(unrecorded, on="group", how="semi")
    pairs = own.rename(_AT).select("group", *_AT.values()).unique()
    rows = talk.select(*PLACE, "time_us", *ACCOUNT).join(pairs, on="group", how="inner")
    other = nw.when(_is_another()).then(nw.col("time_us")).otherwise(nw.lit(NEVER_US))
    by = ("group", *_AT.values())
    next_us = nw.col("other_us").cum_min(reverse=True).over(*by, order_by=ORDER)
    timed = rows.with_columns(other_us=other).with_columns(next_us=next_us)
    soon = nw.col("next_us") - nw.col("time_us") <= WITHIN_US
    answered = timed.filter(~_is_another(), soon)
    return answered.select(*PLACE, *_AT.values()).rename(_SUSPECT)


def _rename_columns(name: str) -> dict[str, nw.Expr]:
    return {_AT[name]: nw.col(name)}


def _is_another() -> nw.Expr:
    return (nw.col("sender") != nw.col("suspect")) | (
        nw.col("scope") != nw.col("suspect_scope")
    )
