"""Printable poster of the pictures of 100 groups, as PDF and PNG."""

from __future__ import annotations

import re
from pathlib import Path

from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from helpers import __version__
from helpers.figures.saving import METADATA, subset_fonts
from helpers.figures.style import BLUE, GREY, INK, VERMILION, apply_style
from helpers.files import replace_file
from helpers.prose import write_numbers_plainly
from helpers.site.answers.quotable import Numbers
from helpers.site.claim_citations import describe_commit
from helpers.site.hundred_groups import (
    HUNDRED,
    ROW,
    Dots,
    Scene,
    Story,
    list_scenes,
    tell_unused,
)
from helpers.site.languages import LANGUAGES, Language, Words, read_entries
from helpers.site.share_cards import load_font, wrap_text

A4 = (8.27, 11.69)  # inches
DPI = 150
SHOWN = ("never", "day7", "day30", "day105", "day365", "revived", "wechat")
SCALE = 10  # lines are measured in letters so many times larger than points
BESIDE, ACROSS = 0.70, 0.86  # of the page: room beside the pictures, and in all
COLOURS = {"quiet": INK, "published": VERMILION, "revived": BLUE}
PALE = "#cbd2d9"
TEXT, SMALL = 10, 8.5  # points, of sentences and of what explains the pictures
INTRO, FOOT = 0.932, 0.09  # where the introduction begins and the scenes end
POINTS = 72 * A4[1]  # points of the page's height
PICTURE = 68  # points, of a picture's side
TITLE, LINE, NOTE = 20, 15, 12  # points from line to line of each
PALETTE = 64  # colours of the PNG
TAGS = re.compile(r"<[^>]+>")
HAN = re.compile("[\u4e00-\u9fff]")
STRAIGHT = str.maketrans({"“": '"', "”": '"', "’": "'"})


def draw_posters(story: Story, numbers: Numbers, folder: Path) -> None:
    """Write the poster in both languages as PDF and PNG."""
    for language in LANGUAGES:
        with apply_style():
            figure = draw_poster(story, numbers, language)
            title = _get_words(language)["title"]
            _save(figure, folder / f"poster-{language}.png", title)
            with subset_fonts(figure):
                _save(figure, folder / f"poster-{language}.pdf", title)


def draw_poster(story: Story, numbers: Numbers, language: Language) -> Figure:
    """Draw the poster of 100 groups in one language."""
    figure = Figure(figsize=A4, dpi=DPI, facecolor="white")
    words, t = _get_words(language), Words(language)
    figure.text(0.07, 0.955, words["title"], size=28, color=INK, va="center")
    space = " " if language == "en" else ""
    unused = tell_unused(numbers, t).striptags()
    told = space.join([words["intro"], words["quiet"], unused, words["limits"]])
    shades = _wrap(told, SMALL, ACROSS)
    figure.text(0.07, INTRO, shades, size=SMALL, color=GREY, va="top", linespacing=1.4)
    scenes = [s for s in list_scenes(story, numbers, language) if s.name in SHOWN]
    highs = [_measure_scene(scene) / POINTS for scene in scenes]
    head = INTRO - (shades.count("\n") + 1.5) * NOTE / POINTS
    gap = (head - FOOT - sum(highs)) / len(scenes)
    for place, scene in enumerate(scenes):
        _draw_scene(figure, scene, head - sum(highs[:place]) - place * gap)
    foot = t.either(read_entries("hundred")["poster"]["foot"])
    averaged = story.by_place.by_source
    names = t("told.joint").join(t.source(name) for name in averaged)
    text = foot.format(k=len(averaged), names=names)
    lines = [
        _wrap(text, 9, ACROSS),
        f"{t('site.name')} {__version__}{describe_commit(t)}",
    ]
    figure.text(
        0.07,
        FOOT - 0.01,
        "\n".join(lines),
        size=9,
        color=GREY,
        va="top",
        linespacing=1.5,
    )
    return figure


def _get_words(language: Language) -> dict[str, str]:
    t = Words(language)
    return {n: t.either(pair) for n, pair in read_entries("hundred")["page"].items()}


def _measure_scene(scene: Scene) -> float:
    """Return how high a scene is, in points: its picture or its text."""
    line, legend = _wrap_scene(scene)
    notes = legend.count("\n") + 1 if legend else 0
    return max(PICTURE, TITLE + (line.count("\n") + 1) * LINE + notes * NOTE)


def _wrap_scene(scene: Scene) -> tuple[str, str]:
    """Break a scene's sentence and its note into lines."""
    line = write_numbers_plainly(_strip_tags(scene.line))
    return _wrap(line, TEXT, BESIDE), _wrap(scene.legend, SMALL, BESIDE)


def _draw_scene(figure: Figure, scene: Scene, top: float) -> None:
    """Draw a picture of 100 dots with its title and sentence."""
    high = PICTURE / POINTS
    side = PICTURE / (72 * A4[0])
    for place, dots in enumerate(scene.pictures):
        left = 0.07 + place * (side + 0.015)
        _draw_dots(figure.add_axes((left, top - high, side, high)), dots)
    text = 0.07 + side + 0.035
    figure.text(text, top, scene.title, size=15, color=INK, va="top")
    line, legend = _wrap_scene(scene)
    start = top - TITLE / POINTS
    figure.text(text, start, line, size=TEXT, color=INK, va="top", linespacing=1.4)
    below = start - (line.count("\n") + 1) * LINE / POINTS
    figure.text(text, below, legend, size=SMALL, color=GREY, va="top", linespacing=1.4)


def _draw_dots(axes: Axes, dots: Dots) -> None:
    axes.set_axis_off()
    axes.set_xlim(-0.6, ROW - 0.4)
    axes.set_ylim(ROW - 0.4, -0.6)
    for place in range(HUNDRED):
        kind, *likely = dots.classify(place).split()
        colour = COLOURS.get(kind)
        fill = colour or (PALE if kind == "maybe" else "white")
        axes.plot(
            place % ROW, place // ROW, "o", ms=5.6, mew=0.6,
            mfc=fill, mec=colour or GREY, alpha=0.7 if likely else 1.0,
        )  # fmt: skip


def _wrap(text: str, points: float, room: float) -> str:
    """Break a text into lines that fit a share of the page width."""
    if not HAN.search(text):  # its font sets them as wide as a word
        text = text.translate(STRAIGHT)
    font = load_font(round(points * SCALE))
    return "\n".join(wrap_text(text, font, room * A4[0] * 72 * SCALE))


def _strip_tags(line: Markup) -> str:
    return TAGS.sub("", line)


def _save(figure: Figure, file: Path, title: str) -> None:
    kind = file.suffix.removeprefix(".")
    words = {"Title": title} if kind == "pdf" else {}
    with replace_file(file) as partial:
        figure.savefig(partial, format=kind, metadata=METADATA[kind] | words)
        if kind == "png":  # four inks and their edges need no more colours
            with Image.open(partial) as drawn:
                reduced = drawn.convert("RGB").quantize(PALETTE)
            reduced.save(partial, "png")
