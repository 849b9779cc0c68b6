"""What a reader's browser meets on every kind of page."""

import re
from urllib.parse import unquote, urldefrag

import pytest
from axe_playwright_python.sync_playwright import Axe

from helpers.site.search import SearchBoth

pytestmark = [pytest.mark.browser, pytest.mark.notebook]
KINDS = (
    "index.html",
    "01_first.html",
    "02_second.html",
    "data-demo-one.html",
    "numbers.html",
    "architecture.html",
    "decisions.html",
    "search.html",
)
HARD = {"serious", "critical"}


@pytest.fixture
def visit(browser, made):
    """Return a function that opens a page of the site, watched for trouble."""
    contexts, trouble = [], []

    def opened(page, *, width=1280, scheme="light", query=""):
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        tab = context.new_page()
        tab.on("pageerror", lambda error: trouble.append(f"{page}: {error}"))
        tab.on("console", lambda m: m.type == "error" and trouble.append(m.text))
        tab.on("requestfailed", lambda request: trouble.append(request.url))
        tab.on("request", lambda r: local(r.url) or trouble.append(r.url))
        tab.goto((made / "site" / page).as_uri() + query)
        tab.wait_for_load_state("networkidle")
        return tab

    yield opened
    for context in contexts:
        context.close()
    assert not trouble


def local(url):
    """Tell whether an address stays on this machine."""
    return url.startswith(("file:", "data:", "blob:"))


@pytest.mark.parametrize("page", KINDS)
def test_no_page_complains_or_leaves_the_machine(visit, page):
    """No error on the console, no failed request, no request to a host."""
    assert visit(page).title()


@pytest.mark.parametrize("page", KINDS)
def test_no_page_scrolls_sideways_on_a_phone(visit, page):
    """Tables and figures scroll inside themselves at 375 px."""
    tab = visit(page, width=375)
    assert tab.evaluate("document.documentElement.scrollWidth") == 375


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", KINDS)
def test_no_page_shuts_anyone_out(visit, page, scheme):
    """axe-core finds nothing serious or critical, in light and in dark."""
    options = {"preload": False}  # axe would fetch our styles, which a file may not
    tab = visit(page, scheme=scheme)
    found = Axe().run(tab, options=options).response["violations"]
    assert not [v["id"] + v["nodes"][0]["html"] for v in found if v["impact"] in HARD]


def test_every_link_and_anchor_leads_somewhere(made):
    """No link inside the site is broken, anchors included."""
    site = made / "site"
    texts = {page.name: page.read_text("utf-8") for page in site.glob("*.html")}
    for name, text in texts.items():
        for link in re.findall(r'(?:href|src)="([^"]+)"', text):
            file, anchor = urldefrag(unquote(link.partition("?")[0]))
            if "://" in link or link.startswith("data:"):
                continue
            assert (site / (file or name)).is_file(), f"{name}: {link}"
            if anchor and (file or name) in texts:
                assert f'id="{anchor}"' in texts[file or name], f"{name}: {link}"


@pytest.mark.parametrize(
    ("query", "finds"),
    [
        ("沉默", True),
        ("消息数", True),
        ("lurker", True),
        ("沉", True),
        ("默沉", False),
        ("zebra", False),
    ],
)
def test_search_finds_chinese_and_english_words(visit, query, finds):
    """Words of the page are found from a file, and others are not."""
    tab = visit("search.html", query=f"?q={query}")
    tab.wait_for_function("document.querySelector('.search-summary')?.innerText")
    links = tab.locator("ul.search a").all_inner_texts()
    assert any("How long" in text for text in links) == finds


def test_the_browser_splits_words_as_the_index_does(visit):
    """Each piece of a query is a piece that the index holds."""
    text = "消息数 of 2 lurkers，沉默 WeChat群 a_b"
    pieces = visit("search.html").evaluate("text => splitQuery(text)", text)
    assert {"消息", "息数", "沉默", "群", "lurkers", "WeChat", "a_b"} <= set(pieces)
    assert set(pieces) <= set(SearchBoth({}).split(text))


def test_without_scripts_everything_can_be_read(browser, made):
    """A page needs no script: figure, table and answer are there without."""
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((made / "site" / "01_first.html").as_uri())
    assert tab.locator("figure img").is_visible()
    assert tab.locator("table").first.is_visible()
    tab.locator("details summary").first.click()
    assert tab.get_by_text("import pandas").is_visible()
    context.close()
