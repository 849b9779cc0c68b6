"""Automated accounts (bots) that the source does not mark as bots."""

import narwhals as nw
import pandas as pd
import pyarrow as pa

from helpers.derive.measures.cleaning import COMMAND, KEY, ORDER, WHO
from helpers.derive.measures.engine import Engine, Frame, add_up, drop_duplicates
from helpers.records import DAY_US, HOUR_US, MINUTE_US
from helpers.text.advertisements import classify_advertisements

LEAST_MESSAGES = 100
SHARE = 0.95
PART = 8  # one of so many messages is looked at first
BEGINNING, LETTERS = 16, 8  # characters that are alike, letters among them
SOON_US = MINUTE_US
HOURS, SLEEPLESS_DAYS = 24, 7
HABIT, HABIT_SHARE = 20, 0.5  # messages from which another account has its own form
ADVERTS = 0.5
ANSWERED = 0.01  # of an account's messages: fewer are nobody's answers
_VARYING = r"https?://\S+|@\S+|\d+"


RECORDED = 0.05  # of a group's messages quote or name somebody: answers are on record
WITHIN_US = DAY_US
NEVER_US = 1 << 62
_AT = {"sender": "suspect", "scope": "suspect_scope"}
_SUSPECT = {"suspect": "sender", "suspect_scope": "scope"}


def count_answered_messages(senders: Frame, accounts: Frame) -> Frame:
    """Count how many messages of given accounts received a reply."""
    own = senders.join(accounts, on=list(WHO), how="semi")
    groups = drop_duplicates(own.select("group"))
    there = senders.join(groups, on="group", how="semi")
    both = drop_duplicates(
        nw.concat([_select_quoted(there, own), _select_followed(there, own)])
    )
    named = _select_naming(there, own)
    rows = nw.concat([both.select(*WHO), named.select(*WHO)])
    return rows.group_by(*WHO).agg(answered=nw.len())


def _select_quoted(there: Frame, own: Frame) -> Frame:
    """Select messages of given accounts that another account quotes."""
    quotes = there.filter(~nw.col("reply_to").is_null())
    quotes = quotes.select("group", "sender", "scope", id="reply_to")
    messages = own.rename(_AT).select("group", "id", *KEY[1:], *_AT.values())
    both = messages.join(quotes, on=["group", "id"], how="inner").filter(_is_another())
    return both.select(*KEY, *_AT.values()).rename(_SUSPECT)


def _select_naming(there: Frame, own: Frame) -> Frame:
    """Select messages of given accounts followed by a mention of the account."""
    naming = there.filter(nw.col("mentions").list.len() > 0).explode("mentions")
    naming = naming.with_columns(suspect=nw.col("mentions").cast(nw.String))
    suspect = nw.col("sender").cast(nw.String)
    who = own.select("group", suspect=suspect, suspect_scope="scope")
    both = naming.join(drop_duplicates(who), on=["group", "suspect"], how="inner")
    rows = both.filter(_is_another()).select(*KEY, *_AT.values())
    return drop_duplicates(rows).rename(_SUSPECT)


def _select_followed(there: Frame, own: Frame) -> Frame:
    """Select messages of given accounts followed within a day by another author's."""
    answers = (~nw.col("reply_to").is_null()) | (nw.col("mentions").list.len() > 0)
    signs = there.with_columns(sign=answers.fill_null(value=False).cast(nw.Int32))
    shares = signs.group_by("group").agg(share=nw.col("sign").mean())
    unrecorded = shares.filter(nw.col("share") < RECORDED)
    talk = there.join(unrecorded, on="group", how="semi")
    pairs = drop_duplicates(own.rename(_AT).select("group", *_AT.values()))
    rows = talk.select(*KEY, "time_us", *WHO).join(pairs, on="group", how="inner")
    other = nw.when(_is_another()).then(nw.col("time_us")).otherwise(nw.lit(NEVER_US))
    by = ("group", *_AT.values())
    next_us = nw.col("other_us").cum_min(reverse=True).over(*by, order_by=ORDER)
    timed = rows.with_columns(other_us=other).with_columns(next_us=next_us)
    soon = nw.col("next_us") - nw.col("time_us") <= WITHIN_US
    answered = timed.filter(~_is_another(), soon)
    return answered.select(*KEY, *_AT.values()).rename(_SUSPECT)


def _is_another() -> nw.Expr:
    return (nw.col("sender") != nw.col("suspect")) | (
        nw.col("scope") != nw.col("suspect_scope")
    )


