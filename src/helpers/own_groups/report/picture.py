"""One picture to send, without any name: what is here, and messages by month."""

from collections.abc import Sequence
from pathlib import Path

from helpers.citation import read_project
from helpers.figures.drawing import GREY, INK, Drawing, wrap_text
from helpers.own_groups.cards.card import Card, count_all_months
from helpers.own_groups.plan import PICTURE
from helpers.own_groups.report.answers import OwnAnswer
from helpers.own_groups.report.charts import paint_months
from helpers.own_groups.report.first_screen import describe_first_screen
from helpers.study import Study
from helpers.wording import say
from helpers.wording.terminal import to_system_language

WIDTH, HEIGHT, EDGE = 360.0, 450.0, 24.0  # points: a phone's screen
BARS, FOOT = 200.0, 44.0  # most height of the bars, and of what is below them
HEAD, BODY, SMALL, LEADING = 20.0, 11.0, 7.5, 1.4
MOST_MONTHS, MOST_SENTENCES = 36, 5
AXIS = say("messages a month")


def write_picture(
    study: Study,
    cards: Sequence[Card],
    answers: Sequence[OwnAnswer],
    folder: Path,
    *,
    k: int,
) -> Path:
    """Write the picture as PNG and return its path.

    Groups are not named in it, whatever the page calls them, nor is anybody.
    """
    drawing, y = Drawing(WIDTH, HEIGHT), EDGE + HEAD
    drawing.write((EDGE, y), to_system_language(say("Your groups")), HEAD, INK)
    y += 28
    said = [*describe_first_screen(cards, answers, k, named=False)]
    for text in said[:MOST_SENTENCES]:
        lines = wrap_text(to_system_language(text), WIDTH - 2 * EDGE, BODY)
        for line in lines:
            drawing.write((EDGE, y), line, BODY, INK)
            y += BODY * LEADING
        y += 5
    counts = count_all_months(study)[-MOST_MONTHS:]
    if counts:
        tallest, top = max(n for _, n in counts), max(y + 18, HEIGHT - FOOT - BARS)
        label = f"{to_system_language(AXIS)} (0–{tallest:,})"
        drawing.write((EDGE, top - 5), label, SMALL, GREY)
        paint_months(drawing, counts, (EDGE, top), HEIGHT - FOOT)
    drawing.write((EDGE, HEIGHT - 12), read_project().stamp, SMALL, GREY)
    path = folder / PICTURE
    path.write_bytes(drawing.to_png())
    return path
