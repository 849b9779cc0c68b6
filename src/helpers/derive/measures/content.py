"""Count messages with content (long or with links), per group and day.

An item is a long message (60 words, or 100 Chinese characters), or a link with words of
one's own beside it. Where a source kept no text, its length in characters stands for
words, and a link cannot be told from what is said about it.
"""

import narwhals as nw

from helpers.derive.measures.engine import Frame, add_up
from helpers.records import DAY_US, HOUR_US, WEEK_DAYS
from helpers.text.contents import HAN, LONG_HAN, LONG_WORDS, WORD
from helpers.text.normalising import URL

DEFINITIONS = ("items", "long", "commented", "half_long")
FLAGS = ("link", "long", "half_long", "commented")
COMMENT_WORDS, COMMENT_HAN = 5, 10
COMMENT_PART = 11  # of a long message's characters: 30 of 330
SHARED = ("link", "share", "file")
FIRST_DAY, LAST_DAY = 7, 55  # of the timetable of the first eight weeks
LATE = (84, 364)
MARK = "\x01"
THURSDAY = 3  # 1970-01-01
# so many and one more runs of letters: every word begins one, in links too
_LETTERS = "^[^A-Za-z]*(?:[A-Za-z]+[^A-Za-z]+){%d}[A-Za-z]"
_HAN = f"(?:{HAN}{HAN.replace('[', '[^', 1)}*){{%d}}"


def build_content_flags(long_chars: int) -> dict[str, nw.Expr]:
    """Build expressions that flag long messages, and those with a link and words."""
    shared = (nw.col("links").fill_null(0) > 0) | nw.col("kind").is_in(SHARED)
    chars = nw.col("chars").fill_null(0)

    def of(words: int, han: int, least: int) -> nw.Expr:
        text = nw.col("text")
        own, length = text.str.replace_all(URL, " "), text.str.len_chars()
        # few texts are as long as that, and taking links out takes several passes
        has_words = nw.when(length >= 2 * words - 1).then(
            text.str.contains(_LETTERS % (words - 1))
        )
        all_han = _HAN % han
        has_han = nw.when(length >= han).then(text.str.contains(all_han))
        read = nw.when(has_words).then(_count_words(own) >= words) | nw.when(
            has_han
        ).then(own.str.contains(all_han))
        has_enough = nw.when(text.is_null()).then(chars >= least).otherwise(read)
        return has_enough.fill_null(value=False)

    half = long_chars // 2
    return {
        "link": shared,
        "long": of(LONG_WORDS, LONG_HAN, long_chars),
        "half_long": of(LONG_WORDS // 2, LONG_HAN // 2, half),
        "commented": nw.when(shared)
        .then(of(COMMENT_WORDS, COMMENT_HAN, -(-long_chars // COMMENT_PART)))
        .otherwise(nw.lit(value=False)),
    }


def _count_words(text: nw.Expr) -> nw.Expr:
    """Return an expression that counts the words of a text in Latin letters."""
    plain = text.str.replace_all(MARK, "", literal=True)
    return plain.str.replace_all(WORD, MARK).str.split(MARK).list.len() - 1


def _use_definition(definition: str) -> nw.Expr:
    if definition == "items":
        return nw.col("long") | nw.col("commented")
    return nw.col(definition)


def count_content_by_day(messages: Frame) -> Frame:
    """Count messages, links and long or linked messages by group and day of age."""
    rows = messages.select(
        "group",
        "age_day",
        links="link",
        **{name: _use_definition(name) for name in DEFINITIONS},
    )
    return rows.group_by("group", "age_day").agg(
        nw.len().alias("messages"), add_up("links", *DEFINITIONS)
    )


def count_content_by_slot(messages: Frame, day_offset_us: int) -> Frame:
    """Count long or linked messages by week, weekday and hour, days 7–55 of a group."""
    early = messages.filter(nw.col("age_day").is_between(FIRST_DAY, LAST_DAY))
    slots = build_slot_columns(day_offset_us)
    content = {name: _use_definition(name) for name in DEFINITIONS}
    rows = early.select("group", **slots, **content)
    return rows.group_by("group", *slots).agg(add_up(*DEFINITIONS))


def build_slot_columns(day_offset_us: int) -> dict[str, nw.Expr]:
    """Build expressions for week of a group's age, and local weekday and hour."""
    own = nw.col("time_us") + day_offset_us
    return {
        "week": nw.col("age_day") // WEEK_DAYS,
        "weekday": (own // DAY_US + THURSDAY) % WEEK_DAYS,
        "hour": own // HOUR_US % 24,
    }


def count_other_posters(messages: Frame) -> Frame:
    """Count authors of short messages without links, on days 84–364 of each group."""
    late = messages.filter(
        nw.col("age_day").is_between(*LATE), ~nw.col("member").is_null()
    )
    others = {name: ~_use_definition(name) for name in DEFINITIONS}
    each = late.select("group", "member", **others).group_by("group", "member")
    wrote = {name: nw.col(name) > 0 for name in DEFINITIONS}
    people = each.agg(add_up(*DEFINITIONS)).select("group", **wrote)
    return people.group_by("group").agg(add_up(*DEFINITIONS))
