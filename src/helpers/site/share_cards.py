"""Preview images of claims for social media: answer, sentence, small chart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from markupsafe import Markup
from PIL import Image, ImageColor, ImageDraw, ImageFont

from helpers import __version__, fonts
from helpers.files import replace_file
from helpers.prose import write_numbers_plainly
from helpers.site.answers.board import Answer, Board
from helpers.site.answers.quotable import Numbers
from helpers.site.answers.quoted import fill_caution, tell_in_full
from helpers.site.answers.strips import Strip, build_strip
from helpers.site.languages import LANGUAGES, Language, Words
from helpers.site.rendering import find_in_language

SHARP = 8  # marks are drawn so many times larger, then reduced: smooth edges
HAN = "\u3000-\u9fff\uff00-\uffef"
INK, GREY, PALE, SIDE = "#1f2328", "#59636e", "#cbd2d9", "#dcebf6"
BLUE, VERMILION = "#0072b2", "#b34700"
ANSWER_COLOURS = {"SUPPORTED": BLUE, "PARTLY": BLUE, "NOT_SUPPORTED": VERMILION}
CLOSING = "，。；：！？、）”%"  # never at the beginning of a line
WORD = re.compile(
    rf"[“（]*(?:[{HAN}][{CLOSING}]*|[^\s{HAN}“]+\s*[{CLOSING}]*)|\s+|[“（]"
)
MOST_LINES = 5  # of a chart on a card
STEPS = {INK: 4, GREY: 3, BLUE: 3, VERMILION: 3}  # of colours between them and white


@dataclass(frozen=True, slots=True)
class Format:
    """Size of a preview image in pixels, with font sizes."""

    name: str
    width: int
    height: int
    quote: int
    line: int
    small: int
    row: int


FORMATS = (
    Format("wide", 1200, 630, quote=38, line=33, small=22, row=34),
    Format("tall", 1080, 1440, quote=60, line=52, small=30, row=62),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Texts and chart of a claim's preview image."""

    quote: str
    answer: str
    colour: str
    certainty: str
    line: str
    strip: Strip | None
    caption: str
    caution: str
    foot: str


def build_content(answer: Answer, language: Language) -> Content:
    """Build the texts and chart of a claim's preview image."""
    t, conclusion = Words(language), answer.conclusion
    strip = build_strip(answer, t)
    graded = conclusion.certainty is not None
    points, _ = fill_caution(answer.synthesis, Numbers([]), t)
    in_full = tell_in_full(answer.synthesis, Numbers([]), t)
    limits = [text for _, text in in_full[1:]] or points  # without the numbers
    return Content(
        quote=t("front.quote", text=answer.about.wording.claim(language)),
        answer=conclusion.word(language),
        colour=ANSWER_COLOURS.get(conclusion.answer.name, GREY),
        certainty=" · ".join(
            [
                t("strip.certainty", level=conclusion.certainty_name(language)),
                t("strip.wechat", level=conclusion.wechat_name(language)),
            ]
            if graded
            else []
        ),
        line=conclusion.bottom_line(language),
        strip=_shorten_strip(strip),
        caption=_describe_strip(strip, t) if strip else "",
        caution=t.either([" ", ""]).join(text.striptags() for text in limits),
        foot=f"{t('site.name')} {__version__} · {answer.claim}",
    )


def _describe_strip(strip: Strip, t: Words) -> str:
    """Describe what a chart shows and, where shaded, the claimed range."""
    whose = t("plot.ours" if strip.is_ours else "plot.claimed")
    claimed = f"{whose}{t('claim.colon')}{strip.claimed}"
    pieces = [strip.title, *([claimed] if strip.side else [])]
    if any(line.kind in {"published", "wechat"} for line in strip.lines):
        pieces.append(t("plot.squares"))
    return " · ".join(pieces)


def _shorten_strip(strip: Strip | None) -> Strip | None:
    """Shorten a long chart: omit the sources that do not count for the answer."""
    if strip is None or len(strip.lines) <= MOST_LINES:
        return strip
    return replace(strip, lines=tuple(x for x in strip.lines if x.kind != "other"))


