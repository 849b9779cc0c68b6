"""What a reader sees of a chapter, its pictures and tables: equal is what is printed.

Bytes also hold the last bit of the processor's arithmetic, which nobody sees.
"""

import base64
import io
import json
import re

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from PIL import Image

from helpers.figures.svg import MIME

TAG = re.compile(r"<[^>]*>")
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
NOTHING = re.compile(r"\b(?:nan%?|inf|1 sources)\b")  # stands for no number


def _are_near(one, other):
    """Return whether numbers as written are equal, but for one in the last decimal."""
    decimals = max(len(number.partition(".")[2]) for number in (one, other))
    apart = abs(float(one) - float(other))
    return apart < 1.5 * 10.0**-decimals if decimals else one == other


def is_same_table(one, other):
    """Return whether two texts differ at most in the last decimals of their numbers."""
    if NUMBER.sub("#", one) != NUMBER.sub("#", other):
        return False
    return all(map(_are_near, NUMBER.findall(one), NUMBER.findall(other)))


def is_same_file(made, kept):
    """Return whether two files of text differ at most in last decimals."""
    return is_same_table(made.read_text("utf-8"), kept.read_text("utf-8"))


def is_same_picture(one, other):
    """Return whether two SVG have the same words, and marks in the same places."""
    if TAG.split(one) != TAG.split(other):
        return False
    return is_same_table(*("".join(TAG.findall(svg)) for svg in (one, other)))


def _read_pixels(encoded):
    with Image.open(io.BytesIO(base64.b64decode(encoded))) as picture:
        return np.asarray(picture.convert("RGB"), float)


def is_same_image(one, other):
    """Return whether two PNG, in base64, differ by less than anybody sees."""
    first, second = map(_read_pixels, (one, other))
    return first.shape == second.shape and np.abs(first - second).mean() < 1.0


def is_same_chapter(one, other):
    """Return whether two executed notebooks print the same, word by word."""
    found = [_take_pictures(json.loads(text)) for text in (one, other)]
    (first, *ours), (second, *theirs) = found
    return first == second and all(
        same(a, b)
        for same, mine, yours in zip(
            (is_same_picture, is_same_table, is_same_image), ours, theirs, strict=True
        )
        for a, b in zip(mine, yours, strict=True)
    )


def _take_pictures(notebook):
    """Take the pictures, their tables and images out of a notebook, in place."""
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", ())]
    shown = [out["data"] for out in outputs if MIME in out.get("data", ())]
    saved = [data[MIME] for data in shown]
    return (
        notebook,
        [figure.pop("svg") for figure in saved],
        [figure.pop("csv") for figure in saved],
        [data.pop("image/png") for data in shown],
    )


def run_cells(code):
    """Run cells one after the other, as a script does, without pictures."""
    plt.switch_backend("agg")
    names = {"__name__": "chapter"}
    with mpl.rc_context():
        for cell in code:
            exec(cell, names)  # noqa: S102 - our own chapters
            plt.close("all")
