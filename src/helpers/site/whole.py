"""Print the whole website as one PDF with Chromium."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import tempfile
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urldefrag

from helpers.errors import ShequnError
from helpers.files import write_text

PDF = "shequn-evidence.pdf"
LINK = re.compile(r"<!-- whole (.*?) -->")  # in contents.html
CHOICE = "SHEQUN_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
PLACES = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
OFF = ("background-networking", "component-update", "sync", "gpu", "extensions")
PATIENCE = 300  # seconds
ARTICLE = re.compile(r'<article class="bd-article">(.*)</article>', re.DOTALL)
ADDRESS = re.compile(r'\b(id|href|src)="([^"]*)"')
LAZY = re.compile(r' loading="lazy"')
DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}([^)]*)\)")
NODE = re.compile(rb"\(node(\d{8})\)")  # Chromium counts on from one page to the next
TWICE = re.compile(  # Chromium names a heading once a column that it was laid out in
    rb"/Title (?:\(((?:[^()\\]|\\.){3,})\1\)|<(FEFF)((?:[0-9A-F]{4}){2,})\3>)"
)
STYLES = ("_static/styles/pydata-sphinx-theme.css", "_static/site.css")
HEAD = """<!DOCTYPE html>
<html lang="en" data-theme="light" data-mode="light"><head><meta charset="utf-8">
<title>Shequn Evidence · 社群实证</title>{styles}
</head><body class="whole-print"><main>
"""


class PrintError(ShequnError):
    """Chromium was found but produced no PDF."""


def find_chromium() -> str | None:
    """Return the path of an installed Chromium browser, or None.

    ``SHEQUN_CHROMIUM`` names another one; set to nothing, it means none.
    """
    if (chosen := os.environ.get(CHOICE)) is not None:
        return shutil.which(chosen) if chosen else None
    candidates = (shutil.which(name) for name in (*NAMES, *PLACES))
    return next(filter(None, candidates), None)


def add_pdf(site: Path, pages: Sequence[str], browser: str) -> Path:
    """Print all pages of a website into one PDF.

    Parameters
    ----------
    site
        The rendered site's folder.
    pages
        The addresses of the pages to print, in order.
    browser
        A Chromium, such as `find_chromium` finds.

    Returns
    -------
    Path
        The PDF; the same bytes for the same site and Chromium.

    Raises
    ------
    PrintError
        If the browser prints nothing; the site is left as it was.
    """
    page = site / "whole.html"  # beside what it shows
    write_text(page, _join_pages(site, pages))
    try:
        _print_site(browser, page, site / PDF)
    finally:
        page.unlink()
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        write_text(file, LINK.sub(r"\1", text))
    return site / PDF


def drop_links(site: Path) -> None:
    """Remove the hidden links to the PDF from pages of a website without one."""
    for file in site.rglob("*.html"):
        text = file.read_text(encoding="utf-8")
        if LINK.search(text):
            write_text(file, LINK.sub("", text))


def describe_pdf(site: Path) -> str:
    """Return a sentence on where the PDF is, or why there is none."""
    if (site / PDF).is_file():
        return f"The whole as PDF is at {site / PDF}"
    return f"No PDF of the whole: no Chromium printed one ({CHOICE} can name it)"


def _join_pages(site: Path, pages: Sequence[str]) -> str:
    links = [f'<link rel="stylesheet" href="{style}">' for style in STYLES]
    parts = [HEAD.format(styles="".join(links))]
    for page in pages:
        text = (site / page).read_text(encoding="utf-8")
        if match := ARTICLE.search(text):
            local_address = partial(_adapt_address, page, frozenset(pages))
            body = ADDRESS.sub(local_address, LAZY.sub("", match[1]))
            parts.append(f'<article id="{_build_anchor(page)}">{body}</article>\n')
    return "".join([*parts, "</main></body></html>\n"])


def _adapt_address(page: str, printed: Collection[str], match: re.Match[str]) -> str:
    """Adapt a link of one page to the combined page."""
    name, value = match.groups()
    if name == "id":
        return f'id="{_build_anchor(page, value)}"'
    if re.match(r"[a-z]+:", value):
        return match[0]
    target, fragment = urldefrag(value)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(page), target))
    target = target if urldefrag(value).url else page
    if name == "src":
        return f'src="{target}"'
    if target in printed:
        place = "" if "=" in fragment else fragment  # a filter, for the page's script
        return f'href="#{_build_anchor(target, place)}"'
    return ""  # a file of the site that is no part of the PDF


def _build_anchor(page: str, name: str = "") -> str:
    return "--".join(filter(None, (page.removesuffix(".html").replace("/", "-"), name)))


def _print_site(browser: str, page: Path, pdf: Path) -> None:
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [
            browser,
            "--headless",
            *(f"--disable-{what}" for what in OFF),
            *(["--no-sandbox"] if _is_root() else []),  # it has none to offer root
            "--no-first-run",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            "--no-pdf-header-footer",
            "--generate-pdf-document-outline",
            f"--user-data-dir={profile}",
            f"--print-to-pdf={pdf}",
            page.as_uri(),
        ]
        try:
            done = subprocess.run(  # noqa: S603 - a browser of the user's own choice
                command, capture_output=True, check=False, timeout=PATIENCE
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise _make_print_error(browser, str(error)) from error
    if done.returncode or not pdf.is_file():
        raise _make_print_error(browser, f"it ended with {done.returncode}")
    pdf.write_bytes(_make_pdf_reproducible(pdf.read_bytes()))


def _make_pdf_reproducible(pdf: bytes) -> bytes:
    """Remove run-specific differences from the PDF.

    >>> _make_pdf_reproducible(
    ...     b"/CreationDate (D:20261120150000+00'00') (node00000371)"
    ... )
    b"/CreationDate (D:20000101000000+00'00') (node00000000)"
    """
    dated = DATE.sub(rb"/\1 (D:20000101000000\2)", TWICE.sub(_write_title_once, pdf))
    place = {name: n for n, name in enumerate(sorted(set(NODE.findall(dated))))}
    return NODE.sub(lambda match: b"(node%08d)" % place[match[1]], dated)


def _write_title_once(title: re.Match[bytes]) -> bytes:
    """Replace a PDF title stored twice by one title of the same number of bytes.

    >>> TWICE.sub(_write_title_once, b"/Title (AboutAbout) /Title (Size)")
    b'/Title (About)      /Title (Size)'
    """
    plain, mark, wide = title.groups()
    once = b"/Title (%b)" % plain if plain else b"/Title <%b%b>" % (mark, wide)
    return once.ljust(len(title[0]))


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _make_print_error(browser: str, why: str) -> PrintError:
    return PrintError(
        f"printed no PDF ({why})",
        where=browser,
        remedy=f"name another Chromium in {CHOICE}, or set it to nothing for no PDF",
    )