def find_unmarked_bots(run: Engine, messages: Frame, accounts: Frame) -> pd.DataFrame:
    """Find accounts that behave like bots, such as answering commands."""
    is_person = ~nw.col("sender").is_null(), ~nw.col("bot").fill_null(value=False)
    senders = messages.filter(*is_person)
    texts = senders.filter(~nw.col("text").is_null())
    people = accounts.filter(*is_person)
    totals = people.group_by(*WHO).agg(add_up("rows"), of=add_up("texts"))
    often = run.fetch(totals.filter(nw.col("rows") >= LEAST_MESSAGES), *WHO)
    if often.empty:  # too few to tell of anybody, whether asleep or obedient
        return often[[*WHO]]
    totals = run.frame(often[often["of"] >= LEAST_MESSAGES].drop(columns="rows"))
    alike = run.keep(_select_alike_in_part(texts, totals), "alike")
    fixed = run.fetch(alike, *WHO)
    if len(fixed):
        openings = _extract_openings(texts.join(alike, on=list(WHO), how="semi"))
        fixed = run.fetch(_select_repetitive(openings, totals, ("form",)), *WHO)
    suspects = [run.fetch(_find_sleepless(run, senders, accounts), *WHO)]
    if len(fixed):
        suspects += [_find_own_forms(run, texts, fixed)]
    obedient = _select_repetitive(
        _find_command_answers(run, messages, accounts), totals, ()
    )
    both = pd.concat(suspects).astype("str").drop_duplicates()
    if both.empty:  # as nearly always
        return run.fetch(obedient, *WHO)
    unanswered = _select_unanswered(senders, run.frame(both))
    found = drop_duplicates(nw.concat([obedient, unanswered]))
    return run.fetch(found, *WHO)


def _select_repetitive(rows: Frame, totals: Frame, by: tuple[str, ...]) -> Frame:
    """Select accounts with mostly the same values in given columns of messages."""
    counts = rows.group_by(*WHO, *by).agg(n=nw.len())
    both = counts.join(totals, on=list(WHO), how="inner")
    most = both.filter(nw.col("n") >= SHARE * nw.col("of"))
    return drop_duplicates(most.select(*WHO, *by))


def _select_alike_in_part(texts: Frame, totals: Frame) -> Frame:
    """Select accounts that may open `SHARE` of their messages equally, by a part."""
    part = texts.filter(nw.col("position") % PART == 0)
    part = part.join(totals, on=list(WHO), how="semi")
    counts = part.with_columns(form=_open()).group_by(*WHO, "form").agg(n=nw.len())
    is_form = _count_letters(nw.col("form")) >= LETTERS
    most = nw.when(is_form).then(nw.col("n")).otherwise(nw.lit(0))
    by_account = counts.with_columns(most=most).group_by(*WHO)
    looked_at = by_account.agg(add_up("n"), nw.col("most").max())
    both = totals.join(looked_at, on=list(WHO), how="left")
    others = nw.col("n").fill_null(0) - nw.col("most").fill_null(0)
    return both.filter(nw.col("of") - others >= SHARE * nw.col("of")).select(*WHO)


def _find_command_answers(run: Engine, messages: Frame, accounts: Frame) -> Frame:
    """Find messages posted within a minute of another account's bot command."""
    texts = messages.filter(~nw.col("sender").is_null(), ~nw.col("text").is_null())
    asking = accounts.filter(~nw.col("sender").is_null(), nw.col("commands") > 0)
    groups = run.keep(drop_duplicates(asking.select("group")), "commanded")
    texts = texts.join(groups, on="group", how="semi")  # few groups have any
    before = {
        f"{name}_before": nw.col(name).shift(1).over("group", order_by=ORDER)
        for name in ("sender", "text", "time_us")
    }
    rows = texts.with_columns(**before)
    soon = nw.col("time_us") - nw.col("time_us_before") <= SOON_US
    return rows.filter(
        nw.col("text_before").str.contains(COMMAND),
        nw.col("sender_before") != nw.col("sender"),
        soon,
    )


