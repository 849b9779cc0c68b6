"""A page's language: its texts by the catalogue, its numbers and addresses."""

from dataclasses import dataclass

from helpers.files import read_own_rows
from helpers.wording import render, say
from helpers.wording.markdown import translate_text
from helpers.wording.messages import Language


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a page: translates an English template and fills in its values."""

    language: Language

    def __call__(self, template: str, **values: object) -> str:
        """Return a text in the reader's language."""
        text = translate_text(template, self.language)
        return text.format_map(values) if values else text

    def locate(self, page: str) -> str:
        """Return a page's path on the site, in the reader's language.

        >>> Reader("zh").locate("cite.html")
        'zh/cite.html'
        """
        return f"zh/{page}" if page and self.is_chinese else page

    def name(self, kind: str, code: object, **values: object) -> str:
        """Return what a code is called, by a table of ``words.toml``.

        One that is not in it is called as its ``other``; without that, by nothing.

        >>> Reader("en").name("read", "account"), Reader("zh").name("n", "days", n=3)
        ('read: a press account', '3 天')
        """
        table = read_own_rows("site", "words.toml", package="pipeline")[kind]
        texts = table.get(str(code), table.get("other"))
        return texts[self.is_chinese].format_map(values) if texts else ""

    @property
    def is_chinese(self) -> bool:
        """Whether the reader reads Chinese."""
        return self.language == "zh"

    def range_of(self, low: float, high: float) -> str:
        """Return an interval of shares, of 100.

        >>> Reader("en").range_of(0.081, 0.304)
        '8–30'
        """
        return f"{of_hundred(low)}–{of_hundred(high)}"

    def bracket(self, low: float, high: float) -> str:
        """Return an interval of shares, of 100, in brackets of the language.

        >>> Reader("zh").bracket(0.081, 0.304)
        '（8–30）'
        """
        return self.enclose(self.range_of(low, high))

    def enclose(self, text: object) -> str:
        """Return a text in brackets of the language, as it follows another.

        >>> Reader("en").enclose(12), Reader("zh").enclose(12)
        (' (12)', '（12）')
        """
        return f"（{text}）" if self.is_chinese else f" ({text})"

    def multiply(self, number: str, of: str = "ratio") -> str:
        """Return a number as so many times, if it is a ratio.

        >>> Reader("en").multiply("1.5"), Reader("en").multiply("17%", "share")
        ('1.5×', '17%')
        """
        if of != "ratio":
            return number
        return render(say("{number}×", number=number), self.language)


def join_ends(low: str, high: str, reader: Reader) -> str:
    """Join the ends of an interval: by a dash, or by a word where one has a sign.

    >>> join_ends("10", "33%", Reader("en")), join_ends("−0.2", "+0.5", Reader("en"))
    ('10–33%', '−0.2 to +0.5')
    """
    if {*"−+"} & {*low, *high}:
        return reader("{low} to {high}", low=low, high=high)
    return f"{low}–{high}"


def of_hundred(share: float) -> str:
    """Return a share as a number of 100."""
    hundred = 100 * share
    return f"{hundred:.1f}" if 0 < hundred < 1 else f"{hundred:.0f}"
