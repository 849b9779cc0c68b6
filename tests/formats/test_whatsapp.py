"""WhatsApp's text, from phones in any language."""

import pytest

from helpers.formats.reading.dates import decide_date_order

NAME = "WhatsApp Chat with Reading.txt"


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        ([(13, 4, 24)], "dmy"),
        ([(4, 13, 24)], "mdy"),
        ([(2024, 4, 3)], "ymd"),
        ([(1, 2, 24), (2, 1, 24)], "mdy"),
        ([(24, 1, 12), (24, 1, 13)], "ymd"),
        ([(13, 1, 24), (14, 1, 24), (1, 2, 24)], "dmy"),
    ],
)
def test_the_order_of_dates_is_decided_by_all_of_them(dates, order):
    """A day above 12, or the sequence of the lines, settles it."""
    assert decide_date_order(dates) == (order, True)


def test_an_export_cut_at_the_limit_is_noted_unless_the_creation_is_in_it(read):
    """Forty thousand lines without a creation look like a birth and are none."""
    lines = [f"13/04/2024, 10:00 - Ann: {at}\n" for at in range(10_000)]
    cut = read("whatsapp", "".join(lines), NAME)
    made = '13/04/2024, 10:00 - Ann created group "G"\n'
    whole = read("whatsapp", made + "".join(lines), NAME)
    assert ("note", "likely cut at WhatsApp's limit", 1) in cut.losses
    assert whole.source.observed["left_truncated"] is False