def _find_sleepless(run: Engine, senders: Frame, accounts: Frame) -> Frame:
    """Find accounts that posted in every hour of a day, on several days."""
    own = ("group", *WHO)
    # only who wrote as often as a day has hours can have written in each of them
    totals = accounts.group_by(*own).agg(add_up("rows"))
    often = totals.filter(nw.col("rows") >= HOURS * SLEEPLESS_DAYS).select(*own)
    dated = senders.select(*own, "time_us", day=nw.col("time_us") // DAY_US)
    dated = dated.join(often, on=list(own), how="semi")
    busy = _select_by_days(dated.group_by(*own, "day").agg(hours=nw.len()))
    busy = run.keep(busy, "busy")
    hours = dated.join(busy, on=list(own), how="semi").with_columns(
        hour=nw.col("time_us") // HOUR_US
    )
    days = hours.group_by(*own, "day").agg(hours=nw.col("hour").n_unique())
    return drop_duplicates(_select_by_days(days).select(*WHO))


def _select_by_days(days: Frame) -> Frame:
    """Select accounts in a group with enough days of as many hours as a day has."""
    long = days.filter(nw.col("hours") >= HOURS)
    counts = long.group_by("group", *WHO).agg(days=nw.len())
    return counts.filter(nw.col("days") >= SLEEPLESS_DAYS).select("group", *WHO)


def _find_own_forms(run: Engine, texts: Frame, fixed: pd.DataFrame) -> pd.DataFrame:
    """Find accounts with opening words that no other account uses, as bots have."""
    known = run.frame(fixed.astype("str"))
    groups = texts.join(known, on=list(WHO), how="inner")
    places = drop_duplicates(groups.select("group", "form", *WHO))
    places = run.keep(places, "places")
    there = _extract_openings(texts).join(
        drop_duplicates(places.select("group")), on="group", how="semi"
    )
    counts = there.group_by("group", *WHO, "form").agg(n=nw.len())
    counts = run.keep(counts, "forms_there")
    used = _select_with_other_authors(counts, places, ["group", "form"])
    habits = _select_with_other_authors(
        _find_habits(counts, texts), places.drop("form"), ["group"]
    )
    people = [run.fetch(rows, *WHO) for rows in (used, habits)]
    known = drop_duplicates(known.select(*WHO))
    people += [_find_advertisers(run, texts, known)]
    kept = pd.MultiIndex.from_frame(pd.concat(people).astype("str"))
    own = pd.MultiIndex.from_frame(fixed[[*WHO]].astype("str"))
    return fixed.loc[~own.isin(kept), [*WHO]]


def _extract_openings(texts: Frame) -> Frame:
    """Add the opening words of each message; drop messages with few letters."""
    rows = texts.with_columns(form=_open())
    return rows.filter(_count_letters(nw.col("form")) >= LETTERS)


def _open() -> nw.Expr:
    plain = nw.col("text").str.replace_all(_VARYING, "").str.to_lowercase()
    return plain.str.strip_chars().str.slice(0, BEGINNING)


def _count_letters(form: nw.Expr) -> nw.Expr:
    return form.str.replace_all(r"[^\p{L}]", "").str.len_chars()


def _find_habits(counts: Frame, texts: Frame) -> Frame:
    """Find accounts that open half of their messages in a group with the same words."""
    own = ["group", *WHO]
    totals = texts.group_by(*own).agg(of=nw.len()).filter(nw.col("of") >= HABIT)
    both = counts.join(totals, on=own, how="inner")
    return drop_duplicates(
        both.filter(nw.col("n") >= HABIT_SHARE * nw.col("of")).select(*own)
    )


def _select_with_other_authors(rows: Frame, places: Frame, on: list[str]) -> Frame:
    """Select accounts in groups where another account has equal values in columns."""
    both = drop_duplicates(places).rename(_AT).join(rows, on=on, how="inner")
    found = both.filter(_is_another()).select(*_AT.values())
    return drop_duplicates(found).rename(_SUSPECT)


def _find_advertisers(run: Engine, texts: Frame, accounts: Frame) -> pd.DataFrame:
    """Find accounts of which at least half of all messages are advertisements."""
    rows = texts.join(accounts, on=list(WHO), how="semi")
    messages = run.fetch(rows.select(*WHO, "text"), *WHO, "text").astype("str")
    kinds = classify_advertisements(pa.array(messages["text"], pa.string())).kind
    ads = pd.Series(kinds.to_pylist(), messages.index, dtype=object).eq("ad")
    share = ads.groupby([messages[name] for name in WHO]).mean()
    return share[share >= ADVERTS].reset_index()[[*WHO]]


def _select_unanswered(senders: Frame, suspects: Frame) -> Frame:
    """Select suspected bots with messages that rarely receive a reply."""
    totals = senders.join(suspects, on=list(WHO), how="semi")
    totals = totals.group_by(*WHO).agg(of=nw.len())
    answers = count_answered_messages(senders, suspects)
    both = totals.join(answers, on=list(WHO), how="left")
    n = nw.col("answered").fill_null(0)
    return both.filter(n < ANSWERED * nw.col("of")).select(*WHO)