def draw_card(content: Content, form: Format) -> Image.Image:
    """Draw a claim's preview image in one size."""
    picture = Image.new("RGB", (form.width, form.height), "white")
    pen = _Pen(picture, ImageDraw.Draw(picture), form)
    edge = form.width // 20
    y = pen.write(edge, edge, content.quote, form.quote, GREY, most=3)
    y += form.quote // 3
    y = pen.write(edge, y, content.answer, form.quote, content.colour, most=2)
    if content.certainty:
        y = pen.write(edge, y + 4, content.certainty, form.small, GREY)
    y = pen.write(edge, y + form.line // 2, content.line, form.line, INK, most=6)
    if content.strip is not None:
        y += form.line // 2
        lowest = form.height - edge - 2 * form.small  # room for the scale below it
        room = lowest - y - pen.measure(edge, content.caption, form.small, most=2)
        high = min(form.row, room // len(content.strip.lines))
        if high >= form.small:
            y = pen.write(edge, y, content.caption, form.small, INK, most=2)
            foot = y + high * len(content.strip.lines)
            pen.draw_strip(content.strip, edge, foot, high)
            y = foot + 2 * form.small
    y += form.line // 2
    if y + pen.measure(edge, content.caution, form.small) + edge < form.height - edge:
        pen.write(edge, y, content.caution, form.small, GREY, most=None)
    pen.write(edge, form.height - edge, content.foot, form.small, GREY)
    return picture


@cache
def _make_palette() -> Image.Image:
    """Return a palette of sixteen colours, to keep files small."""
    mixed = [
        _mix(colour, step / steps)
        for colour, steps in STEPS.items()
        for step in range(1, steps + 1)
    ]
    colours = [ImageColor.getrgb(colour) for colour in ("white", SIDE, PALE)] + mixed
    palette = Image.new("P", (1, 1))
    palette.putpalette([part for colour in colours for part in colour[:3]])
    return palette


def _mix(colour: str, share: float) -> tuple[int, ...]:
    """Mix a colour with white."""
    return tuple(
        round(255 + share * (part - 255)) for part in ImageColor.getrgb(colour)[:3]
    )


@cache
def load_font(size: int) -> ImageFont.FreeTypeFont:
    """Load the website's font in a size in pixels."""
    return ImageFont.truetype(
        str(fonts.FILE), size, layout_engine=ImageFont.Layout.BASIC
    )


@dataclass(frozen=True, slots=True)
class _Pen:
    """Draws text and charts on a preview image."""

    picture: Image.Image
    draw: ImageDraw.ImageDraw
    form: Format

    def write(
        self, x: int, y: int, text: str, size: int, colour: str, *, most: int | None = 1
    ) -> int:
        """Draw wrapped text; return the vertical position below it."""
        for line in self._wrap(x, text, size)[:most]:
            self.draw.text((x, y), line, fill=colour, font=load_font(size))
            y += round(1.4 * size)
        return y

    def measure(self, x: int, text: str, size: int, *, most: int | None = None) -> int:
        """Return how high wrapped text would be."""
        return len(self._wrap(x, text, size)[:most]) * round(1.4 * size)

    def _wrap(self, x: int, text: str, size: int) -> list[str]:
        room = self.form.width - 2 * x
        return wrap_text(write_numbers_plainly(text), load_font(size), room)

    def draw_strip(self, strip: Strip, left: int, foot: int, high: int) -> None:
        """Draw a small forest plot on a preview image."""
        names, across = self.form.width * 0.32, self.form.width * 0.38
        start, top = left + names, foot - high * len(strip.lines)
        if strip.side:
            first, width = strip.side
            ends = (start + across * part / 100 for part in (first, first + width))
            self._box(next(ends), top, next(ends), foot, SIDE)
        for place, line in enumerate(strip.lines):
            middle = top + high * (place + 0.5)
            self._box(start, middle - 0.5, start + across, middle + 0.5, PALE)
            for mark in line.marks:
                if line.kind in {"new", "mean"} or len(line.marks) == 1:
                    thick, colour = (7, GREY) if line.kind == "new" else (2, INK)
                    x0 = start + across * mark.left / 100
                    x1 = x0 + across * mark.width / 100
                    self._box(x0, middle - thick, x1, middle + thick, colour)
                self._draw_mark(line.kind, start + across * mark.at / 100, middle)
            self.label(left, middle, line.name, names - 12)
            self.label(start + across + 16, middle, line.value, self.form.width)
        self._draw_scale(strip, start, across, foot)

    def _draw_scale(
        self, strip: Strip, start: float, across: float, foot: float
    ) -> None:
        """Draw the ticks of a chart with their values below it."""
        font = load_font(self.form.small)
        for place, text in strip.ticks:
            x = start + across * place / 100
            self._box(x, foot, x + 1, foot + 6, GREY)
            at = (x, foot + 10)
            plain = write_numbers_plainly(text)
            self.draw.text(at, plain, fill=GREY, font=font, anchor="mt")

    def _draw_mark(self, kind: str, x: float, y: float) -> None:
        if kind != "new":
            mark = _render_mark(kind)
            at = (round(x - mark.width / 2), round(y - mark.height / 2))
            self.picture.paste(mark, at, mark)

    def _box(self, x0: float, y0: float, x1: float, y1: float, fill: str) -> None:
        self.draw.rectangle((x0, y0, x1, y1), fill=fill)

    def label(self, x: float, middle: float, text: str, room: float) -> None:
        """Draw a short text on one line, cut to a width in pixels."""
        font = load_font(self.form.small)
        plain = write_numbers_plainly(Markup(text).striptags())  # noqa: S704 - drawn
        shown = plain
        while font.getlength(shown) > room and len(shown) > 1:
            plain = plain[:-1]
            shown = f"{plain.rstrip()}…"
        at = (x, middle)
        self.draw.text(at, shown, fill=INK, font=font, anchor="lm")


@cache
def _render_mark(kind: str) -> Image.Image:
    """Draw a chart symbol: diamond, square or dot."""
    side = 26 * SHARP
    large = Image.new("RGBA", (side, side))
    draw, middle = ImageDraw.Draw(large), side / 2
    r = (12 if kind == "mean" else 8) * SHARP
    box = (middle - r, middle - r, middle + r, middle + r)
    fill = {"wechat": VERMILION, "source": INK}.get(kind, "white")
    if kind == "mean":
        left, top, right, foot = box
        tips = [(middle, top), (right, middle), (middle, foot), (left, middle)]
        draw.polygon(tips, fill=INK)
    elif kind in {"published", "wechat"}:
        draw.rectangle(box, fill=fill, outline=INK, width=2 * SHARP)
    else:
        draw.ellipse(box, fill=fill, outline=INK, width=2 * SHARP)
    return large.resize((26, 26), Image.Resampling.LANCZOS)


def wrap_text(text: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    """Wrap text to a width in pixels; Chinese may break anywhere."""
    lines = [""]
    for word in WORD.findall(text):
        if lines[-1] and font.getlength((lines[-1] + word).rstrip()) > room:
            lines.append("")
        lines[-1] += word if lines[-1] else word.lstrip()
    return [line.rstrip() for line in lines]


def name_card(claim: str, language: Language, form: Format) -> str:
    """Return the file name of a claim's preview image.

    >>> name_card("s0-size-10-30-best", "zh", FORMATS[1])
    'cards/s0-size-10-30-best.zh.tall.png'
    """
    own = "" if language == "en" else f".{language}"
    tall = "" if form is FORMATS[0] else f".{form.name}"
    return f"cards/{claim}{own}{tall}.png"


def draw_cards(board: Board, quoted: str, folder: Path) -> dict[str, str]:
    """Draw each claim's preview image; a tall Chinese one if its certainty was rated.

    Parameters
    ----------
    quoted
        The claim whose card stands for pages without one.
    folder
        Where the pictures of the site lie.
    """
    (folder / "cards").mkdir(parents=True, exist_ok=True)
    answers = board.answers
    for job in _list_jobs(answers):
        _save_job(folder, job)
    cards = {
        find_in_language(f"claims/{answer.claim}", language): name_card(
            answer.claim, language, FORMATS[0]
        )
        for answer in answers
        for language in LANGUAGES
    }
    first = [answer.claim for answer in board.answers if answer.claim == quoted]
    others = {
        find_in_language("index", language): name_card(claim, language, FORMATS[0])
        for claim in first
        for language in LANGUAGES
    }
    return cards | others


def has_tall_card(answer: Answer, language: Language) -> bool:
    """Return whether a claim has a tall image: Chinese, and its certainty was rated."""
    return answer.conclusion.certainty is not None and language == "zh"


def _list_jobs(answers: Sequence[Answer]) -> Iterator[tuple[Content, Format, str]]:
    for answer in answers:
        for language in LANGUAGES:
            content = build_content(answer, language)
            tall = has_tall_card(answer, language)
            for form in FORMATS if tall else FORMATS[:1]:
                yield content, form, name_card(answer.claim, language, form)


def _save_job(folder: Path, job: tuple[Content, Format, str]) -> None:
    content, form, name = job
    card = draw_card(content, form)
    flat = card.quantize(palette=_make_palette(), dither=Image.Dither.NONE)
    with replace_file(folder / name) as partial_file:
        # level 9 takes thrice as long for 1 % less
        flat.save(partial_file, "png", compress_level=8)


def list_topics(board: Board, quoted: str) -> dict[str, str]:
    """Return the sentence that each page's link preview shows."""
    pages = [(f"claims/{answer.claim}", answer) for answer in board.answers]
    pages += [("index", answer) for answer in board.answers if answer.claim == quoted]
    return {
        find_in_language(page, language): answer.conclusion.bottom_line(language)
        for page, answer in pages
        for language in LANGUAGES
    }
